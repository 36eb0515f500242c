"""Copies of a SQLite database: made by the database itself while others write, with what lies in
its log, and put in the place of another one.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from scheduler.domain.errors import BadRequest

BESIDE = ("-wal", "-shm", "-journal")
"""Ends of names of the files that SQLite keeps beside a database; those of one must never come to
lie beside another.
"""
MOST_TOLD = 5
"""Findings of SQLite that are told."""
PATIENCE = 3.0
"""Seconds for which those who have a database open are waited for."""


def copy(connection: Connection, place: Path) -> None:
    """A copy of the state that the connection's transaction sees, in one file without a log, and
    without what was deleted. Raises BadRequest where the database is damaged.
    """
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        with closing(sqlite3.connect(place, isolation_level=None)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE").fetchall()
            made.execute("VACUUM")  # pages that were let go hold what was deleted
    except sqlite3.DatabaseError as error:
        raise BadRequest(
            f"The database cannot be copied: {error}; nothing was left there. The disk may be full,"
            " or the database damaged: scheduler doctor"
        ) from None


def faults(file: Path) -> list[str]:
    """What SQLite finds wrong in a file that nobody writes; empty = nothing."""
    address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return faults_found(connection)
    except sqlite3.DatabaseError as error:
        return [str(error)]


def faults_found(connection: sqlite3.Connection) -> list[str]:
    """As `faults`, through a connection; at most a handful of each kind. Raises
    sqlite3.DatabaseError where not even that can be asked.
    """
    found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})")]
    lost = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_TOLD)
    return [line for line in found if line != "ok"] + [
        f"a row of {table} names one of {parent} that is not there" for table, _, parent, _ in lost
    ]


@contextmanager
def taken_from_everybody(file: Path) -> Iterator[Callable[[], None]]:
    """While another file is put in its place: a database that nobody has open, with nothing in a
    log of its own. Gives what removes the files beside it, to be called at the last moment before
    the new one lies there. What is there may be missing, or damaged.

    Raises BadRequest where somebody has it open, and then nothing is changed.
    """

    def clear() -> None:
        for end in BESIDE:
            file.with_name(file.name + end).unlink(missing_ok=True)

    if not file.exists():
        yield clear
        return
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
        try:
            # only who has it alone may end the log; what it holds goes into the file first
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BadRequest(
                    f"Somebody has the database {file.name} open, and would go on in what is not"
                    " there any more. End the pages and the workers first; nothing was changed."
                ) from None
            if code not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise BadRequest(f"The database {file.name} cannot be replaced: {error}.") from None
        yield clear
