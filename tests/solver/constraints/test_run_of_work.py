"""Days of work in a row: no longer than agreed, and no shorter unless the run may go on beyond what
is known.
"""

from datetime import date, time, timedelta
from typing import Any

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    limit,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)

RULE = "run_of_work"


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
    ("days", "beyond"),
    [
        ([4, 5, 6], 0),
        ([4, 5, 6, 7], 1),
        ([4, 5, 6, 7, 8], 2),
        ([0, 1, 2, 4, 5, 6], 0),
        (list(range(14)), 11),
        ([], 0),
    ],
)
def test_each_day_beyond_the_maximum_counts(days: list[int], beyond: int) -> None:
    tables, rows = fortnight(maximum=3)
    assert given(tables, rows, days) == beyond


def test_a_maximum_of_no_days_bars_all_work() -> None:
    tables, rows = fortnight(maximum=0)
    assert given(tables, rows, [1, 2, 7]) == 3


@pytest.mark.parametrize(
    ("history", "beyond"), [([-1], 0), ([-1, -2], 1), ([-1, -2, -3, -4], 1), ([-2, -3], 0)]
)
def test_days_known_just_before_the_period_count_with_a_new_one(
    history: list[int], beyond: int
) -> None:
    tables, rows = fortnight(maximum=3)
    for offset in history:
        known_day(tables, offset)
    assert given(tables, rows, [0, 1]) == beyond + (len(history) > 3)


def test_a_run_of_known_days_alone_is_no_breach() -> None:
    tables, rows = fortnight(maximum=2)
    for offset in (-1, 0, 1, 2):
        known_day(tables, offset)
    tables["demand"][2] = {**tables["demand"][2], "shift_type_id": shift(tables, "16:00", "20:00")}
    assert given(tables, rows, []) == 0
    assert given(tables, rows, [2]) == 0  # a second shift on a date that is known adds no day
    assert given(tables, rows, [3]) == 1


@pytest.mark.parametrize(
    ("days", "lacking"),
    [
        ([5], 2),
        ([5, 6], 1),
        ([5, 6, 7], 0),
        ([5, 7], 4),
        ([4, 6, 7, 9], 5),
        ([0], 0),  # may have begun before the period
        ([0, 1], 0),
        ([1], 2),
        ([13], 0),  # may go on after it
        ([12, 13], 0),
        ([12], 2),
        ([11, 12], 1),
    ],
)
def test_each_day_that_a_run_lacks_counts_unless_it_touches_the_edge(
    days: list[int], lacking: int
) -> None:
    tables, rows = fortnight(minimum=3)
    assert given(tables, rows, days) == lacking


def test_with_history_the_first_date_of_the_period_is_no_edge() -> None:
    tables, rows = fortnight(minimum=3)
    known_day(tables, -3)
    assert given(tables, rows, [0]) == 2
    assert given(tables, rows, [0, 1]) == 1
    assert given(tables, rows, [0, 1, 2]) == 0


@pytest.mark.parametrize(
    ("history", "lacking"),
    [
        ([-1], 0),  # the run begins on the first date known: it may have begun before
        ([-1, -3], 1),  # known days on the eve and two days before it: two of three
        ([-1, -2, -5], 0),
        ([-2], 2),
    ],
)
def test_days_known_just_before_the_period_lengthen_a_run(history: list[int], lacking: int) -> None:
    tables, rows = fortnight(minimum=3)
    for offset in history:
        known_day(tables, offset)
    assert given(tables, rows, [0]) == lacking


def test_a_short_run_of_known_days_alone_is_no_breach_and_new_ones_mend_it() -> None:
    tables, rows = fortnight(minimum=3)
    for offset in (-9, 6):
        known_day(tables, offset)
    assert given(tables, rows, []) == 0
    assert given(tables, rows, [7]) == 1
    assert given(tables, rows, [5, 7]) == 0
    assert given(tables, rows, [5]) == 1
    assert given(tables, rows, [8]) == 2  # a run of its own


def test_a_short_run_of_known_days_before_the_period_that_nobody_can_mend() -> None:
    tables, rows = fortnight(minimum=3)
    for offset in (-9, -4, -1):
        known_day(tables, offset)
    assert given(tables, rows, [4, 5, 6]) == 0


