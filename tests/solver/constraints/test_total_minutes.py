"""Hours agreed over the period, or over the dates that end with it."""

from datetime import date, time
from typing import Any

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from solver.constraints.total_minutes import TotalMinutes
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    joint,
    limit,
    need,
    person,
    plain_tables,
    problem_of,
    random_tables,
    worked,
)

RULE = "total_minutes"


def week_of_earlies(**limits: Any) -> tuple[Tables, list[str]]:
    """P1 and four early shifts of 7.5 h, Monday to Thursday."""
    tables = plain_tables()
    person(tables, "P1")
    limit(tables, RULE, "P1", **limits)
    return tables, [need(tables, day, "E") for day in range(4)]


def given(problem: Problem, rows: list[str]) -> int:
    return amount(problem, RULE, does(problem, *(("P1", row) for row in rows)))


def test_without_a_limit_the_rule_says_nothing() -> None:
    tables, _ = week_of_earlies(maximum=1)
    assert TotalMinutes().applies(problem_of(tables))
    tables["work_limit"][0]["measure"] = "total_shifts"
    assert not TotalMinutes().applies(problem_of(tables))


@pytest.mark.parametrize(("maximum", "over"), [(1350, 0), (1349, 1), (0, 1350)])
def test_minutes_above_the_maximum_count(maximum: int, over: int) -> None:
    tables, rows = week_of_earlies(maximum=maximum)
    assert given(problem_of(tables), rows[:3]) == over


@pytest.mark.parametrize(("minimum", "short"), [(1350, 0), (1351, 1), (1800, 450)])
def test_minutes_below_the_minimum_count(minimum: int, short: int) -> None:
    tables, rows = week_of_earlies(minimum=minimum)
    assert given(problem_of(tables), rows[:3]) == short


def test_somebody_without_any_shift_is_short_of_the_whole_minimum() -> None:
    tables, _ = week_of_earlies(minimum=600)
    assert given(problem_of(tables), []) == 600


def test_somebody_who_can_work_too_little_is_short_whatever_is_done() -> None:
    tables, rows = week_of_earlies(minimum=2000)
    assert given(problem_of(tables), rows) == 200


def test_both_limits_of_one_row_hold() -> None:
    tables, rows = week_of_earlies(minimum=500, maximum=800)
    problem = problem_of(tables)
    assert [given(problem, rows[:number]) for number in range(4)] == [500, 50, 100, 550]


def test_two_rows_about_one_person_both_hold() -> None:
    tables, rows = week_of_earlies(maximum=800)
    limit(tables, RULE, maximum=1000)
    assert given(problem_of(tables), rows[:3]) == 550 + 350


def test_a_row_without_a_person_concerns_everybody_and_only_a_named_person_otherwise() -> None:
    tables, rows = week_of_earlies(maximum=400)
    person(tables, "P2")
    problem = problem_of(tables)
    work = does(problem, ("P2", rows[0]), ("P2", rows[1]))
    assert amount(problem, RULE, work) == 0
    tables["work_limit"][0]["staff_id"] = ""
    problem = problem_of(tables)
    assert amount(problem, RULE, work) == 500


def test_a_limit_of_somebody_who_is_not_in_the_problem_says_nothing() -> None:
    tables, _ = week_of_earlies()
    tables["work_limit"] = []
    person(tables, "P2", "B", "HCA")  # cleared for nothing
    limit(tables, RULE, "P2", minimum=100)
    assert given(problem_of(tables), []) == 0


@pytest.mark.parametrize(("days", "over"), [(7, 0), (8, 50), (9, 250), ("", 0)])
def test_known_shifts_in_the_dates_counted_count(days: int | str, over: int) -> None:
    tables, rows = week_of_earlies(maximum=1000, days=days)
    worked(tables, "P1", "2027-01-09T09:00", "2027-01-09T14:00", 200)
    # a night counts where it starts
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T04:00", 150)
    assert given(problem_of(tables), rows[:2]) == over


@pytest.mark.parametrize(("days", "over"), [(4, 0), (5, 1350 - 1000), (6, 1800 - 1000)])
def test_fewer_dates_than_the_period_are_its_last(days: int, over: int) -> None:
    tables, rows = week_of_earlies(maximum=1000, days=days)
    rows.append(need(tables, 6, "E"))
    # five dates from Wednesday: Wednesday, Thursday and Sunday; four from Thursday
    assert given(problem_of(tables), rows) == over


def test_known_shifts_count_towards_the_minimum() -> None:
    tables, rows = week_of_earlies(minimum=1000, days=14)
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T14:00", 300)
    worked(tables, "P1", "2027-01-03T09:00", "2027-01-03T14:00", 300)  # the day before the fourteen
    assert given(problem_of(tables), rows[:1]) == 1000 - 750


def test_whoever_is_over_by_known_shifts_gets_no_further_shift_but_breaks_nothing() -> None:
    tables, rows = week_of_earlies(maximum=500, days=14)
    worked(tables, "P1", "2027-01-08T09:00", "2027-01-08T21:00", 700)
    problem = problem_of(tables)
    assert given(problem, []) == 0
    assert given(problem, rows[:1]) == 450


def test_fixed_busy_time_on_the_periods_last_date_counts_and_after_it_does_not() -> None:
    tables, rows = week_of_earlies(maximum=600)
    worked(tables, "P1", "2027-01-17T09:00", "2027-01-17T14:00", 200, organisation_id="B")
    start = minute_of(date(2027, 1, 18), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 600, 600, "P1", "B"),))
    assert given(problem, rows[:1]) == 50


def test_both_contracts_of_a_person_count() -> None:
    tables, rows = week_of_earlies(maximum=600)
    second = joint(tables, "P1", "B", "20")
    problem = problem_of(tables)
    elsewhere = need(tables, 5, "E", site_id="SB")
    problem = problem_of(tables)
    assert amount(problem, RULE, does(problem, ("P1", rows[0]), ("P1", elsewhere, second))) == 300


def test_the_sentences_say_who_how_much_and_what_was_agreed() -> None:
    tables, rows = week_of_earlies(maximum=420, days=5)
    limit(tables, RULE, "P1", minimum=1200)
    problem = problem_of(tables)
    breaches = verify(problem, alone(RULE), does(problem, ("P1", rows[2]))).breaches
    assert [breach.sentence for breach in breaches] == [
        "P1 works 7.5 h in the 5 days to 2027-01-17; at most 7 h agreed.",
        "P1 works 7.5 h in the 7 days to 2027-01-17; at least 20 h agreed.",
    ]


@pytest.mark.parametrize("seed", [3, 8])
def test_the_whole_policy_with_every_kind_of_limit_is_heard_by_weekly_columns(seed: int) -> None:
    problem = problem_of(random_tables(seed), MONDAY)
    collector = StatementCollector(problem, Policy.from_tables({}))
    assert {row.measure for row in problem.dataset.work_limit} >= {
        "total_minutes",
        "run_of_work",
        "run_of_shift",
    }
    assert any(own.at_most and own.clauses for own in collector.own)
