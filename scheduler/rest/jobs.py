"""Work in the background over the API: ask for it, see how far it is, cancel it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query
from fastapi import Path as Address
from fastapi import Request as Asked
from fastapi.responses import StreamingResponse

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.rest.door import Asking
from scheduler.rest.once import BEFORE, OnceOnly
from scheduler.rest.paging import After, Limit, Page, page
from scheduler.rest.shapes import JobShape, OrderGiven
from scheduler.services.accounts.once import OnceOutcome
from scheduler.services.data.open import Repository
from scheduler.services.jobs import jobs
from scheduler.services.jobs.jobs import Job, JobKind
from scheduler.services.jobs.order import Order
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.partners import partners_of
from scheduler.services.view.look_up import facts
from solver.search.strategy import Limits

routes = APIRouter(prefix="/jobs", tags=["jobs"])
LOOK_AGAIN = 1.0
"""Seconds between two looks at a job that is watched."""
SIGN_OF_LIFE = 15.0
"""After so many seconds without news a line says that the connection is there."""
LOOKS = 600
"""So often a job is looked at for one connection; then who watches asks again, and it is asked
again what they may.
"""
EVENTS_AT_ONCE = 50
JobId = Annotated[str, Address(max_length=200)]


@routes.post("", status_code=201, responses=BEFORE)
def submit_job(asking: Asking, once: OnceOnly, given: OrderGiven) -> JobShape:
    """Ask for a roster, a repair or an answer. What is asked for in the same words while it waits
    or runs is the same job. A worker is started where none is at work.
    """
    players = 0
    if given.kind == "partners":
        week = Request(given.collaborative_id, given.start)
        players = len(partners_of(facts(asking), week, given.weeks))
    order = _order(given, players)

    def do() -> OnceOutcome:
        found = jobs.submit(asking, order).job
        jobs.ensure_worker(asking)
        return OnceOutcome(f"/jobs/{found.id}", jobs.document(found))

    shape: JobShape = once(do, given.model_dump_json())
    return shape


@routes.get("")
def list_jobs(
    asking: Asking,
    collaborative_id: Annotated[str | None, Query(max_length=200)] = None,
    kind: JobKind | None = None,
    still_open: Annotated[
        bool, Query(alias="open", description="Only what has not ended.")
    ] = False,
    limit: Limit = 100,
    after: After = None,
) -> Page[JobShape]:
    """Jobs, the newest first, without their course."""
    found = jobs.latest(asking, collaborative_id, kind, only_open=still_open)
    some, next_one = page(found, lambda job: job.id, limit, after)
    return Page(items=[_shape(job) for job in some], next=next_one)


@routes.get("/{job_id}")
def show_job(asking: Asking, job_id: JobId) -> JobShape:
    """A job, with its course."""
    return _shape(jobs.show(asking, job_id))


@routes.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def watch_job(request: Asked, asking: Asking, job_id: JobId) -> StreamingResponse:
    """The job whenever it has changed, as server-sent events, until it has ended: `event: job`,
    `data:` the job without its course. After ten minutes the connection ends: ask again.
    """
    first = await to_thread.run_sync(jobs.show, asking, job_id)
    limiter = _of_events(request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(asking, first, limiter), headers=headers, media_type="text/event-stream"
    )


@routes.post("/{job_id}/cancel")
def cancel_job(asking: Asking, job_id: JobId) -> JobShape:
    """End a job: one that runs keeps the best that it has. One that has ended stays as it is."""
    return _shape(jobs.cancel(asking, job_id))


def _shape(job: Job) -> JobShape:
    return JobShape.model_validate(jobs.document(job))


def _of_events(request: Asked) -> CapacityLimiter:
    """Raises Unavailable where as many watch already as may."""
    state = request.app.state
    if not hasattr(state, "watching"):
        state.watching = CapacityLimiter(EVENTS_AT_ONCE)
    limiter: CapacityLimiter = state.watching
    if limiter.available_tokens < 1:
        raise Unavailable("Too many programs watch jobs at once. Ask for the job by itself.")
    return limiter


async def _events(asking: Repository, first: Job, limiter: CapacityLimiter) -> AsyncIterator[str]:
    said, quiet, job = "", 0.0, first
    async with limiter:
        for _ in range(LOOKS):
            text = _shape(replace(job, course=())).model_dump_json()
            if _news(text) != said:
                yield f"event: job\ndata: {text}\n\n"
                said, quiet = _news(text), 0.0
            if not job.open:
                return
            if quiet >= SIGN_OF_LIFE:
                yield ": still there\n\n"
                quiet = 0.0
            await asyncio.sleep(LOOK_AGAIN)
            quiet += LOOK_AGAIN
            try:
                job = await to_thread.run_sync(jobs.show, asking, job.id)
            except Unavailable:  # looked at again soon
                continue


def _news(text: str) -> str:
    """What of a job is worth an event: not that its worker lives, or how long it has."""
    job = json.loads(text)
    silent = {"seconds", "heartbeat_at", "lease_until"}
    return json.dumps({name: value for name, value in job.items() if name not in silent})


def _order(given: OrderGiven, players: int) -> Order:
    """Raises BadRequest for what makes no sense."""
    repair = None
    if given.kind == "repair":
        if given.roster_id is None:
            raise BadRequest("Say which roster is to be repaired: roster_id.")
        repair = {
            "roster_id": given.roster_id,
            "since": None if given.since is None else given.since.isoformat(),
            "away": [
                {
                    "staff_id": one.staff_id,
                    "from": one.first.isoformat(),
                    "to": one.last.isoformat(),
                }
                for one in given.away
            ],
        }
    numbered = given.kind == "waterfall"  # what is written down has its names sorted
    scenarios = {
        f"{n:02} {one.name}" if numbered else one.name: one.toml
        for n, one in enumerate(given.scenarios, 1)
    }
    if len(scenarios) < len(given.scenarios):
        raise BadRequest("Give each scenario a name of its own.")
    frontier = given.kind == "frontier"
    return Order(
        given.kind,
        given.collaborative_id,
        given.start,
        given.days,
        Limits(given.limits.seconds, given.limits.workers, given.limits.seed),
        policy=given.policy,
        stable_against=given.stable_against,
        scenarios=scenarios,
        bundle=given.bundle,
        weeks=given.weeks,
        players=players,
        reduce=given.reduce if frontier else "",
        against=given.against if frontier else "",
        points=given.points if frontier else 0,
        repair=repair,
    )
