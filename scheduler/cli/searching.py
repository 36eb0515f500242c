"""What every command does that searches: it can be stopped, keeps within its memory, says how long
it takes and how far it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli.options import ProgressStyle
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.roster_commands import note_on_start
from scheduler.cli.session import Session

if TYPE_CHECKING:
    from scheduler.services.limits.plan import SearchPlan
    from scheduler.services.rosters.solve import Request
    from scheduler.storage.repository import Repository
    from solver.search.strategy import Limits


@dataclass(frozen=True)
class AskedSearch:
    """What a command was called with about its search."""

    collaborative: str
    start: date
    days: int
    time_limit: float
    memory_limit: float | None
    workers: int
    seed: int
    policy: Path | None
    progress: ProgressStyle


@dataclass(frozen=True)
class Searching:
    """What a service is given: `how` is by name."""

    repository: "Repository"
    request: "Request"
    limits: "Limits"
    how: dict[str, Any]


@contextmanager
def searching(
    called: Session, asked: AskedSearch, plan_of: Callable[["Repository"], "SearchPlan"]
) -> Iterator[Searching]:
    """Everything that a search needs, as long as it runs. `plan_of`: the searches that it takes."""
    from scheduler.cli.memory_limit import within_memory
    from scheduler.cli.stopping import stop_on_signal

    note_on_start(asked.start)
    with (
        stop_on_signal() as wish,
        within_memory(asked.memory_limit, wish) as should_stop,
    ):  # before the solver is loaded: see the command solve
        from scheduler.cli.progress import beforehand, telling
        from scheduler.services.rosters.solve import Request
        from solver.search.strategy import Limits

        tables = policy_tables(called, asked.policy, asked.collaborative)
        request = Request(asked.collaborative, asked.start, asked.days, tables)
        limits = Limits(asked.time_limit, asked.workers, asked.seed)
        with called.repository() as repository:
            beforehand(asked.progress, plan_of(repository).sentence(asked.time_limit))
            with telling(asked.progress) as on_progress:
                how = {
                    "on_progress": on_progress,
                    "should_stop": should_stop,
                    "began": called.began,
                }
                yield Searching(repository, request, limits, how)
