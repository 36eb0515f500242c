"""Put a backup in the place of a database: all of it, or nothing."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Connection, make_url

from scheduler.domain.access import Actor
from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.services.accounts.accounts import whoever_runs_this
from scheduler.services.data.open import database_url
from scheduler.services.keep.backup import sqlite_rows
from scheduler.services.keep.forgotten import ForgottenSince, forgotten_since
from scheduler.storage import (
    backup_file,
    backup_postgresql,
    backup_sqlite,
    schema,
    stored_audit,
    stored_jobs,
)
from scheduler.storage.as_it_lies import holds_anything, looking, rows_by_table
from scheduler.storage.backup_file import BackupManifest
from scheduler.storage.database import database_file, in_memory, shown, with_driver
from scheduler.storage.repository import Repository
from scheduler.storage.stored_audit import AuditEntry
from scheduler.storage.whole_files import whole_files

T = TypeVar("T")


@dataclass(frozen=True)
class LiesThere:
    """What lies where a backup is to go. `readable`: whether it could be looked into; `rows`: by
    table; `workers`: those alive; `entries`: its record, None where that cannot be read.
    """

    there: bool
    readable: bool
    rows: dict[str, int]
    workers: tuple[str, ...] = ()
    entries: tuple[AuditEntry, ...] | None = None
    people: tuple[tuple[str, str], ...] = ()

    @property
    def missed(self) -> bool:
        """Whether somebody might miss it."""
        return self.there and (not self.readable or holds_anything(self.rows))


@dataclass(frozen=True)
class Restored:
    """A database that was put back. `migrated`: brought from an older version to this program's;
    `broken`: what of its record of what was done does not hold; `forgotten`: who has to be
    forgotten again, None where nobody can tell.
    """

    manifest: BackupManifest
    where: str
    migrated: bool
    broken: tuple[str, ...]
    forgotten: ForgottenSince | None


def about(file: Path) -> BackupManifest:
    """What a backup says that it is. Raises BadRequest for what is none, and for one that a newer
    program has made.
    """
    found = backup_file.read(file)
    schema.require_known(found.revision, "The backup")
    return found


def would_replace(given: str | None) -> str:
    """In words, what a restore would do away with; empty where nothing is there that somebody would
    miss. Raises BadRequest and Unavailable.
    """
    url = database_url(given)
    found = standing(url)
    if not found.missed:
        return ""
    if not found.readable:
        return f"{shown(url)}, which cannot be read"
    return f"{shown(url)} with its {sum(found.rows.values()):,} rows"


def standing(url: str) -> LiesThere:
    """What lies there now. Raises BadRequest for a database in memory, and Unavailable where a
    server does not answer.
    """
    if in_memory(url):
        raise BadRequest("A database in memory ends with this program: name one that stays.")
    file = database_file(url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return LiesThere(there=False, readable=True, rows={})
    try:
        with looking(url) as connection:
            rows = rows_by_table(connection)
    except (BadRequest, Unavailable):
        if file is None:
            raise
        return LiesThere(there=True, readable=False, rows={})
    return LiesThere(
        there=bool(rows),
        readable=True,
        rows=rows,
        workers=tuple(_asked(url, stored_jobs.live_workers) or ()),
        entries=_asked(url, lambda connection: tuple(stored_audit.entries(connection))),
        people=tuple((_asked(url, stored_audit.people_by_mark) or {}).items()),
    )


def _asked(url: str, question: Callable[[Connection], T]) -> T | None:
    """None where these tables do not know it yet, or do not any more."""
    try:
        with looking(url) as connection:
            return question(connection)
    except (BadRequest, Unavailable):
        return None


def restore(
    file: Path, given: str | None, *, over: bool = False, later: Sequence[AuditEntry] | None = None
) -> Restored:
    """Put a backup in the place of the database that is meant, and bring it to this version.
    `over`: also where that holds something; `later`: entries of a record that goes on after the
    backup, in the place of those of the database that is replaced.

    Raises BadRequest, and nothing was changed, where the backup is damaged, of another kind or of a
    newer program, where the database holds something, and where workers or others have it open.
    """
    url, manifest, actor = database_url(given), about(file), whoever_runs_this()
    kind = with_driver(make_url(url)).get_backend_name()
    if kind != manifest.kind:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BadRequest(
            f"{file.name} is a backup of a {names[manifest.kind]} database, and {shown(url)} is"
            f" {names.get(kind, 'another')}: a backup goes back to the kind of database that it was"
            " taken of."
        )
    found = standing(url)
    if found.workers:
        raise BadRequest(
            f"Workers are alive for this database: {', '.join(found.workers)}. End them and the"
            " pages first. One that was killed is believed gone within a minute."
        )
    if found.missed and not over:
        raise BadRequest(
            f"{shown(url)} holds something already, which would be lost. Name another database with"
            " --to, or say --over to put the backup in its place."
        )
    if database_file(url) is not None:
        broken = _into_file(file, manifest, Path(os.path.realpath(database_file(url) or "")), actor)
    else:
        broken = _into_server(file, manifest, url, found, actor)
    entries = found.entries if later is None else tuple(later)
    return Restored(
        manifest,
        shown(url),
        manifest.revision != schema.HEAD,
        broken,
        _forgotten(url, manifest, entries, dict(found.people)),
    )


def _forgotten(
    url: str,
    manifest: BackupManifest,
    entries: tuple[AuditEntry, ...] | None,
    people: dict[str, str],
) -> ForgottenSince | None:
    if entries is None or manifest.entries is None or manifest.entry_hash is None:
        return None
    with Repository(url, reading_only=True) as repository:
        known = repository.audit.people()
    return forgotten_since(entries, (manifest.entries, manifest.entry_hash), {**people, **known})


def _into_file(file: Path, manifest: BackupManifest, target: Path, actor: Actor) -> tuple[str, ...]:
    with (
        backup_sqlite.taken_from_everybody(target) as clear,
        whole_files([target]) as [place],
    ):
        backup_file.extract(file, manifest, place)
        if sqlite_rows(place) != manifest.rows:
            raise BadRequest(_NOT_AS_IT_SAYS.format(file.name))
        broken = _made_ready(f"sqlite:///{place}", manifest, actor)
        with backup_sqlite.taken_from_everybody(place):
            pass  # one file without a log, as it will lie there
        if target.exists():  # rights that somebody gave stay
            place.chmod(stat.S_IMODE(target.stat().st_mode))
        clear()
    return broken


_NOT_AS_IT_SAYS = "{} does not hold what it says that it holds. Take another backup."


def _into_server(
    file: Path, manifest: BackupManifest, url: str, found: LiesThere, actor: Actor
) -> tuple[str, ...]:
    with TemporaryDirectory(prefix="scheduler-") as folder:  # for its owner alone
        copy = Path(folder) / "copy"
        backup_file.extract(file, manifest, copy)
        backup_postgresql.restore(url, copy, manifest.rows, found.rows)
    return _made_ready(url, manifest, actor)


def _made_ready(url: str, manifest: BackupManifest, actor: Actor) -> tuple[str, ...]:
    """Brought to this version, its workers let go, for none of them lives, and the restore put on
    record.
    """
    with Repository(url, actor=actor) as repository:
        broken = repository.audit.verify().broken
        for name in repository.jobs.live_workers():
            repository.jobs.retire(name)
        for job in repository.jobs.latest(only_open=True):
            if job.state == "running":
                repository.jobs.release(job.id)
        repository.audit.append(
            "run_program",
            {"restored": manifest.sha256[:16], "taken_at": manifest.taken_at.isoformat()},
        )
    return broken
