"""The queue of work: who wants what built, who builds it, how far it is, what came of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.domain.dataset import Dataset
from scheduler.domain.roster import RosterDocument
from scheduler.storage import stored_audit, stored_jobs, stored_rosters
from scheduler.storage.finding import find
from scheduler.storage.queue_measures import QueueMeasures, measured
from scheduler.storage.stored_jobs import OPEN, Failure, Job, JobKind, Moment
from scheduler.storage.stored_rosters import UNLABELLED, RosterKind, VersionLabel
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class KeptRoster:
    """A roster that is to be stored. `provisional_id`: what a comparison made with it calls it
    until then.
    """

    provisional_id: str
    document: RosterDocument
    snapshot: Dataset
    kind: RosterKind
    label: VersionLabel = UNLABELLED


@dataclass(frozen=True)
class Made:
    """Everything that a job has made: stored together with its end, or not at all."""

    rosters: tuple[KeptRoster, ...] = ()
    comparison: Mapping[str, Any] | None = None
    message: str = ""
    roster_id: str = ""
    """Of a roster that was there before and answers what was asked."""


def action_of(kind: JobKind) -> Action:
    """What it takes to order a job of this kind."""
    match kind:
        case "solve" | "repair":
            return "build_rosters"
        case "compare" | "value" | "frontier" | "waterfall":
            return "test_scenarios"
        case "partners":
            return "ask_who_gains"
        case _:
            assert_never(kind)


class NotOurs(Exception):
    """The job is not this worker's any more: its lease ran out, and another has taken the
    job up.
    """


class JobQueue:
    """Jobs and workers of one database. Every method is one transaction."""

    def __init__(
        self,
        reading: Transaction,
        writing: Transaction,
        taking_turns: Transaction,
        actor: Actor,
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._taking_turns = taking_turns
        self._actor = actor

    # --- for those who order and watch

    def submit(
        self,
        kind: JobKind,
        collaborative_id: str,
        start: date,
        request: Mapping[str, Any],
        fingerprint: str,
        request_id: str | None = None,
    ) -> tuple[Job, bool]:
        """The new job, or the same one where it has not ended yet; and whether it is new.
        `request_id`: by which request it is ordered. Raises NotFound for the collaborative.
        """
        with self._writing() as connection:
            find(connection, "collaborative", collaborative_id, "collaborative")
            job_id, new = stored_jobs.insert_job(
                connection,
                kind,
                collaborative_id,
                start.isoformat(),
                request,
                fingerprint,
                self._actor.account,
                request_id=request_id,
            )
            if new:
                self._record(connection, kind, job=job_id, change="ordered")
            return self._load(connection, job_id), new

    def job(self, job_id: str) -> Job:
        """With its course. Raises NotFound."""
        with self._reading() as connection:
            return self._load(connection, job_id)

    def latest(
        self,
        collaborative_id: str | None = None,
        kind: JobKind | None = None,
        *,
        only_open: bool = False,
        most: int | None = None,
    ) -> list[Job]:
        """Newest first, without their course."""
        jobs = table("job")
        wanted = [] if collaborative_id is None else [jobs.c.collaborative_id == collaborative_id]
        wanted += [] if kind is None else [jobs.c.kind == kind]
        wanted += [jobs.c.state.in_(OPEN)] if only_open else []
        with self._reading() as connection:
            return stored_jobs.load_jobs(connection, *wanted, most=most)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to end; where it has ended already, nothing happens. Raises NotFound."""
        with self._taking_turns() as connection:
            job = self._locked(connection, job_id)
            if job.open:  # one that has ended stays as it is
                stored_jobs.request_cancel(connection, job)
                self._record(connection, job.kind, job=job_id, change="cancelled")
            return self._load(connection, job_id)

    def release(self, job_id: str) -> Job:
        """Take a job that runs from its worker, alive or not; any other stays as it is. Raises
        NotFound.
        """
        with self._taking_turns() as connection:
            job = self._locked(connection, job_id)
            if job.state == "running":
                stored_jobs.release(connection, job)
                self._record(connection, job.kind, job=job_id, change="released")
            return self._load(connection, job_id)

    def measures(self) -> QueueMeasures:
        """How the queue fares, and how large its database is."""
        with self._reading() as connection:
            return measured(connection)

    def _locked(self, connection: Connection, job_id: str) -> Job:
        jobs = table("job")
        connection.execute(sa.select(jobs.c.id).where(jobs.c.id == job_id).with_for_update())
        return self._load(connection, job_id)

    def _load(self, connection: Connection, job_id: str) -> Job:
        find(connection, "job", job_id, "job")
        return stored_jobs.load_job(connection, job_id)

    def _record(self, connection: Connection, kind: JobKind, **thing: Any) -> None:
        stored_audit.append(connection, self._actor, action_of(kind), thing)

    # --- for those who work

    def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job, from now on this worker's as long as it beats; None where nothing waits."""
        with self._taking_turns() as connection:
            return stored_jobs.claim(connection, worker, lease)

    def beat(self, job: Job, lease: timedelta, course: Sequence[Moment]) -> bool:
        """Extend the lease and note how far the job is; whether it is asked to end. Raises
        NotOurs.
        """
        with self._taking_turns() as connection:
            asked = stored_jobs.beat(connection, job, lease, course)
            if asked is None:
                raise NotOurs(job.id)
            if job.worker is not None:
                stored_jobs.worker_lives(connection, job.worker, lease)
            return asked

    def note_so_far(self, job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
        """What of its cases is solved already, for whoever watches; nothing where the job is
        another's by now.
        """
        with self._taking_turns() as connection:
            stored_jobs.note_so_far(connection, job, rows)

    def hand_back(self, job: Job, *, counted: bool, message: str = "") -> None:
        """Let another attempt take it up; `message` says what became of this one. Raises
        NotOurs.
        """
        with self._taking_turns() as connection:
            if not stored_jobs.hand_back(connection, job, counted=counted, message=message):
                raise NotOurs(job.id)

    def finish(self, job: Job, made: Made, course: Sequence[Moment] = ()) -> Job:
        """Store all that was made and the job's end in one transaction: done, or cancelled if
        somebody asked. Raises NotOurs.
        """
        with self._writing() as connection:
            asked = self._lock(connection, job)
            ids = {
                one.provisional_id: stored_rosters.insert_roster(
                    connection, one.document, one.snapshot, one.kind, job.ordered_by, one.label
                )
                for one in made.rosters
            }
            values: dict[str, str] = {}
            if made.comparison is not None:
                document = _renamed(made.comparison, ids)
                values["comparison_id"] = stored_rosters.insert_comparison(
                    connection,
                    document,
                    job.collaborative_id,
                    date.fromisoformat(document["period"]["start"]),
                    document["period"]["days"],
                    job.ordered_by,
                )
            elif ids:
                values["roster_id"] = next(iter(ids.values()))
            elif made.roster_id:
                values["roster_id"] = made.roster_id
            stored_jobs.end(
                connection,
                job,
                "cancelled" if asked else "done",
                course,
                message=made.message,
                **values,
            )
            self._record(
                connection,
                job.kind,
                job=job.id,
                change="done",
                ordered_by=job.ordered_by,
                rosters=sorted(ids.values()),
                comparison=values.get("comparison_id"),
            )
            return self._load(connection, job.id)

    def fail(self, job: Job, failure: Failure, message: str, course: Sequence[Moment] = ()) -> Job:
        """End without a result: failed, or cancelled if somebody asked for the end. Raises
        NotOurs.
        """
        with self._taking_turns() as connection:
            if self._lock(connection, job):
                stored_jobs.end(connection, job, "cancelled", course, message=message)
            else:
                stored_jobs.end(connection, job, "failed", course, failure=failure, message=message)
            return self._load(connection, job.id)

    def _lock(self, connection: Connection, job: Job) -> bool:
        asked = stored_jobs.asked_to_end(connection, job)
        if asked is None:
            raise NotOurs(job.id)
        return asked

    # --- workers

    def add_worker(self, name: str, lease: timedelta, *, only: bool = False) -> bool:
        """Note down a worker; False where one of this name lives already, or with `only`, where any
        does.
        """
        with self._writing() as connection:
            return stored_jobs.add_worker(connection, name, lease, only=only)

    def worker_lives(self, name: str, lease: timedelta) -> None:
        """Lengthen a worker's lease from now on; note it down where it is not known."""
        with self._taking_turns() as connection:
            stored_jobs.worker_lives(connection, name, lease)

    def retire(self, name: str, *, only_if_idle: bool = False) -> bool:
        """Forget a worker; `only_if_idle`: unless a job waits, which was submitted because there
        was a worker.
        """
        with self._writing() as connection:
            if only_if_idle and stored_jobs.load_jobs(
                connection, table("job").c.state == "queued", most=1
            ):
                return False
            stored_jobs.remove_worker(connection, name)
            return True

    def live_workers(self) -> list[str]:
        """Names of the workers that were heard of lately."""
        with self._reading() as connection:
            return stored_jobs.live_workers(connection)


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """A document with the ids that its rosters were given."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, Mapping):
        return {key: _renamed(part, ids) for key, part in value.items()}
    return [_renamed(part, ids) for part in value] if isinstance(value, list | tuple) else value
