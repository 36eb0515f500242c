"""Days off in a row: no shorter than agreed between two days of work, no longer while it can be
helped.
"""

from datetime import time, timedelta
from typing import Any

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
    limit,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    worked,
)

RULE = "run_of_days_off"


def fortnight(**limits: Any) -> tuple[Tables, list[str]]:
    """P1 and an early on each of fourteen dates."""
    tables = plain_tables()
    person(tables, "P1")
    limit(tables, RULE, "P1", **limits)
    return tables, [need(tables, day, "E") for day in range(14)]


def known_day(tables: Tables, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    worked(tables, "P1", f"{day}T09:00", f"{day}T12:00", 180)


def given(
    tables: Tables, rows: list[str], days: list[int], known: tuple[KnownShift, ...] = ()
) -> int:
    problem = problem_of(tables, days=14, known=known)
    return amount(problem, RULE, does(problem, *(("P1", rows[day]) for day in days)))


@pytest.mark.parametrize(
    ("days", "lacking"),
    [
        ([4, 8], 0),
        ([4, 7], 1),
        ([4, 6], 2),
        ([4, 5], 0),
        ([4, 6, 8], 4),
        ([1], 0),  # Monday may be the last of many days off
        ([12], 0),
        ([1, 12], 0),
        ([0, 2], 2),
        ([11, 13], 2),
    ],
)
def test_each_day_that_a_run_of_days_off_lacks_counts_unless_it_touches_the_edge(
    days: list[int], lacking: int
) -> None:
    tables, rows = fortnight(minimum=3)
    assert given(tables, rows, days) == lacking


@pytest.mark.parametrize(
    ("history", "days", "lacking"),
    [
        ([-1], [1], 2),
        ([-1], [0], 0),
        ([-2], [0], 2),
        ([-2], [1], 1),
        ([-3], [1], 0),
        ([-4, -1], [3], 0),  # what was known beforehand is no breach
        ([-4, -1], [2], 1),
    ],
)
def test_a_run_that_began_before_the_period_counts_from_its_known_beginning(
    history: list[int], days: list[int], lacking: int
) -> None:
    tables, rows = fortnight(minimum=3)
    for offset in history:
        known_day(tables, offset)
    assert given(tables, rows, days) == lacking


def test_a_run_between_two_known_days_is_no_breach_and_one_new_day_is_enough_for_one() -> None:
    tables, rows = fortnight(minimum=4)
    for offset in (3, 6):
        known_day(tables, offset)
    assert given(tables, rows, []) == 0
    assert given(tables, rows, [4]) == 3  # one day off between it and the known one
    assert given(tables, rows, [7]) == 0
    assert given(tables, rows, [8]) == 3


def test_a_known_day_before_and_a_known_day_after_with_new_work_between() -> None:
    tables, rows = fortnight(minimum=3)
    for offset in (2, 6):
        known_day(tables, offset)
    assert given(tables, rows, [4]) == 2 + 2
    assert given(tables, rows, [3, 4, 5]) == 0
    # known, off, off, off, known is long enough; a new day next to the later one leaves two
    assert given(tables, rows, [5]) == 1


@pytest.mark.parametrize(
    ("first", "last"), [("2027-01-15", "2027-01-17"), ("2027-01-16", "2027-01-16")]
)
def test_leave_counts_as_off(first: str, last: str) -> None:
    tables, rows = fortnight(minimum=3)
    on_leave(tables, "P1", first, last)
    assert given(tables, rows, [3, 7]) == 0
    assert given(tables, rows, [7, 9]) == 2


@pytest.mark.parametrize(
    ("days", "beyond"),
    [
        ([3, 7, 11], 0),
        ([4, 8, 12], 1),  # four days off at the start
        ([3, 8, 12], 1),
        ([3, 9, 13], 2),
        ([], 11),
        ([3, 7, 10], 0),
        ([3, 7, 9], 1),  # four at the end
    ],
)
def test_each_day_off_beyond_the_maximum_counts_from_edge_to_edge(
    days: list[int], beyond: int
) -> None:
    tables, rows = fortnight(maximum=3)
    assert given(tables, rows, days) == beyond


def test_a_maximum_of_no_days_off_wants_every_date_worked() -> None:
    tables, rows = fortnight(maximum=0)
    assert given(tables, rows, list(range(14))) == 0
    assert given(tables, rows, list(range(1, 13))) == 2


@pytest.mark.parametrize(
    ("history", "beyond"), [([-1], 0), ([-2], 1), ([-3], 2), ([-8], 3), ([-9, 4], 3), ([], 0)]
)
def test_days_off_just_before_the_period_count_only_with_days_of_it(
    history: list[int], beyond: int
) -> None:
    tables, rows = fortnight(maximum=3)
    for offset in history:
        known_day(tables, offset)
    # from Thursday on all is well; Monday to Wednesday are off
    assert given(tables, rows, [3, 7, 11]) == beyond


def test_whoever_is_on_leave_is_not_off_for_too_long() -> None:
    tables, rows = fortnight(maximum=3)
    on_leave(tables, "P1", "2027-01-14", "2027-01-15")  # Thursday and Friday
    # three days off, leave, three days off, work, three days off
    assert given(tables, rows, [8, 12]) == 0
    assert given(tables, rows, [10]) == 2
    assert given(tables, rows, []) == 9 - 3


def test_fixed_busy_time_ends_a_run() -> None:
    tables, rows = fortnight(maximum=3)
    for offset in (3, 7, 11):
        known_day(tables, offset)
    assert given(tables, rows, []) == 0


def test_somebody_whom_nothing_can_be_given_is_off_for_too_long() -> None:
    tables, rows = fortnight(maximum=5)
    tables["demand"] = tables["demand"][:1]
    assert given(tables, rows, []) == 14 - 5
    assert given(tables, rows, [0]) == 13 - 5


def test_published_days_after_the_period_are_beyond_what_counts() -> None:
    tables, rows = fortnight(minimum=3, maximum=6)
    start = minute_of(MONDAY + timedelta(days=14), time(9))
    known = (KnownShift(start, start + 60, 60, "P1", "B"),)
    assert given(tables, rows, [6, 12], known=known) == 0


def test_both_limits_and_a_second_row() -> None:
    tables, rows = fortnight(minimum=2, maximum=4)
    limit(tables, RULE, minimum=3)
    # Tuesday, Thursday and Wednesday week: one day off (1 + 2 lacking), five (1 too many), then
    # four
    assert given(tables, rows, [1, 3, 9]) == 1 + 2 + 1


def test_the_sentences() -> None:
    tables, rows = fortnight(minimum=2, maximum=6)
    problem = problem_of(tables, days=14)
    found = verify(problem, alone(RULE), does(problem, ("P1", rows[3]), ("P1", rows[5]))).breaches
    assert [(breach.about, breach.sentence) for breach in found] == [
        (("P1", "2027-01-15"), "P1 has 1 day off in a row from 2027-01-15; at least 2 agreed."),
        (("P1", "2027-01-17"), "P1 has 8 days off in a row from 2027-01-17; at most 6 agreed."),
    ]
    assert [breach.quantity for breach in found] == [1, 2]
