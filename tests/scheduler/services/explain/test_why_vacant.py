"""Why a place is empty: a planted case of which every answer is known, as data and in sentences."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster import Roster
from scheduler.services.explain.why_vacant import (
    ExplainedVacancy,
    Vacancies,
    why_vacancies,
    why_vacancy,
)
from scheduler.services.explain.why_vacant_words import sentences
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    does,
    joint,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
    worked,
)

PLACE, ELSEWHERE, LATE, NIGHT_BANK = "SB-0112-E-RN", "SA-0112-E-RN", "SB-0111-L-RN", "SB-0113-E-RN"


def signed(staff_id: str, *organisation_ids: str) -> list[dict[str, str]]:
    return [
        {
            "staff_id": staff_id,
            "procedure_id": "IPC",
            "organisation_id": o,
            "version": "1",
            "valid_from": "2026-01-01",
            "valid_to": "",
        }
        for o in organisation_ids
    ]


def planted() -> Tables:
    """One empty place at B on Tuesday morning.

    MOVER works at A then, RESTED worked at B till late on Monday; PASS1 and PASS2 lack a passport,
    SIGN a sign-off; the bank has given its only shift.
    """
    tables = plain_tables()
    tables["procedure"] = [{"id": "IPC", "name": "Infection control"}]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": o,
            "version": "1",
            "from_date": "2024-01-01",
            "to_date": "",
        }
        for o in "AB"
    ]
    for staff_id in ("MOVER", "PASS1", "PASS2"):
        person(tables, staff_id)
    for staff_id in ("RESTED", "SIGN"):
        person(tables, staff_id, "B")
    lending(tables, ["MOVER"])
    tables["procedure_sign_off"] = [
        row
        for staff_id in ("MOVER", "PASS1", "PASS2", "RESTED")
        for row in signed(staff_id, "A", "B")
    ]
    need(tables, 1, "E", site_id="SB")
    need(tables, 1, "E", priority="4")
    need(tables, 0, "L", site_id="SB", priority="5")
    need(tables, 2, "E", site_id="SB", priority="1")
    supply(tables, "BK", "bank", "B", max_shifts_per_week="1")
    return tables


POLICY = alone("minimum_cover").to_tables() | {
    rule_id: rule
    for rule_id, rule in Policy.from_tables({}).to_tables().items()
    if rule.get("weight") == "hard"
}


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def stored(repository: Repository, tables: Tables, *work: tuple[str, ...]) -> str:
    """The id of a roster made by hand and saved as a search's would be."""
    dataset = Dataset.from_cells(tables)
    repository.store(dataset)
    problem, policy = problem_of(tables), Policy.from_tables(POLICY)
    roster: Roster = does(problem, *work)
    found = Found("feasible", roster, verify(problem, policy, roster).objective, 0)
    return repository.save_roster(
        document(problem, policy, found, Limits(), 0.0, dataset.sha256()), dataset
    )


@pytest.fixture
def place(repository: Repository) -> ExplainedVacancy:
    roster_id = stored(
        repository, planted(), ("MOVER", ELSEWHERE), ("RESTED", LATE), ("BK", NIGHT_BANK)
    )
    return why_vacancy(repository, roster_id, PLACE)


def test_what_is_empty_and_at_what_price(place: ExplainedVacancy) -> None:
    assert (place.missing, place.required, place.empty_pence, place.notes) == (
        1,
        True,
        300 * 1.25 * 7.5 * 100,
        (),
    )
    assert "2 more people are cleared" in place.cause


def test_who_works_elsewhere_and_the_price_of_moving(place: ExplainedVacancy) -> None:
    mover = next(standing for standing in place.cleared if standing.staff_id == "MOVER")
    assert (mover.why_not, [duty.id for duty in mover.works]) == ("works_elsewhere", [ELSEWHERE])
    assert mover.change is not None
    # £800 an hour empties there, £300 an hour at a need weight of 1.25 is filled here, 7.5 h each
    assert mover.change.pence == (800 - 375) * 7.5 * 100
    assert [
        (left.duty.id, left.missing, left.taken_from_required) for left in mover.change.leaves
    ] == [(ELSEWHERE, 1, True)]


