"""The worker: takes up one job after the other, runs each in a process of its own, and says twice a
lease that it lives.
"""

import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import psutil

from scheduler.domain.errors import BadRequest, NotFound, Unavailable
from scheduler.domain.wording import printable
from scheduler.engine.log_lines import teller, write_as_said
from scheduler.engine.request_ids import doing_job
from scheduler.engine.surroundings import environment, python, trust_no_current_folder
from scheduler.services.data.open import VARIABLE, database_url, open_repository
from scheduler.services.jobs.course import Course
from scheduler.services.jobs.execute import patiently
from scheduler.services.limits.memory import GIBIBYTE, held
from scheduler.storage.database import database_file, in_memory
from scheduler.storage.job_queue import NotOurs
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import MOST_ATTEMPTS, Job, Moment, lost_too_often

LOG = logging.getLogger(__name__)
SHORTEST_LEASE, LONGEST_LEASE = 1.0, 86_400.0
MEMORY_SHARE = 0.9
"""Of the machine's memory, which a job may take where nobody says how much."""


@dataclass(frozen=True)
class Rhythm:
    """How often a worker says that it lives, looks for work, and after what silence its job is
    another's [seconds].
    """

    lease: float = 20.0
    beat: float = 1.0
    look: float = 0.5

    @classmethod
    def of_lease(cls, seconds: float) -> "Rhythm":
        """The rhythm that keeps a lease of so many seconds. Raises BadRequest where it is too short
        to be kept, or too long for a lost worker to be missed.
        """
        if seconds < SHORTEST_LEASE:
            raise BadRequest(
                f"A lease of {seconds:g} s is too short to be kept: give at least"
                f" {SHORTEST_LEASE:g} s."
            )
        if not seconds <= LONGEST_LEASE:  # nor where it is no number
            raise BadRequest(
                f"A lease of {seconds:g} s: a lost worker would never be missed. Give at most"
                f" {LONGEST_LEASE:,.0f} s."
            )
        return cls(seconds, min(cls.beat, seconds / 4), min(cls.look, seconds / 4))

    @property
    def lease_time(self) -> timedelta:
        """The lease as a span of time."""
        return timedelta(seconds=self.lease)


def default_name() -> str:
    """The name of a worker that was given none: its machine and process, `HOST-PID`."""
    return f"{socket.gethostname()}-{os.getpid()}"


def default_memory() -> int:
    """Bytes that a job may take: most of this machine's, so that it is the job that ends and not
    its neighbours.
    """
    return int(MEMORY_SHARE * psutil.virtual_memory().total)


