"""A small database of what stands on the page of today, with hostile names in it, and the page as
people over the network come to it.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from scheduler.domain.dataset import Dataset
from scheduler.services.accounts import accounts
from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import Tables, does, need, person, problem_of
from tests.scheduler.services.handmade import POLICY, stored
from tests.scheduler.services.inbox.conftest import everything_approved
from tests.scheduler.services.sign_off.conftest import HOME, LENT, OPEN, THERE, week
from tests.security.conftest import COOKIE_SECRET, ISSUER, claims
from tests.security.test_guard import DEMO, HERE
from tests.security.test_guard import THERE as FROM_AFAR
from ui.guard import USER, Guard
from ui.providers import Provider, SignInSettings
from ui.today_route import TodayDoor, today_routes

PUBLIC = SignInSettings((Provider("county", "the county"),), "https://rota.example.org")
NOW = datetime(2027, 1, 11, 6, tzinfo=UTC)
"""An hour before the first shift."""
OURS = {"Origin": PUBLIC.public}
HERE_ALONE = "localhost:8501"
SCRIPT = "<script>alert('here')</script>"
SATURDAY = date(2027, 10, 30)
"""In the night after it the clocks go back."""


def hostile_week() -> Tables:
    """The week of sign-off, in which P4 is on with P1 for some time, P5 is idle, and places,
    people and desks are called what would run in a browser.
    """
    tables = week()
    person(tables, "P4", name=f"Pat {SCRIPT}")
    person(tables, "P5", name='"><img src=x onerror=alert(1)>')
    tables["site"][0]["name"] = f"Site {SCRIPT}"
    tables["service_contact"] = [
        {
            "organisation_id": "A",
            "service_id": "",
            "place_id": "",
            "name": f"Desk {SCRIPT}",
            "phone": '01702 123 456"><script>',
        }
    ]
    return tables


AS_PLANNED = (("P1", HOME), ("P2", LENT), ("P3", THERE), ("P4", OPEN))
CHANGED = (("P1", OPEN), ("P2", LENT), ("P3", THERE), ("P4", HOME))
"""P1 and P4 do each other's shift."""


def published_week(repository: Repository, *work: tuple[str, str]) -> str:
    """The id of its roster, published: told are those whose shifts are other now."""
    roster_id = stored(repository, hostile_week(), *(work or AS_PLANNED))
    everything_approved(repository, roster_id)
    publish(repository, roster_id, reason="a test")
    return roster_id


def published_night(repository: Repository) -> None:
    """P1 works through the night in which the clocks go back."""
    tables = week()
    tables["demand"] = []
    night = need(tables, SATURDAY, "N")
    dataset = Dataset.from_cells(tables)
    repository.store(dataset)
    first = SATURDAY - timedelta(days=SATURDAY.weekday())
    problem, policy = problem_of(tables, first), Policy.from_tables(POLICY)
    roster = does(problem, ("P1", night))
    found = Found("feasible", roster, verify(problem, policy, roster).objective, 0)
    made = document(problem, policy, found, Limits(), 0.0, dataset.sha256())
    roster_id = repository.save_roster(made, dataset)
    everything_approved(repository, roster_id)
    publish(repository, roster_id, reason="a test")


def served(
    settings: SignInSettings = PUBLIC,
    host: str = "rota.example.org",
    peer: tuple[str, int] = FROM_AFAR,
    now: Callable[[], datetime] = lambda: NOW,
) -> TestClient:
    """The page behind the guard, with another page beside it."""
    routes = [
        *today_routes(TodayDoor(lambda: settings, now)),
        Route("/{rest:path}", lambda _: PlainTextResponse("a page")),
    ]
    app = Guard(Starlette(routes=routes), settings)
    scheme = settings.public.partition(":")[0] or "http"
    return TestClient(app, f"{scheme}://{host}", client=peer, follow_redirects=False)


def cookie(said: dict[str, Any], secret: str = COOKIE_SECRET, origin: str = PUBLIC.public) -> str:
    """What Streamlit sets for who has signed in at an origin."""
    whole = json.dumps({**said, "origin": origin})
    return create_signed_value(secret, USER, whole).decode("latin-1")


def member(repository: Repository, staff_id: str | None, subject: str = "ada") -> dict[str, Any]:
    """The claims of an account that is this member of staff."""
    account = accounts.add(repository, ISSUER, subject, subject.title())
    if staff_id is not None:
        accounts.is_staff(repository, account.id, staff_id)
    return claims(subject)


# --- what tests begin with, and how they read what is answered


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with the week published, made once, and the id of its roster."""
    path = tmp_path_factory.mktemp("published") / "week.db"
    with Repository(f"sqlite:///{path}") as found:
        return path, published_week(found)


@pytest.fixture
def repository(
    request: pytest.FixtureRequest, user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Repository]:
    """Empty, or with the week for whoever asks for its roster."""
    path = user_folder / "today.db"
    if "roster_id" in request.fixturenames:
        shutil.copy(request.getfixturevalue("published")[0], path)
    url = f"sqlite:///{path}"
    monkeypatch.setenv("SCHEDULER_DB", url)
    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: COOKIE_SECRET)
    with Repository(url) as found:
        yield found


@pytest.fixture
def roster_id(repository: Repository, published: tuple[Path, str]) -> str:
    return published[1]


@pytest.fixture
def ada(repository: Repository, roster_id: str) -> TestClient:
    """P1, signed in."""
    found = served()
    found.cookies.set(USER, cookie(member(repository, "P1")))
    return found


def demo(person: str = "P1", now: datetime = NOW) -> TestClient:
    found = served(DEMO, HERE_ALONE, HERE, lambda: now)
    found.params = {"as": "staff", "as_person": person}
    return found


class ReadPage(HTMLParser):
    """The texts of a page, and its elements with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> ReadPage:
    found = ReadPage()
    found.feed(html)
    return found


def text(html: str) -> str:
    shown = "".join(read(html.partition("</head>")[2]).texts)
    return re.sub(r"\s+", " ", shown).strip()
