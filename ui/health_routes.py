"""`/health`, `/ready` and `/metrics`: for whatever watches over this process. The first two are
open to whoever reaches the pages and say nothing of anybody; the figures are for this machine
itself, and for who brings the token that the environment names.
"""

import hmac
import os
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.domain.access import Actor
from scheduler.services.data.own_database import OwnDatabase
from scheduler.services.data.readiness import why_not_ready
from ui.metrics import REGISTRY, DatabaseFigures
from ui.providers import from_this_machine

TOKEN = "SCHEDULER_METRICS_TOKEN"
"""The environment variable that names the token; without it this machine alone may read."""
SHORTEST = 16
"""Characters of a token: a shorter one could be guessed, and opens nothing."""
WATCHER = Actor("watcher", "what watches over this process", origin="pages")
"""It may do nothing: figures are nobody's."""
WELL = "This process answers.\n"
READY = "Ready.\n"
CLOSED = (
    "These figures are for this machine itself, and for who brings the token that"
    f" {TOKEN} names: Authorization: Bearer TOKEN.\n"
)
ALWAYS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
TRY_AGAIN = "5"
"""Seconds."""
AT_ONCE = 2
"""Looks into the database at the same time: pages go before whatever watches."""


class Watchpost:
    """Answers whatever watches, on a database connection of its own."""

    def __init__(self, token: Callable[[], str] = lambda: os.environ.get(TOKEN, "")) -> None:
        self._token = token
        self._limiter: CapacityLimiter | None = None
        self.database = OwnDatabase(WATCHER)
        self._figures = CollectorRegistry()
        self._figures.register(DatabaseFigures(self.database))

    async def health(self, _: Request) -> Response:
        """That the process answers, whatever becomes of its database."""
        return PlainTextResponse(WELL, 200, ALWAYS)

    async def ready(self, _: Request) -> Response:
        """Whether it can do what it is asked."""
        words = await to_thread.run_sync(why_not_ready, self.database, limiter=self._one_of_few())
        if words:
            return PlainTextResponse(f"{words}\n", 503, {**ALWAYS, "Retry-After": TRY_AGAIN})
        return PlainTextResponse(READY, 200, ALWAYS)

    async def metrics(self, request: Request) -> Response:
        """The figures, to who may read them."""
        if not self._may_read(request):
            return PlainTextResponse(CLOSED, 403, ALWAYS)
        told = await to_thread.run_sync(self._told, limiter=self._one_of_few())
        return Response(told, 200, ALWAYS, CONTENT_TYPE_LATEST)

    def _told(self) -> bytes:
        return generate_latest(REGISTRY) + generate_latest(self._figures)

    def _may_read(self, request: Request) -> bool:
        given, token = request.headers.get("authorization", ""), self._token()
        kind, _, brought = given.partition(" ")
        if len(token) >= SHORTEST and kind.lower() == "bearer":
            return hmac.compare_digest(brought.strip().encode(), token.encode())
        peer = request.client.host if request.client else None
        names = {name.lower() for name in request.headers}
        return peer is not None and from_this_machine(request.headers.get("host"), peer, names)

    def _one_of_few(self) -> CapacityLimiter:
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        return self._limiter


def health_routes(post: Watchpost | None = None) -> list[Route]:
    """The three addresses."""
    found = post or Watchpost()
    return [
        Route("/health", found.health, methods=["GET", "HEAD"]),
        Route("/ready", found.ready, methods=["GET", "HEAD"]),
        Route("/metrics", found.metrics, methods=["GET", "HEAD"]),
    ]
