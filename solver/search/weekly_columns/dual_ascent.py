"""The Lagrangian dual raised: a subgradient ascent over the duals of the master problem's rows, no
linear programme.

The bound L(u) of some duals u (see the package) is concave, with a corner at every tie. A
subgradient of it is what the cheapest weeks and the bought shared variables leave of each row,

    s(u) = b - A x(u) - S y(u)    [R]

and u moves by steps of a length t that each row takes in its own way (Adam, Kingma and Ba 2015, in
place of the step of Held and Karp), projected to u_r <= 0 where the row is no equation. t shrinks
from the dearest that anything costs to pennies, whenever it gains little more. What was tried and
lost: a
step that shrinks by rounds, the same for all data (300 pounds over 800 rounds left the bound 28 %
low where a vacancy costs 16,500, and larger ones over more rounds were the next fixed guess);
a step of each row's own size, by what the row can cost (no better); column generation with a
simplex solver (five times as long on 300 staff, and no higher).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.solver_pool import LOCAL
from solver.search.weekly_columns.active_columns import ActiveColumns
from solver.search.weekly_columns.dual_correction import DualCorrection
from solver.search.weekly_columns.pricing import MasterProblem, WeekPricing, first_of_each
from solver.search.weekly_columns.supply_duals import SupplyDuals
from solver.search.weekly_columns.week_values import Floats, Ints

MOMENTUM, MEMORY = 0.9, 0.99
"""Of the mean of subgradients and of that of their squares: beta_1 and beta_2 of Adam."""
DAMPING = 0.05
"""Added to the root of the mean square, so that rows at rest stay there: epsilon of Adam."""
STAGES, MOST_ROUNDS = 5, 2000
"""So many times all weeks are priced while the dual is raised; after so many rounds of a stage it
ends in any case.
"""
LAST_STEP = 0.03
"""Pounds a round; the first is the dearest that any shared variable costs."""
CORRECTED_STAGES, CORRECTED_STEP = 3, 100.0
"""The same for duals that were corrected, and their first step [£]: a larger one loses what is
right of them already.
"""
WINDOW, SHRINK, GAIN = 20, 0.7, 0.02
"""After so many rounds that gain less than this share of the step for the square root of the
people, the step shrinks by this factor. With half as many rounds, or asking for more, it shrank
before duals that had gone too far were back: the bound stood 1 to 5 % low.
"""
ACTIVE, MOST_ACTIVE = 700, 10_000_000
"""Of each line so many weeks are active at first: with seven thousand the bound of 300 staff
is no higher, and takes three times as long. Of all lines together never more than the latter,
unless there are so many lines.
"""
MOST_OVERESTIMATE = 0.02
"""Where the bound over the active columns is above the true one by a larger share, more are made
active.
"""


@dataclass(frozen=True)
class AscentResult:
    """Where an ascent ended. `duals` [R]; `bound`: L over the active columns; `choices[n]` [I]: the
    cheapest week of each line (position among the active ones) in round n of the last.
    """

    duals: Floats
    bound: float
    choices: list[Ints]

    def overestimate(self, true: float) -> float:
        """By what share the bound over the active columns is above the true one at these duals."""
        return (self.bound - true) / max(1.0, abs(self.bound))


class DualAscent:
    """The bound as a function of the rows' duals, over the active columns.

    Inside, rows are scaled: with s_r the largest |A_rk| of row r, its A, S and b are divided by s_r
    and its dual is multiplied by it, so that one step suits all rows.
    """

    def __init__(self, master: MasterProblem, pricing: WeekPricing) -> None:
        self._master, self._pricing = master, pricing
        self._rows = np.flatnonzero(~master.relaxed)
        """Those that are not relaxed; all scaled vectors of rows are of these alone."""
        pairs, shared = (
            sparse.csr_matrix(master.pairs)[self._rows],
            sparse.csr_matrix(master.shared)[self._rows],
        )
        largest = _largest(pairs)
        self._scale = np.where(largest > 0, largest, np.maximum(_largest(shared), 1e-9))
        self._limit, self._equal = master.limit[self._rows] / self._scale, master.equal[self._rows]
        by_scale = sparse.diags(1 / self._scale)
        self._pairs, self._shared = (
            sparse.csr_matrix(by_scale @ pairs),
            sparse.csr_matrix(by_scale @ shared),
        )
        self._pairs_by_pair, self._shared_by_variable = (
            self._pairs.T.tocsr(),
            self._shared.T.tocsr(),
        )
        self._supply = SupplyDuals(
            self._pairs, self._shared, self._limit, self._equal, master.shared_most
        )
        self._atom_of = np.repeat(
            np.arange(int(pricing.first_atom[-1])),
            np.diff(np.append(pricing.starts, len(pricing.order))),
        )
        self._pool = ThreadPoolExecutor(LOCAL.width)
        self._most = ACTIVE
        self._active = ActiveColumns(pricing, np.zeros(len(master.limit)), ACTIVE)

    def refresh(self, duals: Floats, overestimate: float = 0.0) -> None:
        """Price all weeks, and make the cheapest of each line at these duals the active columns.

        `overestimate`: by what share the bound over the active columns was above the true one.
        Where lines have very many weeks that are much alike, too few lead the duals astray; then
        those are kept and the cheapest at these duals added. With the cheapest alone, even of ten
        times as many weeks, duals go astray again in another direction.
        """
        most = self._most
        if overestimate > MOST_OVERESTIMATE:
            self._most = max(most, min(most + ACTIVE, MOST_ACTIVE // len(self._pricing.weeks)))
        if self._most > most:
            self._active = ActiveColumns(self._pricing, duals, self._most - most, self._active)
        else:
            self._active = ActiveColumns(self._pricing, duals, most)

    @property
    def weeks(self) -> list[Ints]:
        """The active columns by line: positions among all of a line's weeks."""
        return self._active.weeks

    @property
    def _first_step(self) -> float:
        """Pounds a round with which nothing is out of reach."""
        return float(max(1.0, abs(self._master.shared_cost).max(initial=0.0)))

    def correction(self) -> DualCorrection:
        """What brings back duals that went too far, over the rows of this ascent."""
        return DualCorrection(self._master, self._supply, self._rows)

    def maximise(
        self,
        done: Callable[[], float],
        after: Callable[[int, Floats, float], bool] = lambda stage, duals, bound: False,
        corrected: Floats | None = None,
    ) -> tuple[Floats, float]:
        """The best duals [R] and their bound [£], from nothing or from `corrected` ones: all weeks
        are priced after each of STAGES.

        `done()`: how far the time for it is over, from 0 to 1, or never over where only steps
        count. `after(stage, duals, bound)` hears of each stage and answers whether it changed the
        weeks: a bound over fewer weeks was higher, and none.
        """
        stages = STAGES if corrected is None else CORRECTED_STAGES
        steps = np.geomspace(
            self._first_step if corrected is None else CORRECTED_STEP, LAST_STEP, stages + 1
        )
        duals = np.zeros(len(self._master.limit)) if corrected is None else corrected
        if corrected is not None:
            self.refresh(duals)
        best, best_bound = duals, -np.inf
        for stage in range(stages):
            began = done()
            share = max(1e-3, (1 - began) / (stages - stage))

            def pace(number: int, began: float = began, share: float = share) -> float:
                return max(number / MOST_ROUNDS, (done() - began) / share)

            ascended = self.ascend(duals, steps[stage], steps[stage + 1], pace)
            _, bound, _ = self._pricing.evaluate_dual(ascended.duals)
            duals, overestimate = ascended.duals, ascended.overestimate(bound)
            if bound > best_bound:
                best, best_bound = duals, bound
            if after(stage, duals, bound):
                best, best_bound = duals, -np.inf
            self.refresh(duals, overestimate)
        return best, best_bound

    def ascend(
        self, duals: Floats, first: float, last: float, pace: Callable[[int], float]
    ) -> AscentResult:
        """Raise the bound from these duals, with steps that shrink from `first` to `last` [£] as
        they gain less.

        `pace(round)`: how far the time for it is over, from 0 to 1; steps shrink at least so fast.
        """
        scaled, adam = duals[self._rows] * self._scale, _Adam(len(self._rows))
        best, best_duals, before, total = -np.inf, scaled, -np.inf, 0.0
        step, number = first, 0
        worth = GAIN * np.sqrt(len(self._pricing.weeks))
        while step > last:
            point = self._evaluate(scaled, None)
            number += 1
            if point.bound > best:
                best, best_duals = point.bound, point.duals
            total += point.bound
            if number % WINDOW == 0:
                if total / WINDOW - before < worth * step:
                    step *= SHRINK
                before, total = total / WINDOW, 0.0
            gone = pace(number)
            if gone >= 1:
                break
            step = min(step, first * (last / first) ** gone)
            scaled = self._projected(scaled, step * adam.direction(point.subgradient))
        return AscentResult(self._unscaled(best_duals), best, [])

    def ascend_with_fixed(
        self,
        duals: Floats,
        rounds: int,
        *,
        first: float,
        last: float,
        counted: int,
        fixed: "FixedWeeks",
    ) -> AscentResult:
        """Raise the bound from these duals in so many rounds, with steps from `first` to `last` [£]
        and some weeks fixed.

        `counted`: how many of the last rounds' choices are told.
        """
        scaled, adam = duals[self._rows] * self._scale, _Adam(len(self._rows))
        best, best_duals, choices = -np.inf, scaled, []
        for number in range(rounds):
            point = self._evaluate(scaled, fixed)
            if point.bound > best:
                best, best_duals = point.bound, point.duals
            if rounds - number <= counted:
                choices.append(point.choice)
            step = first * (last / first) ** (number / rounds)
            scaled = self._projected(scaled, step * adam.direction(point.subgradient))
        return AscentResult(self._unscaled(best_duals), best, choices)

    def _projected(self, scaled: Floats, move: Floats) -> Floats:
        """u + move where the row is an equation, else min(0, u + move)."""
        return np.where(self._equal, scaled + move, np.minimum(scaled + move, 0.0))

    def _unscaled(self, scaled: Floats) -> Floats:
        found = np.zeros(len(self._master.limit))
        found[self._rows] = scaled / self._scale
        return found

    def _evaluate(self, scaled: Floats, fixed: "FixedWeeks | None") -> "_DualPoint":
        """L and a subgradient at scaled duals u, those of `supply` put to their best first.

            L(u) = c_0 + u b + sum_{i free} l_i(u) + q(u) f + sum_j m_j min(0, q_j(u))
            s(u) = b - A (x + f) - S y

        x [K]: the pairs of the free lines' cheapest weeks, f [K]: those of the fixed ones; y [J]:
        m_j where q_j(u) < 0, else 0, and for supply the amounts that belong to its best duals.
        """
        master, pricing, supply = self._master, self._pricing, self._supply
        scaled = scaled.copy()
        scaled[supply.rows] = 0.0
        pair_costs = master.pair_cost - self._pairs_by_pair @ scaled
        atom_costs = pricing.atom_reduced_costs(pair_costs)
        pair_of_atom = self._cheapest_pairs(pair_costs, atom_costs)
        cheapest = self._active.price(np.append(atom_costs, 0.0), self._pool)
        free = np.ones(len(cheapest.least), dtype=bool) if fixed is None else ~fixed.people
        used = cheapest.atoms[:, free].ravel()
        worked = np.bincount(
            pair_of_atom[used[used < self._active.blank]], minlength=len(pair_costs)
        ).astype(float)
        of_fixed = 0.0
        if fixed is not None:
            worked += fixed.pairs
            of_fixed = float((pair_costs * fixed.pairs).sum())
        supplied = supply.solve(scaled, master.shared_cost - self._shared_by_variable @ scaled)
        shared_costs = master.shared_cost - self._shared_by_variable @ supplied.duals
        bought = np.where(shared_costs < 0, master.shared_most, 0.0)
        # sums of products: a threaded dot product would wait for its threads where the machine is
        # busy
        bound = (
            master.constant
            + (supplied.duals * self._limit).sum()
            + (shared_costs * bought).sum()
            + cheapest.least[free].sum()
            + of_fixed
        )
        bought[supply.variables] = supplied.amounts
        subgradient = self._limit - (self._pairs @ worked + self._shared @ bought)
        return _DualPoint(float(bound), subgradient, supplied.duals, cheapest.position)

    def _cheapest_pairs(self, pair_costs: Floats, atom_costs: Floats) -> Ints:
        """The first pair k of each atom a with q_k = q_a. [atoms of all]"""
        order = self._pricing.order
        return (
            np.asarray(
                order[
                    first_of_each(
                        pair_costs[order] == atom_costs[self._atom_of], self._pricing.starts
                    )
                ]
            )
            if len(atom_costs)
            else np.zeros(0, np.int64)
        )


