"""Nobody is assigned against a barrier, and no supply where its host may not call it."""

from datetime import date, timedelta

import pytest
from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    alone,
    amount,
    does,
    lending,
    model_of,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
)


def breaches(problem: Problem, roster: Roster) -> int:
    """How many assignments are not allowed; the model must not know a forbidden one."""
    policy = alone("deployable")
    found = verify(problem, policy, roster).breaches
    assert {breach.rule for breach in found} <= {"deployable"}
    assert (model_of(problem, policy, roster)[0] == cp_model.INFEASIBLE) == bool(found)
    return sum(breach.quantity for breach in found)


@pytest.mark.parametrize(("offset", "count"), [(0, 1), (1, 1), (2, 0), (-1, 0)])
def test_leave_on_either_date_of_a_night_forbids_it(offset: int, count: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY + timedelta(days=offset))
    night, other = need(tables, 0, "N"), need(tables, 4, "E")
    problem = problem_of(tables)
    assert breaches(problem, does(problem, ("P1", night))) == count
    assert breaches(problem, does(problem, ("P1", other))) == 0


@pytest.mark.parametrize(("last", "count"), [("2027-01-18", 0), ("2027-01-17", 1)])
def test_a_night_on_the_last_day_needs_a_contract_on_the_day_after_the_period(
    last: str, count: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", to_date=last)
    night = need(tables, 6, "N")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert breaches(problem, does(problem, ("P1", night))) == count


def test_each_forbidden_assignment_is_a_breach_of_its_own_whatever_the_number_of_barriers() -> None:
    tables = plain_tables()
    person(tables, "P1", "B", role_id="HCA")
    rows = [need(tables, 0, "E"), need(tables, 2, "E")]
    problem = problem_of(tables)
    assert breaches(problem, does(problem, *(("P1", row) for row in rows))) == 2


def test_a_lent_person_is_allowed_under_agreement_and_passport() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, ["P1"])
    rows = need(tables, 0, "E", site_id="SB"), need(tables, 0, "L", site_id="SB")
    problem = problem_of(tables)
    assert breaches(problem, does(problem, ("P1", rows[0]))) == 0
    assert breaches(problem, does(problem, ("P2", rows[1]))) == 1


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"organisation_id": "B"}, 1),
        ({"place_id": "PA"}, 0),
        ({"place_id": "PB"}, 1),
        ({"role_id": "HCA"}, 1),
    ],
)
def test_supply_is_called_by_its_host_in_its_place_for_its_role(
    changes: dict[str, str], count: int
) -> None:
    tables = plain_tables()
    row = need(tables, 0, "E")
    supply(tables, "AG", **changes)
    problem = problem_of(tables)
    assert breaches(problem, does(problem, ("AG", row))) == count


def test_supply_may_fill_a_role_that_its_own_covers() -> None:
    tables = plain_tables()
    row = need(tables, 0, "E", role_id="HCA")
    supply(tables, "AG", role_id="RN")
    problem = problem_of(tables)
    assert breaches(problem, does(problem, ("AG", row))) == 0


def test_the_rule_cannot_be_broken_for_a_price() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, date(2027, 1, 11), "E")
    problem = problem_of(tables)
    assert amount(problem, "deployable", does(problem, ("P1", row))) == 0
