"""A connection to the database that keeps its promises, the same on SQLite and PostgreSQL: foreign
keys, readers who see one state throughout, one writer of facts and rosters at a time.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import QueuePool, StaticPool

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.storage import schema, sqlite_file

_PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "synchronous=NORMAL")
DISK_FULL, NOT_WRITABLE = "the disk is full", "it cannot be written"
_IN_WORDS = {
    "database or disk is full": DISK_FULL,
    "could not extend file": DISK_FULL,
    "readonly database": NOT_WRITABLE,
}
"""What databases say, in words of ours."""
_PASSWORD = re.compile(r"^((?:[^:]*:/*)?[^:/@]*):(?!//)(.*)@", re.DOTALL)
"""In an address, also one that is wrongly written: from the colon behind the user to the last @."""
_WRITERS_LOCK = 7_205_119
"""Of PostgreSQL's advisory locks, which are numbers: the one that this program takes, in its own
database only.
"""


def open_engine(url: str, *, reading_only: bool = False) -> Engine:
    """With the tables of this version. Raises BadRequest for an address without a meaning,
    Unavailable where nobody answers.

    `reading_only`: nothing is written, not even tables: what is not there is empty, and an older
    SQLite file is brought to this version in memory. A writer is never waited for.
    """
    engine, file = _engine(url, reading_only=reading_only)
    with _opening(engine, url):
        if reading_only:
            return _as_it_is(_listening(engine), url, file)
        return _with_tables(_listening(engine))


def open_as_it_lies(url: str) -> Engine:
    """For reading alone, whatever version its tables are of; nothing is made or brought to this
    one. Raises as `open_engine`, and BadRequest where there is no such file.
    """
    engine, file = _engine(url, reading_only=True)
    if in_memory(url) or (file is not None and not file.exists()):
        raise BadRequest(f"There is no database at {shown(url)}.")
    with _opening(engine, url), _listening(engine).connect():
        return _only_read(engine)


def _engine(url: str, *, reading_only: bool) -> tuple[Engine, Path | None]:
    """Not connected yet, and the file of a SQLite database."""
    try:
        parsed = with_driver(make_url(url))
        _require_plain_password(url, parsed)
        file = database_file(url)
        if file is not None and not reading_only:
            sqlite_file.prepare(file)
        # without hide_parameters a failed insert prints people's data into logs
        engine = create_engine(parsed, hide_parameters=True, **_options(parsed, file, reading_only))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise BadRequest(
            f"{shown(url)!r} is not the address of a database that can be used:"
            f" {without_password(str(error), url)}. Maybe sqlite:///path/to/file.db, or"
            " postgresql://user@host/database?"
        ) from None
    except OSError as error:
        raise BadRequest(f"The database {shown(url)} cannot be made: {error.strerror}.") from None
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise BadRequest(
            f"{shown(url)} is a database of a kind that was not tried: SQLite and PostgreSQL were."
        )
    return engine, file


@contextmanager
def _opening(engine: Engine, url: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        engine.dispose()
        raise Unavailable(
            f"The database {shown(url)} cannot be opened: {without_password(reason(error), url)}"
        ) from None
    except SQLAlchemyError as error:
        engine.dispose()
        raise BadRequest(
            f"The database {shown(url)} cannot be opened: {without_password(reason(error), url)}"
        ) from None


def _listening(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "checkin", _keep_none_for_reading_alone)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _with_tables(engine: Engine) -> Engine:
    """Looks first, so that whoever opens a database that is up to date waits for no writer and
    needs no right to write.
    """
    with reading(engine).begin() as connection:
        up_to_date = schema.revision(connection) == schema.HEAD
    if not up_to_date:
        with writing(engine).begin() as connection:
            schema.upgrade(connection)
    return engine


def _as_it_is(engine: Engine, url: str, file: Path | None) -> Engine:
    """For reading alone: as it lies there, or where that is not of this version, what it would be,
    in memory.
    """
    found = None
    if file is None or file.exists():
        with reading(engine).begin() as connection:
            found = schema.revision(connection)
    if found == schema.HEAD:
        return _only_read(engine)
    if found is not None:
        schema.require_known(found)
    if found is not None and engine.dialect.name == "postgresql":
        engine.dispose()
        raise BadRequest(
            f"The database {shown(url)} has tables of version {found}, and this command only reads."
            " Any command that writes brings them up to date, such as scheduler import."
        )
    address = make_url("sqlite://")
    made = _listening(create_engine(address, hide_parameters=True, **_options(address, None, True)))
    if found is not None:
        with engine.connect() as older, made.connect() as newer:
            older.connection.driver_connection.backup(newer.connection.driver_connection)  # type: ignore[union-attr]
    engine.dispose()
    return _only_read(_with_tables(made))


def _only_read(engine: Engine) -> Engine:
    """From now on the database itself refuses to write."""
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON")
        )
    else:
        event.listen(
            engine,
            "begin",
            lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"),
        )
    return engine


def shown(url: str) -> str:
    """An address as it may be shown: without its password, also where it is no proper address."""
    hidden = _PASSWORD.sub(r"\1:***@", url)
    return re.sub(r"(?i)(pass\w*=)[^&]*", r"\1***", hidden)


def without_password(text: str, url: str) -> str:
    """What a library said about an address, which may be the address itself."""
    text = text.replace(url, shown(url))
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text


def _secrets(url: str) -> list[str]:
    """What must not be shown, as it is written and as it is meant, the longest first."""
    found = set(re.findall(r"(?i)pass\w*=([^&]*)", url))
    if between := _PASSWORD.match(url):
        found |= {between[2], *re.split(r"[@/?#:]", between[2])}
    found |= {unquote(one) for one in found}
    return sorted((one for one in found if len(one) > 2), key=len, reverse=True)


def _require_plain_password(url: str, parsed: URL) -> None:
    """A password with an unwritten @ or / would be taken apart, and parts of it shown as a host or
    a database.
    """
    between = _PASSWORD.match(url)
    if parsed.get_backend_name() != "sqlite" and between and re.search(r"[@/?#:]", between[2]):
        raise BadRequest(
            f"The address {shown(url)} is not clear: its password holds characters with a meaning"
            " of their own there. Write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23."
        )


def with_driver(url: URL) -> URL:
    """The driver that this program brings, where an address names none."""
    return (
        url.set(drivername="postgresql+psycopg")
        if url.drivername in ("postgres", "postgresql")
        else url
    )


def in_memory(url: str) -> bool:
    """Whether the database ends with the process that opens it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:")


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    parsed = make_url(url)
    return (
        Path(parsed.database)
        if parsed.get_backend_name() == "sqlite" and parsed.database and not in_memory(url)
        else None
    )


