"""Duals that went too far, brought back by what a solution of the master problem leaves unused:
complementary slackness.

Where several supplies with limits could fill the vacancies of one team, its duties and these limits
may all have duals too far from nothing by the same amount: nearly as good a bound, and an ascent,
in which each row moves by itself, comes down too slowly. A roster knows: a supply of which
something is left is worth nothing more, and no vacancy that it could fill is worth more than it
costs. What was tried and lost: duals of whole teams moved together with those of their rows (bounds
of half the height); longer and larger steps (2 % of what was missing).
"""

import numpy as np

from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import MasterProblem
from solver.search.weekly_columns.supply_duals import SupplyDuals
from solver.search.weekly_columns.week_values import Floats, Ints


class DualCorrection:
    """`supply`: the limits on shared variables alone, its rows counted among `rows` of the
    matrix.
    """

    def __init__(self, master: MasterProblem, supply: SupplyDuals, rows: Ints) -> None:
        self._master, self._supply = master, supply
        self._limits = rows[supply.rows]

    def slack_loss(self, duals: Floats, solution: MasterSolution) -> float:
        """What the limits that a solution does not use up lose: sum_r -u_r (b_r - S_r y) over those
        with at least one left [£].
        """
        left = self._left(solution)
        return float(-(duals[self._limits] * np.where(left >= 1, left, 0.0)).sum())

    def corrected(self, duals: Floats, solution: MasterSolution) -> Floats:
        """Duals at which no limit that is not used up has one, nor a duty's row more than what the
        supply that is left to fill it costs: until q_j >= 0 for every such j.
        """
        master, found = self._master, duals.copy()
        free = self._left(solution) >= 1
        found[self._limits[free]] = 0.0
        columns = master.shared
        for variable in self._supply.variables[free[self._supply.limit_of]].tolist():
            if solution.shared[variable] >= master.shared_most[variable]:
                continue
            inside = slice(columns.indptr[variable], columns.indptr[variable + 1])
            rows, coefficients = columns.indices[inside], columns.data[inside]
            below = float((found[rows] * coefficients).sum()) - float(master.shared_cost[variable])
            for number in np.argsort(found[rows] * -coefficients, kind="stable")[::-1].tolist():
                row, coefficient = rows[number], coefficients[number]
                if below > 0 and coefficient < 0 and found[row] < 0:
                    less = min(-found[row], below / -coefficient)
                    found[row] += less
                    below -= less * -coefficient
        return found

    def _left(self, solution: MasterSolution) -> Floats:
        return np.asarray(
            (self._master.limit - self._master.shared @ solution.shared)[self._limits]
        )
