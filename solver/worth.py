"""What lifting a barrier can be worth at most, from one set of prices: no barrier is solved for.

Every barrier is lifted at once, everybody's weeks are listed, and prices are raised with the new pairs blocked. At the same prices,
with some of them unblocked, only the people whose pairs they are have better weeks: the bound falls by what these weeks are better.
Rules that link people's chances (fair shares, familiar faces) are left out, and so is all that they cost: the bound stays a bound.
Both problems have the same people (scheduler.domain.population).
"""

import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.policy import Policy
from solver.search.patterns.ascent import LAST_STEP, Ascent
from solver.search.patterns.exact_week import least_week
from solver.search.patterns.pricing import SCALE, Matrix, Pricing
from solver.search.patterns.statements import StatementCollector
from solver.search.patterns.week_values import Floats
from solver.search.patterns.weeks import possible_weeks
from solver.verify import verify

BLOCKED = 1e6
"""Pounds that nobody pays: so much a pair costs that a barrier forbids."""
STAGES = 5
"""So many times all weeks are looked at while prices rise."""
PRICING_SHARE = 0.2
"""Of the time for the whole, at least for the prices, however long stating the rules and listing the weeks has taken."""
WEEK_SECONDS = 1.0
"""For the proof of one person's best week, where they are too many to list."""
OF_OTHERS = frozenset({"fair_nights", "fair_weekends", "fair_moves", "first_shift_with_someone_familiar"})
"""Rules whose price depends on who else could, or does, do something."""

Pair = tuple[str, str]
"""(contract, demand)"""


def pairs_of(problem: Problem) -> set[Pair]:
    """Every deployable pair by its ids."""
    return {
        (problem.employments[row].id, problem.duties[column].id)
        for row, column in zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True)
    }


def monotone(base: Problem, policy: Policy) -> bool:
    """Whether lifting a barrier never costs: what was possible stays possible at the same price, for all cases have the same people.

    Only a hard minimum (work_limit.csv) can bind somebody from the moment on at which there is anything that they may fill.
    """
    least = {limit.measure for limit in base.dataset.work_limit if limit.minimum is not None}
    return not any(rule.id in least and rule.hard for rule in policy.rules.values()) or len(base.with_work) == len(base.people)


@dataclass(frozen=True)
class Blocking:
    """The prices with every new pair blocked, and what everybody's best week is at them [pounds]."""

    values: Floats
    bound: float
    least: list[float]


class Screening:
    """`lifted`: the problem with every barrier lifted; `base`: as it is, over the same people, with its best roster.

    `seconds`: for stating the rules, listing everybody's weeks and the prices. Raises NotByPatterns.
    """

    def __init__(self, base: Problem, lifted: Problem, policy: Policy, roster: Roster, seconds: float) -> None:
        began = time.monotonic()
        kept = {rule_id: rule for rule_id, rule in policy.rules.items() if rule.hard or rule_id not in OF_OTHERS}
        self._policy = Policy(kept, pay=policy.pay)
        self._reference = verify(base, policy, roster).objective_pence
        self._pairs = [
            (lifted.employments[row].id, lifted.duties[column].id)
            for row, column in zip(lifted.pairs_employment.tolist(), lifted.pairs_duty.tolist(), strict=True)
        ]
        old = pairs_of(base)
        self._new = {pair: k for k, pair in enumerate(self._pairs) if pair not in old}
        self._owner = [lifted.person_of_employment[row].index for row in lifted.pairs_employment.tolist()]
        collector = StatementCollector(lifted, self._policy)
        self._own = collector.own
        self._matrix = Matrix(collector)
        self._own_cost = self._matrix.pair_cost.copy()
        self._matrix.pair_cost[list(self._new.values())] += BLOCKED
        self._pricing = Pricing(self._matrix, [possible_weeks(collector, person) for person in lifted.people])
        self._exact: dict[int, float] = {}
        self._base = self._priced(max(PRICING_SHARE * seconds, seconds - (time.monotonic() - began)))

    def at_most(self, new: AbstractSet[Pair]) -> float:
        """The most that the objective can fall where these pairs become possible beside those that are [pence]."""
        opened = [self._new[pair] for pair in new if pair in self._new]
        values = self._base.values.copy()
        values[opened] -= BLOCKED
        atoms = self._pricing.atom_values(values)
        gain = 0.0
        for person in {self._owner[k] for k in opened}:
            gain += max(0.0, self._base.least[person] - self._least(person, atoms))
        return max(0.0, self._reference - 100 * (self._base.bound - gain))

    def _least(self, person: int, atoms: Floats) -> float:
        """Not more than the person's best week; where weeks are too many to list, with every barrier lifted."""
        if self._pricing.weeks[person].complete:
            return float(self._pricing.week_values(person, atoms).min())
        if person not in self._exact:
            self._exact[person] = self._proved(person, self._base.values - np.where(self._own_cost < self._matrix.pair_cost, BLOCKED, 0.0))
        return self._exact[person]

    def _proved(self, person: int, values: Floats) -> float:
        atoms = self._pricing.atom_values(values)[self._pricing.atoms_of(person)] * SCALE
        return least_week(self._own[person], self._pricing.weeks[person].atoms, atoms, seconds=WEEK_SECONDS) / SCALE

    def _priced(self, seconds: float) -> Blocking:
        """Raise the prices for so long, and prove the bound that they give."""
        ascent = Ascent(self._matrix, self._pricing)
        steps = np.geomspace(ascent.first_step, LAST_STEP, STAGES + 1)
        best, best_bound = np.zeros(len(self._matrix.limit)), -np.inf
        prices = best
        until = time.monotonic() + seconds
        for stage in range(STAGES):
            began = time.monotonic()
            share = max(1e-3, (until - began) / (STAGES - stage))

            def pace(_: int, began: float = began, share: float = share) -> float:
                return (time.monotonic() - began) / share

            risen = ascent.climb(prices, steps[stage], steps[stage + 1], pace)
            prices = risen.prices
            _, bound, _ = self._pricing.best(prices)
            if bound > best_bound:
                best, best_bound = prices, bound
            ascent.refresh(prices, risen.above(bound))
        found, bound, values = self._pricing.best(best)
        least = [value for _, value in found]
        for person, weeks in enumerate(self._pricing.weeks):
            if not weeks.complete:
                proved = self._proved(person, values)
                bound += proved - least[person]
                least[person] = proved
        return Blocking(values, bound, least)
