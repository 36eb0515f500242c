"""Do what a job asks for. `execute` is the whole of it and may run anywhere; below it, the process
of its own in which a worker runs it, so that whatever becomes of the search, the worker lives to
tell.
"""

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO, TypeVar, assert_never

from scheduler.domain.errors import RosterRefused, SchedulerError, Unavailable
from scheduler.domain.sentence import Sentence, joined, of_error, said
from scheduler.domain.wording import printable
from scheduler.engine.executor import TaskFailed, TaskLost
from scheduler.engine.log_lines import as_json, tell_fault, write_as_said
from scheduler.engine.lower_priority import SEARCHES, lower_priority
from scheduler.engine.request_ids import doing_job
from scheduler.engine.surroundings import trust_no_current_folder
from scheduler.services.data.open import database_url
from scheduler.services.jobs.course import Course
from scheduler.services.jobs.order import Order
from scheduler.services.limits.memory import look_for_cycles_seldom
from scheduler.services.repair.told_away import told_away
from scheduler.storage.holding import Holding
from scheduler.storage.job_queue import Made, NotOurs
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Failure, Job, Moment
from solver.search.strategy import Progress

LOG = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 60.0
"""Seconds for which a finished search waits for a database that is busy."""
LOST = 70
"""Exit code of a process that could not end its job; its last words say why, and the worker hands
the job back.
"""


class FactsConflict(SchedulerError):
    """No roster can keep all hard rules; the text names the facts, a line each."""

    exit_code = 4


def execute(
    url: str,
    order: Order,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    began: float | None = None,
    on_partial: Callable[[list[dict[str, Any]]], None] = lambda _: None,
) -> Made:
    """Build what is ordered from the facts as they are now; stores nothing. Its time limit counts
    from now, or from when it `began`; `on_partial` hears of each case that is solved.

    Any engine may call it, in any process on any machine that reaches the database. Raises
    FactsConflict where there is no roster, and what `solve`, `compare`, `value` and `repair` raise.
    """
    began = time.monotonic() if began is None else began
    on_progress(Progress("reading the facts", 0.0))
    # imported here: whoever only orders and watches jobs loads no solver
    from scheduler.services.limits.deadline import Deadline
    from scheduler.services.repair.disruption import Sick
    from scheduler.services.repair.repair import repair
    from scheduler.services.rosters.solve import Request, solve
    from scheduler.services.scenarios.compare import compare
    from scheduler.services.scenarios.frontier import as_level, as_reduced, frontier
    from scheduler.services.scenarios.partners import partners
    from scheduler.services.scenarios.value_interventions import value
    from scheduler.services.scenarios.waterfall import waterfall
    from solver.infeasible.conflicting_facts import conflict_sentences

    request = Request(
        order.collaborative_id, order.start, order.days, order.policy, order.stable_against
    )
    with Holding(url) as repository:
        match order.kind:
            case "solve":
                deadline = Deadline.after(order.limits.seconds, began)
                outcome = solve(
                    repository,
                    request,
                    order.limits,
                    on_progress=on_progress,
                    should_stop=should_stop,
                    deadline=deadline,
                )
                if outcome.document is None:
                    raise FactsConflict(joined(conflict_sentences(outcome.clash), "\n"))
            case "compare":
                with TemporaryDirectory() as folder:
                    files = _written(Path(folder), order)
                    compare(
                        repository,
                        request,
                        files,
                        order.limits,
                        weeks=order.weeks,
                        baseline=order.baseline,
                        again=order.again,
                        on_progress=on_progress,
                        should_stop=should_stop,
                        began=began,
                        on_partial=on_partial,
                    )
            case "waterfall":
                with TemporaryDirectory() as folder:
                    waterfall(
                        repository,
                        request,
                        _written(Path(folder), order),
                        order.limits,
                        weeks=order.weeks,
                        on_progress=on_progress,
                        should_stop=should_stop,
                        began=began,
                        on_partial=on_partial,
                    )
            case "partners":
                with TemporaryDirectory() as folder:
                    partners(
                        repository,
                        request,
                        order.limits,
                        scenario_files=_written(Path(folder), order),
                        weeks=order.weeks,
                        on_progress=on_progress,
                        should_stop=should_stop,
                        began=began,
                        on_partial=on_partial,
                    )
            case "frontier":
                frontier(
                    repository,
                    request,
                    as_reduced(order.reduce),
                    as_level(order.against),
                    order.limits,
                    points=order.points,
                    on_progress=on_progress,
                    should_stop=should_stop,
                    began=began,
                )
            case "value":
                value(
                    repository,
                    request,
                    order.limits,
                    bundle=order.bundle,
                    on_progress=on_progress,
                    should_stop=should_stop,
                    began=began,
                )
            case "repair":
                asked = order.repair or {}
                told = repair(
                    repository,
                    asked["roster_id"],
                    sick=[Sick.from_json(one) for one in told_away(asked)],
                    since=None if asked["since"] is None else date.fromisoformat(asked["since"]),
                    limits=order.limits,
                    should_stop=should_stop,
                    began=began,
                )
                return repository.made(told.undisturbed_sentence, roster_id=told.roster_id)
            case _:
                assert_never(order.kind)
        return repository.made()


