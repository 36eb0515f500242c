"""A file or sheet as it was found: text cells with the row numbers of a spreadsheet, nothing understood yet."""

import codecs
import csv
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.errors import Fault

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "save it as 'CSV UTF-8 (comma delimited)'"


@dataclass(frozen=True)
class RawTable:
    """`label` is what faults call the table; rows are (row number, cells), the header being row 1, blank rows left out."""

    label: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


class Unreadable(Exception):
    """The table as a whole cannot be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def table_from_csv(path: Path) -> RawTable:
    """Raises Unreadable."""
    text = _decoded(path)
    csv.field_size_limit(sys.maxsize)  # a cell that is too long is reported as such, with its row and column
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        expected = "cells in matching double quotes: a quote inside a quoted cell is written twice"
        raise Unreadable(Fault(path.name, len(records) + 1, "", "", expected)) from None
    return table_from_records(path.name, records)


def table_from_records(label: str, records: Iterable[list[str]]) -> RawTable:
    """Strip cells, leave out blank rows and the empty columns that spreadsheets add on the right. Raises Unreadable."""
    rows = [(number, cells) for number, record in enumerate(records, start=1) if any(cells := [_clean(cell) for cell in record])]
    if not rows or rows[0][0] != 1:
        raise Unreadable(Fault(label, 1, "", "", "a header row with the names of the columns"))
    header = rows[0][1]
    named = max(index for index, name in enumerate(header) if name) + 1
    return RawTable(label, tuple(header[:named]), tuple((number, _fitted(cells, named)) for number, cells in rows[1:]))


def _clean(cell: str) -> str:
    cell = cell.strip()
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _fitted(cells: list[str], width: int) -> list[str]:
    """Without empty cells beyond the header; a row that is too short stays so."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def _decoded(path: Path) -> str:
    def unreadable(expected: str) -> Unreadable:
        return Unreadable(Fault(path.name, 0, "", "", expected))

    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(f"a file that can be read ({error.strerror})") from None
    zeros = content[:4096].count(0)
    if content.startswith(_UTF16) or (zeros and zeros >= len(content[:4096]) // 3 and b"," in content[:4096]):
        raise unreadable(f"UTF-8 text, but this file is UTF-16: {_SAVE_AS}")
    if content.startswith(b"PK\x03\x04"):
        raise unreadable(
            "comma-separated text, but this is a workbook or zip archive: give it the ending .xlsx, or save each sheet as 'CSV UTF-8'"
        )
    if zeros or b"\0" in content:
        raise unreadable(f"comma-separated text, but this is a binary file: open it in the program it comes from and {_SAVE_AS}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = content.count(b"\n", 0, error.start) + 1, content[error.start]
        if _mostly_text(content):
            raise unreadable(f"UTF-8 text, but byte {byte:#04x} in line {line} is Latin-1 or Windows-1252: {_SAVE_AS}") from None
        raise unreadable(f"comma-separated text, but this is a binary file: open it in the program it comes from and {_SAVE_AS}") from None


def _mostly_text(content: bytes) -> bool:
    """Whether hardly any byte is a control character, as in a text of some one-byte encoding."""
    control = sum(byte < 32 and byte not in b"\t\n\r" for byte in content[:4096])
    return control * 50 <= len(content[:4096])
