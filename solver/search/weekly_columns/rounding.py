"""From duals to a first incumbent by diving: the weeks that lines keep choosing are fixed, the dual
is raised again around them, until every line has a week.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.dual_ascent import AscentResult, DualAscent, FixedWeeks
from solver.search.weekly_columns.pricing import MasterProblem, Week, WeekPricing
from solver.search.weekly_columns.week_values import Floats, Ints

ROUNDS, COUNTED = 30, 15
"""Rounds of the ascent between two fixings, and the last of them in which choices are counted."""
FIRST_STEP, LAST_STEP = 6.0, 0.3
"""Pounds a round: duals are near already."""
SURE = 0.95
"""Whoever chose a week in so many of the rounds counted is fixed, beyond those that must be."""
TRIED, MANY_TRIED = 50, 5000
"""So many of a person's best weeks are tried for whom none of those chosen fits; more where none of
them goes with the person's other weeks.
"""


class Rounding:
    """Weeks fixed so far, and the room that they leave in each row.

    A row has room for more of A_r x up to b_r - min_y S_r y, and for less down to b_r - max_y S_r y
    where it is an equation: `_most`, `_least` [R], beside `_used` = A x [R].
    """

    def __init__(
        self, master: MasterProblem, pricing: WeekPricing, ascent: DualAscent, across: AcrossLines
    ) -> None:
        self._master, self._pricing, self._ascent, self._across = master, pricing, ascent, across
        self._most = master.limit - master.shared.minimum(0) @ master.shared_most
        self._least = np.where(
            master.equal, master.limit - master.shared.maximum(0) @ master.shared_most, -np.inf
        )
        self._used = np.zeros(len(master.limit))
        self._people = np.zeros(len(pricing.weeks), dtype=bool)
        self._pairs = np.zeros(len(master.pair_cost))
        self._reserved = [list(pricing.emptiest(person)[1]) for person in range(len(pricing.weeks))]
        """By person the pairs of the week with the fewest shifts: pins, mostly. Others must not
        take these positions meanwhile.
        """
        for pair in (pair for pairs in self._reserved for pair in pairs):
            self._use(pair)
        self.weeks: dict[int, Week] = {}

    def run(self, duals: Floats, rounds: Callable[[], int]) -> dict[int, Week]:
        """Everybody's week; no more than those fixed so far where time is over.

        `rounds()`: how many more fixings there is time for.
        """
        people = len(self._pricing.weeks)
        while len(self.weeks) < people and (left := rounds()) > 0:
            ascended = self._ascent.ascend_with_fixed(
                duals,
                ROUNDS,
                first=FIRST_STEP,
                last=LAST_STEP,
                counted=COUNTED,
                fixed=FixedWeeks(self._people, self._pairs),
            )
            duals = ascended.duals
            before = len(self.weeks)
            self._fix(ascended, duals, -(-(people - before) // left))
            if left == 1 or len(self.weeks) == before:
                self._fix_the_rest(self._pricing.pair_reduced_costs(duals))
        return self.weeks

    def _fix(self, ascended: AscentResult, duals: Floats, at_least: int) -> None:
        """Fix those who chose the same week most often, where it fits beside what is fixed."""
        pair_costs = self._pricing.pair_reduced_costs(duals)
        size = len(self._ascent.weeks)
        counts = np.array(ascended.choices)
        sureness, position = np.zeros(size), np.zeros(size, dtype=np.int64)
        for person in np.flatnonzero(~self._people).tolist():
            found, often = np.unique(counts[:, person], return_counts=True)
            sureness[person], position[person] = often.max() / len(counts), found[often.argmax()]
        order = [
            person
            for person in np.argsort(-sureness, kind="stable").tolist()
            if not self._people[person]
        ]
        for rank, person in enumerate(order):
            if rank >= at_least and sureness[person] < SURE:
                return
            week = int(self._ascent.weeks[person][position[person]])
            pairs = (
                self._fitting(person, week, pair_costs)
                if self._across.allows(person, week, self.weeks)
                else None
            )
            if pairs is not None:
                self._take(person, week, pairs)

    def _fix_the_rest(self, pair_costs: Floats) -> None:
        """The best week that still fits each person, whether it was ever chosen or not."""
        for person in np.flatnonzero(~self._people).tolist():
            self._take(person, *self._best_fitting(person, pair_costs))

    def _best_fitting(self, person: int, pair_costs: Floats) -> Week:
        """The week of least g_w + sum_{a in w} min_{k in a} q_k over pairs k with room in all rows,
        the first that fits.
        """
        weeks, pricing = self._pricing.weeks[person], self._pricing
        pairs, starts = pricing.pairs_of(person)
        inside = self._master.pairs[:, pairs]
        self._unreserve(person)
        full = ~self._room(inside.indices, inside.data)
        self._unreserve(person, -1)
        of_pair = np.repeat(np.arange(len(pairs)), np.diff(inside.indptr))
        open_to = np.where(
            np.bincount(of_pair[full], minlength=len(pairs)) > 0, np.inf, pair_costs[pairs]
        )
        atoms = np.append(np.minimum.reduceat(open_to, starts) if len(starts) else open_to, 0.0)
        totals = pricing.costs[person] + atoms[weeks.atoms_of].sum(axis=1)
        tried = self._possible(person, totals)
        for week in tried[np.argsort(totals[tried], kind="stable")].tolist():
            fitting = self._fitting(person, week, pair_costs)
            if fitting is not None:
                return week, fitting
        return pricing.emptiest(person)

    def _possible(self, person: int, totals: Floats) -> Ints:
        """The best weeks that go with what the person has in other weeks."""
        for count in (TRIED, MANY_TRIED):
            tried = np.argpartition(totals, min(count, len(totals) - 1))[:count]
            allowed, _ = self._across.of(person, tried, self.weeks)
            if allowed.any():
                break
        return np.asarray(tried[allowed])

    def _fitting(self, person: int, week: int, pair_costs: Floats) -> tuple[int, ...] | None:
        """The cheapest pair with room for each of the week's atoms; None where one has none."""
        weeks = self._pricing.weeks[person]
        found: list[int] = []
        self._unreserve(person)
        try:
            for atom in (int(atom) for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)):
                for pair in sorted(
                    weeks.atoms[atom].pairs, key=lambda pair: (pair_costs[pair], pair)
                ):
                    if self._room(*self._rows_of(pair)).all():
                        self._use(pair)
                        found.append(pair)
                        break
                else:
                    return None
            return tuple(found)
        finally:  # all as it was: to try on a copy takes longer than to try
            for pair in found:
                self._use(pair, -1)
            self._unreserve(person, -1)

    def _room(self, rows: Ints, coefficients: Floats) -> npt.NDArray[np.bool_]:
        """Which of these rows can take so much more."""
        after = self._used[rows] + coefficients
        return np.asarray((after <= self._most[rows] + 1e-6) & (after >= self._least[rows] - 1e-6))

    def _unreserve(self, person: int, times: int = 1) -> None:
        """Release the positions that are reserved for a person; -1 reserves them again."""
        for pair in self._reserved[person]:
            self._use(pair, -times)

    def _rows_of(self, pair: int) -> tuple[Ints, Floats]:
        columns = self._master.pairs
        inside = slice(columns.indptr[pair], columns.indptr[pair + 1])
        return columns.indices[inside], columns.data[inside]

    def _take(self, person: int, week: int, pairs: tuple[int, ...]) -> None:
        self.weeks[person] = (week, pairs)
        self._people[person] = True
        self._unreserve(person)
        for pair in pairs:
            self._use(pair)
            self._pairs[pair] += 1

    def _use(self, pair: int, times: int = 1) -> None:
        rows, coefficients = self._rows_of(pair)
        self._used[rows] += times * coefficients
