"""The many small models of one large roster on the engine's machines, where there is such an
engine.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

from ortools.sat.python import cp_model

from scheduler.engine.choose import ENGINE, engine
from scheduler.engine.executor import Call, EngineLost, Executor
from solver.search.solver_pool import LOCAL, PackedModel, SolvedModel, SolverPool

LARGE = 20_000
"""From so many deployable pairs on the subproblems of a roster are worth their journey."""
AWAY = 30.0
"""Seconds for which an engine that was lost is not asked again: the work goes on here."""


@contextmanager
def solver_pool(pairs: int, environment: Mapping[str, str] = os.environ) -> Iterator[SolverPool]:
    """Who solves a roster's subproblems: a cluster that is named by its address, if the roster is
    large; else this process.

    On this machine alone processes would only add the journey to what threads do as well.
    """
    named = environment.get(ENGINE, "local")
    if pairs < LARGE or named in ("local", "inline"):
        yield LOCAL
        return
    with engine(2, environment) as executor:
        yield EngineSolverPool(executor)


class EngineSolverPool:
    """Sends small models to an engine. What it cannot do, for whatever reason, is done here: a
    roster never hangs on a machine elsewhere.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._lock, self._away_until = Lock(), 0.0
        self.width = max(LOCAL.width, executor.width)
        self.sent = self.kept = 0
        """Models that were solved elsewhere, and here after all."""

    def solve(self, model: cp_model.CpModel, solver: cp_model.CpSolver) -> SolvedModel:
        """Solve it on the engine; here while that is lost, or where it gives no answer. Waits for
        the end.
        """
        if time.monotonic() >= self._away_until:
            try:
                (ended,) = self._executor.map(solve_packed, None, [PackedModel.of(model, solver)])
            except EngineLost:
                self._away_until = time.monotonic() + AWAY
            else:
                if isinstance(ended.value, SolvedModel):
                    self._count(sent=1)
                    return ended.value
        self._count(kept=1)
        return LOCAL.solve(model, solver)

    def _count(self, *, sent: int = 0, kept: int = 0) -> None:
        with self._lock:
            self.sent += sent
            self.kept += kept


def solve_packed(_shared: None, packed: PackedModel, _call: Call) -> SolvedModel:
    """A task of the engine."""
    return packed.solve()
