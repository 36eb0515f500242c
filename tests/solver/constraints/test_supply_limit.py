"""Shifts taken from one temporary supply in a week."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    alone,
    amount,
    does,
    need,
    plain_tables,
    problem_of,
    supply,
)


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


def published(supply_id: str, day: date) -> KnownShift:
    """A call that another collaborative published: 08:00 to 16:00."""
    start = minute_of(day, time(8))
    return KnownShift(start, start + 480, 450, "", "A", "", "A", "UCR", supply_id=supply_id)


@pytest.mark.parametrize(("limit", "over"), [("4", 0), ("3", 1), ("2", 2), ("1", 2)])
def test_what_is_published_of_the_week_counts_and_is_no_breach_alone(limit: str, over: int) -> None:
    tables = plain_tables()
    supply(tables, "AG", max_shifts_per_week=limit)
    supply(tables, "BK", "bank", max_shifts_per_week="1")
    rows = [need(tables, 0, "E"), need(tables, 2, "E")]
    known = (
        published("AG", MONDAY),
        published("AG", MONDAY + timedelta(days=6)),
        published("AG", MONDAY + timedelta(days=7)),
        published("AG", MONDAY - timedelta(days=1)),
        published("BK", MONDAY),
    )
    problem = problem_of(tables, known=known)
    assert amount(problem, "supply_limit", does(problem, *(("AG", row) for row in rows))) == over
    assert amount(problem, "supply_limit", does(problem)) == 0


def test_the_sentence_counts_what_is_published_too() -> None:
    tables = plain_tables()
    supply(tables, "AG", max_shifts_per_week="1")
    row = need(tables, 0, "E")
    problem = problem_of(tables, known=(published("AG", MONDAY + timedelta(days=1)),))
    roster = does(problem, ("AG", row))
    [found] = verify(problem, alone("supply_limit", weight="hard"), roster).breaches
    assert found.sentence == (
        "AG gives 2 shifts in the week of 2027-01-11, over all that is published; it has 1."
    )
