"""Whether a database is well: looked at from without, whatever version its tables are of, so that
what is broken is told and stops nothing.
"""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.domain.wording import counted
from scheduler.services.data.open import database_url
from scheduler.services.keep.checkup import LookedAt, ok
from scheduler.services.keep.last_backup import latest
from scheduler.services.keep.surroundings import around
from scheduler.storage import backup_sqlite, schema, stored_audit, stored_jobs
from scheduler.storage.as_it_lies import looking, rows_by_table
from scheduler.storage.audit_trail import verdict
from scheduler.storage.database import database_file, shown
from scheduler.storage.tables import table

CLOCKS_APART = timedelta(seconds=5)
"""So far may this machine's clock and the database's be apart: what is reckoned from both, such as
who is away today, is not touched by less.
"""
OLD = timedelta(days=7)
"""A last backup that lies longer back should be looked at."""

Look = Callable[[Connection], Iterator[LookedAt]]


def examine(given: str | None = None) -> list[LookedAt]:
    """Every check, those of the database first. Nothing is changed and nobody kept waiting; what
    cannot be looked at is one of the findings.
    """
    url = database_url(given)
    found = _database(url)
    for name, look in LOOKS.items():
        if found[-1].state == "wrong" and found[-1].what == "database":
            break
        try:
            with looking(url) as connection:
                found += look(connection)
        except (BadRequest, Unavailable) as error:
            found.append(
                LookedAt(
                    name,
                    "wrong",
                    f"It could not be looked at: {error}",
                    "If the database is damaged, restore the last backup.",
                )
            )
    return found + around(database_file(url))


def _database(url: str) -> list[LookedAt]:
    try:
        with looking(url) as connection:
            found = schema.revision(connection)
    except (BadRequest, Unavailable, SQLAlchemyError) as error:
        return [
            LookedAt(
                "database",
                "wrong",
                str(error),
                "Look whether the address is right and the server runs. If the file is damaged,"
                " restore the last backup: scheduler restore FILE --over",
            )
        ]
    if found is None:
        return [
            LookedAt(
                "database",
                "wrong",
                f"{shown(url)} has none of this program's tables.",
                "Look whether the address is right. A new database is made by scheduler import.",
            )
        ]
    return [ok("database", f"{shown(url)} can be read.")]


def _integrity(connection: Connection) -> Iterator[LookedAt]:
    found: list[str] = []
    source = connection.connection.driver_connection
    if isinstance(source, sqlite3.Connection):
        try:
            found = backup_sqlite.faults_found(source)
        except sqlite3.DatabaseError as error:
            found = [str(error)]
    if found:
        yield LookedAt(
            "integrity",
            "wrong",
            f"The database is damaged: {'; '.join(found)}.",
            "End pages and workers, keep a copy of the file as it is, and restore the last backup:"
            " scheduler restore FILE --over",
        )
        return
    rows = rows_by_table(connection)
    held = f"{sum(rows.values()):,} rows in {counted(len(rows), 'table')}"
    how = (
        "whole, and every reference finds its row" if source and found == [] else "all of them read"
    )
    yield ok("integrity", f"{held}: {how}.")


def _version(connection: Connection) -> Iterator[LookedAt]:
    found = schema.revision(connection)
    try:
        schema.require_known(found or "")
    except BadRequest as error:
        yield LookedAt("version", "wrong", str(error), "Update the program on this machine.")
        return
    if found != schema.HEAD:
        yield LookedAt(
            "version",
            "look",
            f"The tables are of version {found}, and this program's of {schema.HEAD}.",
            "Take a backup; the next command that writes brings them to this version.",
        )
        return
    yield ok("version", f"The tables are of version {found}, this program's own.")


def _record(connection: Connection) -> Iterator[LookedAt]:
    """What was done, and when a backup was last."""
    entries = list(stored_audit.entries(connection))
    found = verdict(entries, stored_audit.head(connection))
    if found.broken:
        yield LookedAt(
            "record",
            "wrong",
            f"The record of what was done does not hold, in {counted(len(found.broken), 'place')}:"
            f" {found.broken[0]}",
            "See all of them with scheduler audit verify. Somebody changed the database past the"
            " program: find out who could, and compare with the last backup.",
        )
    else:
        yield ok("record", f"{counted(found.entries, 'entry', 'entries')}, each as it was written.")
    taken = latest(entries)
    todo = "Take one: scheduler backup --to FILE. docs/keeping.md says how it is taken every night."
    if taken is None:
        yield LookedAt("backup", "look", "No backup is on record.", todo)
        return
    age = datetime.now(UTC) - taken
    said = f"The last backup on record is of {taken:%Y-%m-%d %H:%M} UTC."
    yield ok("backup", said) if age <= OLD else LookedAt("backup", "look", said, todo)


def _clock(connection: Connection) -> Iterator[LookedAt]:
    before = datetime.now(UTC)
    there = stored_jobs.clock(connection)
    here = before + (datetime.now(UTC) - before) / 2
    apart = abs(there - here)
    last = _latest(connection)
    if apart > CLOCKS_APART:
        yield LookedAt(
            "clock",
            "wrong",
            f"The database's clock says {there:%H:%M:%S} UTC, this machine's {here:%H:%M:%S}.",
            "Let both be set by a time server.",
        )
    elif last is not None and last - here > CLOCKS_APART:
        yield LookedAt(
            "clock",
            "look",
            f"Something was written down at {last:%Y-%m-%d %H:%M:%S} UTC, and it is"
            f" {here:%Y-%m-%d %H:%M:%S}: the clock was set back, or another machine's is ahead.",
            "Let every machine's clock be set by a time server.",
        )
    else:
        yield ok("clock", f"It is {there:%Y-%m-%d %H:%M:%S} UTC, for the database as here.")


def _latest(connection: Connection) -> datetime | None:
    """When the last entry of the record was written, by the clock of whoever wrote it."""
    number, _ = stored_audit.head(connection)
    rows = table("audit_entry")
    for entry in stored_audit.entries(connection, rows.c.number == number):
        return datetime.fromisoformat(entry.at)
    return None


def _work(connection: Connection) -> Iterator[LookedAt]:
    jobs = table("job")
    found = stored_jobs.load_jobs(connection, jobs.c.finished_at.is_(None))
    alive = stored_jobs.live_workers(connection)
    silent = [job for job in found if job.silent]
    waiting = [job for job in found if job.state == "queued"]
    if silent:
        names = ", ".join(job.id for job in silent[:5])
        yield LookedAt(
            "work",
            "look",
            f"{counted(len(silent), 'job')} should be running, and nothing was heard of it for"
            f" longer than agreed: {names}.",
            "A worker takes it up again by itself: start one with scheduler worker.",
        )
    elif waiting and not alive:
        yield LookedAt(
            "work",
            "look",
            f"{counted(len(waiting), 'job')} waits, and no worker is alive.",
            "Start one: scheduler worker",
        )
    else:
        running = sum(job.state == "running" for job in found)
        yield ok(
            "work",
            f"{counted(running, 'job')} under way, {len(waiting):,} waiting,"
            f" {counted(len(alive), 'worker')} alive.",
        )


LOOKS: dict[str, Look] = {
    "integrity": _integrity,
    "version": _version,
    "record": _record,
    "clock": _clock,
    "work": _work,
}
"""What is looked at in the database, in this order; each by itself, so that one that breaks keeps
the others from nothing.
"""
