"""Datasets as Excel workbooks: written, read, and the template to fill in."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE
from scheduler.storage.files import NOTES_SHEET, read_dataset, read_parsed
from scheduler.storage.raw_table import LONGEST_CELL
from scheduler.storage.template import write_template
from scheduler.storage.writing import write_folder, write_workbook
from tests.scheduler.storage import sample


def by_hand(file: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook with typed cells, as a person makes it."""
    formats: dict[type, str] = {
        date: "dd/mm/yyyy",
        time: "hh:mm",
        datetime: "dd/mm/yyyy hh:mm",
        timedelta: "[h]:mm",
    }
    with xlsxwriter.Workbook(str(file)) as book:
        styles = {kind: book.add_format({"num_format": style}) for kind, style in formats.items()}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell, styles.get(type(cell)))
    return file


def test_a_workbook_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_workbook(sample.dataset(), tmp_path / "data.xlsx")
    assert read_dataset(tmp_path / "data.xlsx") == sample.dataset()


def test_a_folder_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_folder(sample.dataset(), tmp_path / "data")
    assert read_dataset(tmp_path / "data") == sample.dataset()
    assert b"\r" not in (tmp_path / "data" / "staff.csv").read_bytes()


def test_text_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    write_workbook(sample.dataset(), tmp_path / "data.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "data.xlsx")["organisation"]["B3"]
    assert (cell.value, cell.data_type) == ("=Second+Community", "s")


def test_numbers_and_dates_are_written_as_such_and_headers_stay_in_sight(tmp_path: Path) -> None:
    write_workbook(sample.dataset(), tmp_path / "data.xlsx")
    book = openpyxl.load_workbook(tmp_path / "data.xlsx")
    assert book["place"]["E2"].value == 1.25
    assert book["demand"]["D2"].value == datetime(2027, 1, 11)
    assert book["staff"]["B6"].value == "007"
    assert book["demand"].freeze_panes == "A2"


def test_typed_cells_are_understood_by_column(tmp_path: Path) -> None:
    write_folder(sample.dataset(), tmp_path)
    shift = [
        ["id", "name", "start_time", "end_time", "unpaid_break_minutes"],
        [5, True, time(7, 0), time(15, 20), 30.0],
        ["N", 12.5, timedelta(hours=19.5), "07:30", 60],
    ]
    staff = [
        ["id", "name", "home_site_id", "max_travel_minutes", "accepts_other_hosts", "wtr_opt_out"],
        ["S1", date(2020, 1, 2), "X1", 45.5, True, False],
    ]
    worked = [
        ["staff_id", "organisation_id", "start", "end", "paid_minutes"],
        ["S1", "R1", datetime(2026, 10, 24, 20, 0), datetime(2026, 10, 25), 720.0],
    ]
    found = read_parsed(
        by_hand(
            tmp_path / "typed.xlsx", {"shift_type": shift, "staff": staff, "worked_shift": worked}
        )
    ).dataset
    given = ("id", "name", "start_time", "end_time", "unpaid_break_minutes")
    assert [{name: fact.cells()[name] for name in given} for fact in found.shift_type] == [
        {
            "id": "5",
            "name": "TRUE",
            "start_time": "07:00",
            "end_time": "15:20",
            "unpaid_break_minutes": "30",
        },
        {
            "id": "N",
            "name": "12.5",
            "start_time": "19:30",
            "end_time": "07:30",
            "unpaid_break_minutes": "60",
        },
    ]
    assert found.staff[0].values() == ("S1", "2020-01-02", "X1", 45.5, True, False, None, None)
    assert found.worked_shift[0].cells()["end"] == "2026-10-25T00:00+01:00"


def test_faults_name_sheet_row_and_column(tmp_path: Path) -> None:
    rows = [["id", "name", "knd"], [], ["R1", "First", "nhs_trust"], ["R2", "Second", 5]]
    faults = read_parsed(
        by_hand(tmp_path / "x.xlsx", {"organisation": rows, "stff": [["id"]], "_anything": [[1]]})
    ).faults
    mine = [fault for fault in faults if "may not be missing" not in fault.expected]
    kinds = "one of nhs_trust, ambulance_trust, cic, local_authority, charity, primary_care"
    assert mine == [
        Fault(
            "sheet stff",
            0,
            "",
            "",
            "a known sheet name, or one that begins with an underscore; did you mean staff?",
        ),
        Fault("sheet organisation", 1, "knd", "knd", "a known column; did you mean kind?"),
        Fault("sheet organisation", 4, "kind", "5", kinds),
    ]


def test_a_title_above_the_header_of_a_sheet_is_one_fault(tmp_path: Path) -> None:
    rows = [
        ["Organisations as of May", "", date(2027, 5, 1)],
        ["id", "name", "kind"],
        ["R1", "First", "nhs_trust"],
    ]
    faults = read_parsed(by_hand(tmp_path / "x.xlsx", {"organisation": rows})).faults
    expected = "the names of the columns, which stand in row 2: delete the row above"
    assert [fault for fault in faults if fault.file == "sheet organisation"] == [
        Fault("sheet organisation", 1, "", "Organisations as of May 2027-05-01", expected)
    ]


def test_contradictions_between_sheets_are_named_too(tmp_path: Path) -> None:
    changed = sample.cells()
    changed["contract"][0]["staff_id"] = "S9"
    write_workbook(Dataset.from_cells(changed), tmp_path / "data.xlsx")
    with pytest.raises(BadInput) as caught:
        read_dataset(tmp_path / "data.xlsx")
    assert [(f.file, f.row, f.column, f.value) for f in caught.value.faults] == [
        ("sheet contract", 2, "staff_id", "S9")
    ]


@pytest.mark.parametrize("content", [b"", b"id,name\n", b"PK\x03\x04 broken", bytes(range(256))])
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.xlsx").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_dataset(tmp_path / "data.xlsx")
    assert caught.value.faults == [
        Fault(
            "data.xlsx",
            0,
            "",
            "",
            "an Excel workbook (.xlsx) without a password, which this file is not",
        )
    ]


def test_a_text_that_no_cell_can_hold_is_not_left_out_in_silence(tmp_path: Path) -> None:
    long = sample.dataset().organisation[0].model_copy(update={"name": "x" * (LONGEST_CELL + 1)})
    with pytest.raises(BadInput, match="at most 32,767 characters"):
        write_workbook(Dataset(organisation=(long,)), tmp_path / "data.xlsx")


def test_the_empty_template_is_an_empty_dataset(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    assert read_dataset(tmp_path / "template.xlsx") == Dataset()


def test_the_template_explains_every_column_and_offers_every_choice(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    notes = {(row[0], row[3]) for row in book[NOTES_SHEET].iter_rows(min_row=2, values_only=True)}
    assert notes == {
        (file, name) for file, fact_type in BY_FILE.items() for name in fact_type.model_fields
    }
    for file, fact_type in BY_FILE.items():
        header = next(book[file].iter_rows(max_row=1))
        assert [cell.value for cell in header] == list(fact_type.model_fields)
        assert all(cell.comment for cell in header)
    lists = {rule.formula1 for rule in book["contract"].data_validations.dataValidation}
    assert '"substantive,bank"' in lists
    assert "staff!$A$2:$A$20000" in {formula.removeprefix("=") for formula in lists}


def test_a_filled_template_is_imported(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    for file, rows in sample.cells().items():
        columns = list(BY_FILE[file].model_fields)
        for number, row in enumerate(rows, start=2):
            for name, cell in row.items():
                target = book[file].cell(
                    row=number, column=columns.index(name) + 1, value=cell or None
                )
                target.data_type = "s" if cell else "n"  # openpyxl would make a formula of =Second
    book.save(tmp_path / "filled.xlsx")
    assert read_dataset(tmp_path / "filled.xlsx") == sample.dataset()
