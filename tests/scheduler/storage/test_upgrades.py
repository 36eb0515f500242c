"""From every version that there was, with rows in every table, to this one: nothing is lost, and
what is there can be read.
"""

import datetime as dt

import pytest
import sqlalchemy as sa

from scheduler.domain.change_set import RowChange
from scheduler.domain.facts import BY_FILE, Leave
from scheduler.storage import backup_sqlite, schema
from scheduler.storage.database import with_driver
from scheduler.storage.repository import Repository
from tests.scheduler.storage.rows_of_before import all_rows, fill, written

RELEASED = sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("*.py"))


def plain_engine(url: str) -> sa.Engine:
    """Without any of the program's own settings, as an earlier program had others."""
    return sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)


def test_every_version_is_tried() -> None:
    assert RELEASED[-1] == schema.HEAD
    assert [int(one) for one in RELEASED] == list(range(1, len(RELEASED) + 1))


SOME = {*RELEASED[:-1:5], RELEASED[-2]}
"""Versions that are tried on PostgreSQL too: from each, every later migration runs."""


@pytest.mark.parametrize(
    ("database_kind", "revision"),
    [
        (kind, one)
        for kind in ("sqlite", "postgresql")
        for one in RELEASED[:-1]
        if kind == "sqlite" or one in SOME
    ],
)
def test_nothing_is_lost_on_the_way_to_this_version(revision: str, empty_database: str) -> None:
    engine = plain_engine(empty_database)
    with engine.begin() as connection:
        schema.migrate(connection, revision)
        assert fill(connection) == []
    with engine.begin() as connection:
        before = all_rows(connection)
    assert all(before.values())  # a table without a row would prove nothing

    with Repository(empty_database) as repository:
        with engine.begin() as connection:
            assert schema.revision(connection) == schema.HEAD
            after = all_rows(connection)
            if connection.dialect.name == "sqlite":
                driver = connection.connection.driver_connection
                assert driver is not None
                assert backup_sqlite.faults_found(driver) == []
        for name, rows in before.items():
            for key, row in rows.items():
                now = after[name][key]
                assert {column: now[column] for column in row if column in now} == {
                    column: value for column, value in row.items() if column in now
                }, name
            assert len(after[name]) == len(rows), name

        for file, kind in BY_FILE.items():
            if file in before and set(next(iter(before[file].values()))) >= set(kind.model_fields):
                assert repository.facts(file) == written().facts[file]
        assert set(repository.dataset().sha256())  # all of it can be read
        if "roster" in before:
            assert tuple(one.id for one in repository.rosters()) == written().rosters
            assert all(repository.roster(one).document.assignments for one in written().rosters[1:])
        if "job" in before:
            assert [job.kind for job in repository.jobs.latest()] == ["solve"]
        if "audit_entry" in before:
            assert repository.audit.verify().broken == ()
            assert repository.audit.verify().entries == written().entries
        day = dt.date(2031, 1, 6)
        repository.change(  # and work goes on
            [RowChange(None, Leave(staff_id="S1", from_date=day, to_date=day, kind="al"))]
        )
        assert repository.audit.verify().broken == ()
