"""Many solves over the same facts, on whichever engine there is: of scenarios, or of barriers lifted."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from typing import Any, TypeVar

from scheduler.engine.choose import engine
from scheduler.engine.executor import Call, TaskLost
from solver.search.strategy import Progress

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")


def sweep(
    work: Callable[[Shared, Task, Call], Result], shared: Shared, tasks: Sequence[Task], names: Sequence[str],
    tell: Callable[[Progress], None], stopped: Callable[[], bool],
) -> list[Result | TaskLost | None]:  # fmt: skip
    """What became of each task, in their order; None for those that a wish to stop left out.

    One that ended its process again and again takes none of the others with it. Raises any other error of a task, and EngineLost.
    """
    found: list[Result | TaskLost | None] = [None] * len(tasks)
    ended = 0

    def told(index: int, said: Any) -> None:
        progress = Progress(*said)
        tell(replace(progress, phase=f"{ended} of {len(tasks)} solved; {names[index]}: {progress.phase}"))

    if not tasks:
        return found
    with engine(len(tasks)) as executor:
        for done in executor.map(work, shared, tasks, tell=told, stopped=stopped):
            if done.error is not None and not isinstance(done.error, TaskLost):
                raise done.error
            found[done.index] = done.value if done.error is None else done.error
            ended += 1
    return found


def telling(call: Call) -> Callable[[Progress], None]:
    """A search's progress as `sweep` hears it."""
    return lambda progress: call.tell(list(astuple(progress)))
