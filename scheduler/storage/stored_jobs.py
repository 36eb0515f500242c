"""Jobs and workers in and out of their tables, inside somebody else's transaction. Nobody else
touches these tables.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.sentence import Sentence, from_parts, parts
from scheduler.domain.wording import counted
from scheduler.storage.tables import table

JobKind = Literal["solve", "compare", "value", "repair", "frontier", "waterfall", "partners"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Failure = Literal["clash", "refused", "bad_input", "lost", "fault"]
"""Facts that clash; the independent check disagreed; what was asked for cannot be done; its
processes were lost; the program's own fault.
"""

OPEN: tuple[JobState, ...] = ("queued", "running")
MOST_ATTEMPTS = 3
LONGEST_LEASE = timedelta(days=1)
BEATS = timedelta(seconds=5)
"""After at most so long, a worker that lives has said so again, though the clock was set back
meanwhile.
"""


@dataclass(frozen=True)
class Moment:
    """Where a job stood `seconds` after it was taken up. `best`, `bound`: sixtieths of a penny;
    None = none yet.
    """

    seconds: float
    phase: str
    best: int | None = None
    bound: int | None = None


@dataclass(frozen=True)
class Job:
    """A job as it was at `read_at`, by the database's clock. `course` and `so_far`, what is solved
    already of several cases, are empty where only headers were asked for.
    """

    id: str
    number: int
    kind: JobKind
    collaborative_id: str
    request: dict[str, Any] = field(compare=False)
    state: JobState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    lease_until: datetime | None
    attempts: int
    worker: str | None
    ordered_by: str | None
    cancel_requested: bool
    phase: str
    best: int | None
    bound: int | None
    roster_id: str | None
    comparison_id: str | None
    failure: Failure | None
    message: Sentence
    read_at: datetime = field(compare=False)
    course: tuple[Moment, ...] = ()
    so_far: tuple[dict[str, Any], ...] = ()
    request_id: str | None = None
    """By which it was ordered; None: by none, or before they were kept."""

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN

    @property
    def seconds(self) -> float:
        """How long it has run since it was last taken up; 0 while it waits."""
        return (
            0.0
            if self.started_at is None
            else max(0.0, ((self.finished_at or self.read_at) - self.started_at).total_seconds())
        )

    @property
    def silent(self) -> bool:
        """Whether it should be running and its worker has not been heard of for longer than its
        lease.
        """
        return self.state == "running" and unheard_of(
            self.heartbeat_at, self.lease_until, self.read_at
        )

    @property
    def gap(self) -> float | None:
        """(best - bound) / best; None where one of them is not known yet."""
        if self.best is None or self.bound is None:
            return None
        return 0.0 if self.best == self.bound else (self.best - self.bound) / self.best


def clock(connection: Connection) -> datetime:
    """Now, in UTC: a server's own clock, for workers on several machines may disagree; SQLite's is
    this machine's.
    """
    if connection.dialect.name == "postgresql":
        found: datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(UTC)
    return datetime.now(UTC)


def unheard_of(heartbeat: datetime | None, lease_until: datetime | None, now: datetime) -> bool:
    """Whether a lease has run out. Where the last beat lies in the future, the clock was set back
    since: whoever lives has beaten anew within moments, so that the lease counts from the beat in
    both directions.
    """
    if lease_until is None:
        return False
    return lease_until < now or (
        heartbeat is not None and heartbeat - now > max(lease_until - heartbeat, BEATS)
    )


# --- ordering and looking


def insert_job(
    connection: Connection,
    kind: JobKind,
    collaborative_id: str,
    start: str,
    request: Mapping[str, Any],
    fingerprint: str,
    ordered_by: str | None,
    request_id: str | None = None,
) -> tuple[str, bool]:
    """The id of a new job, or of the one with this fingerprint that has not ended; and whether it
    is new.
    """
    jobs = table("job")
    same = sa.select(jobs.c.id).where(
        jobs.c.fingerprint == fingerprint, jobs.c.finished_at.is_(None)
    )
    if (found := connection.execute(same).scalar()) is not None:
        return str(found), False
    number = 1 + (connection.execute(sa.select(sa.func.max(jobs.c.number))).scalar() or 0)
    stem = f"{collaborative_id}-{start}-J"
    known = connection.execute(
        sa.select(jobs.c.id).where(jobs.c.collaborative_id == collaborative_id)
    ).scalars()
    job_id = f"{stem}{1 + sum(one.startswith(stem) for one in known)}"
    row = {
        "id": job_id,
        "number": number,
        "kind": kind,
        "collaborative_id": collaborative_id,
        "request": canonical(request),
        "fingerprint": fingerprint,
        "state": "queued",
        "created_at": clock(connection),
        "attempts": 0,
        "cancel_requested": False,
        "phase": "",
        "course": "[]",
        "message": "",
        "ordered_by": ordered_by,
        "request_id": request_id,
    }
    connection.execute(sa.insert(jobs).values(row))
    return job_id, True


def canonical(document: Mapping[str, Any]) -> str:
    """Equal documents have equal texts, whatever the order of their keys."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )


