"""What is published must hold now: under the facts of the moment, and beside everything that was
published meanwhile.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Leave
from scheduler.services.publish.publish import DoesNotStand, publish, standing
from scheduler.services.publish.publishable import only_drafted, unkept
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import OtherStateOfThings
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, need, person, plain_tables

NEXT = MONDAY + timedelta(days=7)
LIMITS = Limits(10.0, workers=2)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def built(repository: Repository, first: date = MONDAY) -> str:
    return solve(repository, Request("COL", first), LIMITS).roster_id


def away(repository: Repository, staff_id: str, first: date, last: date | None = None) -> None:
    repository.store(
        Dataset(
            leave=(Leave(staff_id=staff_id, from_date=first, to_date=last or first, kind="sick"),)
        )
    )


def one_early(repository: Repository, *more: int) -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    for day in (2, *more):
        need(tables, day, "E", priority="5")
    repository.store(Dataset.from_cells(tables))
    return tables


def test_leave_that_came_after_the_build_keeps_it_from_being_published(
    repository: Repository,
) -> None:
    one_early(repository)
    roster_id = built(repository)
    away(repository, "P1", MONDAY + timedelta(days=2))
    with pytest.raises(DoesNotStand) as caught:
        publish(repository, roster_id)
    [finding] = caught.value.findings
    assert finding.about == ("P1", "SA-0113-E-RN")
    assert "P1 Synthetic P1 at" in str(caught.value)
    assert "On leave on 2027-01-13" in str(caught.value)
    assert "scheduler repair" in str(caught.value)
    assert repository.roster(roster_id).header.status == "draft"


def test_published_all_the_same_it_says_why_and_what_did_not_hold(repository: Repository) -> None:
    one_early(repository)
    roster_id = built(repository)
    away(repository, "P1", MONDAY + timedelta(days=2))
    with pytest.raises(BadRequest, match="reason"):
        publish(repository, roster_id, anyway="  ")
    header = publish(repository, roster_id, anyway="agreed by phone").header
    assert header.status == "published"
    assert header.published_anyway is not None
    assert header.published_anyway.reason == "agreed by phone"
    finding = header.published_anyway.findings[0]
    assert "P1" in finding
    assert {"rule", "what"} == set(finding.arguments), "stored with the parts that pages name"
    assert standing(header) == "published, although not all of it stood"
    assert repository.roster(roster_id).header.published_anyway == header.published_anyway


def test_where_all_holds_a_reason_is_not_needed_and_not_kept(repository: Repository) -> None:
    one_early(repository)
    assert (
        publish(repository, built(repository), anyway="to be sure").header.published_anyway is None
    )


def test_two_weeks_built_side_by_side_as_drafts_are_not_both_published(
    repository: Repository,
) -> None:
    """Sunday night in the one, Monday's late six hours after it in the other."""
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 6, "N", priority="5")
    need(tables, 7, "L", priority="5")
    repository.store(Dataset.from_cells(tables))
    first, second = built(repository), built(repository, NEXT)
    assert only_drafted(repository, "COL", NEXT, 7) == [
        f"{MONDAY} to {MONDAY + timedelta(days=6)} is only a draft ({first}): its shifts do not"
        " count here, nor these there. Publish the earlier one first, then build the later."
    ]
    publish(repository, first)
    assert only_drafted(repository, "COL", NEXT, 7) == []
    with pytest.raises(DoesNotStand) as caught:
        publish(repository, second)
    assert [(finding.rule, finding.about) for finding in caught.value.findings] == [
        ("Rest between shifts", ("P1",))
    ]


def test_what_was_made_from_a_roster_that_is_no_longer_in_force_is_refused(
    repository: Repository,
) -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2", "P3"):
        person(tables, staff_id)
    need(tables, 2, "E", priority="5")
    repository.store(Dataset.from_cells(tables))
    first = built(repository)
    publish(repository, first)
    sick = next(line.staff_id for line in repository.roster(first).document.assignments)
    assert sick is not None
    day = MONDAY + timedelta(days=2)
    one = repair(
        repository, first, sick=[Sick(sick, day, day)], since=MONDAY, limits=LIMITS
    ).roster_id
    taker = next(line.staff_id for line in repository.roster(one).document.assignments)
    assert taker is not None
    other = repair(
        repository,
        first,
        sick=[Sick(taker, day, day), Sick(sick, day, day)],
        since=MONDAY,
        limits=LIMITS,
    ).roster_id
    publish(repository, one, reason="somebody is ill")
    with pytest.raises(
        BadRequest, match=f"made from {first}, which {one} has replaced .*repair that one"
    ):
        publish(repository, other)
    with pytest.raises(BadRequest, match="repair that one"):
        publish(repository, other, anyway="but I want to")


def test_facts_that_change_between_check_and_publication_are_seen(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_early(repository)
    roster_id = built(repository)
    asked = []

    def slow(among: Repository, checked: str) -> object:
        found = unkept(among, checked)
        if not asked:  # somebody falls ill while the roster is checked
            asked.append(checked)
            away(repository, "P1", MONDAY + timedelta(days=2))
        return found

    monkeypatch.setattr("scheduler.services.publish.publish.unkept", slow)
    with pytest.raises(DoesNotStand):
        publish(repository, roster_id)
    assert repository.roster(roster_id).header.status == "draft"


def test_the_repository_publishes_only_in_the_state_that_was_checked(
    repository: Repository,
) -> None:
    one_early(repository)
    roster_id = built(repository)
    seen = repository.state_of_things()
    away(repository, "P1", MONDAY)
    with pytest.raises(OtherStateOfThings):
        repository.publish(roster_id, as_of=seen)
    assert repository.publish(roster_id, as_of=repository.state_of_things()).status == "published"


def test_what_was_not_worked_counts_for_nothing_in_the_weeks_after(repository: Repository) -> None:
    """Four long days published and missed for sickness: the next week's four are all given."""
    tables = plain_tables()
    person(tables, "P1")
    for day in (0, 1, 2, 3, 7, 8, 9, 10):
        need(tables, day, "D", priority="5")
    repository.store(Dataset.from_cells(tables))
    publish(repository, built(repository))
    worked = solve(repository, Request("COL", NEXT), LIMITS).document
    away(repository, "P1", MONDAY, MONDAY + timedelta(days=6))
    missed = solve(repository, Request("COL", NEXT), LIMITS).document
    assert worked is not None
    assert missed is not None
    assert len(missed.assignments) == 4
    assert [
        line.overtime_minutes for line in sorted(missed.assignments, key=lambda line: line.start)
    ] == [0, 0, 0, 510]


def test_a_repair_that_was_told_of_sickness_stands_though_a_pin_of_the_sick_is_not_kept(
    repository: Repository,
) -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    row = need(tables, 2, "E", priority="5")
    tables["pin"] = [{"staff_id": "P1", "demand_id": row}]
    repository.store(Dataset.from_cells(tables))
    first = built(repository)
    publish(repository, first)
    day = MONDAY + timedelta(days=2)
    repaired = repair(
        repository, first, sick=[Sick("P1", day, day)], since=MONDAY, limits=LIMITS
    ).roster_id
    assert unkept(repository, repaired) == ()
    assert publish(repository, repaired, reason="P1 is ill").superseded == [first]
