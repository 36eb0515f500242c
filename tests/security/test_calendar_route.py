"""The address under which a calendar program reads somebody's shifts: answered by the server of the
pages without a sign-in, and to whoever does not know it as if it were not there.
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from scheduler.domain.change_set import RowChange
from scheduler.domain.facts import Contract
from scheduler.services.accounts import personal_data
from scheduler.services.data import calendar_feed
from scheduler.storage.repository import Repository
from tests.scheduler.services.data.calendar_readers import read_twice, secret_of
from tests.security.conftest import Pages
from tests.security.test_guard import DEMO, HERE, PUBLIC, THERE
from tests.ui.conftest import ROSTER
from ui.calendar_route import BUSY, NOTHING, calendar_routes
from ui.guard import CLOSED, Guard
from ui.providers import SignInSettings

UNKNOWN = "A" * 43


def served(
    settings: SignInSettings = PUBLIC,
    host: str = "rota.example.org",
    peer: tuple[str, int] = THERE,
) -> TestClient:
    """As a program over the network comes to it; behind it, what is no calendar."""
    routes = [*calendar_routes(), Route("/{rest:path}", lambda _: PlainTextResponse("a page"))]
    app = Guard(Starlette(routes=routes), settings)
    return TestClient(app, f"http://{host}", client=peer, follow_redirects=False)


@pytest.fixture
def secret(repository: Repository) -> str:
    repository.publish(ROSTER)
    return secret_of(repository, "ANN")


def test_a_program_is_given_the_calendar_without_a_sign_in(secret: str) -> None:
    answer = served().get(f"/calendar/{secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Strict-Transport-Security"]
    assert "set-cookie" not in answer.headers
    assert {event.status for event in read_twice(answer.content).values()} == {"CONFIRMED"}


def test_who_asks_for_the_head_alone_is_given_it(secret: str) -> None:
    whole, head = (served().request(how, f"/calendar/{secret}.ics") for how in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', "*", '"other",W/"{}"'])
def test_who_has_it_as_it_is_is_told_so(secret: str, form: str) -> None:
    found = served()
    tag = found.get(f"/calendar/{secret}.ics").headers["ETag"].strip('"')
    asked = {"If-None-Match": form.format(tag)}
    answer = found.get(f"/calendar/{secret}.ics", headers=asked)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == f'"{tag}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_who_has_an_older_one_is_given_the_new_one(repository: Repository, secret: str) -> None:
    found = served()
    asked = {"If-None-Match": found.get(f"/calendar/{secret}.ics").headers["ETag"]}
    row = next(row for row in repository.facts("site") if row.cell("id") == "SA")
    renamed = RowChange(row, row.model_copy(update={"name": "Elsewhere"}))
    repository.change([renamed])
    answer = found.get(f"/calendar/{secret}.ics", headers=asked)
    assert answer.status_code == 200
    assert b"Elsewhere" in answer.content


def test_whatever_opens_nothing_has_the_same_answer(repository: Repository, secret: str) -> None:
    withdrawn = secret_of(repository, "BEA")
    calendar_feed.withdraw(repository, "BEA")
    over = secret_of(repository, "CAL")
    contract = next(row for row in repository.facts("contract") if row.cell("staff_id") == "CAL")
    assert isinstance(contract, Contract)
    ended = contract.model_copy(update={"to_date": date(2026, 1, 31)})
    repository.change([RowChange(contract, ended)])
    found = served()
    paths = [
        *(f"/calendar/{one}.ics" for one in (UNKNOWN, withdrawn, over, "", ".", secret[:-1])),
        *(f"/calendar/{secret}{end}" for end in ("", ".ICS", ".ics/", ".ics.ics", ".csv")),
        f"/calendar/x/{secret}.ics",
        f"/calendar/{secret}%00.ics",
        f"/calendar/{'x' * 5000}.ics",
        "/calendar/%ff%fe.ics",
        "/calendar/",
    ]
    answers = [found.get(path) for path in paths]
    personal_data.forget(repository, "CAL")
    answers.append(found.get(f"/calendar/{over}.ics"))
    assert {(one.status_code, one.text) for one in answers} == {(404, NOTHING)}
    assert len({tuple(sorted(one.headers.items())) for one in answers}) == 1
    assert found.get(f"/calendar/{secret}.ics").status_code == 200


def test_each_of_them_asks_the_database_the_same(repository: Repository, secret: str) -> None:
    """So that none takes longer than another."""
    withdrawn = secret_of(repository, "BEA")
    calendar_feed.withdraw(repository, "BEA")
    found, asked = served(), []
    found.get(f"/calendar/{UNKNOWN}.ics")  # opens the database

    def hear(*said: object) -> None:
        asked[-1].append(said[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        for one in (UNKNOWN, withdrawn, "", "x" * 5000):
            asked.append([])
            found.get(f"/calendar/{one}.ics")
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    assert len(asked[0]) > 1
    assert asked == [asked[0]] * 4


def test_nothing_else_is_done_there(secret: str) -> None:
    for how in ("POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"):
        for one in (secret, UNKNOWN):
            answer = served().request(how, f"/calendar/{one}.ics")
            assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (
                405,
                {"GET", "HEAD"},
            )


def test_pages_that_are_open_on_this_machine_alone_keep_calendars_on_it_too(secret: str) -> None:
    path = f"/calendar/{secret}.ics"
    assert served(DEMO, "localhost:8501", HERE).get(path).status_code == 200
    for refused in (served(DEMO, "rota.example.org", THERE), served(DEMO, "localhost", THERE)):
        assert (refused.get(path).status_code, refused.get(path).text) == (403, CLOSED)


def test_beside_somebody_who_writes_it_is_read_all_the_same(
    repository: Repository, secret: str
) -> None:
    file = repository.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert served().get(f"/calendar/{secret}.ics").status_code == 200
        writer.execute("ROLLBACK")


def test_a_database_that_does_not_answer_is_asked_again_later(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "postgresql://nobody@127.0.0.1:1/none")
    found = served()
    for one in (secret, UNKNOWN):
        answer = found.get(f"/calendar/{one}.ics")
        assert (answer.status_code, answer.text) == (503, BUSY)
        assert int(answer.headers["Retry-After"]) > 0


# --- the server itself


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(address: str, how: str = "GET", **headers: str) -> HTTPResponse | HTTPError:
    try:
        return build_opener(_Stays).open(Request(address, method=how, headers=headers), timeout=30)
    except HTTPError as answer:
        return answer


@pytest.fixture
def address(pages: Pages) -> Iterator[str]:
    with Repository(pages.url) as repository:
        yield f"{pages.address}/calendar/{secret_of(repository, 'BEA')}.ics"


def test_the_server_of_the_pages_answers_and_keeps_the_secret_to_itself(
    pages: Pages, address: str
) -> None:
    answer = ask(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Content-Security-Policy"]
    events = read_twice(answer.read())
    assert {event.summary for event in events.values()} == {"Leave"}
    known = {"If-None-Match": answer.headers["ETag"]}
    assert (ask(address, "GET", **known).status, ask(address, "HEAD").status) == (304, 200)
    assert (ask(address, "HEAD").read(), ask(f"{address}x").status) == (b"", 404)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert secret not in pages.log.read_text()
    assert ask(f"{pages.address}/").status == 200


def test_many_at_once_are_each_given_their_own(pages: Pages) -> None:
    with Repository(pages.url) as repository:
        made = [secret_of(repository, one) for one in ("ANN", "BEA", "CAL")]
    found = [f"{pages.address}/calendar/{secret}.ics" for secret in (*made, UNKNOWN)]
    first = [(answer.status, answer.read()) for answer in map(ask, found)]
    assert [status for status, _ in first] == [200, 200, 200, 404]
    with ThreadPoolExecutor(12) as pool:
        answers = [(one.status, one.read()) for one in pool.map(ask, found * 15)]
    assert answers == first * 15
