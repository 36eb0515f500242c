"""What a workbook's XML says about cells that the reader of values leaves out."""

from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from scheduler.storage.oddities import MergedCells, NotFoundInWorkbook, Oddity, WorkbookParts


def written(file: Path) -> Path:
    with xlsxwriter.Workbook(str(file)) as book:
        book.add_worksheet("first").write(0, 0, "nothing odd")
        sheet = book.add_worksheet("second & last")
        sheet.write_formula(0, 1, "=NA()", None, "#N/A")
        sheet.write_formula(1, 27, "=AA1+1")
        sheet.write_formula(2, 0, "=1+1", None, 2)
        sheet.write_formula(3, 0, '=""', None, "nothing")
        sheet.write_number(4, 0, 1.5, book.add_format({"num_format": "0.0 %"}))
        sheet.write_number(5, 0, 1.5, book.add_format({"num_format": '0.0 "%"'}))
        sheet.write_number(6, 0, 0.25, book.add_format({"num_format": "0%"}))
        sheet.merge_range(7, 1, 9, 2, "all")
    return file


def test_errors_formulas_without_a_result_percentages_and_merged_cells(tmp_path: Path) -> None:
    parts = WorkbookParts(written(tmp_path / "x.xlsx"))
    found = parts.oddities("second & last")
    assert found.cells == {
        (1, 1): Oddity("error", "#N/A"),
        (2, 27): Oddity("formula", "=AA1+1"),  # as it is in a workbook that nobody has opened yet
        (5, 0): Oddity("percent", "1.5"),
        (7, 0): Oddity("percent", "0.25"),
    }
    assert found.merged == (MergedCells("B8:C10", (8, 10), (1, 2)),)
    assert parts.oddities("first").cells == {}


def test_a_formula_may_well_have_an_empty_text_as_its_result(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path / "x.xlsx")) as old, ZipFile(tmp_path / "empty.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>nothing</v>", b"<v></v>"))
    assert (4, 0) not in WorkbookParts(tmp_path / "empty.xlsx").oddities("second & last").cells


def test_a_nought_is_a_result_once_the_workbook_was_calculated(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path / "x.xlsx")) as old, ZipFile(tmp_path / "saved.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b' fullCalcOnLoad="1"', b""))
    assert (2, 27) not in WorkbookParts(tmp_path / "saved.xlsx").oddities("second & last").cells


def test_prefixes_and_cells_without_a_reference_are_understood(tmp_path: Path) -> None:
    sheet = (
        "<x:worksheet"
        ' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row><x:c/><x:c'
        ' t="e"><x:v>#REF!</x:v></x:c></x:row><x:row><x:c><x:f t="shared"'
        ' si="0"/><x:v/></x:c></x:row></x:sheetData></x:worksheet>'
    )
    with ZipFile(written(tmp_path / "x.xlsx")) as old, ZipFile(tmp_path / "other.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet2.xml") else old.read(name))
    found = WorkbookParts(tmp_path / "other.xlsx").oddities("second & last").cells
    assert found == {(1, 1): Oddity("error", "#REF!"), (2, 0): Oddity("formula", "=")}


@pytest.mark.parametrize(
    "broken", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"]
)
def test_a_workbook_with_parts_that_are_broken_or_missing(tmp_path: Path, broken: str) -> None:
    for name, content in (("cut", b"<x"), ("gone", None)):
        with (
            ZipFile(written(tmp_path / "x.xlsx")) as old,
            ZipFile(tmp_path / f"{name}.xlsx", "w") as new,
        ):
            for part in old.namelist():
                if part != broken or content is not None:
                    new.writestr(
                        part, content if part == broken and content is not None else old.read(part)
                    )
        with pytest.raises(NotFoundInWorkbook):
            WorkbookParts(tmp_path / f"{name}.xlsx").oddities("second & last")


def test_an_error_far_down_a_large_sheet_is_found(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("large")
        for row in range(40_000):
            sheet.write_row(row, 0, ["one text", row, 2.5])
        sheet.write_formula(40_000, 2, "=NA()", None, "#N/A")
    assert WorkbookParts(tmp_path / "x.xlsx").oddities("large").cells == {
        (40_001, 2): Oddity("error", "#N/A")
    }
