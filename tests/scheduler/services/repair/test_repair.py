"""Repairs whose cheapest cover with the fewest changes is known by construction, or by trying every
roster.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster import Assignment, Roster
from scheduler.services.check.files import Given, check_files
from scheduler.services.data.import_export import export_roster
from scheduler.services.repair.answer import Repaired, stored_answer
from scheduler.services.repair.disruption import Sick, disruption_of
from scheduler.services.repair.record_sickness import record_sickness
from scheduler.services.repair.repair import repair
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply
from tests.scheduler.services.handmade import POLICY, stored

TUESDAY = MONDAY + timedelta(days=1)
PLACE = "SA-0112-E-RN"
LIMITS = Limits(20.0, workers=2)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def one_place(*others: str) -> Tables:
    """SICK has the only place on Tuesday morning."""
    tables = plain_tables()
    for staff_id in ("SICK", *others):
        person(tables, staff_id)
    need(tables, 1, "E")
    return tables


def repaired(repository: Repository, roster_id: str, *sick: str) -> Repaired:
    return repair(
        repository,
        roster_id,
        sick=[Sick(one, TUESDAY, TUESDAY) for one in sick],
        since=MONDAY,
        limits=LIMITS,
    )


def changes(found: Repaired) -> dict[str, tuple[list[str], list[str]]]:
    """Who -> what they lose and get."""
    return {
        change.who: ([s.demand_id for s in change.loses], [s.demand_id for s in change.gets])
        for change in found.changes
    }


def decision(repository: Repository, roster_id: str) -> Roster:
    return repository.roster(roster_id).document.decision()


# --- the cheapest cover with the fewest changes


def test_who_is_free_takes_the_place_and_nobody_else_is_touched(repository: Repository) -> None:
    tables = one_place("FREE", "BUSY")
    need(tables, 2, "E")
    roster_id = stored(repository, tables, ("SICK", PLACE), ("BUSY", "SA-0113-E-RN"))
    found = repaired(repository, roster_id, "SICK")
    assert changes(found) in (
        {"SICK": ([PLACE], []), "FREE": ([], [PLACE])},
        {"SICK": ([PLACE], []), "BUSY": ([], [PLACE])},
    )
    assert (found.changed_pairs, found.left_open) == (2, ())
    assert found.proof is not None
    assert (found.proof.proven, found.proof.gap) == (True, 0.0)
    assert Assignment("SA-0113-E-RN", "BUSY", "C-BUSY") in set(
        decision(repository, found.roster_id)
    )


def test_a_chain_of_two_where_it_takes_two(repository: Repository) -> None:
    """HELPER alone may nurse, but supports elsewhere at that time; AIDE is free and may only
    support.
    """
    tables = one_place("HELPER")
    person(tables, "AIDE", role_id="HCA")
    support = need(tables, 1, "E", "HCA")
    roster_id = stored(repository, tables, ("SICK", PLACE), ("HELPER", support))
    found = repaired(repository, roster_id, "SICK")
    assert changes(found) == {
        "SICK": ([PLACE], []),
        "HELPER": ([support], [PLACE]),
        "AIDE": ([], [support]),
    }
    assert (found.changed_pairs, found.left_open) == (4, ())
    helper = next(change for change in found.changes if change.who == "HELPER")
    assert helper.why == (
        f"Takes {PLACE}, which SICK is out of.",
        f"{support} cannot be kept beside it.",
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_roster_of_all_that_there_are_is_cheaper(repository: Repository, seed: int) -> None:
    """Three people and three places of different weight, one of whom is away: against every way to
    fill the places.
    """
    tables = plain_tables()
    for number in range(3):
        person(tables, f"P{number}", role_id="RN" if (seed + number) % 3 else "HCA")
    places = [
        need(tables, 1, "E", "HCA", priority=str(1 + seed % 5)),
        need(tables, 1, "L", "HCA"),
        need(tables, 2, "E", "HCA", priority="5"),
    ]
    begun = [("P0", places[0]), ("P1", places[1]), ("P2", places[2])]
    roster_id = stored(repository, tables, *begun)
    found = repaired(repository, roster_id, "P0")
    disruption = disruption_of(repository, roster_id, [Sick("P0", TUESDAY, TUESDAY)], MONDAY)
    pairs = [
        Assignment(
            disruption.problem.duties[column].id,
            disruption.problem.employments[row].contract.staff_id,
            disruption.problem.employments[row].id,
        )
        for row, column in zip(
            disruption.problem.pairs_employment.tolist(),
            disruption.problem.pairs_duty.tolist(),
            strict=True,
        )
    ]
    fillers = [[None, *(pair for pair in pairs if pair.demand_id == place)] for place in places]
    reports = []
    for combination in product(*fillers):
        chosen = Roster.of([assignment for assignment in combination if assignment is not None])
        reports.append(verify(disruption.problem, disruption.policy, chosen))
    least = min(report.objective for report in reports if not report.breaches)
    assert (
        verify(
            disruption.problem, disruption.policy, decision(repository, found.roster_id)
        ).objective
        == least
    )


def test_a_place_that_nobody_can_take_stays_open_with_its_price(repository: Repository) -> None:
    roster_id = stored(repository, one_place(), ("SICK", PLACE))
    found = repaired(repository, roster_id, "SICK")
    assert changes(found) == {"SICK": ([PLACE], [])}
    cover = Policy.from_tables(POLICY).rules["minimum_cover"]
    duty = disruption_of(
        repository, roster_id, [Sick("SICK", TUESDAY, TUESDAY)], MONDAY
    ).problem.duty_by_id[PLACE]
    assert [(left.shift.demand_id, left.places, left.price_pence) for left in found.left_open] == [
        (PLACE, 1, cover.each(duty) / 60)
    ]  # type: ignore[attr-defined]
    assert found.objective_pence == found.stored_pence + cover.each(duty) / 60  # type: ignore[attr-defined]


def test_temporary_supply_covers_what_nobody_else_can(repository: Repository) -> None:
    tables = one_place()
    supply(tables, "BK", "bank")
    found = repaired(repository, stored(repository, tables, ("SICK", PLACE)), "SICK")
    assert changes(found) == {"SICK": ([PLACE], []), "BK": ([], [PLACE])}
    assert found.left_open == ()


# --- what else could be better is told apart


def test_an_improvement_that_the_repair_does_not_need_is_listed_and_not_done(
    repository: Repository,
) -> None:
    """On Monday agency works beside BUSY and TOO, where IDLE could: no repair of Tuesday needs that
    changed.
    """
    tables = one_place("BUSY", "TOO", "IDLE")
    monday = need(tables, 0, "E", minimum="3")
    supply(tables, "AG")
    roster_id = stored(
        repository,
        tables,
        ("SICK", PLACE),
        ("BUSY", monday),
        ("TOO", monday),
        ("AG", monday),
        policy=Policy.from_tables(),
    )
    found = repaired(repository, roster_id, "SICK")
    assert "AG" not in changes(found)
    assert Assignment(monday, supply_id="AG") in set(decision(repository, found.roster_id))
    assert found.improvements_searched
    best = found.improvements[0]
    assert ("AG", [monday]) in [
        (change.who, [shift.demand_id for shift in change.loses]) for change in best.changes
    ]
    assert best.saves_pence > 0


# --- what can upset a roster


def test_nothing_disturbed_stores_nothing(repository: Repository) -> None:
    roster_id = stored(repository, one_place("FREE"), ("SICK", PLACE))
    found = repaired(repository, roster_id)
    assert (found.roster_id, found.changes, found.dropped) == ("", (), ())
    assert [header.id for header in repository.rosters()] == [roster_id]


def test_a_suspended_passport_opens_the_places_that_it_carried(repository: Repository) -> None:
    tables = plain_tables()
    person(tables, "LENT")
    person(tables, "LOCAL", "B")
    lending(tables, ["LENT"])
    place = need(tables, 1, "E", site_id="SB")
    roster_id = stored(repository, tables, ("LENT", place))
    tables["passport"][0]["status"] = "suspended"
    repository.store(Dataset.from_cells(tables), replace=True)
    found = repaired(repository, roster_id)
    assert changes(found) == {"LENT": ([place], []), "LOCAL": ([], [place])}
    ((dropped, why),) = found.dropped
    assert dropped.staff_id == "LENT"
    assert "passport" in why.lower()


def test_new_demand_is_covered_and_told(repository: Repository) -> None:
    tables = one_place("FREE")
    roster_id = stored(repository, tables, ("SICK", PLACE))
    new = need(tables, 1, "D")
    repository.store(Dataset.from_cells(tables))
    found = repaired(repository, roster_id)
    assert found.new_demand == (new,)
    assert changes(found) == {"FREE": ([], [new])}


def test_earlier_days_stay_as_they_are(repository: Repository) -> None:
    tables = one_place("FREE")
    monday = need(tables, 0, "E")
    roster_id = stored(repository, tables, ("SICK", PLACE), ("FREE", monday))
    found = repair(
        repository, roster_id, sick=[Sick("SICK", TUESDAY, TUESDAY)], since=TUESDAY, limits=LIMITS
    )
    assert Assignment(monday, "FREE", "C-FREE") in set(decision(repository, found.roster_id))
    kept = repair(
        repository,
        roster_id,
        sick=[Sick("FREE", MONDAY, MONDAY), Sick("SICK", TUESDAY, TUESDAY)],
        since=TUESDAY,
        limits=LIMITS,
    )
    assert Assignment(monday, "FREE", "C-FREE") in set(decision(repository, kept.roster_id)), (
        "worked or not, it has begun"
    )
    assert [
        note for note in kept.notes if "FREE" in note and monday in note and "not worked" in note
    ]


def test_a_repair_of_a_repair_still_knows_who_is_sick(repository: Repository) -> None:
    roster_id = stored(repository, one_place("FREE", "THIRD"), ("SICK", PLACE))
    first = repaired(repository, roster_id, "SICK")
    taker = next(change.who for change in first.changes if change.gets)
    second = repaired(repository, first.roster_id, taker)
    (last,) = decision(repository, second.roster_id).by_demand[PLACE]
    assert last.staff_id not in ("SICK", taker)


# --- wrong requests


def test_wrong_requests_are_said_in_plain_words(repository: Repository) -> None:
    roster_id = stored(repository, one_place("FREE"), ("SICK", PLACE))
    with pytest.raises(NotFound, match="R-NONE"):
        repaired(repository, "R-NONE")
    with pytest.raises((BadRequest, NotFound), match="SICKK"):
        repaired(repository, roster_id, "SICKK")
    with pytest.raises(BadRequest, match="last day must not come before the first"):
        Sick("SICK", TUESDAY, MONDAY)
    with pytest.raises(BadRequest, match="no day of"):
        repair(
            repository,
            roster_id,
            sick=[Sick("SICK", date(2027, 3, 1), date(2027, 3, 2))],
            since=MONDAY,
            limits=LIMITS,
        )
    with pytest.raises(BadRequest, match="nothing is left to repair"):
        repair(repository, roster_id, since=date(2027, 2, 1), limits=LIMITS)


def test_a_repaired_roster_is_checked_from_files_with_what_had_begun_as_history(
    repository: Repository, tmp_path: Path
) -> None:
    """FREE's Monday was recorded as leave after it had begun: the shift stands, and is not
    judged.
    """
    tables = one_place("FREE", "THIRD")
    monday = need(tables, 0, "E")
    roster_id = stored(repository, tables, ("SICK", PLACE), ("FREE", monday))
    record_sickness(repository, [Sick("FREE", MONDAY, MONDAY), Sick("SICK", TUESDAY, TUESDAY)])
    found = repair(repository, roster_id, since=TUESDAY, limits=LIMITS)
    assert [line.demand_id for line in repository.roster(found.roster_id).document.assignments] == [
        monday,
        PLACE,
    ]
    write_folder(repository.dataset(), tmp_path / "facts")
    export_roster(repository, roster_id, tmp_path / "before")
    export_roster(repository, found.roster_id, tmp_path / "after")
    checked = check_files(
        tmp_path / "facts",
        tmp_path / "after" / "assignment.csv",
        Given(stable_against=tmp_path / "before"),
    )
    assert checked.breaches == ()
    assert (
        checked.objective_pence
        == repository.roster(found.roster_id).document.summary["objective_pence"]
    )
    assert "1 shift had begun before Tue 12 Jan 00:00" in checked.notes[0]


def test_a_repair_asked_for_twice_is_one_draft(repository: Repository) -> None:
    roster_id = stored(repository, one_place("FREE"), ("SICK", PLACE))
    assert (
        repaired(repository, roster_id, "SICK").roster_id
        == repaired(repository, roster_id, "SICK").roster_id
    )
    assert len(repository.rosters("COL")) == 2


def test_a_night_that_ends_on_the_first_day_of_sickness_was_worked(repository: Repository) -> None:
    """Monday's night ends on Tuesday at 07:30; sick from Tuesday on, its nurse keeps it, and
    Tuesday's night goes to somebody else.
    """
    tables = plain_tables()
    for staff_id in ("SICK", "FREE"):
        person(tables, staff_id)
    first, second = need(tables, 0, "N"), need(tables, 1, "N")
    roster_id = stored(repository, tables, ("SICK", first), ("SICK", second))
    found = repair(
        repository, roster_id, sick=[Sick("SICK", TUESDAY, TUESDAY)], since=TUESDAY, limits=LIMITS
    )
    assert changes(found) == {"SICK": ([second], []), "FREE": ([], [second])}
    assert found.notes == (), "it started before the sickness: nothing of it was missed"
    assert Assignment(first, "SICK", "C-SICK") in set(decision(repository, found.roster_id))


def test_the_answer_is_kept_with_the_parts_of_its_sentences(repository: Repository) -> None:
    roster_id = stored(repository, one_place(), ("SICK", PLACE))
    found = repaired(repository, roster_id, "SICK")
    header = repository.roster(found.roster_id).header
    kept = stored_answer(header.id, header.summary)
    assert kept is not None
    assert kept.changes == found.changes
    assert [dict(why.arguments) for _, why in kept.dropped] == [
        dict(why.arguments) for _, why in found.dropped
    ]
    assert [left.cause.arguments for left in kept.left_open] == [
        left.cause.arguments for left in found.left_open
    ]
    assert found.left_open[0].cause.arguments
    older = {**header.summary["repair"]["answer"]}
    del older["parts"]
    plain = stored_answer(header.id, {"repair": {"answer": older}})
    assert plain is not None
    assert plain.left_open == kept.left_open, "the same texts"
    assert not plain.left_open[0].cause.arguments, "an earlier version kept no parts"
