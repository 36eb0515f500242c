"""Reading a folder of CSV files: what is accepted, and what is said about what is not."""

from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.files import read_assignments, read_dataset
from scheduler.storage.raw_table import LONGEST_CELL
from scheduler.storage.writing import write_lines
from tests.scheduler.storage import sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample.write(sample.cells(), tmp_path / "data")


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        read_dataset(path)
    return list(caught.value.faults)


def only_fault(path: Path) -> Fault:
    faults = faults_of(path)
    assert len(faults) == 1, faults
    return faults[0]


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text)
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


def test_a_good_folder_is_read_as_the_facts_say(folder: Path) -> None:
    assert read_dataset(folder) == sample.dataset()


def test_text_that_looks_like_a_formula_stays_text(folder: Path) -> None:
    assert read_dataset(folder).organisation[1].name == "=Second+Community"


def test_byte_order_mark_line_ends_and_spaces_are_accepted(folder: Path) -> None:
    path = folder / "organisation.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join(row.replace(",", " , ") for row in rows).encode()
    )
    assert read_dataset(folder) == sample.dataset()


def test_other_files_are_ignored(folder: Path) -> None:
    (folder / "README.md").write_text("notes")
    (folder / ".~lock.staff.csv#").write_bytes(b"\0")
    (folder / "._staff.csv").write_bytes(b"\0\1")
    assert read_dataset(folder) == sample.dataset()


def test_optional_files_and_columns_may_be_missing(folder: Path) -> None:
    for file in ("travel_time", "pin", "passport"):
        (folder / f"{file}.csv").unlink()
    found = read_dataset(folder)
    assert (found.travel_time, found.pin, found.passport) == ((), (), ())
    assert found.demand[0].maximum is None


def test_every_fault_is_named_at_once(folder: Path) -> None:
    change(folder, "site", "51.62", "48.2")
    change(folder, "contract", "37.5", "full")
    change(folder, "contract", "2024-04-01,2027-12-31", "2024-04-01,2023-12-31")
    change(folder, "role", "nursing", "nurses")
    change(folder, "staff", "S2,Ben O'Neil,X1,,no", "S2,Ben O'Neil,X9,,maybe")
    change(folder, "demand", "D3,UCR", "D1,UCR")
    assert [(f.file, f.row, f.column, f.value) for f in faults_of(folder)] == [
        ("contract.csv", 2, "hours_per_week", "full"),
        ("contract.csv", 3, "to_date", "2023-12-31"),
        ("demand.csv", 4, "id", "D1"),
        ("role.csv", 2, "staff_group", "nurses"),
        ("site.csv", 2, "latitude", "48.2"),
        ("staff.csv", 3, "accepts_other_hosts", "maybe"),
    ]


