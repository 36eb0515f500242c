"""Limits on shared variables alone, such as how many shifts an agency can send: their best duals
given all others, by a continuous knapsack for each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.weekly_columns.week_values import Floats, Ints


@dataclass(frozen=True)
class SupplySolution:
    """`duals` of all rows with those of these limits at their best; `amounts` of the variables
    under them (`SupplyDuals.variables`).
    """

    duals: Floats
    amounts: Floats


class SupplyDuals:
    """Fills each limit with what is worth most for its weight, which says what its dual should be.

    An ascent alone cannot: a dear vacancy and the limit of the supply that could fill it must
    rise together, each against the other's pull. Where they had to climb by turns the bound of a
    week stood 15 % too low, however many rounds it got.
    """

    def __init__(
        self,
        pairs: sparse.csr_matrix,
        shared: sparse.csr_matrix,
        limit: Floats,
        equal: npt.NDArray[np.bool_],
        most: Floats,
    ) -> None:
        """`pairs` A [R x K], `shared` S [R x J], `limit` b [R], `equal` [R]; `most` m [J]. Those
        rows are taken that have no pair and no negative coefficient.
        """
        taken = np.zeros(shared.shape[1], dtype=bool)
        rows, members, weights = list[int](), list[Ints](), list[Floats]()
        for row in np.flatnonzero((np.diff(pairs.indptr) == 0) & ~equal & (limit >= 0)).tolist():
            inside = slice(shared.indptr[row], shared.indptr[row + 1])
            variables, weight = shared.indices[inside], shared.data[inside]
            if (
                len(variables) > 1 and (weight > 0).all() and not taken[variables].any()
            ):  # a variable under two limits stays with the first
                taken[variables] = True
                rows.append(row)
                members.append(variables)
                weights.append(weight)
        self.rows = np.array(rows, dtype=np.int64)
        self.variables = np.concatenate([np.zeros(0, np.int64), *members])
        self._weight = np.concatenate([np.zeros(0), *weights])
        self.limit_of = np.repeat(np.arange(len(rows)), [len(variables) for variables in members])
        """Of each variable its limit, as a position in `rows`."""
        self._limit = limit[self.rows]
        self._most = most[self.variables] * self._weight

    def solve(self, duals: Floats, reduced_costs: Floats) -> SupplySolution:
        """Each limit r as a continuous knapsack, whose linear programme's dual is u_r.

            min_y sum_j q_j y_j   with   sum_j S_rj y_j <= b_r,   0 <= y_j <= m_j

        Its variables are bought in the order of q_j / S_rj, those below nothing alone; u_r is that
        ratio of the one that is cut off, and nothing where none is. `duals` u [R], nothing for
        these limits; `reduced_costs` q [J] at them.
        """
        ratio = reduced_costs[self.variables] / self._weight
        order = np.lexsort((ratio, self.limit_of))
        of, ratio = self.limit_of[order], ratio[order]
        wanted = np.where(ratio < 0, self._most[order], 0.0)
        before = np.cumsum(wanted) - wanted
        starts = np.searchsorted(of, np.arange(len(self.rows)))
        taken = np.clip(self._limit[of] - (before - before[starts][of]), 0.0, wanted)
        cut = np.flatnonzero(taken < wanted - 1e-9)
        limits, first = np.unique(of[cut], return_index=True)
        best = duals.copy()
        best[self.rows[limits]] = ratio[cut[first]]
        amounts = np.empty(len(order))
        amounts[order] = taken / self._weight[order]
        return SupplySolution(best, amounts)
