"""The file of a SQLite database: made for its owner's eyes alone, and read also where nothing can
be written.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

PATIENCE = 5.0
"""Seconds for which a writer waits for another."""


def prepare(file: Path) -> None:
    """Make the file where it is missing, and its folder; SQLite gives the files beside it the same
    rights. Raises OSError.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return


class ReadingAlone(sqlite3.Connection):
    """To a file that can be read and not written, as it is at this moment: not to be kept for
    later.
    """


def connect(file: Path, *, reading_only: bool = False) -> sqlite3.Connection:
    """A connection that has looked into the file.

    Where its log cannot be opened, since the folder or the disk takes nothing more, it is one for
    reading alone.
    """
    try:
        to_begin = () if reading_only else ("PRAGMA journal_mode=WAL",)
        return _looked_into(
            sqlite3.connect(file, timeout=PATIENCE, check_same_thread=False), *to_begin
        )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NOTHING_CAN_BE_WRITTEN:
            raise
        for address in _readable(file):
            try:
                return _looked_into(
                    sqlite3.connect(
                        address, uri=True, check_same_thread=False, factory=ReadingAlone
                    )
                )
            except sqlite3.OperationalError:
                continue
        raise


_NOTHING_CAN_BE_WRITTEN = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}


def _readable(file: Path) -> list[str]:
    """Ways of reading without writing, the surest first."""
    if not file.is_file():
        return []
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    log = file.with_name(f"{file.name}-wal")
    # a file whose log holds nothing is whole by itself, and is read as one that does not change
    whole = not log.exists() or log.stat().st_size == 0
    return [address, *([f"{address}&immutable=1"] if whole else [])]


def _looked_into(connection: sqlite3.Connection, *before: str) -> sqlite3.Connection:
    try:
        for statement in (*before, "SELECT count(*) FROM sqlite_master"):
            connection.execute(statement).fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
