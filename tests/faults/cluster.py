"""A Dask cluster of processes that can be killed one by one, on this host or in others' network
namespaces.
"""

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

from tests.faults import world


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as found:
        found.bind((host, 0))
        port: int = found.getsockname()[1]
        return port


@dataclass
class Cluster:
    """One scheduler and its workers, each a process of its own."""

    address: str
    scheduler: world.Process
    workers: list[world.Process]

    def processes_of_work(self) -> list[int]:
        """Ids of all processes in which tasks may run: workers and what they have started."""
        return [one.pid for worker in self.workers for one in worker.family()]


def _dask(part: str, *arguments: str, log: Path, prefix: Sequence[str] = ()) -> world.Process:
    command = [
        *prefix,
        sys.executable,
        "-m",
        f"distributed.cli.dask_{part}",
        *arguments,
        "--no-dashboard",
    ]
    return world.Process(command, {"PYTHONPATH": os.pathsep.join(sys.path)}, log)


@contextmanager
def running(
    workers: int,
    folder: Path,
    *,
    host: str = "127.0.0.1",
    scheduler_prefix: Sequence[str] = (),
    prefixes: Sequence[Sequence[str]] = (),
) -> Iterator[Cluster]:
    """`prefixes`: what each worker's command begins with, to run it elsewhere. Workers end by
    themselves where their scheduler stays away.
    """
    port = free_port()
    address = f"tcp://{host}:{port}"
    scheduler = _dask(
        "scheduler",
        "--host",
        host,
        "--port",
        str(port),
        log=folder / "scheduler.log",
        prefix=scheduler_prefix,
    )
    given = prefixes or [()] * workers
    made = [
        _dask(
            "worker",
            address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--death-timeout",
            "60",
            log=folder / f"dask-{number}.log",
            prefix=prefix,
        )
        for number, prefix in enumerate(given)
    ]
    with world.ending(scheduler, *made):
        if not scheduler_prefix:
            wait_for_workers(address, workers)
        yield Cluster(address, scheduler, made)


def wait_for_workers(address: str, workers: int) -> None:
    with Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
