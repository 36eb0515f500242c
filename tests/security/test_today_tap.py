"""The tap on the page of today that says that they know, and whose it has to be."""

import sqlite3
from contextlib import closing

import pytest
from starlette.testclient import TestClient

from scheduler.services.accounts import accounts
from scheduler.services.inbox.notices import notices
from scheduler.storage.repository import Repository
from tests.security.today import (
    HERE_ALONE,
    OURS,
    PUBLIC,
    ada,
    demo,
    published,
    repository,
    roster_id,
    text,
)
from ui.today_route import BUSY, NOT_NOTED, STRANGE

__all__ = ["ada", "published", "repository", "roster_id"]


def known(found: TestClient, up_to: object = 99, **headers: str) -> tuple[int, str]:
    answer = found.post("/today/known", data={"up_to": str(up_to)}, headers=headers)
    return answer.status_code, text(answer.text)


def test_a_tap_is_noted_once_however_often_it_is_made(
    repository: Repository, ada: TestClient
) -> None:
    (notice,) = notices(repository, "P1", unseen=True)
    assert f'name="up_to" value="{notice.id}"' in ada.get("/today").text
    for _ in range(2):
        answer = ada.post("/today/known", data={"up_to": str(notice.id)}, headers=OURS)
        assert (answer.status_code, answer.headers["Location"]) == (303, "../today#changed")
    assert "Nothing that you do not know yet." in text(ada.get("/today").text)
    (seen,) = notices(repository, "P1")
    assert seen.seen_by == accounts.find_account(repository, "ada").id
    noted = [one for one in repository.audit.entries() if one.action == "acknowledge_changes"]
    assert len(noted) == 1


def test_nobody_else_s_notice_is_noted_with_it(repository: Repository, ada: TestClient) -> None:
    assert known(ada, **OURS)[0] == 303
    assert not notices(repository, "P1", unseen=True)
    assert len(notices(repository, "P2", unseen=True)) == 1


def test_the_way_back_from_the_tap_keeps_the_persona(roster_id: str) -> None:
    found = demo()
    answer = found.post(
        "/today/known", data={"up_to": "1"}, headers={"Origin": f"http://{HERE_ALONE}"}
    )
    assert answer.headers["Location"] == "../today?as=staff&as_person=P1#changed"
    assert found.get("/today/known").status_code == 303, "loaded again"


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
    repository: Repository, ada: TestClient, headers: dict[str, str]
) -> None:
    assert known(ada, **headers) == (403, f"Today {STRANGE} Today")
    assert known(demo(), **headers) == (403, f"Today {STRANGE} Today")
    assert notices(repository, "P1", unseen=True)


def test_a_tap_that_names_two_origins_is_refused(repository: Repository, ada: TestClient) -> None:
    both = [("Origin", PUBLIC.public), ("Origin", "https://elsewhere.example.org")]
    answer = ada.post("/today/known", content=b"up_to=99", headers=both)
    assert answer.status_code == 403
    assert notices(repository, "P1", unseen=True)


@pytest.mark.parametrize(
    "up_to", ["", "x", "-1", "1.5", "١", "9" * 16, "9" * 5000, "1&up_to=2", f"1&more={'9' * 300}"]
)
def test_a_number_that_there_cannot_be_notes_nothing(
    repository: Repository, ada: TestClient, up_to: str
) -> None:
    body = f"up_to={up_to}".encode()
    answer = ada.post("/today/known", content=body, headers=OURS)
    assert answer.status_code == 403
    assert notices(repository, "P1", unseen=True)


def test_beside_somebody_who_writes_for_long_it_is_shown_and_not_noted(
    repository: Repository, ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.get("/today").status_code == 200
    file = repository.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert ada.get("/today").status_code == 200
        assert known(ada, **OURS) == (503, f"Today {NOT_NOTED} Today")
        writer.execute("ROLLBACK")
    assert notices(repository, "P1", unseen=True)
    assert known(ada, **OURS)[0] == 303


def test_a_database_that_does_not_answer_is_said_without_a_trace(
    ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "postgresql://nobody@127.0.0.1:1/none")
    answer = ada.get("/today")
    assert (answer.status_code, text(answer.text)) == (503, f"Today {BUSY} Today")
    assert int(answer.headers["Retry-After"]) > 0
