"""After two or more nights in a row, 46 h until the next shift of any kind."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
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


def night_worked(tables: Tables, staff_id: str, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    worked(tables, staff_id, f"{day}T20:00", f"{day + timedelta(days=1)}T07:30", 600)


@pytest.mark.parametrize(("start", "short"), [("05:30", 0), ("05:29", 1), ("05:00", 30)])
def test_forty_six_hours_after_the_last_night_are_enough(start: str, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # nights of Monday and Tuesday, the last ends on Wednesday 07:30; 46 h later is Friday 05:30
    rows = [
        need(tables, 0, "N"),
        need(tables, 1, "N"),
        need(tables, 4, shift(tables, start, "12:00")),
    ]
    problem = problem_of(tables)
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == short
    )


def test_one_night_alone_is_no_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "N"), need(tables, 2, "E")]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 0


def test_a_day_shift_and_a_night_on_the_next_date_are_no_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "E"), need(tables, 1, "N"), need(tables, 3, "E")]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 0


def test_two_nights_with_a_night_off_between_are_no_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "N"), need(tables, 2, "N"), need(tables, 4, "E")]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 0


def test_the_next_night_in_a_row_goes_on_with_the_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "N") for day in range(4)]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 0


def test_a_night_that_does_not_go_on_with_the_run_is_a_shift_of_any_kind() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "N"), need(tables, 1, "N"), need(tables, 3, "N")]
    problem = problem_of(tables)
    # Wednesday 07:30 to Thursday 19:30 is 36 h
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows)))
        == 10 * 60
    )


def test_another_shift_between_the_nights_makes_them_no_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, 0, "N"),
        need(tables, 1, shift(tables, "12:00", "14:00")),
        need(tables, 1, "N"),
        need(tables, 3, "E"),
    ]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 0


def test_only_the_next_shift_after_the_run_counts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, 0, "N"),
        need(tables, 1, "N"),
        need(tables, 2, shift(tables, "19:00", "21:00")),
        need(tables, 3, "E"),
    ]
    problem = problem_of(tables)
    # Wednesday 07:30 to 19:00 is 11.5 h; Thursday's shift follows no night
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows)))
        == 34 * 60 + 30
    )


@pytest.mark.parametrize(
    ("friday", "start", "short"),
    [
        # the nights of Friday and Saturday; the last ends on Sunday 07:30 GMT: 46 h later is
        # Tuesday 05:30
        (date(2026, 10, 23), "05:30", 0),
        (date(2026, 10, 23), "05:29", 1),
        # ends on Sunday 07:30 BST
        (date(2027, 3, 26), "05:30", 0),
        (date(2027, 3, 26), "05:29", 1),
    ],
)
def test_rest_after_the_night_of_a_clock_change(friday: date, start: str, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, friday, "N"),
        need(tables, friday + timedelta(days=1), "N"),
        need(tables, friday + timedelta(days=4), shift(tables, start, "12:00")),
    ]
    problem = problem_of(tables, friday - timedelta(days=4), 14)
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == short
    )


@pytest.mark.parametrize(
    ("saturday", "start", "short"),
    [
        (date(2026, 10, 24), "04:30", 0),
        (date(2026, 10, 24), "04:29", 1),
        (date(2027, 3, 27), "06:30", 0),
    ],
)
def test_rest_that_spans_the_clock_change_is_elapsed_time(
    saturday: date, start: str, short: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    thursday = saturday - timedelta(days=2)
    # the last night ends on Saturday 07:30; 46 h later the wall clock is an hour off on Monday
    rows = [
        need(tables, thursday, "N"),
        need(tables, thursday + timedelta(days=1), "N"),
        need(tables, saturday + timedelta(days=2), shift(tables, start, "12:00")),
    ]
    problem = problem_of(tables, saturday - timedelta(days=5), 14)
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == short
    )


def test_nights_worked_just_before_the_period_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", -2)
    night_worked(tables, "P1", -1)
    soon, enough = need(tables, 1, "E"), need(tables, 2, shift(tables, "05:30", "12:00"))
    problem = problem_of(tables)
    # Monday 07:30 to Tuesday 07:00 is 23.5 h
    assert amount(problem, "rest_after_nights", does(problem, ("P1", soon))) == 22 * 60 + 30
    assert amount(problem, "rest_after_nights", does(problem, ("P1", enough))) == 0


def test_a_night_before_the_period_and_the_first_of_it_are_a_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", -1)
    rows = [need(tables, 0, "N"), need(tables, 2, "E")]
    problem = problem_of(tables)
    # Tuesday 07:30 to Wednesday 07:00 is 23.5 h
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows)))
        == 22 * 60 + 30
    )


def test_fixed_busy_time_is_a_next_shift() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-14T07:30", "2027-01-14T09:00", 90)
    rows = [need(tables, 0, "N"), need(tables, 1, "N")]
    problem = problem_of(tables)
    # Wednesday 07:30 to Thursday 07:30 is 24 h
    assert (
        amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows)))
        == 22 * 60
    )


def test_a_published_shift_after_the_period_is_a_next_shift() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 5, "N"), need(tables, 6, "N")]
    start = minute_of(date(2027, 1, 20), time(5))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1", "B"),))
    # Monday 07:30 to Wednesday 05:00 is 45.5 h
    assert amount(problem, "rest_after_nights", does(problem, *(("P1", row) for row in rows))) == 30


def test_known_shifts_alone_are_no_breach() -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", -4)
    night_worked(tables, "P1", -3)
    worked(tables, "P1", "2027-01-09T20:00", "2027-01-09T22:00", 120)
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, ("P1", row))) == 0


def test_the_next_shift_for_another_employer_counts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "20")
    work = [
        ("P1", need(tables, 0, "N")),
        ("P1", need(tables, 1, "N", site_id="SB"), second),
        ("P1", need(tables, 3, "E", site_id="SB"), second),
    ]
    problem = problem_of(tables)
    assert amount(problem, "rest_after_nights", does(problem, *work)) == 22 * 60 + 30


def test_of_a_shift_that_begins_in_the_last_night_no_rest_is_told() -> None:
    """Not "minus 1.5 h"."""
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, 0, "N"),
        need(tables, 1, "N"),
        need(tables, 2, shift(tables, "06:00", "12:00")),
    ]
    problem = problem_of(tables)
    roster = does(problem, *(("P1", row) for row in rows))
    breach = next(
        breach
        for breach in verify(problem, alone("rest_after_nights"), roster).breaches
        if breach.rule == "rest_after_nights"
    )
    assert breach.quantity == 46 * 60
    assert breach.sentence == (
        "P1 has 0 h of rest after nights in a row, before the shift at Wed 13 Jan 06:00;"
        " 46 h are due."
    )
