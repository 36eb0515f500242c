"""Periods of several weeks by lines: what is said across them is heard, and nothing is counted
twice or lost.
"""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import RosterLine, lines_of
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, Week, WeekPricing
from solver.search.weekly_columns.statements import (
    NotByWeeklyColumns,
    StatementCollector,
    largest_sum,
)
from solver.search.weekly_columns.strategy import by_weeks
from tests.at_random import seeds
from tests.factories import MONDAY, problem_of, random_tables

DAYS = 14
POLICY = Policy.from_tables({"consecutive_nights": {"nights": 2}, "consecutive_days": {"days": 4}})
SEEDS = range(6)


def problem(seed: int) -> Problem:
    tables = random_tables(seed, MONDAY, DAYS)
    tables["pin"] = []
    tables["work_limit"] = []
    return problem_of(tables, MONDAY, DAYS)


class World:
    def __init__(self, seed: int) -> None:
        self.problem = problem(seed)
        self.collector = StatementCollector(self.problem, POLICY)
        self.lines = lines_of(self.collector)
        self.master = MasterProblem(self.collector)
        self.pricing = WeekPricing(
            self.master, [possible_weeks(self.collector, line) for line in self.lines]
        )
        self.across = AcrossLines(self.lines, self.pricing)

    def random_week(self, line: int, rng: random.Random) -> Week:
        """Any of the line's weeks that go by themselves, rather a full one."""
        weeks = self.pricing.weeks[line]
        week = max(
            rng.choices(range(len(weeks.cost)), k=3),
            key=lambda one: (weeks.atoms_of[one] < len(weeks.atoms)).sum(),
        )
        return week, tuple(
            rng.choice(weeks.atoms[atom].pairs)
            for atom in weeks.atoms_of[week]
            if atom < len(weeks.atoms)
        )

    def roster(self, chosen: dict[int, Week]) -> Roster:
        rows, columns = self.problem.pairs_employment, self.problem.pairs_duty
        return Roster.of(
            Assignment(duty.id, employment.contract.staff_id, employment.on(duty.date).id)
            for _, pairs in chosen.values()
            for pair in pairs
            for employment, duty in [
                (self.problem.employments[rows[pair]], self.problem.duties[columns[pair]])
            ]
        )

    def of_person(self, person: int) -> list[RosterLine]:
        return [line for line in self.lines if line.person.index == person]


def personal(world: World, roster: Roster, person_id: str) -> tuple[bool, int]:
    """(whether the check finds a breach of a rule about one person alone, what those that have a
    price cost).
    """
    rules = {rule.id: rule for rule in POLICY.rules.values() if rule.links.one_person}
    alone = Policy(rules, pay=POLICY.pay)
    report = verify(world.problem, alone, roster)
    return any(person_id in breach.about for breach in report.breaches), report.objective


@pytest.mark.at_random
@seeds(3, SEEDS)
def test_weeks_that_go_with_each_other_are_those_that_the_check_lets_pass_at_the_price_that_it_says(
    seed: int,
) -> None:
    world, rng = World(seed), random.Random(seed)
    empty = personal(world, Roster(), "")[1]
    idle = {line.index: world.pricing.emptiest(line.index) for line in world.lines}

    def own(chosen: dict[int, Week]) -> int:
        weeks = sum(int(world.pricing.weeks[line].cost[week]) for line, (week, _) in chosen.items())
        return weeks + sum(
            world.collector.pair_cost[pair] for _, pairs in chosen.values() for pair in pairs
        )

    agreed = refused = 0
    for person in world.problem.people:
        for _ in range(12):
            chosen = {
                line.index: world.random_week(line.index, rng)
                for line in world.of_person(person.index)
            }
            last = max(chosen)
            goes = world.across.allows(
                last, chosen[last][0], {line: week for line, week in chosen.items() if line != last}
            )
            breach, cost = personal(world, world.roster(chosen), person.id)
            assert goes != breach, (person.id, chosen)
            agreed, refused = agreed + goes, refused + (not goes)
            if goes:
                whole = {**idle, **chosen}
                change = (
                    own(whole)
                    - own(idle)
                    + world.across.cost(whole, whole)
                    - world.across.cost(idle, idle)
                )
                linking = sum(
                    world.collector.pair_cost[pair]
                    for _, pairs in chosen.values()
                    for pair in pairs
                )
                assert change - linking + _of_personal_rules(world, chosen) == cost - empty
    assert agreed
    assert refused or seed not in (0, 1, 2)


