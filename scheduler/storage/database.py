"""A connection to the database that keeps its promises: foreign keys, write-ahead log, one writer at a time."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from scheduler.domain.errors import BadRequest
from scheduler.storage import schema

_PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")


def open_engine(url: str) -> Engine:
    """With the tables of this version. Raises BadRequest where there is no such database and none can be made."""
    try:
        parsed = make_url(url)
        shown = parsed.render_as_string(hide_password=True)
        in_memory = parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:")
        if parsed.get_backend_name() == "sqlite" and parsed.database and not in_memory:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # without hide_parameters a failed insert prints people's data into logs
        options: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if in_memory else {}
        engine = create_engine(parsed, hide_parameters=True, **options)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadRequest(f"{url!r} is not the address of a database that can be used: {error}. Maybe sqlite:///path/to/file.db?") from None
    except OSError as error:
        raise BadRequest(f"The folder of the database {shown} cannot be made: {error.strerror}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with writing(engine).begin() as connection:
            schema.upgrade(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise BadRequest(f"The database {shown} cannot be opened: {getattr(error, 'orig', None) or error}") from None
    return engine


def writing(engine: Engine) -> Engine:
    """The same database, for transactions that write: SQLite then locks at the beginning, not half way through."""
    return engine.execution_options(writing=True)


def _configure_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: see _begin_sqlite
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")