def test_a_second_shift_on_a_known_date_is_not_worked_by_a_new_shift_alone() -> None:
    tables, _ = fortnight(minimum=3)
    for offset in (-9, 6):
        known_day(tables, offset)
    late = need(tables, 6, "L")
    problem = problem_of(tables, days=14)
    assert amount(problem, RULE, does(problem, ("P1", late))) == 0


def test_published_days_after_the_period_do_not_count() -> None:
    tables, rows = fortnight(minimum=3, maximum=3)
    starts = [minute_of(MONDAY + timedelta(days=14 + after), time(9)) for after in range(4)]
    known = tuple(KnownShift(start, start + 60, 60, "P1", "B") for start in starts)
    assert given(tables, rows, [13], known=known) == 0
    assert given(tables, rows, [12], known=known) == 2


def test_a_night_counts_on_the_date_on_which_it_starts() -> None:
    tables, rows = fortnight(minimum=2, maximum=2)
    night = need(tables, 4, "N")
    problem = problem_of(tables, days=14)
    assert amount(problem, RULE, does(problem, ("P1", night))) == 1
    assert amount(problem, RULE, does(problem, ("P1", night), ("P1", rows[3]))) == 0
    assert (
        amount(
            problem,
            RULE,
            does(problem, ("P1", night), ("P1", rows[3]), ("P1", rows[6]), ("P1", rows[7])),
        )
        == 0
    )


def test_dates_on_which_nothing_can_be_worked_end_a_run() -> None:
    tables, rows = fortnight(minimum=3)
    tables["demand"] = [row for row in tables["demand"] if row["date"] != "2027-01-17"]
    assert given(tables, rows, [4, 5]) == 1
    assert given(tables, rows, [3, 4, 5]) == 0
    assert given(tables, rows, [7]) == 2


def test_everybody_and_one_person() -> None:
    tables, rows = fortnight(maximum=1)
    person(tables, "P2")
    limit(tables, RULE, maximum=2)
    problem = problem_of(tables, days=14)
    other = [need(tables, day, "L") for day in range(3)]
    problem = problem_of(tables, days=14)
    work = [*(("P1", row) for row in rows[:2]), *(("P2", row) for row in other)]
    assert amount(problem, RULE, does(problem, *work)) == 1 + 1


@pytest.mark.parametrize(
    ("first", "sunday"),
    [(date(2026, 10, 19), date(2026, 10, 25)), (date(2027, 3, 22), date(2027, 3, 28))],
)
def test_the_day_of_a_clock_change_is_a_day_like_any_other(first: date, sunday: date) -> None:
    tables = plain_tables()
    person(tables, "P1")
    limit(tables, RULE, minimum=4)
    rows = [need(tables, sunday + timedelta(days=offset), "E") for offset in (-1, 0, 1)]
    problem = problem_of(tables, first, 14)
    assert amount(problem, RULE, does(problem, *(("P1", row) for row in rows))) == 1


def test_the_sentences() -> None:
    tables, rows = fortnight(minimum=2, maximum=2)
    problem: Problem = problem_of(tables, days=14)
    found = verify(
        problem, alone(RULE), does(problem, *(("P1", rows[day]) for day in (2, 5, 6, 7)))
    ).breaches
    assert [(breach.about, breach.sentence) for breach in found] == [
        (("P1", "2027-01-13"), "P1 works 1 day in a row from 2027-01-13; at least 2 agreed."),
        (("P1", "2027-01-18"), "P1 works day 3 in a row on 2027-01-18; at most 2 agreed."),
    ]
    limit(tables, RULE, "P1", minimum=4)
    problem = problem_of(tables, days=14)
    found = verify(
        problem, alone(RULE), does(problem, *(("P1", rows[day]) for day in (5, 6)))
    ).breaches
    assert [(breach.about, breach.quantity, breach.sentence) for breach in found] == [
        (
            ("P1", "2027-01-16"),
            2,
            "P1 works 2 days in a row from 2027-01-16; at least 4 agreed.",
        )
    ]
