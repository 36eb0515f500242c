"""Many solves over the same facts, on whichever engine there is: of scenarios, or of barriers
lifted.
"""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Generic, TypeVar

from scheduler.engine.choose import at_once, engine
from scheduler.engine.executor import Call, TaskLost
from scheduler.services.limits.deadline import Deadline
from solver.search.strategy import Progress

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Timed(Generic[Task]):
    """A task, and by when it has to end; None: it has its whole limit from when it begins, on a
    machine whose clock is another.
    """

    task: Task
    deadline: Deadline | None


def deadlines(tasks: int, whole: Deadline | None) -> list[Deadline | None]:
    """By when each of the tasks has to end, where so many are done at once as the engine does on
    this machine.
    """
    together = at_once()
    if whole is None or together is None:
        return [None] * tasks
    rounds = -(-tasks // together)
    return [whole.part(1 + index // together, rounds) for index in range(tasks)]


def sweep(
    work: Callable[[Shared, Timed[Task], Call], Result],
    shared: Shared,
    tasks: Sequence[Task],
    names: Sequence[str],
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline | None = None,
    on_done: Callable[[int, Result], None] = lambda *_: None,
) -> list[Result | TaskLost | None]:
    """What became of each task, in their order; None for those that a wish to stop left out.

    Where there is a `deadline`, each has its own, by its turn; that of the last is the whole's.
    `on_done` hears of each that came to something, as it does.

    One that ended its process again and again takes none of the others with it. Raises any other
    error of a task, and EngineLost.
    """
    found: list[Result | TaskLost | None] = [None] * len(tasks)
    ended = 0

    def told(index: int, said: Any) -> None:
        progress = Progress(*said)
        on_progress(
            replace(
                progress, phase=f"{ended} of {len(tasks)} solved; {names[index]}: {progress.phase}"
            )
        )

    if not tasks:
        return found
    with engine(len(tasks)) as executor:
        timed = [
            Timed(task, due)
            for task, due in zip(tasks, deadlines(len(tasks), deadline), strict=True)
        ]
        for done in executor.map(work, shared, timed, on_progress=told, should_stop=should_stop):
            if done.error is not None and not isinstance(done.error, TaskLost):
                raise done.error
            found[done.index] = done.value if done.error is None else done.error
            if done.error is None:
                on_done(done.index, done.value)
            ended += 1
    return found


def telling(call: Call) -> Callable[[Progress], None]:
    """A search's progress as `sweep` hears it."""
    return lambda progress: call.on_progress(list(astuple(progress)))
