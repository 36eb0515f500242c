"""Hours not used, leave, wishes and hours worked: by hand from contracts and shifts."""

from datetime import date, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.services.kpis.kpis import kpis
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import MONDAY, does, need, person, plain_tables, rows
from tests.scheduler.services.handmade import POLICY
from tests.scheduler.services.kpis.conftest import (
    Desk,
    days_before,
    place,
    week_tables,
    work,
)

HOUR = 60


def test_hours_owed_and_not_used_are_those_of_contracts_based_here(desk: Desk) -> None:
    desk.published(desk.stored(week_tables(), *work()), days_before(45))
    # P1 15 h of which 7.5 are used, P2 and PJ all of 7.5, PJ none of B's 7.5, P3 7.5 of 37.5
    assert desk.measured("unused_hours_share", "A")["numerator"] == 7.5 * HOUR
    assert desk.measured("unused_hours_share", "A")["denominator"] == 30 * HOUR
    assert desk.measured("unused_hours_share", "B")["numerator"] == (30 + 7.5) * HOUR
    assert desk.measured("unused_hours_share", "B")["denominator"] == 45 * HOUR
    whole = desk.measured("unused_hours_share")
    assert (whole["numerator"], whole["denominator"]) == (45 * HOUR, 75 * HOUR)
    assert whole["value"] == 60


def test_leave_is_not_owed_and_days_that_are_not_published_are_not_judged(desk: Desk) -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["leave"] = rows("staff_id from_date to_date kind", "P1 | 2027-01-11 | 2027-01-12 | sick")
    need(tables, 2, "E")
    work_of_p1 = ("P1", place(2, "E", "RN", "SA"))
    desk.published(desk.stored(tables, work_of_p1, days=4), days_before(45))
    found = desk.measured("unused_hours_share")
    assert (found["numerator"], found["denominator"]) == (7.5 * HOUR, 15 * HOUR)
    assert desk.measured("leave_share")["numerator"] == 0, "sickness is no annual leave"


def test_what_is_worked_through_a_contract_elsewhere_is_used(desk: Desk) -> None:
    tables = plain_tables()
    person(tables, "P1", hours="15")
    tables["collaborative"] += rows("id name", "ELSE | Another")
    tables["place"] += rows(
        "id collaborative_id name population need_weight", "PC | ELSE | Place C | 1000 | 1"
    )
    tables["site"] += rows(
        "id name place_id postcode latitude longitude", "SC | Site C | PC | IP1 1AA | 51.7 | 0.5"
    )
    tables["service"] += rows("id collaborative_id name", "WARD | ELSE | Ward")
    tables["service_host"] += rows("service_id place_id organisation_id", "WARD | PC | A")
    tables["membership"] += rows(
        "collaborative_id organisation_id from_date to_date", "ELSE | A | 2020-01-01 |"
    )
    need(tables, 0, "E")
    need(tables, 1, "E", site_id="SC", service_id="WARD")
    desk.published(desk.stored(tables, ("P1", place(0, "E", "RN", "SA"))), days_before(45))
    assert desk.measured("unused_hours_share")["numerator"] == 7.5 * HOUR
    dataset, policy = Dataset.from_cells(tables), Policy.from_tables(POLICY)
    problem = build_problem(dataset, "ELSE", Period(MONDAY, 7))
    roster = does(problem, ("P1", place(1, "E", "RN", "SC")))
    made = document(problem, policy, Found("feasible", roster, None, 0), Limits(), 0.0, "x")
    desk.published(desk.repository.save_roster(made, dataset), days_before(44))
    assert desk.measured("unused_hours_share")["numerator"] == 0
    assert desk.measured("fill_share")["denominator"] == 450, "what others ask for is theirs"


def test_contracts_that_follow_on_owe_as_one(desk: Desk) -> None:
    tables = plain_tables()
    person(tables, "P1", to_date="2027-01-12")
    tables["contract"].append(
        {**tables["contract"][-1], "id": "C-2", "from_date": "2027-01-13", "to_date": ""}
    )
    for day in range(2):
        need(tables, day, "D")
    need(tables, 4, "D")
    mine = [("P1", place(day, "D", "RN", "SA")) for day in range(2)]
    last = ("P1", place(4, "D", "RN", "SA"), "C-2")
    desk.published(desk.stored(tables, *mine, last), days_before(45))
    found = desk.measured("unused_hours_share")
    # two long days of 11.5 h are 8 h more than the two days owed, and are used
    assert (found["numerator"], found["denominator"]) == ((37.5 - 34.5) * HOUR, 37.5 * HOUR)