def reason(error: SQLAlchemyError) -> str:
    """What the database itself said, on one line."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return next((words for part, words in _IN_WORDS.items() if part in said), said)


def reading(engine: Engine) -> Engine:
    """For transactions that only read: all their queries see the same state of the database."""
    return (
        engine.execution_options(isolation_level="REPEATABLE READ")
        if engine.dialect.name == "postgresql"
        else engine
    )


def writing(engine: Engine) -> Engine:
    """For transactions that write facts and rosters: one at a time, locked at the beginning, not
    half way through.
    """
    return engine.execution_options(writing=True)


def taking_turns(engine: Engine) -> Engine:
    """For transactions that write in the queue of jobs alone, which on PostgreSQL need not wait for
    a long import.
    """
    return engine.execution_options(taking_turns=True)


def _options(url: URL, file: Path | None, reading_only: bool) -> dict[str, Any]:
    if url.get_backend_name() == "postgresql":
        # a server may have been restarted since the last use
        return {
            "pool_pre_ping": True,
            "connect_args": {"connect_timeout": 10},
        }
    if in_memory(url.render_as_string(hide_password=False)):
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if file is None or url.query:
        return {}
    return {
        "creator": lambda: sqlite_file.connect(file, reading_only=reading_only),
        "poolclass": QueuePool,
    }


def _configure_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = (
        None  # the driver must not begin transactions by itself: see _begin_sqlite
    )
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_none_for_reading_alone(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite_file.ReadingAlone):
        record.invalidate()  # a moment later there may be room again, or another state


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if options.get("writing") or options.get("taking_turns") else "BEGIN"
    )


def _begin_postgresql(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE: what is read after it is the latest, so that "the next version" is
    # nobody else's too
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