def test_who_is_kept_by_rest_and_what_it_would_take(place: ExplainedVacancy) -> None:
    rested = next(standing for standing in place.cleared if standing.staff_id == "RESTED")
    assert (rested.why_not, [breach.rule for breach in rested.rules]) == ("rule", ["daily_rest"])
    assert rested.change is not None
    assert [taken.demand_id for taken in rested.change.removed] == [LATE]
    assert rested.change.pence == (2000 - 300) * 1.25 * 7.5 * 100


def test_exactly_three_people_are_one_barrier_away(place: ExplainedVacancy) -> None:
    assert [(nearby.group.key, nearby.group.staff_ids, nearby.free) for nearby in place.nearby] == [
        (("passport", "B", "A"), ("PASS1", "PASS2"), ("PASS1", "PASS2")),
        (("procedure", "IPC", "B"), ("SIGN",), ("SIGN",)),
    ]


def test_temporary_supply_is_exhausted(place: ExplainedVacancy) -> None:
    assert [(offer.supply.id, offer.state, offer.used) for offer in place.supplies] == [
        ("BK", "used_up", 1)
    ]
    assert place.supply_exhausted is True


def test_the_sentences_say_what_the_data_say(place: ExplainedVacancy) -> None:
    told = list(sentences(place))
    assert told == [
        (
            "SB-0112-E-RN (Tue 12 Jan 07:00 to 15:00 at SB), RN for UCR, host B, priority 3: 1 of 1"
            " required is missing (7.5 h). The roster counts £2,812.50 for it."
        ),
        "2 more people are cleared for it: 1 works elsewhere then, 1 is kept by a rule.",
        (
            "MOVER Synthetic MOVER is at work then, on SA-0112-E-RN (Tue 12 Jan 07:00 to 15:00 at"
            " SA); moving them here would make the roster £3,187.50 dearer (above all minimum_cover"
            " £3,187.50) and leave 1 of 1 required empty at SA-0112-E-RN."
        ),
        (
            "RESTED Synthetic RESTED is kept by a rule: RESTED has 9.5 h of rest between the shifts"
            " that start at Mon 11 Jan 13:30 and Tue 12 Jan 07:00; 11 h are due. Taken from"
            " SB-0111-L-RN they could come, which would make the roster £15,937.50 dearer (above"
            " all minimum_cover £15,937.50) and leave 1 of 1 required empty at SB-0111-L-RN."
        ),
        (
            "2 people lack only a passport good for B (A can lift it): PASS1 Synthetic PASS1 (free"
            " then), PASS2 Synthetic PASS2 (free then)."
        ),
        (
            "1 person lacks only a sign-off that counts for Infection control (B can lift it): SIGN"
            " Synthetic SIGN (free then)."
        ),
        "Temporary supply is exhausted: none that may fill it is left within its limits.",
        "BK (bank): 1 of 1 shift taken in the week: used up.",
    ]


def test_somebody_free_whom_the_search_had_not_found(repository: Repository) -> None:
    roster_id = stored(repository, planted(), ("MOVER", ELSEWHERE), ("BK", NIGHT_BANK))
    place = why_vacancy(repository, roster_id, PLACE)
    rested = next(standing for standing in place.cleared if standing.staff_id == "RESTED")
    assert (rested.why_not, rested.rules) == ("free", ())
    assert rested.change is not None
    assert rested.change.pence == -281250
    said = next(sentence for sentence in sentences(place) if sentence.startswith("RESTED"))
    assert said.endswith(
        "is free then: putting them there would make the roster £2,812.50 better, which the search"
        " had not found."
    )


