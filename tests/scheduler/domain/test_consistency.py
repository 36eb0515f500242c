"""Contradictions between facts: each is one fault that names its row."""

from typing import Any

import pytest

from scheduler.domain.consistency import faults
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from tests.factories import Tables, joint, need, person, plain_tables


def found(tables: Tables) -> list[Fault]:
    return faults(Dataset.from_cells(tables), lambda _, index: index + 2)


def good() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    return tables


def test_a_sound_dataset_has_none() -> None:
    assert found(good()) == []


def test_a_reference_to_nothing_names_the_nearest() -> None:
    tables = good()
    tables["role"].append({"id": "NURSE", "name": "Nurse", "staff_group": "nursing", "band": "5"})
    tables["contract"][0]["role_id"] = "NURSEE"
    (fault,) = found(tables)
    assert (fault.file, fault.row, fault.column, fault.value) == (
        "contract.csv",
        2,
        "role_id",
        "NURSEE",
    )
    assert "nearest: NURSE" in fault.expected


def test_what_refers_to_a_row_that_could_not_be_read_is_no_second_fault() -> None:
    tables = good()
    tables["contract"][0]["role_id"] = "UNREADABLE"
    assert (
        faults(Dataset.from_cells(tables), lambda _, index: index + 2, {"role": {"UNREADABLE"}})
        == []
    )


def test_an_empty_reference_is_none() -> None:
    tables = good()
    tables["competency"] = [{"id": "C", "name": "C", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "", "competency_id": "C"}]
    assert found(tables) == []


def test_an_id_that_is_used_twice_names_both_rows() -> None:
    tables = good()
    tables["staff"].append({**tables["staff"][0]})
    (fault,) = found(tables)
    assert (fault.file, fault.row, fault.column) == ("staff.csv", 3, "id")
    assert "row 2" in fault.expected


@pytest.mark.parametrize(
    ("file", "row", "other"),
    [
        ("service_host", {"service_id": "UCR", "place_id": "PA", "organisation_id": "B"}, None),
        (
            "travel_time",
            {"from_site_id": "SA", "to_site_id": "SB", "minutes": "20"},
            {"from_site_id": "SA", "to_site_id": "SB", "minutes": "30"},
        ),
    ],
)
def test_one_host_and_one_measured_time_for_each(
    file: str, row: dict[str, str], other: dict[str, str] | None
) -> None:
    tables = good()
    tables.setdefault(file, []).extend([row] + ([other] if other else []))
    (fault,) = found(tables)
    assert fault.file == f"{file}.csv"


def test_both_directions_of_a_journey_are_two_rows() -> None:
    tables = good()
    tables["travel_time"] = [
        {"from_site_id": a, "to_site_id": b, "minutes": "20"}
        for a, b in (("SA", "SB"), ("SB", "SA"))
    ]
    assert found(tables) == []


def versions(*dates: tuple[str, str]) -> Tables:
    tables = good()
    tables["procedure"] = [{"id": "IPC", "name": "IPC"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": f"v{i}",
            "from_date": first,
            "to_date": last,
        }
        for i, (first, last) in enumerate(dates)
    ]
    return tables


@pytest.mark.parametrize(
    ("first_end", "second_start", "sound"),
    [
        ("2026-12-31", "2027-01-01", True),
        ("2027-01-01", "2027-01-01", False),
        ("", "2027-01-01", False),
    ],
)
def test_one_version_of_a_procedure_at_a_time(
    first_end: str, second_start: str, sound: bool
) -> None:
    tables = versions(("2020-01-01", first_end), (second_start, ""))
    assert [fault.file for fault in found(tables)] == ([] if sound else ["procedure_version.csv"])


def test_a_version_inside_a_longer_one_is_a_fault_even_where_another_lies_between() -> None:
    tables = versions(
        ("2020-01-01", "2027-12-31"), ("2021-01-01", "2021-02-01"), ("2027-06-01", "2028-01-01")
    )
    assert len(found(tables)) == 2


