"""A plan improved part by part: some people's weeks are chosen anew, first of those who lose most by their present ones."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from solver.search.effort import Effort
from solver.search.patterns.neighbourhood import Answer, Neighbourhood, Plan, Prices, Question, Reach
from solver.search.patterns.pricing import Floats, Matrix, Pricing
from solver.search.patterns.statements import StatementCollector

THREADS = 2
"""Parts that are chosen anew side by side, each by one worker."""
MOST_SECONDS, EASY, HARD = 4.0, 0.8, 2.0
"""Time for one part; below EASY the next ones are larger, above HARD smaller."""
FIRST_SIZE, LEAST_SIZE = 40.0, 12.0
"""People in a part."""
TROUBLED_SHARE = 0.3
"""How often a part begins at a place that is empty or filled by temporary supply, not at somebody with regret."""
PATIENCE = 8
"""After so many parts in vain more weeks and pairs are offered."""


class Improving:
    """The best plan so far, and where there is something to win."""

    def __init__(self, collector: StatementCollector, matrix: Matrix, pricing: Pricing, effort: Effort, prices: Floats) -> None:
        self._collector, self._matrix, self._pricing, self._effort = collector, matrix, pricing, effort
        self._random = random.Random(effort.limits.seed)
        problem = collector.problem
        self._duty_of = problem.pairs_duty
        self._owner = [problem.person_of_employment[row].index for row in problem.pairs_employment.tolist()]
        self._able: dict[int, list[int]] = defaultdict(list)
        for pair, duty in enumerate(self._duty_of.tolist()):
            self._able[duty].append(pair)
        self._duties = sorted(self._able)
        values = pricing.pair_values(prices)
        self._prices = Prices(values, pricing.atom_values(values))
        found, _, _ = pricing.best(prices)
        self._least = np.array([value for _, value in found])
        self._wished = [pricing.column(person, week, values).pairs for person, (week, _) in enumerate(found)]
        people = len(pricing.weeks)
        self._size = FIRST_SIZE
        self._reach = Reach() if people > FIRST_SIZE else Reach(8000 // max(1, people), float("inf"))
        self._in_vain = 0

    def complete(self, plan: Plan) -> Plan | None:
        """Temporary supply and all else that is shared, chosen for the weeks of a plan."""
        neighbourhood = self._neighbourhood()
        answer = neighbourhood.answer(neighbourhood.question(plan, [], all_shared=True), seconds=30, seed=1)
        self._effort.add(answer.spent)
        return answer.plan

    def cost(self, plan: Plan) -> int:
        """What the plan's weeks, pairs and shared variables cost: the objective, or a little more [sixtieths of a penny]."""
        collector = self._collector
        cost = collector.constant + sum(price * value for price, value in zip(collector.shared_cost, plan.shared, strict=True))
        for person, (week, pairs) in plan.weeks.items():
            cost += int(self._pricing.weeks[person].cost[week]) + sum(collector.pair_cost[pair] for pair in pairs)
        return cost

    def run(self, plan: Plan, over: Callable[[], bool], better: Callable[[Plan], None]) -> Plan:
        """Improve until it is over; `better` hears of every step."""
        current = self.cost(plan)
        with ThreadPoolExecutor(THREADS) as pool:
            while not over():
                neighbourhood = self._neighbourhood()
                answers = self._ask(pool, neighbourhood, plan)
                found = [answer.plan for answer in answers if answer.plan is not None and self.cost(answer.plan) < current]
                if len(found) > 1:  # each is better alone, but they may not fit together
                    joined = neighbourhood.answer(neighbourhood.between(plan, found), seconds=MOST_SECONDS, seed=1)
                    self._effort.add(joined.spent)
                    found += [joined.plan] if joined.plan is not None else []
                if found:
                    plan = min(found, key=self.cost)
                    current = self.cost(plan)
                    better(plan)
                self._learn(answers, bool(found))
        return plan

    def _neighbourhood(self) -> Neighbourhood:
        return Neighbourhood(self._collector, self._matrix, self._pricing, self._prices, self._reach, self._effort)

    def _ask(self, pool: ThreadPoolExecutor, neighbourhood: Neighbourhood, plan: Plan) -> list[Answer]:
        """Parts without a person in common, answered side by side."""
        regret = self._regret(plan)
        taken: set[int] = set()
        asked = []
        for _ in range(THREADS):
            free = self._near(plan, regret, taken)
            taken.update(free)
            if free:
                question = neighbourhood.question(plan, free)
                asked.append(pool.submit(self._answer, neighbourhood, question, self._random.randrange(2**31)))
        answers = [one.result() for one in asked]
        self._effort.add(sum(answer.spent for answer in answers))
        return answers

    def _answer(self, neighbourhood: Neighbourhood, question: Question, seed: int) -> Answer:
        return neighbourhood.answer(question, seconds=max(0.5, min(MOST_SECONDS, self._effort.left())), seed=seed)

    def _learn(self, answers: Sequence[Answer], improved: bool) -> None:
        for answer in answers:
            if answer.whole and answer.took < EASY:
                self._size = min(float(len(self._pricing.weeks)), self._size * 1.12 + 0.5)
            elif not answer.whole or answer.took > HARD:
                self._size = max(LEAST_SIZE, self._size * 0.88)
        self._in_vain = 0 if improved else self._in_vain + 1
        if self._in_vain >= PATIENCE:
            self._reach, self._in_vain = Reach(self._reach.weeks * 2, self._reach.slack * 2), 0

    # --- where there is something to win -------------------------------------------------------------------------

    def _troubled(self, plan: Plan) -> list[int]:
        """Duties that lack somebody, or that temporary supply fills."""
        short = [duty for duty, position in self._collector.shortfalls() if plan.shared[position]]
        return short * 3 + [call.duty.index for position, call in self._collector.calls if plan.shared[position]]

    def _regret(self, plan: Plan) -> Floats:
        """How much dearer each person's week is than the best at the prices of the bound [£].

        The whole gap is the sum of these, and of what is paid for rows with room left: where regret is, there is something to win.
        """
        now = [self._pricing.costs[p][plan.weeks[p][0]] + self._prices.pairs[list(plan.weeks[p][1])].sum() for p in range(len(self._least))]
        return np.asarray(np.maximum(np.array(now) - self._least, 0.0))

    def _near(self, plan: Plan, regret: Floats, taken: set[int]) -> list[int]:
        """People around somebody with much regret or a troubled duty: who does or could do the same work, and so on from them."""
        free: dict[int, None] = {}
        duties: list[int] = []

        def take(person: int) -> None:
            if person not in free and person not in taken:
                free[person] = None
                duties.extend(int(self._duty_of[pair]) for pair in (*self._wished[person], *plan.weeks[person][1]))

        troubled = [duty for duty in self._troubled(plan) if duty in self._able]
        if troubled and self._random.random() < TROUBLED_SHARE:
            duties.append(self._random.choice(troubled))
        elif regret.sum() > 0:
            take(self._random.choices(range(len(regret)), weights=regret.tolist())[0])
        seen: set[int] = set()
        while len(free) < self._size and len(seen) < len(self._duties):
            duty = duties.pop(self._random.randrange(len(duties))) if duties else self._random.choice(self._duties)
            if duty in seen:
                continue
            seen.add(duty)
            able = self._able[duty]
            nearest = sorted(able, key=lambda pair: -(0.1 + float(regret[self._owner[pair]])) * self._random.random())
            for pair in nearest[:8]:
                if len(free) < self._size:
                    take(self._owner[pair])
        return sorted(free)
