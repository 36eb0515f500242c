"""Night workers: 8 h in 24 h on average over six days a week, whether or not they opted out of the
48 hours.
"""

from datetime import date, time

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from tests.factories import (
    Tables,
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    shift,
    worked,
)


def over(problem: Problem, rows: list[str], **parameters: float) -> int:
    return amount(
        problem, "night_average", does(problem, *(("P1", row) for row in rows)), **parameters
    )


def night_worker(**changes: str) -> tuple[Tables, list[str]]:
    """Two nights of 11 h each on Monday and Tuesday: 1,320 minutes, of which 8 h x 6 would allow
    2,880.
    """
    tables = plain_tables()
    person(tables, "P1", **changes)
    return tables, [need(tables, 0, "N"), need(tables, 1, "N")]


@pytest.mark.parametrize("opted_out", ["yes", "no"])
@pytest.mark.parametrize(("end", "beyond"), [("11:00", 0), ("11:01", 1)])
def test_one_week_holds_48_hours_also_for_those_who_opted_out(
    opted_out: str, end: str, beyond: int
) -> None:
    tables, rows = night_worker(wtr_opt_out=opted_out)
    # 22 h + 23 h + 3 h
    rows += [
        need(tables, 3, "D"),
        need(tables, 4, "D"),
        need(tables, 5, shift(tables, "08:00", end)),
    ]
    assert over(problem_of(tables), rows) == beyond


@pytest.mark.parametrize(("days", "beyond"), [(4, 480), (5, 0)])
def test_a_night_worker_has_one_night_in_three_shifts_at_least(days: int, beyond: int) -> None:
    tables, rows = night_worker()
    rows += [need(tables, day, shift(tables, "08:00", "11:00")) for day in range(2, 2 + days)]
    problem = problem_of(tables)
    # 2 of 6 shifts are a third: 22 h + 12 h = 34 h, and 26 h were allowed; with 2 of 7 nobody asks
    assert over(problem, rows, hours=13 / 3) == beyond


def test_who_works_no_night_is_none_and_every_share_can_be_asked_for() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "N"), need(tables, 3, "D")]
    problem = problem_of(tables)
    assert over(problem, rows[1:], hours=1) == 0
    assert over(problem, rows, hours=1, one_in=2) == 660 + 690 - 360
    assert over(problem, rows, hours=1, one_in=1) == 0  # not every shift is a night
    assert over(problem, rows[:1], hours=1, one_in=1) == 300


def test_known_shifts_make_a_night_worker_too_and_are_no_breach_alone() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-05T20:00", "2027-01-06T07:00", 600)
    row = need(tables, 0, "D")
    problem = problem_of(tables)
    assert over(problem, [], hours=0) == 0
    assert over(problem, [row], hours=10) == 0
    assert over(problem, [row], hours=1.5) == 1290 - 2 * 540  # two blocks
    assert over(problem, [row], hours=0.5) == 690  # never more than the roster's own


def test_known_days_make_that_a_night_is_not_yet_a_night_worker() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for day in ("04", "05", "06"):
        worked(tables, "P1", f"2027-01-{day}T09:00", f"2027-01-{day}T12:00", 180)
    first, second = need(tables, 0, "N"), need(tables, 1, "N")
    problem = problem_of(tables)
    assert over(problem, [first], hours=1) == 0  # one of four
    assert over(problem, [first, second], hours=1) == 540 + 1320 - 720  # two of five


@pytest.mark.parametrize(("start", "beyond"), [("2026-12-28", 1), ("2026-12-27", 0)])
def test_blocks_run_from_that_of_the_own_first_shift(start: str, beyond: int) -> None:
    tables, rows = night_worker()
    worked(tables, "P1", f"{start}T09:00", f"{start}T12:00", 121)
    # 121 + 1,320 are a minute more than three blocks of 80 min x 6; a day earlier there are four
    # blocks
    assert over(problem_of(tables), rows, hours=4 / 3) == beyond


def test_no_more_blocks_than_the_policy_says_decide_on_hours_and_on_who_is_a_night_worker() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for day in ("28", "29", "30"):
        worked(tables, "P1", f"2026-12-{day}T09:00", f"2026-12-{day}T12:00", 180)
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T12:00", 180)
    row = need(tables, 0, "N")
    problem = problem_of(tables)
    assert over(problem, [row], hours=1, blocks=2) == 180 + 660 - 720
    assert over(problem, [row], hours=1, blocks=3) == 0  # one of five


