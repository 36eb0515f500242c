"""Large neighbourhood search (LNS, Shaw 1998): some people's weeks are freed and chosen again
around the incumbent, first of those who lose most by their present ones; meanwhile subproblems
tighten the bound.
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
from solver.search.solver_pool import SolvedModel
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.bound_tightening import BoundModel, BoundTightening
from solver.search.weekly_columns.duty_losses import DutyLosses
from solver.search.weekly_columns.lns_subproblem import (
    ColumnFilter,
    LnsSolution,
    LnsSubproblem,
    MasterSolution,
    NeighbourhoodSolver,
    ReducedCosts,
)
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, Week, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats

MOST_SECONDS, EASY, HARD = 4.0, 0.8, 2.0
"""Time for one neighbourhood; below EASY the next ones are larger, above HARD smaller."""
LEAST_SIZE = 12.0
"""People in a neighbourhood."""
MIXED = 4
"""So many neighbourhoods must there be among the people for some to be chosen while others are
being solved.
"""
WIDE = 0.5
"""Of a neighbourhood that begins at a duty this share can be people who are able to do it; from the
others fewer join.
"""
GAP_TOLERANCE = 0.05
"""A solution is good enough within this share of what its free people lose: the last pounds take
half of the time.
"""
MOST_WITHOUT_IMPROVEMENT = 16
"""After so many neighbourhoods without improvement more weeks and pairs are offered."""
DECAY, EXPLORE_EVERY = 0.8, 6
"""What a subproblem was worth counts so much less with each further one; one in so many is of the
kind that was worth less lately.
"""


@dataclass(frozen=True)
class _Incumbent:
    """The best solution so far, the reduced costs q_iw of its weeks [I] [£], and what it costs
    [sixtieths of a penny].
    """

    solution: MasterSolution
    reduced_costs: Floats
    cost: int


@dataclass
class _NeighbourhoodSetting:
    """How neighbourhoods are made: what is offered to each person, how many people are free, how
    many neighbourhoods were without improvement.

    `gap_tolerance`: a solution need come within this share of what the free people lose.
    """

    column_filter: ColumnFilter
    size: float
    gap_tolerance: float = GAP_TOLERANCE
    no_improvement: int = 0


@dataclass(frozen=True, eq=False)
class _PendingNeighbourhood:
    """A neighbourhood of a solution, some people free, whose subproblem is being solved."""

    setting: _NeighbourhoodSetting
    solution: MasterSolution
    people: Sequence[int]
    future: Future[LnsSolution]


@dataclass(frozen=True, eq=False)
class _PendingBound:
    """A subproblem of the bound that is being solved: what some people lose at least."""

    stated: BoundModel
    future: Future[SolvedModel]


class _OperatorScore:
    """What the latest subproblems of one kind were worth [£ a second], so that the kind is tried
    that closes the gap fastest.
    """

    def __init__(self) -> None:
        self._won, self._spent = 0.0, 0.0

    def add(self, won: float, spent: float) -> None:
        self._won, self._spent = DECAY * self._won + won, DECAY * self._spent + spent

    @property
    def rate(self) -> float:
        return self._won / self._spent if self._spent else 0.0


class LargeNeighbourhoodSearch:
    """Keeps the incumbent, and knows where there is something to win."""

    def __init__(
        self,
        collector: StatementCollector,
        master: MasterProblem,
        pricing: WeekPricing,
        across: AcrossLines,
        effort: Effort,
        duals: Floats,
    ) -> None:
        self._across = across
        self._collector, self._master, self._pricing, self._effort = (
            collector,
            master,
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
        pair_costs = pricing.pair_reduced_costs(duals)
        self._reduced_costs = ReducedCosts(pair_costs, pricing.atom_reduced_costs(pair_costs))
        found, _, _ = pricing.evaluate_dual(duals)
        self._least = np.array([value for _, value in found])
        self._best_pairs = [
            pricing.column(person, week, pair_costs).pairs for person, (week, _) in enumerate(found)
        ]
        self._best_for_duty: dict[int, list[int]] = defaultdict(list)
        for person, pairs in enumerate(self._best_pairs):
            for pair in pairs:
                self._best_for_duty[int(self._duty_of[pair])].append(person)
        self._shared_cost = np.array(collector.shared_cost, dtype=np.int64)
        """[sixtieths of a penny]"""
        self._duty_losses = DutyLosses(collector, master, duals)
        people = len(pricing.weeks)
        deep, wide = (
            _NeighbourhoodSetting(ColumnFilter(40, 60.0), 40.0),
            _NeighbourhoodSetting(ColumnFilter(12, 30.0), 60.0),
        )
        everybody = _NeighbourhoodSetting(
            ColumnFilter(8000 // max(1, people), float("inf")), people, gap_tolerance=0.0
        )
        self._settings = [deep, wide] if people > deep.size or across.binding else [everybody]
        """In turn: where one finds nothing more, the other often does."""
        self._neighbourhood_score, self._bound_score = _OperatorScore(), _OperatorScore()
        self._number = 0

    def complete(self, solution: MasterSolution) -> MasterSolution | None:
        """Temporary supply and all else that is shared, chosen for the weeks of a solution."""
        solver = self._solver(self._settings[0].column_filter)
        outcome = solver.solve(solver.subproblem(solution, [], all_shared=True), seconds=30, seed=1)
        self._effort.add(outcome.spent)
        return outcome.solution

    def recombined(
        self, solution: MasterSolution, others: Sequence[MasterSolution]
    ) -> MasterSolution | None:
        """The best that takes each person's week from one of these solutions; the others need not
        be possible as they are.
        """
        solver = self._solver(self._settings[0].column_filter)
        outcome = solver.solve(solver.recombination(solution, others), seconds=MOST_SECONDS, seed=1)
        self._effort.add(outcome.spent)
        return outcome.solution

    def cost(self, solution: MasterSolution) -> int:
        """What its weeks, pairs and shared variables cost: the objective, or a little more
        [sixtieths of a penny].
        """
        collector = self._collector
        cost = collector.constant + int(self._shared_cost @ solution.shared)
        return (
            cost
            + sum(self._own_cost(person, week) for person, week in solution.weeks.items())
            + self._across.cost(solution.weeks, solution.weeks)
        )

    def run(
        self,
        solution: MasterSolution,
        should_stop: Callable[[], bool],
        on_incumbent: Callable[[MasterSolution, int], None],
        tightening: BoundTightening,
        on_bound: Callable[[float], None],
    ) -> MasterSolution:
        """Improve, and raise the bound, until it should stop.

        `on_incumbent` hears of every better solution and what it costs, `on_bound` of every better
        bound [£].
        """
        incumbent = _Incumbent(
            solution,
            np.array(
                [
                    self._reduced_cost(person, solution.weeks[person])
                    for person in range(len(self._least))
                ]
            ),
            self.cost(solution),
        )
        on_incumbent(solution, incumbent.cost)
        pending: list[_PendingNeighbourhood | _PendingBound] = []
        with ThreadPoolExecutor(self._effort.solver_pool.width) as pool:
            try:
                while not should_stop():
                    most = self._most_pending(waiting=bool(pending))
                    while (
                        len(pending) < most
                        and (one := self._submit(pool, incumbent, pending, tightening)) is not None
                    ):
                        pending.append(one)
                    if not pending:
                        break
                    finished = self._first_finished(pending)
                    pending.remove(finished)
                    if isinstance(finished, _PendingBound):
                        rise = self._record_bound(tightening, finished)
                        if rise:
                            on_bound(tightening.bound)
                        continue
                    outcome = finished.future.result()
                    self._effort.add(outcome.spent)
                    found = self._merged(incumbent.solution, finished, outcome)
                    before = incumbent.cost
                    if found is not None:
                        incumbent = self._moved_to(incumbent, found)
                        on_incumbent(incumbent.solution, incumbent.cost)
                    self._neighbourhood_score.add((before - incumbent.cost) / SCALE, outcome.took)
                    self._adapt(finished.setting, outcome, found is not None)
            finally:
                for one in pending:
                    one.future.cancel()
        return incumbent.solution

    def _most_pending(self, *, waiting: bool) -> int:
        """One more than are solved at a time, so that nobody waits for the next subproblem.

        Where neighbourhoods are a large share of the people, one chosen beside others could only be
        the one before it: all are solved first.
        """
        if len(self._least) >= MIXED * self._settings[0].size:
            return self._effort.solver_pool.width + 1
        return 0 if waiting else self._effort.solver_pool.width

    def _first_finished(
        self, pending: Sequence[_PendingNeighbourhood | _PendingBound]
    ) -> _PendingNeighbourhood | _PendingBound:
        """What is solved first; where the way must be the same each time, what was put first."""
        if self._effort.limits.deterministic:
            return pending[0]
        futures: list[Future[Any]] = [one.future for one in pending]
        done = wait(futures, return_when=FIRST_COMPLETED).done
        return next(one for one in pending if one.future in done)

    def _merged(
        self, solution: MasterSolution, pending: _PendingNeighbourhood, outcome: LnsSolution
    ) -> MasterSolution | None:
        """The better solution that an outcome leads to, if it does: there may be another incumbent
        since its neighbourhood was chosen.
        """
        if (
            outcome.solution is None
            or self._change(pending.solution, outcome.solution, pending.people) >= 0
        ):
            return None
        if pending.solution is solution:
            return outcome.solution
        weeks = {person: outcome.solution.weeks[person] for person in pending.people}
        recombined = self.recombined(
            solution, [MasterSolution({**solution.weeks, **weeks}, solution.shared)]
        )
        return (
            recombined
            if recombined is not None and self._change(solution, recombined, pending.people) < 0
            else None
        )

    def _change(
        self, solution: MasterSolution, other: MasterSolution, people: Iterable[int]
    ) -> int:
        """How much dearer the other solution is, which differs in no more than these people's weeks
        [sixtieths of a penny].
        """
        people = list(people)
        change = int(self._shared_cost @ (other.shared - solution.shared))
        change += self._across.cost(people, other.weeks) - self._across.cost(people, solution.weeks)
        return change + sum(
            self._own_cost(person, other.weeks[person])
            - self._own_cost(person, solution.weeks[person])
            for person in people
        )

    def _own_cost(self, person: int, week: Week) -> int:
        """What a person's week costs with its pairs [sixtieths of a penny]."""
        position, pairs = week
        return int(self._pricing.weeks[person].cost[position]) + sum(
            self._collector.pair_cost[pair] for pair in pairs
        )

    def _moved_to(self, incumbent: _Incumbent, solution: MasterSolution) -> _Incumbent:
        """The next incumbent: only weeks that changed are priced again."""
        reduced_costs = incumbent.reduced_costs.copy()
        changed = [
            person
            for person, week in solution.weeks.items()
            if week != incumbent.solution.weeks[person]
        ]
        for person in changed:
            reduced_costs[person] = self._reduced_cost(person, solution.weeks[person])
        return _Incumbent(
            solution,
            reduced_costs,
            incumbent.cost + self._change(incumbent.solution, solution, changed),
        )

    def _solver(self, column_filter: ColumnFilter) -> NeighbourhoodSolver:
        return NeighbourhoodSolver(
            self._collector,
            self._master,
            self._pricing,
            self._across,
            self._reduced_costs,
            column_filter,
            self._effort,
        )

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        incumbent: _Incumbent,
        pending: Sequence[_PendingNeighbourhood | _PendingBound],
        tightening: BoundTightening,
    ) -> "_PendingNeighbourhood | _PendingBound | None":
        """A subproblem of the kind that closes the gap fastest, now and then of the other; None
        where none is left.
        """
        self._number += 1
        to_bound = (self._bound_score.rate > self._neighbourhood_score.rate) != (
            self._number % EXPLORE_EVERY == 0
        )
        if (
            to_bound
            and (one := self._submit_bound(pool, incumbent, pending, tightening)) is not None
        ):
            return one
        return self._submit_neighbourhood(
            pool, incumbent, [one for one in pending if isinstance(one, _PendingNeighbourhood)]
        )

    def _submit_bound(
        self,
        pool: ThreadPoolExecutor,
        incumbent: _Incumbent,
        pending: Sequence[_PendingNeighbourhood | _PendingBound],
        tightening: BoundTightening,
    ) -> _PendingBound | None:
        subproblems = [one.stated.subproblem for one in pending if isinstance(one, _PendingBound)]
        found = tightening.next_model(
            incumbent.solution, subproblems, max(0.5, min(MOST_SECONDS, self._effort.left()))
        )
        return None if found is None else _PendingBound(found[0], pool.submit(found[1]))

    def _record_bound(self, tightening: BoundTightening, finished: _PendingBound) -> float:
        solved = finished.future.result()
        self._effort.add(solved.spent)
        rise = tightening.record(finished.stated, solved)
        self._bound_score.add(
            rise, solved.spent if self._effort.limits.deterministic else solved.took
        )
        return rise

    def _submit_neighbourhood(
        self,
        pool: ThreadPoolExecutor,
        incumbent: _Incumbent,
        pending: Sequence[_PendingNeighbourhood],
    ) -> _PendingNeighbourhood | None:
        """A neighbourhood without a person in common with those that are pending; None where nobody
        is left.
        """
        setting = self._settings[0]
        free = self._choose_neighbourhood(
            incumbent,
            {self._across.person_of[line] for one in pending for line in one.people},
            setting.size,
        )
        if not free:
            return None
        self._settings.append(self._settings.pop(0))
        solver = self._solver(setting.column_filter)
        subproblem = solver.subproblem(incumbent.solution, free)
        seed, seconds = self._random.randrange(2**31), min(MOST_SECONDS, self._effort.left())
        gap_tolerance = setting.gap_tolerance * float(self._person_losses(incumbent)[free].sum())
        return _PendingNeighbourhood(
            setting,
            incumbent.solution,
            free,
            pool.submit(self._solve, solver, subproblem, seed, seconds, gap_tolerance),
        )

    def _solve(
        self,
        solver: NeighbourhoodSolver,
        subproblem: LnsSubproblem,
        seed: int,
        seconds: float,
        gap_tolerance: float,
    ) -> LnsSolution:
        if not self._effort.limits.deterministic:
            seconds = min(seconds, self._effort.left())
        return solver.solve(
            subproblem, seconds=max(0.5, seconds), seed=seed, gap_tolerance=gap_tolerance
        )

    def _adapt(self, setting: _NeighbourhoodSetting, outcome: LnsSolution, improved: bool) -> None:
        if outcome.solved_to_tolerance and outcome.took < EASY:
            setting.size = min(float(len(self._pricing.weeks)), setting.size * 1.06 + 0.25)
        elif not outcome.solved_to_tolerance or outcome.took > HARD:
            setting.size = max(LEAST_SIZE, setting.size * 0.94)
        setting.no_improvement = 0 if improved else setting.no_improvement + 1
        if setting.no_improvement >= MOST_WITHOUT_IMPROVEMENT:
            setting.column_filter, setting.no_improvement = (
                ColumnFilter(setting.column_filter.weeks * 2, setting.column_filter.slack * 2),
                0,
            )

    # --- where there is something to win ----------------------------------------------------------

    def _person_losses(self, incumbent: _Incumbent) -> Floats:
        """max(0, q_iw - l_i) of the incumbent's weeks. [I] [£]"""
        return np.asarray(np.maximum(incumbent.reduced_costs - self._least, 0.0))

    def _reduced_cost(self, person: int, week: Week) -> float:
        """q_iw of a week with the pairs that it has [£]."""
        return float(
            self._pricing.costs[person][week[0]] + self._reduced_costs.pairs[list(week[1])].sum()
        )

    def _choose_neighbourhood(
        self, incumbent: _Incumbent, taken: AbstractSet[int], size: float
    ) -> list[int]:
        """So many people around somebody or a duty with a loss: whose cheapest week has, who does
        or who could do the same work, and so on from them.

        The gap is the sum of all people's losses, of the duties', and of a little more: there is
        something to win. One of them is drawn with that chance.
        """
        solution, person_losses = incumbent.solution, self._person_losses(incumbent)
        duty_losses = self._duty_losses.of(solution)
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
                        for pair in (*self._best_pairs[person], *solution.weeks[person][1])
                    )

        seen: set[int] = set()
        worst = np.concatenate([person_losses, duty_losses])
        if worst.sum() > 0:
            first = self._random.choices(range(len(worst)), weights=worst.tolist())[0]
            if first < len(person_losses):
                take([first], size)
            else:
                seen.add(first - len(person_losses))
                take(self._cheapest(first - len(person_losses)), WIDE * size)
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
                key=lambda pair: (
                    -(0.1 + float(person_losses[self._owner[pair]])) * self._random.random()
                ),
            )
            take((self._owner[pair] for pair in nearest[:8]), size)
        return sorted(free)

    def _cheapest(self, duty: int) -> list[int]:
        """Who could do a duty: first those whose cheapest week holds it, then by the reduced cost
        of doing it, with some chance.
        """
        able = sorted(
            self._able[duty],
            key=lambda pair: float(self._reduced_costs.pairs[pair]) + 40.0 * self._random.random(),
        )
        return list(
            dict.fromkeys([*self._best_for_duty[duty], *(self._owner[pair] for pair in able)])
        )