def test_one_row_can_have_several_faults(folder: Path) -> None:
    change(
        folder,
        "contract",
        "C5,S4,R2,HCA3,bank,0,X2,1300,2025-01-01,,",
        "C5,S4,R2,HCA3,bank,8,X2,-1,2025-01-01,2024-01-01,",
    )
    assert [(f.column, f.expected) for f in faults_of(folder)] == [
        (
            "hourly_pence",
            (
                "a whole number of at least 0 (basic pay with high-cost-area supplement, without"
                " on-costs [pence per hour])"
            ),
        ),
        ("hours_per_week", "0 for a bank contract"),
        ("to_date", "a to_date not before from_date 2025-01-01"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "expected"),
    [
        (
            "site",
            "51.58",
            "62",
            "latitude",
            "a number from 49 to 61 (WGS84, within Great Britain [degrees])",
        ),
        (
            "site",
            ",0.7",
            ",2.5",
            "longitude",
            "a number from -9 to 2 (WGS84, within Great Britain [degrees])",
        ),
        (
            "role",
            "RN5,Nurse,nursing,5",
            "RN5,Nurse,nursing,8",
            "band",
            "one of 2, 3, 4, 5, 6, 7, 8a, 8b, 8c, 8d, 9",
        ),
        (
            "organisation",
            "charity",
            "charty",
            "kind",
            (
                "one of nhs_trust, ambulance_trust, cic, local_authority, charity, primary_care;"
                " did you mean charity?"
            ),
        ),
        ("staff", "45,yes", "45,Yes", "accepts_other_hosts", "yes or no"),
        ("staff", "Cara", "", "name", "a text, not an empty cell"),
        ("demand", "D1,UCR,X1,2027-01-11", "D1,UCR,X1,11/01/2027", "date", "a date YYYY-MM-DD"),
        (
            "demand",
            "D1,UCR,X1,2027-01-11",
            "D1,UCR,X1,2027-02-30",
            "date",
            "a date that exists, YYYY-MM-DD",
        ),
        (
            "demand",
            "D1,UCR,X1,2027-01-11",
            "D1,UCR,X1,",
            "date",
            "a date YYYY-MM-DD, not an empty cell",
        ),
        ("demand", "RN5,1,2,3", "RN5,1.5,2,3", "minimum", "a whole number"),
        (
            "demand",
            "RN5,1,2,3",
            "RN5,1,2,6",
            "priority",
            "a whole number from 1 to 5 (1 may wait … 5 unsafe if empty)",
        ),
        (
            "demand",
            "RN5,1,2,3",
            f"RN5,{'9' * 16},2,3",
            "minimum",
            "a whole number of at most 15 digits",
        ),
        ("travel_time", "32.5", "9" * 400, "minutes", "a number that is not so large"),
        ("shift_type", "07:00,", "7am,", "start_time", "a time HH:MM from 00:00 to 23:59"),
        (
            "shift_type",
            "07:00,15:00",
            "07:00,07:00",
            "end_time",
            "an end_time that differs from start_time, or days = 1 for a duty of 24 h",
        ),
        (
            "worked_shift",
            "2026-10-25T08:00",
            "2026-10-24T19:00",
            "end",
            "an end after the start 2026-10-24T20:00+01:00",
        ),
        (
            "worked_shift",
            "2026-10-24T20:00",
            "0001-01-01T00:00+01:00",
            "start",
            "a date-time between 1900 and 2200",
        ),
        (
            "passport",
            "identity|right_to_work|dbs",
            "identity|dbs|dsb",
            "checks",
            (
                "checks among"
                " identity|right_to_work|dbs|registration|occupational_health|mandatory_training,"
                " not 'dsb'"
            ),
        ),
    ],
)
def test_a_bad_cell_is_told_what_was_expected(
    folder: Path, file: str, old: str, new: str, column: str, expected: str
) -> None:
    change(folder, file, old, new)
    fault = only_fault(folder)
    assert (fault.file, fault.column, fault.expected) == (f"{file}.csv", column, expected)


def test_a_misspelt_column_is_named_with_the_nearest_and_its_cells_are_still_read(
    folder: Path,
) -> None:
    change(folder, "contract", "hours_per_week", "hour_per_week")
    change(folder, "contract", "C2,S2,R1,HCA3,substantive,30", "C2,S2,R1,HCA3,substantive,many")
    first, second = faults_of(folder)
    assert first == Fault(
        "contract.csv",
        1,
        "hour_per_week",
        "hour_per_week",
        "a known column; did you mean hours_per_week?",
    )
    assert (second.row, second.column, second.value) == (3, "hours_per_week", "many")


def test_a_missing_column_does_not_hide_other_faults(folder: Path) -> None:
    rows = sample.cells()["staff"]
    sample.write(
        {
            "staff": [
                {name: cell for name, cell in row.items() if name != "home_site_id"} for row in rows
            ]
        },
        folder,
    )
    change(folder, "staff", "60.5", "far")
    assert [(f.row, f.column) for f in faults_of(folder)] == [
        (1, "home_site_id"),
        (4, "max_travel_minutes"),
    ]


def test_a_column_that_stands_twice(folder: Path) -> None:
    change(folder, "collaborative", "id,name", "id,id,name")
    change(folder, "collaborative", "ESX,", "ESX,ESX,")
    assert only_fault(folder) == Fault("collaborative.csv", 1, "id", "id", "each column once")