@pytest.mark.parametrize(
    ("first", "last", "beyond"),
    [("11", "12", 5), ("13", "14", 5), ("13", "13", 0), ("09", "10", 0)],
)
def test_days_of_leave_are_taken_out_of_the_divisor(first: str, last: str, beyond: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", f"2027-01-{first}", f"2027-01-{last}")
    row = need(tables, 4, "N")
    # 153 min x 6 x 5/7 are 655.7 minutes, of which 655 are whole; x 6/7 are 786
    assert over(problem_of(tables), [row], hours=2.55) == beyond


@pytest.mark.parametrize(
    ("day", "limit"), [("2027-01-16", 339), ("2027-01-17", 339), ("2027-01-18", 396)]
)
def test_leave_up_to_the_periods_last_date_is_taken_out_of_the_divisor(
    day: str, limit: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", day, day)
    row = need(tables, 2, "N")
    # 66 min x 6 are 396 minutes, of which 6/7 are 339.4
    assert over(problem_of(tables), [row], hours=1.1) == 660 - limit


@pytest.mark.parametrize(("day", "limit"), [("2027-01-03", 1440), ("2027-01-04", 1337)])
def test_leave_in_an_earlier_block_counts_from_that_blocks_first_date_on(
    day: str, limit: int
) -> None:
    tables, rows = night_worker()
    worked(tables, "P1", "2027-01-10T09:00", "2027-01-10T12:00", 120)
    on_leave(tables, "P1", day, day)
    # 2 h x 6 over two blocks are 1,440 minutes, of which 13/14 are 1,337.1
    assert over(problem_of(tables), rows, hours=2) == 120 + 1320 - limit


def test_a_block_is_seven_days_and_begins_where_the_one_before_it_ends() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "N") for day in (6, 7)]
    problem = problem_of(tables, days=14)
    assert over(problem, rows[:1], hours=1.5) == 0  # the last day of the first of two blocks of 540
    assert over(problem, rows[1:], hours=1.5) == 660 - 540


def test_one_night_after_one_known_day_is_half() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T12:00", 180)
    row = need(tables, 0, "N")
    assert over(problem_of(tables), [row], hours=1, one_in=2) == 180 + 660 - 720
    assert over(problem_of(tables), [row], hours=1, one_in=1) == 0


def test_shifts_after_the_period_do_not_count_and_fixed_ones_on_its_last_date_do() -> None:
    tables, rows = night_worker()
    worked(tables, "P1", "2027-01-17T09:00", "2027-01-17T12:00", 180, organisation_id="B")
    start = minute_of(date(2027, 1, 18), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 600, 600, "P1", "B"),))
    assert over(problem, rows, hours=4) == 180 + 1320 - 1440


def test_both_contracts_of_a_joint_post_count() -> None:
    tables, rows = night_worker()
    second = joint(tables, "P1", "B", "20")
    problem_rows = [("P1", row) for row in rows] + [
        ("P1", need(tables, 4, "E", site_id="SB"), second)
    ]
    problem = problem_of(tables)
    assert (
        amount(problem, "night_average", does(problem, *problem_rows), hours=4) == 1320 + 450 - 1440
    )


def test_where_nothing_is_known_the_first_block_is_that_of_the_first_shift_in_the_roster() -> None:
    tables, rows = night_worker()
    later = [need(tables, 14, "N"), need(tables, 15, "N")]
    problem = problem_of(tables, days=21)
    assert over(problem, later, hours=2) == 1320 - 720
    assert over(problem, [*rows, *later], hours=2) == 2640 - 3 * 720
    # a shift beyond the longest reference period makes it no longer, but as long as it can be
    assert over(problem, [*rows, *later], hours=1.5, blocks=2) == 1320 - 2 * 540
    assert over(problem, later, hours=1.5, blocks=2) == 1320 - 540


def test_the_night_from_the_last_day_of_a_block_counts_in_it() -> None:
    tables, rows = night_worker()
    last = need(tables, 6, "N")
    problem = problem_of(tables)
    assert over(problem, [*rows, last], hours=5) == 1980 - 1800


def test_the_search_by_weekly_columns_carries_it() -> None:
    heard_by_weekly_columns(problem_of(random_tables(3)), "night_average")
