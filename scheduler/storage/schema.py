"""Brings a database to the tables of this version, by migrations that travel inside the package."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from scheduler.domain.errors import BadRequest

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = "0035"
"""The newest migration: a database that has it is opened without loading Alembic."""


def upgrade(connection: Connection) -> None:
    """To HEAD, inside the connection's transaction. Raises BadRequest where the database is newer
    than this program.
    """
    found = revision(connection)
    if found == HEAD:
        return
    if found is not None:
        require_known(found)
    migrate(connection, "head")


def require_known(found: str, what: str = "The database") -> None:
    """Raises BadRequest where a database, or a backup of one, is newer than this program."""
    if found not in {path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py")}:
        raise BadRequest(
            f"{what} has tables of version {found}, which this program does not know: it is older"
            f" than {what[0].lower()}{what[1:]}. Update the program."
        )


def revision(connection: Connection) -> str | None:
    """The last migration that the database has had; None where it has had none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(connection: Connection, target: str) -> None:
    """Up to a revision, or down to it ("base": no tables)."""
    # a third of a second, needed only where a database is not up to date
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if target == "base" or ((revision(connection) or "") > target and target != "head"):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)
