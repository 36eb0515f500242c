"""What a file may hold: each limit is a setting, and is met before memory is taken."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from scheduler.domain.errors import MOST_LISTED, BadInput, BadRequest, Fault
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.files import read_assignments, read_dataset
from scheduler.storage.limits import MIB, SizeLimits, limits, setting
from scheduler.storage.writing import write_lines, write_workbook
from tests.scheduler.storage import sample

ORGANISATIONS = "id,name,kind\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample.write(sample.cells(), tmp_path / "data")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_workbook(sample.dataset(), tmp_path / "data.xlsx")
    return tmp_path / "data.xlsx"


def refused(path: Path) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        read_dataset(path)
    return list(caught.value.faults)


def said(path: Path) -> str:
    return " ".join(map(str, refused(path)))


def rewritten(
    book: Path, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet2.xml"
) -> Path:
    """The workbook with another text in one of its parts: sheet2 is that of organisations."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, change(text) if name == part else text)
    return book


# --- settings


@pytest.mark.parametrize("name", [field.name for field in fields(SizeLimits)])
def test_each_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(setting(name), "17")
    assert getattr(limits(), name) == 17
    for wrong in ("0", "-1", "many", "1e3", "inf", "9" * 30, "１"):
        monkeypatch.setenv(setting(name), wrong)
        with pytest.raises(BadRequest, match=setting(name)):
            limits()


SMALL = {
    "most_file_mib": 1,
    "most_unpacked_mib": 1,
    "most_rows": 3,
    "most_columns": 2,
    "most_cells": 8,
    "longest_cell": 20,
}


def grown(folder: Path, name: str) -> None:
    """One file beyond the small limit of this name, and of no other."""
    text = {
        "most_file_mib": ORGANISATIONS + "R1,First,nhs_trust\n" + "\n" * MIB,
        "most_unpacked_mib": ORGANISATIONS + "\n" * (MIB - 100),
        "most_rows": ORGANISATIONS + "R1,First,cic\n" * 3,
        "most_columns": ORGANISATIONS,
        "most_cells": ORGANISATIONS + "R1,First,cic\n" * 2,
        "longest_cell": ORGANISATIONS + f"R1,{'x' * 21},cic\n",
    }[name]
    (folder / "organisation.csv").write_text(text)
    if name == "most_unpacked_mib":
        (folder / "staff.csv").write_text("id\n" + "\n" * 200)


