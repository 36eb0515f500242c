"""What parts are proven to lose is never more than is true, whatever the prices, the plan and the
order.
"""

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.effort import Effort
from solver.search.strategy import Limits
from solver.search.weekly_columns.across_lines import Across
from solver.search.weekly_columns.bound_tightening import Part, Proving
from solver.search.weekly_columns.dual_ascent import Ascent
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns import Improving
from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import problem_of, random_tables

POLICY = Policy.from_tables({"consecutive_nights": {"nights": 2}, "consecutive_days": {"days": 4}})
SEEDS = range(8)


def problem(seed: int) -> Problem:
    tables = random_tables(seed)
    tables["pin"] = []
    return problem_of(tables)


class World:
    """A problem with prices, good ones or any, and a plan."""

    def __init__(self, seed: int, *, any_prices: bool) -> None:
        self.problem, self.effort = problem(seed), Effort(Limits(600, 2, 1))
        collector = StatementCollector(self.problem, POLICY)
        lines = lines_of(collector)
        self.matrix = Matrix(collector)
        self.pricing = Pricing(self.matrix, [possible_weeks(collector, line) for line in lines])
        across, ascent = Across(lines, self.pricing), Ascent(self.matrix, self.pricing)
        rng = np.random.default_rng(seed)
        self.prices = (
            -300 * rng.random(len(self.matrix.limit))
            if any_prices
            else ascent.raised(lambda: 0.0)[0]
        )
        found, self.bound, _ = self.pricing.best(self.prices)
        improving = Improving(
            collector, self.matrix, self.pricing, across, self.effort, self.prices
        )
        rounded = Rounding(self.matrix, self.pricing, ascent, across).run(self.prices, lambda: 1)
        plan = improving.complete(
            Plan(rounded, np.zeros(len(collector.shared_cost), dtype=np.int64))
        )
        assert plan is not None
        self.plan, self.cost = plan, improving.cost(plan) / SCALE
        least = np.array([value for _, value in found])
        self.proving = Proving(
            collector,
            self.matrix,
            self.pricing,
            self.prices,
            least,
            [True] * len(least),
            self.effort,
        )

    def prove(self, parts: int) -> list[float]:
        """The bound after each part."""
        bounds = [self.proving.bound]
        for _ in range(parts):
            asked = self.proving.question(self.plan, [], 20)
            if asked is None:
                break
            question, solve = asked
            self.proving.learn(question, solve())
            bounds.append(self.proving.bound)
        return bounds


def optimum(here: Problem) -> float:
    exact = direct(here, POLICY, Limits(seconds=60, workers=4), lambda _: None, lambda: False)
    assert exact.status == "optimal"
    assert exact.objective is not None
    return exact.objective / SCALE


def test_parts_raise_the_bound_and_never_above_the_optimum() -> None:
    risen = 0
    for seed in SEEDS:
        best = optimum(problem(seed))
        for any_prices in (False, True):
            world = World(seed, any_prices=any_prices)
            bounds = world.prove(6)
            assert bounds[0] == pytest.approx(world.bound)
            assert bounds == sorted(bounds)
            assert bounds[-1] <= best + 1e-6
            risen += bounds[-1] > bounds[0] + 0.01
    assert risen > len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_plan_costs_above_the_bound_is_what_its_parts_lose(seed: int) -> None:
    """Person by person, row by row and variable by variable, nothing below nothing: else parts
    could not be added up.
    """
    world = World(seed, any_prices=bool(seed % 2))
    losses = world.proving._losses(world.plan)
    for lost in (losses.people, losses.rows, losses.shared):
        assert lost.min(initial=0.0) > -1e-6
    assert losses.people.sum() + losses.rows.sum() + losses.shared.sum() == pytest.approx(
        world.cost - world.bound, abs=1e-3
    )


def test_parts_have_nothing_in_common() -> None:
    for seed in SEEDS:
        world = World(seed, any_prices=True)
        world.proving._size = 2.0  # so that there are several
        world.prove(8)
        parts = world.proving._parts
        assert not any(one.meets(other) for one in parts for other in parts if one is not other)


def test_a_part_that_proves_less_than_those_that_it_would_take_the_place_of_is_not_kept() -> None:
    world = World(0, any_prices=True)
    asked = world.proving.question(world.plan, [], 20)
    assert asked is not None
    question, solve = asked
    solved = solve()
    people = question.part.people
    dear = Part(people, frozenset(), frozenset(), 1e6, question.gain(solved) + 1.0)
    world.proving._parts = [dear]
    assert world.proving.learn(question, solved) == 0.0
    assert world.proving._parts == [dear]