HEAVY = ("course", "so_far", "fingerprint")
"""Columns that a list of jobs leaves out."""


def load_jobs(
    connection: Connection, *conditions: sa.ColumnElement[bool], most: int | None = None
) -> list[Job]:
    """Newest first, without their course."""
    jobs = table("job")
    columns = [column for column in jobs.c if column.name not in HEAVY]
    query = sa.select(*columns).where(*conditions).order_by(jobs.c.number.desc()).limit(most)
    read_at = clock(connection)
    return [_job(row, read_at) for row in connection.execute(query).mappings()]


def load_job(connection: Connection, job_id: str) -> Job:
    """One that is there, with its course."""
    jobs = table("job")
    row = (
        connection.execute(
            sa.select(*(c for c in jobs.c if c.name != "fingerprint")).where(jobs.c.id == job_id)
        )
        .mappings()
        .one()
    )
    return _job(row, clock(connection))


def _job(row: Mapping[Any, Any], read_at: datetime) -> Job:
    stored = dict(row)
    course = tuple(Moment(*moment) for moment in json.loads(stored.pop("course", "[]")))
    so_far = tuple(json.loads(stored.pop("so_far", "[]")))
    message, parts = stored.pop("message"), stored.pop("message_parts")
    said = Sentence.plain(message) if parts is None else from_parts(json.loads(parts))
    return Job(
        **{**stored, "request": json.loads(stored["request"])},
        message=said,
        read_at=read_at,
        course=course,
        so_far=so_far,
    )


def request_cancel(connection: Connection, job: Job) -> None:
    """A job that waits or whose worker was lost is cancelled; a running one is asked to end and
    keep the best; an ended one stays.
    """
    if job.state == "queued":
        _end(
            connection,
            job.id,
            "cancelled",
            cancel_requested=True,
            message="Cancelled before it was begun.",
        )
    elif job.silent:
        _end(connection, job.id, "cancelled", cancel_requested=True, message=CANCELLED_LOST)
    elif job.state == "running":
        jobs = table("job")
        connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job.id, jobs.c.state == "running")
            .values(cancel_requested=True)
        )


CANCELLED_LOST = "Cancelled; its worker was lost before it could keep a roster."


def release(connection: Connection, job: Job) -> None:
    """Take a running job from its worker, whatever the clock says: it waits for another, or ends
    where that makes no sense.
    """
    _let_go(connection, job, "it was released by hand from a worker that did not end it.")
    if job.worker is not None:
        remove_worker(connection, job.worker)  # one that lives says so again with its next beat


def _let_go(connection: Connection, job: Job, why: str) -> bool:
    """After the loss of its worker; whether it waits for another one now."""
    if job.cancel_requested:
        _end(connection, job.id, "cancelled", message=CANCELLED_LOST)
    elif job.attempts >= MOST_ATTEMPTS:
        _end(
            connection, job.id, "failed", failure="lost", message=lost_too_often(job.attempts, why)
        )
    else:
        values = {
            "state": "queued",
            "lease_until": None,
            "worker": None,
            "phase": "",
            "message": why[0].upper() + why[1:],
        }
        jobs = table("job")
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(values))
        return True
    return False


# --- working


def claim(connection: Connection, worker: str, lease: timedelta) -> Job | None:
    """The job that has waited longest, or whose worker was lost, now this worker's; None where
    there is none.

    The transaction must be one that locks SQLite at its beginning; PostgreSQL locks the row and
    passes over those of others.
    """
    jobs = table("job")
    while True:
        now = clock(connection)
        lost = [
            job.id
            for job in load_jobs(connection, jobs.c.state == "running")
            if unheard_of(job.heartbeat_at, job.lease_until, now)
        ]
        free = (jobs.c.state == "queued") | ((jobs.c.state == "running") & jobs.c.id.in_(lost))
        query = sa.select(jobs.c.id).where(free).order_by(jobs.c.number).limit(1)
        job_id = connection.execute(query.with_for_update(skip_locked=True)).scalar()
        if job_id is None:
            return None
        job = load_job(connection, job_id)
        if job.state == "running" and not (
            job.silent and _let_go(connection, job, "its worker was not heard of again.")
        ):
            continue  # ended, or its worker has been heard of meanwhile
        values = {
            "state": "running",
            "worker": worker,
            "attempts": job.attempts + 1,
            "started_at": now,
            "heartbeat_at": now,
            "lease_until": now + lease,
            "phase": "starting",
            "best": None,
            "bound": None,
            "course": "[]",
            "so_far": "[]",
        }
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(values))
        return load_job(connection, job.id)


