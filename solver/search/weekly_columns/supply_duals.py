"""Limits on shared variables alone, such as how many shifts an agency can send: their best prices
given all others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.weekly_columns.week_values import Floats, Ints


@dataclass(frozen=True)
class Filled:
    """`prices` of all rows with those of these limits at their best; `amounts` of the variables
    under them (`Filling.variables`).
    """

    prices: Floats
    amounts: Floats


class Filling:
    """Fills each limit with what is worth most for its weight, which says what its price should be.

    An ascent alone cannot: a dear empty place and the limit of the supply that could fill it must
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
        """Rows by pairs and by shared variables, each with its limit; `most` of each shared
        variable.
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
        self._room = most[self.variables] * self._weight

    def fill(self, prices: Floats, values: Floats) -> Filled:
        """`prices` of all rows, nothing for these limits; `values`: what each shared variable costs
        at them.
        """
        ratio = values[self.variables] / self._weight
        order = np.lexsort((ratio, self.limit_of))
        of, ratio = self.limit_of[order], ratio[order]
        asked = np.where(ratio < 0, self._room[order], 0.0)
        before = np.cumsum(asked) - asked
        starts = np.searchsorted(of, np.arange(len(self.rows)))
        taken = np.clip(self._limit[of] - (before - before[starts][of]), 0.0, asked)
        cut = np.flatnonzero(taken < asked - 1e-9)
        limits, first = np.unique(of[cut], return_index=True)
        best = prices.copy()
        best[self.rows[limits]] = ratio[cut[first]]
        amounts = np.empty(len(order))
        amounts[order] = taken / self._weight[order]
        return Filled(best, amounts)
