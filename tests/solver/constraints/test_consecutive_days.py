"""Six dates in a row with a shift are allowed, a seventh is not."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)


def day_worked(tables: Tables, staff_id: str, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    worked(tables, staff_id, f"{day}T09:00", f"{day}T12:00", 180)


@pytest.mark.parametrize(("days", "beyond"), [(6, 0), (7, 1), (8, 2)])
def test_each_day_beyond_six_in_a_row_counts(days: int, beyond: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "E") for day in range(days)]
    problem = problem_of(tables, days=14)
    assert (
        amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows))) == beyond
    )


def test_a_day_off_begins_the_count_again() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "E") for day in range(13) if day != 6]
    problem = problem_of(tables, days=14)
    assert amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows))) == 0


def test_a_night_counts_on_the_date_on_which_it_starts_alone() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "N") for day in range(6)]
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows))) == 0


def test_two_shifts_on_a_date_are_one_day() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "10")
    rows = [("P1", need(tables, day, "E")) for day in range(3)]
    problem_rows = [
        *rows,
        ("P1", need(tables, 1, shift(tables, "16:00", "20:00"), site_id="SB"), second),
    ]
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, *problem_rows), days=3) == 0
    assert amount(problem, "consecutive_days", does(problem, *problem_rows), days=2) == 1


@pytest.mark.parametrize(("history", "beyond"), [(5, 0), (6, 1)])
def test_days_worked_just_before_the_period_count(history: int, beyond: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for back in range(1, history + 1):
        day_worked(tables, "P1", -back)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, ("P1", row))) == beyond


def test_a_night_that_began_on_the_eve_of_the_period_counts_on_the_eve() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T07:00", 600)
    row = need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, ("P1", row)), days=1) == 0


def test_a_known_day_in_the_middle_joins_two_runs() -> None:
    tables = plain_tables()
    person(tables, "P1")
    day_worked(tables, "P1", 2)
    rows = [need(tables, day, "E") for day in (0, 1, 3, 4)]
    problem = problem_of(tables)
    assert (
        amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows)), days=4)
        == 1
    )
    assert (
        amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows)), days=5)
        == 0
    )


@pytest.mark.parametrize("published", [6, 9])
def test_published_days_after_the_period_count_with_the_new_day_but_not_among_themselves(
    published: int,
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 6, "E")
    starts = [minute_of(date(2027, 1, 18) + timedelta(days=i), time(9)) for i in range(published)]
    problem = problem_of(tables, known=tuple(KnownShift(s, s + 60, 60, "P1", "B") for s in starts))
    assert amount(problem, "consecutive_days", does(problem, ("P1", row))) == 1


def test_known_days_alone_are_no_breach_and_each_day_added_to_them_is() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for back in range(1, 9):
        day_worked(tables, "P1", -back)
    next_day, later = need(tables, 0, "E"), need(tables, 4, "E")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, ("P1", later))) == 0
    assert amount(problem, "consecutive_days", does(problem, ("P1", next_day))) == 1


def test_a_second_shift_on_a_day_that_is_known_adds_no_day() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(7):
        day_worked(tables, "P1", offset)
    row = need(tables, 6, "L")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_days", does(problem, ("P1", row))) == 0


@pytest.mark.parametrize(
    ("first", "sunday"),
    [(date(2026, 10, 19), date(2026, 10, 25)), (date(2027, 3, 22), date(2027, 3, 28))],
)
def test_the_day_of_a_clock_change_is_a_day_like_any_other(first: date, sunday: date) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, sunday + timedelta(days=offset), "E") for offset in (-2, -1, 0, 1)]
    problem = problem_of(tables, first, 14)
    assert (
        amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows)), days=3)
        == 1
    )
    assert (
        amount(problem, "consecutive_days", does(problem, *(("P1", row) for row in rows)), days=4)
        == 0
    )
