"""How large a workbook is once it is unpacked, found out piece by piece, before a reader takes
memory for all of it.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from scheduler.domain.errors import Fault
from scheduler.storage.limits import MIB, SizeLimits, instead, limits, size
from scheduler.storage.whole_file import Unreadable, opened

_CHUNK = MIB
_LONGEST_TAG = 16_384
"""Bytes; a tag that is longer is left to the slow way."""
_DESCRIBING, _MOST_DESCRIBING = (
    re.compile(r"(styles|workbook|\[content_types\])\.xml$|\.rels$"),
    16 * MIB,
)
"""Parts that are read as a tree, which takes many times their size."""
_FULL = re.compile(rb"<(?:\w+:)?c(?=[\s>])[^<>]*+(?<!/)>")
"""A cell that is not empty: one without anything in it is closed at once."""
_PLACED = re.compile(rb"<(?:\w+:)?c r=\"([A-Z]{1,3})(\d{1,7})\"[^<>]*+(?<!/)>")
"""One that says first where it is, as all usual programs write it."""
_HIDDEN = re.compile(rb"=\s*+(?:\"[^\"<>]*+>|'[^'<>]*+>)|\0|<!")
"""What a plain search may misunderstand: > within a value, UTF-16, comments, definitions."""


@dataclass(frozen=True)
class Extent:
    """Last row and column, from 1, that hold anything."""

    rows: int
    columns: int

    def beyond(self, most: SizeLimits) -> str | None:
        """What was expected, where a sheet is larger than it may be."""
        where = (
            f"something, if only a space, stands in column {self.columns:,} or row {self.rows:,}"
        )
        if self.columns > most.most_columns:
            return (
                f"at most {most.most_columns:,} columns, not {self.columns:,} ({where}):"
                f" {instead('most_columns', 'delete what lies beyond the data')}"
            )
        if self.rows > most.most_rows:
            return (
                f"at most {most.most_rows:,} rows, not {self.rows:,} ({where}):"
                f" {instead('most_rows', 'delete what lies beyond the data')}"
            )
        if self.rows * self.columns > most.most_cells:
            met = f"{self.rows:,} rows of {self.columns:,}"
            return (
                f"at most {most.most_cells:,} cells, not {met} ({where}):"
                f" {instead('most_cells', 'delete what lies beyond the data')}"
            )
        return None


def extents(path: Path) -> dict[str, Extent]:
    """Part (its name in the archive) -> how far its cells reach.

    Every part is unpacked once, a piece at a time: a directory may say what it likes. Raises
    Unreadable for a workbook that is too large, OSError and BadZipFile for what is none.
    """
    with opened(path) as stream, ZipFile(stream) as archive:
        parts = archive.infolist()
        together, most = sum(part.file_size for part in parts), limits()
        if together > most.most_unpacked_mib * MIB:
            advice = instead("most_unpacked_mib", "leave out what is not needed")
            expected = (
                f"at most {most.most_unpacked_mib:,} MiB once it is unpacked, not {size(together)}:"
                f" {advice}"
            )
            raise Unreadable(Fault(path.name, 0, "", "", expected))
        for part in parts:
            if part.file_size > _MOST_DESCRIBING and _DESCRIBING.search(part.filename.lower()):
                expected = (
                    f"at most {size(_MOST_DESCRIBING)} of styles and descriptions, not"
                    f" {size(part.file_size)}: copy the data into a new workbook"
                )
                raise Unreadable(Fault(path.name, 0, "", "", expected))
        try:
            return {
                part.filename: _extent(archive, part.filename)
                for part in parts
                if not part.is_dir()
            }
        except (zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise BadZipFile(str(error)) from None


def _extent(archive: ZipFile, name: str) -> Extent:
    """Raises BadZipFile where more, or something else, is packed than the directory says."""
    with archive.open(name) as part:
        found = _quickly(part)
        while part.read(
            _CHUNK
        ):  # to the end in any case: only there it is compared with what the directory says
            pass
    if found is not None:
        return found
    with archive.open(name) as part:
        return _slowly(part)


def _pieces(part: IO[bytes]) -> Iterator[bytes | None]:
    """Pieces that end before a tag; None where a tag is very long."""
    rest = b""
    while chunk := part.read(_CHUNK):
        text = rest + chunk
        cut = max(0, text.rfind(b"<"))
        if len(text) - cut > _LONGEST_TAG:
            if b">" not in text[cut:]:
                yield None
            cut = len(text)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _quickly(part: IO[bytes]) -> Extent | None:
    """By a plain search, which takes a tenth of the time; None where it cannot tell."""
    last_row, columns = 0, set[bytes]()
    for piece in _pieces(part):
        if piece is None or _HIDDEN.search(piece):
            return None
        placed = _PLACED.findall(piece)
        if len(placed) != sum(1 for _ in _FULL.finditer(piece)):
            return None
        if placed:
            last_row = max(last_row, max(int(row) for _, row in placed))
            columns |= {column for column, _ in placed}
    return Extent(last_row, max((_column(column.decode("ascii")) for column in columns), default=0))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _CellReader:
    """Follows rows and cells, also those that do not say where they are."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0
        self._in_cell = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            said = attributes.get("r", "")
            self._row, self._column = (
                (int(said) if said.isdecimal() and len(said) < 12 else self._row + 1),
                0,
            )
        elif name == "c":
            match = re.fullmatch(r"([A-Za-z]{1,7})(\d{1,12})", attributes.get("r", ""))
            self._row, self._column = (
                (int(match[2]), _column(match[1])) if match else (self._row, self._column + 1)
            )
            self._in_cell = True
        elif self._in_cell:
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "c":
            self._in_cell = False


def _slowly(part: IO[bytes]) -> Extent:
    reader, parser = _CellReader(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    with suppress(
        expat.ExpatError, LookupError, ValueError
    ):  # a picture, or XML that nobody can read: the reader of values will tell
        parser.ParseFile(part)
    return Extent(reader.rows, reader.columns)
