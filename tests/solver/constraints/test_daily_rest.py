"""Rest between two shifts: 11 h exactly is kept, a minute less is not."""

from datetime import date, time

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from solver.evaluate.verify import verify
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)


@pytest.mark.parametrize(("start", "short"), [("08:30", 0), ("08:29", 1), ("07:30", 60)])
def test_eleven_hours_overnight_are_enough(start: str, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    late, next_day = need(tables, 0, "L"), need(tables, 1, shift(tables, start, "16:00"))
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", late), ("P1", next_day))) == short


@pytest.mark.parametrize(("start", "short"), [("18:30", 0), ("18:29", 1)])
def test_rest_after_a_shift_over_midnight_counts_from_its_end_on_the_next_day(
    start: str, short: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    night, evening = need(tables, 0, "N"), need(tables, 1, shift(tables, start, "22:00"))
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", night), ("P1", evening))) == short


@pytest.mark.parametrize(
    ("saturday", "start", "short"),
    [
        (
            date(2026, 10, 24),
            "07:30",
            0,
        ),  # ends 21:30 BST = 20:30 UTC; 07:30 GMT is 11 h later, ten by the wall clock
        (date(2026, 10, 24), "07:29", 1),
        (
            date(2027, 3, 27),
            "09:30",
            0,
        ),  # ends 21:30 GMT; 09:30 BST = 08:30 UTC is 11 h later, twelve by the wall clock
        (date(2027, 3, 27), "09:29", 1),
        (date(2027, 3, 27), "08:30", 60),
    ],
)
def test_rest_is_elapsed_time_over_a_clock_change(saturday: date, start: str, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    late = need(tables, saturday, "L")
    sunday = need(tables, date.fromordinal(saturday.toordinal() + 1), shift(tables, start, "17:00"))
    problem = problem_of(tables, date.fromordinal(saturday.toordinal() - 5))
    assert amount(problem, "daily_rest", does(problem, ("P1", late), ("P1", sunday))) == short


@pytest.mark.parametrize(("end", "short"), [("2027-01-10T20:00", 0), ("2027-01-10T20:01", 1)])
def test_a_shift_worked_just_before_the_period_counts(end: str, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-10T12:00", end, 450)
    early = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", early))) == short


@pytest.mark.parametrize(("start", "short"), [("2027-01-13T02:00", 0), ("2027-01-13T01:59", 1)])
def test_fixed_busy_time_inside_the_period_counts_as_the_later_shift(
    start: str, short: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", start, "2027-01-13T09:00", 400)
    early = need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", early))) == short


@pytest.mark.parametrize(("hour", "short"), [(6, 0), (5, 30)])
def test_a_published_shift_just_after_the_period_counts(hour: int, short: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    long_day = need(tables, 6, shift(tables, "07:00", "18:30"))
    monday = date(2027, 1, 18)
    start = minute_of(monday, time(hour, 0 if short else 30))
    problem = problem_of(tables, known=(KnownShift(start, start + 300, 300, "P1", "B"),))
    assert amount(problem, "daily_rest", does(problem, ("P1", long_day))) == short


def test_rest_is_due_between_two_employers_of_a_joint_post() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "10")
    late, early = need(tables, 0, "L"), need(tables, 1, "E", site_id="SB")
    problem = problem_of(tables)
    # 21:30 to 07:00 is 9.5 h
    assert amount(problem, "daily_rest", does(problem, ("P1", late), ("P1", early, second))) == 90


def test_rest_is_due_when_lent() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    late, early = need(tables, 0, "L"), need(tables, 1, "E", site_id="SB")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", late), ("P1", early))) == 90


def test_every_pair_of_shifts_too_close_counts_not_only_neighbours() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, 0, shift(tables, start, end))
        for start, end in (("06:00", "08:00"), ("10:00", "12:00"), ("14:00", "16:00"))
    ]
    problem = problem_of(tables)
    # 2 h, 2 h and 6 h between: 9 + 9 + 5 h short
    assert (
        amount(problem, "daily_rest", does(problem, *(("P1", row) for row in rows)))
        == (9 + 9 + 5) * 60
    )


def test_two_known_shifts_too_close_to_each_other_are_no_breach() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-12T07:00", "2027-01-12T15:00", 450)
    worked(tables, "P1", "2027-01-12T18:00", "2027-01-12T21:00", 180)
    later = need(tables, 3, "E")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", later))) == 0


def test_nobody_needs_rest_from_somebody_elses_shift() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    late, early = need(tables, 0, "L"), need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", late), ("P2", early))) == 0


def split_duty(tables: Tables) -> None:
    """Add the halves of a duty: `H1` from 07:00 to 11:00, `H2` from 16:00 to 20:00."""
    for name, start, end, other in (("H1", "07:00", "11:00", "H2"), ("H2", "16:00", "20:00", "")):
        tables["shift_type"].append(
            {
                "id": name,
                "name": name,
                "start_time": start,
                "end_time": end,
                "unpaid_break_minutes": "0",
                "split_with": other,
            }
        )


def test_between_the_halves_of_one_duty_no_rest_is_due() -> None:
    tables = plain_tables()
    split_duty(tables)
    person(tables, "P1")
    first, second = need(tables, 0, "H1"), need(tables, 0, "H2")
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", first), ("P1", second))) == 0


@pytest.mark.parametrize(("hours", "short"), [(11, 0), (11.5, 30)])
def test_between_a_half_of_one_date_and_a_half_of_the_next_rest_is_due(
    hours: float, short: int
) -> None:
    """20:00 to 07:00."""
    tables = plain_tables()
    split_duty(tables)
    person(tables, "P1")
    second, first = need(tables, 0, "H2"), need(tables, 1, "H1")
    problem = problem_of(tables)
    roster = does(problem, ("P1", second), ("P1", first))
    assert amount(problem, "daily_rest", roster, hours=hours) == short


@pytest.mark.parametrize(("start", "short"), [("22:00", 0), ("21:59", 1)])
def test_between_a_half_and_another_shift_rest_is_due(start: str, short: int) -> None:
    tables = plain_tables()
    split_duty(tables)
    person(tables, "P1")
    first, night = need(tables, 0, "H1"), need(tables, 0, shift(tables, start, "23:30"))
    problem = problem_of(tables)
    assert amount(problem, "daily_rest", does(problem, ("P1", first), ("P1", night))) == short


def test_of_two_shifts_that_overlap_no_rest_is_told() -> None:
    """Not "minus 1.5 h"."""
    tables = plain_tables()
    person(tables, "P1")
    early, late = need(tables, 0, "E"), need(tables, 0, "L")
    problem = problem_of(tables)
    roster = does(problem, ("P1", early), ("P1", late))
    breach = next(
        breach
        for breach in verify(problem, alone("daily_rest"), roster).breaches
        if breach.rule == "daily_rest"
    )
    assert breach.quantity == 11 * 60
    assert breach.sentence == (
        "P1 has 0 h of rest between the shifts that start at Mon 11 Jan 07:00 and"
        " Mon 11 Jan 13:30; 11 h are due."
    )
