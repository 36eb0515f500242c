"""The restricted master as an integer programme: the best roster of the columns made so far, one
for each person, chosen by CP-SAT among those that can still be part of a better one.
"""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from ortools.sat.python import cp_model

from solver.search.effort import Effort
from solver.search.period_columns.blocks import Floats, PeriodColumn
from solver.search.period_columns.column_generation import ColumnGeneration

MOST = 12_000
"""So many periods are chosen from at most, those of least reduced cost first."""
WITHOUT_LIMIT = 2**50


class RestrictedMasterIp:
    """Knows by reduced costs which periods can be part of a better roster: those that do not miss
    their person's least by more than the gap.
    """

    def __init__(self, generation: ColumnGeneration, duals: Floats) -> None:
        self._generation, self._duals = generation, duals
        self._tried = 0

    @property
    def new_columns(self) -> int:
        """Periods made since the last choice."""
        return len(self._generation.master.periods) - self._tried

    def solve(
        self, present: Mapping[int, PeriodColumn], objective: int, effort: Effort, seconds: float
    ) -> dict[int, PeriodColumn] | None:
        """A period for everybody that together cost less than `objective`; None where none was
        found in time.

        `present`: what everybody has, to begin from. `seconds`: what may be spent, in what the
        limits count.
        """
        blocks, periods = self._generation.blocks, self._generation.master.periods
        self._tried = len(periods)
        chosen = self._within_gap(objective)
        model = cp_model.CpModel()
        takes = {number: model.new_bool_var("") for number in chosen}
        own: dict[int, list[cp_model.IntVar]] = {person: [] for person in range(blocks.people)}
        for number, take in takes.items():
            person, period = periods[number]
            own[person].append(take)
            model.add_hint(take, period is present.get(person))
        for taken in own.values():
            model.add_exactly_one(taken)
        rows, shared = blocks.rows, blocks.shared
        others = [
            model.new_int_var(int(rows.least[variable]), int(rows.most[variable]), "")
            for variable in shared.tolist()
        ]
        variables = [*takes.values(), *others]
        uses = sp.hstack(
            [*(self._uses(number) for number in chosen), blocks.linking[:, shared]], format="csr"
        )
        for row, (low, high) in enumerate(
            zip(blocks.low.tolist(), blocks.high.tolist(), strict=True)
        ):
            span = slice(uses.indptr[row], uses.indptr[row + 1])
            terms = [variables[column] for column in uses.indices[span].tolist()]
            least = int(low) if np.isfinite(low) else -WITHOUT_LIMIT
            most = int(high) if np.isfinite(high) else WITHOUT_LIMIT
            model.add_linear_constraint(
                cp_model.LinearExpr.weighted_sum(terms, uses.data[span].astype(int).tolist()),
                least,
                most,
            )
        costs = [*(periods[number][1].cost for number in chosen), *rows.cost[shared].tolist()]
        total = cp_model.LinearExpr.weighted_sum(variables, costs)
        model.add(total <= objective - blocks.step - rows.constant)
        model.minimize(total)
        solver = effort.solver(seconds)
        status = solver.solve(model)
        effort.count(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return {
            periods[number][0]: periods[number][1]
            for number, take in takes.items()
            if solver.boolean_value(take)
        }

    def _within_gap(self, objective: int) -> list[int]:
        """Numbers of periods n with q_p x_pn - min_m q_p x_pm <= z - L(u), the least first."""
        blocks, periods = self._generation.blocks, self._generation.master.periods
        priced = np.array(
            [
                blocks.reduced_costs(self._duals, person) @ period.values
                for person, period in periods
            ]
        )
        of = np.array([person for person, _ in periods])
        best = np.full(blocks.people, np.inf)
        np.minimum.at(best, of, priced)
        reduced = priced - best[of]
        gap = objective - blocks.shared_bound(self._duals) - best.sum()
        worth = np.flatnonzero(reduced <= gap + 1.0)
        chosen: list[int] = worth[np.argsort(reduced[worth], kind="stable")][:MOST].tolist()
        return chosen

    def _uses(self, number: int) -> sp.csr_matrix:
        person, period = self._generation.master.periods[number]
        return sp.csr_matrix(
            (
                self._generation.blocks.linking[:, self._generation.blocks.variables[person]]
                @ period.values
            )[:, None]
        )