@pytest.mark.parametrize("name", SMALL)
def test_a_csv_file_beyond_a_limit_is_refused_with_the_limit_and_what_it_met(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    grown(folder, name)
    monkeypatch.setenv(setting(name), str(SMALL[name]))
    words = said(folder)
    met = {
        "most_file_mib": "not 2 MiB",
        "most_unpacked_mib": "not 2 MiB",
        "most_rows": "not 4",
        "most_columns": "not 3",
        "most_cells": "not 9",
        "longest_cell": "not 21",
    }
    assert f"at most {SMALL[name]} " in words
    assert met[name] in words
    assert name == "longest_cell" or setting(name) in words


@pytest.mark.parametrize("name", ["most_rows", "most_columns", "most_cells", "longest_cell"])
def test_a_sheet_beyond_a_limit_is_refused_with_the_limit_and_what_it_met(
    book: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(setting(name), str(SMALL[name]))
    words = said(book)
    assert f"at most {SMALL[name]} " in words
    assert {
        "most_rows": "not 4",
        "most_columns": "not 3",
        "most_cells": "4 rows of 3",
        "longest_cell": "not 2",
    }[name] in words


def test_the_files_of_a_roster_have_limits_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(AssignmentLine, [], tmp_path / "assignment.csv")
    monkeypatch.setenv(setting("most_columns"), "4")
    with pytest.raises(BadInput, match="at most 4 columns"):
        read_assignments(tmp_path / "assignment.csv")


# --- workbooks that claim much

FAR = {
    "a space": b'<c r="XFD1048576" t="inlineStr"><is><t xml:space="preserve"> </t></is></c>',
    "a number": b'<c r="XFD1048576"><v>1</v></c>',
    "a formula": b'<c r="XFD1048576"><f>A1</f></c>',
    "single quotes": b"<c r='XFD1048576'><v>1</v></c>",
    "another order": b'<c t="n" r="XFD1048576"><v>1</v></c>',
    "a sign hidden in a value": b'<c x="/>" r="XFD1048576"><v>1</v></c>',
    "a long tag": b"<c" + b" " * 40_000 + b' r="XFD1048576"><v>1</v></c>',
    "after others": b'<c r="XFC1048576"><v>1</v></c><c><v>2</v></c>',
}


@pytest.mark.parametrize("cell", FAR.values(), ids=FAR)
def test_a_cell_far_away_takes_no_memory(book: Path, cell: bytes) -> None:
    (fault,) = refused(
        rewritten(
            book,
            lambda text: text.replace(
                b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>"
            ),
        )
    )
    assert fault.file == "sheet organisation"
    assert "at most 256 columns, not 16,384" in fault.expected


def test_a_cell_far_away_in_a_sheet_for_people_is_nobodys_business(book: Path) -> None:
    far = b'<row r="1048576">' + FAR["a space"] + b"</row></sheetData>"
    rewritten(
        book, lambda text: text.replace(b'name="organisation"', b'name="_notes"'), "xl/workbook.xml"
    )
    assert all(
        "columns" not in fault.expected
        for fault in refused(rewritten(book, lambda text: text.replace(b"</sheetData>", far)))
    )


@pytest.mark.parametrize("cell", [b'<c r="XFD1048576" s="1"/>', b""])
def test_cells_that_only_look_like_something_are_no_data(book: Path, cell: bytes) -> None:
    rewritten(
        book,
        lambda text: text.replace(
            b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>"
        ),
    )
    rewritten(
        book,
        lambda text: text.replace(b'<dimension ref="A1:C4"/>', b'<dimension ref="A1:XFD1048576"/>'),
    )
    assert read_dataset(book) == sample.dataset()


def test_rows_and_cells_that_do_not_say_where_they_are_are_counted(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import re

    rewritten(book, lambda text: re.sub(rb' r="[A-Z]*\d+"', b"", text))
    assert read_dataset(book) == sample.dataset()
    monkeypatch.setenv(setting("most_rows"), "3")
    assert "at most 3 rows, not 4" in said(book)


def test_a_workbook_that_unpacks_to_much_is_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting("most_unpacked_mib"), "1")
    assert "at most 1 MiB once it is unpacked, not 2 MiB" in said(
        rewritten(book, lambda text: text + b" " * MIB)
    )


def test_a_workbook_whose_directory_lies_about_a_size_is_none(book: Path) -> None:
    rewritten(book, lambda text: text + b" " * MIB)
    with zipfile.ZipFile(book) as archive:
        true = archive.getinfo("xl/worksheets/sheet2.xml").file_size
    content = book.read_bytes()
    book.write_bytes(content.replace(true.to_bytes(4, "little"), (4_000).to_bytes(4, "little")))
    assert "which this file is not" in said(book)


# --- what is no file


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["organisation.csv", "data.xlsx"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_are_not_waited_for(folder: Path, name: str, kind: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert f"a file, not a {kind}" in said(folder if name.endswith(".csv") else path)


# --- many faults


def test_faults_beyond_a_hundred_are_counted(folder: Path) -> None:
    rows = "".join(f"X{number},2027-13-01,never,holiday\n" for number in range(1_000))
    (folder / "leave.csv").write_text(
        "staff_id,from_date,to_date,kind\n" + rows + "too,few\n" * 300
    )
    with pytest.raises(BadInput) as caught:
        read_dataset(folder)
    assert len(caught.value.faults) == MOST_LISTED
    assert caught.value.more == 2_300 - MOST_LISTED
    assert str(caught.value).startswith("2,300 faults in the data:")
    assert str(caught.value).endswith("… and 2,200 more")
    assert [fault.row for fault in caught.value.faults[:6]] == [2, 2, 3, 3, 4, 4]
    again = BadInput([*caught.value.faults, Fault("other.csv", 0, "", "", "something")])
    assert again.more == 2_301 - MOST_LISTED


def test_references_to_nothing_beyond_a_hundred_are_counted(folder: Path) -> None:
    rows = "".join(f"X{number},2027-01-01,2027-01-02,annual\n" for number in range(1_000))
    (folder / "leave.csv").write_text("staff_id,from_date,to_date,kind\n" + rows)
    assert sum(fault.more + 1 for fault in refused(folder)) == 1_000
