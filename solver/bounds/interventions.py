"""What lifting a barrier can be worth at most, from one set of prices: no barrier is solved for.

Every barrier is lifted at once, everybody's weeks are listed, and prices are raised with the new
pairs blocked. At the same prices, with some of them unblocked, only the people whose pairs they are
have better weeks: the bound falls by what these weeks are better. Rules that link people's chances
(fair shares, familiar faces) are left out, and so is all that they cost: the bound stays a bound.
Both problems have the same people (scheduler.domain.population).
"""

import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links
from solver.search.effort import Effort
from solver.search.strategy import Limits
from solver.search.weekly_columns.dual_ascent import DualAscent
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.exact_pricing import least_reduced_cost
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats

BLOCKED = 1e6
"""Pounds that nobody pays: so much a pair costs that a barrier forbids."""
PRICING_SHARE = 0.2
"""Of the time for the whole, at least for the prices, however long stating the rules and listing
the weeks has taken.
"""
WEEK_SECONDS = 1.0
"""For the proof of one person's best week, where they are too many to list."""
Pair = tuple[str, str]
"""(contract, demand)"""


def of_others(rule: Constraint) -> bool:
    """Whether a rule's price depends on who else could, or does, do something: then what one person
    gains is not theirs alone.
    """
    return rule.asks_who_could or rule.links in (Links.SITE, Links.ROSTER)


def keeps_the_bound(rule: Constraint) -> bool:
    """Whether what a rule says of the problem with every barrier lifted is never more than what it
    says with some. Hard shares are: they are counted over the same population in both.
    """
    return not of_others(rule) or (rule.hard and rule.links is not Links.ALL)


def pairs_of(problem: Problem) -> set[Pair]:
    """Every deployable pair by its ids."""
    return {(employment.id, duty.id) for employment, duty in problem.pairs()}


def monotone(base: Problem, policy: Policy) -> bool:
    """Whether lifting a barrier never costs: what was possible stays possible at the same price,
    for all cases have the same people.

    Only a hard minimum (work_limit.csv) can bind somebody from the moment on at which there is
    anything that they may fill.
    """
    least = {limit.measure for limit in base.dataset.work_limit if limit.minimum is not None}
    return not any(rule.id in least and rule.hard for rule in policy.rules.values()) or len(
        base.with_work
    ) == len(base.people)


@dataclass(frozen=True)
class Blocking:
    """The prices with every new pair blocked, and what everybody's best week is at them
    [pounds].
    """

    values: Floats
    bound: float
    least: list[float]


class Screening:
    """`lifted`: the problem with every barrier lifted; `base`: as it is, over the same people, with
    its best roster.

    `seconds`: for stating the rules, listing everybody's weeks and the prices. Raises
    NotByWeeklyColumns.
    """

    def __init__(
        self, base: Problem, lifted: Problem, policy: Policy, roster: Roster, seconds: float
    ) -> None:
        began = time.monotonic()
        kept = {rule_id: rule for rule_id, rule in policy.rules.items() if keeps_the_bound(rule)}
        self._policy = Policy(kept, pay=policy.pay)
        self._reference = verify(base, policy, roster).objective_pence
        self._pairs = [(employment.id, duty.id) for employment, duty in lifted.pairs()]
        old = pairs_of(base)
        self._new = {pair: k for k, pair in enumerate(self._pairs) if pair not in old}
        collector = StatementCollector(lifted, self._policy)
        self._lines = lines_of(collector)
        self._line_of = {pair: line.index for line in self._lines for pair in line.pairs}
        self._matrix = MasterProblem(collector)
        self._own_cost = self._matrix.pair_cost.copy()
        self._matrix.pair_cost[list(self._new.values())] += BLOCKED
        self._pricing = WeekPricing(
            self._matrix, [possible_weeks(collector, line) for line in self._lines]
        )
        self._exact: dict[int, float] = {}
        self._base = self._priced(
            max(PRICING_SHARE * seconds, seconds - (time.monotonic() - began))
        )

    def at_most(self, new: AbstractSet[Pair]) -> float:
        """The most that the objective can fall where these pairs become possible beside those that
        are [pence].
        """
        opened = [self._new[pair] for pair in new if pair in self._new]
        values = self._base.values.copy()
        values[opened] -= BLOCKED
        atoms = self._pricing.atom_reduced_costs(values)
        gain = 0.0
        for line in {self._line_of[k] for k in opened}:
            gain += max(0.0, self._base.least[line] - self._least(line, atoms))
        return max(0.0, self._reference - 100 * (self._base.bound - gain))

    def _least(self, line: int, atoms: Floats) -> float:
        """Not more than the line's best week; where weeks are too many to list, with every barrier
        lifted.
        """
        if self._pricing.weeks[line].complete:
            return float(self._pricing.week_reduced_costs(line, atoms).min())
        if line not in self._exact:
            self._exact[line] = self._proved(
                line,
                self._base.values - np.where(self._own_cost < self._matrix.pair_cost, BLOCKED, 0.0),
            )
        return self._exact[line]

    def _proved(self, line: int, values: Floats) -> float:
        atoms = self._pricing.atom_reduced_costs(values)[self._pricing.atoms_of(line)] * SCALE
        solver = Effort(Limits(WEEK_SECONDS)).solver(WEEK_SECONDS, workers=1)
        return (
            least_reduced_cost(
                self._lines[line].own, self._pricing.weeks[line].atoms, atoms, solver
            )
            / SCALE
        )

    def _priced(self, seconds: float) -> Blocking:
        """Raise the prices for so long, and prove the bound that they give."""
        began = time.monotonic()
        best, _ = DualAscent(self._matrix, self._pricing).maximise(
            lambda: (time.monotonic() - began) / seconds
        )
        found, bound, values = self._pricing.evaluate_dual(best)
        least = [value for _, value in found]
        for line, weeks in enumerate(self._pricing.weeks):
            if not weeks.complete:
                proved = self._proved(line, values)
                bound += proved - least[line]
                least[line] = proved
        return Blocking(values, bound, least)
