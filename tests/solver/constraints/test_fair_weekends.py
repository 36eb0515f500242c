"""Shifts that start on a Saturday or Sunday above a share of what the group's demand requires."""

from datetime import date

import pytest

from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    shift,
    supply,
    worked,
)

FRIDAY, SATURDAY, SUNDAY, NEXT_MONDAY = 4, 5, 6, 7


def two(first: str = "37.5", second: str = "37.5") -> Tables:
    tables = plain_tables()
    person(tables, "P1", hours=first)
    person(tables, "P2", hours=second)
    return tables


def above(tables: Tables, *work: tuple[str, str], first: date | None = None, days: int = 7) -> int:
    problem = problem_of(tables, first, days) if first else problem_of(tables, days=days)
    return amount(problem, "fair_weekends", does(problem, *work))


@pytest.mark.parametrize(
    ("day", "kind", "over"),
    [
        (FRIDAY, "N", 0),
        (FRIDAY, "E", 0),
        (SATURDAY, "E", 1),
        (SATURDAY, "N", 1),
        (SUNDAY, "L", 1),
        (SUNDAY, "N", 1),
        (NEXT_MONDAY, "E", 0),
    ],
)
def test_the_day_on_which_a_shift_starts_decides(day: int, kind: str, over: int) -> None:
    tables = two()
    # nothing required: a share of nothing
    row = need(tables, day, kind, minimum="0", preferred="1")
    assert above(tables, ("P1", row), days=14) == over


@pytest.mark.parametrize(
    ("start", "end", "day", "over"),
    [("00:00", "08:00", SATURDAY, 1), ("23:59", "08:00", FRIDAY, 0), ("00:00", "08:00", 7, 0)],
)
def test_midnight_is_the_edge(start: str, end: str, day: int, over: int) -> None:
    tables = two()
    row = need(tables, day, shift(tables, start, end), minimum="0", preferred="1")
    assert above(tables, ("P1", row), days=14) == over


@pytest.mark.parametrize(
    ("day", "over"), [(date(2027, 3, 28), 1), (date(2027, 3, 26), 0), (date(2027, 3, 29), 0)]
)
def test_the_sunday_of_the_clock_change_is_one_and_a_public_holiday_on_a_weekday_is_not(
    day: date, over: int
) -> None:
    tables = two()
    row = need(tables, day, shift(tables, "00:30", "09:00"), minimum="0", preferred="1")
    assert above(tables, ("P1", row), first=date(2027, 3, 22), days=14) == over


@pytest.mark.parametrize(("count", "over"), [(1, 0), (2, 0), (3, 1), (4, 2)])
def test_shares_run_over_all_weekends_of_the_period(count: int, over: int) -> None:
    tables = two()
    rows = [need(tables, day, "E") for day in (5, 6, 12, 13)]
    assert above(tables, *(("P1", row) for row in rows[:count]), days=14) == over


@pytest.mark.parametrize(("first", "second", "over"), [(3, 1, 0), (4, 0, 1), (2, 2, 1), (0, 4, 3)])
def test_shares_go_by_contracted_hours(first: int, second: int, over: int) -> None:
    tables = two("36", "12")  # 3 : 1 of four
    rows = [need(tables, day, "E") for day in (5, 6, 12, 13)]
    assert (
        above(
            tables,
            *(("P1", row) for row in rows[:first]),
            *(("P2", row) for row in rows[4 - second :]),
            days=14,
        )
        == over
    )


def test_who_is_away_at_every_weekend_has_no_share() -> None:
    tables = two()
    on_leave(tables, "P2", date(2027, 1, 16), date(2027, 1, 17))
    rows = [need(tables, day, "E") for day in (0, SATURDAY, SUNDAY)]
    assert above(tables, *(("P1", row) for row in rows)) == 0
    tables["leave"][0]["from_date"] = "2027-01-17"  # may work on Saturday: a half of two
    assert above(tables, *(("P1", row) for row in rows)) == 1


def test_weekdays_bank_staff_and_supply_have_nothing_of_it() -> None:
    tables = two()
    person(tables, "P3", kind="bank", hours="0")
    supply(tables, "AG")
    rows = [need(tables, day, "E", minimum="2") for day in (0, 1, SATURDAY, SUNDAY)]
    assert (
        above(
            tables,
            ("P1", rows[0]),
            ("P1", rows[1]),
            ("P3", rows[2]),
            ("P3", rows[3]),
            ("AG", rows[2]),
            ("AG", rows[3]),
        )
        == 0
    )


def test_weekends_elsewhere_count_for_the_person_but_not_in_the_total_of_the_group() -> None:
    tables = two()
    lending(tables, ["P1"])
    here, there = need(tables, SATURDAY, "E"), need(tables, SUNDAY, "E", site_id="SB")
    assert above(tables, ("P1", here)) == 0
    assert above(tables, ("P1", there)) == 0
    assert above(tables, ("P1", here), ("P1", there)) == 1


def test_weekends_known_beforehand_do_not_count() -> None:
    tables = two()
    for day in ("09", "10"):
        worked(
            tables, "P1", f"2027-01-{day}T09:00", f"2027-01-{day}T15:00", 360, contract_id="C-P1"
        )
    # in the period, but fixed
    worked(tables, "P1", "2027-01-17T16:00", "2027-01-17T20:00", 240, contract_id="C-P1")
    row = need(tables, SATURDAY, "E")
    assert above(tables, ("P1", row)) == 0


def test_the_sentence_says_who_what_and_what_was_due() -> None:
    tables = two()
    row = need(tables, SUNDAY, "E", minimum="0", preferred="1")
    problem = problem_of(tables)
    (violation,) = verify(problem, alone("fair_weekends"), does(problem, ("P1", row))).priced[
        "fair_weekends"
    ]
    assert violation.about == ("P1", "RN", "PA")
    assert (
        violation.sentence
        == "P1 works 1 weekend shift as RN of PA; a fair share of the 0 required there is 0."
    )


def test_each_weekend_shift_above_costs_four_pounds_by_default() -> None:
    assert Policy.from_tables().rules["fair_weekends"].price() == 400 * 60


def test_weekly_columns_hear_it_as_a_limit_of_each_person_alone() -> None:
    problem = problem_of(random_tables(1))
    collector = StatementCollector(problem, alone("fair_weekends"))
    assert any(own.at_most for own in collector.own)
    without = StatementCollector(problem, alone("deployable"))
    assert not any(own.at_most for own in without.own)
    assert len(collector.rows) == len(without.rows)
