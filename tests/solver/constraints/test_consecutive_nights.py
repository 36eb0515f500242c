"""Four night shifts on dates in a row with no other shift between are allowed, a fifth is not."""

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


def night_worked(tables: Tables, staff_id: str, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    worked(tables, staff_id, f"{day}T20:00", f"{day + timedelta(days=1)}T06:00", 600)


@pytest.mark.parametrize(("nights", "beyond"), [(4, 0), (5, 1), (7, 3)])
def test_each_night_beyond_four_in_a_row_counts(nights: int, beyond: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "N") for day in range(nights)]
    problem = problem_of(tables)
    assert (
        amount(problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)))
        == beyond
    )


def test_a_night_off_begins_the_count_again() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "N") for day in (0, 1, 3, 4)]
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=2
        )
        == 0
    )


def test_another_shift_between_two_nights_ends_the_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    between = shift(tables, "12:00", "14:00")
    rows = [need(tables, day, "N") for day in range(3)]
    other = need(tables, 1, between)
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=2
        )
        == 1
    )
    assert (
        amount(
            problem,
            "consecutive_nights",
            does(problem, *(("P1", row) for row in rows), ("P1", other)),
            nights=2,
        )
        == 0
    )


def test_another_shift_before_the_first_or_after_the_last_night_does_not() -> None:
    tables = plain_tables()
    person(tables, "P1")
    between = shift(tables, "12:00", "14:00")
    rows = [
        need(tables, 0, between),
        *(need(tables, day, "N") for day in range(3)),
        need(tables, 3, between),
    ]
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=2
        )
        == 1
    )


@pytest.mark.parametrize(("end", "night"), [("02:00", True), ("01:59", False)])
def test_a_night_shift_has_three_hours_between_eleven_and_six(end: str, night: bool) -> None:
    tables = plain_tables()
    person(tables, "P1")
    late = shift(tables, "18:00", end)
    rows = [need(tables, day, late) for day in range(2)]
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=1
        )
        == night
    )


@pytest.mark.parametrize(
    ("first", "saturday", "end", "night"),
    [
        # 23:00 to the first 01:59 is not three hours; to 02:00 it is four
        (date(2026, 10, 19), date(2026, 10, 24), "01:59", False),
        (date(2026, 10, 19), date(2026, 10, 24), "02:00", True),
        # 23:00 to 02:59 on the clock is not three hours; to 03:00 it is
        (date(2027, 3, 22), date(2027, 3, 27), "02:59", False),
        (date(2027, 3, 22), date(2027, 3, 27), "03:00", True),
    ],
)
def test_the_three_hours_are_elapsed_over_a_clock_change(
    first: date, saturday: date, end: str, night: bool
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, saturday - timedelta(days=1), "N"),
        need(tables, saturday, shift(tables, "21:00", end)),
    ]
    problem = problem_of(tables, first)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=1
        )
        == night
    )


@pytest.mark.parametrize(("history", "beyond"), [(3, 0), (4, 1)])
def test_nights_worked_just_before_the_period_count(history: int, beyond: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for back in range(1, history + 1):
        night_worked(tables, "P1", -back)
    row = need(tables, 0, "N")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem, ("P1", row))) == beyond


def test_published_nights_after_the_period_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 6, "N")
    starts = [minute_of(date(2027, 1, 18) + timedelta(days=i), time(20)) for i in range(4)]
    problem = problem_of(
        tables, known=tuple(KnownShift(s, s + 600, 600, "P1", "B") for s in starts)
    )
    assert amount(problem, "consecutive_nights", does(problem, ("P1", row))) == 1


def test_a_known_night_in_the_middle_joins_two_runs() -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", 1)
    rows = [need(tables, 0, "N"), need(tables, 2, "N")]
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=2
        )
        == 1
    )
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=3
        )
        == 0
    )


def test_a_known_day_shift_between_ends_the_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-12T10:00", "2027-01-12T12:00", 120)
    rows = [need(tables, 0, "N"), need(tables, 1, "N")]
    problem = problem_of(tables)
    assert (
        amount(
            problem, "consecutive_nights", does(problem, *(("P1", row) for row in rows)), nights=1
        )
        == 0
    )


def test_known_nights_alone_are_no_breach() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(-8, 0):
        night_worked(tables, "P1", offset)
    row = need(tables, 3, "N")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem, ("P1", row))) == 0


def test_nights_for_two_employers_are_one_run() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "20")
    work = [
        ("P1", need(tables, 0, "N")),
        ("P1", need(tables, 1, "N", site_id="SB"), second),
        ("P1", need(tables, 2, "N")),
    ]
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem, *work), nights=2) == 1


def test_a_new_night_between_known_ones_joins_them() -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", 0)
    night_worked(tables, "P1", 2)
    row = need(tables, 1, "N")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem, ("P1", row)), nights=2) == 1
    assert amount(problem, "consecutive_nights", does(problem), nights=2) == 0


def test_known_nights_are_no_breach_where_the_first_and_the_last_date_hold_two() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-11T00:30", "2027-01-11T05:00", 270)
    night_worked(tables, "P1", 0)
    worked(tables, "P1", "2027-01-12T20:00", "2027-01-13T02:00", 360)
    worked(tables, "P1", "2027-01-13T02:30", "2027-01-13T06:00", 210)
    night_worked(tables, "P1", 2)
    need(tables, 5, "N")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem), nights=2) == 0


def test_a_known_night_holds_its_date_whatever_else_could_be_worked_on_it() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-12T00:30", "2027-01-12T05:00", 270)
    first, late, last = (
        need(tables, 0, shift(tables, "00:30", "05:00")),
        need(tables, 1, "N"),
        need(tables, 2, "N"),
    )
    problem = problem_of(tables)
    assert (
        amount(problem, "consecutive_nights", does(problem, ("P1", first), ("P1", last)), nights=2)
        == 1
    )
    assert (
        amount(problem, "consecutive_nights", does(problem, ("P1", first), ("P1", late)), nights=2)
        == 0
    )


@pytest.mark.parametrize(("known", "new"), [(0, 1), (1, 0)])
def test_a_shift_that_begins_with_a_night_is_not_between(known: int, new: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    night_worked(tables, "P1", known)
    day = MONDAY + timedelta(days=known)
    # recorded twice, in part
    worked(tables, "P1", f"{day}T20:00", f"{day}T21:00", 60, organisation_id="B")
    row = need(tables, new, "N")
    problem = problem_of(tables)
    assert amount(problem, "consecutive_nights", does(problem, ("P1", row)), nights=1) == 1
