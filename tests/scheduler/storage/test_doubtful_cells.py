"""Cells that say nothing, or something else than was typed: a fault where they stand, or a note of
how they were understood.
"""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import FACT_TYPES
from scheduler.storage.columns import columns
from scheduler.storage.doubtful_cells import SPREADSHEET_ERRORS
from scheduler.storage.files import read_dataset, read_parsed
from scheduler.storage.writing import write_folder
from tests.scheduler.storage import sample


class Formula(str):
    """A formula; what a workbook keeps as its result is `result`."""

    result: Any = 0


class Percentage(float):
    """A number in a cell that shows it as a percentage."""


def book(
    file: Path, replaced: dict[tuple[str, int, str], Any], merged: tuple[str, str] | None = None
) -> Path:
    """The sample as a workbook, with other cells at (file, row, column)."""
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False}) as workbook:
        day, clock = (
            workbook.add_format({"num_format": "dd/mm/yyyy"}),
            workbook.add_format({"num_format": "hh:mm"}),
        )
        percent = workbook.add_format({"num_format": "0%"})
        for name, rows in sample.cells().items():
            sheet = workbook.add_worksheet(name)
            for position, column in enumerate(rows[0]):
                sheet.write_string(0, position, column)
                for number, row in enumerate(rows, start=2):
                    cell = replaced.get((name, number, column), row[column])
                    place = (number - 1, position)
                    if isinstance(cell, Formula):
                        sheet.write_formula(*place, cell, None, cell.result)
                    elif isinstance(cell, Percentage):
                        sheet.write_number(*place, cell, percent)
                    elif isinstance(cell, date | time):
                        sheet.write_datetime(*place, cell, day if isinstance(cell, date) else clock)
                    else:
                        sheet.write(*place, cell)
            if merged and merged[0] == name:
                sheet.merge_range(merged[1], "")
    return file


def faults(path: Path) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        read_dataset(path)
    return list(caught.value.faults)


def notes(path: Path, column: str) -> list[str]:
    return [str(note) for note in read_parsed(path).notes if note.column == column]


def error(text: str) -> Formula:
    formula = Formula("=NA()")
    formula.result = text
    return formula


def test_an_error_is_a_fault_at_its_cell_above_all_where_the_cell_may_be_empty(
    tmp_path: Path,
) -> None:
    cells = {
        ("contract", 2, "to_date"): error("#N/A"),
        ("contract", 4, "joint_post_id"): error("#REF!"),
        ("staff", 3, "name"): error("#VALUE!"),
    }
    found = faults(book(tmp_path / "x.xlsx", cells))
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in found] == [
        ("sheet contract", 2, "to_date", "#N/A"),
        ("sheet contract", 4, "joint_post_id", "#REF!"),
        ("sheet staff", 3, "name", "#VALUE!"),
    ]
    assert (
        found[0].expected
        == "a date YYYY-MM-DD, not an error: mend the formula, or fill in the value or leave the"
        " cell empty"
    )
    assert found[2].expected == "a text, not an error: mend the formula, or fill in the value"


def test_a_formula_that_was_never_calculated_is_a_fault_at_its_cell(tmp_path: Path) -> None:
    cells = {
        ("contract", 2, "to_date"): Formula("=DATE(2027,12,31)"),
        ("demand", 4, "preferred"): Formula("=1+1"),
    }
    found = faults(book(tmp_path / "x.xlsx", cells))
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in found] == [
        ("sheet contract", 2, "to_date", "=DATE(2027,12,31)"),
        ("sheet demand", 4, "preferred", "=1+1"),
    ]
    assert all("not a formula without a result" in fault.expected for fault in found)


def test_a_formula_with_a_result_is_as_good_as_its_result(tmp_path: Path) -> None:
    two, name = Formula("=1+1"), Formula('="Ca"&"ra"')
    two.result, name.result = 2, "Cara"
    cells = {("demand", 2, "preferred"): two, ("staff", 4, "name"): name}
    assert read_dataset(book(tmp_path / "x.xlsx", cells)) == sample.dataset()


