"""A file or sheet as it was found: text cells with the row numbers of a spreadsheet, nothing
understood yet.
"""

import codecs
import csv
import io
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.domain.errors import Fault
from scheduler.storage.formulas import unguarded
from scheduler.storage.limits import SizeLimits, instead, limits
from scheduler.storage.oddities import Oddity
from scheduler.storage.whole_file import Unreadable, content

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright bars"}
_COLUMN_NAME = re.compile(r"[A-Za-z]\w*")
ROWS_ABOVE = 20
"""How far down the header is looked for where something else stands above it."""
_SAVE_AS = "save it as 'CSV UTF-8 (comma delimited)'"
BINARY = (
    "comma-separated text, but this is a binary file: open it in the program it comes from"
    f" and {_SAVE_AS}"
)
"""What is said of a file that is no text."""


@dataclass(frozen=True)
class RawTable:
    """`label` is what faults call the table; rows are (row number, cells), the header being row 1,
    blank rows left out.

    `oddities`: (row number, position of the column from 0) -> what is odd about a cell of a
    workbook.
    """

    label: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    oddities: Mapping[tuple[int, int], Oddity] = field(default_factory=dict)


def table_from_csv(path: Path) -> RawTable:
    """Raises Unreadable, also for more rows, columns or cells than the settings allow."""
    found = _checked(path)
    if (separator := _other_separator(found[:100_000].decode("utf-8-sig", "ignore"))) is not None:
        raise Unreadable(
            Fault(
                path.name,
                0,
                "",
                "",
                f"commas between the columns, but this file uses {separator}: {_SAVE_AS}",
            )
        )
    lines = io.TextIOWrapper(io.BytesIO(found), "utf-8-sig", newline="")
    return table_from_records(path.name, records_of(path.name, lines))


def records_of(name: str, lines: Iterable[str], separator: str = ",") -> list[list[str]]:
    """The cells of lines with a separator between them. Raises Unreadable, also for more rows,
    columns or cells than the settings allow.
    """
    # a cell that is too long is reported as such, with its row and column
    csv.field_size_limit(sys.maxsize)
    records: list[list[str]] = []
    reader = csv.reader(lines, strict=True, delimiter=separator)
    most, cells = limits(), 0
    try:
        for record in reader:
            records.append([unguarded(cell) if "'" in cell else cell for cell in record])
            cells += len(record)
            if (
                len(record) > most.most_columns
                or len(records) > most.most_rows
                or cells > most.most_cells
            ):
                wide = len(record) if len(record) > most.most_columns else 0
                rows = len(records) + (0 if wide else sum(1 for _ in reader))
                raise Unreadable(
                    Fault(
                        name,
                        len(records) if wide else 0,
                        "",
                        "",
                        _too_much(most, rows, wide, cells),
                    )
                )
    except csv.Error:
        expected = "cells in matching double quotes: a quote inside a quoted cell is written twice"
        raise Unreadable(Fault(name, len(records) + 1, "", "", expected)) from None
    return records


def _too_much(most: SizeLimits, rows: int, columns: int, cells: int) -> str:
    """What was expected where one of these is more than there may be. `columns`: 0 where they are
    not too many.
    """
    if columns:
        advice = instead(
            "most_columns", "is a quote missing, or a line end? Leave out what is not needed"
        )
        return f"at most {most.most_columns:,} columns, not {columns:,}: {advice}"
    if rows > most.most_rows:
        return (
            f"at most {most.most_rows:,} rows, not {rows:,}:"
            f" {instead('most_rows', 'leave out what is not needed')}"
        )
    advice = instead("most_cells", "leave out what is not needed")
    return (
        f"at most {most.most_cells:,} cells, not {max(cells, most.most_cells + 1):,} or more:"
        f" {advice}"
    )


def table_from_records(
    label: str,
    records: Iterable[list[str]],
    oddities: Mapping[tuple[int, int], Oddity] | None = None,
) -> RawTable:
    """Strip cells, leave out blank rows and the empty columns that spreadsheets add on the right.
    Raises Unreadable.
    """
    rows = [
        (number, cells)
        for number, record in enumerate(records, start=1)
        if any(cells := [_clean(cell) for cell in record])
    ]
    if not rows:
        raise Unreadable(Fault(label, 1, "", "", "a header row with the names of the columns"))
    if rows[0][0] != 1:
        raise Unreadable(
            Fault(
                label,
                1,
                "",
                "",
                "a header row with the names of the columns in row 1: delete the empty rows"
                " above it",
            )
        )
    header = rows[0][1]
    named = max(index for index, name in enumerate(header) if name) + 1
    return RawTable(
        label,
        tuple(header[:named]),
        tuple((number, _fitted(cells, named)) for number, cells in rows[1:]),
        oddities or {},
    )


def _other_separator(text: str) -> str | None:
    """What stands between the columns where it is no comma: the header tells, wherever it
    stands.
    """
    for line in text.splitlines()[:ROWS_ABOVE]:
        if _is_header(line.split(",")):
            return None
        for separator, words in _SEPARATORS.items():
            if _is_header(line.split(separator)):
                return words
    return None


def _is_header(cells: list[str]) -> bool:
    """Whether these look like names of columns, of which each file has an `id`, or some with an
    underscore.
    """
    names = [name for cell in cells if (name := cell.strip().strip('"'))]
    return (
        len(names) > 1
        and all(map(_COLUMN_NAME.fullmatch, names))
        and any(name.lower() == "id" or "_" in name for name in names)
    )


def _clean(cell: str) -> str:
    cell = cell.strip()
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _fitted(cells: list[str], width: int) -> list[str]:
    """Without empty cells beyond the header; a row that is too short stays so."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def _checked(path: Path) -> bytes:
    """The content of a file that is text in UTF-8."""

    def unreadable(expected: str) -> Unreadable:
        return Unreadable(Fault(path.name, 0, "", "", expected))

    found = content(path)
    zeros = found[:4096].count(0)
    if found.startswith(_UTF16) or (
        zeros and zeros >= len(found[:4096]) // 3 and any(mark in found[:4096] for mark in b",;\t")
    ):
        raise unreadable(f"UTF-8 text, but this file is UTF-16: {_SAVE_AS}")
    if found.startswith(b"PK\x03\x04"):
        raise unreadable(
            "comma-separated text, but this is a workbook or zip archive: give it the ending .xlsx,"
            " or save each sheet as 'CSV UTF-8'"
        )
    if zeros or b"\0" in found:
        raise unreadable(BINARY)
    try:
        found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = found.count(b"\n", 0, error.start) + 1, found[error.start]
        if mostly_text(found):
            raise unreadable(
                f"UTF-8 text, but byte {byte:#04x} in line {line} is Latin-1 or Windows-1252:"
                f" {_SAVE_AS}"
            ) from None
        raise unreadable(BINARY) from None
    return found


def mostly_text(content: bytes) -> bool:
    """Whether hardly any byte is a control character, as in a text of some one-byte encoding."""
    control = sum(byte < 32 and byte not in b"\t\n\r" for byte in content[:4096])
    return control * 50 <= len(content[:4096])
