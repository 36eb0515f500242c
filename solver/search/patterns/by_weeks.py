"""The strategy: list everybody's weeks, price them to a bound, round to a roster, improve it part by part."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scheduler.domain.problem import Person, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.policy import Policy
from solver.search.crew import HERE, Crew
from solver.search.effort import Effort
from solver.search.patterns.ascent import LAST_STEP, Ascent
from solver.search.patterns.exact_week import least_week
from solver.search.patterns.improving import Improving
from solver.search.patterns.neighbourhood import Plan
from solver.search.patterns.pricing import SCALE, Matrix, Pricing, Week
from solver.search.patterns.proving import Proving
from solver.search.patterns.rounding import Rounding
from solver.search.patterns.statements import NotByPatterns, StatementCollector
from solver.search.patterns.week_values import Floats, Ints
from solver.search.patterns.weeks import Weeks, possible_weeks, weeks_of_the_best
from solver.search.start import quick_roster
from solver.search.strategy import Found, Limits, Progress
from solver.search.watch import Watch
from solver.verify import verify

PRICING_SHARE = 0.3
"""Most of the time limit for pricing: where it is short, prices take larger steps."""
MOST_ROUNDS = 2000
"""Of a stage of prices, where the clock does not count."""
STAGES, LISTED_ANEW = 5, (2, 4)
"""So many times all weeks are looked at while prices rise; after which of them those are listed anew who have too many."""
PROVING_SHARE = 0.3
"""Most of the time limit for proving the bound, beside the search, where somebody's weeks are too many to list."""
ROUNDING_STEPS = 20
ROUNDING_SHARE = 0.2
"""In so many steps prices become a roster, fewer where they would take more than this share of the time left."""
CHECKED_EVERY = 20
"""A better plan is checked by the independent check when so many times the check's own time has gone by."""


def by_weeks(
    problem: Problem, policy: Policy, limits: Limits, tell: Callable[[Progress], None], stopped: Callable[[], bool], start: Roster | None = None,
    crew: Crew = HERE,
) -> Found:  # fmt: skip
    """Search by weekly patterns. Raises NotByPatterns where the policy or the problem does not suit them."""
    return _Search(problem, policy, Effort(limits, crew), Watch(tell), stopped).run(start)


