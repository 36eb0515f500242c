"""What every fault test needs: small synthetic weeks, processes to kill, and the judgement at the
end.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from scheduler.domain.errors import Unavailable
from scheduler.domain.problem import Period, build_problem
from scheduler.services.check.files import check_files
from scheduler.services.data.generate import generate_folder
from scheduler.services.data.import_export import export_roster, import_data
from scheduler.services.jobs import jobs
from scheduler.services.jobs.order import Order
from scheduler.storage.database import with_driver
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job
from scheduler.storage.stored_rosters import StoredRoster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from tests.factories import MONDAY

ROUNDS = int(os.environ.get("ROUNDS") or 3)
SEED = int(os.environ.get("SEED") or random.randrange(1_000_000))
LEASE = 2.0
said: list[str] = []
"""A line for each test, shown at the end."""


def dice(name: str, number: int = 0) -> random.Random:
    """Random moments that come again with the same seed."""
    return random.Random(f"{SEED} {name} {number}")


@dataclass(frozen=True)
class Week:
    """A synthetic collaborative as a folder of files, whose week takes longer to prove best than
    any of these tests gives it.
    """

    folder: Path
    collaborative_id: str

    @classmethod
    def of(cls, staff: int, folder: Path) -> "Week":
        return cls(folder, generate_folder(staff, 2, folder).collaborative_id)

    def into(self, url: str) -> str:
        """The database's address, with the week's facts in it."""
        with Repository(url) as repository:
            import_data(repository, self.folder)
        return url

    def solve(self, number: int, seconds: float = 1.5) -> Order:
        """Orders with different numbers are different jobs."""
        return Order(
            "solve",
            self.collaborative_id,
            MONDAY,
            limits=Limits(seconds, workers=2, seed=number + 1),
        )

    def compare(self, number: int, scenarios: int, seconds: float = 1.0) -> Order:
        texts = {f"{one}.toml": f'name = "Alone {one}"\nalone = true\n' for one in range(scenarios)}
        limits = Limits(seconds, workers=2, seed=number + 1)
        return Order("compare", self.collaborative_id, MONDAY, limits=limits, scenarios=texts)


# --- processes


def kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def pause(seconds: float) -> None:
    time.sleep(seconds)


@dataclass
class Process:
    """A program of its own that is begun again as a supervisor would, and says into a file what it
    has to say.
    """

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    running: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )

    def kill(self) -> None:
        kill(self.running.pid)
        self.running.wait()

    def family(self) -> list[psutil.Process]:
        """It and all that it has started."""
        try:
            whole = psutil.Process(self.running.pid)
            return [whole, *whole.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def end(self) -> None:
        family = self.family()
        for one in family:
            kill(one.pid)
        self.running.wait()
        psutil.wait_procs(family, timeout=10)


@contextmanager
def ending(*processes: Process) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.end()


def worker(
    url: str,
    log: Path,
    *,
    prefix: Sequence[str] = (),
    arguments: Sequence[str] = (),
    lease: float = LEASE,
    **environment: str,
) -> Process:
    """`scheduler worker` on a database, on the engine that the environment names."""
    command = [
        *prefix,
        sys.executable,
        "-c",
        "from scheduler.cli.app import main; main()",
        "worker",
        "--lease",
        f"{lease:g}",
        *arguments,
    ]
    return Process(command, {"SCHEDULER_DB": url, "SCHEDULER_ENGINE": "inline", **environment}, log)


def until(true: Callable[[], object], seconds: float, what: str) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"{what} took longer than {seconds:g} s"
        time.sleep(0.05)


# --- what became of it


def submit(url: str, orders: Iterable[Order]) -> list[str]:
    with Repository(url) as repository:
        return [jobs.submit(repository, order).job.id for order in orders]


def state(url: str, job_ids: Sequence[str]) -> list[Job] | None:
    """None while the database is away."""
    try:
        with Repository(url) as repository:
            return [repository.jobs.job(job_id) for job_id in job_ids]
    except Unavailable:
        return None


def all_ended(url: str, job_ids: Sequence[str]) -> bool:
    found = state(url, job_ids)
    return found is not None and not any(job.open for job in found)


def judge(
    week: Week, url: str, job_ids: Sequence[str], folder: Path
) -> tuple[Counter[str], list[str]]:
    """The promise: each job has ended with valid rosters or a clear failure, which is asked for
    again (the ids of those new jobs); nothing is stored that no job tells of, and nothing by
    halves.
    """
    outcomes: Counter[str] = Counter()
    again = []
    with Repository(url) as repository:
        for job in (repository.jobs.job(job_id) for job_id in job_ids):
            if job.state == "failed":
                assert job.failure == "lost", f"{job.id}: {job.failure}, {job.message}"
                assert job.message.endswith("."), job.message
                assert "Traceback" not in job.message
                assert (job.roster_id, job.comparison_id) == (None, None)
                again.append(jobs.retry(repository, job.id).job.id)
            else:
                assert job.state == "done", f"{job.id}: {job.state}, {job.message}"
            outcomes[f"{job.state} at attempt {job.attempts}"] += 1
        ended = [job for job in jobs.latest(repository) if not job.open]
        told = {name for job in ended for name in _rosters_of(repository, job)}
        stored = {header.id for header in repository.rosters()}
        assert stored == told, "each stored roster belongs to a job that has ended, and the reverse"
        for roster_id in stored:
            check(week, repository, roster_id, folder)
    _nothing_by_halves(url)
    return outcomes, again


def _rosters_of(repository: Repository, job: Job) -> list[str]:
    if job.roster_id is not None:
        return [job.roster_id]
    if job.comparison_id is None:
        return []
    document = repository.comparison(job.comparison_id)
    return [
        case["roster_id"]
        for case in (document["base"], *document["scenarios"])
        if "roster_id" in case
    ]


def check(week: Week, repository: Repository, roster_id: str, folder: Path) -> None:
    """By the independent check, from files alone where the roster is made from the files' own
    facts.
    """
    stored = repository.roster(roster_id)
    if stored.header.kind == "roster":
        export_roster(repository, roster_id, folder / roster_id)
        found = check_files(week.folder, folder / roster_id / "assignment.csv")
        assert found.breaches == (), roster_id
        return
    assert _report_of(repository, stored) == (0, stored.header.summary["objective_pence"])


def _report_of(repository: Repository, stored: StoredRoster) -> tuple[int, float]:
    header = stored.header
    policy = Policy.from_tables(header.summary["policy"])
    facts = repository.snapshot(header.id)
    problem = build_problem(
        facts, header.collaborative_id, Period(header.start, header.days), terms=policy.pay.terms()
    )
    report = verify(problem, policy, stored.document.decision())
    return len(report.breaches), report.objective_pence


def _nothing_by_halves(url: str) -> None:
    """Asked of the database itself."""
    engine = sa.create_engine(with_driver(sa.make_url(url)))
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            for lines in ("assignment_line", "vacancy_line"):
                orphans = (
                    f"SELECT count(*) FROM {lines} WHERE roster_id NOT IN (SELECT id FROM roster)"
                )
                assert connection.exec_driver_sql(orphans).scalar() == 0, lines
            assert (
                connection.exec_driver_sql(
                    "SELECT count(*) FROM job WHERE state = 'running' AND worker IS NULL"
                ).scalar()
                == 0
            )
    finally:
        engine.dispose()


def work_off(url: str, job_ids: Sequence[str], log: Path, **environment: str) -> None:
    """Jobs asked for again, with no fault this time: all are done."""
    if not job_ids:
        return
    process = worker(url, log, **environment)
    with ending(process):
        until(lambda: all_ended(url, job_ids), 120, "working off what was asked for again")
    found = state(url, job_ids)
    assert found is not None
    assert {job.state for job in found} == {"done"}, [job.message for job in found]


def say(name: str, times: str, outcomes: Counter[str]) -> None:
    said.append(
        f"{name}: {times}; jobs"
        f" {', '.join(f'{count} {outcome}' for outcome, count in sorted(outcomes.items()))}"
    )
