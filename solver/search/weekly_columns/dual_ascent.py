"""Prices for what people share, raised until the bound that they give grows no more: a first-order
ascent, no linear programme.

The bound of prices is the sum of everybody's best week at them: concave, with a corner at every
tie. Each row's price moves by its own step (Adam, Kingma and Ba 2015), which shrinks from the
dearest that anything costs to pennies, whenever it gains little more. What was tried and lost: a
step that shrinks by rounds, the same for all data (300 pounds over 800 rounds left the bound 28 %
low where an empty place costs 16,500, and larger ones over more rounds were the next fixed guess);
a step of each row's own size, by what the row can cost (no better); column generation with a
simplex solver (five times as long on 300 staff, and no higher).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.solver_pool import HERE
from solver.search.weekly_columns.active_columns import WorkingWeeks
from solver.search.weekly_columns.dual_correction import Mending
from solver.search.weekly_columns.pricing import Matrix, Pricing, first_of_each
from solver.search.weekly_columns.supply_duals import Filling
from solver.search.weekly_columns.week_values import Floats, Ints

MOMENTUM, MEMORY = 0.9, 0.99
STAGES, MOST_ROUNDS = 5, 2000
"""So many times all weeks are looked at while prices rise; after so many rounds of a stage it ends
in any case.
"""
LAST_STEP = 0.03
"""Pounds a round; the first is the dearest that any shared variable costs."""
MENDED_STAGES, MENDED_STEP = 3, 100.0
"""The same for prices that were mended, and their first step [£]: a larger one loses what is right
of them already.
"""
WINDOW, SHRINK, GAIN = 20, 0.7, 0.02
"""After so many rounds that gain less than this share of the step for the square root of the
people, the step shrinks by this factor. With half as many rounds, or asking for more, it shrank
before prices that had gone too far were back: the bound stood 1 to 5 % low.
"""
WORKING, MOST_WORKING = 700, 10_000_000
"""Of each person so many weeks are worked with at first: with seven thousand the bound of 300 staff
is no higher, and takes three times as long. Of all people together never more than the latter,
unless there are so many people.
"""
ASTRAY = 0.02
"""Where the bound over the working weeks is above the true one by a larger share, more weeks are
worked with.
"""


@dataclass(frozen=True)
class Risen:
    """Where an ascent ended. `chosen[r]`: everybody's best week (position among the working ones)
    in the last rounds.
    """

    prices: Floats
    bound: float
    chosen: list[Ints]

    def above(self, true: float) -> float:
        """By what share the bound over the weeks worked with is above the true one at these
        prices.
        """
        return (self.bound - true) / max(1.0, abs(self.bound))


class Ascent:
    """The bound as a function of the rows' prices, over working sets of weeks."""

    def __init__(self, matrix: Matrix, pricing: Pricing) -> None:
        self._matrix, self._pricing = matrix, pricing
        self._rows = np.flatnonzero(~matrix.left_out)
        """Those with a price; all vectors of rows are of these alone."""
        pairs, shared = (
            sparse.csr_matrix(matrix.pairs)[self._rows],
            sparse.csr_matrix(matrix.shared)[self._rows],
        )
        largest = _largest(pairs)
        self._scale = np.where(largest > 0, largest, np.maximum(_largest(shared), 1e-9))
        self._limit, self._equal = matrix.limit[self._rows] / self._scale, matrix.equal[self._rows]
        by_scale = sparse.diags(1 / self._scale)
        self._pairs, self._shared = (
            sparse.csr_matrix(by_scale @ pairs),
            sparse.csr_matrix(by_scale @ shared),
        )
        self._pairs_by_pair, self._shared_by_variable = (
            self._pairs.T.tocsr(),
            self._shared.T.tocsr(),
        )
        self._filling = Filling(
            self._pairs, self._shared, self._limit, self._equal, matrix.shared_most
        )
        self._atom_of = np.repeat(
            np.arange(int(pricing.first_atom[-1])),
            np.diff(np.append(pricing.starts, len(pricing.order))),
        )
        self._pool = ThreadPoolExecutor(HERE.width)
        self._most = WORKING
        self._working = WorkingWeeks(pricing, np.zeros(len(matrix.limit)), WORKING)

    def refresh(self, prices: Floats, missed: float = 0.0) -> None:
        """Look at all weeks, and work from now on with the best of each person at these prices.

        `missed`: by what share the bound over the weeks worked with was above the true one. Where
        people have very many weeks that are much alike, too few lead the prices astray; then those
        are kept and the best at these prices added. With the best alone, even of ten times as many
        weeks, prices go astray again in another direction.
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

    @property
    def _first_step(self) -> float:
        """Pounds a round with which nothing is out of reach."""
        return float(max(1.0, abs(self._matrix.shared_cost).max(initial=0.0)))

    def mending(self) -> Mending:
        return Mending(self._matrix, self._filling, self._rows)

    def raised(
        self,
        done: Callable[[], float],
        after: Callable[[int, Floats, float], bool] = lambda stage, prices, bound: False,
        mended: Floats | None = None,
    ) -> tuple[Floats, float]:
        """The best prices and their bound [£], from nothing or from `mended` ones: all weeks are
        looked at after each of STAGES.

        `done()`: how far the time for it is over, from 0 to 1, or never over where only steps
        count. `after(stage, prices, bound)` hears of each stage and answers whether it changed the
        weeks: a bound over fewer weeks was higher, and none.
        """
        stages = STAGES if mended is None else MENDED_STAGES
        steps = np.geomspace(
            self._first_step if mended is None else MENDED_STEP, LAST_STEP, stages + 1
        )
        prices = np.zeros(len(self._matrix.limit)) if mended is None else mended
        if mended is not None:
            self.refresh(prices)
        best, best_bound = prices, -np.inf
        for stage in range(stages):
            began = done()
            share = max(1e-3, (1 - began) / (stages - stage))

            def pace(number: int, began: float = began, share: float = share) -> float:
                return max(number / MOST_ROUNDS, (done() - began) / share)

            risen = self.climb(prices, steps[stage], steps[stage + 1], pace)
            _, bound, _ = self._pricing.best(risen.prices)
            prices, missed = risen.prices, risen.above(bound)
            if bound > best_bound:
                best, best_bound = prices, bound
            if after(stage, prices, bound):
                best, best_bound = prices, -np.inf
            self.refresh(prices, missed)
        return best, best_bound

    def climb(
        self, prices: Floats, first: float, last: float, pace: Callable[[int], float]
    ) -> Risen:
        """Raise the bound from these prices, with steps that shrink from `first` to `last` [£] as
        they gain less.

        `pace(round)`: how far the time for it is over, from 0 to 1; steps shrink at least so fast.
        """
        now, moves = prices[self._rows] * self._scale, _Moves(len(self._rows))
        best, best_prices, before, total = -np.inf, now, -np.inf, 0.0
        step, number = first, 0
        worth = GAIN * np.sqrt(len(self._pricing.weeks))
        while step > last:
            looked = self._look(now, None)
            number += 1
            if looked.bound > best:
                best, best_prices = looked.bound, looked.prices
            total += looked.bound
            if number % WINDOW == 0:
                if total / WINDOW - before < worth * step:
                    step *= SHRINK
                before, total = total / WINDOW, 0.0
            gone = pace(number)
            if gone >= 1:
                break
            step = min(step, first * (last / first) ** gone)
            now = self._moved(now, step * moves.towards(looked.slope))
        return Risen(self._unscaled(best_prices), best, [])

    def rise(
        self, prices: Floats, rounds: int, *, first: float, last: float, kept: int, fixed: "Fixed"
    ) -> Risen:
        """Raise the bound from these prices in so many rounds, with steps from `first` to `last`
        [£] and some weeks fixed.

        `kept`: how many of the last rounds' choices are told.
        """
        now, moves = prices[self._rows] * self._scale, _Moves(len(self._rows))
        best, best_prices, chosen = -np.inf, now, []
        for number in range(rounds):
            looked = self._look(now, fixed)
            if looked.bound > best:
                best, best_prices = looked.bound, looked.prices
            if rounds - number <= kept:
                chosen.append(looked.picked)
            now = self._moved(
                now, first * (last / first) ** (number / rounds) * moves.towards(looked.slope)
            )
        return Risen(self._unscaled(best_prices), best, chosen)

    def _moved(self, now: Floats, move: Floats) -> Floats:
        return np.where(self._equal, now + move, np.minimum(now + move, 0.0))

    def _unscaled(self, scaled: Floats) -> Floats:
        found = np.zeros(len(self._matrix.limit))
        found[self._rows] = scaled / self._scale
        return found

    def _look(self, now: Floats, fixed: "Fixed | None") -> "_Looked":
        """At scaled prices, with those at their best that follow from the others."""
        matrix, pricing, filling = self._matrix, self._pricing, self._filling
        now = now.copy()
        now[filling.rows] = 0.0
        values = matrix.pair_cost - self._pairs_by_pair @ now
        atoms = pricing.atom_values(values)
        pair_of_atom = self._cheapest(values, atoms)
        looked = self._working.look(np.append(atoms, 0.0), self._pool)
        free = np.ones(len(looked.least), dtype=bool) if fixed is None else ~fixed.people
        used = looked.atoms[:, free].ravel()
        taken = np.bincount(
            pair_of_atom[used[used < self._working.blank]], minlength=len(values)
        ).astype(float)
        constant = 0.0
        if fixed is not None:
            taken += fixed.pairs
            constant = float((values * fixed.pairs).sum())
        filled = filling.fill(now, matrix.shared_cost - self._shared_by_variable @ now)
        shared = matrix.shared_cost - self._shared_by_variable @ filled.prices
        bought = np.where(shared < 0, matrix.shared_most, 0.0)
        # sums of products: a threaded dot product would wait for its threads where the machine is
        # busy
        bound = (
            matrix.constant
            + (filled.prices * self._limit).sum()
            + (shared * bought).sum()
            + looked.least[free].sum()
            + constant
        )
        bought[filling.variables] = filled.amounts
        slope = self._limit - (self._pairs @ taken + self._shared @ bought)
        return _Looked(float(bound), slope, filled.prices, looked.picked)

    def _cheapest(self, values: Floats, atoms: Floats) -> Ints:
        order = self._pricing.order
        return (
            np.asarray(
                order[first_of_each(values[order] == atoms[self._atom_of], self._pricing.starts)]
            )
            if len(atoms)
            else np.zeros(0, np.int64)
        )


@dataclass(frozen=True)
class _Looked:
    """The bound over the working sets and its slope at scaled `prices`; `picked`: everybody's best
    week.
    """

    bound: float
    slope: Floats
    prices: Floats
    picked: Ints


class _Moves:
    """Where to go by the slopes so far, each row by a step of about one."""

    def __init__(self, rows: int) -> None:
        self._mean, self._square = np.zeros(rows), np.zeros(rows)
        self._number = 0

    def towards(self, slope: Floats) -> Floats:
        self._number += 1
        self._mean = MOMENTUM * self._mean + (1 - MOMENTUM) * slope
        self._square = MEMORY * self._square + (1 - MEMORY) * slope * slope
        mean = self._mean / (1 - MOMENTUM**self._number)
        return np.asarray(mean / (np.sqrt(self._square / (1 - MEMORY**self._number)) + 0.05))


@dataclass(frozen=True)
class Fixed:
    """People whose week is decided already, and how often each pair is in those weeks."""

    people: npt.NDArray[np.bool_]
    pairs: Floats


def _largest(matrix: sparse.csc_matrix) -> Floats:
    return (
        np.asarray(abs(matrix).max(axis=1).todense(), dtype=float).ravel()
        if matrix.shape[1]
        else np.zeros(matrix.shape[0])
    )
