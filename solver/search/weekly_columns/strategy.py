"""The strategy: list everybody's weeks, price them to a bound, round to a roster, improve it part
by part.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.construct import quick_roster
from solver.search.effort import Effort
from solver.search.progress import Watch
from solver.search.solver_pool import HERE, Crew
from solver.search.strategy import Found, Limits, Progress
from solver.search.weekly_columns.across_lines import Across
from solver.search.weekly_columns.bound_tightening import Proving
from solver.search.weekly_columns.dual_ascent import Ascent
from solver.search.weekly_columns.enumerate import (
    Weeks,
    positions,
    possible_weeks,
    weeks_of_the_best,
)
from solver.search.weekly_columns.exact_pricing import least_week
from solver.search.weekly_columns.lines import Line, lines_of
from solver.search.weekly_columns.lns import Improving
from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing, Week
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import NotByPatterns, StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints

PRICING_SHARE = 0.25
"""Most of the time limit for pricing: where it is short, prices take larger steps."""
MENDING_SHARE, MOST_MENDING, WORTH_MENDING = 0.35, 4, 0.005
"""Most of the time left for prices that went too far, how often, and what they must lose of the
bound to be worth it.
"""
LISTED_ANEW = 2, 4
"""After which stages of the prices weeks are listed anew for those who have too many."""
PROVING_SHARE = 0.15
"""Most of the time limit for proving the bound where somebody's weeks are too many to list."""
ROUNDING_STEPS = 20
ROUNDING_SHARE = 0.2
"""In so many steps prices become a roster, fewer where they would take more than this share of the
time left.
"""
CHECKED_EVERY = 20
"""A better plan is checked by the independent check when so many times the check's own time has
gone by.
"""


def by_weeks(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    start: Roster | None = None,
    crew: Crew = HERE,
) -> Found:
    """Search by weekly patterns. Raises NotByPatterns where the policy or the problem does not suit
    them.
    """
    return _Search(problem, policy, Effort(limits, crew), Watch(tell), stopped).run(start)


