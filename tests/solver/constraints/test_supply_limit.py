"""Shifts taken from one temporary supply in a week."""

import pytest

from tests.factories import amount, does, need, plain_tables, problem_of, supply


@pytest.mark.parametrize(("limit", "over"), [("3", 0), ("2", 1), ("1", 2), ("", 0)])
def test_each_shift_beyond_the_weeks_limit_counts_also_two_of_one_demand(
    limit: str, over: int
) -> None:
    tables = plain_tables()
    supply(tables, "AG", max_shifts_per_week=limit)
    double, single = need(tables, 0, "E", minimum="2"), need(tables, 2, "E")
    problem = problem_of(tables)
    assert (
        amount(
            problem, "supply_limit", does(problem, ("AG", double), ("AG", double), ("AG", single))
        )
        == over
    )


def test_the_limit_begins_again_on_monday_and_a_night_counts_on_the_day_on_which_it_starts() -> (
    None
):
    tables = plain_tables()
    supply(tables, "AG", max_shifts_per_week="2")
    rows = [
        need(tables, 0, "E"),
        need(tables, 6, "N"),
        need(tables, 7, "E"),
        need(tables, 13, "N"),
        need(tables, 12, "E"),
    ]
    problem = problem_of(tables, days=14)
    assert amount(problem, "supply_limit", does(problem, *(("AG", row) for row in rows[:4]))) == 0
    assert amount(problem, "supply_limit", does(problem, *(("AG", row) for row in rows))) == 1


def test_each_supply_has_its_own_limit_over_all_places_of_its_host() -> None:
    tables = plain_tables()
    tables["service_host"][1]["organisation_id"] = "A"
    supply(tables, "AG", max_shifts_per_week="1")
    supply(tables, "BK", "bank", max_shifts_per_week="1")
    here, there = need(tables, 0, "E"), need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    assert amount(problem, "supply_limit", does(problem, ("AG", here), ("BK", there))) == 0
    assert amount(problem, "supply_limit", does(problem, ("AG", here), ("AG", there))) == 1
