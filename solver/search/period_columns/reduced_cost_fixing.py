"""The last step of a proof: what can be part of no better roster is struck out, and CP-SAT is asked
for a better one in what is left.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
from ortools.sat.python import cp_model

from solver.search.direct_lns.improve import Improver
from solver.search.direct_lns.values import Values
from solver.search.effort import Effort
from solver.search.period_columns.blocks import Floats
from solver.search.period_columns.column_generation import Generating
from solver.search.period_columns.pricing import set_domain


@dataclass(frozen=True)
class Closed:
    """`values` of a better roster; without any, `proven` says that there is none."""

    values: Values | None
    proven: bool = False


class Closing:
    """Strikes out by prices: a shift is out where every period of its person that holds it misses
    the person's best by more than the gap.
    """

    def __init__(self, generating: Generating, improver: Improver, prices: Floats) -> None:
        self._generating, self._improver, self._prices = generating, improver, prices
        self._least: Floats | None = None

    def close(self, over: Callable[[], bool], effort: Effort, share: float) -> Closed:
        """Ask for a better roster. `share`: of what is left to spend, at most for CP-SAT's part."""
        model = self._left_over(over, effort)
        if model is None:
            return Closed(None)
        solver = effort.solver(share * effort.left())
        status = _solved(model, solver, over)
        effort.count(solver)
        if status == cp_model.INFEASIBLE:
            return Closed(None, proven=True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Closed(None)
        return Closed(np.array(solver.response_proto.solution, dtype=np.int64))

    def _left_over(self, over: Callable[[], bool], effort: Effort) -> cp_model.CpModel | None:
        """The whole model without what is out, asked for less than the roster costs; None where
        time was over.
        """
        blocks, improver = self._generating.blocks, self._improver
        if self._least is None:
            self._least = self._generating.least(self._prices)
        if self._least is None:
            return None
        below = improver.objective - blocks.step
        gap = below - blocks.least_shared(self._prices) - self._least.sum()
        at_most = np.floor(self._least + gap)
        model = improver.encoder.model.clone()
        with ThreadPoolExecutor(effort.crew.width) as pool:
            answers = list(
                pool.map(
                    lambda person: self._out(person, at_most[person], over), range(blocks.people)
                )
            )
        for person, (out, spent) in enumerate(answers):
            effort.add(spent)
            for variable in blocks.variables[person][out].tolist():
                set_domain(model, variable, [0, 0])
        if over():
            return None
        model.proto.objective.domain.extend([-(2**60), below - blocks.rows.constant])
        return model

    def _out(
        self, person: int, at_most: float, over: Callable[[], bool]
    ) -> tuple[list[int], float]:
        """(positions in the person's block of the shifts that no period of at most this cost at the
        prices holds, what it took).
        """
        blocks, master = self._generating.blocks, self._generating.master
        own = blocks.variables[person]
        open_now = set(np.flatnonzero(np.isin(own, self._improver.regions.pairs)).tolist())
        cost = blocks.at(self._prices, person)
        for who, period in master.periods:
            if who == person and cost @ period.values <= at_most:
                open_now -= set(np.flatnonzero(period.values).tolist())
        out, spent = list[int](), 0.0
        while open_now and not over():
            position = open_now.pop()
            found = self._generating.pricing.with_shift(
                person, self._prices, position, int(at_most)
            )
            spent += found.spent
            if found.period is not None:
                open_now -= set(np.flatnonzero(found.period.values).tolist())
            elif not found.possible:
                out.append(position)
        return out, spent


def _solved(
    model: cp_model.CpModel, solver: cp_model.CpSolver, over: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Solve, and end early when told to."""
    done = Event()

    def watcher() -> None:
        while not done.wait(0.2):
            if over():
                solver.stop_search()

    thread = Thread(target=watcher, daemon=True)
    thread.start()
    try:
        return solver.solve(model)
    finally:
        done.set()
        thread.join()
