"""Ids that look the same to a person: named as such where one is meant for the other, and never two
in one file.
"""

import unicodedata

import pytest

from scheduler.domain import consistency
from scheduler.domain.alike import difference
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import Role
from tests.scheduler.storage import sample

COMPOSED = "Café"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def row_number(file: str, index: int) -> int:
    return index + 2


def faults(cells: sample.Cells) -> list[Fault]:
    return consistency.faults(Dataset.from_cells(cells), row_number)


@pytest.mark.parametrize(
    ("written", "meant", "differs"),
    [
        ("msecc", "MSECC", "upper and lower case"),
        (DECOMPOSED, COMPOSED, "how an accented letter is stored"),
        ("Ward\u00a01", "Ward 1", "spaces"),
        ("Ward  1", "Ward 1", "spaces"),
        ("ward\u00a01", "Ward 1", "spaces and upper and lower case"),
        ("W\u20111", "W-1", "dashes"),
    ],
)
def test_a_reference_that_differs_only_to_a_computer_says_how_the_id_is_written(
    written: str, meant: str, differs: str
) -> None:
    cells = sample.cells()
    cells["collaborative"][0]["id"] = meant
    for file in ("membership", "place", "service"):
        for row in cells[file]:
            row["collaborative_id"] = meant
    cells["membership"][1]["collaborative_id"] = written
    expected = (
        f"the id of a row of collaborative.csv: {written!r} is written {meant!r} there, which"
        f" differs only in {differs}"
    )
    assert faults(cells) == [Fault("membership.csv", 3, "collaborative_id", written, expected)]
    assert difference(written, meant) == differs


def test_a_pin_of_a_demand_whose_id_is_written_otherwise() -> None:
    cells = sample.cells()
    cells["pin"][0]["demand_id"] = "d1"
    (fault,) = faults(cells)
    assert (fault.row, fault.column) == (2, "demand_id")
    assert fault.expected.endswith(
        "'d1' is written 'D1' there, which differs only in upper and lower case"
    )


@pytest.mark.parametrize("twin", ["X 1", "X\u00a0\u00a01"])
def test_two_ids_that_nobody_can_tell_apart_are_a_fault_that_names_both_rows(twin: str) -> None:
    cells = sample.cells()
    cells["site"] += [{**cells["site"][0], "id": "X  1"}, {**cells["site"][0], "id": twin}]
    expected = "an id that can be told from 'X  1' in row 4: they differ only in spaces"
    assert faults(cells) == [Fault("site.csv", 5, "id", twin, expected)]


def test_two_ids_that_differ_in_case_are_a_note_that_names_both_rows() -> None:
    cells = sample.cells()
    cells["shift_type"].append({**cells["shift_type"][0], "id": "e"})
    assert faults(cells) == []
    assert [str(note) for note in consistency.notes(Dataset.from_cells(cells), row_number)] == [
        "shift_type.csv, row 4, column id: 'e' and 'E' in row 2 differ only in upper and lower"
        " case, and count as two."
    ]


def test_ids_that_are_stored_already_are_not_judged_again() -> None:
    roles = tuple(
        Role(id=written, name="x", staff_group="nursing") for written in ("A 1", "A  1", "a 1")
    )
    stored = Dataset(role=roles)
    assert consistency.faults(stored, lambda file, index: 0) == []
    assert consistency.notes(stored, lambda file, index: 0) == []
    new = consistency.notes(stored, lambda file, index: 2 if index == 2 else 0)
    assert [note.text for note in new] == [
        "'a 1' and 'A 1' in a stored row differ only in upper and lower case, and count as two."
    ]
