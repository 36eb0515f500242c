"""What is typed or pasted into a grid of facts is what is understood, cell by cell."""

from datetime import date, time

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.services.facts.change import understood
from scheduler.services.facts.words import FactNames, column_title, file_title
from tests.scheduler.storage import sample
from ui.components.facts.edited import GridOf

DATASET = sample.dataset()
NAMES = FactNames.of(DATASET)


def grid(file: str, **fixed: str) -> GridOf:
    rows = tuple(
        row
        for row in DATASET.rows(file)
        if all(row.cell(column) == cell for column, cell in fixed.items())
    )
    return GridOf(file, rows, fixed, NAMES)


@pytest.mark.parametrize("file", BY_FILE)
def test_every_file_has_its_grid_and_what_is_shown_is_what_is_stored(file: str) -> None:
    found = grid(file)
    table, config = found.table(), found.config()
    assert list(table.columns) == ["row", *BY_FILE[file].model_fields]
    assert set(config) == set(table.columns)
    state = {
        "edited_rows": {
            place: {name: _as_the_browser_says(value) for name, value in row.items()}
            for place, row in enumerate(table.drop(columns="row").to_dict("records"))
        }
    }
    edited = found.edited(state)
    assert len(edited) == len(found.rows)
    assert understood(file, edited) == ((), ()), "typed again as it stands it is no change"


def _as_the_browser_says(value: object) -> object:
    """The editor hands out edits as JSON."""
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.000")
    return value.isoformat() if isinstance(value, date) else value


def test_a_changed_an_added_and_a_deleted_row() -> None:
    contracts = grid("contract")
    edited = contracts.edited(
        {
            "edited_rows": {"1": {"hours_per_week": 30, "to_date": "2027-03-31"}, 2: {"id": "X"}},
            "added_rows": [{"id": "C9", "staff_id": "S1"}, {}, {"row": None}],
            "deleted_rows": [2],
        }
    )
    assert [(row.number, row.before is None, row.cells is None) for row in edited] == [
        (2, False, False),
        (3, False, True),
        (len(contracts.rows) + 1, True, False),
    ]
    assert edited[0].cells is not None
    assert edited[0].cells["hours_per_week"] == "30"
    with pytest.raises(BadInput) as caught:
        understood("contract", edited)
    assert {fault.row for fault in caught.value.faults} == {len(contracts.rows) + 1}


def test_rows_of_a_spreadsheet_are_understood_by_names_and_titles() -> None:
    found = grid("leave", staff_id="S1")
    titles = "Last day\tFirst day\tKind\n"
    first, second = found.pasted(titles + "05/02/2027\t1/2/2027\tannual\n\n2027-03-01\t\tsick\n")
    assert (first.number, second.number) == (len(found.rows) + 1, len(found.rows) + 2)
    assert first.cells == {
        "staff_id": "S1",
        "from_date": "2027-02-01",
        "to_date": "2027-02-05",
        "kind": "annual",
    }
    with pytest.raises(BadInput) as caught:
        understood("leave", [first, second])
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (second.number, "from_date")
    ]
    [row] = grid("passport", staff_id="S1").pasted(
        "First Trust\tDigital passport\t\t2027-01-01\t\tActive\t"
    )
    assert row.cells is not None
    assert row.cells["host_organisation_id"] == "R1"
    assert (row.cells["route"], row.cells["status"]) == ("digital_passport", "active")


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-01\t2027-02-05\tannual\tsomething",
        "Person\tFirst day\tLast day\tKind\nBen O'Neil\t2027-02-01\t2027-02-05\tannual",
        "First day\tLast day\tKind\tlast dya\n2027-02-01\t2027-02-05\tannual\t2027-02-06",
    ],
    ids=["too many cells", "rows of somebody else", "a title that there is not"],
)
def test_a_pasted_cell_that_would_be_dropped_is_a_fault(text: str) -> None:
    found = grid("leave", staff_id="S1")
    with pytest.raises(BadInput) as caught:
        found.pasted(text)
    [fault] = caught.value.faults
    assert fault.row == len(found.rows) + 1
    assert "outside the columns First day, Last day, Kind" in fault.expected
    [row] = found.pasted("Row\tFirst day\tLast day\tKind\n1\t2027-02-01\t2027-02-05\tannual\t")
    assert row.cells is not None
    assert row.cells["staff_id"] == "S1"


def test_a_year_of_two_digits_is_no_year() -> None:
    [row] = grid("leave", staff_id="S1").pasted("01/02/27\t05/02/27\tannual")
    with pytest.raises(BadInput) as caught:
        understood("leave", [row])
    assert [fault.column for fault in caught.value.faults] == ["from_date", "to_date"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300, 10**400])
def test_a_number_that_is_none_is_a_fault_of_its_cell(number: float) -> None:
    found = grid("contract")
    with pytest.raises(BadInput) as caught:
        understood("contract", found.edited({"edited_rows": {0: {"hours_per_week": number}}}))
    assert [fault.column for fault in caught.value.faults] == ["hours_per_week"]


def test_pasting_what_was_taken_away_adds_nothing_that_is_there() -> None:
    found = grid("service_host")
    text = "\n".join("\t".join(row.cells().values()) for row in found.rows)
    pasted = found.pasted(text)
    facts: list[Fact | None] = [change.after for change in understood("service_host", pasted)[0]]
    assert facts == list(found.rows)


def test_everything_has_a_title_for_people() -> None:
    for file, fact_type in BY_FILE.items():
        assert "_" not in file_title(file)
        titles = [column_title(file, column) for column in fact_type.model_fields]
        assert len(set(titles)) == len(titles), (file, titles)
        assert not any("_" in title or title.endswith(" id") for title in titles)


def test_a_row_is_said_without_ids() -> None:
    row = DATASET.contract[0]
    words = NAMES.row(row)
    names = {one.name for one in DATASET.staff} | {one.name for one in DATASET.role}
    assert any(name in words for name in names)
    assert row.staff_id not in words.split("; ")
    assert NAMES(Dataset.__name__, "nothing") == "nothing"
