"""Weekends of which exactly one day is worked."""

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
    heard_by_weekly_columns,
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


def halves(
    tables: Tables, *days: int, first: date = MONDAY, length: int = 7, shift_type_id: str = "E"
) -> int:
    rows = [need(tables, first + timedelta(days=day), shift_type_id) for day in days]
    problem = problem_of(tables, first, length)
    return amount(problem, "complete_weekend", does(problem, *(("P1", row) for row in rows)))


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((), 0),
        ((5,), 1),
        ((6,), 1),
        ((5, 6), 0),
        ((4,), 0),
        ((4, 5), 1),
        ((5, 13), 2),
        ((12, 13), 0),
        ((6, 7, 12), 2),
    ],
)
def test_each_weekend_counts_once(days: tuple[int, ...], found: int) -> None:
    assert halves(somebody(), *days, length=14) == found


@pytest.mark.parametrize(
    ("history", "days", "found"),
    [((5,), (), 0), ((5,), (6,), 0), ((6,), (5,), 0), ((5, 6), (), 0), ((-2,), (5,), 1)],
)
def test_a_known_day_completes_a_weekend_and_is_no_half_by_itself(
    history: tuple[int, ...], days: tuple[int, ...], found: int
) -> None:
    assert halves(somebody(*history), *days) == found


@pytest.mark.parametrize(
    ("history", "days", "found"),
    [
        ((), (0,), 0),  # what was on Saturday nobody knows
        ((-3,), (0,), 1),  # somebody of whom shifts are known since Friday was off on Saturday
        ((-2,), (0,), 0),
        ((-9,), (0,), 1),
        ((-2,), (), 0),  # Saturday was known: nobody's doing
    ],
)
def test_a_period_from_a_sunday_looks_back_as_far_as_something_is_known(
    history: tuple[int, ...], days: tuple[int, ...], found: int
) -> None:
    sunday = MONDAY - timedelta(days=1)
    assert halves(somebody(*history), *days, first=sunday) == found


@pytest.mark.parametrize(("days", "found"), [((0,), 1), ((1,), 1), ((0, 1), 0)])
def test_a_period_from_a_saturday_has_its_whole_first_weekend(
    days: tuple[int, ...], found: int
) -> None:
    assert halves(somebody(), *days, first=MONDAY - timedelta(days=2)) == found


def test_a_period_to_a_saturday_knows_nothing_of_the_sunday_after() -> None:
    tables = somebody()
    assert halves(tables, 5, length=6) == 0
    start = minute_of(date(2027, 1, 17), time(9))
    problem = problem_of(tables, days=6, known=(KnownShift(start, start + 60, 60, "P1", "B"),))
    assert amount(problem, "complete_weekend", does(problem, ("P1", "SA-0116-E-RN"))) == 0


def test_a_night_counts_on_the_day_on_which_it_starts() -> None:
    assert halves(somebody(), 4, shift_type_id="N") == 0
    assert halves(somebody(), 5, shift_type_id="N") == 1  # it ends on Sunday
    assert halves(somebody(), 5, 6, shift_type_id="N") == 0


@pytest.mark.parametrize(("day", "other"), [(5, 6), (6, 5)])
def test_the_sentence_says_which_day_and_the_weekend_goes_by_its_saturday(
    day: int, other: int
) -> None:
    tables = somebody()
    row = need(tables, day, "E")
    problem = problem_of(tables)
    (breach,) = verify(
        problem, alone("complete_weekend", weight="hard"), does(problem, ("P1", row))
    ).breaches
    assert breach.about == ("P1", "2027-01-16")
    assert (
        breach.sentence
        == f"P1 works 2027-01-{11 + day} and not 2027-01-{11 + other}: half a weekend."
    )


def test_the_search_by_weekly_columns_carries_it() -> None:
    heard_by_weekly_columns(problem_of(random_tables(3)), "complete_weekend")
