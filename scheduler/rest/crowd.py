"""How much the API takes on at once, so that the pages beside it go on: so many requests at a time,
each so large.
"""

from anyio import CapacityLimiter, fail_after
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.rest import problems

AT_ONCE = 8
PATIENCE = 20.0
"""Seconds for which a request waits for its turn, and each part of what is sent is waited for."""
LARGEST = 20_000_000
"""Bytes of what is sent: as for a file that somebody brings to the pages."""
TOO_SLOW = "What is sent comes too slowly. Send it again."
FULL = "Too many programs ask at once. Try again in some seconds."
TOO_LARGE = f"What is sent has more than {LARGEST // 1_000_000} MB. Send it in parts."


class Crowd:
    """Pure ASGI. Events, which last, have a number of their own (`jobs.EVENTS_AT_ONCE`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limiter: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith("/events"):
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length) > LARGEST:
            await problems.plain(413, TOO_LARGE)(scope, receive, send)
            return
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        try:
            with fail_after(PATIENCE):
                await self._limiter.acquire_on_behalf_of(scope_key := object())
        except TimeoutError:
            busy = problems.plain(503, FULL, {"Retry-After": problems.TRY_AGAIN})
            await busy(scope, receive, send)
            return
        try:
            await self._app(scope, _counted(receive), send)
        finally:
            self._limiter.release_on_behalf_of(scope_key)


def _counted(receive: Receive) -> Receive:
    """For what says no length, or a wrong one, and for who sends so slowly that others wait."""
    seen, whole = 0, False

    async def counting() -> Message:
        nonlocal seen, whole
        if whole:  # what comes now is that they have gone
            return await receive()
        try:
            with fail_after(PATIENCE):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, TOO_SLOW) from None
        seen += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if seen > LARGEST:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counting