def note_so_far(connection: Connection, job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
    """What of a running job's cases is solved already, as long as it is this worker's."""
    jobs = table("job")
    ours = (
        (jobs.c.id == job.id)
        & (jobs.c.state == "running")
        & (jobs.c.worker == job.worker)
        & (jobs.c.attempts == job.attempts)
    )
    connection.execute(
        sa.update(jobs).where(ours).values(so_far=json.dumps(list(rows), ensure_ascii=False))
    )


def lost_too_often(attempts: int, last: str) -> str:
    """What a job says that was given up after so many attempts; `last`: how the last one ended."""
    return (
        f"Given up: it was taken up {counted(attempts, 'time')} and ended each time without a"
        f" result. The last time: {last}"
    )


def beat(
    connection: Connection, job: Job, lease: timedelta, course: Sequence[Moment]
) -> bool | None:
    """Says that the worker lives and how far it is; whether it is asked to end. None where the job
    is not its own any more.
    """
    jobs, now = table("job"), clock(connection)
    values = {"heartbeat_at": now, "lease_until": now + lease, **_course(course)}
    if not connection.execute(sa.update(jobs).where(*_still(job)).values(values)).rowcount:
        return None
    return bool(
        connection.execute(
            sa.select(jobs.c.cancel_requested).where(jobs.c.id == job.id)
        ).scalar_one()
    )


def hand_back(connection: Connection, job: Job, *, counted: bool, message: str) -> bool:
    """For another worker, or a later attempt; not `counted` where the worker was only asked to end.
    False: not its own.
    """
    jobs = table("job")
    values = {
        "state": "queued",
        "lease_until": None,
        "worker": None,
        "phase": "",
        "attempts": job.attempts if counted else job.attempts - 1,
        "message": message,
    }
    return bool(connection.execute(sa.update(jobs).where(*_still(job)).values(values)).rowcount)


def asked_to_end(connection: Connection, job: Job) -> bool | None:
    """Locks the job for its end; whether somebody asked for it. None where the job is not this
    attempt's own any more.
    """
    jobs = table("job")
    found: bool | None = connection.execute(
        sa.select(jobs.c.cancel_requested).where(*_still(job)).with_for_update()
    ).scalar()
    return found


def end(
    connection: Connection,
    job: Job,
    state: JobState,
    course: Sequence[Moment],
    *,
    message: str = "",
    **values: object,
) -> None:
    """To be called in one transaction with what the job has made, after `asked_to_end` has locked
    it.
    """
    _end(connection, job.id, state, message=message, **_course(course), **values)


def _course(course: Sequence[Moment]) -> dict[str, object]:
    if not course:
        return {}
    latest = course[-1]
    text = json.dumps(
        [astuple(moment) for moment in course], ensure_ascii=False, separators=(",", ":")
    )
    return {"phase": latest.phase, "best": latest.best, "bound": latest.bound, "course": text}


def _end(
    connection: Connection, job_id: str, state: JobState, *, message: str = "", **values: object
) -> None:
    jobs = table("job")
    known = (
        json.dumps(parts(message), ensure_ascii=False)
        if isinstance(message, Sentence) and message.arguments
        else None
    )
    told = {"message": str(message), "message_parts": known}
    ended = {
        "state": state,
        "finished_at": clock(connection),
        "lease_until": None,
        **told,
        **values,
    }
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(ended))


def _still(job: Job) -> tuple[sa.ColumnElement[bool], ...]:
    """The job is still this attempt's own: what a worker that was believed lost says later, counts
    for nothing.
    """
    jobs = table("job")
    return (
        jobs.c.id == job.id,
        jobs.c.state == "running",
        jobs.c.attempts == job.attempts,
        jobs.c.worker == job.worker,
    )


# --- workers


def add_worker(connection: Connection, name: str, lease: timedelta, *, only: bool) -> bool:
    """Note down a worker; False where one of this name lives already, or with `only`, where any
    does.
    """
    workers, now = table("worker"), clock(connection)
    connection.execute(sa.delete(workers).where(workers.c.name.not_in(live_workers(connection))))
    others = (
        sa.select(workers.c.name)
        if only
        else sa.select(workers.c.name).where(workers.c.name == name)
    )
    if connection.execute(others).first() is not None:
        return False
    connection.execute(
        sa.insert(workers).values(name=name, started_at=now, lease_until=now + lease)
    )
    return True


def worker_lives(connection: Connection, name: str, lease: timedelta) -> None:
    """Lengthen a worker's lease from now on; note it down where it is not known."""
    workers, now = table("worker"), clock(connection)
    if not connection.execute(
        sa.update(workers).where(workers.c.name == name).values(lease_until=now + lease)
    ).rowcount:
        connection.execute(
            sa.insert(workers).values(name=name, started_at=now, lease_until=now + lease)
        )


def remove_worker(connection: Connection, name: str) -> None:
    """Forget a worker that has ended."""
    workers = table("worker")
    connection.execute(sa.delete(workers).where(workers.c.name == name))


def live_workers(connection: Connection) -> list[str]:
    """Those that were heard of: by the lease of each, and by the job that it holds, which shows
    where the clock was set back.
    """
    workers, now = table("worker"), clock(connection)
    query = sa.select(workers.c.name, workers.c.started_at, workers.c.lease_until)
    lost = {
        job.worker for job in load_jobs(connection, table("job").c.state == "running") if job.silent
    }
    return sorted(
        row.name
        for row in connection.execute(query)
        if now <= row.lease_until <= now + LONGEST_LEASE + BEATS
        and row.started_at <= now + BEATS
        and row.name not in lost
    )
