"""The weeks that are looked at in most rounds of prices: of each person the best ones when all were
last looked at.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.search.solver_pool import HERE
from solver.search.weekly_columns.pricing import Pricing, first_of_each
from solver.search.weekly_columns.week_values import Floats, Ints

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Looked:
    """Everybody's best week: what it costs, its position among the person's working weeks, its
    atoms [place in the week, person].
    """

    least: Floats
    picked: Ints
    atoms: Positions


@dataclass(frozen=True)
class _Block:
    """Some people's working weeks, one after another: `atoms` [place in the week, week] and `costs`
    [week]; `starts` [person].
    """

    atoms: Positions
    costs: Floats
    starts: Ints
    sizes: Ints

    def look(self, values: Floats) -> Looked:
        totals = self.costs.copy()
        for row in self.atoms:
            totals += values.take(row)
        least = np.minimum.reduceat(totals, self.starts)
        best = first_of_each(totals == np.repeat(least, self.sizes), self.starts)
        return Looked(least, best - self.starts, self.atoms[:, best])


class WorkingWeeks:
    """`weeks[person]`: positions of the weeks that are kept. Atoms are counted through all people;
    one more is blank and worth nothing.
    """

    def __init__(
        self, pricing: Pricing, prices: Floats, most: int, kept: "WorkingWeeks | None" = None
    ) -> None:
        """The best weeks at these prices, of each person so many at most, and those kept of another
        time.
        """
        atoms = pricing.atom_values(pricing.pair_values(prices))
        self.blank = int(pricing.first_atom[-1])
        self._listed = list(pricing.weeks)
        self.weeks = [_best(pricing, person, atoms, most) for person in range(len(pricing.weeks))]
        if kept is not None:
            for person, listed in enumerate(kept._listed):
                if listed is self._listed[person]:  # positions tell nothing of weeks listed anew
                    self.weeks[person] = np.union1d(kept.weeks[person], self.weeks[person])
        self._blocks = [
            self._block(pricing, people)
            for people in _shares([len(weeks) for weeks in self.weeks], HERE.width)
        ]

    def look(self, values: Floats, pool: ThreadPoolExecutor) -> Looked:
        """Everybody's best working week where atom i is worth values[i]; the blank one is
        the last.
        """
        found = list(pool.map(lambda block: block.look(values), self._blocks))
        return Looked(
            *(
                np.concatenate([getattr(one, name) for one in found], axis=-1)
                for name in ("least", "picked", "atoms")
            )
        )

    def _block(self, pricing: Pricing, people: Sequence[int]) -> _Block:
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


def _best(pricing: Pricing, person: int, atoms: Floats, most: int) -> Ints:
    count = len(pricing.weeks[person].cost)
    if count <= most:
        return np.arange(count)
    return np.argpartition(pricing.week_values(person, atoms), most)[:most]


def _shares(sizes: Sequence[int], parts: int) -> Iterator[list[int]]:
    """People in order, in so many parts of about the same number of weeks."""
    ends = np.searchsorted(np.cumsum(sizes), np.arange(1, parts) * sum(sizes) / parts)
    return (part.tolist() for part in np.split(np.arange(len(sizes)), ends) if len(part))