def _of_personal_rules(world: World, chosen: dict[int, Week]) -> int:
    """What the pairs themselves cost by rules about one person alone: pay, travel and the like."""
    alone = Policy(
        {rule.id: rule for rule in POLICY.rules.values() if rule.links.one_person},
        pay=POLICY.pay,
    )
    costs = StatementCollector(world.problem, alone).pair_cost
    return sum(costs[pair] for _, pairs in chosen.values() for pair in pairs)


@pytest.mark.at_random
@seeds(3, SEEDS)
def test_who_is_not_decided_yet_bars_nothing(seed: int) -> None:
    """A week that goes with some choice of the person's others is never refused beforehand."""
    world, rng = World(seed), random.Random(seed)
    for person in world.problem.people:
        lines = [line.index for line in world.of_person(person.index)]
        for _ in range(10):
            chosen = {line: world.random_week(line, rng) for line in lines}
            if all(
                world.across.allows(
                    line,
                    chosen[line][0],
                    {other: chosen[other] for other in lines if other != line},
                )
                for line in lines
            ):
                assert all(world.across.allows(line, chosen[line][0], {}) for line in lines)


@pytest.mark.at_random
@seeds(1, [5, 0])
def test_several_weeks_are_never_bound_above_the_optimum_and_end_close_to_it(seed: int) -> None:
    here = problem(seed)
    quiet = {"on_progress": lambda _: None, "should_stop": lambda: False}
    exact = direct(here, POLICY, Limits(seconds=15, workers=4), **quiet)
    assert exact.roster is not None
    found = by_weeks(here, POLICY, Limits(seconds=4, deterministic=True), **quiet)
    assert found.roster is not None
    report = verify(here, POLICY, found.roster)
    assert not report.breaches
    assert report.objective == found.objective
    assert exact.objective is not None
    assert found.bound <= exact.objective
    # six people: one line of each at a time
    assert exact.bound <= report.objective <= exact.objective * 1.08


@pytest.mark.at_random
@seeds(3, SEEDS)
def test_any_duals_bound_several_weeks_from_below(seed: int) -> None:
    world = World(seed)
    found = by_weeks(
        world.problem, POLICY, Limits(seconds=3, workers=4), lambda _: None, lambda: False
    )
    assert found.objective is not None
    rng = np.random.default_rng(seed)
    for _ in range(10):
        duals = -rng.random(len(world.master.limit)) * rng.choice([0, 1, 50, 500])
        assert world.pricing.evaluate_dual(duals)[1] * SCALE <= found.objective


def test_hours_owed_over_several_weeks_are_not_for_lines() -> None:
    tables = random_tables(0, MONDAY, DAYS)
    tables["pin"] = []
    here = problem_of(tables, MONDAY, DAYS)
    person = next(
        person
        for person in here.people
        if len(StatementCollector(here, POLICY).pairs_of(person)) > 3
    )
    tables["work_limit"] = [
        {"staff_id": person.id, "measure": "total_shifts", "minimum": 2, "maximum": None}
    ]
    limited = problem_of(tables, MONDAY, DAYS)
    with pytest.raises(NotByWeeklyColumns):
        lines_of(StatementCollector(limited, POLICY))
    assert len(lines_of(StatementCollector(replace(here), POLICY))) == 2 * len(here.people)


def test_seven_days_are_one_line_wherever_they_begin() -> None:
    tables = random_tables(1, MONDAY, DAYS)
    tables["pin"], tables["work_limit"] = [], []
    here = problem_of(tables, MONDAY + timedelta(days=2), 7)
    assert len({duty.week for duty in here.duties}) == 2
    assert len(lines_of(StatementCollector(here, POLICY))) == len(here.people)


def test_a_limit_is_what_shifts_can_add_up_to() -> None:
    assert largest_sum({450}, 2400) == 2250
    assert largest_sum({450, 660, 690}, 2400) == 2280
    assert largest_sum({5, 9}, 13) == 10
    assert largest_sum({-1, 5}, 13) == 13
    rng = random.Random(1)
    for _ in range(100):
        parts, limit = rng.sample(range(1, 40), 2), rng.randrange(120)
        sums = [
            one * parts[0] + other * parts[1]
            for one in range(limit + 1)
            for other in range(limit + 1)
        ]
        assert largest_sum(set(parts), limit) == max(total for total in sums if total <= limit)
