"""What an engine promises: many tasks over the same shared data, done somewhere, handed back as
they end.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from scheduler.domain.errors import SchedulerError, Unavailable

LOOK = 0.1
"""Seconds between two looks at what has ended and whether to stop."""
TELL = 0.25
"""Seconds between two words of one task."""
ATTEMPTS = 3
"""So many processes may die of one task before it is given up."""

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")


class EngineLost(Unavailable):
    """The engine went away or cannot be reached: whatever was under way may be asked for again."""


class TaskFailed(SchedulerError):
    """One task could not be done for a fault of the program, while the engine goes on."""

    exit_code = 1


class TaskLost(SchedulerError):
    """One task ended its process again and again, most likely for want of memory, while the engine
    goes on.
    """

    exit_code = 1


@dataclass(frozen=True)
class Call:
    """What a task hears and says while it works: `on_progress` anything small, `should_stop`
    whether to end with the best by then.
    """

    on_progress: Callable[[Any], None] = lambda _: None
    should_stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Done:
    """The end of one task: its result, or the error with which it ended. `seconds` is the time of
    the work itself.
    """

    index: int
    value: Any = None
    error: SchedulerError | None = None
    seconds: float = 0.0


class Executor(Protocol):
    """`work` is a function of a module, and shared data, tasks and results can be pickled: they may
    go to another machine.
    """

    @property
    def width(self) -> int:
        """How many tasks it does at once, as it is now."""
        ...

    def map(
        self,
        work: Callable[[Shared, Task, Call], Result],
        shared: Shared,
        tasks: Sequence[Task],
        *,
        on_progress: Callable[[int, Any], None] = lambda index, said: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done]:
        """Each task's end as it comes, in any order. Once `should_stop`, running tasks are asked to
        end with what they have, and those that have not begun are left out. Raises EngineLost.
        """
        ...

    def close(self) -> None: ...


class InlineExecutor:
    """One task after the other in this process: for tests, and where there is only one."""

    width = 1

    def map(
        self,
        work: Callable[[Shared, Task, Call], Result],
        shared: Shared,
        tasks: Sequence[Task],
        *,
        on_progress: Callable[[int, Any], None] = lambda index, said: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done]:
        for index, task in enumerate(tasks):
            if should_stop():
                return

            def tell_of_it(said: Any, index: int = index) -> None:
                on_progress(index, said)

            yield done(index, work, shared, task, Call(tell_of_it, should_stop))

    def close(self) -> None:
        """Nothing is held."""


def done(
    index: int, work: Callable[[Shared, Task, Call], Result], shared: Shared, task: Task, call: Call
) -> Done:
    """Do it here and now. What a person can be told is the task's end; any other error is a fault
    of the program.
    """
    began = time.monotonic()
    try:
        value = work(shared, task, call)
    except SchedulerError as error:
        return Done(index, error=error, seconds=time.monotonic() - began)
    return Done(index, value, seconds=time.monotonic() - began)
