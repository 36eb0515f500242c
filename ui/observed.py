"""What stands before all else that this server answers: gives each request an id, and counts and
times its answer by its route.
"""

import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.engine.request_ids import HEADER, begin_request, taken_or_new
from scheduler.rest.app import AT
from ui import metrics
from ui.guard import FAILED, FILES, SIGN_IN
from ui.pages import PAGES
from ui.providers import CALLBACK

LOG = logging.getLogger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Any address that we do not know: it may be anything, such as a name."""
WHOLE = frozenset(
    {
        "/",
        "/health",
        "/ready",
        "/metrics",
        "/today",
        "/today/known",
        "/today/known-ends",
        "/_stcore/health",
        "/_stcore/script-health-check",
        "/_stcore/host-config",
        SIGN_IN,
        CALLBACK,
        *(f"/{page.file}" for page in PAGES),
    }
)
BEGINNINGS = {
    "/calendar/": "/calendar/{name}",
    "/today/sign-in/": "/today/sign-in/{name}",
    "/static/": "/static/{file}",
    FILES: f"{FILES}{{file}}",
    "/component/": "/component/{file}",
    "/_stcore/": "/_stcore/{rest}",
}
WATCHED = frozenset({"/health", "/ready", "/metrics", "/_stcore/health"})
"""What something asks every few seconds: where all is well, no log is filled with it."""
LASTS = "/events"
"""How a route ends whose answer goes on for as long as there is news."""


class Observed:
    """Pure ASGI, before the guard, so that what is refused is seen too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        made = begin_request(taken_or_new(headers.get(HEADER)))
        if scope["type"] == "websocket":
            with metrics.OPEN_PAGES.track_inprogress():
                await self._app(scope, receive, send)
            return
        began, status, location = time.perf_counter(), 500, ""

        async def sending(message: Message) -> None:
            nonlocal status, location
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer[HEADER] = made
                location = answer.get("location", "")
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            _note(scope, headers, status, location, time.perf_counter() - began)


def _note(scope: Scope, asked: Headers, status: int, location: str, seconds: float) -> None:
    route, method = template(scope), scope["method"] if scope["method"] in METHODS else OTHER
    metrics.REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    if not route.endswith(LASTS):
        metrics.LATENCY.labels(route).observe(seconds)
    if route in WATCHED and status < 400:
        return
    said = {"route": route, "method": method, "status": status, "seconds": round(seconds, 4)}
    LOG.info("Answered.", extra=said)
    door = _refused_at(route, asked, status, location)
    if door:
        metrics.refused(door)
        LOG.info("Somebody was refused.", extra={"door": door, "route": route})


def _refused_at(route: str, asked: Headers, status: int, location: str) -> str:
    """One of DOORS, or empty."""
    if status == 401 and route.startswith(AT) and "authorization" in asked:
        return "api"
    if status == 404 and route == BEGINNINGS["/calendar/"]:
        return "calendar"
    if status == 403 and route == "/metrics":
        return "metrics"
    return "provider" if FAILED in location else ""


def template(scope: Scope) -> str:
    """The route of a request that was answered, as it stands in code: nothing of what was asked
    for by name.
    """
    path: str = scope["path"]
    if path == AT or path.startswith(f"{AT}/"):
        found = getattr(scope.get("route"), "path", None)
        # where nothing is there, the route is the API as a whole
        known = isinstance(found, str) and found != AT
        return f"{AT}{found}" if known else f"{AT}/{OTHER}"
    if path in WHOLE:
        return path
    return next((name for start, name in BEGINNINGS.items() if path.startswith(start)), OTHER)
