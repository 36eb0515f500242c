"""Some people's whole periods re-optimised around everybody else's, by column generation: a way out
where no neighbourhood can be improved.
"""

from collections.abc import Callable

import numpy as np

from solver.search.direct_lns.improve import DirectLns
from solver.search.direct_lns.values import Values
from solver.search.period_columns.blocks import PeriodColumn
from solver.search.period_columns.column_generation import ColumnGeneration
from solver.search.period_columns.diving import dive

FIRST_SHARE, LEAST_SHARE = 0.5, 0.15
"""Of all people, who are free at first; and at least."""
GROW, SHRINK = 1.2, 0.95
BUDGET_SHARE = 0.3
"""Of the time left, for one of them."""


class Reoptimisation:
    """Chooses people by what they cost, asks the linear programme whether there is anything to win,
    and only then dives.
    """

    def __init__(self, generation: ColumnGeneration, direct_lns: DirectLns, seed: int) -> None:
        self._generation, self._direct_lns = generation, direct_lns
        self._random = np.random.default_rng(seed)
        self._free = FIRST_SHARE * generation.blocks.people

    def reoptimise(self, should_stop: Callable[[], bool], left: float) -> bool:
        """True where the roster became better. `left`: what may be spent, in what the
        limits count.
        """
        generation, blocks = self._generation, self._generation.blocks
        free = self._choose()
        fixed = {person: period for person, period in self.present().items() if person not in free}
        for person, period in fixed.items():
            generation.master.fix(person, generation.master.add(person, period))
        lp_solution = generation.run(fixed)
        if (
            lp_solution is None
            or should_stop()
            or blocks.rounded_up(lp_solution.value) >= self._direct_lns.objective
        ):
            generation.master.release()
            self._free = min(blocks.people, GROW * self._free)
            return False
        chosen = dive(generation, lp_solution, should_stop, BUDGET_SHARE * left, fixed)
        self._free = max(LEAST_SHARE * blocks.people, SHRINK * self._free)
        return self._direct_lns.accept(values_of(generation, chosen))

    def present(self) -> dict[int, PeriodColumn]:
        """Everybody's period in the roster as it is, as the master knows it."""
        master, blocks = self._generation.master, self._generation.blocks
        now = {
            person: blocks.period(person, self._direct_lns.values[own])
            for person, own in enumerate(blocks.variables)
        }
        return {
            person: master.periods[master.add(person, period)][1] for person, period in now.items()
        }

    def _choose(self) -> set[int]:
        """Those who are paid most for, but not always the same."""
        direct_lns = self._direct_lns
        attributed_cost = direct_lns.definitions.attributed_cost(
            direct_lns.rows.excess_cost(direct_lns.values)
        )
        excess_cost = np.array(
            [attributed_cost[own].sum() for own in self._generation.blocks.variables]
        )
        order = np.argsort(
            -np.sqrt(excess_cost + 1.0) * self._random.random(len(excess_cost)), kind="stable"
        )
        return set(order[: max(2, round(self._free))].tolist())


def values_of(generation: ColumnGeneration, periods: dict[int, PeriodColumn]) -> Values:
    """The whole model's values where people have these periods, with nothing shared yet."""
    values: Values = np.zeros(generation.blocks.rows.size, dtype=np.int64)
    for person, period in periods.items():
        values[generation.blocks.variables[person]] = period.values
    return values
