"""The journey from home, within the person's limit."""

import pytest

from tests.factories import (
    problem_of,
)
from tests.scheduler.domain.deployability.world import kinds, own


@pytest.mark.parametrize(
    ("limit", "good"), [("", True), ("30", True), ("29.9", False), ("31", True), ("0", False)]
)
def test_the_journey_from_home_is_within_the_limit(limit: str, good: bool) -> None:
    tables, row = own(home_site_id="SB", max_travel_minutes=limit)
    tables["travel_time"] = [{"from_site_id": "SB", "to_site_id": "SA", "minutes": "30"}]
    assert kinds(tables, row) == ([] if good else ["travel"])


@pytest.mark.parametrize(
    ("journeys", "good"),
    [
        ([("SB", "SA", "30")], True),
        ([("SA", "SB", "30")], True),  # the missing direction is read from the other one
        ([("SB", "SA", "31"), ("SA", "SB", "29")], False),
        ([("SB", "SA", "30"), ("SA", "SB", "90")], True),
    ],
)
def test_the_journey_is_measured_from_home_to_site(
    journeys: list[tuple[str, str, str]], good: bool
) -> None:
    tables, row = own(home_site_id="SB", max_travel_minutes="30")
    tables["travel_time"] = [
        {"from_site_id": a, "to_site_id": b, "minutes": minutes} for a, b, minutes in journeys
    ]
    assert kinds(tables, row) == ([] if good else ["travel"])


def test_an_estimated_journey_is_not_rounded() -> None:
    tables, row = own(home_site_id="SB")
    minutes = problem_of(tables).index.geography.minutes("SB", "SA")
    assert minutes != round(minutes)
    for limit, good in (
        (repr(minutes), True),
        (str(int(minutes)), False),
        (str(int(minutes) + 1), True),
    ):
        tables["staff"][0]["max_travel_minutes"] = limit
        assert kinds(tables, row) == ([] if good else ["travel"])


def test_at_home_any_limit_will_do() -> None:
    tables, row = own(max_travel_minutes="0")
    assert kinds(tables, row) == []
