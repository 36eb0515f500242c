"""Column generation: periods are priced at the duals of the restricted master and added to it,
until none has a reduced cost that helps: the value of the linear programme and the bound meet.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from solver.search.effort import Effort
from solver.search.period_columns.blocks import Blocks, Floats, PeriodColumn
from solver.search.period_columns.pricing import PeriodPricing, PricedPeriod
from solver.search.period_columns.restricted_master import SCALE, LpSolution, RestrictedMaster

SMOOTHING, SMOOTHING_NEAR = 0.5, 0.4
"""Weight of the best duals so far in the next ones (smoothing, Wentges 1997), and near the end."""
SLACK = 0.5
"""All periods of a round together may miss their best by this share of the gap."""
NEAR = 0.5
GAP_TOLERANCE = 1e-6


class ColumnGeneration:
    """Prices columns for everybody who is free. `impossible`: somebody can keep the hard rules in
    no way.
    """

    def __init__(self, blocks: Blocks, effort: Effort, should_stop: Callable[[], bool]) -> None:
        self.blocks, self._effort, self._should_stop = blocks, effort, should_stop
        self.master = RestrictedMaster(blocks)
        self.pricing = PeriodPricing(blocks, effort.limits.seed, effort.solver_pool)
        self.impossible = False
        self.round_spent = 0.0
        """What the latest round of everybody took."""
        self.near = False
        """Whether duals say something yet: the bound has come NEAR the value of the linear
        programme.
        """

    def begin(self, periods: Mapping[int, PeriodColumn]) -> bool:
        """Columns to begin with: these, and for everybody what is best without duals. False where
        time is over or nothing is possible.
        """
        for person, period in periods.items():
            self.master.add(person, period)
        priced = self._priced(range(self.blocks.people), np.zeros(len(self.blocks.low)), np.inf)
        return priced is not None and all(
            column.period is not None or person in periods for person, column in priced.items()
        )

    def run(
        self,
        fixed: Mapping[int, PeriodColumn],
        *,
        most_rounds: int | None = None,
        on_bound: Callable[[float], None] = lambda bound: None,
    ) -> LpSolution | None:
        """Rounds until the gap is closed.

            u = a u_best + (1 - a) u_lp,   a the weight of smoothing, u_best that of the best bound

        Where smoothing brings no new column, the next round does without. `fixed`: whose period is
        given; `on_bound` is told of every better bound, where nobody's is.

        None where the linear solver gave up or nothing was made yet.
        """
        free = [person for person in range(self.blocks.people) if person not in fixed]
        best, smoothing, centre = -np.inf, SMOOTHING, np.zeros(len(self.blocks.low))
        number = 0
        while (lp_solution := self.master.solve()) is not None:
            if (
                self._should_stop()
                or number == most_rounds
                or lp_solution.value - best <= GAP_TOLERANCE * abs(lp_solution.value) + 1
            ):
                break
            number += 1
            duals = (
                smoothing * centre + (1 - smoothing) * lp_solution.duals
                if best > -np.inf
                else lp_solution.duals
            )
            gap = (lp_solution.value - best) / max(1.0, abs(lp_solution.value))
            slack = (
                0.0 if smoothing == 0.0 else SLACK * (lp_solution.value - best) / max(1, len(free))
            )
            before, began = len(self.master.periods), self._effort.spent()
            priced = self._priced(free, duals, slack)
            if priced is None:
                break
            self.round_spent = self.round_spent if fixed else self._effort.spent() - began
            bound = self._lagrangian_bound(duals, priced, fixed)
            if bound > best:
                best, centre = bound, duals
                self.near = self.near or best >= NEAR * lp_solution.value
                if not fixed:
                    on_bound(self.blocks.rounded_up(best))
                    if self.blocks.rounded_up(best) >= lp_solution.value - GAP_TOLERANCE * SCALE:
                        break
            if len(self.master.periods) == before and smoothing == 0.0:
                break
            smoothing = (
                0.0
                if len(self.master.periods) == before
                else SMOOTHING
                if gap > 0.005
                else SMOOTHING_NEAR
            )
        return lp_solution

    def least_reduced_costs(self, duals: Floats) -> Floats | None:
        """min_{x in X_p} q_p(u) x of each person. [P] None where time was over."""
        priced = self._priced(range(self.blocks.people), duals, 0.0)
        return (
            None
            if priced is None
            else np.array([priced[person].least for person in range(self.blocks.people)])
        )

    def _priced(
        self, free: Sequence[int], duals: Floats, slack: float
    ) -> dict[int, PricedPeriod] | None:
        """Everybody's priced column, added to the master where it is new; None where time was over
        in between.
        """
        found: dict[int, PricedPeriod] = {}

        def price(person: int) -> PricedPeriod | None:
            if (
                self._should_stop() and not self._effort.limits.deterministic
            ):  # in the middle of a round the count depends on who is first
                return None
            return self.pricing.price(person, duals, slack)

        with ThreadPoolExecutor(self._effort.solver_pool.width) as pool:
            for person, column in zip(free, pool.map(price, free), strict=True):
                if column is None:
                    return None
                found[person] = column
                self._effort.add(column.spent)
                self.impossible = self.impossible or not column.possible
                if column.period is not None:
                    self.master.add(person, column.period)
        return None if self.impossible else found

    def _lagrangian_bound(
        self, duals: Floats, priced: Mapping[int, PricedPeriod], fixed: Mapping[int, PeriodColumn]
    ) -> float:
        """L(u), the periods of `fixed` people given."""
        given = sum(
            float(self.blocks.reduced_costs(duals, person) @ period.values)
            for person, period in fixed.items()
        )
        return (
            self.blocks.shared_bound(duals)
            + given
            + sum(column.least for column in priced.values())
        )
