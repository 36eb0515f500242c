"""Prices for what people share, raised until the bound that they give grows no more: a first-order ascent, no linear programme.

The bound of prices is the sum of everybody's best week at them: concave, with a corner at every tie. Each row's price moves by its own
step (Adam, Kingma and Ba 2015), which shrinks from hundreds of pounds to pennies. On 300 staff 800 such rounds took a fifth of the time
of column generation with a simplex solver, and ended no lower.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.crew import HERE
from solver.search.patterns.pricing import Matrix, Pricing, first_of_each
from solver.search.patterns.week_values import Floats, Ints
from solver.search.patterns.working_weeks import WorkingWeeks

MOMENTUM, MEMORY = 0.9, 0.99
FIRST_STEP, LAST_STEP = 300.0, 0.05
"""Pounds a round."""
WORKING, MOST_WORKING = 700, 10_000_000
"""Of each person so many weeks are worked with at first: with seven thousand the bound of 300 staff is no higher, and takes three times as
long. Of all people together never more than the latter, unless there are so many people."""
ASTRAY = 0.02
"""Where the bound over the working weeks is above the true one by a larger share, more weeks are worked with."""


@dataclass(frozen=True)
class Risen:
    """Where an ascent ended. `chosen[r]`: everybody's best week (position among the working ones) in the last rounds."""

    prices: Floats
    bound: float
    chosen: list[Ints]

    def above(self, true: float) -> float:
        """By what share the bound over the weeks worked with is above the true one at these prices."""
        return (self.bound - true) / max(1.0, abs(self.bound))


class Ascent:
    """The bound as a function of the rows' prices, over working sets of weeks."""

    def __init__(self, matrix: Matrix, pricing: Pricing) -> None:
        self._matrix, self._pricing = matrix, pricing
        self._rows = np.flatnonzero(~matrix.left_out)
        """Those with a price; all vectors of rows are of these alone."""
        pairs, shared = sparse.csr_matrix(matrix.pairs)[self._rows], sparse.csr_matrix(matrix.shared)[self._rows]
        largest = _largest(pairs)
        self._scale = np.where(largest > 0, largest, np.maximum(_largest(shared), 1e-9))
        self._limit, self._equal = matrix.limit[self._rows] / self._scale, matrix.equal[self._rows]
        by_scale = sparse.diags(1 / self._scale)
        self._pairs, self._shared = sparse.csr_matrix(by_scale @ pairs), sparse.csr_matrix(by_scale @ shared)
        self._pairs_by_pair, self._shared_by_variable = self._pairs.T.tocsr(), self._shared.T.tocsr()
        self._atom_of = np.repeat(np.arange(int(pricing.first_atom[-1])), np.diff(np.append(pricing.starts, len(pricing.order))))
        self._pool = ThreadPoolExecutor(HERE.width)
        self._most = WORKING
        self._working = WorkingWeeks(pricing, np.zeros(len(matrix.limit)), WORKING)

    def refresh(self, prices: Floats, missed: float = 0.0) -> None:
        """Look at all weeks, and work from now on with the best of each person at these prices.

        `missed`: by what share the bound over the weeks worked with was above the true one. Where people have very many weeks that are
        much alike, too few lead the prices astray; then those are kept and the best at these prices added. With the best alone, even
        of ten times as many weeks, prices go astray again in another direction.
        """
        most = self._most
        if missed > ASTRAY:
            self._most = max(most, min(most + WORKING, MOST_WORKING // len(self._pricing.weeks)))
        if self._most > most:
            self._working = WorkingWeeks(self._pricing, prices, self._most - most, self._working)
        else:
            self._working = WorkingWeeks(self._pricing, prices, most)

    @property
    def weeks(self) -> list[Ints]:
        """The weeks that are worked with, by person: positions among all of a person's weeks."""
        return self._working.weeks

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
        now = prices[self._rows] * self._scale
        mean, square = np.zeros_like(now), np.zeros_like(now)
        best, best_prices, chosen = -np.inf, now, []
        for number in range(rounds):
            done = number / rounds if pace is None else pace(number)
            if done >= 1 and number:
                break
            bound, slope, picked = self._look(now, fixed)
            if bound > best:
                best, best_prices = bound, now
            if rounds - number <= kept:
                chosen.append(picked)
            mean = MOMENTUM * mean + (1 - MOMENTUM) * slope
            square = MEMORY * square + (1 - MEMORY) * slope * slope
            step = first * (last / first) ** done
            move = mean / (1 - MOMENTUM ** (number + 1)) / (np.sqrt(square / (1 - MEMORY ** (number + 1))) + 0.05)
            now = now + step * move
            now = np.where(self._equal, now, np.minimum(now, 0.0))
        found = np.zeros(len(self._matrix.limit))
        found[self._rows] = best_prices / self._scale
        return Risen(found, best, chosen)

    def _look(self, now: Floats, fixed: "Fixed | None") -> tuple[float, Floats, Ints]:
        """(bound over the working sets, its slope, everybody's best week) at scaled prices."""
        matrix, pricing = self._matrix, self._pricing
        values = matrix.pair_cost - self._pairs_by_pair @ now
        atoms = pricing.atom_values(values)
        pair_of_atom = self._cheapest(values, atoms)
        looked = self._working.look(np.append(atoms, 0.0), self._pool)
        free = np.ones(len(looked.least), dtype=bool) if fixed is None else ~fixed.people
        used = looked.atoms[:, free].ravel()
        taken = np.bincount(pair_of_atom[used[used < self._working.blank]], minlength=len(values)).astype(float)
        constant = 0.0
        if fixed is not None:
            taken += fixed.pairs
            constant = float((values * fixed.pairs).sum())
        shared = matrix.shared_cost - self._shared_by_variable @ now
        bought = np.where(shared < 0, matrix.shared_most, 0.0)
        # sums of products: a threaded dot product would wait for its threads where the machine is busy
        bound = matrix.constant + (now * self._limit).sum() + (shared * bought).sum() + looked.least[free].sum() + constant
        slope = self._limit - (self._pairs @ taken + self._shared @ bought)
        return float(bound), slope, looked.picked

    def _cheapest(self, values: Floats, atoms: Floats) -> Ints:
        order = self._pricing.order
        return (
            np.asarray(order[first_of_each(values[order] == atoms[self._atom_of], self._pricing.starts)])
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
