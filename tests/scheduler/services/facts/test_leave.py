"""Leave told in one step: what it takes the place of, what it upsets, who else is away."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import Leave, LeaveBand
from scheduler.services.facts.history import revert
from scheduler.services.facts.leave import (
    LeaveTeam,
    propose_leave,
    take_leave_back,
    team_leave,
    tell_leave,
)
from scheduler.storage.repository import Repository
from tests.factories import MONDAY, need, person, plain_tables
from tests.scheduler.services.handmade import stored

TUESDAY, WEDNESDAY, FRIDAY = (MONDAY.replace(day=MONDAY.day + offset) for offset in (1, 2, 4))

WORK = "SA-0111-E-RN"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def tables() -> dict[str, list[dict[str, str]]]:
    found = plain_tables()
    for name in ("P1", "P2", "P3"):
        person(found, name)
    need(found, 0, "E")
    return found


@pytest.fixture
def filled(repository: Repository) -> Repository:
    repository.store(Dataset.from_cells(tables()))
    return repository


def leave(repository: Repository) -> list[tuple[str, ...]]:
    return [tuple(row.cells().values()) for row in repository.facts("leave")]


def test_leave_is_told_and_taken_back(filled: Repository) -> None:
    made = tell_leave(filled, "P1", MONDAY, FRIDAY, " annual ")
    assert leave(filled) == [("P1", str(MONDAY), str(FRIDAY), "annual")]
    with pytest.raises(BadRequest, match="kept already"):
        tell_leave(filled, "P1", TUESDAY, WEDNESDAY, "annual")
    sick = tell_leave(filled, "P1", TUESDAY, WEDNESDAY, "sick")
    assert leave(filled) == [
        ("P1", str(MONDAY), str(MONDAY), "annual"),
        ("P1", str(TUESDAY), str(WEDNESDAY), "sick"),
        ("P1", str(WEDNESDAY.replace(day=WEDNESDAY.day + 1)), str(FRIDAY), "annual"),
    ]
    revert(filled, sick.number)
    assert leave(filled) == [("P1", str(MONDAY), str(FRIDAY), "annual")]
    revert(filled, made.number)
    assert leave(filled) == []


def test_sickness_within_leave_that_was_told_twice(filled: Repository) -> None:
    """Leave of one kind may overlap, and then its rows are cut down to the same."""
    rows = [
        Leave(staff_id="P1", from_date=first, to_date=FRIDAY, kind="annual")
        for first in (MONDAY, TUESDAY)
    ]
    filled.store(Dataset(leave=tuple(rows)))
    thursday = str(WEDNESDAY.replace(day=WEDNESDAY.day + 1))
    sick = tell_leave(filled, "P1", TUESDAY, WEDNESDAY, "sick")
    assert leave(filled) == [
        ("P1", str(MONDAY), str(MONDAY), "annual"),
        ("P1", str(TUESDAY), str(WEDNESDAY), "sick"),
        ("P1", thursday, str(FRIDAY), "annual"),
    ]
    revert(filled, sick.number)
    assert filled.facts("leave") == tuple(rows)
    take_leave_back(filled, "P1", TUESDAY, WEDNESDAY)
    assert leave(filled) == [
        ("P1", str(MONDAY), str(MONDAY), "annual"),
        ("P1", thursday, str(FRIDAY), "annual"),
    ]


def test_leave_that_is_made_longer_stays_one_row(filled: Repository) -> None:
    tell_leave(filled, "P1", TUESDAY, TUESDAY, "annual")
    longer = tell_leave(filled, "P1", TUESDAY, FRIDAY, "annual")
    assert [one.what for one in longer.changes] == ["changed"]
    tell_leave(filled, "P1", MONDAY, FRIDAY, "annual")
    assert leave(filled) == [("P1", str(MONDAY), str(FRIDAY), "annual")]


def test_somebody_comes_back_early(filled: Repository) -> None:
    tell_leave(filled, "P1", MONDAY, FRIDAY, "sick")
    take_leave_back(filled, "P1", WEDNESDAY, FRIDAY)
    assert leave(filled) == [("P1", str(MONDAY), str(TUESDAY), "sick")]
    take_leave_back(filled, "P1", MONDAY, MONDAY)
    assert leave(filled) == [("P1", str(TUESDAY), str(TUESDAY), "sick")]
    take_leave_back(filled, "P1", date(2020, 1, 1), date(2030, 1, 1))
    assert leave(filled) == []
    with pytest.raises(BadRequest, match="No leave of theirs"):
        take_leave_back(filled, "P1", MONDAY, FRIDAY)


def test_what_is_wrong_is_said_all_at_once(filled: Repository) -> None:
    with pytest.raises(BadInput) as caught:
        tell_leave(filled, "P1", FRIDAY, MONDAY, " ")
    assert {fault.column for fault in caught.value.faults} == {"to_date", "kind"}
    with pytest.raises(BadInput, match="is the year right"):
        tell_leave(filled, "P1", MONDAY, MONDAY.replace(year=MONDAY.year + 3), "annual")
    with pytest.raises(NotFound):
        tell_leave(filled, "P9", MONDAY, MONDAY, "annual")
    assert leave(filled) == []


def test_what_falls_of_a_published_week_is_said_before(repository: Repository) -> None:
    roster_id = stored(repository, tables(), ("P1", WORK))
    assert propose_leave(repository, "P1", MONDAY, MONDAY, "sick").proposed.upsets == (), (
        "a draft is nobody's week yet"
    )
    repository.publish(roster_id)
    found = propose_leave(repository, "P1", MONDAY, MONDAY, "sick").proposed
    [upset] = found.upsets
    assert upset.roster.id == roster_id
    [sentence] = upset.sentences
    assert "P1" in sentence
    assert WORK in sentence
    assert "sick" not in sentence
    assert propose_leave(repository, "P2", MONDAY, MONDAY, "sick").proposed.upsets == ()
    assert propose_leave(repository, "P1", TUESDAY, FRIDAY, "sick").proposed.upsets == ()
    tell_leave(repository, "P1", MONDAY, MONDAY, "sick")
    again = propose_leave(repository, "P1", TUESDAY, TUESDAY, "sick").proposed
    assert again.upsets == (), "what had fallen before is not said again"


def test_more_people_away_than_a_team_can_spare_is_said(filled: Repository) -> None:
    [contract] = [row for row in filled.dataset().contract if row.staff_id == "P1"]
    team = LeaveTeam(contract.organisation_id, contract.role_id)
    band = LeaveBand(
        organisation_id=team.organisation_id, role_id=team.role_id, most_away=1, least_away=0
    )
    filled.store(Dataset(leave_band=(band,)))
    assert propose_leave(filled, "P1", MONDAY, TUESDAY, "annual").beyond == ()
    tell_leave(filled, "P1", MONDAY, TUESDAY, "annual")
    [sentence] = propose_leave(filled, "P2", TUESDAY, FRIDAY, "annual").beyond
    assert "2 people would be away on Tue" in sentence
    assert "at most 1 may be" in sentence
    assert propose_leave(filled, "P2", WEDNESDAY, FRIDAY, "annual").beyond == ()
    tell_leave(filled, "P2", TUESDAY, FRIDAY, "annual")
    found = team_leave(filled, team, MONDAY, WEDNESDAY)
    assert [(one.away, one.beyond) for one in found.days] == [(1, False), (2, True), (1, False)]
    assert [(staff_id, kinds) for staff_id, _, kinds in found.people] == [
        ("P1", ("annual", "annual", "")),
        ("P2", ("", "annual", "annual")),
        ("P3", ("", "", "")),
    ]