@dataclass(frozen=True)
class _DualPoint:
    """L over the active columns and a subgradient of it at scaled `duals`; `choice` [I]: the
    cheapest active week of each line.
    """

    bound: float
    subgradient: Floats
    duals: Floats
    choice: Ints


class _Adam:
    """Where to go by the subgradients so far, each row by a step of about one."""

    def __init__(self, rows: int) -> None:
        self._mean, self._square = np.zeros(rows), np.zeros(rows)
        self._number = 0

    def direction(self, subgradient: Floats) -> Floats:
        """The step of Adam for the n-th subgradient s_n, row by row [R]:

        m_n = b1 m_{n-1} + (1 - b1) s_n          v_n = b2 v_{n-1} + (1 - b2) s_n^2
        direction = (m_n / (1 - b1^n)) / (sqrt(v_n / (1 - b2^n)) + DAMPING)
        """
        self._number += 1
        self._mean = MOMENTUM * self._mean + (1 - MOMENTUM) * subgradient
        self._square = MEMORY * self._square + (1 - MEMORY) * subgradient * subgradient
        mean = self._mean / (1 - MOMENTUM**self._number)
        return np.asarray(mean / (np.sqrt(self._square / (1 - MEMORY**self._number)) + DAMPING))


@dataclass(frozen=True)
class FixedWeeks:
    """Lines whose week is decided already [I], and how often each pair is in those weeks [K]: f."""

    people: npt.NDArray[np.bool_]
    pairs: Floats


def _largest(rows: sparse.csc_matrix) -> Floats:
    return (
        np.asarray(abs(rows).max(axis=1).todense(), dtype=float).ravel()
        if rows.shape[1]
        else np.zeros(rows.shape[0])
    )