def test_an_error_in_a_row_of_its_own_is_not_left_out_as_a_blank_row(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet("travel_time")
        sheet.write_row(0, 0, ["from_site_id", "to_site_id", "minutes"])
        sheet.write_formula(6, 2, "=A1", None, "#N/A")
    assert (7, "minutes", "#N/A") in [
        (fault.row, fault.column, fault.value) for fault in read_parsed(file).faults
    ]


@pytest.mark.parametrize("text", sorted(SPREADSHEET_ERRORS))
def test_an_error_that_was_saved_into_a_csv_file_is_a_fault_too(tmp_path: Path, text: str) -> None:
    changed = sample.cells()
    changed["contract"][0]["joint_post_id"] = text
    assert [
        (fault.row, fault.column, fault.value) for fault in faults(sample.write(changed, tmp_path))
    ] == [(2, "joint_post_id", text)]


def test_merged_cells_beneath_the_first_are_not_taken_for_empty_ones(tmp_path: Path) -> None:
    found = faults(book(tmp_path / "x.xlsx", {}, merged=("contract", "J2:J3")))
    assert [(fault.row, fault.column) for fault in found] == [(3, "to_date")]
    assert found[0].expected.startswith("a cell of its own: J2:J3 are merged into one.")


def test_a_percentage_in_a_column_of_percents_is_a_fault_with_both_numbers(tmp_path: Path) -> None:
    found = faults(book(tmp_path / "x.xlsx", {("enhancement", 2, "percent"): Percentage(1.5)}))
    assert [(fault.row, fault.column, fault.value) for fault in found] == [(2, "percent", "1.5")]
    assert "such as 150: the cell shows 150% but holds 1.5." in found[0].expected


def test_a_percentage_in_another_column_is_read_as_the_number_that_it_is_and_noted(
    tmp_path: Path,
) -> None:
    file = book(tmp_path / "x.xlsx", {("place", 2, "need_weight"): Percentage(1.25)})
    assert read_dataset(file) == sample.dataset()
    assert notes(file, "need_weight") == [
        "sheet place, row 2, column need_weight: the cell shows 125% and was read as 1.25."
    ]


def test_a_text_that_became_a_date_or_a_time_is_noted_and_a_number_a_fault(tmp_path: Path) -> None:
    file = book(
        tmp_path / "x.xlsx",
        {
            ("procedure_version", 2, "version"): date(2026, 2, 1),
            ("competency", 2, "name"): time(1, 30),
        },
    )
    assert notes(file, "version") == [
        "sheet procedure_version, row 2, column version: the cell holds a date or time and was read"
        " as 2026-02-01. If something else was typed, format the cell as text and type it again."
    ]
    assert len(notes(file, "name")) == 1
    (fault,) = faults(book(tmp_path / "y.xlsx", {("demand", 2, "preferred"): date(2026, 2, 1)}))
    assert (fault.row, fault.column, fault.value) == (2, "preferred", "2026-02-01")
    assert "which the spreadsheet has turned into a date or time" in fault.expected


def test_a_date_in_a_column_of_dates_is_nothing_to_note(tmp_path: Path) -> None:
    assert (
        notes(book(tmp_path / "x.xlsx", {("demand", 2, "date"): date(2027, 1, 11)}), "date") == []
    )


@pytest.mark.parametrize(
    ("file", "column", "cell", "expected"),
    [
        (
            "demand",
            "date",
            "46402",
            (
                "a date YYYY-MM-DD; a spreadsheet counts 2027-01-15 as 46402: format the cells as"
                " dates"
            ),
        ),
        ("worked_shift", "start", "46402.5", "a spreadsheet counts 2027-01-15 as 46402"),
        ("enhancement", "percent", "150%", "a number of at least 0, without a % sign"),
        ("contract", "hours_per_week", "37,5", "with a point for decimals: 37.5"),
        ("contract", "hours_per_week", "1.234,5", "with a point for decimals: 1234.5"),
        ("place", "population", "1,234,567", "without commas: 1234567"),
        ("contract", "hours_per_week", "1,234.5", "without commas: 1234.5"),
        (
            "contract",
            "hours_per_week",
            "1,234",
            "without commas: 1234 or 1.234, whichever is meant",
        ),
    ],
)
def test_a_number_as_others_write_it_is_told_how_it_is_written_here(
    tmp_path: Path, file: str, column: str, cell: str, expected: str
) -> None:
    changed = sample.cells()
    changed[file][0][column] = cell
    (fault,) = faults(sample.write(changed, tmp_path))
    assert (fault.row, fault.column, fault.value) == (2, column, cell)
    assert expected in fault.expected


def test_a_serial_number_in_a_column_of_dates_of_a_workbook(tmp_path: Path) -> None:
    (fault,) = faults(book(tmp_path / "x.xlsx", {("contract", 2, "to_date"): 46402}))
    assert "a spreadsheet counts 2027-01-15 as 46402" in fault.expected


def test_a_column_that_is_not_there_is_noted_with_what_that_means(tmp_path: Path) -> None:
    changed = sample.cells()
    for row in changed["staff"]:
        del row["max_travel_minutes"]
    folder = sample.write(changed, tmp_path)
    assert notes(folder, "max_travel_minutes") == [
        "staff.csv has no column max_travel_minutes, which means for every row: no limit."
    ]


def test_nothing_is_noted_of_a_file_without_rows_nor_of_one_with_every_column(
    tmp_path: Path,
) -> None:
    write_folder(sample.dataset(), tmp_path / "whole")
    assert read_parsed(tmp_path / "whole").notes == ()
    (tmp_path / "whole" / "pin.csv").write_text("staff_id,demand_id\n")
    (tmp_path / "whole" / "leave.csv").write_text("staff_id,from_date,to_date,kind\n")
    assert read_parsed(tmp_path / "whole").notes == ()


@pytest.mark.parametrize("fact_type", FACT_TYPES, ids=lambda fact_type: fact_type.file)
def test_every_optional_column_says_what_an_empty_cell_means(fact_type: Any) -> None:
    assert [
        column.name for column in columns(fact_type) if not column.required and not column.absent
    ] == []
