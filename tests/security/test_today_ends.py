"""The tap on the page of today that says that they know what ends, and whose it has to be."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from scheduler.domain.dataset import Dataset
from scheduler.services.accounts import accounts
from scheduler.services.inbox.known_endings import told_endings
from scheduler.services.inbox.notices import notices
from scheduler.storage.repository import Repository
from tests.factories import MONDAY, rows
from tests.security.today import (
    HERE_ALONE,
    OURS,
    PUBLIC,
    SCRIPT,
    ada,
    demo,
    hostile_week,
    published,
    read,
    repository,
    roster_id,
    served,
    text,
)
from ui.today_page import MOST_ENDINGS
from ui.today_route import LONGEST_ENDS, NOT_NOTED, STRANGE

__all__ = ["ada", "published", "repository", "roster_id"]

HELD = "staff_id competency_id valid_from valid_to"


def ending(repository: Repository, *until: date, who: tuple[str, ...] = ("P1", "P2")) -> None:
    """What each of them holds comes to end on these days, a competency each."""
    tables = hostile_week()
    ids = [f"C{number:02}" for number in range(len(until))]
    tables["competency"] = [
        {"id": each, "name": f"{each} {SCRIPT}", "kind": "clinical"} for each in ids
    ]
    tables["staff_competency"] = rows(
        HELD,
        *(
            f"{one} | {each} | 2026-01-01 | {day}"
            for one in who
            for each, day in zip(ids, until, strict=True)
        ),
    )
    repository.store(Dataset.from_cells(tables), replace=True)


@pytest.fixture
def ends(repository: Repository, roster_id: str) -> Repository:
    """One thing ends in a week, and one has ended."""
    ending(repository, MONDAY + timedelta(days=7), MONDAY - timedelta(days=1))
    return repository


def marks(found: TestClient) -> list[str]:
    """What the form on the page would send."""
    given = [values for tag, values in read(found.get("/today").text).elements if tag == "input"]
    return [one["value"] or "" for one in given if one["name"] == "ends"]


def known(found: TestClient, named: list[str], **headers: str) -> tuple[int, str]:
    answer = found.post("/today/known-ends", data={"ends": named}, headers=headers)
    return answer.status_code, text(answer.text)


def news(repository: Repository, staff_id: str = "P1") -> int:
    return sum(one.is_news for one in told_endings(repository, staff_id, MONDAY))


def test_a_tap_is_noted_once_however_often_it_is_made(ends: Repository, ada: TestClient) -> None:
    said = text(ada.get("/today").text)
    parts = (
        "What changed",
        "What ends, or has ended",
        f"Competency: C01 {SCRIPT} ended on 10 January 2027. Trust A can renew it.",
        f"Competency: C00 {SCRIPT} ends on 18 January 2027, in 7 days. Trust A can renew it.",
        "I know when these end",
        "My clearance: which shifts need them",
        "Next shift",
    )
    for part in parts:
        assert part in said
        said = said.partition(part)[2]
    assert "<script" not in ada.get("/today").text
    named = marks(ada)
    assert len(named) == 2
    for _ in range(2):
        answer = ada.post("/today/known-ends", data={"ends": named}, headers=OURS)
        assert (answer.status_code, answer.headers["Location"]) == (303, "../today#ends")
    page = ada.get("/today").text
    assert "What ends, or has ended" not in text(page)
    assert "in 7 days. Trust A can renew it. You know since " in text(page)
    assert page.count('id="ends"') == 1
    own = ends.endings.of_person("P1")
    assert [one.seen_by for one in own] == [accounts.find_account(ends, "ada").id] * 2
    noted = [one for one in ends.audit.entries() if one.action == "acknowledge_changes"]
    assert len(noted) == 1
    assert notices(ends, "P1", unseen=True), "what changed has a tap of its own"
    assert news(ends, "P2") == 2, "nobody else knows with it"


def test_only_what_was_shown_is_noted(ends: Repository, ada: TestClient) -> None:
    shown = marks(ada)
    days = (7, -1, 3)
    ending(ends, *(MONDAY + timedelta(days=day) for day in days))
    assert known(ada, shown, **OURS)[0] == 303
    page = ada.get("/today").text
    assert f"C02 {SCRIPT} ends on 14 January 2027, in 3 days" in text(page)
    assert "I know when it ends" in text(page)
    assert "What ends, as you know" in text(page)
    assert page.count('id="ends"') == 1
    assert len(marks(ada)) == 1


def test_where_nothing_ends_nothing_is_said_and_the_way_stands(ada: TestClient) -> None:
    page = ada.get("/today").text
    assert "What ends" not in text(page)
    ways = [given["href"] for tag, given in read(page).elements if tag == "a"]
    assert "./my_shifts?view=Clearance" in ways


def test_as_much_as_stands_on_the_page_can_be_sent(repository: Repository, ada: TestClient) -> None:
    ending(repository, *[MONDAY] * (MOST_ENDINGS + 1), who=("P1",))
    assert len(marks(ada)) == MOST_ENDINGS
    assert known(ada, marks(ada), **OURS)[0] == 303
    assert len(marks(ada)) == 1
    assert known(ada, marks(ada), **OURS)[0] == 303
    assert marks(ada) == []


def test_it_goes_by_the_day_of_the_page_in_london(repository: Repository, roster_id: str) -> None:
    summer = date(2027, 7, 5)
    ending(repository, summer, who=("P1",))
    midnight = datetime(2027, 7, 5, 23, tzinfo=UTC)
    evening, morning = demo(now=midnight - timedelta(minutes=1)), demo(now=midnight)
    assert "ends on 5 July 2027, today" in text(evening.get("/today").text)
    assert "ended on 5 July 2027" in text(morning.get("/today").text)
    ours = {"Origin": f"http://{HERE_ALONE}"}
    assert known(morning, marks(evening), **ours)[0] == 303
    assert repository.endings.of_person("P1") == [], "it has ended since it was shown"
    assert known(morning, marks(morning), **ours)[0] == 303
    assert marks(morning) == []


def test_the_way_back_from_the_tap_keeps_the_persona(ends: Repository) -> None:
    found = demo()
    answer = found.post(
        "/today/known-ends",
        data={"ends": marks(found)},
        headers={"Origin": f"http://{HERE_ALONE}"},
    )
    assert answer.headers["Location"] == "../today?as=staff&as_person=P1#ends"
    again = found.get("/today/known-ends")
    assert (again.status_code, again.headers["Location"]) == (303, answer.headers["Location"])
    assert found.get("/today/known").headers["Location"].endswith("#changed")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example.org"},
        {"Origin": "https://rota.example.org.elsewhere.org"},
        {"Origin": "file://rota.example.org"},
    ],
    ids=str,
)
def test_a_tap_on_another_site_is_refused(
    ends: Repository, ada: TestClient, headers: dict[str, str]
) -> None:
    named = marks(ada)
    assert named
    assert known(ada, named, **headers) == (403, f"Today {STRANGE} Today")
    assert known(demo(), named, **headers) == (403, f"Today {STRANGE} Today")
    assert news(ends) == 2


def test_a_tap_that_names_two_origins_is_refused(ends: Repository, ada: TestClient) -> None:
    both = [("Origin", PUBLIC.public), ("Origin", "https://elsewhere.example.org")]
    body = f"ends={marks(ada)[0]}".encode()
    assert ada.post("/today/known-ends", content=body, headers=both).status_code == 403
    assert news(ends) == 2


def test_who_has_not_signed_in_notes_nothing(ends: Repository, ada: TestClient) -> None:
    assert known(served(), marks(ada), **OURS)[0] == 401
    assert news(ends) == 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ends=",
        "ends=x",
        "up_to=1",
        "ends=MARK0",
        "ends=MARK&ends=<script>alert(1)",
        "ends=MARK&ends=١١١١١١١١١١١١١١١١",
        f"ends=MARK&more={'9' * LONGEST_ENDS}",
    ],
)
def test_a_mark_that_there_cannot_be_notes_nothing(
    ends: Repository, ada: TestClient, body: str
) -> None:
    sent = body.replace("MARK", marks(ada)[0]).encode()
    answer = ada.post("/today/known-ends", content=sent, headers=OURS)
    assert answer.status_code == 403
    assert news(ends) == 2


def test_a_mark_of_somebody_else_s_is_none_of_theirs(ends: Repository, ada: TestClient) -> None:
    ending(ends, MONDAY + timedelta(days=5), who=("P3",))
    (theirs,) = {one.ending.mark for one in told_endings(ends, "P3", MONDAY)}
    before = news(ends)
    assert known(ada, [theirs], **OURS)[0] == 303
    assert (news(ends), news(ends, "P3")) == (before, 1)


def test_beside_somebody_who_writes_for_long_it_is_shown_and_not_noted(
    ends: Repository, ada: TestClient
) -> None:
    named = marks(ada)
    file = ends.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert ada.get("/today").status_code == 200
        assert known(ada, named, **OURS) == (503, f"Today {NOT_NOTED} Today")
        writer.execute("ROLLBACK")
    assert news(ends) == 2
    assert known(ada, named, **OURS)[0] == 303
    assert news(ends) == 0
