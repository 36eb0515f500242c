"""The strategy: list the columns (everybody's weeks), raise the Lagrangian dual over them to a
bound, round to a first incumbent, improve it by large neighbourhood search.
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
from solver.search.progress import SearchTrace
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Found, Limits, Progress
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.bound_tightening import BoundTightening
from solver.search.weekly_columns.dual_ascent import DualAscent
from solver.search.weekly_columns.enumerate import (
    Weeks,
    positions,
    possible_weeks,
    weeks_of_best_shifts,
)
from solver.search.weekly_columns.exact_pricing import least_reduced_cost
from solver.search.weekly_columns.lines import RosterLine, lines_of
from solver.search.weekly_columns.lns import LargeNeighbourhoodSearch
from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, Week, WeekPricing
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import NotByWeeklyColumns, StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints

PRICING_SHARE = 0.25
"""Most of the time limit for raising the dual: where it is short, duals take larger steps."""
CORRECTION_SHARE, MOST_CORRECTIONS, WORTH_CORRECTING = 0.35, 4, 0.005
"""Most of the time left for duals that went too far, how often, and what they must lose of the
bound to be worth it.
"""
RELISTED_AFTER = 2, 4
"""After which stages of the ascent weeks are listed again for those who have too many."""
PROVING_SHARE = 0.15
"""Most of the time limit for proving the bound where somebody's weeks are too many to list."""
ROUNDING_STEPS = 20
ROUNDING_SHARE = 0.2
"""In so many steps duals become a roster, fewer where they would take more than this share of the
time left.
"""
CHECKED_EVERY = 20
"""A better solution is checked by the independent check when so many times the check's own time has
gone by.
"""


def by_weeks(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    start: Roster | None = None,
    solver_pool: SolverPool = LOCAL,
) -> Found:
    """Search by weekly columns. Raises NotByWeeklyColumns where the policy or the problem does not
    suit them.
    """
    return _Search(
        problem, policy, Effort(limits, solver_pool), SearchTrace(on_progress), should_stop
    ).run(start)


