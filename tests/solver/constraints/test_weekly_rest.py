"""24 h off, whole, in the 168 h from the start of any shift, or 48 h in the 336 h from it."""

from datetime import date, timedelta

import pytest

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

NEVER = {"fortnight_hours": 336}
"""A rest that no fortnight with a shift in it can hold: leaves the 24 h in 168 alone."""


def day_worked(tables: Tables, staff_id: str, offset: int, first: date = MONDAY) -> None:
    day = first + timedelta(days=offset)
    worked(tables, staff_id, f"{day}T07:00", f"{day}T19:00", 660)


def works(tables: Tables, first: date, *days: int) -> list[str]:
    """Twelve hours from 07:00 on each of these days."""
    return [
        need(tables, first + timedelta(days=day), shift(tables, "07:00", "19:00")) for day in days
    ]


@pytest.mark.parametrize(("end", "broken"), [("07:00", 0), ("07:01", 1)])
def test_a_day_off_that_ends_with_the_168_hours_is_enough(end: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # Monday to Friday, then from Saturday 18:00 (23 h after Friday) to Sunday: 24 h before Monday
    # 07:00 is Sunday 07:00
    rows = [*works(tables, MONDAY, 0, 1, 2, 3, 4), need(tables, 5, shift(tables, "18:00", end))]
    problem = problem_of(tables)
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER)
        == broken
    )


@pytest.mark.parametrize(("start", "broken"), [("19:00", 0), ("18:59", 1)])
def test_a_day_off_in_the_middle_is_24_hours_between_two_shifts(start: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # off from Friday 19:00 to Saturday; after Sunday 07:30 less than 24 h are left of the 168
    rows = [*works(tables, MONDAY, 0, 1, 2, 3, 4), need(tables, 5, shift(tables, start, "07:30"))]
    problem = problem_of(tables)
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER)
        == broken
    )


@pytest.mark.parametrize(("end", "broken"), [("07:00", 0), ("07:01", 1)])
def test_two_days_off_that_end_with_the_336_hours_are_enough(end: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # eleven days, then from Friday 18:00 to Saturday: 48 h before the third Monday 07:00 is
    # Saturday 07:00
    rows = [*works(tables, MONDAY, *range(11)), need(tables, 11, shift(tables, "18:00", end))]
    problem = problem_of(tables, days=14)
    # from Monday alone there is no rest; the 168 h of later shifts hold one, or their 336 h do
    assert amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows))) == broken


@pytest.mark.parametrize(("end", "broken"), [("07:00", 0), ("07:01", 2)])
def test_a_day_off_that_ends_with_the_168_hours_is_enough_where_work_follows_at_once(
    end: str, broken: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [*works(tables, MONDAY, 0, 1, 2, 3, 4, 7), need(tables, 5, shift(tables, "18:00", end))]
    problem = problem_of(tables, days=14)
    # a minute less, and neither Monday's window nor Tuesday's holds a day off; Wednesday's has the
    # one after the second Monday
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER)
        == broken
    )


@pytest.mark.parametrize(("end", "broken"), [("07:00", 0), ("07:01", 3)])
def test_two_days_off_that_end_with_the_336_hours_are_enough_where_work_follows_at_once(
    end: str, broken: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [*works(tables, MONDAY, *range(11), 14), need(tables, 11, shift(tables, "18:00", end))]
    problem = problem_of(tables, days=21)
    # a minute less, and the windows of Monday, Tuesday and Wednesday end less than 48 h after the
    # third Monday
    assert amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows))) == broken


def test_the_rest_after_the_last_shift_has_no_end_but_must_lie_in_the_window() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = works(tables, MONDAY, *range(14))
    problem = problem_of(tables, days=14)
    # the 336 h from Monday 07:00 and Tuesday 07:00 hold 12 h and 36 h after the last shift; those
    # from Wednesday 60 h
    assert amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows))) == 2
    assert amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows[:-1]))) == 1
    assert amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows[:-2]))) == 0


def test_two_single_days_off_are_not_48_hours_but_each_is_24() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = works(tables, MONDAY, 0, 1, 2, 4, 5, 6)
    problem = problem_of(tables)
    # 36 h on Thursday
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER) == 0
    )
    # after Sunday 19:00, Wednesday's window alone has 37 h left
    assert (
        amount(
            problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), hours=37, **NEVER
        )
        == 2
    )


