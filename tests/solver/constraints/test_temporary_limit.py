"""Caps on the hours of some supplies together, over the whole period."""

import pytest

from tests.factories import amount, does, need, plain_tables, problem_of, supply


@pytest.mark.parametrize(("hours", "over"), [(15, 0), (14.99, 1), (7.5, 450), (0, 900)])
def test_hours_of_the_named_supplies_add_up_over_the_period(hours: float, over: int) -> None:
    tables = plain_tables()
    supply(tables, "AG")
    supply(tables, "BK", "bank")
    supply(tables, "FREE")
    rows = [need(tables, 0, "E"), need(tables, 8, "E"), need(tables, 9, "E")]
    problem = problem_of(tables, days=14)
    roster = does(problem, ("AG", rows[0]), ("BK", rows[1]), ("FREE", rows[2]))
    assert (
        amount(
            problem, "temporary_limit", roster, caps=[{"supply_ids": ["AG", "BK"], "hours": hours}]
        )
        == over
    )


def test_each_cap_counts_on_its_own() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    caps = [{"supply_ids": ["AG"], "hours": 7}, {"supply_ids": ["AG", "BK"], "hours": 6}]
    assert amount(problem, "temporary_limit", does(problem, ("AG", row)), caps=caps) == 30 + 90


def test_a_cap_in_decimal_hours_allows_every_minute_of_it() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    tables["shift_type"].append(
        {
            "id": "S",
            "name": "Short",
            "start_time": "09:00",
            "end_time": "13:06",
            "unpaid_break_minutes": "0",
        }
    )
    row = need(tables, 0, "S")
    problem = problem_of(tables)
    # 4.1 h are 246 minutes, though 4.1 x 60 in floating point is a little less
    assert (
        amount(
            problem,
            "temporary_limit",
            does(problem, ("AG", row)),
            caps=[{"supply_ids": ["AG"], "hours": 4.1}],
        )
        == 0
    )
