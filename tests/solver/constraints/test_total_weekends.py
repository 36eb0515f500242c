"""How many weekends: a weekend is worked where a shift starts on its Saturday or its Sunday."""

import pytest

from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    limit,
    need,
    person,
    plain_tables,
    problem_of,
    worked,
)

RULE = "total_weekends"


def three_weeks() -> tuple[Tables, list[str]]:
    """P1 and an early on each Saturday and Sunday of three weeks."""
    tables = plain_tables()
    person(tables, "P1")
    return tables, [need(tables, 7 * week + day, "E") for week in range(3) for day in (5, 6)]


def given(problem: Problem, rows: list[str]) -> int:
    return amount(problem, RULE, does(problem, *(("P1", row) for row in rows)))


@pytest.mark.parametrize(
    ("chosen", "over"),
    [
        ((0,), 0),
        ((1,), 0),
        ((0, 1), 0),
        ((0, 3), 1),
        ((1, 2), 1),
        ((0, 1, 2, 3), 1),
        ((0, 1, 2, 3, 4, 5), 2),
        ((), 0),
    ],
)
def test_a_weekend_counts_once_however_many_of_its_days_are_worked(
    chosen: tuple[int, ...], over: int
) -> None:
    tables, rows = three_weeks()
    limit(tables, RULE, "P1", maximum=1)
    assert given(problem_of(tables, days=21), [rows[i] for i in chosen]) == over


@pytest.mark.parametrize(("chosen", "short"), [((), 2), ((0, 1), 1), ((1, 2), 0), ((0, 2, 4), 0)])
def test_weekends_below_the_minimum_count(chosen: tuple[int, ...], short: int) -> None:
    tables, rows = three_weeks()
    limit(tables, RULE, minimum=2)
    assert given(problem_of(tables, days=21), [rows[i] for i in chosen]) == short


def test_a_friday_night_is_no_weekend_and_a_sunday_night_is() -> None:
    tables, _ = three_weeks()
    friday, sunday = need(tables, 4, "N"), need(tables, 6, "N")
    limit(tables, RULE, "P1", maximum=0)
    problem = problem_of(tables, days=21)
    assert given(problem, [friday]) == 0
    assert given(problem, [sunday]) == 1


@pytest.mark.parametrize(
    ("history", "days", "over"),
    [
        ("2027-01-10", "", 0),  # the dates counted begin with the period
        ("2027-01-10", 21, 0),
        ("2027-01-10", 22, 1),  # the Sunday before it
        ("2027-01-09", 22, 0),  # its Saturday is outside
        ("2027-01-09", 23, 1),
        ("2027-01-08", 28, 0),  # a Friday
    ],
)
def test_weekends_known_before_the_period_count(history: str, days: int | str, over: int) -> None:
    tables, rows = three_weeks()
    worked(tables, "P1", f"{history}T09:00", f"{history}T14:00", 270)
    limit(tables, RULE, "P1", maximum=1, days=days)
    assert given(problem_of(tables, days=21), rows[:2]) == over


def test_a_weekend_of_which_one_day_is_known_is_no_new_weekend() -> None:
    tables, rows = three_weeks()
    worked(tables, "P1", "2027-01-16T09:00", "2027-01-16T14:00", 270)
    worked(tables, "P1", "2027-01-24T09:00", "2027-01-24T14:00", 270)
    limit(tables, RULE, "P1", maximum=1)
    problem = problem_of(tables, days=21)
    assert given(problem, []) == 0  # two known weekends are no breach
    assert given(problem, [rows[1]]) == 0  # the Sunday of the first
    assert given(problem, [rows[1], rows[4]]) == 1  # a third one


def test_known_weekends_reach_the_minimum() -> None:
    tables, rows = three_weeks()
    worked(tables, "P1", "2027-01-16T09:00", "2027-01-16T14:00", 270)
    limit(tables, RULE, "P1", minimum=2)
    problem = problem_of(tables, days=21)
    assert given(problem, []) == 1
    assert given(problem, [rows[1]]) == 1
    assert given(problem, [rows[2]]) == 0


@pytest.mark.parametrize(("days", "short"), [(1, 1), (2, 0), (8, 0)])
def test_the_window_may_begin_within_a_weekend(days: int, short: int) -> None:
    tables, rows = three_weeks()
    limit(tables, RULE, "P1", minimum=1, days=days)
    # the last Saturday: the last date but one
    assert given(problem_of(tables, days=21), [rows[4]]) == short


def test_the_sentence() -> None:
    tables, rows = three_weeks()
    limit(tables, RULE, "P1", maximum=1)
    problem = problem_of(tables, days=21)
    (breach,) = verify(
        problem, alone(RULE), does(problem, ("P1", rows[0]), ("P1", rows[2]))
    ).breaches
    assert (
        breach.sentence
        == "P1 works 2 weekends in the 21 days to 2027-01-31; at most 1 weekend agreed."
    )
