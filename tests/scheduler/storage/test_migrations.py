"""The migrations make exactly the tables that the code knows, and can be undone."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from scheduler.domain.errors import BadRequest
from scheduler.storage import schema
from scheduler.storage.database import with_driver
from scheduler.storage.repository import Repository
from scheduler.storage.tables import METADATA
from tests.new_databases import quick


def plain_engine(url: str) -> sa.Engine:
    """Without any of the program's own settings."""
    return sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)


@pytest.fixture
def connection(empty_database: str) -> Iterator[sa.Connection]:
    with plain_engine(empty_database).connect() as connection:
        yield connection


def promises(connection: sa.Connection) -> dict[str, Any]:
    """Everything that a table promises, by table."""
    inspector = sa.inspect(connection)
    return {
        name: (
            [
                (column["name"], str(column["type"]), column["nullable"])
                for column in sorted(inspector.get_columns(name), key=lambda c: c["name"])
            ],
            {(check["name"], check["sqltext"]) for check in inspector.get_check_constraints(name)},
            {(key["name"], key["referred_table"]) for key in inspector.get_foreign_keys(name)},
            {
                (unique["name"], tuple(unique["column_names"]))
                for unique in inspector.get_unique_constraints(name)
            },
            {
                (index["name"], tuple(index["column_names"]))
                for index in inspector.get_indexes(name)
            },
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_migrations_and_models_agree(connection: sa.Connection) -> None:
    schema.migrate(connection, "head")
    assert (
        compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), METADATA
        )
        == []
    )


def test_migrations_keep_the_promises_of_the_models_checks_included(
    connection: sa.Connection,
) -> None:
    schema.migrate(connection, "head")
    found = promises(connection)
    schema.migrate(connection, "base")
    METADATA.create_all(connection)
    assert found == promises(connection)


def test_what_tests_make_anew_is_what_the_migrations_make() -> None:
    made = []
    for upgrade in (lambda each: schema.migrate(each, "head"), quick(lambda each: None)):
        with plain_engine("sqlite://").connect() as connection:
            upgrade(connection)
            assert schema.revision(connection) == schema.HEAD
            master = sa.text("SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name")
            rows = {
                name: connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()
                for name in promises(connection)
            }
            assert len(rows.pop("facts_edition")) == 1  # of each database another text
            made.append((promises(connection), connection.execute(master).all(), rows))
    assert made[0] == made[1]


def test_up_down_and_up_again(connection: sa.Connection) -> None:
    schema.migrate(connection, "head")
    first = promises(connection)
    assert schema.revision(connection) == schema.HEAD
    schema.migrate(connection, "base")
    assert promises(connection) == {}
    schema.migrate(connection, "head")
    assert promises(connection) == first


def test_a_database_of_an_earlier_version_is_brought_up_when_it_is_opened(
    empty_database: str,
) -> None:
    with plain_engine(empty_database).begin() as connection:
        schema.migrate(connection, "0002")
    with Repository(empty_database) as repository:
        assert repository.rosters() == []


def test_a_database_of_a_later_version_is_left_alone(empty_database: str) -> None:
    Repository(empty_database).close()
    with plain_engine(empty_database).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadRequest, match="9999"):
        Repository(empty_database)


def test_jobs_that_valued_barriers_become_a_kind_of_their_own_and_back(
    connection: sa.Connection,
) -> None:
    schema.migrate(connection, "0007")
    jobs = sa.Table("job", sa.MetaData(), autoload_with=connection)
    collaboratives = sa.Table("collaborative", sa.MetaData(), autoload_with=connection)
    connection.execute(sa.insert(collaboratives).values(id="COL", name="Col"))
    common = {
        "number": 0,
        "collaborative_id": "COL",
        "state": "queued",
        "attempts": 0,
        "created_at": datetime(2027, 1, 1),
        "cancel_requested": False,
        "phase": "",
        "course": "[]",
        "message": "",
    }
    requests = {
        "J1": '{"bundle":0,"kind":"compare"}',
        "J2": '{"bundle":2,"kind":"compare"}',
        "J3": '{"kind":"compare"}',
    }
    for number, (job_id, request) in enumerate(requests.items()):
        row = {
            **common,
            "fingerprint": job_id,
            "id": job_id,
            "number": number,
            "kind": "compare",
            "request": request,
        }
        connection.execute(
            sa.insert(jobs).values({name: value for name, value in row.items() if name in jobs.c})
        )

    def found() -> dict[str, tuple[str, str]]:
        return {
            job.id: (job.kind, job.request)
            for job in connection.execute(sa.select(jobs.c.id, jobs.c.kind, jobs.c.request))
        }

    before = found()
    schema.migrate(connection, "0008")
    assert found() == before | {"J2": ("value", '{"bundle":2,"kind":"value"}')}
    schema.migrate(connection, "0007")
    assert found() == before


def test_rosters_of_before_say_what_they_were_made_from(connection: sa.Connection) -> None:
    schema.migrate(connection, "0015")
    tables = sa.MetaData()
    tables.reflect(connection, only=("collaborative", "snapshot", "roster"))
    connection.execute(sa.insert(tables.tables["collaborative"]).values(id="COL", name="Col"))
    connection.execute(
        sa.insert(tables.tables["snapshot"]).values(
            sha256="0", cells=b"", created_at=datetime(2027, 1, 1)
        )
    )
    summaries = {
        "COL-1": "{}",
        "COL-2": '{"stable_against": "COL-1"}',
        "COL-3": '{"stable_against": "COL-1", "repair": {"repaired_from": "COL-2"}}',
    }
    for version, (roster_id, summary) in enumerate(summaries.items(), start=1):
        connection.execute(
            sa.insert(tables.tables["roster"]).values(
                id=roster_id,
                collaborative_id="COL",
                start=date(2027, 1, 11),
                days=7,
                version=version,
                kind="roster",
                status="draft",
                created_at=datetime(2027, 1, 1),
                summary=summary,
                snapshot_sha256="0",
            )
        )
    schema.migrate(connection, "0017")
    rows = connection.execute(sa.text("SELECT id, made_from FROM roster ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        ("COL-1", None),
        ("COL-2", "COL-1"),
        ("COL-3", "COL-2"),
    ]