@pytest.mark.parametrize(
    ("first", "end", "broken"),
    [
        # 168 h from Monday 07:00 BST end on Monday 06:00 GMT: 24 h before is Sunday 06:00 GMT
        (date(2026, 10, 19), "06:00", 0),
        (date(2026, 10, 19), "06:01", 1),
        # 168 h from Monday 07:00 GMT end on Monday 08:00 BST
        (date(2027, 3, 22), "08:00", 0),
        (date(2027, 3, 22), "08:01", 1),
    ],
)
def test_windows_are_elapsed_time_over_a_clock_change(first: date, end: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        *works(tables, first, 0, 1, 2, 3, 4),
        need(tables, first + timedelta(days=5), shift(tables, "18:00", end)),
    ]
    problem = problem_of(tables, first)
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER)
        == broken
    )


def test_a_new_shift_can_break_the_window_of_a_known_one() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(-6, 0):
        day_worked(tables, "P1", offset)
    (row,) = works(tables, MONDAY, 0)
    problem = problem_of(tables)
    # Tuesday to Monday: from last Tuesday 07:00 only the night to this Tuesday is left
    assert amount(problem, "weekly_rest", does(problem, ("P1", row)), **NEVER) == 1
    assert amount(problem, "weekly_rest", does(problem), **NEVER) == 0


def test_known_shifts_without_rest_are_no_breach_of_their_own() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(-14, 0):
        day_worked(tables, "P1", offset)
    (row,) = works(tables, MONDAY, 6)
    problem = problem_of(tables)
    assert amount(problem, "weekly_rest", does(problem)) == 0
    assert amount(problem, "weekly_rest", does(problem, ("P1", row))) == 0


def test_fixed_busy_time_interrupts_a_rest() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-14T12:00", "2027-01-14T13:00", 60)
    rows = works(tables, MONDAY, 0, 1, 2, 4, 5, 6)
    problem = problem_of(tables)
    # without it, Wednesday 19:00 to Friday 07:00 would be the rest of Monday's, Tuesday's and
    # Wednesday's windows; Tuesday's 168 h then hold Sunday 19:00 to Tuesday 07:00
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER) == 1
    )


def test_shifts_of_two_employers_are_one_week() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "20")
    work: list[tuple[str, ...]] = [("P1", row) for row in works(tables, MONDAY, 0, 1, 2, 4, 5, 6)]
    between = need(tables, 3, shift(tables, "12:00", "13:00"), site_id="SB")
    problem = problem_of(tables)
    assert (
        amount(problem, "weekly_rest", does(problem, *work, ("P1", between, second)), **NEVER) == 1
    )
    assert amount(problem, "weekly_rest", does(problem, *work), **NEVER) == 0


def test_one_shift_alone_has_its_rest_behind_it() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    (row,) = works(tables, MONDAY, 6)
    problem = problem_of(tables)
    assert amount(problem, "weekly_rest", does(problem, ("P1", row))) == 0


@pytest.mark.parametrize(("start", "broken"), [("19:00", 0), ("18:59", 1)])
def test_a_day_off_may_end_with_fixed_busy_time(start: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"2027-01-16T{start}", "2027-01-17T07:30", 700)
    rows = works(tables, MONDAY, 0, 1, 2, 3, 4)
    problem = problem_of(tables)
    # off from Friday 19:00 to Saturday; after Sunday 07:30 less than 24 h are left of the 168
    assert (
        amount(problem, "weekly_rest", does(problem, *(("P1", row) for row in rows)), **NEVER)
        == broken
    )


@pytest.mark.parametrize(("end", "broken"), [("07:00", 1), ("07:01", 0)])
def test_a_new_shift_breaks_a_known_day_off_at_the_end_of_the_window(end: str, broken: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(5):
        day_worked(tables, "P1", offset)
    worked(tables, "P1", "2027-01-16T18:00", f"2027-01-17T{end}", 700)
    row = need(tables, 6, shift(tables, "12:00", "14:00"))
    problem = problem_of(tables)
    # from Sunday 07:00 on there are 24 h to Monday 07:00; from 07:01 on there was no day off to
    # break
    assert amount(problem, "weekly_rest", does(problem, ("P1", row)), **NEVER) == broken
    assert amount(problem, "weekly_rest", does(problem), **NEVER) == 0


@pytest.mark.parametrize(("start", "broken"), [("19:00", 1), ("18:59", 0)])
def test_a_new_shift_breaks_a_known_day_off_between_two_known_shifts(
    start: str, broken: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for offset in range(5):
        day_worked(tables, "P1", offset)
    worked(tables, "P1", f"2027-01-16T{start}", "2027-01-17T07:30", 700)
    row = need(tables, 5, shift(tables, "10:00", "11:00"))
    problem = problem_of(tables)
    # Friday 19:00 to Saturday 19:00 is Monday's day off; a minute less was none
    assert amount(problem, "weekly_rest", does(problem, ("P1", row)), **NEVER) == broken
