"""A plan improved part by part: some people's weeks are chosen anew, first of those who lose most
by their present ones.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.search.effort import Effort
from solver.search.solver_pool import Solved
from solver.search.weekly_columns.across_lines import Across
from solver.search.weekly_columns.bound_tightening import PartQuestion, Proving
from solver.search.weekly_columns.duty_regret import DutyLosses
from solver.search.weekly_columns.lns_subproblem import (
    Answer,
    Neighbourhood,
    Plan,
    Prices,
    Question,
    Reach,
)
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing, Week
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats

MOST_SECONDS, EASY, HARD = 4.0, 0.8, 2.0
"""Time for one part; below EASY the next ones are larger, above HARD smaller."""
LEAST_SIZE = 12.0
"""People in a part."""
MIXED = 4
"""So many parts must there be among the people for parts to be asked while others are being
answered.
"""
WIDE = 0.5
"""Of a part that begins at a duty this share can be people who are able to do it; from the others
fewer join.
"""
CLOSE = 0.05
"""An answer is good enough within this share of what the part's people lose: the last pounds take
half of the time.
"""
PATIENCE = 16
"""After so many parts in vain more weeks and pairs are offered."""
FORGET, CURIOUS = 0.8, 6
"""What a question was worth counts so much less with each further one; one in so many is of the
kind that was worth less lately.
"""


@dataclass(frozen=True)
class _Standing:
    """A plan, what everybody's week in it costs at the prices of the bound [£], and what it costs
    itself [sixtieths of a penny].
    """

    plan: Plan
    own: Floats
    cost: int


@dataclass
class _Manner:
    """How parts are asked: what is offered to each person, how many people there are in a part, how
    many parts were in vain.

    `close`: an answer need come within this share of what the people of the part lose.
    """

    reach: Reach
    size: float
    close: float = CLOSE
    in_vain: int = 0


@dataclass(frozen=True, eq=False)
class _Asked:
    """A question about some people of a plan that is being answered."""

    manner: _Manner
    plan: Plan
    people: Sequence[int]
    answer: Future[Answer]


@dataclass(frozen=True, eq=False)
class _ToProve:
    """A question of what some people lose at least."""

    question: PartQuestion
    answer: Future[Solved]


class _Yield:
    """What the latest questions of one kind were worth [£ a second], so that the kind is asked that
    closes the gap fastest.
    """

    def __init__(self) -> None:
        self._won, self._spent = 0.0, 0.0

    def add(self, won: float, spent: float) -> None:
        self._won, self._spent = FORGET * self._won + won, FORGET * self._spent + spent

    @property
    def rate(self) -> float:
        return self._won / self._spent if self._spent else 0.0


class Improving:
    """The best plan so far, and where there is something to win."""

    def __init__(
        self,
        collector: StatementCollector,
        matrix: Matrix,
        pricing: Pricing,
        across: Across,
        effort: Effort,
        prices: Floats,
    ) -> None:
        self._across = across
        self._collector, self._matrix, self._pricing, self._effort = (
            collector,
            matrix,
            pricing,
            effort,
        )
        self._random = random.Random(effort.limits.seed)
        problem = collector.problem
        self._duty_of = problem.pairs_duty
        self._owner = pricing.owners(len(self._duty_of))
        self._able: dict[int, list[int]] = defaultdict(list)
        for pair, duty in enumerate(self._duty_of.tolist()):
            self._able[duty].append(pair)
        self._duties = sorted(self._able)
        values = pricing.pair_values(prices)
        self._prices = Prices(values, pricing.atom_values(values))
        found, _, _ = pricing.best(prices)
        self._least = np.array([value for _, value in found])
        self._wished = [
            pricing.column(person, week, values).pairs for person, (week, _) in enumerate(found)
        ]
        self._wishing: dict[int, list[int]] = defaultdict(list)
        for person, pairs in enumerate(self._wished):
            for pair in pairs:
                self._wishing[int(self._duty_of[pair])].append(person)
        self._shared_cost = np.array(collector.shared_cost, dtype=np.int64)
        """[sixtieths of a penny]"""
        self._losses = DutyLosses(collector, matrix, prices)
        people = len(pricing.weeks)
        deep, wide = _Manner(Reach(40, 60.0), 40.0), _Manner(Reach(12, 30.0), 60.0)
        everybody = _Manner(Reach(8000 // max(1, people), float("inf")), people, close=0.0)
        self._manners = [deep, wide] if people > deep.size or across.binding else [everybody]
        """In turn: where one finds nothing more, the other often does."""
        self._improved, self._proved = _Yield(), _Yield()
        self._number = 0

    def complete(self, plan: Plan) -> Plan | None:
        """Temporary supply and all else that is shared, chosen for the weeks of a plan."""
        neighbourhood = self._neighbourhood(self._manners[0].reach)
        answer = neighbourhood.answer(
            neighbourhood.question(plan, [], all_shared=True), seconds=30, seed=1
        )
        self._effort.add(answer.spent)
        return answer.plan

    def joined(self, plan: Plan, others: Sequence[Plan]) -> Plan | None:
        """The best that takes each person's week from one of these plans; the others need not be
        possible as they are.
        """
        neighbourhood = self._neighbourhood(self._manners[0].reach)
        answer = neighbourhood.answer(
            neighbourhood.between(plan, others), seconds=MOST_SECONDS, seed=1
        )
        self._effort.add(answer.spent)
        return answer.plan

    def cost(self, plan: Plan) -> int:
        """What the plan's weeks, pairs and shared variables cost: the objective, or a little more
        [sixtieths of a penny].
        """
        collector = self._collector
        cost = collector.constant + int(self._shared_cost @ plan.shared)
        return (
            cost
            + sum(self._own_cost(person, week) for person, week in plan.weeks.items())
            + self._across.cost(plan.weeks, plan.weeks)
        )

    def run(
        self,
        plan: Plan,
        over: Callable[[], bool],
        better: Callable[[Plan, int], None],
        proving: Proving,
        proven: Callable[[float], None],
    ) -> Plan:
        """Improve, and raise the bound, until it is over; `better` hears of every step and what it
        costs, `proven` of every better bound [£].
        """
        standing = _Standing(
            plan,
            np.array(
                [self._own_price(person, plan.weeks[person]) for person in range(len(self._least))]
            ),
            self.cost(plan),
        )
        better(plan, standing.cost)
        asked: list[_Asked | _ToProve] = []
        with ThreadPoolExecutor(self._effort.crew.width) as pool:
            try:
                while not over():
                    most = self._most_asked(waiting=bool(asked))
                    while (
                        len(asked) < most
                        and (one := self._ask(pool, standing, asked, proving)) is not None
                    ):
                        asked.append(one)
                    if not asked:
                        break
                    answered = self._first_of(asked)
                    asked.remove(answered)
                    if isinstance(answered, _ToProve):
                        rise = self._learn_proof(proving, answered)
                        if rise:
                            proven(proving.bound)
                        continue
                    answer = answered.answer.result()
                    self._effort.add(answer.spent)
                    found = self._fitted(standing.plan, answered, answer)
                    before = standing.cost
                    if found is not None:
                        standing = self._follow(standing, found)
                        better(standing.plan, standing.cost)
                    self._improved.add((before - standing.cost) / SCALE, answer.took)
                    self._learn(answered.manner, answer, found is not None)
            finally:
                for one in asked:
                    one.answer.cancel()
        return standing.plan

    def _most_asked(self, *, waiting: bool) -> int:
        """One more than are answered at a time, so that nobody waits for the next question.

        Where parts are a large share of the people, a part asked beside others could only be the
        one before it: all are answered first.
        """
        if len(self._least) >= MIXED * self._manners[0].size:
            return self._effort.crew.width + 1
        return 0 if waiting else self._effort.crew.width

    def _first_of(self, asked: Sequence[_Asked | _ToProve]) -> _Asked | _ToProve:
        """Who is answered first; where the way must be the same each time, who was asked first."""
        if self._effort.limits.deterministic:
            return asked[0]
        answers: list[Future[Any]] = [one.answer for one in asked]
        done = wait(answers, return_when=FIRST_COMPLETED).done
        return next(one for one in asked if one.answer in done)

    def _fitted(self, plan: Plan, asked: _Asked, answer: Answer) -> Plan | None:
        """The better plan that an answer leads to, if it does: others may have been answered since
        it was asked.
        """
        if answer.plan is None or self._change(asked.plan, answer.plan, asked.people) >= 0:
            return None
        if asked.plan is plan:
            return answer.plan
        weeks = {person: answer.plan.weeks[person] for person in asked.people}
        joined = self.joined(plan, [Plan({**plan.weeks, **weeks}, plan.shared)])
        return (
            joined if joined is not None and self._change(plan, joined, asked.people) < 0 else None
        )

    def _change(self, plan: Plan, other: Plan, people: Iterable[int]) -> int:
        """How much dearer the other plan is, which differs in no more than these people's weeks
        [sixtieths of a penny].
        """
        people = list(people)
        change = int(self._shared_cost @ (other.shared - plan.shared))
        change += self._across.cost(people, other.weeks) - self._across.cost(people, plan.weeks)
        return change + sum(
            self._own_cost(person, other.weeks[person]) - self._own_cost(person, plan.weeks[person])
            for person in people
        )

    def _own_cost(self, person: int, week: Week) -> int:
        """What a person's week costs with its pairs [sixtieths of a penny]."""
        position, pairs = week
        return int(self._pricing.weeks[person].cost[position]) + sum(
            self._collector.pair_cost[pair] for pair in pairs
        )

    def _follow(self, standing: _Standing, plan: Plan) -> _Standing:
        """The standing of the next plan: only weeks that changed are priced anew."""
        own = standing.own.copy()
        changed = [
            person for person, week in plan.weeks.items() if week != standing.plan.weeks[person]
        ]
        for person in changed:
            own[person] = self._own_price(person, plan.weeks[person])
        return _Standing(plan, own, standing.cost + self._change(standing.plan, plan, changed))

    def _neighbourhood(self, reach: Reach) -> Neighbourhood:
        return Neighbourhood(
            self._collector,
            self._matrix,
            self._pricing,
            self._across,
            self._prices,
            reach,
            self._effort,
        )

    def _ask(
        self,
        pool: ThreadPoolExecutor,
        standing: _Standing,
        asked: Sequence[_Asked | _ToProve],
        proving: Proving,
    ) -> "_Asked | _ToProve | None":
        """A question of the kind that closes the gap fastest, now and then of the other; None where
        none is left.
        """
        self._number += 1
        to_prove = (self._proved.rate > self._improved.rate) != (self._number % CURIOUS == 0)
        if to_prove and (one := self._ask_to_prove(pool, standing, asked, proving)) is not None:
            return one
        return self._ask_to_improve(
            pool, standing, [one for one in asked if isinstance(one, _Asked)]
        )

    def _ask_to_prove(
        self,
        pool: ThreadPoolExecutor,
        standing: _Standing,
        asked: Sequence[_Asked | _ToProve],
        proving: Proving,
    ) -> _ToProve | None:
        parts = [one.question.part for one in asked if isinstance(one, _ToProve)]
        found = proving.question(
            standing.plan, parts, max(0.5, min(MOST_SECONDS, self._effort.left()))
        )
        return None if found is None else _ToProve(found[0], pool.submit(found[1]))

    def _learn_proof(self, proving: Proving, answered: _ToProve) -> float:
        solved = answered.answer.result()
        self._effort.add(solved.spent)
        rise = proving.learn(answered.question, solved)
        self._proved.add(rise, solved.spent if self._effort.limits.deterministic else solved.took)
        return rise

    def _ask_to_improve(
        self, pool: ThreadPoolExecutor, standing: _Standing, asked: Sequence[_Asked]
    ) -> _Asked | None:
        """A part without a person in common with those that are asked already; None where nobody is
        left.
        """
        manner = self._manners[0]
        free = self._near(
            standing,
            {self._across.person_of[line] for one in asked for line in one.people},
            manner.size,
        )
        if not free:
            return None
        self._manners.append(self._manners.pop(0))
        neighbourhood = self._neighbourhood(manner.reach)
        question = neighbourhood.question(standing.plan, free)
        seed, seconds = self._random.randrange(2**31), min(MOST_SECONDS, self._effort.left())
        close = manner.close * float(self._regret(standing)[free].sum())
        return _Asked(
            manner,
            standing.plan,
            free,
            pool.submit(self._answer, neighbourhood, question, seed, seconds, close),
        )

    def _answer(
        self,
        neighbourhood: Neighbourhood,
        question: Question,
        seed: int,
        seconds: float,
        close: float,
    ) -> Answer:
        if not self._effort.limits.deterministic:
            seconds = min(seconds, self._effort.left())
        return neighbourhood.answer(question, seconds=max(0.5, seconds), seed=seed, close=close)

    def _learn(self, manner: _Manner, answer: Answer, improved: bool) -> None:
        if answer.whole and answer.took < EASY:
            manner.size = min(float(len(self._pricing.weeks)), manner.size * 1.06 + 0.25)
        elif not answer.whole or answer.took > HARD:
            manner.size = max(LEAST_SIZE, manner.size * 0.94)
        manner.in_vain = 0 if improved else manner.in_vain + 1
        if manner.in_vain >= PATIENCE:
            manner.reach, manner.in_vain = Reach(manner.reach.weeks * 2, manner.reach.slack * 2), 0

    # --- where there is something to win ----------------------------------------------------------

    def _regret(self, standing: _Standing) -> Floats:
        """How much dearer each person's week is than the best at the prices of the bound [£]."""
        return np.asarray(np.maximum(standing.own - self._least, 0.0))

    def _own_price(self, person: int, week: Week) -> float:
        """A week at the prices of the bound [£]."""
        return float(self._pricing.costs[person][week[0]] + self._prices.pairs[list(week[1])].sum())

    def _near(self, standing: _Standing, taken: AbstractSet[int], size: float) -> list[int]:
        """So many people around somebody with regret or a duty with a loss: who wishes, does or
        could do the same work, and so on from them.

        The gap is the sum of all regret, of the duties' losses, and of a little more: there is
        something to win.
        """
        plan, regret = standing.plan, self._regret(standing)
        losses = self._losses.of(plan)
        free: dict[int, None] = {}
        busy = set(taken)
        duties: list[int] = []

        def take(people: Iterable[int], most: float) -> None:
            for person in people:
                if len(free) >= most:
                    return
                if self._across.person_of[person] not in busy:
                    busy.add(self._across.person_of[person])
                    free[person] = None
                    duties.extend(
                        int(self._duty_of[pair])
                        for pair in (*self._wished[person], *plan.weeks[person][1])
                    )

        seen: set[int] = set()
        worst = np.concatenate([regret, losses])
        if worst.sum() > 0:
            first = self._random.choices(range(len(worst)), weights=worst.tolist())[0]
            if first < len(regret):
                take([first], size)
            else:
                seen.add(first - len(regret))
                take(self._cheapest(first - len(regret)), WIDE * size)
        while len(free) < size and len(seen) < len(self._duties):
            duty = (
                duties.pop(self._random.randrange(len(duties)))
                if duties
                else self._random.choice(self._duties)
            )
            if duty in seen:
                continue
            seen.add(duty)
            nearest = sorted(
                self._able[duty],
                key=lambda pair: -(0.1 + float(regret[self._owner[pair]])) * self._random.random(),
            )
            take((self._owner[pair] for pair in nearest[:8]), size)
        return sorted(free)

    def _cheapest(self, duty: int) -> list[int]:
        """Who could do a duty: first those whose best week at the prices holds it, then by the
        price of doing it, with some chance.
        """
        able = sorted(
            self._able[duty],
            key=lambda pair: float(self._prices.pairs[pair]) + 40.0 * self._random.random(),
        )
        return list(dict.fromkeys([*self._wishing[duty], *(self._owner[pair] for pair in able)]))