def test_rows_with_too_many_or_too_few_cells(folder: Path) -> None:
    change(folder, "organisation", "First Trust", "First, Trust")
    change(folder, "role", "RN5,Nurse,nursing,5", "RN5,Nurse,nursing")
    first, second = faults_of(folder)
    assert (first.file, first.row, first.value) == ("organisation.csv", 2, "nhs_trust")
    assert "3 cells as in the header, not 4" in first.expected
    assert (second.file, second.row) == ("role.csv", 2)
    assert "4 cells as in the header, not 3" in second.expected


def test_empty_columns_that_a_spreadsheet_adds_are_accepted(folder: Path) -> None:
    path = folder / "role.csv"
    path.write_text("".join(f"{row},,\n" for row in path.read_text().splitlines()))
    assert read_dataset(folder) == sample.dataset()


def test_row_numbers_count_blank_lines_and_quoted_line_ends_as_a_spreadsheet_does(
    folder: Path,
) -> None:
    (folder / "competency.csv").write_text(
        'id,name,kind\n\nIV,"Intravenous\ntherapy",clinical\n,,\nX,"Y ""Z""",clinic\n'
    )
    fault = only_fault(folder)
    assert (fault.row, fault.value) == (5, "clinic")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "id,name\nESX,Café\n".encode("latin-1"),
            "UTF-8 text, but byte 0xe9 in line 2 is Latin-1 or Windows-1252",
        ),
        ("id,name\nESX,Cafe\n".encode("utf-16"), "UTF-8 text, but this file is UTF-16"),
        ("id,name\nESX,Cafe\n".encode("utf-16-le"), "UTF-8 text, but this file is UTF-16"),
        ("id;name\nESX;Cafe\n".encode("utf-16-le"), "UTF-8 text, but this file is UTF-16"),
        ("id\tname\nESX\tCafe\n".encode("utf-16"), "UTF-8 text, but this file is UTF-16"),
        (bytes(range(256)) * 8, "comma-separated text, but this is a binary file"),
        (
            b"\x89PNG\r\n\x1a\n" + b"\x01\x02\x03\x04\x05\xff" * 50,
            "comma-separated text, but this is a binary file",
        ),
        (b"PK\x03\x04rest", "comma-separated text, but this is a workbook or zip archive"),
        (b"", "a header row with the names of the columns"),
        (b'id,name\nESX,"open\n', "cells in matching double quotes"),
    ],
)
def test_a_file_that_is_no_text_is_one_fault_and_not_many(
    folder: Path, content: bytes, expected: str
) -> None:
    (folder / "collaborative.csv").write_bytes(content)
    fault = only_fault(folder)
    assert fault.file == "collaborative.csv"
    assert fault.expected.startswith(expected)


