"""Some people's whole periods made anew around everybody else's: a way out where no region can be
improved.
"""

from collections.abc import Callable

import numpy as np

from solver.search.direct_lns.improve import Improver
from solver.search.direct_lns.values import Values
from solver.search.period_columns.blocks import Period
from solver.search.period_columns.column_generation import Generating
from solver.search.period_columns.diving import dive

FIRST_SHARE, LEAST_SHARE = 0.5, 0.15
"""Of all people, who are free at first; and at least."""
GROW, SHRINK = 1.2, 0.95
BUDGET_SHARE = 0.3
"""Of the time left, for one renewal."""


class Renewing:
    """Chooses people by what they cost, asks the linear programme whether there is anything to win,
    and only then dives.
    """

    def __init__(self, generating: Generating, improver: Improver, seed: int) -> None:
        self._generating, self._improver = generating, improver
        self._random = np.random.default_rng(seed)
        self._free = FIRST_SHARE * generating.blocks.people

    def renew(self, over: Callable[[], bool], left: float) -> bool:
        """True where the roster became better. `left`: what may be spent, in what the
        limits count.
        """
        generating, blocks = self._generating, self._generating.blocks
        free = self._choose()
        kept = {person: period for person, period in self.present().items() if person not in free}
        for person, period in kept.items():
            generating.master.keep(person, generating.master.add(person, period))
        mixture = generating.run(kept)
        if mixture is None or over() or blocks.whole(mixture.value) >= self._improver.objective:
            generating.master.free()
            self._free = min(blocks.people, GROW * self._free)
            return False
        chosen = dive(generating, mixture, over, BUDGET_SHARE * left, kept)
        self._free = max(LEAST_SHARE * blocks.people, SHRINK * self._free)
        return self._improver.settle(values_of(generating, chosen))

    def present(self) -> dict[int, Period]:
        """Everybody's period in the roster as it is, as the master knows it."""
        master, blocks = self._generating.master, self._generating.blocks
        now = {
            person: blocks.period(person, self._improver.values[own])
            for person, own in enumerate(blocks.variables)
        }
        return {
            person: master.periods[master.add(person, period)][1] for person, period in now.items()
        }

    def _choose(self) -> set[int]:
        """Those who are paid most for, but not always the same."""
        improver = self._improver
        blame = improver.definitions.blame(improver.rows.paid(improver.values))
        paid = np.array([blame[own].sum() for own in self._generating.blocks.variables])
        order = np.argsort(-np.sqrt(paid + 1.0) * self._random.random(len(paid)), kind="stable")
        return set(order[: max(2, round(self._free))].tolist())


def values_of(generating: Generating, periods: dict[int, Period]) -> Values:
    """The whole model's values where people have these periods, with nothing shared yet."""
    values: Values = np.zeros(generating.blocks.rows.size, dtype=np.int64)
    for person, period in periods.items():
        values[generating.blocks.variables[person]] = period.values
    return values
