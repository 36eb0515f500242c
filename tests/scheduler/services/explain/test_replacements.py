"""Ranked replacements: each figure is found again by the independent check of the changed
roster.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster import Assignment, Roster
from scheduler.services.explain.replacements import replacements
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    Tables,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
)
from tests.scheduler.services.handmade import stored

DEFAULT = Policy.from_tables()


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def world() -> tuple[Tables, str]:
    """An empty late on Tuesday at B's site, and everybody in another position towards it."""
    tables = plain_tables()
    for staff_id in ("FREE", "TIRED", "BUSY", "LACKS", "AWAY"):
        person(tables, staff_id, "B")
    person(tables, "LENT")
    lending(tables, ["LENT"])
    person(tables, "STRANGER")
    on_leave(tables, "AWAY", "2027-01-11", "2027-01-17")
    need(tables, 0, "N", site_id="SB")
    need(tables, 1, "L", site_id="SB", minimum="2", priority="2")
    need(tables, 1, "E", site_id="SB")
    person(tables, "NURSE", "B", role_id="HCA")
    tables["demand"][-1]["minimum"] = "1"
    return tables, "SB-0112-L-RN"


WORK = (("TIRED", "SB-0111-N-RN"), ("BUSY", "SB-0112-E-RN"), ("LACKS", "SB-0112-L-RN"))


def test_who_is_cleared_is_ranked_and_each_effect_is_what_the_check_finds(
    repository: Repository,
) -> None:
    tables, place = world()
    roster_id = stored(repository, tables, *WORK, policy=DEFAULT)
    found = replacements(repository, roster_id, place)
    assert {one.staff_id for one in found.candidates} == {"FREE", "TIRED", "BUSY", "LENT"}
    assert found.open_places == 1
    problem, roster = problem_of(tables), repository.roster(roster_id).document.decision()
    before = verify(problem, DEFAULT, roster)
    for one in found.candidates:
        left = {demand_id for demand_id, _ in one.leaves}
        kept = [a for a in roster if not (a.staff_id == one.staff_id and a.demand_id in left)]
        after = verify(
            problem, DEFAULT, Roster.of([*kept, Assignment(place, one.staff_id, one.contract_id)])
        )
        assert one.effect.objective_pence == pytest.approx(
            after.objective_pence - before.objective_pence
        ), one.staff_id
        assert bool(one.effect.blocked) == (len(after.breaches) > len(before.breaches)), (
            one.staff_id
        )
        assert sum(one.effect.by_rule.values()) == pytest.approx(one.effect.objective_pence)
        assert all(blocked.sentence.endswith(".") for blocked in one.effect.blocked)
    offered = [one.effect.objective_pence for one in found.candidates if one.offered]
    assert offered == sorted(offered)
    assert [one.offered for one in found.candidates] == sorted(
        [one.offered for one in found.candidates], reverse=True
    ), "who may not comes last"


def test_what_each_would_leave_rest_travel_and_lending(repository: Repository) -> None:
    tables, place = world()
    found = {
        one.staff_id: one
        for one in replacements(
            repository, stored(repository, tables, *WORK, policy=DEFAULT), place
        ).candidates
    }
    assert found["BUSY"].leaves == (("SB-0112-E-RN", 7.5),)
    assert found["FREE"].leaves == ()
    assert (found["FREE"].rest_before, found["FREE"].rest_after) == (None, None)
    tired = found["TIRED"]
    assert not tired.offered
    assert tired.rest_before is not None
    assert tired.rest_before < 11
    assert {blocked.rule for blocked in tired.effect.blocked} >= {"daily_rest"}
    assert (tired.nights.now, found["FREE"].nights.now) == (1, 0)
    assert (found["LENT"].lent, found["LENT"].employer_organisation_id, found["FREE"].lent) == (
        True,
        "A",
        False,
    )
    assert found["LENT"].travel_minutes > 0


def test_temporary_supply_is_offered_with_what_is_left_of_it(repository: Repository) -> None:
    tables, place = world()
    supply(tables, "BK", role_id="RN", organisation_id="B", max_shifts_per_week="2")
    found = replacements(repository, stored(repository, tables, *WORK, policy=DEFAULT), place)
    (offer,) = found.supply
    assert (offer.supply_id, offer.kind, offer.left, offer.offered) == ("BK", "agency", 2, True)
    assert offer.effect.cash_pence > 0


def test_facts_of_now_count_not_those_of_then(repository: Repository) -> None:
    tables, place = world()
    roster_id = stored(repository, tables, *WORK, policy=DEFAULT)
    on_leave(tables, "FREE", "2027-01-12", "2027-01-12")
    repository.store(Dataset.from_cells(tables))
    assert "FREE" not in {
        one.staff_id for one in replacements(repository, roster_id, place).candidates
    }


def test_a_full_place_and_ids_that_are_not_there_are_sentences(repository: Repository) -> None:
    tables, _ = world()
    roster_id = stored(repository, tables, *WORK, policy=DEFAULT)
    with pytest.raises(BadRequest, match="has no open place: 1 of 1 filled"):
        replacements(repository, roster_id, "SB-0112-E-RN")
    with pytest.raises(NotFound, match="Maybe SB-0112-L-RN"):
        replacements(repository, roster_id, "SB-0112-L-R")
    with pytest.raises(NotFound):
        replacements(repository, "COL-2027-01-11-9", "SB-0112-L-RN")
