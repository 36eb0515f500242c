"""Periods made where prices ask for them, until none is worth more: the value of the mixture and
the bound meet.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from solver.search.effort import Effort
from solver.search.period_columns.blocks import Blocks, Floats, Period
from solver.search.period_columns.pricing import Priced, Pricing
from solver.search.period_columns.restricted_master import SCALE, Master, Mixture

CALM, CALM_NEAR = 0.5, 0.4
"""Weight of the best prices so far in the next ones (Wentges 1997), and near the end."""
SLACK = 0.5
"""All periods of a round together may miss their best by this share of the gap."""
NEAR = 0.5
CLOSE = 1e-6


class Generating:
    """Makes periods for everybody who is free. `impossible`: somebody can keep the hard rules in no
    way.
    """

    def __init__(self, blocks: Blocks, effort: Effort, over: Callable[[], bool]) -> None:
        self.blocks, self._effort, self._over = blocks, effort, over
        self.master = Master(blocks)
        self.pricing = Pricing(blocks, effort.limits.seed, effort.crew)
        self.impossible = False
        self.round_spent = 0.0
        """What the latest round of everybody took."""
        self.near = False
        """Whether prices say something yet: the bound has come NEAR the value of a mixture."""

    def begin(self, periods: Mapping[int, Period]) -> bool:
        """Columns to begin with: these, and for everybody what is best without prices. False where
        time is over or nothing is possible.
        """
        for person, period in periods.items():
            self.master.add(person, period)
        answers = self._priced(range(self.blocks.people), np.zeros(len(self.blocks.low)), np.inf)
        return answers is not None and all(
            answer.period is not None or person in periods for person, answer in answers.items()
        )

    def run(
        self,
        kept: Mapping[int, Period],
        *,
        most_rounds: int | None = None,
        heard: Callable[[float], None] = lambda bound: None,
    ) -> Mixture | None:
        """Rounds until the gap is closed. `kept`: whose period is given; `heard` is told of every
        better bound, where nobody's is.

        None where the linear solver gave up or nothing was made yet.
        """
        free = [person for person in range(self.blocks.people) if person not in kept]
        best, calm, steady = -np.inf, CALM, np.zeros(len(self.blocks.low))
        number = 0
        while (mixture := self.master.solve()) is not None:
            if (
                self._over()
                or number == most_rounds
                or mixture.value - best <= CLOSE * abs(mixture.value) + 1
            ):
                break
            number += 1
            prices = (
                calm * steady + (1 - calm) * mixture.prices if best > -np.inf else mixture.prices
            )
            gap = (mixture.value - best) / max(1.0, abs(mixture.value))
            slack = 0.0 if calm == 0.0 else SLACK * (mixture.value - best) / max(1, len(free))
            before, began = len(self.master.periods), self._effort.spent()
            answers = self._priced(free, prices, slack)
            if answers is None:
                break
            self.round_spent = self.round_spent if kept else self._effort.spent() - began
            bound = self._bound(prices, answers, kept)
            if bound > best:
                best, steady = bound, prices
                self.near = self.near or best >= NEAR * mixture.value
                if not kept:
                    heard(self.blocks.whole(best))
                    if self.blocks.whole(best) >= mixture.value - CLOSE * SCALE:
                        break
            if len(self.master.periods) == before and calm == 0.0:
                break
            calm = 0.0 if len(self.master.periods) == before else CALM if gap > 0.005 else CALM_NEAR
        return mixture

    def least(self, prices: Floats) -> Floats | None:
        """The least that a period of each person costs at these prices; None where time was
        over.
        """
        answers = self._priced(range(self.blocks.people), prices, 0.0)
        return (
            None
            if answers is None
            else np.array([answers[person].least for person in range(self.blocks.people)])
        )

    def _priced(
        self, free: Sequence[int], prices: Floats, slack: float
    ) -> dict[int, Priced] | None:
        """Everybody's answer, and what is new in the master; None where time was over in
        between.
        """
        found: dict[int, Priced] = {}

        def answered(person: int) -> Priced | None:
            if (
                self._over() and not self._effort.limits.deterministic
            ):  # in the middle of a round the count depends on who is first
                return None
            return self.pricing.best(person, prices, slack)

        with ThreadPoolExecutor(self._effort.crew.width) as pool:
            for person, answer in zip(free, pool.map(answered, free), strict=True):
                if answer is None:
                    return None
                found[person] = answer
                self._effort.add(answer.spent)
                self.impossible = self.impossible or not answer.possible
                if answer.period is not None:
                    self.master.add(person, answer.period)
        return None if self.impossible else found

    def _bound(
        self, prices: Floats, answers: Mapping[int, Priced], kept: Mapping[int, Period]
    ) -> float:
        given = sum(
            float(self.blocks.at(prices, person) @ period.values) for person, period in kept.items()
        )
        return (
            self.blocks.least_shared(prices)
            + given
            + sum(answer.least for answer in answers.values())
        )