def test_the_facts_are_those_of_the_roster_whatever_has_become_of_them(
    repository: Repository,
) -> None:
    roster_id = stored(
        repository, planted(), ("MOVER", ELSEWHERE), ("RESTED", LATE), ("BK", NIGHT_BANK)
    )
    later = planted()
    person(later, "NEW", "B")
    later["procedure_sign_off"] += signed("NEW", "B") + signed("SIGN", "B")
    repository.store(Dataset.from_cells(later), replace=True)
    place = why_vacancy(repository, roster_id, PLACE)
    assert {standing.staff_id for standing in place.cleared} == {"MOVER", "RESTED"}
    assert [nearby.group.staff_ids for nearby in place.nearby] == [("PASS1", "PASS2"), ("SIGN",)]


def test_all_vacancies_with_the_hours_that_each_barrier_keeps(repository: Repository) -> None:
    tables = planted()
    need(tables, 1, "L", site_id="SB", priority="2", minimum="3")
    next(row for row in tables["demand"] if row["id"] == ELSEWHERE)["minimum"] = "2"
    roster_id = stored(
        repository,
        tables,
        ("MOVER", ELSEWHERE),
        ("RESTED", LATE),
        ("BK", NIGHT_BANK),
        ("PASS1", "SA-0112-E-RN"),
    )
    found: Vacancies = why_vacancies(repository, roster_id)
    assert [(line.duty.id, line.missing, line.cleared) for line in found.lines] == [
        (PLACE, 1, 2),
        ("SB-0112-L-RN", 3, 2),
    ]
    # PASS1 is at A on Tuesday morning and so is free for neither; three places are empty in the
    # afternoon
    assert [
        (
            lever.lever,
            lever.staff_ids,
            lever.places,
            lever.minutes_free / 60,
            lever.minutes_any / 60,
        )
        for lever in found.levers
    ] == [
        (("passport", "B", "A"), ("PASS1", "PASS2"), 4, 15.0, 22.5),
        (("procedure", "IPC", "B"), ("SIGN",), 4, 15.0, 15.0),
    ]


def test_a_place_that_is_not_empty_and_one_that_is_not_there(repository: Repository) -> None:
    roster_id = stored(
        repository, planted(), ("MOVER", ELSEWHERE), ("RESTED", LATE), ("BK", NIGHT_BANK)
    )
    with pytest.raises(
        BadRequest,
        match=f"{LATE} is not empty: 1 are there, 1 required, 1 wanted. Empty are {PLACE}.",
    ):
        why_vacancy(repository, roster_id, LATE)
    with pytest.raises(NotFound, match=f"Maybe {PLACE}?"):
        why_vacancy(repository, roster_id, "SB-0112-E-R")
    with pytest.raises(NotFound, match="no roster"):
        why_vacancies(repository, "NOPE")


def test_a_preferred_place_can_be_asked_about_too(repository: Repository) -> None:
    tables = planted()
    next(row for row in tables["demand"] if row["id"] == LATE)["preferred"] = "3"
    roster_id = stored(
        repository, tables, ("MOVER", ELSEWHERE), ("RESTED", LATE), ("BK", NIGHT_BANK)
    )
    place = why_vacancy(repository, roster_id, LATE)
    assert (place.missing, place.required, place.empty_pence) == (2, False, None)
    assert next(sentences(place)).endswith("priority 5: 2 of 3 preferred are missing (15 h).")


def test_what_was_published_since_is_said(repository: Repository) -> None:
    tables = planted()
    night = need(tables, -1, "N", site_id="SB")
    roster_id = stored(
        repository, tables, ("MOVER", ELSEWHERE), ("RESTED", LATE), ("BK", NIGHT_BANK)
    )
    assert why_vacancy(repository, roster_id, PLACE).notes == ()
    before = problem_of(tables, first=MONDAY - timedelta(days=7))
    policy, roster = Policy.from_tables(POLICY), does(before, ("RESTED", night))
    made = document(
        before,
        policy,
        Found("feasible", roster, verify(before, policy, roster).objective, 0),
        Limits(),
        0.0,
        "",
    )
    repository.publish(repository.save_roster(made, before.dataset))
    [note] = why_vacancy(
        repository, roster_id, PLACE
    ).notes  # RESTED now has too little rest before Monday's late shift
    assert note.startswith("Other rosters were published since")


