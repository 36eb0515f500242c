"""The API over a small database, and programs that ask it with tokens of their own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from scheduler.domain.access import THE_PROGRAM
from scheduler.rest.app import api
from scheduler.rest.door import NOBODY_YET
from scheduler.services.accounts import access_tokens, accounts
from scheduler.services.data.own_database import OwnDatabase
from scheduler.storage.repository import Repository
from tests.ui.conftest import ROSTER, answers_can_be_sent, made

__all__ = ["ROSTER", "answers_can_be_sent", "made"]


@pytest.fixture
def database(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a copy of the small database, which is also the one that is named."""
    path = tmp_path / "copy.db"
    shutil.copy(made, path)
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{path}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return f"sqlite:///{path}"


@pytest.fixture
def repository(database: str) -> Iterator[Repository]:
    with Repository(database, actor=THE_PROGRAM) as found:
        yield found


@pytest.fixture
def client(database: str) -> Iterator[TestClient]:
    """Whoever asks without a token."""
    served = OwnDatabase(NOBODY_YET)
    with TestClient(api(served), "http://localhost", raise_server_exceptions=False) as found:
        yield found
    served.repository().close()


Program = Callable[..., TestClient]


@pytest.fixture
def program(repository: Repository, client: TestClient) -> Program:
    """Makes a program with a token: `program("operations", organisations=["A"], …)`; `limits`: what
    narrows the token.
    """

    def make(
        role: str = "operations", *, staff_id: str = "", called: str = "", **limits: object
    ) -> TestClient:
        known = accounts.add(
            repository, "integration", f"{role}{staff_id}{called}", f"a {role} program"
        )
        if staff_id:
            accounts.is_staff(repository, known.id, staff_id)
        elif not any(grant.role == role for grant in repository.book.grants(known.id)):
            accounts.give(repository, known.id, role, from_date=date(2020, 1, 1))
        made = access_tokens.make(repository, known.id, "a test", **limits)  # type: ignore[arg-type]
        headers = {"Authorization": f"Bearer {made.secret}"}
        return TestClient(
            client.app, "http://localhost", headers=headers, raise_server_exceptions=False
        )

    return make
