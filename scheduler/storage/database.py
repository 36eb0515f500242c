"""A connection to the database that keeps its promises, the same on SQLite and PostgreSQL: foreign keys, readers who see
one state throughout, one writer of facts and rosters at a time."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.storage import schema

_PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")
_WRITERS_LOCK = 7_205_119
"""Of PostgreSQL's advisory locks, which are numbers: the one that this program takes, in its own database only."""


def open_engine(url: str) -> Engine:
    """With the tables of this version. Raises BadRequest for an address without a meaning, Unavailable where nobody answers."""
    try:
        parsed = with_driver(make_url(url))
        shown = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite" and parsed.database and not in_memory(url):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # without hide_parameters a failed insert prints people's data into logs
        engine = create_engine(parsed, hide_parameters=True, **_options(parsed))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadRequest(
            f"{url!r} is not the address of a database that can be used: {error}. "
            "Maybe sqlite:///path/to/file.db, or postgresql://user@host/database?"
        ) from None
    except OSError as error:
        raise BadRequest(f"The folder of the database {shown} cannot be made: {error.strerror}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _begin_postgresql)
    else:
        raise BadRequest(f"{shown} is a database of a kind that was not tried: SQLite and PostgreSQL were.")
    try:
        with writing(engine).begin() as connection:
            schema.upgrade(connection)
    except (OperationalError, InterfaceError) as error:
        engine.dispose()
        raise Unavailable(f"The database {shown} cannot be opened: {reason(error)}") from None
    except SQLAlchemyError as error:
        engine.dispose()
        raise BadRequest(f"The database {shown} cannot be opened: {reason(error)}") from None
    return engine


def with_driver(url: URL) -> URL:
    """The driver that this program brings, where an address names none."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def in_memory(url: str) -> bool:
    """Whether the database ends with the process that opens it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:")


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database and not in_memory(url) else None


def reason(error: SQLAlchemyError) -> str:
    """What the database itself said, on one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def reading(engine: Engine) -> Engine:
    """For transactions that only read: all their queries see the same state of the database."""
    return engine.execution_options(isolation_level="REPEATABLE READ") if engine.dialect.name == "postgresql" else engine


def writing(engine: Engine) -> Engine:
    """For transactions that write facts and rosters: one at a time, locked at the beginning, not half way through."""
    return engine.execution_options(writing=True)


def taking_turns(engine: Engine) -> Engine:
    """For transactions that write in the queue of jobs alone, which on PostgreSQL need not wait for a long import."""
    return engine.execution_options(taking_turns=True)


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "postgresql":
        return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}  # a server may have been restarted since the last use
    if in_memory(url.render_as_string(hide_password=False)):
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {}


def _configure_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: see _begin_sqlite
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") or options.get("taking_turns") else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE: what is read after it is the latest, so that "the next version" is nobody else's too
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
