"""The columns that are priced in most rounds of an ascent: of each line the cheapest weeks when all
were last priced.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.search.solver_pool import LOCAL
from solver.search.weekly_columns.pricing import WeekPricing, first_of_each
from solver.search.weekly_columns.week_values import Floats, Ints

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class CheapestWeeks:
    """The cheapest active week of each line: `least` = min_w q_iw [I], its `position` among the
    line's active columns [I], its `atoms` [slot of the week, I].
    """

    least: Floats
    position: Ints
    atoms: Positions


@dataclass(frozen=True)
class _Block:
    """Active columns of some lines, one after another: `atoms` [slot of the week, column] and
    `costs` g [column]; where each line's `starts`, and how many it has (`sizes`) [line].
    """

    atoms: Positions
    costs: Floats
    starts: Ints
    sizes: Ints

    def price(self, atom_costs: Floats) -> CheapestWeeks:
        """q_w = g_w + sum_{a in w} q_a [column], and the first w of each line where it is least."""
        reduced_costs = self.costs.copy()
        for row in self.atoms:
            reduced_costs += atom_costs.take(row)
        least = np.minimum.reduceat(reduced_costs, self.starts)
        best = first_of_each(reduced_costs == np.repeat(least, self.sizes), self.starts)
        return CheapestWeeks(least, best - self.starts, self.atoms[:, best])


class ActiveColumns:
    """`weeks[person]`: positions of a line's active weeks. Atoms are counted through all lines; one
    more is blank and costs nothing.
    """

    def __init__(
        self,
        pricing: WeekPricing,
        duals: Floats,
        most: int,
        previous: "ActiveColumns | None" = None,
    ) -> None:
        """The cheapest weeks at these duals, of each line `most` at most, and the `previous`
        ones.
        """
        atoms = pricing.atom_reduced_costs(pricing.pair_reduced_costs(duals))
        self.blank = int(pricing.first_atom[-1])
        self._listed = list(pricing.weeks)
        self.weeks = [
            _best_weeks(pricing, person, atoms, most) for person in range(len(pricing.weeks))
        ]
        if previous is not None:
            for person, listed in enumerate(previous._listed):
                if listed is self._listed[person]:  # positions tell nothing of weeks listed again
                    self.weeks[person] = np.union1d(previous.weeks[person], self.weeks[person])
        self._blocks = [
            self._block(pricing, people)
            for people in _split([len(weeks) for weeks in self.weeks], LOCAL.width)
        ]

    def price(self, atom_costs: Floats, pool: ThreadPoolExecutor) -> CheapestWeeks:
        """The cheapest active week of each line; `atom_costs` [atoms of all + 1]: q_a, the blank
        one is the last.
        """
        found = list(pool.map(lambda block: block.price(atom_costs), self._blocks))
        return CheapestWeeks(
            *(
                np.concatenate([getattr(one, name) for one in found], axis=-1)
                for name in ("least", "position", "atoms")
            )
        )

    def _block(self, pricing: WeekPricing, people: Sequence[int]) -> _Block:
        width = max(weeks.atoms_of.shape[1] for weeks in pricing.weeks)
        rows = []
        for person in people:
            weeks = pricing.weeks[person]
            own = weeks.atoms_of[self.weeks[person]].astype(np.intp)
            padded = np.full((len(own), width), self.blank, dtype=np.intp)
            padded[:, : own.shape[1]] = np.where(
                own < len(weeks.atoms), own + pricing.first_atom[person], self.blank
            )
            rows.append(padded)
        sizes = np.array([len(row) for row in rows])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        costs = np.concatenate([pricing.costs[person][self.weeks[person]] for person in people])
        return _Block(np.ascontiguousarray(np.concatenate(rows).T), costs, starts, sizes)


def _best_weeks(pricing: WeekPricing, person: int, atoms: Floats, most: int) -> Ints:
    count = len(pricing.weeks[person].cost)
    if count <= most:
        return np.arange(count)
    return np.argpartition(pricing.week_reduced_costs(person, atoms), most)[:most]


def _split(sizes: Sequence[int], shares: int) -> Iterator[list[int]]:
    """Lines in order, in so many shares of about the same number of weeks."""
    ends = np.searchsorted(np.cumsum(sizes), np.arange(1, shares) * sum(sizes) / shares)
    return (share.tolist() for share in np.split(np.arange(len(sizes)), ends) if len(share))
