"""A roster worked out for checking."""

from datetime import date

from scheduler.domain.evaluated_roster import EvaluatedRoster
from tests.factories import (
    does,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    supply,
    worked,
)


def test_everybodys_shifts_are_in_order_of_time_with_known_ones_between() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T12:00", 180)
    rows = [need(tables, 3, "E"), need(tables, 0, "E")]
    problem = problem_of(tables)
    sheet = EvaluatedRoster(problem, does(problem, *(("P1", row) for row in rows)))
    assert [(w.date.day, w.new, w.paid) for w in sheet.by_person["P1"]] == [
        (11, True, 450),
        (13, False, 180),
        (14, True, 450),
    ]
    assert sheet.by_person["P2"] == []


def test_somebody_in_the_roster_who_is_not_in_the_problem_is_on_the_sheet_with_what_is_known() -> (
    None
):
    tables = plain_tables()
    person(tables, "H1", role_id="HCA")
    person(tables, "P1")
    worked(tables, "H1", "2027-01-13T09:00", "2027-01-13T12:00", 180)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert [
        w.new for w in EvaluatedRoster(problem, does(problem, ("H1", row))).by_person["H1"]
    ] == [
        True,
        False,
    ]


def test_filled_counts_people_and_supply() -> None:
    tables = plain_tables()
    person(tables, "P1")
    supply(tables, "AG")
    row = need(tables, 0, "E", minimum="3")
    problem = problem_of(tables)
    assert (
        EvaluatedRoster(problem, does(problem, ("P1", row), ("AG", row), ("AG", row))).filled[row]
        == 3
    )


def test_a_weeks_shifts_of_one_contract_are_paid_in_order_of_time() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="15")
    second = joint(tables, "P1", "B", "7.5")
    worked(tables, "P1", "2027-01-11T07:00", "2027-01-11T15:00", 450, contract_id="C-P1")
    work = [
        ("P1", need(tables, 4, "E")),
        ("P1", need(tables, 2, "E")),
        ("P1", need(tables, 1, "E", site_id="SB"), second),
        ("P1", need(tables, 7, "E")),
    ]
    problem = problem_of(tables, days=14)
    paid = {
        assignment.demand_id: parts.minutes
        for assignment, _, parts in EvaluatedRoster(problem, does(problem, *work)).paid
    }
    assert paid == {
        work[1][1]: {"contracted": 450},
        work[0][1]: {"extra": 450},
        work[2][1]: {"contracted": 450},
        work[3][1]: {"contracted": 450},
    }


def test_every_assignment_is_paid_once_also_two_of_one_supply() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    supply(tables, "AG", hourly_pence="3000")
    row = need(tables, 0, "E", minimum="3")
    problem = problem_of(tables)
    sheet = EvaluatedRoster(problem, does(problem, ("P1", row), ("AG", row), ("AG", row)))
    assert sorted((parts.label, parts.cost_pence) for _, _, parts in sheet.paid) == [
        ("agency", 22500),
        ("agency", 22500),
        ("bank", 13500),
    ]


def test_bank_supply_is_enhanced_by_the_band_of_its_role() -> None:
    tables = plain_tables()
    tables["role"].append({"id": "DOC", "name": "Doctor", "staff_group": "medical", "band": ""})
    tables["role_cover"].append({"role_id": "DOC", "covers_role_id": "RN"})
    supply(tables, "NURSES", "bank", hourly_pence="1000")
    supply(tables, "DOCTORS", "bank", role_id="DOC", hourly_pence="1000")
    row = need(tables, 6, "E", minimum="2")
    problem = problem_of(tables)
    sheet = EvaluatedRoster(problem, does(problem, ("NURSES", row), ("DOCTORS", row)))
    assert {assignment.supply_id: parts.cost_pence for assignment, _, parts in sheet.paid} == {
        "NURSES": 12000,
        "DOCTORS": 7500,
    }


def test_enhancements_go_by_the_band_of_the_contracts_role_not_the_demands() -> None:
    tables = plain_tables()
    tables["enhancement"] = [
        {"day_kind": "sunday_or_public_holiday", "band_from": "3", "band_to": "3", "percent": "69"}
    ]
    person(tables, "P1", hours="0", kind="bank", hourly_pence="1000")
    row = need(tables, 6, "E", role_id="HCA")
    problem = problem_of(tables)
    ((_, _, parts),) = EvaluatedRoster(problem, does(problem, ("P1", row))).paid
    assert parts.cost_pence == 7500


def test_lent_are_assignments_through_a_contract_with_another_than_the_host() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "7.5")
    lending(tables, ["P1"])
    supply(tables, "AG", organisation_id="B")
    lent, own = need(tables, 0, "E", site_id="SB", minimum="2"), need(tables, 2, "E", site_id="SB")
    problem = problem_of(tables)
    sheet = EvaluatedRoster(problem, does(problem, ("P1", lent), ("P1", own, second), ("AG", lent)))
    assert [
        (assignment.contract_id, duty.id, contract.organisation_id)
        for assignment, duty, contract in sheet.lent()
    ] == [("C-P1", lent, "A")]


def test_weeks_with_something_new() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-20T09:00", "2027-01-20T12:00", 180)
    row = need(tables, 6, "N")
    problem = problem_of(tables, days=14)
    assert EvaluatedRoster(problem, does(problem, ("P1", row))).new_weeks("P1") == [
        date(2027, 1, 11)
    ]


def test_after_a_change_everybody_elses_shifts_are_those_of_before() -> None:
    tables = plain_tables()
    for name in ("P1", "P2"):
        person(tables, name)
    rows = [need(tables, 0, "E"), need(tables, 1, "E")]
    problem = problem_of(tables)
    before = EvaluatedRoster(problem, does(problem, ("P1", rows[0]), ("P2", rows[1])))
    roster = does(problem, ("P2", rows[1]))
    after = before.after(roster, ["P1"])
    assert after.by_person == EvaluatedRoster(problem, roster).by_person
    assert after.by_person["P2"] is before.by_person["P2"]
    assert len(before.by_person["P1"]) == 1
    assert after.filled == {rows[1]: 1}
