"""48 h a week on average over the blocks that end with the period, from the person's own first
shift.
"""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from tests.factories import (
    MONDAY,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)


@pytest.mark.parametrize(("end", "over"), [("09:00", 0), ("09:01", 1)])
def test_without_history_one_week_holds_48_hours(end: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # 4 x 11.5 h + 2 h
    rows = [need(tables, day, "D") for day in range(4)] + [
        need(tables, 4, shift(tables, "07:00", end))
    ]
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, *(("P1", row) for row in rows))) == over


def test_who_opted_out_is_exempt() -> None:
    tables = plain_tables()
    person(tables, "P1", wtr_opt_out="yes")
    rows = [need(tables, day, "D") for day in range(6)]
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, *(("P1", row) for row in rows))) == 0


@pytest.mark.parametrize(
    ("day", "paid", "over"),
    [
        ("2026-12-28", 420, 0),  # three blocks of 10 h: 420 + 2 x 690 = 1800
        ("2026-12-28", 421, 1),
        ("2027-01-03", 421, 1),  # the Sunday that ends the third block
        ("2026-12-27", 421, 0),  # the Sunday before begins a fourth: 2400
        ("2026-12-27", 1021, 1),
        ("2027-01-04", 421, 601),  # two blocks only: 1200
    ],
)
def test_blocks_run_from_that_of_the_own_first_shift(day: str, paid: int, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    worked(tables, "P1", f"{day}T09:00", f"{day}T18:00", paid)
    # somebody else's history says nothing about P1
    worked(tables, "P2", "2026-12-01T09:00", "2026-12-01T18:00", 480)
    rows = [need(tables, 0, "D"), need(tables, 2, "D")]
    problem = problem_of(tables)
    assert (
        amount(problem, "average_week", does(problem, *(("P1", row) for row in rows)), hours=10)
        == over
    )


def test_blocks_end_with_the_period_and_need_not_begin_on_a_monday() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-07T09:00", "2027-01-07T18:00", 421)
    rows = [need(tables, 0, "D"), need(tables, 2, "D")]
    # ten days to Wednesday 20: the blocks are 14 to 20 and 7 to 13 January
    problem = problem_of(tables, days=10)
    assert (
        amount(problem, "average_week", does(problem, *(("P1", row) for row in rows)), hours=10)
        == 1801 - 1200
    )


@pytest.mark.parametrize(
    ("day", "counted"), [("2026-09-21", 500), ("2026-09-20", 0), ("2026-09-14", 0)]
)
def test_history_beyond_seventeen_blocks_gives_seventeen(day: str, counted: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{day}T09:00", f"{day}T18:00", 500)
    rows = [need(tables, 0, "D"), need(tables, 2, "D")]  # 1380 minutes
    problem = problem_of(tables)
    # 17 blocks end on 17 January 2027 and begin on 21 September 2026: 17 x 60 = 1020
    assert (
        amount(problem, "average_week", does(problem, *(("P1", row) for row in rows)), hours=1)
        == 1380 + counted - 1020
    )


def test_no_more_blocks_than_the_policy_says() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2026-12-28T09:00", "2026-12-28T18:00", 400)
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T18:00", 100)
    rows = [need(tables, 0, "D"), need(tables, 2, "D")]
    problem = problem_of(tables)
    assert (
        amount(
            problem,
            "average_week",
            does(problem, *(("P1", row) for row in rows)),
            hours=10,
            blocks=2,
        )
        == 1380 + 100 - 1200
    )
    assert (
        amount(
            problem,
            "average_week",
            does(problem, *(("P1", row) for row in rows)),
            hours=10,
            blocks=3,
        )
        == 1380 + 500 - 1800
    )


@pytest.mark.parametrize(
    ("first", "last", "over"),
    [
        ("2027-01-11", "2027-01-12", 22),
        ("2027-01-12", "2027-01-13", 22),
        ("2027-01-16", "2027-01-17", 22),
        ("2027-01-12", "2027-01-12", 0),
    ],
)
def test_days_of_leave_are_taken_out_of_the_divisor(first: str, last: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", first, last)
    row = need(tables, 4, "E")
    problem = problem_of(tables)
    # 10 h x 5/7 of a week are 428.57 minutes, of which 428 are whole; x 6/7 are 514
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == over


def test_leave_outside_the_blocks_says_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", "2027-01-04", "2027-01-10")
    on_leave(tables, "P1", "2027-01-18", "2027-01-24")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=7.5) == 0


def test_leave_in_an_earlier_block_counts_from_the_first_known_shift_on() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T12:00", 150)
    on_leave(tables, "P1", "2027-01-05", "2027-01-10")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    # two blocks less six days: 10 h x 8/7 are 685.7; 150 + 450 fit. 8 h x 8/7 are 548.57: 52 too
    # many
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 0
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=8) == 52


def test_somebody_over_the_average_already_gets_no_further_shift() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-04T09:00", "2027-01-04T18:00", 2000)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    # 1200 are allowed: the 800 before the roster are no breach, the shift is
    assert amount(problem, "average_week", does(problem), hours=10) == 0
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 450


def test_fixed_busy_time_inside_the_period_counts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-12T09:00", "2027-01-12T18:00", 200, organisation_id="B")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 50


def test_shifts_after_the_period_do_not_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E")
    start = minute_of(date(2027, 1, 18), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 600, 600, "P1", "B"),))
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 0


