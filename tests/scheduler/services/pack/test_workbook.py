"""The workbook, read back: the same cells as the paper, numbers as numbers."""

import io
from typing import Any

import openpyxl

from scheduler.services.pack.pack import pack_of
from scheduler.storage.formulas import unguarded
from tests.scheduler.services.kpis.conftest import Desk
from tests.scheduler.services.pack.conftest import Paper, renamed, two_weeks


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(sheet: Any) -> list[list[Any]]:
    return [
        [unguarded(cell) if isinstance(cell, str) else cell for cell in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def test_a_sheet_for_each_section_in_their_order(paper: Paper) -> None:
    names = opened(paper.pack.workbook()).sheetnames
    assert names == [
        "About",
        "1 Safe cover",
        "2 Temporary staffing",
        "3 Roster quality",
        "4 Working-time position",
        "5 What ends in 90 days",
        "6 Partner balance and recharge",
        "7 Variation between places",
        "8 Method, gaps and data quality",
    ]


def test_every_cell_of_the_paper_is_in_it_as_the_number_that_it_is(paper: Paper) -> None:
    book = opened(paper.pack.workbook())
    document = paper.pack.document
    several = [(page["title"], page["sections"]) for page in document["pages"]]
    for of, sections in [*several, ("", document["method"])]:
        for section in sections:
            (sheet,) = (one for one in book if one.title.startswith(f"{section['number']} "))
            rows = rows_of(sheet)
            for table in section["tables"]:
                start = next(at for at, row in enumerate(rows) if row[0] == table["title"])
                heads = [one["title"] for one in table["columns"]]
                assert [one for one in rows[start + 1] if one] == ["Of"] * bool(of) + heads
                for row in table["rows"]:
                    cells = [
                        (cell["text"] or None) if cell["value"] is None else cell["value"]
                        for cell in row
                    ]
                    wanted = [of, *cells] if of else cells
                    assert any(_same(line, wanted) for line in rows[start:]), wanted


def _same(line: list[Any], wanted: list[Any]) -> bool:
    """Numbers to the sixteen digits that a workbook's file holds."""
    return all(
        one == (float(f"{other:.16G}") if isinstance(other, float) else other)
        for one, other in zip(line, wanted, strict=False)
    )


def test_money_and_hours_have_their_formats(paper: Paper) -> None:
    sheet = opened(paper.pack.workbook())["2 Temporary staffing"]
    formats = {
        cell.number_format
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    assert any("£" in one and "0.00" in one for one in formats)
    assert "#,##0.0" in formats


def test_no_name_becomes_a_formula(desk: Desk) -> None:
    two_weeks(desk)
    renamed(desk, "A", '=HYPERLINK("http://example.org")')
    book = opened(pack_of(desk.repository, "COL").workbook())
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and not cell.hyperlink for cell in row)
    assert any("=HYPERLINK" in str(row) for row in rows_of(book["1 Safe cover"]))
