"""How the queue of work fares, in figures: one look, bounded however many jobs there ever were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.storage.stored_jobs import JobKind, JobState, clock, live_workers, load_jobs
from scheduler.storage.tables import table

MOST_ENDED = 200
"""Of the jobs that have ended, so many are looked at: the newest."""


@dataclass(frozen=True)
class EndedJob:
    """A job that has ended. `seconds`: from when it was last taken up, None where it never was;
    `gap`: (best - bound) / best of a roster that was built, None where it is not known.
    """

    kind: JobKind
    state: JobState
    seconds: float | None
    gap: float | None


@dataclass(frozen=True)
class QueueMeasures:
    """`jobs`: how many there are by kind and state; `oldest_waiting`: since when the job waits that
    has waited longest [s], 0 where none waits; `silent`: jobs that should run and whose worker was
    not heard of; `ended`: the newest of those that have ended; `database`: its size [bytes].
    """

    jobs: Mapping[tuple[JobKind, JobState], int]
    oldest_waiting: float
    silent: int
    workers: int
    ended: tuple[EndedJob, ...]
    database: int


def measured(connection: Connection) -> QueueMeasures:
    """As it stands at this moment."""
    jobs, now = table("job"), clock(connection)
    counted = sa.select(jobs.c.kind, jobs.c.state, sa.func.count()).group_by(
        jobs.c.kind, jobs.c.state
    )
    oldest: datetime | None = connection.execute(
        sa.select(jobs.c.created_at)
        .where(jobs.c.state == "queued")
        .order_by(jobs.c.created_at)
        .limit(1)
    ).scalar()
    ended = (
        sa.select(
            jobs.c.kind,
            jobs.c.state,
            jobs.c.started_at,
            jobs.c.finished_at,
            jobs.c.best,
            jobs.c.bound,
        )
        .where(jobs.c.finished_at.is_not(None))
        .order_by(jobs.c.number.desc())
        .limit(MOST_ENDED)
    )
    return QueueMeasures(
        jobs={(kind, state): number for kind, state, number in connection.execute(counted)},
        oldest_waiting=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
        silent=sum(job.silent for job in load_jobs(connection, jobs.c.state == "running")),
        workers=len(live_workers(connection)),
        ended=tuple(map(_ended, connection.execute(ended))),
        database=_size(connection),
    )


def _ended(row: Any) -> EndedJob:
    kind, state, started, finished, best, bound = row
    seconds = None if started is None else max(0.0, (finished - started).total_seconds())
    gap = None
    # of an answer the last search alone would be told
    if kind == "solve" and best is not None and bound is not None:
        gap = 0.0 if best == bound else (best - bound) / best
    return EndedJob(kind, state, seconds, gap)


def _size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
        return int(found.scalar_one())
    pages, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
        for name in ("page_count", "page_size")
    )
    return pages * size
