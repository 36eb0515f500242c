"""`/calendar/<secret>.ics`: a person's shifts for their calendar program, which cannot sign in. The
secret in the address is all that it brings; whatever opens nothing gets one and the same answer.
"""

import re
from email.utils import format_datetime

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.domain.access import Actor
from scheduler.domain.errors import SchedulerError
from scheduler.services.data.calendar_feed import CalendarFeed, CalendarShelf, feed
from scheduler.services.data.own_database import OwnDatabase

READER = Actor("calendar", "a calendar program", origin="calendar")
"""It may do nothing: the service hands out by the secret alone."""
NOTHING = "There is no calendar here. My shifts, on these pages, makes an address for one.\n"
BUSY = "The calendar cannot be read at the moment. Try again in some minutes.\n"
TRY_AGAIN = "300"
"""Seconds."""
AT_ONCE = 4
"""Programs that are answered at the same time: pages go before calendars."""
CONTENT_TYPE = "text/calendar; charset=utf-8"
ALWAYS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class CalendarDoor:
    """Answers what calendar programs ask of the database that is named at that moment."""

    def __init__(self) -> None:
        self._shelf = CalendarShelf()
        self._limiter: CapacityLimiter | None = None
        self._database = OwnDatabase(READER)

    async def answer(self, request: Request) -> Response:
        """The calendar; that it is as it was; that there is none; or that it has to wait."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        name = str(request.path_params["name"])
        secret = name.removesuffix(".ics") if name.endswith(".ics") else ""
        try:
            found = await to_thread.run_sync(self._read, secret, limiter=self._limiter)
        except SchedulerError:
            return PlainTextResponse(BUSY, 503, {**ALWAYS, "Retry-After": TRY_AGAIN})
        if found is None:
            return PlainTextResponse(NOTHING, 404, ALWAYS)
        headers = {
            **ALWAYS,
            "ETag": f'"{found.tag}"',
            "Last-Modified": format_datetime(found.changed, usegmt=True),
        }
        if _known(request.headers.get("if-none-match", ""), found):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="shifts.ics"'
        return Response(found.content, 200, headers, CONTENT_TYPE)

    def _read(self, secret: str) -> CalendarFeed | None:
        return feed(self._database.repository(), secret, self._shelf)


def _known(asked: str, found: CalendarFeed) -> bool:
    """Whether whoever asks has it as it is, by If-None-Match."""
    return asked.strip() == "*" or found.tag in _TAG.findall(asked)


def calendar_routes() -> list[Route]:
    """All that begins with /calendar/, so that nothing there is taken for a page."""
    return [Route("/calendar/{name:path}", CalendarDoor().answer, methods=["GET", "HEAD"])]