def test_both_contracts_of_a_joint_post_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "20")
    work = [("P1", need(tables, 0, "E")), ("P1", need(tables, 1, "E", site_id="SB"), second)]
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, *work), hours=10) == 300


def test_a_fortnight_begins_with_the_block_of_the_first_shift_in_it() -> None:
    tables = plain_tables()
    person(tables, "P1")
    first, *second = need(tables, 6, "E"), need(tables, 7, "E"), need(tables, 9, "E")
    problem = problem_of(tables, days=14)
    assert (
        amount(problem, "average_week", does(problem, *(("P1", row) for row in second)), hours=10)
        == 900 - 600
    )
    assert (
        amount(
            problem,
            "average_week",
            does(problem, *(("P1", row) for row in (first, *second))),
            hours=10,
        )
        == 1350 - 1200
    )
    assert amount(problem, "average_week", does(problem, ("P1", first)), hours=10) == 0


def test_the_night_from_the_last_day_of_a_block_counts_in_it() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{MONDAY - timedelta(days=1)}T20:00", f"{MONDAY}T07:00", 600)
    row = need(tables, 1, "D")
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 690 + 600 - 1200


@pytest.mark.parametrize(("day", "over"), [("2027-01-04", 43), ("2027-01-03", 0)])
def test_leave_counts_from_the_first_day_of_the_first_block(day: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-05T09:00", "2027-01-05T12:00", 150)
    on_leave(tables, "P1", day)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    # 150 + 450 fit in two blocks of 5 h; 13 days of the 14 leave 557
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=5) == over


def test_fixed_busy_time_on_the_last_day_counts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-17T09:00", "2027-01-17T18:00", 200, organisation_id="B")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "average_week", does(problem, ("P1", row)), hours=10) == 50


def test_of_a_fortnight_the_policy_may_count_the_last_block_alone() -> None:
    tables = plain_tables()
    person(tables, "P1")
    before = [("P1", need(tables, day, "D")) for day in (0, 2)]
    last = [("P1", need(tables, day, "E")) for day in (7, 9)]
    problem = problem_of(tables, days=14)
    assert amount(problem, "average_week", does(problem, *before), hours=10, blocks=1) == 0
    assert (
        amount(problem, "average_week", does(problem, *before, *last), hours=10, blocks=1)
        == 900 - 600
    )


def test_work_in_the_first_block_alone_is_measured_over_both() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "D") for day in (0, 2, 4)]
    need(tables, 8, "E")
    problem = problem_of(tables, days=14)
    assert (
        amount(problem, "average_week", does(problem, *(("P1", row) for row in rows)), hours=10)
        == 2070 - 1200
    )


def test_work_before_the_reference_period_makes_it_full_length() -> None:
    """Three weeks, blocks of two: whoever worked in the first week is measured over the last two,
    not over the last alone.
    """
    tables = plain_tables()
    person(tables, "P1")
    early = need(tables, 0, "E")
    late = [need(tables, day, "D") for day in (14, 16)]
    problem = problem_of(tables, days=21)
    both = does(problem, ("P1", early), *(("P1", row) for row in late))
    # 1,380 of 1,440 in two blocks
    assert amount(problem, "average_week", both, hours=12, blocks=2) == 0
    assert (
        amount(
            problem,
            "average_week",
            does(problem, *(("P1", row) for row in late)),
            hours=12,
            blocks=2,
        )
        == 1380 - 720
    )
