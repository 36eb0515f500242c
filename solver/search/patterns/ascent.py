"""Prices for what people share, raised until the bound that they give grows no more: a first-order ascent, no linear programme.

The bound of prices is the sum of everybody's best week at them: concave, with a corner at every tie. Each row's price moves by its own
step (Adam, Kingma and Ba 2015), which shrinks from hundreds of pounds to pennies. On 300 staff 800 such rounds took a fifth of the time
of column generation with a simplex solver, and ended no lower.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.patterns.pricing import Floats, Matrix, Pricing

Ints = npt.NDArray[np.int64]
WORKING, LEAST_WORKING = 2_000_000, 500
"""Of all weeks so many are looked at in most rounds, and of each person's at least so many: the best when all were last looked at."""
MOMENTUM, MEMORY = 0.9, 0.99
FIRST_STEP, LAST_STEP = 300.0, 0.05
"""Pounds a round."""


@dataclass(frozen=True)
class Risen:
    """Where an ascent ended. `chosen[r]`: everybody's best week (position in the working sets) in the last rounds, `pairs` at the end."""

    prices: Floats
    bound: float
    chosen: list[Ints]
    pair_of_atom: Ints


class Ascent:
    """The bound as a function of the rows' prices, over working sets of weeks."""

    def __init__(self, matrix: Matrix, pricing: Pricing) -> None:
        self._matrix, self._pricing = matrix, pricing
        largest = _largest(matrix.pairs)
        self._scale = np.where(largest > 0, largest, np.maximum(_largest(matrix.shared), 1e-9))
        self._limit = matrix.limit / self._scale
        by_scale = sparse.diags(1 / self._scale)
        self._pairs, self._shared = sparse.csr_matrix(by_scale @ matrix.pairs), sparse.csr_matrix(by_scale @ matrix.shared)
        self._pairs_by_pair, self._shared_by_variable = self._pairs.T.tocsr(), self._shared.T.tocsr()
        self._live = ~matrix.left_out
        self._atom_of = np.repeat(np.arange(int(pricing.first_atom[-1])), np.diff(np.append(pricing.starts, len(pricing.order))))
        self.refresh(np.zeros(len(matrix.limit)))

    def refresh(self, prices: Floats) -> None:
        """Look at all weeks, and work from now on with the best of each person at these prices."""
        pricing = self._pricing
        atoms = pricing.atom_values(pricing.pair_values(prices))
        blank, width = int(pricing.first_atom[-1]), max(weeks.atoms_of.shape[1] for weeks in pricing.weeks)
        working = max(LEAST_WORKING, WORKING // len(pricing.weeks))
        self.weeks: list[Ints] = []
        rows, costs = [], []
        for person, weeks in enumerate(pricing.weeks):
            kept = np.arange(len(weeks.cost))
            if len(kept) > working:
                kept = np.argpartition(pricing.week_values(person, atoms), working)[:working]
            own = weeks.atoms_of[kept].astype(np.intp)
            padded = np.full((len(kept), width), blank, dtype=np.intp)
            padded[:, : own.shape[1]] = np.where(own < len(weeks.atoms), own + pricing.first_atom[person], blank)
            self.weeks.append(kept)
            rows.append(padded)
            costs.append(pricing.costs[person][kept])
        sizes = [len(kept) for kept in self.weeks]
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self._sizes = np.array(sizes)
        self._atoms = np.ascontiguousarray(np.concatenate(rows).T)
        self._costs = np.concatenate(costs)
        self._blank = blank

    def rise(
        self,
        prices: Floats,
        rounds: int,
        *,
        first: float = FIRST_STEP,
        last: float = LAST_STEP,
        kept: int = 0,
        fixed: "Fixed | None" = None,
        pace: Callable[[int], float] | None = None,
    ) -> Risen:
        """Raise the bound from these prices in so many rounds. `kept`: how many of the last rounds' choices are told.

        `pace(round)`: how far the work is, from 0 to 1, where it should not go by rounds; at 1 it ends.
        """  # fmt: skip
        equal = self._matrix.equal
        now = prices * self._scale
        mean, square = np.zeros_like(now), np.zeros_like(now)
        best, best_prices, chosen = -np.inf, now, []
        for number in range(rounds):
            done = number / rounds if pace is None else pace(number)
            if done >= 1 and number:
                break
            bound, slope, picked, pair_of_atom = self._look(now, fixed)
            if bound > best:
                best, best_prices = bound, now
            if rounds - number <= kept:
                chosen.append(picked)
            mean = MOMENTUM * mean + (1 - MOMENTUM) * slope
            square = MEMORY * square + (1 - MEMORY) * slope * slope
            step = first * (last / first) ** done
            move = mean / (1 - MOMENTUM ** (number + 1)) / (np.sqrt(square / (1 - MEMORY ** (number + 1))) + 0.05)
            now = now + step * move
            now = np.where(equal, now, np.minimum(now, 0.0))
        return Risen(best_prices / self._scale, best, chosen, pair_of_atom)

    def _look(self, now: Floats, fixed: "Fixed | None") -> tuple[float, Floats, Ints, Ints]:
        """(bound over the working sets, its slope, everybody's best week, cheapest pair of each atom) at scaled prices."""
        matrix, pricing = self._matrix, self._pricing
        values = matrix.pair_cost - self._pairs_by_pair @ now
        atoms = pricing.atom_values(values)
        pair_of_atom = self._cheapest(values, atoms)
        own = np.append(atoms, 0.0)
        totals = self._costs.copy()
        for row in self._atoms:
            totals += own.take(row)
        least = np.minimum.reduceat(totals, self.starts)
        picked = _first_of_each(totals == np.repeat(least, self._sizes), self.starts)
        free = np.ones(len(least), dtype=bool) if fixed is None else ~fixed.people
        used = self._atoms[:, picked[free]].ravel()
        taken = np.bincount(pair_of_atom[used[used < self._blank]], minlength=len(values)).astype(float)
        constant = 0.0
        if fixed is not None:
            taken += fixed.pairs
            constant = float((values * fixed.pairs).sum())
        shared = matrix.shared_cost - self._shared_by_variable @ now
        bought = np.where(shared < 0, matrix.shared_most, 0.0)
        # sums of products: a threaded dot product would wait for its threads where the machine is busy
        bound = matrix.constant + (now * self._limit).sum() + (shared * bought).sum() + least[free].sum() + constant
        slope = self._limit - (self._pairs @ taken + self._shared @ bought)
        return float(bound), np.where(self._live, slope, 0.0), picked, pair_of_atom

    def _cheapest(self, values: Floats, atoms: Floats) -> Ints:
        order = self._pricing.order
        return (
            np.asarray(order[_first_of_each(values[order] == atoms[self._atom_of], self._pricing.starts)])
            if len(atoms)
            else np.zeros(0, np.int64)
        )


@dataclass(frozen=True)
class Fixed:
    """People whose week is decided already, and how often each pair is in those weeks."""

    people: npt.NDArray[np.bool_]
    pairs: Floats


def _largest(matrix: sparse.csc_matrix) -> Floats:
    return np.asarray(abs(matrix).max(axis=1).todense(), dtype=float).ravel() if matrix.shape[1] else np.zeros(matrix.shape[0])


def _first_of_each(hits: npt.NDArray[np.bool_], starts: Ints) -> Ints:
    """The first position that is hit in each stretch; every stretch has one."""
    found = np.flatnonzero(hits)
    return np.asarray(found[np.searchsorted(found, starts)])
