"""A day on between two days off, and a day off between two on."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    random_tables,
    worked,
)


def somebody(*history: int) -> Tables:
    """A person who worked on these days, as offsets from MONDAY."""
    tables = plain_tables()
    person(tables, "P1")
    for offset in history:
        day = MONDAY + timedelta(days=offset)
        worked(tables, "P1", f"{day}T09:00", f"{day}T12:00", 180)
    return tables


def single(tables: Tables, *days: int, length: int = 7, shift_type_id: str = "E") -> int:
    rows = [need(tables, day, shift_type_id) for day in days]
    problem = problem_of(tables, days=length)
    return amount(problem, "single_days", does(problem, *(("P1", row) for row in rows)))


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((), 0),
        ((2,), 1),
        ((2, 3), 0),
        ((2, 4), 3),  # two days on and the day off between
        ((2, 3, 5, 6), 1),  # the day off
        ((2, 3, 6), 0),  # the last day may go on
        ((0,), 0),  # the first may be the last of a run that nobody knows
        ((5,), 1),
        ((0, 1, 2, 3, 4, 5, 6), 0),
        ((1, 3, 5), 5),
    ],
)
def test_days_of_one_week(days: tuple[int, ...], found: int) -> None:
    assert single(somebody(), *days) == found


@pytest.mark.parametrize(
    ("history", "days", "found"),
    [
        ((-1,), (), 0),  # known alone
        ((-2,), (), 0),
        ((-3, -1), (), 0),
        ((-2,), (0,), 2),  # the Sunday off, and Monday alone
        ((-3,), (0,), 1),  # Monday alone
        ((-1,), (0,), 0),
        (
            (-1,),
            (1,),
            2,
        ),  # Monday off, and Tuesday alone; that the Sunday was alone is nobody's doing
        ((2,), (0,), 1),  # a day off on Tuesday beside a known shift inside the period
        ((3,), (1,), 2),
        ((2,), (1,), 0),
    ],
)
def test_history_and_fixed_shifts_count_where_the_roster_takes_part(
    history: tuple[int, ...], days: tuple[int, ...], found: int
) -> None:
    assert single(somebody(*history), *days) == found


def test_what_follows_the_period_says_nothing() -> None:
    tables = somebody()
    row = need(tables, 6, "E")
    start = minute_of(date(2027, 1, 19), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1", "B"),))
    assert amount(problem, "single_days", does(problem, ("P1", row))) == 0


def test_a_night_is_on_the_date_on_which_it_starts_alone() -> None:
    assert single(somebody(), 2, 3, shift_type_id="N") == 0
    assert single(somebody(), 2, shift_type_id="N") == 1


def test_the_night_that_reaches_into_the_period_is_of_the_day_before() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T07:00", 600)
    assert single(tables, 1) == 2


def test_two_shifts_on_a_day_through_two_contracts_are_one_day() -> None:
    tables = somebody()
    second = joint(tables, "P1", "B", "10")
    tables["shift_type"].append(
        {
            "id": "EV",
            "name": "Evening",
            "start_time": "16:00",
            "end_time": "20:00",
            "unpaid_break_minutes": "0",
        }
    )
    work = [("P1", need(tables, 2, "E")), ("P1", need(tables, 2, "EV", site_id="SB"), second)]
    problem = problem_of(tables)
    assert amount(problem, "single_days", does(problem, *work)) == 1


def test_the_search_by_weekly_columns_carries_it() -> None:
    heard_by_weekly_columns(problem_of(random_tables(3)), "single_days")