@pytest.mark.parametrize(("least", "most", "within"), [("", "1", 5), ("1", "1", 2), ("", "0", 3)])
def test_annual_leave_and_the_agreed_band(desk: Desk, least: str, most: str, within: int) -> None:
    tables = week_tables()
    tables["leave"] = rows(
        "staff_id from_date to_date kind", "P1 | 2027-01-13 | 2027-01-14 | annual"
    )
    tables["leave_band"] = [
        {
            "organisation_id": "A",
            "role_id": "RN",
            "service_id": "",
            "most_away": most,
            "least_away": least,
        }
    ]
    desk.published(desk.stored(tables, *work()), days_before(45))
    found = desk.measured("leave_share", "A")
    assert (found["numerator"], found["denominator"]) == (6 * HOUR, 30 * HOUR)
    band = desk.measured("leave_band_share", "A")
    assert (band["numerator"], band["denominator"]) == (within, 5)
    assert desk.measured("leave_band_share", "B")["why_none"] == "No band is agreed."


def test_wishes_met(desk: Desk) -> None:
    tables = week_tables()
    tables["preference"] = rows(
        "staff_id date shift_type_id weight",
        "P1 | 2027-01-11 | E | 5",
        "P1 | 2027-01-12 |  | 2",
        "P2 | 2027-01-11 |  | -3",
        "P3 | 2027-01-13 | L | -1",
        "PJ | 2027-01-16 | L | 4",
        "PJ | 2027-01-16 | E | 0",
    )
    desk.published(desk.stored(tables, *work()), days_before(45))
    whole = desk.measured("wishes_met_share")
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (2, 5, 40)
    # PJ is of both
    assert desk.measured("wishes_met_share", "A")["denominator"] == 4
    assert desk.measured("wishes_met_share", "B")["denominator"] == 2


def test_worked_against_planned_where_it_was_imported(desk: Desk) -> None:
    tables = week_tables()
    tables["worked_shift"] = rows(
        "staff_id organisation_id start end paid_minutes contract_id host_organisation_id",
        "P3 | B | 2027-01-12T07:00 | 2027-01-12T13:00 | 330 | C-P3 | B",
    )
    draft = desk.stored(week_tables(), *work())
    desk.published(draft, days_before(45))
    assert desk.measured("worked_share")["value"] is None
    assert "worked_share" in {one["measure"] for one in kpis(desk.repository, "COL")["cannot"]}
    desk.repository.store(Dataset.from_cells(tables), replace=True)
    found = desk.measured("worked_share", "B")
    assert (found["numerator"], found["denominator"]) == (330, 450)
    assert desk.measured("worked_share", "A")["value"] is None, "of A nothing was imported"
    assert "worked_share" not in {one["measure"] for one in kpis(desk.repository, "COL")["cannot"]}


def test_who_works_in_the_week_after_is_not_counted_here(desk: Desk) -> None:
    monday = MONDAY + timedelta(days=7)
    tables = week_tables()
    need(tables, monday, "E")
    desk.published(
        desk.stored(tables, *work(), ("P1", f"SA-{monday:%m%d}-E-RN"), days=14), days_before(45)
    )
    assert desk.measured("unused_hours_share", "A")["numerator"] == 7.5 * HOUR
    assert desk.measured("unused_hours_share", "A", monday)["numerator"] == 22.5 * HOUR
    assert monday == date(2027, 1, 18)


def test_a_band_of_a_service_is_of_those_who_are_cleared_for_it(desk: Desk) -> None:
    tables = week_tables()
    tables["competency"] = rows("id name kind", "IPC | Infection prevention | mandatory")
    tables["service_competency"] = rows("service_id role_id competency_id", "UCR | RN | IPC")
    tables["staff_competency"] = rows(
        "staff_id competency_id valid_from valid_to",
        "P1 | IPC | 2026-01-01 | 2028-01-01",
        "P2 | IPC | 2026-01-01 | 2028-01-01",
    )
    tables["leave"] = rows(
        "staff_id from_date to_date kind",
        "P1 | 2027-01-13 | 2027-01-14 | annual",
        "PJ | 2027-01-11 | 2027-01-15 | annual",
    )
    tables["leave_band"] = rows(
        "organisation_id role_id service_id most_away least_away", "A | RN | UCR | 0 |"
    )
    first, second, *_ = work()
    desk.published(desk.stored(tables, first, second), days_before(45))
    band = desk.measured("leave_band_share", "A")
    assert (band["numerator"], band["denominator"]) == (3, 5), "PJ is not cleared for it"