class _Child:
    """The process in which a job runs. It hears `stop` on its stdin, and ends when that is closed:
    also when we are killed.
    """

    def __init__(self, url: str, job: Job) -> None:
        # the address may hold a password and goes by the environment; a session of its own keeps
        # Ctrl-C for the worker
        self.process = subprocess.Popen(
            python("scheduler.services.jobs.execute", job.id, str(job.attempts), str(job.worker)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env=environment(**{VARIABLE: url}),
        )
        self.last_words = ""
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._told.put(line)

    def heard(self) -> list[Moment]:
        """What it has told since the last time."""
        lines = [self._told.get_nowait() for _ in range(self._told.qsize())]
        # killed, it may leave half a line
        said = [json.loads(line) for line in lines if line.endswith("\n")]
        for words in said:
            if isinstance(words, str):
                self.last_words = words
        return [Moment(*moment) for moment in said if isinstance(moment, list)]

    def memory(self) -> int:
        """Bytes that it and its own processes hold, those of an engine on this machine too."""
        return held(self.process.pid)

    def stop(self) -> None:
        """Ask it to end with the best that it has."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it may have ended already
            self.process.stdin.write("stop\n")
            self.process.stdin.flush()

    def ended(self, seconds: float) -> bool:
        """Waits so long at most."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self, patience: float = 0.0) -> int:
        """Its exit code; it is killed where it does not end by itself."""
        if not self.ended(patience):
            self.process.kill()
        code = self.process.wait()
        self._ear.join(5)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(OSError):  # what was not yet written has nobody to read it
                stream.close()
        return code


class Worker:
    """Works off the jobs of one database until it is asked to end. `say` hears a sentence for
    whoever looks after it.
    """

    def __init__(
        self,
        repository: Repository,
        name: str,
        rhythm: Rhythm = Rhythm(),
        *,
        memory: int | None = None,
        ending: threading.Event | None = None,
        say: Callable[[str], None] = lambda _: None,
        after: Callable[[Job], None] = lambda _: None,
    ) -> None:
        self._repository, self._jobs = repository, repository.jobs
        self._name, self._rhythm = name, rhythm
        self._memory = default_memory() if memory is None else memory
        self._ending = ending or threading.Event()
        self._say, self._after = say, after
        self.worked = 0

    def register(self) -> None:
        """Raises BadRequest where a worker of this name lives, and for a database that nobody else
        can reach.
        """
        if in_memory(self._repository.url):
            raise BadRequest(
                "A database in memory holds no jobs of others: give --db sqlite:///path/to/file.db."
            )
        if not self._jobs.add_worker(self._name, self._rhythm.lease_time):
            raise BadRequest(
                f"A worker called {self._name} lives already: end it, or choose another name with"
                " --name."
            )
        LOG.info("The worker takes up jobs.", extra={"worker": self._name})

    def run(self, *, once: bool = False, idle: float | None = None) -> None:
        """Until it is asked to end; with `once` after one job or none; with `idle` after so many
        seconds without work.
        """
        last_work = last_sign = time.monotonic()
        try:
            while not self._ending.is_set() and self._database_is_there():
                job = self._claim()
                if job is not None:
                    self._work(job)
                    self.worked += 1
                    last_work = time.monotonic()
                if once:
                    return
                if job is not None:
                    continue
                if time.monotonic() - last_sign > self._rhythm.lease / 4:
                    self._sign_of_life()
                    last_sign = time.monotonic()
                if (
                    idle is not None
                    and time.monotonic() - last_work > idle
                    and self._retire(only_if_idle=True)
                ):
                    return
                self._ending.wait(self._rhythm.look)
        finally:
            self._retire()

    def _claim(self) -> Job | None:
        try:
            return self._jobs.claim(self._name, self._rhythm.lease_time)
        except Unavailable:
            return None  # the next look may find it there

    def _sign_of_life(self) -> None:
        with suppress(Unavailable):
            self._jobs.worker_lives(self._name, self._rhythm.lease_time)

    def _retire(self, *, only_if_idle: bool = False) -> bool:
        try:
            return self._database_is_there() and self._jobs.retire(
                self._name, only_if_idle=only_if_idle
            )
        except Unavailable:
            return True  # its lease runs out by itself

    def _database_is_there(self) -> bool:
        file = database_file(self._repository.url)
        return file is None or file.exists()

    def _tell(self, words: str, **said: object) -> None:
        """To whoever looks after this worker, and to the log with what belongs to it."""
        self._say(words)
        LOG.info(words, extra=said)

    # --- one job

    def _work(self, job: Job) -> None:
        with doing_job(job.id, job.request_id):
            self._work_off(job)

    def _work_off(self, job: Job) -> None:
        self._tell(
            f"{job.id}: taken up" + (f", for the {job.attempts}. time" if job.attempts > 1 else ""),
            kind=job.kind,
            attempt=job.attempts,
            worker=self._name,
        )
        child = _Child(self._repository.url, job)
        try:
            self._watch(job, child)
            if self._ending.is_set() and child.process.poll() is None:
                child.close()
                patiently(lambda: self._jobs.hand_back(job, counted=False))
                self._tell(f"{job.id}: handed back, for this worker was asked to end")
                return
            code = child.close(patience=self._rhythm.lease)
            child.heard()
            patiently(lambda: self._settle(job, code, child.last_words))
        except NotOurs:
            child.close()
            self._tell(f"{job.id}: gone to another worker, which found this one silent")
        except Unavailable as error:
            self._tell(
                f"{job.id}: nothing could be noted down about it, and its lease will run out."
                f" {error}"
            )
        finally:
            child.close()

    def _watch(self, job: Job, child: _Child) -> None:
        """Until the process has ended or this worker is to end."""
        course, told_to_stop = Course(), False
        next_beat = 0.0
        while not self._ending.is_set() and not child.ended(0.1):
            for moment in child.heard():
                course.add(moment)
            if time.monotonic() < next_beat:
                continue
            next_beat = time.monotonic() + self._rhythm.beat
            if child.memory() > self._memory:
                child.close()
                patiently(
                    lambda: self._jobs.fail(job, "lost", _too_much(self._memory), course.moments)
                )
                return
            try:
                asked = self._jobs.beat(job, self._rhythm.lease_time, course.moments)
            except Unavailable:
                continue
            except NotOurs:
                if self._ended_by_itself(job):
                    return
                raise
            if asked and not told_to_stop:
                child.stop()
                told_to_stop = True

    def _ended_by_itself(self, job: Job) -> bool:
        now = patiently(lambda: self._jobs.job(job.id))
        return not now.open and (now.attempts, now.worker) == (job.attempts, job.worker)

    def _settle(self, job: Job, code: int, words: str) -> None:
        """After the process has ended: it has told how by the job itself, or it was lost, with or
        without a word.
        """
        now = self._jobs.job(job.id)
        if (now.state, now.attempts, now.worker) == ("running", job.attempts, job.worker):
            self._lost(job, words or _how(code))
            now = self._jobs.job(job.id)
        if not now.open:
            # the job itself has its message, which may name people: no log does
            made = now.roster_id or now.comparison_id or now.failure or "nothing was made"
            self._tell(
                f"{job.id}: {now.state}, {made}",
                kind=now.kind,
                state=now.state,
                failure=now.failure,
                attempt=now.attempts,
                worker=self._name,
                seconds=round(now.seconds, 3),
                gap=now.gap,
            )
            self._after(now)

    def _lost(self, job: Job, how: str) -> None:
        self._tell(f"{job.id}: ended without a result. {how}")
        if job.attempts >= MOST_ATTEMPTS:
            self._jobs.fail(job, "lost", lost_too_often(job.attempts, how))
        else:
            self._jobs.hand_back(job, counted=True, message=how)


def _how(code: int) -> str:
    if code >= 0:
        return f"Its process ended with code {code}."
    return (
        f"Its process was ended by signal {-code}. Maybe there is too little memory: fewer"
        " --workers, or a shorter period, need less."
    )


def _too_much(most: int) -> str:
    return (
        f"It took more than the {most / GIBIBYTE:.2g} GiB of memory that its worker gives a job;"
        " nothing was stored. Ask again with fewer --workers or for a shorter period, or after"
        " starting a worker that gives more (scheduler worker --memory)."
    )


def main() -> None:
    """NAME IDLE: the worker that pages and commands start by themselves; it is noted down under
    this name already.
    """
    trust_no_current_folder()
    write_as_said()
    with open_repository(database_url()) as repository:
        name, idle = sys.argv[1], float(sys.argv[2])
        try:
            repository.jobs.worker_lives(name, Rhythm().lease_time)
            Worker(
                repository,
                name,
                say=teller(lambda text: print(printable(text), file=sys.stderr, flush=True)),
            ).run(idle=idle)
        except (NotFound, Unavailable) as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
