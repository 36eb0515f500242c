"""Prices that went too far, brought back by what a plan leaves unused.

Where several supplies with limits could fill the places of one team, its places and these limits
may all be priced too high by the same amount: nearly as good a bound, and an ascent, in which each
row moves by itself, comes down too slowly. A roster knows: a supply of which something is left is
worth nothing more, and no place that it could fill is worth more than it costs. What was tried and
lost: prices of whole teams moved together with those of their rows (bounds of half the height);
longer and larger steps (2 % of what was missing).
"""

import numpy as np

from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import Matrix
from solver.search.weekly_columns.supply_duals import Filling
from solver.search.weekly_columns.week_values import Floats, Ints


class Mending:
    """`filling`: the limits on shared variables alone, its rows counted among `rows` of the
    matrix.
    """

    def __init__(self, matrix: Matrix, filling: Filling, rows: Ints) -> None:
        self._matrix, self._filling = matrix, filling
        self._limits = rows[filling.rows]

    def lost(self, prices: Floats, plan: Plan) -> float:
        """What the limits that a plan does not use up lose at these prices [£]."""
        left = self._left(plan)
        return float(-(prices[self._limits] * np.where(left >= 1, left, 0.0)).sum())

    def mended(self, prices: Floats, plan: Plan) -> Floats:
        """Prices at which no limit that is not used up is worth anything, nor a place more than
        what is left to fill it costs.
        """
        matrix, found = self._matrix, prices.copy()
        free = self._left(plan) >= 1
        found[self._limits[free]] = 0.0
        columns = matrix.shared
        for variable in self._filling.variables[free[self._filling.limit_of]].tolist():
            if plan.shared[variable] >= matrix.shared_most[variable]:
                continue
            inside = slice(columns.indptr[variable], columns.indptr[variable + 1])
            rows, coefficients = columns.indices[inside], columns.data[inside]
            below = float((found[rows] * coefficients).sum()) - float(matrix.shared_cost[variable])
            for place in np.argsort(found[rows] * -coefficients, kind="stable")[::-1].tolist():
                row, coefficient = rows[place], coefficients[place]
                if below > 0 and coefficient < 0 and found[row] < 0:
                    less = min(-found[row], below / -coefficient)
                    found[row] += less
                    below -= less * -coefficient
        return found

    def _left(self, plan: Plan) -> Floats:
        return np.asarray((self._matrix.limit - self._matrix.shared @ plan.shared)[self._limits])
