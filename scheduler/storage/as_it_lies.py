"""A database as it lies there, whatever version its tables are of: for those who copy it, or look
whether it is well.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.storage.database import open_as_it_lies, reading, reason, shown

MADE_EMPTY = frozenset({"alembic_version", "audit_head", "facts_edition"})
"""Tables of which a database without anything in it has a row."""
OF_THE_MOMENT = frozenset({"worker"})
"""Tables of which the rows mean nothing once what runs has ended."""


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """One state of the database throughout; nothing is written. Raises BadRequest where there is
    none, or what lies there is none, and Unavailable where nobody answers.
    """
    engine = open_as_it_lies(url)
    try:
        with reading(engine).begin() as connection:
            yield connection
    except OperationalError as error:
        raise Unavailable(f"The database {shown(url)} cannot be read: {reason(error)}") from None
    except SQLAlchemyError as error:
        raise BadRequest(f"The database {shown(url)} cannot be read: {reason(error)}") from None
    finally:
        engine.dispose()


def rows_by_table(connection: Connection) -> dict[str, int]:
    """How many rows each table has; reads all of them on the way."""
    return {
        name: int(
            connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        )
        for name in sorted(sa.inspect(connection).get_table_names())
    }


def holds_anything(rows: dict[str, int]) -> bool:
    """Whether somebody would miss it, by the rows of its tables."""
    return any(count for name, count in rows.items() if name not in MADE_EMPTY | OF_THE_MOMENT)
