"""Workers, and what becomes of a job when something goes wrong in the middle of it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, RosterRefused, SchedulerError, Unavailable
from scheduler.domain.facts import Pin
from scheduler.engine.executor import EngineLost, TaskFailed, TaskLost
from scheduler.services.data.generate import generate_folder
from scheduler.services.data.import_export import import_data
from scheduler.services.jobs import execute, jobs
from scheduler.services.jobs.order import Order
from scheduler.services.jobs.worker import Rhythm, Worker
from scheduler.storage import database
from scheduler.storage.job_queue import Made
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job
from solver.search.strategy import Limits
from tests.conftest import NewDatabase
from tests.factories import MONDAY, need, person, plain_tables

QUICK = Rhythm.of_lease(2.0)
SHORT = Order("solve", "COL", MONDAY, limits=Limits(5, workers=1))

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")


def small() -> Dataset:
    tables = plain_tables()
    for staff_id in ("ANN", "BEA"):
        person(tables, staff_id, "A")
    for day in range(5):
        need(tables, day, "E")
    return Dataset.from_cells(tables)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/small.db") as found:
        found.store(small())
        yield found


def run(repository: Repository, name: str = "w", **options: object) -> list[Job]:
    """A worker in this process, until nothing waits; the jobs that ended."""
    ended: list[Job] = []
    Worker(repository, name, QUICK, after=ended.append).run(idle=0.0, **options)  # type: ignore[arg-type]
    return ended


def in_this_process(repository: Repository) -> Job:
    """The next job without a process of its own, which takes seconds to start."""
    job = repository.jobs.claim("w", QUICK.lease_time)
    assert job is not None
    execute.run_job(repository.url, job, lambda _: None, lambda: False)
    return repository.jobs.job(job.id)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


@contextmanager
def worker_process(url: str, name: str) -> Iterator["subprocess.Popen[str]"]:
    """`scheduler worker` with a lease of two seconds."""
    command = [
        sys.executable,
        "-c",
        "from scheduler.cli.app import main; main()",
        "worker",
        "--name",
        name,
        "--lease",
        "2",
    ]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "SCHEDULER_DB": url}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def children(process: "subprocess.Popen[str]") -> list[int]:
    return [
        int(found)
        for found in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]


def alive(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- all goes well


def test_a_worker_builds_a_roster_on_any_database(new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        repository.store(small())
        jobs.submit(repository, SHORT)
        (ended,) = run(repository)
        assert (ended.state, ended.message, ended.attempts) == ("done", "", 1)
        assert ended.roster_id is not None
        stored = repository.roster(ended.roster_id)
        assert len(stored.document.assignments) == 5
        assert ended.best == round(stored.header.summary["objective_pence"] * 60)
        assert ended.course[0].phase == "reading the facts"
        assert repository.jobs.live_workers() == [], "it has said good-bye"


def test_a_comparison_runs_in_the_same_way(repository: Repository) -> None:
    scenarios = {"alone.toml": 'name = "Alone"\ndescription = "Nobody lends."\nalone = true\n'}
    jobs.submit(
        repository,
        Order("compare", "COL", MONDAY, limits=Limits(5, workers=1), scenarios=scenarios),
    )
    (ended,) = run(repository)
    assert (ended.state, ended.message) == ("done", "")
    document = repository.comparison(str(ended.comparison_id))
    assert [case["name"] for case in document["scenarios"]] == ["Alone"]
    made = {document["base"]["roster_id"], document["scenarios"][0]["roster_id"]}
    assert made == {header.id for header in repository.rosters()}


def test_once_takes_one_job(repository: Repository) -> None:
    for seed in (1, 2):
        jobs.submit(repository, Order("solve", "COL", MONDAY, limits=Limits(5, 1, seed)))
    assert len(run(repository, once=True)) == 1
    assert [job.state for job in jobs.latest(repository)] == ["queued", "done"]


def test_two_workers_of_one_name_and_a_lease_that_nobody_can_keep_are_refused(
    repository: Repository,
) -> None:
    Worker(repository, "a").register()
    with pytest.raises(BadRequest, match="a lives already"):
        Worker(repository, "a").register()
    with pytest.raises(BadRequest, match="at least 1 s"):
        Rhythm.of_lease(0.2)
    with Repository("sqlite://") as passing, pytest.raises(BadRequest, match="in memory"):
        Worker(passing, "a").register()


# --- faults


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database with a week that takes longer than a test, and its collaborative."""
    root = tmp_path_factory.mktemp("county")
    url = f"sqlite:///{root}/county.db"
    made = generate_folder(24, 2, root / "data")
    with Repository(url) as repository:
        import_data(repository, root / "data")
    return url, made.collaborative_id


