"""The strategy: list everybody's weeks, price them to a bound, round to a roster, improve it part by part."""

import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.policy import Policy
from solver.search.effort import Effort
from solver.search.patterns.ascent import Ascent
from solver.search.patterns.exact_week import least_week
from solver.search.patterns.neighbourhood import Neighbourhood, Plan, Prices, Reach, Week
from solver.search.patterns.pricing import SCALE, Floats, Matrix, Pricing
from solver.search.patterns.rounding import Rounding
from solver.search.patterns.statements import NotByPatterns, StatementCollector
from solver.search.patterns.weeks import possible_weeks
from solver.search.start import quick_roster
from solver.search.strategy import Found, Limits, Progress
from solver.search.watch import Watch
from solver.verify import verify

ROUNDS_OF_PRICES = 800
PRICING_SHARE = 0.3
"""Most of the time limit for pricing: where it is short, prices take larger steps."""
PROVING_SHARE = 0.3
"""Most of the time limit for proving the bound, beside the search, where somebody's weeks are too many to list."""
ROUNDING_STEPS = 25
ROUNDING_SHARE = 0.2
"""In so many steps prices become a roster, fewer where they would take more than this share of the time left."""
TROUBLED_SHARE = 0.3
"""How often a neighbourhood begins at a place that is empty or filled by temporary supply, not at somebody with regret."""
CHECKED_EVERY = 20
"""A better plan is checked by the independent check, and told, when so many times the check's own time has gone by."""
PATIENCE = 8
"""After so many neighbourhoods in vain more weeks and pairs are offered."""


def by_weeks(problem: Problem, policy: Policy, limits: Limits, tell: Callable[[Progress], None], stopped: Callable[[], bool]) -> Found:
    """Search by weekly patterns. Raises NotByPatterns where the policy or the problem does not suit them."""
    return _Search(problem, policy, limits, Watch(tell), stopped).run()