def _written(folder: Path, order: Order) -> list[Path]:
    """The order's scenarios as files; whoever named them, they lie in this folder."""
    paths: list[Path] = []
    for number, (name, text) in enumerate(order.scenarios.items(), start=1):
        path = folder / Path(name).name
        # two files of one name, from two folders, and what no file can be called
        if path in paths or path.name in ("", "..", folder.name) or len(os.fsencode(name)) > 200:
            path = folder / f"scenario {number}.toml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


# --- in a process of its own


def run_job(
    url: str, job: Job, on_progress: Callable[[Moment], None], should_stop: Callable[[], bool]
) -> None:
    """Execute a job and store what it made together with its end.

    Raises NotOurs, and Unavailable (an engine that was lost is one) where a later attempt may fare
    better.
    """
    course, began = Course(), time.monotonic()

    def told(progress: Progress) -> None:
        # each search of a comparison counts its own seconds; the job's go on
        heard = Moment(
            round(time.monotonic() - began, 2), progress.phase, progress.best, progress.bound
        )
        course.add(heard)
        on_progress(heard)

    try:
        with Repository(url) as noting:

            def partly(rows: list[dict[str, Any]]) -> None:
                with suppress(Unavailable):  # the next one tells of this one too
                    noting.jobs.note_so_far(job, rows)

            order = Order.from_document(job.request)
            made = execute(url, order, told, should_stop, began, partly)
        with Repository(url) as repository:
            patiently(lambda: repository.jobs.finish(job, made, course.moments))
    except (Unavailable, NotOurs):
        raise
    except Exception as error:
        failure, message = _in_words(error, should_stop())
        with Repository(url) as repository:
            patiently(lambda: repository.jobs.fail(job, failure, message, course.moments))


def _in_words(error: Exception, should_stop: bool) -> tuple[Failure, Sentence]:
    """What kind of failure it is, and a sentence about it: never a traceback."""
    from scheduler.services.rosters.separate_process import SolverLost
    from scheduler.services.rosters.solve import NoRosterInTime

    if should_stop and isinstance(error, NoRosterInTime):
        return "bad_input", said("Stopped before there was any roster; nothing was stored.")
    if isinstance(error, MemoryError):
        return "lost", said(
            "There was too little memory. Fewer --workers, or a shorter period, need less; nothing"
            " was stored."
        )
    if isinstance(error, SchedulerError):
        kinds: dict[type[SchedulerError], Failure] = {
            FactsConflict: "clash",
            RosterRefused: "refused",
            TaskLost: "lost",
            SolverLost: "lost",
            TaskFailed: "fault",
        }
        return kinds.get(type(error), "bad_input"), of_error(error)
    tell_fault(LOG, error)  # into the worker's log, for who looks after the program
    what = (
        "Something went wrong that should not have: {error}. The worker's log says where; please"
        " report it."
    )
    return "fault", said(what, error=type(error).__name__)


def patiently(act: Callable[[], T]) -> T:
    """Again and again while the database is busy. Raises Unavailable in the end."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _listen(stop: threading.Event) -> None:
    """The worker says `stop`, or falls silent for ever: then nobody extends the lease, and the job
    is somebody else's.
    """
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    os._exit(LOST)


def _teller(out: TextIO) -> Callable[[Moment | str], None]:
    """A moment is a list, last words are a text."""
    lock = threading.Lock()

    def on_progress(said: Moment | str) -> None:
        with lock:
            print(
                json.dumps(said if isinstance(said, str) else astuple(said), ensure_ascii=False),
                file=out,
                flush=True,
            )

    return on_progress


def main() -> None:
    """JOB ATTEMPT WORKER; progress goes to stdout, a line each."""
    trust_no_current_folder()
    lower_priority(SEARCHES)
    look_for_cycles_seldom()
    write_as_said()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries that print to stdout must not be taken for progress
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    url, on_progress = database_url(), _teller(out)
    try:
        with Repository(url) as repository:
            job = repository.jobs.job(sys.argv[1])
        if (job.state, job.attempts, job.worker) == ("running", int(sys.argv[2]), sys.argv[3]):
            with doing_job(job.id, job.request_id):
                LOG.info("Begun.", extra={"kind": job.kind, "attempt": job.attempts})
                run_job(url, job, on_progress, stop.is_set)
    except NotOurs:
        pass
    except SchedulerError as error:
        if as_json():  # the worker says the words, which stand on the job too
            LOG.error("It could not be ended.", exc_info=error)
        else:
            print(printable(str(error)), file=sys.stderr, flush=True)
        on_progress(str(error))
        os._exit(LOST)
    sys.stderr.flush()
    os._exit(0)  # the thread that listens would hold up an ordinary end


if __name__ == "__main__":
    main()