def two_contracts() -> Tables:
    """S1 owes A 37.5 h and B 7.5 h; B's are used up. A third shift is too far away for S1."""
    tables = plain_tables()
    tables["site"].append({**tables["site"][0], "id": "FAR", "latitude": "53.5"})
    person(tables, "S1", max_travel_minutes="60")
    lending(tables, ["S1"], "B", "A")
    joint(tables, "S1", "B", "7.5", base_site_id="SA")
    for day in (0, 1):
        need(tables, day, "E")
    need(tables, 3, "E", site_id="FAR")
    return tables


USED_UP = tuple(("S1", f"SA-011{day}-E-RN", "C-S1-B") for day in (1, 2))


def test_every_contract_is_tried_and_the_person_counted_once(repository: Repository) -> None:
    """Another 7.5 h through B would be 15 h above what is owed: through A nothing stands in the way
    but the journey.
    """
    roster_id = stored(repository, two_contracts(), *USED_UP)
    place = why_vacancy(repository, roster_id, "FAR-0114-E-RN")
    [nearby] = place.nearby
    assert [(near.staff_id, near.contract_id) for near in nearby.group.people] == [("S1", "C-S1")]
    assert nearby.free == ("S1",)
    assert "One barrier away: 1 by travel (FAR, each person can lift it)." in place.cause
    [lever] = why_vacancies(repository, roster_id).levers
    assert (lever.staff_ids, lever.minutes_free, lever.minutes_any) == (("S1",), 450, 450)


def test_the_contract_that_serves_is_named_though_it_is_not_the_first(
    repository: Repository,
) -> None:
    tables = two_contracts()
    for contract, hours in zip(tables["contract"], ("7.5", "37.5"), strict=True):
        contract["hours_per_week"] = hours
    through_the_first = tuple((who, row, "C-S1") for who, row, _ in USED_UP)
    [nearby] = why_vacancy(
        repository, stored(repository, tables, *through_the_first), "FAR-0114-E-RN"
    ).nearby
    assert [(near.staff_id, near.contract_id) for near in nearby.group.people] == [("S1", "C-S1-B")]


def test_whom_no_contract_lets_in_is_named_once_by_the_first(repository: Repository) -> None:
    tables = two_contracts()
    worked(tables, "S1", "2027-01-14T08:00", "2027-01-14T12:00", 240)
    [nearby] = why_vacancy(repository, stored(repository, tables, *USED_UP), "FAR-0114-E-RN").nearby
    assert ([near.contract_id for near in nearby.group.people], nearby.free) == (["C-S1"], ())


@pytest.mark.parametrize("shift_type_id", ["E", "N"])
def test_a_leave_is_lifted_whole(repository: Repository, shift_type_id: str) -> None:
    """Away all week, hours owed and the days of the average are none: once back, both are those of
    a week at work.
    """
    tables = plain_tables()
    person(tables, "S1")
    on_leave(tables, "S1", MONDAY, MONDAY + timedelta(days=6))
    row = need(tables, 2, shift_type_id)
    place = why_vacancy(repository, stored(repository, tables), row)
    [nearby] = place.nearby
    assert [(near.barrier.since, near.barrier.until) for near in nearby.group.people] == [
        (MONDAY, MONDAY + timedelta(days=6))
    ]
    assert (nearby.group.key, nearby.free) == (("leave", MONDAY.isoformat(), "A"), ("S1",))
    assert place.cause.startswith("The only one who could is on leave then.")
