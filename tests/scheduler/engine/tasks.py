"""Work for engines in tests: functions of a module, for they go to other processes."""

import os
import time
from pathlib import Path

from scheduler.domain.errors import BadInput, BadRequest, Fault, NotFound
from scheduler.engine.executor import Call
from scheduler.engine.request_ids import request_id


def add(shared: int, task: int, call: Call) -> int:
    if task < 0:
        raise BadRequest(f"{task} is below zero")
    call.on_progress(f"adding {task}")
    return shared + task


def wrong(shared: int, task: int, call: Call) -> float:
    return shared / task


def identity(shared: tuple[Path, int], task: int, call: Call) -> tuple[int, int]:
    """Which process, and which object it was given; not before as many processes as `shared` says
    have begun one, or half a minute.
    """
    met, expected = shared
    (met / str(os.getpid())).touch()
    until = time.monotonic() + 30
    while time.monotonic() < until and len(list(met.iterdir())) < expected:
        time.sleep(0.02)
    return os.getpid(), id(shared)


def until_stopped(shared: float, task: int, call: Call) -> str:
    """At most `shared` seconds."""
    until = time.monotonic() + shared
    while time.monotonic() < until:
        call.on_progress("working")
        if call.should_stop():
            return "the best by then"
        time.sleep(0.02)
    return "finished"


def faulty(shared: str, task: int, call: Call) -> None:
    raise BadInput([Fault(shared, task, "column", "value", "something else")])


def deadly(shared: Path, task: int, call: Call) -> int:
    """Its process dies `task` times."""
    deaths = shared / f"deaths of {task}"
    earlier = len(deaths.read_text()) if deaths.exists() else 0
    if earlier < task:
        deaths.write_text("x" * (earlier + 1))
        os._exit(9)
    return task


def hungry(shared: int, task: int, call: Call) -> int:
    held = b"x" * shared
    time.sleep(20)
    return len(held)


def where(what: str) -> tuple[int, int, str | None, str]:
    """Which process it is, how far it goes behind others, for which request, and what it was
    given.
    """
    return os.getpid(), os.nice(0), request_id(), what


def refused(kind: str) -> None:
    if kind == "faults":
        raise BadInput([Fault("staff.csv", 2, "id", "x", "an id")])
    raise NotFound("There is no such thing.")


def at_fault() -> float:
    return 1 / 0


class MadeOfMore(BadRequest):
    def __init__(self, text: str, more: int) -> None:
        super().__init__(f"{text} {more}")


def not_read() -> None:
    raise MadeOfMore("a text", 1)


def not_sent() -> object:
    return lambda: None


def ended() -> None:
    os.kill(os.getpid(), 9)
