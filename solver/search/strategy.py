"""What every search strategy takes, tells and returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.policy.policy import Policy

Status = Literal["optimal", "feasible", "clash", "no_roster"]


@dataclass(frozen=True)
class Limits:
    """How long and with what a search may work.

    `workers` is CP-SAT's portfolio, not cores: it needs several kinds of worker even on two cores.
    """

    seconds: float = 60.0
    workers: int = 8
    seed: int = 1
    deterministic: bool = False
    """The same roster for the same input, seed and version: effort is counted in steps, and only a
    search cut short by time may differ.
    """


@dataclass(frozen=True)
class Progress:
    """Where a search stands. `best` and `bound` are sixtieths of a penny; None = none yet."""

    phase: str
    seconds: float
    best: int | None = None
    bound: int | None = None

    @property
    def gap(self) -> float | None:
        """(best - bound) / best; None where one of them is not known yet."""
        if self.best is None or self.bound is None:
            return None
        return gap(self.best, self.bound)


def gap(best: float, bound: float) -> float:
    """(best - bound) / best, 0 where both are 0."""
    return 0.0 if best == bound else (best - bound) / best


@dataclass(frozen=True)
class Found:
    """What a search came back with. `objective` is the search's own count, which the independent
    check recomputes.
    """

    status: Status
    roster: Roster | None
    objective: int | None
    bound: int
    history: tuple[Progress, ...] = ()


class Strategy(Protocol):
    """Looks for a good roster within limits. `on_progress` hears of progress; `should_stop` is
    asked whether to end early and keep the best.

    `start`: a roster to begin with; where it keeps every hard rule, what is found is never worse.
    """

    def __call__(
        self,
        problem: Problem,
        policy: Policy,
        limits: Limits,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
        start: Roster | None = None,
    ) -> Found: ...