class _Search:
    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        effort: Effort,
        watch: Watch,
        stopped: Callable[[], bool],
    ) -> None:
        self.problem, self.policy, self.effort, self.watch, self._stopped = (
            problem,
            policy,
            effort,
            watch,
            stopped,
        )
        self.limits = effort.limits
        self.best: Roster | None = None
        self.objective: int | None = None
        self._check_took, self._checked = 0.0, 0.0

    def run(self, start: Roster | None) -> Found:
        self.watch.say("first roster")
        given = start is not None and self._take(start)
        if start is None or not given:
            start = quick_roster(self.problem, self.policy)
            if start is None:
                raise NotByPatterns("no quick start")
            self._take(start)
        self.watch.say("listing weeks")
        self.collector = StatementCollector(self.problem, self.policy)
        self.lines = lines_of(self.collector)
        weeks = self._weeks()
        if weeks is None:
            return self._found()
        self.matrix = Matrix(self.collector)
        self.pricing = Pricing(self.matrix, weeks)
        self.across = Across(self.lines, self.pricing)
        self.complete = all(person.complete for person in weeks)
        self.watch.say("pricing weeks")
        self.ascent = Ascent(self.matrix, self.pricing)
        self.prices, bound = self._price()
        self.improving = self._improving()
        plan = None
        if not self._over():
            self.watch.say("choosing weeks")
            plan = self._begun(start, given)
        if plan is not None:
            self._take(self._roster(plan))
            if self._mend(plan, bound):
                self.improving = self._improving()
        elif self.across.binding and not self._over():
            raise NotByPatterns("no plan of several weeks")
        least = self._prove()
        if plan is not None and not self._over():
            self.watch.say("improving")
            free = [weeks.complete for weeks in self.pricing.weeks]
            proving = Proving(
                self.collector, self.matrix, self.pricing, self.prices, least, free, self.effort
            )
            best = self.improving.run(
                plan,
                self._done,
                self._better,
                proving,
                lambda bound: self.watch.bound(bound * SCALE),
            )
            self._take(self._roster(best))
        return self._found()

    def _improving(self) -> Improving:
        return Improving(
            self.collector, self.matrix, self.pricing, self.across, self.effort, self.prices
        )

    def _mend(self, plan: Plan, bound: float) -> bool:
        """Raise prices again from where the plan says that they went too far, as long as it helps;
        True where it did.
        """
        mending, helped = self.ascent.mending(), False
        until = self.effort.spent() + MENDING_SHARE * self._left()
        for _ in range(MOST_MENDING):
            if self._over() or mending.lost(self.prices, plan) <= WORTH_MENDING * abs(bound):
                break
            prices, risen = self.ascent.raised(
                self._pace(until), mended=mending.mended(self.prices, plan)
            )
            if risen <= bound:
                break
            self.watch.say("pricing weeks")
            self.prices, bound, helped = prices, risen, True
            if self.complete:
                self.watch.bound(bound * SCALE)
            if self.effort.spent() >= until:
                break
        return helped

    def _begun(self, start: Roster, given: bool) -> Plan | None:
        """The plan to improve: rounded from the prices, or that of the roster where it is better or
        nothing else is possible.
        """
        rounded = self._rounded()
        plan = self.improving.complete(rounded)
        if plan is not None and not given:
            return plan
        begun = self.improving.complete(Plan(self._weeks_of(start), self._nothing))
        if begun is None:
            return plan
        if plan is None:  # rows that are kept each by itself may not be kept together
            plan = self.improving.joined(begun, [rounded])
        plans = [one for one in (begun, plan) if one is not None and self.across.fits(one.weeks)]
        return min(plans, key=self.improving.cost, default=None)

    def _weeks(self) -> list[Weeks] | None:
        """The possible weeks of every line; None where time is over before that."""
        found = []
        with ThreadPoolExecutor(HERE.width) as pool:
            for weeks in pool.map(
                lambda line: None if self._over() else possible_weeks(self.collector, line),
                self.lines,
            ):
                if weeks is None:
                    return None
                found.append(weeks)
        return found

    def _done(self) -> bool:
        return self._over() or (
            self.objective is not None and (self.watch.best_bound or 0) >= self.objective
        )

    def _better(self, plan: Plan, cost: int) -> None:
        """Tell what it costs, and check it, but not so often that checking takes the time of
        searching.
        """
        self.watch.improved(cost)
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
        return Found(
            "optimal" if bound == self.objective else "feasible",
            self.best,
            self.objective,
            bound,
            self.watch.history(),
        )

    def _take(self, roster: Roster) -> bool:
        """Keep a roster if the independent check finds no breach and it costs less than the best so
        far.
        """
        began = self.watch.elapsed()
        report = verify(self.problem, self.policy, roster)
        self._check_took = self.watch.elapsed() - began
        if report.breaches or (self.objective is not None and report.objective >= self.objective):
            return False
        self.best, self.objective = roster, report.objective
        self.watch.improved(report.objective)
        return True

    # --- between plans and rosters ----------------------------------------------------------------

    def _weeks_of(self, roster: Roster) -> dict[int, Week]:
        pair_of = {
            (self.problem.duties[column].id, self.problem.employments[row].id): pair
            for pair, (row, column) in enumerate(
                zip(
                    self.problem.pairs_employment.tolist(),
                    self.problem.pairs_duty.tolist(),
                    strict=True,
                )
            )
        }
        plan = {}
        for line in self.lines:
            weeks, mine = self.pricing.weeks[line.index], set(line.pairs)
            atom_of = positions(weeks.atoms)
            chosen = (
                pair_of[a.demand_id, a.contract_id]
                for a in roster.by_person.get(line.person.id, ())
            )
            pairs = tuple(
                sorted((pair for pair in chosen if pair in mine), key=lambda pair: atom_of[pair])
            )
            row = np.full(weeks.atoms_of.shape[1], len(weeks.atoms))
            listed = np.zeros(0, dtype=np.int64)
            if len(pairs) <= len(row):
                row[: len(pairs)] = [atom_of[pair] for pair in pairs]
                listed = np.flatnonzero((weeks.atoms_of == row).all(axis=1))
            plan[line.index] = (
                (int(listed[0]), pairs) if len(listed) else self.pricing.emptiest(line.index)
            )
        return plan

    def _roster(self, plan: Plan) -> Roster:
        rows, columns = self.problem.pairs_employment, self.problem.pairs_duty
        found = []
        for _, pairs in plan.weeks.values():
            for pair in pairs:
                employment = self.problem.employments[rows[pair]]
                duty = self.problem.duties[columns[pair]]
                found.append(
                    Assignment(duty.id, employment.contract.staff_id, employment.on(duty.date).id)
                )
        for position, call in self.collector.calls:
            found.extend(
                [Assignment(call.duty.id, supply_id=call.supply.id)] * int(plan.shared[position])
            )
        return Roster.of(found)

    # --- pricing and rounding ---------------------------------------------------------------------

    def _price(self) -> tuple[Floats, float]:
        """The best prices and their bound, raised in a share of the time; where all weeks are
        listed the bound is told as it rises.
        """

        def after(stage: int, prices: Floats, bound: float) -> bool:
            if self.complete:
                self.watch.bound(bound * SCALE)
            return stage in LISTED_ANEW and self._list_anew(prices)

        return self.ascent.raised(
            self._pace(self.effort.spent() + PRICING_SHARE * self._left()), after
        )

    def _pace(self, until: float) -> Callable[[], float]:
        """How far the time from now on is over, from 0 to 1; where the clock does not
        count, never.
        """
        began = self.effort.spent()

        def done() -> float:
            if self._over():
                return 1.0
            return (
                0.0
                if self.limits.deterministic
                else (self.effort.spent() - began) / max(1e-3, until - began)
            )

        return done

    def _list_anew(self, prices: Floats) -> bool:
        """For those with too many weeks who owe hours to more than one employer: the weeks of the
        shifts that are best at these prices.
        """
        values = self.pricing.atom_values(self.pricing.pair_values(prices)) * SCALE

        def narrow(line: Line) -> bool:
            owing = [
                employment
                for employment in line.person.employments
                if employment.substantive and any(employment.owed.values())
            ]
            return len(owing) > 1 and not self.pricing.weeks[line.index].complete

        def again(line: Line) -> Weeks:
            return weeks_of_the_best(
                line, self.pricing.weeks[line.index], values[self.pricing.atoms_of(line.index)]
            )

        lines = [line for line in self.lines if narrow(line)]
        with ThreadPoolExecutor(HERE.width) as pool:
            for weeks in pool.map(again, lines):
                self.pricing.relist(weeks)
        return bool(lines)

    def _prove(self) -> Floats:
        """The least that a week of each person costs at the last prices [£]; where not all weeks
        are listed, found exactly. Tells the bound.
        """
        found, bound, values = self.pricing.best(self.prices)
        least = np.array([value for _, value in found])
        atoms = self.pricing.atom_values(values) * SCALE
        many = [line for line, weeks in enumerate(self.pricing.weeks) if not weeks.complete]
        seconds = max(
            0.05, min(10.0, HERE.width * PROVING_SHARE * self.limits.seconds / max(1, len(many)))
        )

        def exactly(line: int) -> float:
            solver = self.effort.solver(
                seconds if self.limits.deterministic else max(0.01, min(seconds, self._left())),
                workers=1,
            )
            worth = atoms[self.pricing.atoms_of(line)]
            return (
                least_week(self.lines[line].own, self.pricing.weeks[line].atoms, worth, solver)
                / SCALE
            )

        with ThreadPoolExecutor(HERE.width) as pool:
            for line, exact in zip(many, pool.map(exactly, many), strict=True):
                bound += exact - least[line]
                least[line] = exact
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

        weeks = Rounding(self.matrix, self.pricing, self.ascent, self.across).run(
            self.prices, rounds
        )
        return Plan(
            {
                line: weeks.get(line) or self.pricing.emptiest(line)
                for line in range(len(self.pricing.weeks))
            },
            self._nothing,
        )
