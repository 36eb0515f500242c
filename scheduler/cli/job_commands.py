"""Work in the background: jobs to list, look at, watch and cancel, and the worker that does
them.
"""

import json
import signal
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import percent, pounds, print_table, say
from scheduler.cli.session import Session, note, print_json, session
from scheduler.domain.wording import counted, printable_json

if TYPE_CHECKING:
    from scheduler.services.jobs.jobs import Job, Submitted
    from scheduler.storage.stored_jobs import Failure

EXIT_CODES: dict["Failure", int] = {"clash": 4, "refused": 3, "bad_input": 2, "lost": 1, "fault": 1}
"""Of `jobs watch`, by kind of failure: those of `scheduler solve`."""
MOST_MOMENTS = 12
"""Of a job's course, that a person is shown at once."""

JobId = Annotated[
    str,
    typer.Argument(
        metavar="JOB", help="The job's id, as `scheduler jobs list` names it.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    jobs = typer.Typer(
        name="jobs",
        no_args_is_help=True,
        help="Work in the background: list, show, watch, cancel, retry and release jobs.",
    )
    jobs.command("list")(list_jobs)
    jobs.command("show")(show)
    jobs.command("watch")(watch)
    jobs.command("cancel")(cancel)
    jobs.command("retry")(retry)
    jobs.command("release")(release)
    app.add_typer(jobs)
    app.command("worker")(worker)


def submit_solve(
    called: Session,
    collaborative: str,
    start: date,
    days: int,
    limits: tuple[float, int, int, bool],
    policy: Path | None,
    stable_against: str | None,
) -> None:
    """Puts a solve into the queue, sees to it that a worker lives, and says how to go on. `limits`:
    seconds, workers, seed, deterministic.
    """
    from scheduler.services.jobs import jobs
    from scheduler.services.jobs.order import Order
    from solver.search.strategy import Limits

    tables = policy_tables(called, policy, collaborative)
    order = Order("solve", collaborative, start, days, Limits(*limits), tables, stable_against)
    with called.repository() as repository:
        submitted = jobs.submit(repository, order)
        started = jobs.ensure_worker(repository)
    _say_submitted(called, submitted, started)


def _say_submitted(called: Session, submitted: "Submitted", started: str | None) -> None:
    from scheduler.services.jobs import jobs

    job = submitted.job
    if called.as_json:
        print_json(
            {
                "job_id": job.id,
                "new": submitted.new,
                "state": job.state,
                "worker_started": started,
                "watch": f"scheduler jobs watch {job.id}",
            }
        )
        return
    say(
        f"Job {job.id}"
        if submitted.new
        else f"Job {job.id}: the same request has not ended yet, so this is the same job."
    )
    if started:
        note(
            "No worker was alive for this database: started one, which ends by itself after"
            f" {jobs.IDLE_SECONDS:.0f} s without work."
        )
    say(
        f"Next: scheduler jobs watch {job.id} · scheduler jobs cancel {job.id} · scheduler jobs"
        " list"
    )


def list_jobs(
    context: typer.Context,
    collaborative: Annotated[
        str | None,
        typer.Option(
            "--collaborative", "-c", metavar="ID", help="Only this one's.", show_default=False
        ),
    ] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that wait or run.")] = False,
    most: Annotated[int, typer.Option("--most", min=1, max=100_000, help="How many at most.")] = 30,
    as_json: options.Json = False,
) -> None:
    """List jobs, newest first."""
    from scheduler.services.jobs import jobs

    with session(context, as_json).reading() as repository:
        found = jobs.latest(repository, collaborative, only_open=only_open, most=most)
        workers = jobs.live_workers(repository)
    if as_json:
        print_json({"jobs": [_document(job) for job in found], "workers": workers})
        return
    if not found:
        say(
            "No job waits or runs."
            if only_open
            else (
                "No job yet. Submit one: scheduler solve --in-background --collaborative ID --start"
                " DATE"
            )
        )
        return
    rows = [
        (
            job.id,
            job.kind,
            job.state,
            f"{job.created_at:%Y-%m-%d %H:%M}",
            f"{job.seconds:.0f} s",
            _money(job.best),
            _gap(job.best, job.bound),
            job.roster_id or job.comparison_id or _first_line(job.message) or jobs.standing(job),
        )
        for job in found
    ]
    print_table(
        ("job", "kind", "state", "submitted (UTC)", "ran", "best", "gap", "outcome"),
        rows,
        right=(4, 5, 6),
    )
    if any(job.open for job in found):
        _say_who_works(workers)


def show(context: typer.Context, job: JobId, as_json: options.Json = False) -> None:
    """Show a job: what was asked for, where it stands, and its course."""
    from scheduler.services.jobs import jobs

    with session(context, as_json).reading() as repository:
        found = jobs.show(repository, job)
        workers = jobs.live_workers(repository)
    if as_json:
        print_json(jobs.document(found))
        return
    print_job(found)
    if found.open:
        _say_who_works(workers)


def print_job(job: "Job") -> None:
    """A job with what it was asked for, how it stands and its course."""
    from scheduler.services.jobs import jobs

    order = jobs.order_of(job)
    say(f"{job.id}: " + (f"{job.state}, " if job.open else "") + jobs.standing(job))
    asked = (
        f"{job.kind} {order.collaborative_id} from {order.start}, {counted(order.days, 'day')},"
        f" {order.limits.seconds:g} s, {counted(order.limits.workers, 'worker')}, seed"
        f" {order.limits.seed}"
    )
    say(f"  asked for   {asked}" + (", a policy of its own" if order.policy else ""))
    say(f"  submitted   {job.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if job.request_id:
        say(f"  request     {job.request_id}")
    if job.started_at:
        say(
            f"  taken up    {job.started_at:%Y-%m-%d %H:%M:%S} UTC by {job.worker or 'nobody now'},"
            f" attempt {job.attempts}"
        )
    if job.finished_at:
        say(f"  ended       {job.finished_at:%Y-%m-%d %H:%M:%S} UTC after {job.seconds:.0f} s")
    if made := job.roster_id or job.comparison_id:
        say(f"  made        {made}" + (f": scheduler show {made}" if job.roster_id else ""))
    if job.message:
        say("\n".join(f"  {line}" for line in job.message.splitlines()))
    if job.course:
        step = -(-len(job.course) // MOST_MOMENTS)
        moments = [*job.course[:-1:step], job.course[-1]]
        gaps = [_gap(m.best, m.bound) for m in moments]
        rows = [
            (f"{m.seconds:.1f} s", m.phase, _money(m.best), _money(m.bound), gap)
            for m, gap in zip(moments, gaps, strict=True)
        ]
        print_table(("after", "phase", "best", "bound", "gap"), rows, right=(0, 2, 3, 4))


def watch(
    context: typer.Context,
    job: JobId,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Watch a job until it has ended. Ctrl-C ends the watching, not the job. Exit codes are those
    of `scheduler solve`.
    """
    from scheduler.cli.progress import telling
    from scheduler.services.jobs import jobs
    from solver.search.strategy import Progress

    with session(context, as_json).reading() as repository, telling(progress) as on_progress:
        warned = False
        try:
            for now in jobs.watch(repository, job):
                if now.open:
                    on_progress(Progress(jobs.standing(now), now.seconds, now.best, now.bound))
                if now.state == "queued" and not warned and not jobs.live_workers(repository):
                    note("No worker is alive for this database: start one with scheduler worker.")
                    warned = True
        except KeyboardInterrupt:
            note(f"The job goes on: scheduler jobs watch {job} · scheduler jobs cancel {job}")
            raise typer.Exit(130) from None
    if as_json:
        print_json(jobs.document(now))
    else:
        print_job(now)
    if now.state == "failed":
        raise typer.Exit(EXIT_CODES[now.failure] if now.failure else 1)
    if now.state == "cancelled" and not (now.roster_id or now.comparison_id):
        raise typer.Exit(2)


def cancel(context: typer.Context, job: JobId, as_json: options.Json = False) -> None:
    """Cancel a job: one that waits ends at once, a running one as soon as its worker hears of it,
    with the best that it has.
    """
    from scheduler.services.jobs import jobs

    with session(context, as_json).repository() as repository:
        before = jobs.show(repository, job)
        now = jobs.cancel(repository, job)
    if as_json:
        print_json(_document(now))
    elif not before.open:
        say(
            f"{job} had ended already: {before.state}"
            + (f", {before.roster_id or before.comparison_id}." if before.state == "done" else ".")
        )
    elif now.state == "cancelled":
        say(
            f"{job} is cancelled; "
            + (
                "it had not begun."
                if before.state == "queued"
                else "its worker was lost, so there is nothing to keep."
            )
        )
    else:
        say(
            f"{job}: its worker, last heard of {_ago(now)}, is asked to end it with the best that"
            f" it has. See: scheduler jobs watch {job}"
        )
        say(f"If that worker was lost, end it at once with: scheduler jobs release {job}")


def retry(context: typer.Context, job: JobId, as_json: options.Json = False) -> None:
    """Ask again for what a job that has ended was asked for, over the facts as they are now: a new
    job.
    """
    from scheduler.services.jobs import jobs

    called = session(context, as_json)
    with called.repository() as repository:
        submitted = jobs.retry(repository, job)
        started = jobs.ensure_worker(repository)
    _say_submitted(called, submitted, started)


def release(context: typer.Context, job: JobId, as_json: options.Json = False) -> None:
    """Take a running job from a worker that was lost, at once: another takes it up; one that was
    cancelled ends.

    A lost worker is noticed by itself after its lease; this is for who knows better. One that lives
    after all stores nothing of the job.
    """
    from scheduler.services.jobs import jobs

    with session(context, as_json).repository() as repository:
        before = jobs.show(repository, job)
        now = jobs.release(repository, job)
        started = jobs.ensure_worker(repository) if now.state == "queued" else None
    if as_json:
        print_json({**_document(now), "worker_started": started})
    elif before.state != "running":
        say(f"{job} is held by no worker: {before.state}.")
    elif now.state == "queued":
        say(
            f"{job} waits for another worker"
            + (", which was started." if started else ".")
            + f" See: scheduler jobs watch {job}"
        )
    else:
        say(f"{job} has ended: {now.state}. {now.message}")


def _ago(job: "Job") -> str:
    if job.heartbeat_at is None:
        return "at no time"
    return f"{max(0.0, (job.read_at - job.heartbeat_at).total_seconds()):.0f} s ago"


def worker(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Take up one job at most, then end.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="What jobs call it; machine and process number otherwise.",
            show_default=False,
        ),
    ] = None,
    idle: Annotated[
        float | None,
        typer.Option(
            "--idle",
            metavar="SECONDS",
            parser=options.parse_number(0, 366 * 86_400),
            help="End after so long without work.",
            show_default=False,
        ),
    ] = None,
    lease: Annotated[
        float,
        typer.Option(
            "--lease",
            metavar="SECONDS",
            parser=options.parse_number(1, 86_400),
            help="After so long a silence of this worker, another takes its job up.",
        ),
    ] = 20.0,
    memory: Annotated[
        float | None,
        typer.Option(
            "--memory",
            metavar="GIB",
            parser=options.parse_number(0.1, 1_000_000),
            help="A job that takes more is ended; most of the machine's otherwise.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Take up jobs of this database, one at a time, until asked to end. Several may work side by
    side.

    Ctrl-C, or a request to terminate, hands the job back for another worker. With --json, a line
    for every job that has ended.
    """
    from scheduler.engine.log_lines import teller, write_as_said
    from scheduler.services.jobs import jobs, worker
    from scheduler.services.limits.memory import GIBIBYTE

    write_as_said()

    session(context, as_json).refuse_as()
    rhythm = worker.Rhythm.of_lease(lease)
    with session(context, as_json).repository() as repository:
        ending = _end_on_signal()
        called = name or worker.default_name()
        found = worker.Worker(
            repository,
            called,
            rhythm,
            memory=None if memory is None else int(memory * GIBIBYTE),
            ending=ending,
            say=teller(note),
            after=lambda job: print_json_line(jobs.document(job)) if as_json else None,
        )
        found.register()
        tell = teller(note)
        tell(
            f"Worker {called}: takes up jobs until Ctrl-C."
            if not once
            else f"Worker {called}: one job at most."
        )
        found.run(once=once, idle=idle)
        if once and not found.worked:
            tell("No job was waiting.")


def print_json_line(document: dict[str, Any]) -> None:
    """A document on one line, for a program that reads line by line."""
    from scheduler.domain.sentence import with_parts

    typer.echo(printable_json(json.dumps(with_parts(document), ensure_ascii=False)))


def _end_on_signal() -> threading.Event:
    """Set when this process is asked to end. Its jobs run in processes of their own, so nothing
    holds the signals up.
    """
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        if threading.current_thread() is threading.main_thread():
            signal.signal(number, lambda *_: ending.set())
    return ending


def _say_who_works(workers: list[str]) -> None:
    say(
        f"Workers alive: {', '.join(workers)}"
        if workers
        else "No worker is alive for this database: start one with scheduler worker."
    )


def _document(job: "Job") -> dict[str, Any]:
    """Without the course."""
    from scheduler.services.jobs import jobs

    return {key: value for key, value in jobs.document(job).items() if key != "course"}


def _money(sixtieths: int | None) -> str:
    return "" if sixtieths is None else pounds(sixtieths / 60)


def _gap(best: int | None, bound: int | None) -> str:
    from scheduler.cli.progress import known
    from solver.search.strategy import gap

    if best is None or bound is None:
        return ""
    return percent(gap(best, bound)) if known(best, bound) else "not known"


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""