@linux
def test_a_worker_killed_in_mid_search_is_followed_by_another_and_one_roster_is_stored(
    county: tuple[str, str],
) -> None:
    url, collaborative_id = county
    with Repository(url) as repository:
        before = len(repository.rosters())
        job_id = jobs.submit(
            repository, Order("solve", collaborative_id, MONDAY, limits=Limits(2))
        ).job.id
        with worker_process(url, "killed") as process:
            until(lambda: repository.jobs.job(job_id).best is not None)
            (child,) = children(process)
            os.kill(process.pid, signal.SIGKILL)
            until(lambda: not alive(child), 10)
        assert repository.jobs.job(job_id).state == "running", "nobody could say that it is lost"
        (ended,) = _worked(repository, "follower")
        assert (ended.id, ended.state, ended.attempts, ended.worker) == (
            job_id,
            "done",
            2,
            "follower",
        )
        assert len(repository.rosters()) == before + 1
        assert repository.roster(str(ended.roster_id)).header.summary["breaches"] == []


def _worked(repository: Repository, name: str) -> list[Job]:
    """As `run`, but waits for the lease of the lost one."""
    ended: list[Job] = []
    until(lambda: repository.jobs.latest(only_open=True)[0].silent, 10)
    Worker(repository, name, QUICK, after=ended.append).run(once=True)
    return ended


def test_a_cancelled_job_keeps_the_best(county: tuple[str, str]) -> None:
    url, collaborative_id = county
    with Repository(url) as repository:
        job_id = jobs.submit(
            repository, Order("solve", collaborative_id, MONDAY, limits=Limits(300))
        ).job.id
        thread = threading.Thread(target=run, args=(repository,), kwargs={"once": True})
        thread.start()
        until(lambda: repository.jobs.job(job_id).best is not None)
        jobs.cancel(repository, job_id)
        thread.join(60)
        ended = repository.jobs.job(job_id)
        assert ended.state == "cancelled"
        assert repository.roster(str(ended.roster_id)).header.summary["breaches"] == []


@linux
def test_a_search_that_is_killed_is_begun_again_by_the_same_worker(repository: Repository) -> None:
    job_id = jobs.submit(repository, SHORT).job.id
    with worker_process(repository.url, "w") as process:
        until(lambda: children(process))
        os.kill(children(process)[0], signal.SIGKILL)
        until(lambda: not repository.jobs.job(job_id).open)
    ended = repository.jobs.job(job_id)
    assert (ended.state, ended.attempts, ended.worker) == ("done", 2, "w")
    assert len(repository.rosters()) == 1


