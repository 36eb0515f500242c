"""One person's time and clearance on the command line."""

import pytest

from tests.scheduler.cli.conftest import START, World, call


@pytest.fixture
def published(own_world: World) -> str:
    """The address of a database with a published roster."""
    assert own_world.call("publish", own_world.roster_id).code == 0
    return own_world.db


def test_time_is_said_and_told_to_programs(published: str) -> None:
    asked = ("my", "time", "P1", "--from", START, "--to", "2027-01-17")
    answer = call(*asked, db=published)
    assert answer.code == 0
    assert "37.5 h owed" in answer.out
    assert "C-P1" not in answer.out, "no id in a sentence"
    found = call(*asked, "--json", db=published).json()
    assert found["owed"] == 2250
    assert found["planned"] == sum(shift["paid"] for shift in found["shifts"]) > 0
    assert found["employments"][0]["contract_ids"] == ["C-P1"]


def test_without_a_last_day_it_is_a_week(published: str) -> None:
    found = call("my", "time", "P1", "--from", START, "--json", db=published).json()
    assert (found["first"], found["last"]) == ("2027-01-11", "2027-01-17")


def test_clearance_is_said_and_told_to_programs(published: str) -> None:
    asked = ("my", "clearance", "Synthetic P1", "--on", START)
    answer = call(*asked, db=published)
    assert "Passport: portability agreement, good for CIC B. No end." in answer.out
    assert "Entered, not signed." in answer.out
    assert "No single thing more would open" in answer.out
    found = call(*asked, "--json", db=published).json()
    assert [one["kind"] for one in found["held"]] == ["contract", "passport"]
    other = call("my", "clearance", "P2", "--on", START, "--json", db=published).json()
    assert [one["kind"] for one in other["opens"]] == ["passport"]


def test_a_period_that_ends_before_it_begins_is_refused(published: str) -> None:
    answer = call("my", "time", "P1", "--from", START, "--to", "2027-01-10", db=published)
    assert answer.code == 2
    assert "expected 1 to 366" in answer.err
