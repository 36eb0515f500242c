"""People with no shift at all, and demand with nobody at all."""

from datetime import timedelta

import pytest

from solver.constraints import catalogue
from tests.factories import (
    MONDAY,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
    worked,
)
from tests.solver.edges.solving import amounts, best, filled

TIME_RULES = [
    "one_place_at_a_time",
    "daily_rest",
    "weekly_rest",
    "average_week",
    "longest_week",
    "consecutive_days",
    "consecutive_nights",
    "rest_after_nights",
    "contract_hours",
    "deployable",
]


@pytest.mark.parametrize("rule_id", TIME_RULES)
def test_who_gets_no_shift_breaks_no_rule_whatever_was_worked_before(rule_id: str) -> None:
    """Sixteen hours a day for three weeks, and again in the days after the period, for two
    employers.
    """
    tables = plain_tables()
    person(tables, "P1", hours="10")
    joint(tables, "P1", "B", "5")
    for day in [*range(-21, 0), 7, 8]:
        at = MONDAY + timedelta(days=day)
        first, last = ("04:00", "20:00") if day % 2 else ("20:00", "23:59")
        worked(
            tables,
            "P1",
            f"{at}T{first}",
            f"{at}T{last}",
            900,
            "AB"[day % 2],
            "C-P1" if day % 2 == 0 else "C-P1-B",
        )
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert catalogue()[rule_id].may_be_hard
    assert amount(problem, rule_id, does(problem)) == 0


def test_of_two_alike_one_gets_the_only_shift_and_the_other_is_owed_the_whole_week() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    row = need(tables, 0, "D")
    outcome = best(problem_of(tables))
    ((staff_id, demand_id),) = filled(outcome)
    assert (staff_id in ("P1", "P2"), demand_id) == (True, row)
    # unused: 2,250 - 690 of one and 2,250 of the other at £5 an hour
    assert outcome.document is not None
    assert (
        outcome.document.summary["objective_by_rule"]["unused_hours"] == (2 * 2250 - 690) * 500 / 60
    )


def test_somebody_away_all_week_is_owed_nothing_and_in_no_line() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    on_leave(tables, "P2", MONDAY, MONDAY + timedelta(days=6))
    row = need(tables, 0, "E", minimum="2")
    outcome = best(problem_of(tables))
    assert filled(outcome) == {("P1", row)}
    assert outcome.document is not None
    assert outcome.document.summary["objective_by_rule"]["unused_hours"] == (2250 - 450) * 500 / 60


def test_demand_without_anybody_is_empty_with_a_cause_and_proven_best() -> None:
    tables = plain_tables()
    rows = [need(tables, 0, "E"), need(tables, 6, "N", minimum="2")]
    outcome = best(problem_of(tables))
    assert outcome.document is not None
    assert filled(outcome) == set()
    assert [(vacancy.demand_id, vacancy.missing) for vacancy in outcome.document.vacancies] == [
        (rows[0], 1),
        (rows[1], 2),
    ]
    assert all(
        vacancy.cause.startswith("Nobody is cleared for it.")
        for vacancy in outcome.document.vacancies
    )
    assert outcome.document.summary["hours"] == {"required": 29.5, "filled": 0.0, "missing": 29.5}


def test_demand_that_supply_alone_can_fill_needs_nobody() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    row = need(tables, 0, "N", priority="5")
    problem = problem_of(tables)
    assert problem.people == ()
    assert filled(best(problem)) == {("", row)}


def test_a_person_without_any_demand_and_demand_of_nobody_leave_the_rules_silent() -> None:
    tables = plain_tables()
    person(tables, "P1", role_id="HCA")
    need(tables, 0, "E", minimum="0")
    problem = problem_of(tables)
    assert amounts(problem, does(problem), minimum_cover={}, unused_hours={}, skill_mix={}) == {
        "minimum_cover": 0,
        "unused_hours": 0,
        "skill_mix": 0,
    }
