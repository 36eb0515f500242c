"""Back a database up, as it is at one moment, while others write."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.services.accounts.accounts import whoever_runs_this
from scheduler.services.accounts.gate import asks
from scheduler.services.data.open import database_url
from scheduler.storage import backup_file, backup_postgresql, backup_sqlite, schema, stored_audit
from scheduler.storage.as_it_lies import looking, rows_by_table
from scheduler.storage.backup_file import BackupManifest as BackupManifest
from scheduler.storage.database import database_file
from scheduler.storage.repository import Repository
from scheduler.storage.whole_files import whole_files


@dataclass(frozen=True)
class BackupTaken:
    """A backup that was written and read again. `unrecorded`: why it is not on record in the
    database, where it is not; empty where it is.
    """

    manifest: BackupManifest
    unrecorded: str = ""


def back_up(given: str | None, to: Path) -> BackupTaken:
    """Write a backup of the database that is meant to a file, whole or not at all, whatever version
    its tables are of; nobody is kept waiting. What was written is read again and held against the
    database.

    Raises BadRequest where there is nothing to back up, it is damaged, or the file cannot be
    written, and Unavailable where nobody answers.
    """
    url = database_url(given)
    if (own := database_file(url)) is not None and own.resolve() == to.resolve():
        raise BadRequest(f"{to} is the database itself: name another file.")
    with whole_files([to]) as [place], looking(url) as connection:
        revision = schema.revision(connection)
        if revision is None:
            raise BadRequest(
                "There is nothing to back up: no program of ours has made this database."
            )
        began = datetime.now(UTC)
        rows = rows_by_table(connection)
        copy = backup_file.for_the_owner_alone(place.with_name("copy"))
        if connection.dialect.name == "sqlite":
            backup_sqlite.copy(connection, copy)
            found = sqlite_rows(copy)
        else:
            backup_postgresql.dump(url, connection, copy)
            found = backup_postgresql.rows_in(copy, _schema(connection))
        if found != rows:
            raise BadRequest(
                "The copy does not hold what the database holds, so no backup was written. Try"
                " again; if that does not help, see: scheduler doctor"
            )
        manifest = backup_file.write(
            place,
            copy,
            kind="sqlite" if connection.dialect.name == "sqlite" else "postgresql",
            revision=revision,
            taken_at=began.replace(microsecond=0),
            rows=rows,
            last_entry=stored_audit.head(connection) if "audit_head" in rows else None,
        )
    return BackupTaken(manifest, _put_on_record(url, manifest))


def sqlite_rows(copy: Path) -> dict[str, int]:
    """By table, of a copy of a SQLite database that nobody writes. Raises BadRequest where it is
    damaged.
    """
    if faults := backup_sqlite.faults(copy):
        raise BadRequest(f"The database is damaged: {'; '.join(faults)}. See: scheduler doctor")
    with looking(f"sqlite:///{copy}") as connection:
        return rows_by_table(connection)


def _schema(connection: Connection) -> str:
    return str(connection.execute(sa.text("SELECT current_schema()")).scalar_one())


def _put_on_record(url: str, manifest: BackupManifest) -> str:
    """Why that could not be done; empty where it was. A backup is good all the same."""
    if manifest.revision != schema.HEAD:
        return "its tables are of another version than this program's, and were left as they are"
    try:
        with Repository(url, actor=whoever_runs_this()) as repository:
            record(repository, manifest)
    except (Unavailable, BadRequest) as error:
        return str(error)
    return ""


@asks("run_program", everything=True)
def record(repository: Repository, manifest: BackupManifest) -> None:
    """Put on record that a backup was taken: not where it went, for a path may name somebody."""
    repository.audit.append(
        "run_program",
        {
            "backed_up": manifest.sha256[:16],
            "taken_at": manifest.taken_at.isoformat(),
            "entries": manifest.entries,
        },
    )