@pytest.mark.parametrize(
    ("separator", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")]
)
@pytest.mark.parametrize("above", ["", "Staff of the county\n\n", "sep=;\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_another_separator_is_one_fault_that_names_it(
    folder: Path, separator: str, words: str, above: str, quote: str
) -> None:
    rows = sample.cells()["staff"]
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    text = "\n".join(
        separator.join(f"{quote}{cell.replace('45', '37,5')}{quote}" for cell in line)
        for line in lines
    )
    (folder / "staff.csv").write_text(above + text, encoding="utf-8")
    expected = (
        f"commas between the columns, but this file uses {words}: save it as 'CSV UTF-8 (comma"
        " delimited)'"
    )
    assert only_fault(folder) == Fault("staff.csv", 0, "", "", expected)


def test_semicolons_and_bars_in_cells_are_no_separators(folder: Path) -> None:
    change(folder, "collaborative", "Essex Partners", "Essex; Partners | Others")
    assert read_dataset(folder).collaborative[0].name == "Essex; Partners | Others"


@pytest.mark.parametrize(
    ("title", "row"),
    [
        ("Staff of the county,,,,,\n", 2),
        ("Staff; of the county\n\nas of May,2027,,,,\n", 4),
        ("sep=,\n", 2),
    ],
)
def test_a_title_above_the_header_is_one_fault_that_says_where_the_header_is(
    folder: Path, title: str, row: int
) -> None:
    path = folder / "staff.csv"
    path.write_text(title + path.read_text(encoding="utf-8"), encoding="utf-8")
    rows = "row" if row == 2 else "rows"
    fault = only_fault(folder)
    assert (fault.file, fault.row) == ("staff.csv", 1)
    assert (
        fault.expected
        == f"the names of the columns, which stand in row {row}: delete the {rows} above"
    )


def test_empty_rows_above_the_header_are_one_fault(folder: Path) -> None:
    path = folder / "staff.csv"
    path.write_text("\n,,\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    expected = "a header row with the names of the columns in row 1: delete the empty rows above it"
    assert only_fault(folder) == Fault("staff.csv", 1, "", "", expected)


def test_missing_and_unknown_files(folder: Path) -> None:
    (folder / "site.csv").rename(folder / "sites.csv")
    first, second = faults_of(folder)
    assert (first.file, first.expected) == (
        "site.csv",
        "a file site.csv: this dataset has none, and it may not be missing",
    )
    assert (second.file, second.expected) == (
        "sites.csv",
        "a known file name; did you mean site.csv?",
    )


@pytest.mark.parametrize("name", ["nowhere", "plain.txt", "empty"])
def test_a_path_that_is_no_dataset(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    assert only_fault(tmp_path / name).row == 0


def test_a_cell_longer_than_a_spreadsheet_can_hold(folder: Path) -> None:
    change(folder, "organisation", "First Trust", "x" * LONGEST_CELL)
    read_dataset(folder)
    change(folder, "organisation", "x" * LONGEST_CELL, "x" * 200_000)
    fault = only_fault(folder)
    assert (fault.row, fault.column, fault.expected) == (
        2,
        "name",
        "at most 32,767 characters, not 200,000",
    )


def test_dangling_references_are_named_with_the_nearest_id(folder: Path) -> None:
    sample.write({"staff": sample.cells()["staff"][:1]}, folder)
    faults = [fault for fault in faults_of(folder) if fault.file == "contract.csv"]
    assert {fault.value for fault in faults} == {"S2", "S3", "S4", "S5"}
    assert all("the id of a row of staff.csv" in fault.expected for fault in faults)


def test_what_refers_to_a_row_with_a_fault_is_not_a_fault(folder: Path) -> None:
    change(folder, "service_host", "UCR,SND,R2", "UCR,SND,")
    change(folder, "demand", "D1,UCR,X1,2027-01-11", "D1,UCR,X1,soon")
    assert [(f.file, f.row) for f in faults_of(folder)] == [
        ("demand.csv", 2),
        ("service_host.csv", 3),
    ]


def test_assignments_come_back_as_they_were_written(tmp_path: Path) -> None:
    lines = list(sample.document().assignments)
    write_lines(AssignmentLine, lines, tmp_path / "assignment.csv")
    assert read_assignments(tmp_path / "assignment.csv") == lines


def test_assignments_of_another_program_may_lack_and_add_columns(tmp_path: Path) -> None:
    file = tmp_path / "assignment.csv"
    optional = ("route", "contracted_minutes", "extra_minutes", "overtime_minutes")
    kept = {name: cell for name, cell in sample.line().cells().items() if name not in optional}
    file.write_text(",".join([*kept, "remark"]) + "\n" + ",".join([*kept.values(), "fine"]) + "\n")
    assert read_assignments(file) == [sample.line(contracted_minutes="0")]


def test_an_assignment_is_for_a_person_or_a_supply(tmp_path: Path) -> None:
    write_lines(
        AssignmentLine,
        [sample.line(), sample.line(staff_id=""), sample.line(temporary_supply_id="AG1")],
        tmp_path / "a.csv",
    )
    with pytest.raises(BadInput) as caught:
        read_assignments(tmp_path / "a.csv")
    assert [fault.row for fault in caught.value.faults] == [3, 4]


def test_an_empty_dataset_can_be_written_and_read(tmp_path: Path) -> None:
    sample.write({file: [] for file in Dataset().__dict__}, tmp_path)
    assert read_dataset(tmp_path) == Dataset()
