"""Jobs as people see them: submit one, list them, look at one, watch it, cancel it; and see to it
that somebody works.
"""

import logging
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, assert_never

from scheduler.domain.access import Action
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.reach import LONGEST_SEARCH, MOST_WORKERS
from scheduler.domain.wording import counted, no_collaborative
from scheduler.engine.request_ids import request_id
from scheduler.engine.surroundings import environment, python
from scheduler.services.accounts.gate import asks, open_to_all, require, thing_of
from scheduler.services.accounts.in_view import require_in_view
from scheduler.services.data.open import VARIABLE, default_file
from scheduler.services.jobs.execute import patiently
from scheduler.services.jobs.order import Order
from scheduler.services.repair.told_away import told_away
from scheduler.services.view.look_up import collaboratives
from scheduler.storage.database import in_memory
from scheduler.storage.job_queue import action_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job as Job
from scheduler.storage.stored_jobs import JobKind as JobKind
from scheduler.storage.stored_jobs import JobState as JobState

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 0.5
STARTING_SECONDS = 60.0
"""So long a worker that is being started may take until its first sign of life; none other is
started meanwhile.
"""
IDLE_SECONDS = 120.0
"""A worker that was started by itself ends by itself after so long without work."""
MOST_LOG = 1_000_000
"""Bytes of the worker's log before it is begun anew."""

_started: list["subprocess.Popen[bytes]"] = []


def _to_order(given: Mapping[str, Any]) -> Action:
    """Whoever may order a job of this kind may also end one, or ask for it again."""
    repository: Repository = given["repository"]
    try:
        return action_of(repository.jobs.job(given["job_id"]).kind)
    except NotFound:
        return "build_rosters"  # who may do that is told that there is no such job


def _require_bounded(order: Order) -> None:
    """Nobody holds the queue up for ever: what comes from pages and programs as from commands."""
    if (
        not 0 < order.limits.seconds <= LONGEST_SEARCH
        or not 0 < order.limits.workers <= MOST_WORKERS
    ):
        raise BadRequest(
            f"A search takes above 0 and at most {LONGEST_SEARCH:,} seconds, with 1 to"
            f" {MOST_WORKERS} workers."
        )
    for name in order.scenarios:
        if name in ("", ".", "..") or not {"/", "\\", "\0"}.isdisjoint(name):
            raise BadRequest(f"{name!r} is no name of a scenario file.")


@dataclass(frozen=True)
class Submitted:
    """A job, and whether it is new: the same request is one job as long as that one has not
    ended.
    """

    job: Job
    new: bool


@asks(lambda given: action_of(given["order"].kind), collaborative="order.collaborative_id")
def submit(repository: Repository, order: Order) -> Submitted:
    """Put an order into the queue.

    The facts are those of the time at which a worker takes it up. Raises NotFound for a
    collaborative or a roster that is not there, BadInput for a policy with faults, BadRequest for
    an order that makes no sense.
    """
    if in_memory(repository.url):
        raise BadRequest(
            "A database in memory ends with this program, and a job would end with it. Give --db"
            " sqlite:///path/to/file.db."
        )
    _require_bounded(order)
    if order.kind == "compare" and not order.scenarios:
        raise BadRequest("Name at least one scenario to compare with.")
    repaired = (order.repair or {}).get("roster_id")
    for named in filter(None, (order.stable_against, repaired)):
        # the worker is the program itself, and asks nobody any more
        require(repository, action_of(order.kind), thing_of(repository, "roster", named))
        owner = repository.roster(named).header.collaborative_id
        if owner != order.collaborative_id:
            raise BadRequest(
                f"{named} is a roster of {owner}: it says nothing about {order.collaborative_id}."
            )
    for one in told_away(order.repair or {}):
        require_in_view(repository, one["staff_id"])
    facts = repository.dataset()
    job, new = repository.jobs.submit(
        order.kind,
        order.collaborative_id,
        order.start,
        order.to_document(),
        order.fingerprint(facts.sha256()),
        request_id(),
    )
    told = {"job_id": job.id, "kind": job.kind, "state": job.state}
    LOG.info("A job was ordered." if new else "A job that waits or runs was asked for.", extra=told)
    return Submitted(job, new)


@asks("see_rosters", each=lambda job: job.collaborative_id)
def latest(
    repository: Repository,
    collaborative_id: str | None = None,
    kind: JobKind | None = None,
    *,
    only_open: bool = False,
    most: int | None = None,
) -> list[Job]:
    """Jobs, newest first, without their course. Raises NotFound for an unknown collaborative."""
    known = [collaborative.id for collaborative in collaboratives(repository)]
    if collaborative_id is not None and collaborative_id not in known:
        raise NotFound(no_collaborative(collaborative_id, known))
    return repository.jobs.latest(collaborative_id, kind, only_open=only_open, most=most)


@asks("see_rosters", job="job_id")
def show(repository: Repository, job_id: str) -> Job:
    """With its course. Raises NotFound."""
    return repository.jobs.job(job_id)


@asks("see_rosters", job="job_id")
def watch(repository: Repository, job_id: str, every: float = WATCH_SECONDS) -> Iterator[Job]:
    """The job now, again and again, until it has ended. A database that is away for a while is
    waited for. Raises NotFound.
    """
    while True:
        now = patiently(lambda: repository.jobs.job(job_id))
        yield now
        if not now.open:
            return
        time.sleep(every)


