"""A search that is given a roster to begin with never ends with a worse one."""

import pytest

from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.direct import direct
from solver.search.period_columns.strategy import by_periods
from solver.search.strategy import Limits, Strategy
from solver.search.weekly_columns.strategy import by_weeks
from tests.factories import problem_of, random_tables

LIMITS = Limits(20, workers=2)


@pytest.mark.parametrize("strategy", [search, direct, by_periods, by_weeks])
def test_stopped_at_once_it_still_has_what_it_was_given(strategy: Strategy) -> None:
    problem, policy = (
        problem_of(random_tables(1)),
        Policy.from_tables({"pinned": {"weight": 50.0}, "total_shifts": {"weight": 50.0}}),
    )
    best = direct(problem, policy, LIMITS, lambda _: None, lambda: False)
    assert best.roster is not None
    assert best.objective is not None
    found = strategy(
        problem, policy, Limits(1, workers=2), lambda _: None, lambda: True, best.roster
    )
    assert found.roster is not None
    assert verify(problem, policy, found.roster).objective <= best.objective


@pytest.mark.parametrize("strategy", [direct, by_periods, by_weeks])
def test_a_start_that_breaks_a_hard_rule_is_not_used(strategy: Strategy) -> None:
    tables = random_tables(2)
    problem, policy = problem_of(tables), Policy.from_tables({"pinned": {"weight": 50.0}})
    twice = Assignment(problem.duties[0].id, "P1", "C-P1")
    broken = Roster.of([twice, Assignment(problem.duties[1].id, "P1", "C-P1"), twice])
    assert verify(problem, policy, broken).breaches
    found = strategy(problem, policy, Limits(3, workers=2), lambda _: None, lambda: False, broken)
    assert found.roster is not None
    assert not verify(problem, policy, found.roster).breaches