class _Search:
    """`incumbent`: the best roster that the independent check has let pass, at `objective`."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        effort: Effort,
        trace: SearchTrace,
        should_stop: Callable[[], bool],
    ) -> None:
        self.problem, self.policy, self.effort, self.trace, self._stop_asked = (
            problem,
            policy,
            effort,
            trace,
            should_stop,
        )
        self.limits = effort.limits
        self.incumbent: Roster | None = None
        self.objective: int | None = None
        self._check_took, self._checked = 0.0, 0.0

    def run(self, start: Roster | None) -> Found:
        self.trace.begin("first roster")
        given = start is not None and self._keep_if_better(start)
        if start is None or not given:
            start = quick_roster(self.problem, self.policy)
            if start is None:
                raise NotByWeeklyColumns("no quick start")
            self._keep_if_better(start)
        self.trace.begin("listing weeks")
        self.collector = StatementCollector(self.problem, self.policy)
        self.lines = lines_of(self.collector)
        weeks = self._weeks()
        if weeks is None:
            return self._result()
        self.master = MasterProblem(self.collector)
        self.pricing = WeekPricing(self.master, weeks)
        self.across = AcrossLines(self.lines, self.pricing)
        self.complete = all(person.complete for person in weeks)
        self.trace.begin("pricing weeks")
        self.ascent = DualAscent(self.master, self.pricing)
        self.duals, bound = self._raise_dual()
        self.lns = self._new_lns()
        solution = None
        if not self._should_stop():
            self.trace.begin("choosing weeks")
            solution = self._first_solution(start, given)
        if solution is not None:
            self._keep_if_better(self._roster(solution))
            if self._correct_duals(solution, bound):
                self.lns = self._new_lns()
        elif self.across.binding and not self._should_stop():
            raise NotByWeeklyColumns("no solution of several weeks")
        least = self._exact_bound()
        if solution is not None and not self._should_stop():
            self.trace.begin("improving")
            complete = [weeks.complete for weeks in self.pricing.weeks]
            tightening = BoundTightening(
                self.collector, self.master, self.pricing, self.duals, least, complete, self.effort
            )
            best = self.lns.run(
                solution,
                self._done,
                self._on_incumbent,
                tightening,
                lambda bound: self.trace.bound(bound * SCALE),
            )
            self._keep_if_better(self._roster(best))
        return self._result()

    def _new_lns(self) -> LargeNeighbourhoodSearch:
        return LargeNeighbourhoodSearch(
            self.collector, self.master, self.pricing, self.across, self.effort, self.duals
        )

    def _correct_duals(self, solution: MasterSolution, bound: float) -> bool:
        """Raise the dual again from where the solution says that duals went too far, as long as it
        helps; True where it did.
        """
        correction, helped = self.ascent.correction(), False
        until = self.effort.spent() + CORRECTION_SHARE * self._left()
        for _ in range(MOST_CORRECTIONS):
            if self._should_stop() or correction.slack_loss(
                self.duals, solution
            ) <= WORTH_CORRECTING * abs(bound):
                break
            duals, raised = self.ascent.maximise(
                self._pace(until), corrected=correction.corrected(self.duals, solution)
            )
            if raised <= bound:
                break
            self.trace.begin("pricing weeks")
            self.duals, bound, helped = duals, raised, True
            if self.complete:
                self.trace.bound(bound * SCALE)
            if self.effort.spent() >= until:
                break
        return helped

    def _first_solution(self, start: Roster, given: bool) -> MasterSolution | None:
        """The solution to improve: rounded from the duals, or that of the roster where it is better
        or nothing else is possible.
        """
        rounded = self._rounded()
        solution = self.lns.complete(rounded)
        if solution is not None and not given:
            return solution
        started = self.lns.complete(MasterSolution(self._weeks_of(start), self._nothing))
        if started is None:
            return solution
        if solution is None:  # rows that are kept each by itself may not be kept together
            solution = self.lns.recombined(started, [rounded])
        solutions = [
            one for one in (started, solution) if one is not None and self.across.fits(one.weeks)
        ]
        return min(solutions, key=self.lns.cost, default=None)

    def _weeks(self) -> list[Weeks] | None:
        """The possible weeks of every line; None where time is over before that."""
        found = []
        with ThreadPoolExecutor(LOCAL.width) as pool:
            for weeks in pool.map(
                lambda line: None if self._should_stop() else possible_weeks(self.collector, line),
                self.lines,
            ):
                if weeks is None:
                    return None
                found.append(weeks)
        return found

    def _done(self) -> bool:
        return self._should_stop() or (
            self.objective is not None and (self.trace.best_bound or 0) >= self.objective
        )

    def _on_incumbent(self, solution: MasterSolution, cost: int) -> None:
        """Tell what it costs, and check it, but not so often that checking takes the time of
        searching.
        """
        self.trace.improved(cost)
        if self.trace.elapsed() - self._checked > CHECKED_EVERY * self._check_took:
            self._keep_if_better(self._roster(solution))
            self._checked = self.trace.elapsed()

    @property
    def _nothing(self) -> Ints:
        return np.zeros(len(self.collector.shared_cost), dtype=np.int64)

    def _left(self) -> float:
        return self.effort.left()

    def _should_stop(self) -> bool:
        return self._stop_asked() or self._left() <= 0

    def _result(self) -> Found:
        assert self.objective is not None
        bound = min(max(0, self.trace.best_bound or 0), self.objective)
        return Found(
            "optimal" if bound == self.objective else "feasible",
            self.incumbent,
            self.objective,
            bound,
            self.trace.history(),
        )

    def _keep_if_better(self, roster: Roster) -> bool:
        """Keep a roster if the independent check finds no breach and it costs less than the best so
        far.
        """
        began = self.trace.elapsed()
        report = verify(self.problem, self.policy, roster)
        self._check_took = self.trace.elapsed() - began
        if report.breaches or (self.objective is not None and report.objective >= self.objective):
            return False
        self.incumbent, self.objective = roster, report.objective
        self.trace.improved(report.objective)
        return True

    # --- between solutions and rosters ------------------------------------------------------------

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
        chosen = {}
        for line in self.lines:
            weeks, mine = self.pricing.weeks[line.index], set(line.pairs)
            atom_of = positions(weeks.atoms)
            present = (
                pair_of[a.demand_id, a.contract_id]
                for a in roster.by_person.get(line.person.id, ())
            )
            pairs = tuple(
                sorted((pair for pair in present if pair in mine), key=lambda pair: atom_of[pair])
            )
            row = np.full(weeks.atoms_of.shape[1], len(weeks.atoms))
            listed = np.zeros(0, dtype=np.int64)
            if len(pairs) <= len(row):
                row[: len(pairs)] = [atom_of[pair] for pair in pairs]
                listed = np.flatnonzero((weeks.atoms_of == row).all(axis=1))
            chosen[line.index] = (
                (int(listed[0]), pairs) if len(listed) else self.pricing.emptiest(line.index)
            )
        return chosen

    def _roster(self, solution: MasterSolution) -> Roster:
        rows, columns = self.problem.pairs_employment, self.problem.pairs_duty
        found = []
        for _, pairs in solution.weeks.values():
            for pair in pairs:
                employment = self.problem.employments[rows[pair]]
                duty = self.problem.duties[columns[pair]]
                found.append(
                    Assignment(duty.id, employment.contract.staff_id, employment.on(duty.date).id)
                )
        for position, call in self.collector.calls:
            found.extend(
                [Assignment(call.duty.id, supply_id=call.supply.id)]
                * int(solution.shared[position])
            )
        return Roster.of(found)

    # --- pricing and rounding ---------------------------------------------------------------------

    def _raise_dual(self) -> tuple[Floats, float]:
        """The best duals and their bound L(u), raised in a share of the time; where all weeks are
        listed the bound is told as it rises.
        """

        def after(stage: int, duals: Floats, bound: float) -> bool:
            if self.complete:
                self.trace.bound(bound * SCALE)
            return stage in RELISTED_AFTER and self._relist(duals)

        return self.ascent.maximise(
            self._pace(self.effort.spent() + PRICING_SHARE * self._left()), after
        )

    def _pace(self, until: float) -> Callable[[], float]:
        """How far the time from now on is over, from 0 to 1; where the clock does not
        count, never.
        """
        began = self.effort.spent()

        def done() -> float:
            if self._should_stop():
                return 1.0
            return (
                0.0
                if self.limits.deterministic
                else (self.effort.spent() - began) / max(1e-3, until - began)
            )

        return done

    def _relist(self, duals: Floats) -> bool:
        """For those with too many weeks who owe hours to more than one employer: the weeks of the
        shifts of least reduced cost.
        """
        pair_costs = self.pricing.pair_reduced_costs(duals)
        atom_costs = self.pricing.atom_reduced_costs(pair_costs) * SCALE

        def needs_relisting(line: RosterLine) -> bool:
            owing = [
                employment
                for employment in line.person.employments
                if employment.substantive and any(employment.owed.values())
            ]
            return len(owing) > 1 and not self.pricing.weeks[line.index].complete

        def again(line: RosterLine) -> Weeks:
            return weeks_of_best_shifts(
                line, self.pricing.weeks[line.index], atom_costs[self.pricing.atoms_of(line.index)]
            )

        lines = [line for line in self.lines if needs_relisting(line)]
        with ThreadPoolExecutor(LOCAL.width) as pool:
            for weeks in pool.map(again, lines):
                self.pricing.relist(weeks)
        return bool(lines)

    def _exact_bound(self) -> Floats:
        """The least reduced cost l_i of each line's weeks [I] [£]; where not all are listed, found
        exactly. Tells the bound.
        """
        found, bound, pair_costs = self.pricing.evaluate_dual(self.duals)
        least = np.array([value for _, value in found])
        atom_costs = self.pricing.atom_reduced_costs(pair_costs) * SCALE
        many = [line for line, weeks in enumerate(self.pricing.weeks) if not weeks.complete]
        seconds = max(
            0.05, min(10.0, LOCAL.width * PROVING_SHARE * self.limits.seconds / max(1, len(many)))
        )

        def exactly(line: int) -> float:
            solver = self.effort.solver(
                seconds if self.limits.deterministic else max(0.01, min(seconds, self._left())),
                workers=1,
            )
            return (
                least_reduced_cost(
                    self.lines[line].own,
                    self.pricing.weeks[line].atoms,
                    atom_costs[self.pricing.atoms_of(line)],
                    solver,
                )
                / SCALE
            )

        with ThreadPoolExecutor(LOCAL.width) as pool:
            for line, exact in zip(many, pool.map(exactly, many), strict=True):
                bound += exact - least[line]
                least[line] = exact
        self.trace.bound(bound * SCALE)
        return least

    def _rounded(self) -> MasterSolution:
        """Weeks fixed by the duals, in as many steps as the time allows; nothing is shared yet."""
        began, steps = self.trace.elapsed(), 0

        def rounds() -> int:
            nonlocal steps
            each = (self.trace.elapsed() - began) / steps if steps else 0.0
            steps += 1
            if self._should_stop():
                return 0
            if self.limits.deterministic or not each:
                return max(1, ROUNDING_STEPS - steps)
            return max(1, min(ROUNDING_STEPS - steps, int(ROUNDING_SHARE * self._left() / each)))

        weeks = Rounding(self.master, self.pricing, self.ascent, self.across).run(
            self.duals, rounds
        )
        return MasterSolution(
            {
                line: weeks.get(line) or self.pricing.emptiest(line)
                for line in range(len(self.pricing.weeks))
            },
            self._nothing,
        )