class _Search:
    def __init__(self, problem: Problem, policy: Policy, limits: Limits, watch: Watch, stopped: Callable[[], bool]) -> None:
        self.problem, self.policy, self.limits, self.watch, self._stopped = problem, policy, limits, watch, stopped
        self.effort = Effort(limits)
        self._random = random.Random(limits.seed)
        self.best: Roster | None = None
        self.objective: int | None = None
        self.plan = Plan({}, [])
        self._check_took = 0.0
        self._beside = ThreadPoolExecutor(1)
        """Proves the bound beside the search: it takes little, but not always."""
        self._regret_now: tuple[Floats, list[tuple[int, ...]]] | None = None

    def run(self) -> Found:
        self.watch.say("first roster")
        start = quick_roster(self.problem, self.policy)
        if start is None:
            raise NotByPatterns("no quick start")
        self._take(start)
        self.watch.say("listing weeks")
        self.collector = StatementCollector(self.problem, self.policy)
        weeks = []
        for person in self.problem.people:
            weeks.append(possible_weeks(self.collector, person))
            if self._over():
                return self._found()
        self.matrix = Matrix(self.collector)
        self.pricing = Pricing(self.matrix, weeks)
        self.complete = all(person.complete for person in weeks)
        self.best_prices, self.best_bound = np.zeros(len(self.matrix.limit)), -np.inf
        self.plan = self._complete(self._weeks_of(start)) or Plan(self._weeks_of(start), [0] * len(self.collector.shared_cost))
        self._generate()
        self.watch.say("improving")
        self._improve()
        self._take(self._roster(self.plan))
        self._proof.result()
        return self._found()

    def _left(self) -> float:
        return self.effort.left()

    def _over(self) -> bool:
        return self._stopped() or self._left() <= 0

    def _found(self) -> Found:
        assert self.objective is not None
        bound = min(max(0, self.watch.best_bound or 0), self.objective)
        return Found("optimal" if bound == self.objective else "feasible", self.best, self.objective, bound, self.watch.history())

    def _take(self, roster: Roster) -> bool:
        """Keep a roster if the independent check finds no breach and it costs less than the best so far."""
        began = self.watch.elapsed()
        report = verify(self.problem, self.policy, roster)
        self._check_took = self.watch.elapsed() - began
        if report.breaches or (self.objective is not None and report.objective >= self.objective):
            return False
        self.best, self.objective = roster, report.objective
        self.watch.improved(report.objective)
        return True

    # --- between plans and rosters -------------------------------------------------------------------------------

    def _weeks_of(self, roster: Roster) -> dict[int, Week]:
        pair_of = {
            (self.problem.duties[column].id, self.problem.employments[row].id): pair
            for pair, (row, column) in enumerate(zip(self.problem.pairs_employment.tolist(), self.problem.pairs_duty.tolist(), strict=True))
        }
        plan = {}
        for person in self.problem.people:
            weeks = self.pricing.weeks[person.index]
            atom_of = {pair: i for i, atom in enumerate(weeks.atoms) for pair in atom.pairs}
            chosen = (pair_of[a.demand_id, a.contract_id] for a in roster.by_person.get(person.id, ()))
            pairs = tuple(sorted(chosen, key=lambda pair: atom_of[pair]))
            row = np.full(weeks.atoms_of.shape[1], len(weeks.atoms))
            listed = np.zeros(0, dtype=np.int64)
            if len(pairs) <= len(row):
                row[: len(pairs)] = [atom_of[pair] for pair in pairs]
                listed = np.flatnonzero((weeks.atoms_of == row).all(axis=1))
            plan[person.index] = (int(listed[0]), pairs) if len(listed) else self._emptiest(person.index)
        return plan

    def _emptiest(self, person: int) -> Week:
        """The week with the fewest shifts: it fits whatever the others do."""
        weeks = self.pricing.weeks[person]
        week = int((weeks.atoms_of < len(weeks.atoms)).sum(axis=1).argmin())
        return week, self.pricing.column(person, week, self.matrix.pair_cost).pairs

    def _roster(self, plan: Plan) -> Roster:
        rows, columns = self.problem.pairs_employment, self.problem.pairs_duty
        found = []
        for _, pairs in plan.weeks.values():
            for pair in pairs:
                employment = self.problem.employments[rows[pair]]
                found.append(Assignment(self.problem.duties[columns[pair]].id, employment.contract.staff_id, employment.id))
        for position, call in self.collector.calls:
            found.extend([Assignment(call.duty.id, supply_id=call.supply.id)] * plan.shared[position])
        return Roster.of(found)

    def _cost(self, plan: Plan) -> int:
        """What the plan's weeks, pairs and shared variables cost: the objective, or a little more [sixtieths of a penny]."""
        weeks = sum(int(self.pricing.weeks[person].cost[week]) for person, (week, _) in plan.weeks.items())
        pairs = sum(self.collector.pair_cost[pair] for _, chosen in plan.weeks.values() for pair in chosen)
        return self.collector.constant + weeks + pairs + int(np.dot(self.collector.shared_cost, plan.shared))

    # --- pricing and rounding ------------------------------------------------------------------------------------

    def _generate(self) -> None:
        """Prices with a bound, and a first roster that follows them."""
        self.watch.say("pricing weeks")
        self.ascent = Ascent(self.matrix, self.pricing)
        self._price()
        self._proof = self._beside.submit(self._prove)
        if not self._over():
            self.watch.say("choosing weeks")
            self._round()

    def _price(self) -> None:
        """Raise the prices, with another look at all weeks in between."""
        began = self.watch.elapsed()
        share = PRICING_SHARE * (self.limits.seconds - began)

        def pace(number: int) -> float:
            by_time = (self.watch.elapsed() - began) / share
            return 1.0 if self._over() else max(number / ROUNDS_OF_PRICES, 0.0 if self.limits.deterministic else by_time)

        prices, done = np.zeros(len(self.matrix.limit)), 0.0
        for until in (0.35, 0.6, 1.0):
            at = done

            def stage(number: int, at: float = at, until: float = until) -> float:
                nonlocal done
                done = pace(number + round(at * ROUNDS_OF_PRICES))
                return 1.0 if done >= until else done

            prices = self.ascent.rise(prices, ROUNDS_OF_PRICES, pace=stage).prices
            _, bound, _ = self.pricing.best(prices)
            if bound > self.best_bound:
                self.best_bound, self.best_prices = bound, prices
                if self.complete:
                    self.watch.bound(bound * SCALE)
            self.ascent.refresh(prices)

    def _prove(self) -> None:
        """Where somebody's weeks are not all listed: the bound at the last prices, with their best weeks found exactly."""
        if self.complete:
            return
        found, bound, values = self.pricing.best(self.best_prices)
        many = [person for person, weeks in enumerate(self.pricing.weeks) if not weeks.complete]
        seconds = max(0.05, min(10.0, PROVING_SHARE * self.limits.seconds / len(many)))
        for person in many:
            least = least_week(self.problem, self.policy, person, (values - self.matrix.pair_cost) * SCALE, seconds=seconds) / SCALE
            bound += least - found[person][1]
        self.watch.bound(bound * SCALE)

    def _round(self) -> None:
        """Fix weeks by the prices, in as many steps as the time allows, then choose temporary supply for them."""
        began, steps = self.watch.elapsed(), 0

        def rounds() -> int:
            nonlocal steps
            each = (self.watch.elapsed() - began) / steps if steps else 0.0
            steps += 1
            if self._over():
                return 0
            if self.limits.deterministic or not each:
                return max(1, ROUNDING_STEPS - steps)
            return max(1, min(ROUNDING_STEPS - steps, int(ROUNDING_SHARE * self._left() / each)))

        weeks = Rounding(self.matrix, self.pricing, self.ascent).run(self.best_prices, rounds)
        plan = self._complete({person: weeks.get(person) or self._emptiest(person) for person in range(len(self.pricing.weeks))})
        if plan is not None and self._take(self._roster(plan)):
            self.plan = plan

    # --- improving -----------------------------------------------------------------------------------------------

    def _neighbourhood(self, reach: Reach) -> Neighbourhood:
        values = self.pricing.pair_values(self.best_prices)
        return Neighbourhood(
            self.collector, self.matrix, self.pricing, Prices(values, self.pricing.atom_values(values)), reach, self.effort
        )

    def _complete(self, weeks: dict[int, Week]) -> Plan | None:
        """Temporary supply and all else that is shared, chosen for given weeks."""
        plan = Plan(weeks, [0] * len(self.collector.shared_cost))
        return self._neighbourhood(Reach()).improve(plan, [], seconds=20, seed=self.limits.seed, all_shared=True)

    def _improve(self) -> None:
        """Neighbourhoods around duties, larger where they succeed and where they are solved quickly."""
        able: dict[int, list[int]] = defaultdict(list)
        owners = [self.problem.person_of_employment[row].index for row in self.problem.pairs_employment.tolist()]
        for pair, column in enumerate(self.problem.pairs_duty.tolist()):
            able[column].append(pair)
        people, in_vain = 40, 0
        reach = Reach() if len(self.pricing.weeks) > people else Reach(8000 // max(1, len(self.pricing.weeks)), float("inf"))
        neighbourhood = self._neighbourhood(reach)
        current, checked = self._cost(self.plan), self.watch.elapsed()
        while not self._over() and (self.watch.best_bound or 0) < (self.objective or 0):
            if self._regret_now is None:
                self._regret_now = self._regret()
            free = self._near(able, owners, people)
            seconds = max(0.5, min(3.0, self._left()))
            plan = neighbourhood.improve(self.plan, free, seconds=seconds, seed=self._random.randrange(2**31))
            better = plan is not None and (cost := self._cost(plan)) < current
            if better and plan is not None:
                self.plan, self._regret_now, current = plan, None, cost
                if self.watch.elapsed() - checked > CHECKED_EVERY * self._check_took:
                    self._take(self._roster(plan))
                    checked = self.watch.elapsed()
            in_vain = 0 if better else in_vain + 1
            took = neighbourhood.took
            people = min(len(self.pricing.weeks), int(people * 1.15) + 1) if took < 1.2 else max(15, int(people * 0.85))
            if in_vain >= PATIENCE:
                reach, in_vain = Reach(reach.weeks * 2, reach.slack * 4), 0
                neighbourhood = self._neighbourhood(reach)

    def _troubled(self) -> list[int]:
        """Duties that lack somebody, or that temporary supply fills."""
        short = [duty for duty, position in self.collector.shortfalls() if self.plan.shared[position]]
        return short * 3 + [call.duty.index for position, call in self.collector.calls if self.plan.shared[position]]

    def _regret(self) -> tuple[Floats, list[tuple[int, ...]]]:
        """(how much dearer each person's week is than the best at the prices of the bound [£], the pairs of that best one).

        The whole gap is the sum of these, and of what is paid for rows with room left: where regret is, there is something to win.
        """
        found, _, values = self.pricing.best(self.best_prices)
        wished = [self.pricing.column(person, week, values).pairs for person, (week, _) in enumerate(found)]
        now = [self.pricing.costs[p][self.plan.weeks[p][0]] + values[list(self.plan.weeks[p][1])].sum() for p in range(len(found))]
        return np.maximum(np.array(now) - np.array([value for _, value in found]), 0.0), wished

    def _near(self, able: dict[int, list[int]], owners: list[int], people: int) -> list[int]:
        """People around somebody with much regret or a troubled duty: who does or could do the same work, and so on from them."""
        everything = sorted(able)
        assert self._regret_now is not None
        regret, wished = self._regret_now
        column = self.problem.pairs_duty
        free: dict[int, None] = {}
        duties: list[int] = []

        def take(person: int) -> None:
            if person not in free:
                free[person] = None
                duties.extend(int(column[pair]) for pair in (*wished[person], *self.plan.weeks[person][1]))

        troubled = [duty for duty in self._troubled() if duty in able]
        if troubled and self._random.random() < TROUBLED_SHARE:
            duties.append(self._random.choice(troubled))
        elif regret.sum() > 0:
            take(self._random.choices(range(len(regret)), weights=regret.tolist())[0])
        seen: set[int] = set()
        while len(free) < people and len(seen) < len(everything):
            duty = duties.pop(self._random.randrange(len(duties))) if duties else self._random.choice(everything)
            if duty in seen:
                continue
            seen.add(duty)
            nearest = sorted(able[duty], key=lambda pair: -(0.1 + float(regret[owners[pair]])) * self._random.random())
            for pair in nearest[:8]:
                if len(free) < people:
                    take(owners[pair])
        return sorted(free)
