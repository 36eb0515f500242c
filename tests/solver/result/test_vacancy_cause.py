"""Why a place is empty, in a sentence: each person once, by every contract, and who is only
away.
"""

import pytest

from scheduler.domain.problem import Problem
from solver.policy.policy import Policy
from solver.result.vacancy_cause import vacancy_causes
from tests.factories import (
    MONDAY,
    Tables,
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

DEFAULT = Policy.from_tables({})


def cause(tables: Tables, demand_id: str, *work: tuple[str, ...]) -> str:
    problem: Problem = problem_of(tables)
    return next(
        said
        for duty, _, said in vacancy_causes(problem, DEFAULT, does(problem, *work))
        if duty.id == demand_id
    )


def not_available(tables: Tables, staff_id: str) -> None:
    tables.setdefault("unavailability", []).append(
        {
            "staff_id": staff_id,
            "from_date": str(MONDAY),
            "to_date": str(MONDAY),
            "start_time": "",
            "end_time": "",
        }
    )


@pytest.mark.parametrize(
    ("away", "agreed", "there", "expected"),
    [
        (["P1"], [], [], "The only one who could is on leave then."),
        ([], ["P1"], [], "The only one who could is not available then."),
        (["P1", "P2"], [], [], "2 who could are on leave then."),
        (["P1", "P2"], ["P3"], [], "3 who could are on leave or not available then."),
        (["P1"], ["P1"], [], "The only one who could is on leave or not available then."),
        (["P1"], [], ["P2"], "The only other who could is on leave then."),
        (["P1", "P3"], [], ["P2"], "2 others who could are on leave then."),
        ([], [], ["P1"], "Nobody else is cleared for it."),
        ([], [], [], "Nobody is cleared for it."),
    ],
)
def test_who_could_is_only_away(
    away: list[str], agreed: list[str], there: list[str], expected: str
) -> None:
    tables = plain_tables()
    for staff_id in sorted({*away, *agreed, *there}):
        person(tables, staff_id)
    person(tables, "SUPPORT", role_id="HCA")
    for staff_id in away:
        on_leave(tables, staff_id, MONDAY)
    for staff_id in agreed:
        not_available(tables, staff_id)
    row = need(tables, 0, "E", minimum="4")
    said = cause(tables, row, *((staff_id, row) for staff_id in there))
    assert said.startswith(expected)
    assert "One barrier away" not in said, "what was said is not said again"


def test_who_is_away_is_one_barrier_away_where_somebody_is_cleared() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    on_leave(tables, "P1", MONDAY)
    said = cause(tables, need(tables, 0, "E"))
    assert "1 more person is cleared: 1 free" in said
    assert said.endswith("One barrier away: 1 by leave.")


def test_somebody_cleared_through_two_contracts_is_tried_by_each() -> None:
    """7.5 h owed to the first employer are used twice over; the second contract has room."""
    tables = plain_tables()
    person(tables, "P1", hours="7.5")
    lending(tables, ["P1"], "B", "A")
    joint(tables, "P1", "B", "30")
    work = [("P1", need(tables, day, "E"), "C-P1") for day in (0, 1)]
    place = need(tables, 3, "E")
    assert "1 more person is cleared: 1 free" in cause(tables, place, *work)
    tables["contract"][1]["hours_per_week"] = "7.5"
    other = [("P1", need(tables, day, "E"), "C-P1-B") for day in (2, 4)]
    assert "1 more person is cleared: 1 held back by “hours beyond the contract”." in cause(
        tables, place, *work, *other
    )


def test_one_barrier_away_counts_people_and_names_each_way() -> None:
    """P1 is employed by both A and C: each would have to issue a passport of its own."""
    tables = plain_tables()
    tables["organisation"].append({"id": "C", "name": "Trust C", "kind": "nhs_trust"})
    tables["membership"].append({**tables["membership"][0], "organisation_id": "C"})
    person(tables, "P1", hours="20")
    joint(tables, "P1", "C", "10", base_site_id="SA")
    person(tables, "P2")
    lending(tables, [], "A", "B")
    lending(tables, [], "C", "B")
    said = cause(tables, need(tables, 0, "E", site_id="SB"))
    assert said.startswith("Nobody is cleared for it.")
    assert said.endswith(
        "One barrier away: 1 by passport (B, A can lift it) or passport (B, C can lift it); 1 by"
        " passport (B, A can lift it)."
    )


def test_a_contract_that_follows_on_is_looked_at_on_its_own_dates() -> None:
    """The second contract runs from Tuesday: on Wednesday it is the one that lacks a passport."""
    tables = plain_tables()
    person(tables, "P1", to_date="2027-01-11")
    tables["contract"].append(
        {**tables["contract"][0], "id": "C-NEXT", "from_date": "2027-01-12", "to_date": ""}
    )
    lending(tables, [], "A", "B")
    worked(tables, "P1", "2027-01-04T07:00", "2027-01-04T15:00", 450)
    need(tables, 0, "E")
    assert "1 by passport (B, A can lift it)" in cause(tables, need(tables, 2, "E", site_id="SB"))


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "It is too early to call bank or agency for it."), (2, "Temporary supply has shifts")],
)
def test_it_is_said_where_agency_may_not_be_called_yet(days: int, said: str) -> None:
    tables = plain_tables()
    supply(tables, "AG")
    need(tables, 2, "E")
    problem = problem_of(tables)
    policy = Policy.from_tables({"call_notice": {"days": days, "planned_on": MONDAY}})
    [(_, _, found)] = vacancy_causes(problem, policy, does(problem))
    assert said in found