class _Search:
    def __init__(self, problem: Problem, policy: Policy, effort: Effort, watch: Watch, stopped: Callable[[], bool]) -> None:
        self.problem, self.policy, self.effort, self.watch, self._stopped = problem, policy, effort, watch, stopped
        self.limits = effort.limits
        self.best: Roster | None = None
        self.objective: int | None = None
        self._check_took, self._checked = 0.0, 0.0
        self._beside = ThreadPoolExecutor(1)
        """Proves the bound beside the search: it takes little, but not always."""

    def run(self, start: Roster | None) -> Found:
        self.watch.say("first roster")
        if start is None or not self._take(start):
            start = quick_roster(self.problem, self.policy)
            if start is None:
                raise NotByPatterns("no quick start")
            self._take(start)
        self.watch.say("listing weeks")
        self.collector = StatementCollector(self.problem, self.policy)
        weeks = self._weeks()
        if weeks is None:
            return self._found()
        self.matrix = Matrix(self.collector)
        self.pricing = Pricing(self.matrix, weeks)
        self.complete = all(person.complete for person in weeks)
        self.watch.say("pricing weeks")
        self.ascent = Ascent(self.matrix, self.pricing)
        self.prices = self._price()
        proof = self._beside.submit(self._prove)
        if self.limits.deterministic:
            proof.result()
        self.improving = Improving(self.collector, self.matrix, self.pricing, self.effort, self.prices)
        if not self._over():
            self.watch.say("choosing weeks")
            rounded = self._rounded()
            plan = self.improving.complete(rounded)
            if plan is None:  # rows that are kept each by itself may not be kept together
                begun = self.improving.complete(Plan(self._weeks_of(start), self._nothing))
                plan = begun if begun is None else self.improving.joined(begun, [rounded]) or begun
            if plan is not None:
                self._take(self._roster(plan))
                self.watch.say("improving")
                free = [weeks.complete for weeks in self.pricing.weeks]
                proving = Proving(self.matrix, self.pricing, self.prices, proof.result(), free, self.effort)
                best = self.improving.run(plan, self._done, self._better, proving, lambda bound: self.watch.bound(bound * SCALE))
                self._take(self._roster(best))
        else:
            proof.result()
        return self._found()

    def _weeks(self) -> list[Weeks] | None:
        """Everybody's possible weeks; None where time is over before that."""
        found = []
        with ThreadPoolExecutor(HERE.width) as pool:
            for weeks in pool.map(lambda person: None if self._over() else possible_weeks(self.collector, person), self.problem.people):
                if weeks is None:
                    return None
                found.append(weeks)
        return found

    def _done(self) -> bool:
        return self._over() or (self.objective is not None and (self.watch.best_bound or 0) >= self.objective)

    def _better(self, plan: Plan) -> None:
        """Tell what it costs, and check it, but not so often that checking takes the time of searching."""
        self.watch.improved(self.improving.cost(plan))
        if self.watch.elapsed() - self._checked > CHECKED_EVERY * self._check_took:
            self._take(self._roster(plan))
            self._checked = self.watch.elapsed()

    @property
    def _nothing(self) -> Ints:
        return np.zeros(len(self.collector.shared_cost), dtype=np.int64)

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
            plan[person.index] = (int(listed[0]), pairs) if len(listed) else self.pricing.emptiest(person.index)
        return plan

    def _roster(self, plan: Plan) -> Roster:
        rows, columns = self.problem.pairs_employment, self.problem.pairs_duty
        found = []
        for _, pairs in plan.weeks.values():
            for pair in pairs:
                employment = self.problem.employments[rows[pair]]
                duty = self.problem.duties[columns[pair]]
                found.append(Assignment(duty.id, employment.contract.staff_id, employment.on(duty.date).id))
        for position, call in self.collector.calls:
            found.extend([Assignment(call.duty.id, supply_id=call.supply.id)] * int(plan.shared[position]))
        return Roster.of(found)

    # --- pricing and rounding ------------------------------------------------------------------------------------

    def _price(self) -> Floats:
        """Raise the prices, with another look at all weeks in between; the best of them."""
        until = self.watch.elapsed() + PRICING_SHARE * (self.limits.seconds - self.watch.elapsed())
        steps = np.geomspace(self.ascent.first_step, LAST_STEP, STAGES + 1)
        prices = np.zeros(len(self.matrix.limit))
        best, best_bound = prices, -np.inf
        for stage in range(STAGES):
            began = self.watch.elapsed()
            share = max(1e-3, (until - began) / (STAGES - stage))

            def pace(number: int, began: float = began, share: float = share) -> float:
                if self.limits.deterministic:
                    return number / MOST_ROUNDS
                return 1.0 if self._over() else (self.watch.elapsed() - began) / share

            risen = self.ascent.climb(prices, steps[stage], steps[stage + 1], pace)
            _, bound, _ = self.pricing.best(risen.prices)
            prices, missed = risen.prices, risen.above(bound)
            if bound > best_bound:
                best, best_bound = risen.prices, bound
                if self.complete:
                    self.watch.bound(bound * SCALE)
            if stage in LISTED_ANEW and self._list_anew(prices):
                best, best_bound = prices, -np.inf  # the bound over fewer weeks was higher, and none
            self.ascent.refresh(prices, missed)
        return best

    def _list_anew(self, prices: Floats) -> bool:
        """For those with too many weeks who owe hours to more than one employer: the weeks of the shifts that are best at these prices."""
        values = self.pricing.atom_values(self.pricing.pair_values(prices)) * SCALE

        def narrow(person: Person) -> bool:
            owing = [employment for employment in person.employments if employment.substantive and any(employment.owed.values())]
            return len(owing) > 1 and not self.pricing.weeks[person.index].complete

        def again(person: int) -> Weeks:
            return weeks_of_the_best(self.collector, self.pricing.weeks[person], values[self.pricing.atoms_of(person)])

        people = [person.index for person in self.problem.people if narrow(person)]
        with ThreadPoolExecutor(HERE.width) as pool:
            for weeks in pool.map(again, people):
                self.pricing.relist(weeks)
        return bool(people)

    def _prove(self) -> Floats:
        """The least that a week of each person costs at the last prices [£]; where not all weeks are listed, found exactly. Tells the bound."""
        found, bound, values = self.pricing.best(self.prices)
        least = np.array([value for _, value in found])
        atoms = self.pricing.atom_values(values) * SCALE
        many = [person for person, weeks in enumerate(self.pricing.weeks) if not weeks.complete]
        seconds = max(0.05, min(10.0, PROVING_SHARE * self.limits.seconds / max(1, len(many))))
        for person in many:
            own, worth = self.collector.own[person], atoms[self.pricing.atoms_of(person)]
            exact = least_week(own, self.pricing.weeks[person].atoms, worth, seconds=seconds) / SCALE
            bound += exact - least[person]
            least[person] = exact
        self.watch.bound(bound * SCALE)
        return least

    def _rounded(self) -> Plan:
        """Weeks fixed by the prices, in as many steps as the time allows; nothing is shared yet."""
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

        weeks = Rounding(self.matrix, self.pricing, self.ascent).run(self.prices, rounds)
        return Plan(
            {person: weeks.get(person) or self.pricing.emptiest(person) for person in range(len(self.pricing.weeks))}, self._nothing
        )