def test_each_organisation_has_its_own_version() -> None:
    tables = versions(("2020-01-01", ""), ("2020-01-01", ""))
    tables["procedure_version"][1]["organisation_id"] = "B"
    assert found(tables) == []


def test_a_joint_role_is_one_person_at_different_employers() -> None:
    tables = good()
    joint(tables, "P1", "B", "10")
    assert found(tables) == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"organisation_id": "A"}, "organisation_id"),
        ({"staff_id": "P2"}, "joint_post_id"),
        ({"kind": "bank", "hours_per_week": "0"}, "joint_post_id"),
    ],
)
def test_a_joint_role_of_one_employer_two_people_or_bank_is_a_fault(
    changes: dict[str, str], column: str
) -> None:
    tables = good()
    person(tables, "P2")
    joint(tables, "P1", "B", "10")
    tables["contract"][-1].update(changes)
    assert [(fault.file, fault.column) for fault in found(tables)] == [("contract.csv", column)]


def test_contracts_of_a_joint_role_with_one_employer_one_after_the_other_are_sound() -> None:
    tables = good()
    joint(tables, "P1", "B", "10")
    tables["contract"].append({**tables["contract"][-1], "id": "NEXT", "from_date": "2027-02-01"})
    tables["contract"][-2]["to_date"] = "2027-01-31"
    assert found(tables) == []


@pytest.mark.parametrize("file", ["demand", "demand_template"])
def test_demand_without_a_host_is_a_fault(file: str) -> None:
    tables = good()
    row: dict[str, Any] = {
        "service_id": "UCR",
        "site_id": "SB",
        "shift_type_id": "E",
        "role_id": "RN",
        "minimum": "1",
        "preferred": "",
        "priority": "3",
    }
    tables[file] = [
        {**row, **({"id": "D", "date": "2027-01-11"} if file == "demand" else {"weekday": "1"})}
    ]
    del tables["service_host"][1]
    (fault,) = found(tables)
    assert (fault.file, fault.column) == (f"{file}.csv", "site_id")
    assert "service UCR in place PB" in fault.expected


def test_a_pin_names_demand_or_what_a_template_makes() -> None:
    tables = good()
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SA",
            "weekday": "1",
            "shift_type_id": "L",
            "role_id": "RN",
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
    ]
    tables["pin"] = [
        {"staff_id": "P1", "demand_id": demand_id}
        for demand_id in ("SA-0111-E-RN", "T:UCR:SA:2027-01-18:L:RN", "T:UCR:SA:2027-01-19:L:RN")
    ]
    (fault,) = found(tables)
    assert (fault.file, fault.row, fault.value) == ("pin.csv", 4, "T:UCR:SA:2027-01-19:L:RN")


def test_a_band_has_one_percentage_for_a_kind_of_day() -> None:
    tables = good()
    tables["enhancement"].append(
        {"day_kind": "saturday", "band_from": "9", "band_to": "9", "percent": "31"}
    )
    (fault,) = found(tables)
    assert (fault.file, fault.row) == ("enhancement.csv", 5)


def test_a_role_does_not_cover_itself() -> None:
    tables = good()
    tables["role_cover"].append({"role_id": "RN", "covers_role_id": "RN"})
    assert [fault.file for fault in found(tables)] == ["role_cover.csv"]


def test_dated_demand_in_the_hour_that_the_clocks_skip_is_named() -> None:
    tables = good()
    tables["shift_type"].append(
        {
            "id": "SKIP",
            "name": "Short",
            "start_time": "01:15",
            "end_time": "01:45",
            "unpaid_break_minutes": "0",
        }
    )
    tables["demand"] += [
        {**tables["demand"][0], "id": f"D{day}", "date": f"2026-03-{day}", "shift_type_id": "SKIP"}
        for day in (28, 29)
    ]
    (fault,) = found(tables)
    assert (fault.file, fault.row, fault.column, fault.value) == (
        "demand.csv",
        len(tables["demand"]) + 1,
        "shift_type_id",
        "SKIP",
    )
    assert "starts and ends in the hour that the clocks skip" in fault.expected
