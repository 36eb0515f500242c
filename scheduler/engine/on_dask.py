"""An engine on Dask distributed: a cluster of several machines, which somebody else has started.

Shared data is a task of its own, named by its hash: it reaches each worker once, is found there by
all tasks, and can be made again from the scheduler's copy when the worker that held it dies (data
that was scattered could not). Dask is no durable queue: whoever calls holds the tasks, and nothing
is stored by them.
"""

import pickle
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import dask
from distributed import Client, Future, Security, get_worker
from distributed import wait as wait_for
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from scheduler.domain.errors import SchedulerError
from scheduler.engine.executor import (
    ATTEMPTS,
    LOOK,
    TELL,
    Call,
    Done,
    EngineLost,
    Result,
    Shared,
    Task,
    TaskFailed,
    TaskLost,
    done,
)

SILENCE = 30.0
"""Seconds without any worker after which a cluster counts as lost."""

_stopped_runs: set[str] = set()
"""In a worker's process: runs that were asked to stop. Tasks look here, which costs nothing."""


@dataclass
class DaskExecutor:
    """Tasks on a Dask cluster, which is left running."""

    client: Client
    where: str
    silence: float = SILENCE

    @classmethod
    def at(
        cls,
        address: str,
        tls: Mapping[str, str] | None = None,
        *,
        timeout: float = 10.0,
        silence: float = SILENCE,
    ) -> "DaskExecutor":
        """A cluster that is there. `tls`: ca, cert and key, each a file. Raises EngineLost where
        nobody answers.
        """
        security = None
        if tls:
            security = Security(
                require_encryption=True,
                tls_ca_file=tls["ca"],
                tls_client_cert=tls["cert"],
                tls_client_key=tls["key"],
            )
        try:
            with dask.config.set(_settings()):
                return cls(
                    Client(address, security=security, timeout=timeout, set_as_default=False),
                    address,
                    silence=silence,
                )
        except (OSError, ValueError, TimeoutError) as error:
            raise EngineLost(
                f"No engine answers at {address}: {error}. Start it with: dask scheduler, and dask"
                f" worker {address}"
            ) from error

    @property
    def width(self) -> int:
        """How many tasks the cluster does at once: its workers' threads, as they are now."""
        return int(sum(self.client.nthreads().values()))

    def close(self) -> None:
        self.client.close(timeout=5)

    def map(
        self,
        work: Callable[[Shared, Task, Call], Result],
        shared: Shared,
        tasks: Sequence[Task],
        *,
        on_progress: Callable[[int, Any], None] = lambda index, said: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done]:
        run = uuid.uuid4().hex
        packed = pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        self.client.subscribe_topic(run, lambda event: on_progress(*event[1]))
        try:
            given = self.client.submit(
                pickle.loads, packed, key=f"shared-{sha256(packed).hexdigest()}", pure=True
            )
            futures = {
                self.client.submit(
                    _run, work, given, task, index, run, key=f"task-{run}-{index}", pure=False
                ): index
                for index, task in enumerate(tasks)
            }
            yield from self._as_they_end(futures, run, should_stop)
        except (CommClosedError, OSError, CancelledError) as error:
            raise self._lost() from error
        finally:
            if self.client.status == "running":
                self.client.unsubscribe_topic(run)

    def _as_they_end(
        self, futures: dict[Future[Any], int], run: str, should_stop: Callable[[], bool]
    ) -> Iterator[Done]:
        waiting, asked, alone_since = dict(futures), False, time.monotonic()
        try:
            while waiting:
                for future in [future for future in waiting if future.status not in ("pending",)]:
                    index = waiting.pop(future)
                    if (ended := self._end(future, index, asked)) is not None:
                        yield ended
                if not waiting:
                    return
                if should_stop():
                    self._stop(run)
                    asked = True
                if self.client.status != "running":
                    raise self._lost()
                if self.client.scheduler_info()["workers"]:
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > self.silence:
                    raise self._lost()
                self._pause(waiting)
        finally:
            if waiting and self.client.status == "running":
                self._stop(run)
                self.client.cancel(list(waiting))

    def _pause(self, waiting: dict[Future[Any], int]) -> None:
        try:
            with (
                self.client.as_current()
            ):  # a client by address is nobody's default, and the wait asks for one
                wait_for(list(waiting), timeout=LOOK, return_when="FIRST_COMPLETED")
        except (TimeoutError, CancelledError):
            return

    def _end(self, future: Future[Any], index: int, asked: bool) -> Done | None:
        """How it ended. None = it was left out because of the wish to stop."""
        if future.status == "finished":
            found: Done | None = future.result()
            return found
        if future.status in ("cancelled", "lost"):
            if asked and self.client.status == "running":
                return None
            raise self._lost()
        error = future.exception()
        if isinstance(error, KilledWorker):
            return Done(
                index,
                error=TaskLost(
                    f"Task {index + 1} ended its process {ATTEMPTS} times: most likely it needs"
                    " more memory than a worker has. Give workers more memory"
                    " (SCHEDULER_ENGINE_MEMORY), or ask for less at once."
                ),
            )
        if isinstance(error, SchedulerError):
            return Done(index, error=error)
        return Done(
            index,
            error=TaskFailed(
                f"Task {index + 1} met a fault of the program: {type(error).__name__}: {error}"
            ),
        )

    def _stop(self, run: str) -> None:
        """Said again at every look: a worker may have joined since."""
        self.client.run(_stop_run, run, wait=False, on_error="ignore")

    def _lost(self) -> EngineLost:
        return EngineLost(
            f"The engine ({self.where}) was lost while it worked; nothing was stored. Ask again."
        )


def _settings() -> dict[str, Any]:
    return {
        "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
        "distributed.comm.retry.count": 1,
        "distributed.comm.timeouts.connect": "10s",
    }


# --- in a worker's process


async def _stop_run(run: str) -> None:
    """A coroutine, for only those are run without waiting for the answer of a worker that may be
    cut off.
    """
    _stopped_runs.add(run)


def _run(
    work: Callable[[Shared, Task, Call], Result], shared: Shared, task: Task, index: int, run: str
) -> Done | None:
    if (
        run in _stopped_runs
    ):  # not cancelled from afar: that could throw away the result of one that has just ended
        return None
    worker, spoke = get_worker(), 0.0

    def on_progress(said: Any) -> None:
        nonlocal spoke
        if time.monotonic() - spoke >= TELL:
            spoke = time.monotonic()
            worker.log_event(run, (index, said))

    return done(index, work, shared, task, Call(on_progress, lambda: run in _stopped_runs))
