"""A sheet of another system as it was found: headings wherever they stand, cells with the row
numbers of its own.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from scheduler.domain.errors import Fault
from scheduler.domain.wording import maybe
from scheduler.storage.limits import MIB, instead, limits, size
from scheduler.storage.oddities import Oddity
from scheduler.storage.raw_table import BINARY, mostly_text, records_of
from scheduler.storage.whole_file import Unreadable, content
from scheduler.storage.workbook import Workbook

Brought = Path | tuple[str, bytes]
"""A file by its place, or by its name and content, as a page is handed it."""
SEPARATORS = (",", ";", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 40
"""Lines by which the separator is told."""


@dataclass(frozen=True)
class SourceGrid:
    """Rows of one sheet. `label`: what faults call it; `headings`: in the order of the columns;
    rows are (row number, cells), blank ones left out.

    `odd`: (row number, position from 0) -> what is odd about a cell of a workbook. `earlier`:
    number of a row that is not of this file -> what it is called.
    """

    label: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, Sequence[str]], ...]
    odd: Mapping[tuple[int, int], Oddity] = field(default_factory=dict)
    earlier: Mapping[int, str] = field(default_factory=dict)

    def place(self, number: int) -> tuple[str, int]:
        """What faults say of a row: its sheet and number; of one of an earlier file no number."""
        found = self.earlier.get(number)
        return (self.label, number) if found is None else (found, 0)


@contextmanager
def as_path(brought: Brought) -> Iterator[Path]:
    """Where the file lies; one that is handed over as bytes lies there while the block lasts.
    Raises Unreadable for more bytes than the settings allow.
    """
    if isinstance(brought, Path):
        yield brought
        return
    name = Path(brought[0]).name or "file"
    if len(brought[1]) > limits().most_file_mib * MIB:
        expected = (
            f"at most {limits().most_file_mib:,} MiB in one file, not {size(len(brought[1]))}:"
            f" {instead('most_file_mib', 'leave out what is not needed')}"
        )
        raise Unreadable(Fault(name, 0, "", "", expected))
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(brought[1])
        yield path


def read_grid(
    brought: Brought, *, sheet: str = "", header_row: int = 1, header_rows: int = 1
) -> SourceGrid:
    """A .csv or .xlsx file. `sheet`: of a workbook with several; `header_row`: in which row the
    headings begin; `header_rows`: over how many they go, the upper ones standing for all columns to
    their right. Raises Unreadable.
    """
    with as_path(brought) as path:
        label, records, odd = _records(path, sheet)
    if header_row + header_rows - 1 > len(records):
        expected = f"headings in row {header_row}, but there are {len(records)} rows"
        raise Unreadable(Fault(label, 0, "", "", expected))
    above = records[header_row - 1 : header_row - 1 + header_rows]
    rows = tuple(
        (number, cells)
        for number, record in enumerate(records, start=1)
        if number >= header_row + header_rows
        and any(cells := [" ".join(cell.split()) for cell in record])
    )
    return SourceGrid(label, _headings(above), rows, odd)


def _headings(above: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Of several rows joined, where an upper one stands for the columns to its right."""
    width = max(len(record) for record in above)
    parts: list[list[str]] = [[] for _ in range(width)]
    for level, record in enumerate(above):
        carried = ""
        for position in range(width):
            own = " ".join(record[position].split()) if position < len(record) else ""
            carried = own or (carried if level < len(above) - 1 else "")
            if carried:
                parts[position].append(carried)
    headings = [" ".join(part) for part in parts]
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)


def _records(
    path: Path, sheet: str
) -> tuple[str, list[list[str]], Mapping[tuple[int, int], Oddity]]:
    ending = path.suffix.lower()
    if ending == ".xlsx":
        book = Workbook(path)
        name = _sheet(path, book.sheet_names, sheet)
        try:
            records, odd = book.records(name, {})
        except Unreadable as error:
            raise Unreadable(
                Fault(f"{path.name}, {error.fault.file}", 0, "", "", error.fault.expected)
            ) from None
        return f"{path.name}, sheet {name}", records, odd
    if ending not in (".csv", ".txt", ".tsv"):
        expected = "a file that ends in .csv or .xlsx: export it as one of these"
        raise Unreadable(Fault(path.name, 0, "", "", expected))
    found = content(path)
    encoding = _encoding(path.name, found)
    separator = _separator(found[:100_000].decode(encoding, "ignore"))
    lines = io.TextIOWrapper(io.BytesIO(found), encoding, "replace", newline="")
    return path.name, records_of(path.name, lines, separator), {}


def _sheet(path: Path, names: Sequence[str], wanted: str) -> str:
    shown = [name for name in names if not name.startswith("_")]
    if wanted:
        if wanted in names:
            return wanted
        expected = f"a sheet {wanted!r}: there {'are' if len(names) > 1 else 'is'}"
        raise Unreadable(
            Fault(
                path.name,
                0,
                "",
                "",
                f"{expected} {', '.join(names)}. {maybe(wanted, names)}".rstrip(),
            )
        )
    if len(shown) != 1:
        expected = (
            f"one sheet, or a mapping that says which: there are {', '.join(names)}"
            if names
            else "a workbook with a sheet"
        )
        raise Unreadable(Fault(path.name, 0, "", "", expected))
    return shown[0]


def _encoding(name: str, found: bytes) -> str:
    """As rostering systems write it: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if found.startswith(b"PK\x03\x04"):
        expected = "text, but this is a workbook or zip archive: give it the ending .xlsx"
        raise Unreadable(Fault(name, 0, "", "", expected))
    try:
        if found.startswith(_UTF16):
            found.decode("utf-16")
            return "utf-16"
        if b"\0" not in found:
            found.decode("utf-8-sig")
            return "utf-8-sig"
    except UnicodeDecodeError:
        if not found.startswith(_UTF16) and mostly_text(found):
            return "cp1252"
    raise Unreadable(Fault(name, 0, "", "", BINARY))


def _separator(text: str) -> str:
    """What makes the most columns in most of the first lines."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]

    def columns(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            return (0, 0)
        several = [width for width in widths if width > 1]
        return (len(several), sum(several))

    return max(SEPARATORS, key=columns) if lines else ","
