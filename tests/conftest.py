"""Databases for tests: what is promised of one kind is tried on both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.storage import database, schema
from tests import postgresql
from tests.compiled_once import compiled_once
from tests.facts_said import require_said
from tests.new_databases import quick

NewDatabase = Callable[[], str]


@pytest.fixture(scope="session", autouse=True)
def new_databases_are_copies() -> Iterator[None]:
    """In this process: programs that a test starts make theirs by the migrations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "upgrade", quick(schema.upgrade))
        create = compiled_once(database.create_engine)
        patch.setattr(
            database, "create_engine", lambda *of, **how: require_said(create(*of, **how))
        )
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One server for all tests of this process; they are skipped where there is none to start."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def new_database(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes a database without any facts, and gives its address."""
    if database_kind == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        return server.new_database
    numbers = iter(range(1_000))
    return lambda: f"sqlite:///{tmp_path / f'new{next(numbers)}.db'}"


@pytest.fixture
def empty_database(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without any tables."""
    if database_kind == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        return server.empty_database()
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def any_roster_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """For made-up rosters: whether one stands under the facts of now is asked by the tests of
    publishing what does not.
    """
    for module in ("publish", "preview"):
        monkeypatch.setattr(f"scheduler.services.publish.{module}.unkept", lambda *_: ())
