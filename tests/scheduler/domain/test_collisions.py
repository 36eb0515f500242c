"""Ids that collide when they are put together, and one piece of work or one contract under
two ids.
"""

from scheduler.domain import consistency
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from tests.scheduler.storage import sample


def row_number(file: str, index: int) -> int:
    return index + 2


def faults(cells: sample.Cells) -> list[Fault]:
    return consistency.faults(Dataset.from_cells(cells), row_number)


def notes(cells: sample.Cells) -> list[str]:
    return [str(note) for note in consistency.notes(Dataset.from_cells(cells), row_number)]


def colliding(weekday: str = "3") -> sample.Cells:
    """Service A:B at site C, and service A at site B:C."""
    cells = sample.cells()
    cells["service"] += [{**cells["service"][0], "id": name} for name in ("A:B", "A")]
    cells["site"] += [{**cells["site"][0], "id": name} for name in ("C", "B:C")]
    cells["service_host"] += [
        {**cells["service_host"][0], "service_id": name} for name in ("A:B", "A")
    ]
    template = cells["demand_template"][0]
    cells["demand_template"] += [
        {**template, "service_id": "A:B", "site_id": "C"},
        {**template, "service_id": "A", "site_id": "B:C", "weekday": weekday},
    ]
    return cells


def test_templates_whose_demand_would_have_the_same_id_are_a_fault_that_names_both_rows() -> None:
    expected = (
        "ids that differ from those of row 3 when they are put together: both rows make demand of"
        " the id T:A:B:C:{date}:E:RN5. Leave the colons out of ids"
    )
    assert faults(colliding()) == [Fault("demand_template.csv", 4, "service_id", "A", expected)]


def test_templates_that_never_meet_on_a_date_may_put_together_the_same() -> None:
    assert faults(colliding(weekday="4")) == []


def test_a_demand_row_with_the_id_of_other_template_demand_is_a_fault_that_names_both_rows() -> (
    None
):
    cells = sample.cells()
    cells["demand"][2]["id"] = "T:UCR:X1:2027-01-13:E:RN5"
    expected = (
        "an id that demand_template.csv does not make: its row 2 makes this one for other work"
    )
    assert faults(cells) == [Fault("demand.csv", 4, "id", "T:UCR:X1:2027-01-13:E:RN5", expected)]


def test_a_demand_row_may_have_the_id_of_the_template_demand_that_it_replaces() -> None:
    cells = sample.cells()
    cells["demand"].append(
        {**cells["demand"][0], "id": "T:UCR:X1:2027-01-13:E:RN5", "date": "2027-01-13"}
    )
    # no template makes this one
    cells["demand"].append(
        {**cells["demand"][0], "id": "T:UCR:X1:2027-01-14:E:RN5", "date": "2027-01-18"}
    )
    assert faults(cells) == []


def test_the_same_work_under_two_ids_is_noted_with_both_rows() -> None:
    cells = sample.cells()
    cells["demand"].append({**cells["demand"][0], "id": "D9", "priority": "1"})
    assert faults(cells) == []
    assert notes(cells) == [
        "demand.csv, row 5, column id: D9 asks for the same service, site, date, shift and role as"
        " D1 in row 2. Both count: together they require 2 people."
    ]


def test_a_contract_that_stands_there_twice_is_a_fault_that_names_both_rows() -> None:
    cells = sample.cells()
    cells["contract"].append({**cells["contract"][1], "id": "C9"})
    (fault,) = faults(cells)
    assert (fault.file, fault.row, fault.column, fault.value) == ("contract.csv", 8, "id", "C9")
    assert fault.expected.startswith(
        "one row for each contract: row 3 has the same under the id C2, and its hours would be owed"
        " twice."
    )


def test_a_second_contract_of_the_same_kind_on_the_same_dates_at_another_base_is_noted() -> None:
    cells = sample.cells()
    base = next(
        row["id"] for row in cells["site"] if row["id"] != cells["contract"][1]["base_site_id"]
    )
    cells["contract"].append(
        {
            **cells["contract"][1],
            "id": "C9",
            "hours_per_week": "7.5",
            "from_date": "2027-12-31",
            "base_site_id": base,
        }
    )
    assert faults(cells) == []
    assert notes(cells) == [
        "contract.csv, row 8, column id: C9 and C2 in row 3 are the same person's, with the same"
        " employer, role and kind, on some of the same dates. Both count: the hours of each are"
        " owed."
    ]


def test_contracts_that_follow_on_or_differ_in_kind_are_nothing_to_note() -> None:
    cells = sample.cells()
    cells["contract"].append(
        {**cells["contract"][1], "id": "C8", "from_date": "2028-01-01", "to_date": ""}
    )
    cells["contract"].append(
        {**cells["contract"][1], "id": "C9", "kind": "bank", "hours_per_week": "0"}
    )
    assert (faults(cells), notes(cells)) == ([], [])


def test_a_copy_of_the_second_of_two_contracts_is_found_too() -> None:
    cells = sample.cells()
    base = next(
        row["id"] for row in cells["site"] if row["id"] != cells["contract"][1]["base_site_id"]
    )
    cells["contract"].append({**cells["contract"][1], "id": "C8", "base_site_id": base})
    cells["contract"].append({**cells["contract"][-1], "id": "C9"})
    assert [(fault.row, fault.value) for fault in faults(cells)] == [(9, "C9")]


def test_rows_that_are_stored_already_are_not_judged_again() -> None:
    cells = colliding()
    cells["demand"].append({**cells["demand"][0], "id": "D9"})
    cells["contract"].append({**cells["contract"][1], "id": "C9"})
    stored = Dataset.from_cells(cells)
    assert consistency.faults(stored, lambda file, index: 0) == []
    assert consistency.notes(stored, lambda file, index: 0) == []
