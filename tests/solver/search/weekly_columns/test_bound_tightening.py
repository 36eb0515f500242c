"""What subproblems are proven to lose is never more than is true, whatever the duals, the solution
and the order.
"""

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.effort import Effort
from solver.search.strategy import Limits
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.bound_tightening import BoundSubproblem, BoundTightening
from solver.search.weekly_columns.dual_ascent import DualAscent
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns import LargeNeighbourhoodSearch
from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, WeekPricing
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import problem_of, random_tables

POLICY = Policy.from_tables({"consecutive_nights": {"nights": 2}, "consecutive_days": {"days": 4}})
SEEDS = range(8)


def problem(seed: int) -> Problem:
    tables = random_tables(seed)
    tables["pin"] = []
    for row in tables["staff"]:  # rounding by itself finds no roster of one of the problems then
        row["most_shifts_elsewhere"] = ""
    return problem_of(tables)


class World:
    """A problem with duals, good ones or any, and a solution."""

    def __init__(self, seed: int, *, any_duals: bool) -> None:
        self.problem, self.effort = problem(seed), Effort(Limits(600, 2, 1))
        collector = StatementCollector(self.problem, POLICY)
        lines = lines_of(collector)
        self.master = MasterProblem(collector)
        self.pricing = WeekPricing(self.master, [possible_weeks(collector, line) for line in lines])
        across, ascent = AcrossLines(lines, self.pricing), DualAscent(self.master, self.pricing)
        rng = np.random.default_rng(seed)
        self.duals = (
            -300 * rng.random(len(self.master.limit))
            if any_duals
            else ascent.maximise(lambda: 0.0)[0]
        )
        cheapest, self.bound, _ = self.pricing.evaluate_dual(self.duals)
        lns = LargeNeighbourhoodSearch(
            collector, self.master, self.pricing, across, self.effort, self.duals
        )
        rounded = Rounding(self.master, self.pricing, ascent, across).run(self.duals, lambda: 1)
        solution = lns.complete(
            MasterSolution(rounded, np.zeros(len(collector.shared_cost), dtype=np.int64))
        )
        assert solution is not None
        self.solution, self.cost = solution, lns.cost(solution) / SCALE
        least = np.array([value for _, value in cheapest])
        self.tightening = BoundTightening(
            collector,
            self.master,
            self.pricing,
            self.duals,
            least,
            [True] * len(least),
            self.effort,
        )

    def tighten(self, subproblems: int) -> list[float]:
        """The bound after each part."""
        bounds = [self.tightening.bound]
        for _ in range(subproblems):
            found = self.tightening.next_model(self.solution, [], 20)
            if found is None:
                break
            stated, solve = found
            self.tightening.record(stated, solve())
            bounds.append(self.tightening.bound)
        return bounds


def optimum(here: Problem) -> float:
    exact = direct(here, POLICY, Limits(seconds=60, workers=4), lambda _: None, lambda: False)
    assert exact.status == "optimal"
    assert exact.objective is not None
    return exact.objective / SCALE


def test_subproblems_raise_the_bound_and_never_above_the_optimum() -> None:
    risen = 0
    for seed in SEEDS:
        best = optimum(problem(seed))
        for any_duals in (False, True):
            world = World(seed, any_duals=any_duals)
            bounds = world.tighten(6)
            assert bounds[0] == pytest.approx(world.bound)
            assert bounds == sorted(bounds)
            assert bounds[-1] <= best + 1e-6
            risen += bounds[-1] > bounds[0] + 0.01
    assert risen > len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gap_of_a_solution_is_the_sum_of_its_losses(seed: int) -> None:
    """Person by person, row by row and variable by variable, nothing below nothing: else parts
    could not be added up.
    """
    world = World(seed, any_duals=bool(seed % 2))
    losses = world.tightening._losses(world.solution)
    for lost in (losses.people, losses.rows, losses.shared):
        assert lost.min(initial=0.0) > -1e-6
    assert losses.people.sum() + losses.rows.sum() + losses.shared.sum() == pytest.approx(
        world.cost - world.bound, abs=1e-3
    )


def test_subproblems_have_nothing_in_common() -> None:
    for seed in SEEDS:
        world = World(seed, any_duals=True)
        world.tightening._size = 2.0  # so that there are several
        world.tighten(8)
        subproblems = world.tightening._subproblems
        assert not any(
            one.overlaps(other) for one in subproblems for other in subproblems if one is not other
        )


def test_a_subproblem_that_proves_less_than_those_that_it_would_replace_is_not_kept() -> None:
    world = World(0, any_duals=True)
    found = world.tightening.next_model(world.solution, [], 20)
    assert found is not None
    stated, solve = found
    solved = solve()
    people = stated.subproblem.people
    dear = BoundSubproblem(people, frozenset(), frozenset(), 1e6, stated.gain(solved) + 1.0)
    world.tightening._subproblems = [dear]
    assert world.tightening.record(stated, solved) == 0.0
    assert world.tightening._subproblems == [dear]
