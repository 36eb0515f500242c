"""A pin stays, through whichever contract."""

from ortools.sat.python import cp_model

from solver.evaluate.verify import verify
from tests.factories import (
    alone,
    amount,
    does,
    joint,
    model_of,
    need,
    person,
    plain_tables,
    problem_of,
)


def test_a_pin_that_is_not_assigned_is_one_breach() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    row, other = need(tables, 0, "E"), need(tables, 2, "E")
    tables["pin"] = [{"staff_id": "P1", "demand_id": row}, {"staff_id": "P1", "demand_id": other}]
    problem = problem_of(tables)
    assert amount(problem, "pinned", does(problem, ("P1", row), ("P1", other))) == 0
    assert amount(problem, "pinned", does(problem, ("P1", row))) == 1
    assert amount(problem, "pinned", does(problem, ("P2", row))) == 2


def test_any_contract_of_the_person_will_do() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "10")
    row = need(tables, 0, "E", site_id="SB")
    tables["pin"] = [{"staff_id": "P1", "demand_id": row}]
    problem = problem_of(tables)
    assert amount(problem, "pinned", does(problem, ("P1", row, second))) == 0


def test_the_same_pin_twice_is_one_pin() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E")
    tables["pin"] = [{"staff_id": "P1", "demand_id": row}] * 2
    problem = problem_of(tables)
    assert amount(problem, "pinned", does(problem)) == 1


def test_a_pin_outside_the_period_says_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    tables["pin"] = [{"staff_id": "P1", "demand_id": need(tables, 9, "E")}]
    problem = problem_of(tables)
    assert amount(problem, "pinned", does(problem)) == 0


def test_a_pin_of_somebody_who_is_not_cleared_is_always_broken() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E", site_id="SB")
    need(tables, 0, "E")
    tables["pin"] = [{"staff_id": "P1", "demand_id": row}]
    problem = problem_of(tables)
    assert amount(problem, "pinned", does(problem)) == 1


def test_a_pin_that_breaks_another_rule_leaves_no_roster() -> None:
    tables = plain_tables()
    person(tables, "P1")
    late, early = need(tables, 0, "L"), need(tables, 1, "E")
    tables["pin"] = [{"staff_id": "P1", "demand_id": late}, {"staff_id": "P1", "demand_id": early}]
    problem = problem_of(tables)
    policy = alone("pinned")
    policy.rules.update(alone("daily_rest").rules)
    for roster, broken in (
        (does(problem, ("P1", late)), {"pinned"}),
        (does(problem, ("P1", late), ("P1", early)), {"daily_rest"}),
    ):
        assert {breach.rule for breach in verify(problem, policy, roster).breaches} == broken
        assert model_of(problem, policy, roster)[0] == cp_model.INFEASIBLE
