"""Facts written down for others: a folder of CSV files, or a workbook with one sheet for each."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.storage.columns import column_names, columns
from scheduler.storage.formulas import guarded
from scheduler.storage.raw_table import LONGEST_CELL
from scheduler.storage.whole_files import whole_files

Book: TypeAlias = Any  # xlsxwriter brings no types
Sheet: TypeAlias = Any
CellFormat: TypeAlias = Any

MOST_ROWS = 1_048_576
"""Of a sheet, with its header."""


def write_folder(dataset: Dataset, folder: Path) -> None:
    """One CSV file for each kind of fact, also where there are none; all or nothing. Raises
    BadRequest where they cannot be written.
    """
    with whole_files([folder / f"{fact_type.file}.csv" for fact_type in FACT_TYPES]) as places:
        for fact_type, place in zip(FACT_TYPES, places, strict=True):
            write_lines(fact_type, dataset.rows(fact_type.file), place)


def write_lines(line_type: type[Fact], lines: Iterable[Fact], file: Path) -> None:
    """A CSV file with all columns of `line_type`, in their order; text that could be a formula is
    guarded, which reading undoes.
    """
    texts = [column.kind == "text" for column in columns(line_type)]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(column_names(line_type))
        writer.writerows(
            [
                guarded(_one_kind_of_line_end(cell)) if text else cell
                for cell, text in zip(line.cells().values(), texts, strict=True)
            ]
            for line in lines
        )


def _one_kind_of_line_end(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def write_workbook(dataset: Dataset, file: Path) -> None:
    """One sheet for each kind of fact. Raises BadInput where a spreadsheet cannot hold the
    facts.
    """
    with open_workbook(file) as book:
        for fact_type in FACT_TYPES:
            add_sheet(book, fact_type, dataset.rows(fact_type.file))


@contextmanager
def open_workbook(file: Path) -> Iterator[Book]:
    """Written when the block ends, all or nothing. Raises BadRequest where it cannot be written."""
    with whole_files([file]) as (place,):
        book = xlsxwriter.Workbook(
            str(place),
            {
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "tmpdir": str(place.parent),
            },
        )
        try:
            yield book
        except BaseException:
            with suppress(FileCreateError):
                book.close()
            raise
        try:
            book.close()
        except FileCreateError as error:
            raise (
                error.args[0]
                if error.args and isinstance(error.args[0], OSError)
                else OSError(str(error))
            ) from None


def add_sheet(book: Book, fact_type: type[Fact], rows: Sequence[Fact]) -> Sheet:
    """Numbers and dates as such, everything else as text: a cell that begins with `=` must not
    become a formula. Raises BadInput for more rows than a sheet holds.
    """
    if len(rows) >= MOST_ROWS:
        raise BadInput(
            [
                Fault(
                    f"sheet {fact_type.file}",
                    0,
                    "",
                    "",
                    f"fewer than {MOST_ROWS:,} rows: write CSV files instead",
                )
            ]
        )
    sheet = book.add_worksheet(fact_type.file)
    names = column_names(fact_type)
    write_header(book, sheet, names)
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, fact in enumerate(rows, start=1):
        for position, (name, text) in enumerate(fact.cells().items()):
            if text:
                _write_cell(sheet, number, position, getattr(fact, name), text, day_format)
    return sheet


def write_header(book: Book, sheet: Sheet, names: Sequence[str]) -> None:
    """The names of columns as the first row: bold, underlined, always in sight."""
    bold = book.add_format({"bold": True, "bottom": 1})
    for position, name in enumerate(names):
        sheet.write_string(0, position, name, bold)
        sheet.set_column(position, position, max(12, len(name) + 2))
    sheet.freeze_panes(1, 0)


def _write_cell(
    sheet: Sheet, row: int, position: int, value: Any, text: str, day_format: CellFormat
) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool) and _exact_in_excel(value):
        sheet.write_number(row, position, value)
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year > 1900:
        sheet.write_datetime(row, position, value, day_format)
    else:
        write_text(sheet, row, position, text)


def _exact_in_excel(value: float) -> bool:
    """Whether the 16 digits that a workbook's file holds are enough."""
    return abs(value) < 1e15 and float(f"{value:.16G}") == value


def write_text(
    sheet: Sheet, row: int, position: int, text: str, text_format: CellFormat | None = None
) -> None:
    """Raises BadInput where the text is longer than a cell can be; the library would leave it out
    without a word.
    """
    if len(text) > LONGEST_CELL:
        raise BadInput(
            [
                Fault(
                    f"sheet {sheet.get_name()}",
                    row + 1,
                    "",
                    text[:60] + "…",
                    f"at most {LONGEST_CELL:,} characters in a cell",
                )
            ]
        )
    sheet.write_string(row, position, text, text_format)
