"""Which people's which days are decided again together: neighbourhoods of (person, date), as large
as can be solved well.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.model.cpsat import CpSatEncoder
from solver.search.direct_lns.values import Mask

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
GROW, SHRINK = 1.15, 0.8
FROM_COST, RELATED = 0.7, 0.5
"""How often a neighbourhood begins where something is paid for, and how often people join it who
can do the same work.
"""


@dataclass
class NeighbourhoodKind:
    """Neighbourhoods of `days` dates; `size` is how many pairs they may hold, learned from what
    could be solved in time.
    """

    days: int
    size: float
    gain: float = 1.0
    """Smoothed share of the tries that improved the roster, at first taken for good."""

    def adapt(self, *, solved: bool, improved: bool) -> None:
        """Learn from a try: after one that was solved to its end come larger ones, else smaller."""
        self.size *= GROW if solved else SHRINK
        self.gain = 0.9 * self.gain + 0.1 * improved


class Neighbourhoods:
    """Chooses neighbourhoods at random, more often of the kinds that helped before."""

    def __init__(self, encoder: CpSatEncoder, seed: int) -> None:
        problem = encoder.problem
        pairs = [pair for person in problem.people for pair in encoder.pairs_of(person)]
        first = problem.period.first
        self.pairs = np.array([pair.literal.index for pair in pairs], dtype=np.int64)
        self.person = np.array([pair.person.index for pair in pairs], dtype=np.int64)
        self.duty = np.array([pair.duty.index for pair in pairs], dtype=np.int64)
        self.day = np.array([(duty.date - first).days for duty in problem.duties], dtype=np.int64)
        calls = [call for duty in problem.duties for call in encoder.called_for(duty)]
        self.calls = np.array([call.count.index for call in calls], dtype=np.int64)
        self.call_duty = np.array([call.duty.index for call in calls], dtype=np.int64)
        self.size = len(encoder.model.proto.variables)
        self.people = len(problem.people)
        days = problem.period.days
        self._days = days
        self._random = np.random.default_rng(seed)
        self._able = sparse.csr_matrix(
            (np.ones(len(pairs)), (self.person, self.duty)),
            shape=(self.people, len(problem.duties)),
        )
        lengths = sorted({length for length in (3, 7, 14, 28, 56) if length < days} | {days})
        self.kinds = [NeighbourhoodKind(length, 400.0) for length in lengths]

    def choose(self, attributed_cost: Floats) -> tuple[NeighbourhoodKind, Mask]:
        """A kind and the mask of free variables of one neighbourhood. `attributed_cost`: what is
        paid for each variable.

        Around a seed pair, with d dates of D: the window begins at
        clip(day(seed) - uniform{0 .. d-1}, 0, D - d), and people join in `_order` until their pairs
        in it are as many as the kind's size.
        """
        chances = np.array([kind.gain + 0.05 for kind in self.kinds])
        kind = self.kinds[int(self._random.choice(len(self.kinds), p=chances / chances.sum()))]
        seed = self._seed(attributed_cost)
        centre = int(self.day[self.duty[seed]]) - int(self._random.integers(kind.days))
        start = min(max(centre, 0), self._days - kind.days)
        inside = (self.day >= start) & (self.day < start + kind.days)
        in_window = inside[self.duty]
        load = np.bincount(self.person[in_window], minlength=self.people)
        order = self._order(int(self.person[seed]), load, inside)
        count = max(2, int(np.searchsorted(np.cumsum(load[order]), kind.size)))
        chosen = np.zeros(self.people, dtype=bool)
        chosen[order[:count]] = True
        return kind, self.free(chosen[self.person] & in_window)

    def _seed(self, attributed_cost: Floats) -> int:
        """A pair to begin with: mostly with a chance in proportion to what is paid for it."""
        weight = attributed_cost[self.pairs]
        if self._random.random() < FROM_COST and weight.sum() > 0:
            return int(self._random.choice(len(weight), p=weight / weight.sum()))
        return int(self._random.integers(len(weight)))

    def _order(self, first: int, load: Ints, inside: Mask) -> Ints:
        """People in the order in which they join a neighbourhood after the first: at random, or
        those first who can do the same work.
        """
        order = self._random.permutation(np.flatnonzero(load))
        if self._random.random() < RELATED:
            work = self._able[first].multiply(inside).tocsr()
            common = np.asarray((self._able[order] @ work.T).todense()).ravel()
            order = order[
                np.argsort(-common * (0.5 + self._random.random(len(order))), kind="stable")
            ]
        return np.concatenate([[first], order[order != first]])

    def free(self, taken: Mask) -> Mask:
        """The variables of these pairs, and of the temporary supply that could do the same work."""
        free = np.zeros(self.size, dtype=bool)
        free[self.pairs[taken]] = True
        duties = np.zeros(len(self.day), dtype=bool)
        duties[self.duty[taken]] = True
        free[self.calls[duties[self.call_duty]]] = True
        return free

    def of_person(self, person: int) -> Mask:
        """The variables of all pairs of the person with this index, as `free` gives them."""
        return self.free(self.person == person)
