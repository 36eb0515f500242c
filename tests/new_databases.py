"""New SQLite databases for tests, with the tables of this version, without half a second of
migrations for each: what the migrations made once in this process is said again.
"""

from collections.abc import Callable
from functools import cache

import sqlalchemy as sa

from scheduler.storage import schema

Upgrade = Callable[[sa.Connection], None]


@cache
def pattern() -> tuple[str, ...]:
    """The statements that make what the migrations make of a database without any tables."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        schema.migrate(connection, "head")
    with engine.connect() as connection:
        made = connection.connection.driver_connection
        assert made is not None
        found = tuple(made.iterdump())
    engine.dispose()
    assert (found[0], found[-1]) == ("BEGIN TRANSACTION;", "COMMIT;")
    return found[1:-1]


def quick(upgrade: Upgrade) -> Upgrade:
    """The same, save that a SQLite database without any tables is made from the pattern."""

    def upgraded(connection: sa.Connection) -> None:
        empty = connection.dialect.name == "sqlite" and not sa.inspect(connection).get_table_names()
        if not empty:
            upgrade(connection)
            return
        for statement in pattern():
            connection.exec_driver_sql(statement)

    return upgraded
