"""The database itself refuses rows that the contract forbids, whoever writes them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from scheduler.domain.change_set import RowChange
from scheduler.domain.facts import FACT_TYPES
from scheduler.storage.changing import write
from scheduler.storage.database import open_engine
from scheduler.storage.facts_edition import replace_edition
from scheduler.storage.tables import FACT_ROWS, METADATA, table
from tests.scheduler.storage import sample


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    engine = open_engine(
        request.getfixturevalue("postgresql_server").new_database()
        if request.param == "postgresql"
        else "sqlite://"
    )
    with engine.begin() as connection:
        write(connection, [RowChange(None, fact) for fact in sample.dataset().facts()])
    return engine


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("site", {"id": "X9", "latitude": 62.0}),
        ("site", {"id": "X9", "longitude": -9.5}),
        ("site", {"id": "X9", "place_id": "nowhere"}),
        ("site", {"id": "X9", "name": None}),
        ("site", {"id": "X9", "name": ""}),
        ("site", {}),
        ("organisation", {"id": "R9", "kind": "club"}),
        ("contract", {"id": "C9", "to_date": date(2020, 1, 1)}),
        ("contract", {"id": "C9", "hours_per_week": 169.0}),
        ("passport", {"status": "lost"}),
        ("service_host", {"organisation_id": "R3"}),
        ("travel_time", {"minutes": 5.0}),
        ("demand", {"id": "D9", "priority": 0}),
    ],
)
def test_a_bad_row_is_refused(connection: sa.Connection, file: str, change: dict[str, Any]) -> None:
    row = {**sample.dataset().rows(file)[0].__dict__, **change}
    replace_edition(connection)
    with pytest.raises(IntegrityError):
        connection.execute(sa.insert(table(file)).values(row))


def test_every_fact_has_a_table_with_its_columns() -> None:
    for fact_type in FACT_TYPES:
        assert set(fact_type.model_fields) == set(table(fact_type.file).c.keys()) - {"row_id"}
        assert issubclass(FACT_ROWS[fact_type.file], fact_type)


def test_the_tables_can_be_written_down_for_postgresql_within_its_limit_for_names() -> None:
    for known in METADATA.tables.values():
        assert "CHECK" in str(
            CreateTable(known).compile(dialect=postgresql.dialect())
        ) or known.name in {
            "audit_person",
            "deleted_roster",
            "roster_edit_line",
            "sign_in",
            "snapshot",
            "worker",
        }
        names = [item.name for item in (*known.constraints, *known.indexes)]
        assert all(name and len(str(name)) <= 63 for name in names)
