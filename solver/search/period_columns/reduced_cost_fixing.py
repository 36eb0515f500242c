"""Reduced-cost fixing, the last step of a proof: variables that can be part of no better roster are
fixed at nothing, and CP-SAT is asked for a better one in what is left.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
from ortools.sat.python import cp_model

from solver.search.direct_lns.improve import DirectLns
from solver.search.direct_lns.values import Values
from solver.search.effort import Effort
from solver.search.period_columns.blocks import Floats
from solver.search.period_columns.column_generation import ColumnGeneration
from solver.search.period_columns.pricing import set_domain


@dataclass(frozen=True)
class FixingResult:
    """`values` of a better roster; without any, `proven` says that there is none."""

    values: Values | None
    proven: bool = False


class ReducedCostFixing:
    """Fixes a shift at nothing where every period of its person that holds it misses the person's
    least reduced cost by more than the gap:

        min {q_p(u) x : x in X_p, x_k = 1}  >  l_p + (z - step - L(u))
        l_p = min {q_p(u) x : x in X_p},   step: by what the costs of rosters differ
    """

    def __init__(self, generation: ColumnGeneration, direct_lns: DirectLns, duals: Floats) -> None:
        self._generation, self._direct_lns, self._duals = generation, direct_lns, duals
        self._least: Floats | None = None

    def prove(self, should_stop: Callable[[], bool], effort: Effort, share: float) -> FixingResult:
        """Ask for a better roster. `share`: of what is left to spend, at most for CP-SAT's part."""
        model = self._reduced_model(should_stop, effort)
        if model is None:
            return FixingResult(None)
        solver = effort.solver(share * effort.left())
        status = _solved(model, solver, should_stop)
        effort.count(solver)
        if status == cp_model.INFEASIBLE:
            return FixingResult(None, proven=True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return FixingResult(None)
        return FixingResult(np.array(solver.response_proto.solution, dtype=np.int64))

    def _reduced_model(
        self, should_stop: Callable[[], bool], effort: Effort
    ) -> cp_model.CpModel | None:
        """The whole model with those variables fixed, asked for less than the roster costs; None
        where time was over.
        """
        blocks, direct_lns = self._generation.blocks, self._direct_lns
        if self._least is None:
            self._least = self._generation.least_reduced_costs(self._duals)
        if self._least is None:
            return None
        below = direct_lns.objective - blocks.step
        gap = below - blocks.shared_bound(self._duals) - self._least.sum()
        at_most = np.floor(self._least + gap)
        model = direct_lns.encoder.model.clone()
        with ThreadPoolExecutor(effort.solver_pool.width) as pool:
            answers = list(
                pool.map(
                    lambda person: self._fixed_at_zero(person, at_most[person], should_stop),
                    range(blocks.people),
                )
            )
        for person, (fixed, spent) in enumerate(answers):
            effort.add(spent)
            for variable in blocks.variables[person][fixed].tolist():
                set_domain(model, variable, [0, 0])
        if should_stop():
            return None
        model.proto.objective.domain.extend([-(2**60), below - blocks.rows.constant])
        return model

    def _fixed_at_zero(
        self, person: int, at_most: float, should_stop: Callable[[], bool]
    ) -> tuple[list[int], float]:
        """(positions in the person's block of the shifts that no period of at most this reduced
        cost holds, what it took).
        """
        blocks, master = self._generation.blocks, self._generation.master
        own = blocks.variables[person]
        open_positions = set(
            np.flatnonzero(np.isin(own, self._direct_lns.neighbourhoods.pairs)).tolist()
        )
        cost = blocks.reduced_costs(self._duals, person)
        for who, period in master.periods:
            if who == person and cost @ period.values <= at_most:
                open_positions -= set(np.flatnonzero(period.values).tolist())
        fixed, spent = list[int](), 0.0
        while open_positions and not should_stop():
            position = open_positions.pop()
            found = self._generation.pricing.with_shift(person, self._duals, position, int(at_most))
            spent += found.spent
            if found.period is not None:
                open_positions -= set(np.flatnonzero(found.period.values).tolist())
            elif not found.possible:
                fixed.append(position)
        return fixed, spent


def _solved(
    model: cp_model.CpModel, solver: cp_model.CpSolver, should_stop: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Solve, and end early when told to."""
    done = Event()

    def watcher() -> None:
        while not done.wait(0.2):
            if should_stop():
                solver.stop_search()

    thread = Thread(target=watcher, daemon=True)
    thread.start()
    try:
        return solver.solve(model)
    finally:
        done.set()
        thread.join()
