"""`/today`: what a member of staff has to know today, on one small page without a script, for a
telephone between two visits. The server of the pages answers it outside of Streamlit.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.user_info import generate_login_redirect_url

from scheduler.domain.access import Actor
from scheduler.domain.errors import NotFound, NotPermitted, SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.held_ending import is_mark
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.data.open import Repository, at_one_moment
from scheduler.services.data.own_database import OwnDatabase
from scheduler.services.inbox.known_endings import know_endings
from scheduler.services.inbox.notices import acknowledge
from ui.guard import from_these_pages
from ui.providers import SignInSettings, configured
from ui.requests_from import asking, persona_named
from ui.today_page import sentence, today_of, written

NOBODY_YET = Actor("today", "somebody who opens today", origin="pages")
"""As whom the database is opened, before it is known who asks."""
SIGN_IN = "Sign in to see this page."
NOT_STAFF = "This page is for members of staff: it shows their own shifts."
BUSY = "This cannot be shown at the moment. Try again in a minute."
NOT_NOTED = "That could not be noted at the moment. Try again in a minute."
STRANGE = "That did not come from this page. Open it again, and tap there."
TRY_AGAIN = "60"
"""Seconds."""
AT_ONCE = 8
"""People who are answered at the same time."""
LONGEST = 200
"""Bytes of what the tap on what changed sends."""
LONGEST_ENDS = 1_000
"""Bytes of what the tap on what ends sends: MOST_ENDINGS marks, each with its name."""
ALWAYS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
TO_THE_PAGES = ("", "Open the pages")
TO_TODAY = ("today", "Today")

Found = Callable[[Repository, str], Response]
Note = Callable[[Repository, str], object]


class TodayDoor:
    """Answers people on the database that is named at that moment."""

    def __init__(
        self,
        settings: Callable[[], SignInSettings] = configured,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._now = settings, now
        self._limiter: CapacityLimiter | None = None
        self._database = OwnDatabase(NOBODY_YET)

    async def show(self, request: Request) -> Response:
        """The page, or in its place what to do first."""
        settings = self._settings()

        def shown(repository: Repository, staff_id: str) -> Response:
            with at_one_moment(repository) as seen:
                page = today_of(seen, staff_id, self._now())
            return HTMLResponse(written(page, persona_named(request, settings)), 200, ALWAYS)

        return await self._answered(request, settings, shown, BUSY, "./")

    async def known(self, request: Request) -> Response:
        """They know what has changed; then the page again. What is sent twice is noted once."""
        up_to = await _number(request)
        note = None if up_to is None else lambda one, who: acknowledge(one, who, up_to)
        return await self._noted(request, note, "changed")

    async def known_ends(self, request: Request) -> Response:
        """They know what ends; the rest as of what has changed."""
        marks, now = await _marks(request), self._now()
        today = now.astimezone(LONDON).date()
        note = None if not marks else lambda one, who: know_endings(one, who, marks, today)
        return await self._noted(request, note, "ends")

    async def _noted(self, request: Request, note: Note | None, part: str) -> Response:
        """Note it where it comes from this page alone, and lead back to a part of it; None: what
        was sent makes no sense.
        """
        settings = self._settings()
        persona = persona_named(request, settings)
        if note is None or not from_these_pages(request.headers, {settings.public} - {""}):
            return _said(STRANGE, 403, "../", persona, [TO_TODAY])

        def noted(repository: Repository, staff_id: str) -> Response:
            note(repository, staff_id)
            return _to_today(persona, part)

        return await self._answered(request, settings, noted, NOT_NOTED, "../")

    async def back(self, request: Request) -> Response:
        """Whoever loads again what a tap had opened."""
        part = "ends" if request.url.path.endswith("/known-ends") else "changed"
        return _to_today(persona_named(request, self._settings()), part)

    async def sign_in(self, request: Request) -> Response:
        """On to the provider, from which the guard leads back to this page."""
        named = request.path_params["name"]
        provider = next((one for one in self._settings().providers if one.name == named), None)
        if provider is None:
            return Response(status_code=303, headers={**ALWAYS, "Location": "../../today"})
        to = generate_login_redirect_url(provider.name or "default")
        return RedirectResponse(to, 303, ALWAYS)

    async def _answered(
        self, request: Request, settings: SignInSettings, found: Found, busy: str, root: str
    ) -> Response:
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        persona = persona_named(request, settings)

        def read() -> Response:
            opened = self._database.repository()
            actor = asking(opened, request, settings)
            if actor.staff_id is None:
                raise NotPermitted(NOT_STAFF)
            return found(opened.acting(actor), actor.staff_id)

        try:
            return await to_thread.run_sync(read, limiter=self._limiter)
        except NotSignedIn:
            return _said(SIGN_IN, 401, root, {}, [*_ways_in(settings), TO_THE_PAGES])
        except (NotPermitted, NotFound):
            return _said(NOT_STAFF, 403, root, persona, [TO_THE_PAGES])
        except SchedulerError:
            answer = _said(busy, 503, root, persona, [TO_TODAY])
            answer.headers["Retry-After"] = TRY_AGAIN
            return answer


async def _number(request: Request) -> int | None:
    """The notice up to which they know; None where none is sent that there could be."""
    given = await _sent(request, "up_to", LONGEST)
    text = given[0] if len(given) == 1 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


async def _marks(request: Request) -> Collection[str]:
    """Of which endings they know; none where one is sent that there could not be."""
    given = await _sent(request, "ends", LONGEST_ENDS)
    return set(given) if all(map(is_mark, given)) else ()


async def _sent(request: Request, name: str, longest: int) -> list[str]:
    """What a form says under a name; nothing of one that is longer than so many bytes."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > longest:
            return []
    return parse_qs(body.decode("latin-1")).get(name, [])


def _ways_in(settings: SignInSettings) -> list[tuple[str, str]]:
    return [
        (f"today/sign-in/{one.name}", f"Sign in with {one.label}" if one.label else "Sign in")
        for one in settings.providers
    ]


def _said(
    words: str, status: int, root: str, persona: dict[str, str], links: list[tuple[str, str]]
) -> HTMLResponse:
    return HTMLResponse(sentence(words, root, persona, links), status, ALWAYS)


def _to_today(persona: dict[str, str], part: str) -> Response:
    asked = f"?{urlencode(persona)}" if persona else ""
    return Response(status_code=303, headers={**ALWAYS, "Location": f"../today{asked}#{part}"})


def today_routes(door: TodayDoor | None = None) -> list[Route]:
    """The page, the taps on it, and the way to the providers."""
    door = door or TodayDoor()
    return [
        Route("/today", door.show, methods=["GET", "HEAD"]),
        Route("/today/known", door.known, methods=["POST"]),
        Route("/today/known", door.back, methods=["GET", "HEAD"]),
        Route("/today/known-ends", door.known_ends, methods=["POST"]),
        Route("/today/known-ends", door.back, methods=["GET", "HEAD"]),
        Route("/today/sign-in/{name:path}", door.sign_in, methods=["GET"]),
    ]