@asks(_to_order, job="job_id")
def cancel(repository: Repository, job_id: str) -> Job:
    """A job that waits or whose worker was lost ends at once; a running one as soon as its worker
    hears of it, with the best that it has; an ended one stays. Raises NotFound.
    """
    return repository.jobs.cancel(job_id)


@asks(_to_order, job="job_id")
def release(repository: Repository, job_id: str) -> Job:
    """Take a job that runs from its worker, which may be lost: another takes it up, or it ends.
    Raises NotFound.

    A worker that lives after all notices, and stores nothing of it.
    """
    return repository.jobs.release(job_id)


@asks("see_rosters", collaborative="collaborative_id")
def failed_last(repository: Repository, collaborative_id: str, kind: JobKind) -> Job | None:
    """The newest job of a kind, if it has failed: whoever comes back is told, until another has
    been asked for.
    """
    newest = repository.jobs.latest(collaborative_id, kind, most=1)
    return newest[0] if newest and newest[0].state == "failed" else None


@asks(_to_order, job="job_id")
def retry(repository: Repository, job_id: str) -> Submitted:
    """Ask again for what a job that has ended was asked for, over the facts as they are now. Raises
    NotFound, and what `submit` raises.
    """
    return submit(repository, order_of(repository.jobs.job(job_id)))


def order_of(job: Job) -> Order:
    """What the job was asked to do."""
    return Order.from_document(job.request)


def standing(job: Job) -> str:
    """Where a job stands, in words."""
    if job.silent:
        return (
            f"its worker was last heard of at {job.heartbeat_at:%H:%M:%S} UTC, so it waits for"
            " another"
        )
    match job.state:
        case "queued":
            return "waits for a worker" + (
                f", after {counted(job.attempts, 'attempt')} that came to nothing"
                if job.attempts
                else ""
            )
        case "running":
            return "is asked to end with the best so far" if job.cancel_requested else job.phase
        case "cancelled":
            return (
                "cancelled, the best by then is kept"
                if job.roster_id or job.comparison_id
                else "cancelled"
            )
        case "failed":
            return "failed, for facts clash" if job.failure == "clash" else "failed"
        case "done":
            return "done"
        case _:
            assert_never(job.state)


def needs_a_worker(job: Job) -> bool:
    """Whether a job waits: nobody has taken it up, or whoever did has fallen silent."""
    return job.state == "queued" or job.silent


def document(job: Job) -> dict[str, Any]:
    """A job for a program. Money is in pence."""
    times = ("created_at", "started_at", "finished_at", "heartbeat_at", "lease_until")
    return {
        "job_id": job.id,
        "kind": job.kind,
        "state": job.state,
        "collaborative_id": job.collaborative_id,
        "request": job.request,
        **{
            name: None if (at := getattr(job, name)) is None else at.isoformat(timespec="seconds")
            for name in times
        },
        "attempts": job.attempts,
        "worker": job.worker,
        "cancel_requested": job.cancel_requested,
        "silent": job.silent,
        "seconds": round(job.seconds, 2),
        "phase": job.phase,
        "best_pence": pence(job.best),
        "bound_pence": pence(job.bound),
        "gap": job.gap,
        "roster_id": job.roster_id,
        "comparison_id": job.comparison_id,
        "failure": job.failure,
        "message": job.message,
        "request_id": job.request_id,
        "course": [
            {
                "seconds": m.seconds,
                "phase": m.phase,
                "best_pence": pence(m.best),
                "bound_pence": pence(m.bound),
            }
            for m in job.course
        ],
    }


def pence(sixtieths: int | None) -> float | None:
    """Sixtieths of a penny as pence; None as it is."""
    return None if sixtieths is None else sixtieths / 60


# --- somebody must work


@open_to_all
def waiting(repository: Repository) -> bool:
    """Whether a job waits and nobody is at work on it."""
    return any(map(needs_a_worker, repository.jobs.latest(only_open=True)))


@open_to_all
def live_workers(repository: Repository) -> list[str]:
    """Names of the workers of this database that have been heard of lately."""
    return repository.jobs.live_workers()


@open_to_all
def ensure_worker(repository: Repository) -> str | None:
    """Start a worker where none lives for this database, one only however many ask; its name, or
    None where one lives.
    """
    _started[:] = [one for one in _started if one.poll() is None]  # reaps those that have ended
    if repository.jobs.live_workers():
        return None
    name = f"own-{os.getpid()}-{secrets.token_hex(2)}"
    if not repository.jobs.add_worker(name, timedelta(seconds=STARTING_SECONDS), only=True):
        return None
    with open(_log(), "ab", opener=_for_the_owner_alone) as log:
        # in a session of its own, so that it outlives the pages; the address may hold a password
        # and goes by the environment
        _started.append(
            subprocess.Popen(
                python("scheduler.services.jobs.worker", name, str(IDLE_SECONDS)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment(**{VARIABLE: repository.url}),
            )
        )
    LOG.info("A worker was started, for none lived.", extra={"worker": name})
    return name


def _log() -> Path:
    """Beside the user's own database, whichever database the worker is for."""
    path = default_file().with_name("worker.log")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MOST_LOG:
        path.unlink()
    return path


def _for_the_owner_alone(path: str, flags: int) -> int:
    """Opens it so that nobody else may read it, also where an earlier version made it."""
    descriptor = os.open(path, flags, 0o600)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)
    return descriptor
