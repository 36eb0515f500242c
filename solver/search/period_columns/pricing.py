"""The pricing subproblem: the period of least reduced cost of one person, by CP-SAT over what
concerns that person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from solver.search.direct_lns.rows import Ints
from solver.search.period_columns.blocks import Blocks, Floats, PeriodColumn
from solver.search.solver_pool import LOCAL, SolverPool

EFFORT = 3.0
"""Most that is spent on one person, in CP-SAT's deterministic time."""


@dataclass(frozen=True)
class PricedPeriod:
    """A good period of a person, None where none was found in time, and the `least` reduced cost
    that any has.
    """

    period: PeriodColumn | None
    least: float
    spent: float
    possible: bool = True
    """False: proven that there is no such period."""


class PeriodPricing:
    """Everybody's own model, made once; only the objective follows the duals. One person may be
    priced beside another.
    """

    def __init__(self, blocks: Blocks, seed: int, solver_pool: SolverPool = LOCAL) -> None:
        self._blocks, self._solver_pool = blocks, solver_pool
        self._seed = seed
        self._models = [blocks.model(person) for person in range(blocks.people)]

    def price(self, person: int, duals: Floats, slack: float) -> PricedPeriod:
        """min_{x in X_p} q_p(u) x, with q_p(u) rounded down.

        `slack`: by how much the period may miss the best [sixtieths of a penny]; what is told as
        the least stays true.
        """
        cost, model = self._priced(person, duals)
        solver = self._solver()
        solver.parameters.absolute_gap_limit = max(0.5, min(slack, 1e15))
        solved = self._solver_pool.solve(model, solver)
        if solved.status == cp_model.INFEASIBLE:
            return PricedPeriod(None, np.inf, solved.spent, possible=False)
        own = self._blocks.variables[person]
        trivial = np.minimum(
            cost * self._blocks.rows.least[own], cost * self._blocks.rows.most[own]
        ).sum()
        least = max(float(trivial), solved.bound)
        if not solved.found:
            return PricedPeriod(None, least, solved.spent)
        return PricedPeriod(
            self._blocks.period(person, np.array(solved.solution, dtype=np.int64)),
            least,
            solved.spent,
        )

    def with_shift(self, person: int, duals: Floats, position: int, at_most: int) -> PricedPeriod:
        """A period that holds the variable at this position of the block and has at most so
        much reduced cost, if one is found.
        """
        _, model = self._priced(person, duals)
        model.proto.objective.domain.extend([-(2**60), at_most])
        before = list(model.proto.variables[position].domain)
        set_domain(model, position, [1, 1])
        solver = self._solver()
        solver.parameters.stop_after_first_solution = True
        try:
            solved = self._solver_pool.solve(model, solver)
        finally:
            set_domain(model, position, before)
            model.clear_objective()  # type: ignore[no-untyped-call]
        if not solved.found:
            return PricedPeriod(
                None, -np.inf, solved.spent, possible=solved.status != cp_model.INFEASIBLE
            )
        return PricedPeriod(
            self._blocks.period(person, np.array(solved.solution, dtype=np.int64)),
            -np.inf,
            solved.spent,
        )

    def _priced(self, person: int, duals: Floats) -> tuple[Ints, cp_model.CpModel]:
        """floor(q_p(u)), below what is true, as a bound must be; and the person's model with it."""
        cost = np.floor(self._blocks.reduced_costs(duals, person)).astype(np.int64)
        priced = np.flatnonzero(cost)
        model = self._models[person]
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.proto.objective.vars.extend(priced.tolist())
        model.proto.objective.coeffs.extend(cost[priced].tolist())
        return cost, model

    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        solver.parameters.linearization_level = (
            2  # runs of days are clauses: without them the relaxation says little
        )
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.max_deterministic_time = EFFORT
        solver.parameters.catch_sigint_signal = False
        return solver


def set_domain(model: cp_model.CpModel, index: int, bounds: Sequence[int]) -> None:
    """`bounds`: the first and last value of each interval."""
    domain = model.proto.variables[index].domain
    domain.clear()
    domain.extend(bounds)