def test_a_search_that_is_lost_each_time_is_given_up_with_a_clear_sentence(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    jobs.submit(repository, SHORT)
    (ended,) = run(repository)
    assert (ended.state, ended.failure, ended.attempts) == ("failed", "lost", 3)
    assert "taken up 3 times" in ended.message
    assert "ended with code 1" in ended.message


def test_what_a_lost_search_said_last_is_told(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text(
        "#!/bin/sh\necho '[0.5, \"starting\", null, null]'\necho '\"The engine was lost.\"'\nexit"
        " 70\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    job_id = jobs.submit(repository, SHORT).job.id
    run(repository, once=True)
    handed_back = repository.jobs.job(job_id)
    assert (handed_back.state, handed_back.attempts, handed_back.message) == (
        "queued",
        1,
        "The engine was lost.",
    )
    (ended,) = run(repository)
    assert (ended.state, ended.failure, ended.attempts) == ("failed", "lost", 3)
    assert ended.message.endswith("The last time: The engine was lost.")


def test_a_lost_engine_is_no_end_of_the_job(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise EngineLost("The engine was lost.")

    monkeypatch.setattr(execute, "execute", fails)
    job_id = jobs.submit(repository, SHORT).job.id
    with pytest.raises(EngineLost):
        in_this_process(repository)
    assert repository.jobs.job(job_id).state == "running"


def test_a_job_that_takes_too_much_memory_is_ended_and_may_be_asked_for_again(
    repository: Repository,
) -> None:
    asked = jobs.submit(repository, SHORT).job
    ended: list[Job] = []
    Worker(repository, "small", QUICK, memory=30 * 2**20, after=ended.append).run(idle=0.0)
    assert [(job.state, job.failure, job.attempts) for job in ended] == [("failed", "lost", 1)]
    assert "more than the 0.029 GiB of memory" in ended[0].message
    assert repository.rosters() == []
    again = jobs.retry(repository, asked.id)
    assert again.new
    assert jobs.order_of(again.job) == SHORT
    (done,) = run(repository)
    assert (done.id, done.state) == (again.job.id, "done")


def test_a_worker_that_is_asked_to_end_hands_its_job_back(repository: Repository) -> None:
    job_id = jobs.submit(repository, SHORT).job.id
    with worker_process(repository.url, "w") as process:
        until(lambda: repository.jobs.job(job_id).state == "running")
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "handed back" in said
    now = repository.jobs.job(job_id)
    assert (now.state, now.attempts) == ("queued", 0)
    assert repository.jobs.live_workers() == []


def test_facts_that_clash_are_named(repository: Repository) -> None:
    repository.add_pin(Pin(staff_id="ANN", demand_id="SA-0111-E-RN"))
    repository.add_pin(Pin(staff_id="BEA", demand_id="SA-0111-E-RN"))
    jobs.submit(
        repository,
        Order(
            "solve",
            "COL",
            MONDAY,
            limits=Limits(5, 1),
            policy={"maximum_cover": {"weight": "hard"}},
        ),
    )
    ended = in_this_process(repository)
    assert (ended.state, ended.failure, ended.roster_id) == ("failed", "clash", None)
    assert "ANN" in ended.message


def test_what_cannot_be_done_is_a_sentence(repository: Repository) -> None:
    jobs.submit(repository, Order("solve", "COL", MONDAY.replace(year=2028), limits=Limits(5, 1)))
    ended = in_this_process(repository)
    assert (ended.state, ended.failure) == ("failed", "bad_input")
    assert ended.message == "COL has no demand from 2028-01-11 to 2028-01-17: nothing to roster."


@pytest.mark.parametrize(
    ("error", "failure", "text"),
    [
        (
            ZeroDivisionError("secret detail"),
            "fault",
            "Something went wrong that should not have: ZeroDivisionError.",
        ),
        (RosterRefused("The check disagrees."), "refused", "The check disagrees."),
        (SchedulerError("No."), "bad_input", "No."),
        (TaskLost("Task 1 needs more memory."), "lost", "Task 1 needs more memory."),
        (TaskFailed("Task 1 met a fault."), "fault", "Task 1 met a fault."),
        (MemoryError("secret detail"), "lost", "There was too little memory."),
    ],
)
def test_whatever_goes_wrong_is_a_sentence_never_a_traceback(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    failure: str,
    text: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(execute, "execute", fails)
    jobs.submit(repository, SHORT)
    ended = in_this_process(repository)
    assert (ended.state, ended.failure) == ("failed", failure)
    assert ended.message.startswith(text)
    assert "secret" not in ended.message
    assert "Traceback" not in ended.message
    logged = capfd.readouterr().err
    assert "secret" not in logged
    assert ("Traceback" in logged) == (failure == "fault" and "detail" in str(error))


def test_what_cannot_be_stored_is_a_fault_and_leaves_nothing_behind(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made(comparison={"base": "a comparison without a period"})
    monkeypatch.setattr(execute, "execute", lambda *_: made)
    jobs.submit(repository, SHORT)
    ended = in_this_process(repository)
    assert (ended.state, ended.failure) == ("failed", "fault")
    assert repository.comparisons() == []


def test_a_database_that_is_locked_for_a_while_is_waited_for(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    # this process loses patience at once
    monkeypatch.setattr(database, "_PRAGMAS", ("busy_timeout=50", *database._PRAGMAS[1:]))
    job_id = jobs.submit(repository, SHORT).job.id
    with Repository(repository.url) as impatient:
        thread = threading.Thread(target=run, args=(impatient,))
        thread.start()
        until(lambda: repository.jobs.job(job_id).course)
        with sqlite3.connect(
            repository.url.removeprefix("sqlite:///"), isolation_level=None
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                impatient.jobs.cancel(job_id)
            time.sleep(1.0)
            other.execute("COMMIT")
        thread.join(60)
    assert (repository.jobs.job(job_id).state, repository.jobs.job(job_id).attempts) == ("done", 1)


def test_a_worker_ends_with_its_database(repository: Repository) -> None:
    thread = threading.Thread(target=Worker(repository, "w", QUICK).run)
    thread.start()
    Path(repository.url.removeprefix("sqlite:///")).unlink()
    thread.join(10)
    assert not thread.is_alive()
