"""Hours at overtime rate: above 37.5 h and above what is owed, per contract and week."""

import pytest

from tests.factories import (
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
    worked,
)


@pytest.mark.parametrize(
    ("hours", "before", "overtime"),
    [
        ("37.5", 1800, 0),
        ("37.5", 1801, 1),
        ("30", 1801, 1),
        ("15", 2000, 200),
        ("37.5", 2250, 450),
        ("37.5", 3000, 450),
        ("40", 1950, 0),
        ("40", 1951, 1),
    ],
)
def test_minutes_beyond_full_time_and_beyond_those_owed(
    hours: str, before: int, overtime: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=hours)
    worked(tables, "P1", "2027-01-11T00:00", "2027-01-11T06:00", before, contract_id="C-P1")
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "overtime_hours", does(problem, ("P1", row))) == overtime


def test_minutes_that_come_later_in_the_week_do_not_count_before() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-16T00:00", "2027-01-16T06:00", 2250, contract_id="C-P1")
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "overtime_hours", does(problem, ("P1", row))) == 0


def test_leave_does_not_bring_overtime_nearer() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", "2027-01-12", "2027-01-15")
    rows = [need(tables, 0, "D"), need(tables, 5, "D"), need(tables, 6, "D")]  # 34.5 h
    problem = problem_of(tables)
    assert amount(problem, "overtime_hours", does(problem, *(("P1", row) for row in rows))) == 0


def test_a_week_of_long_days_has_overtime_on_the_last_alone() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "D") for day in (0, 1, 3, 4, 6)]  # 57.5 h
    problem = problem_of(tables)
    assert amount(problem, "overtime_hours", does(problem, *(("P1", row) for row in rows[:3]))) == 0
    assert (
        amount(problem, "overtime_hours", does(problem, *(("P1", row) for row in rows))) == 20 * 60
    )


def test_each_contract_and_week_counts_on_its_own_and_bank_never() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="30")
    second = joint(tables, "P1", "B", "7.5")
    tables["contract"].append(
        {
            **tables["contract"][0],
            "id": "BANK",
            "kind": "bank",
            "hours_per_week": "0",
            "joint_post_id": "",
        }
    )
    supply(tables, "AG")
    worked(tables, "P1", "2027-01-11T00:00", "2027-01-11T06:00", 2250, contract_id="C-P1")
    rows = [
        need(tables, 1, "E", site_id="SB"),
        need(tables, 2, "E"),
        need(tables, 8, "E"),
        need(tables, 9, "E"),
    ]
    problem = problem_of(tables, days=14)
    roster = does(
        problem, ("P1", rows[0], second), ("P1", rows[1], "BANK"), ("P1", rows[2]), ("AG", rows[3])
    )
    assert amount(problem, "overtime_hours", roster) == 0
