"""What the XML of a workbook says about cells beyond their values: errors, formulas without a
value, percentages, merged cells.

The reader of values gives nothing for an error and for a formula that was never calculated, and
nothing must not be taken for an empty cell: in an optional column that may mean "for ever".
"""

import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

OddityKind = Literal["error", "formula", "percent", "merged", "date"]

_PERCENT_FORMATS = {9, 10}
"""Of the number formats that every workbook has."""
_QUOTED = re.compile(r'"[^"]*"|\\.')
_CHUNK, _OVERLAP = 1 << 20, 100
"""Bytes searched at once, and again with the next ones."""
_UNREADABLE = (
    BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
    zlib.error,
)
"""What reading a broken archive or XML raises; a LookupError where a part names an encoding that
there is not.
"""
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@dataclass(frozen=True)
class Oddity:
    """`shown`: the error, the formula, the merged cells, or what the cell held in place of what it
    showed.
    """

    kind: OddityKind
    shown: str


@dataclass(frozen=True)
class MergedCells:
    """First and last row (from 1) and column (from 0)."""

    name: str
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True)
class SheetOddities:
    """Of one sheet: (row from 1, column from 0) -> what is odd about the cell; and which cells were
    merged.
    """

    cells: dict[tuple[int, int], Oddity]
    merged: tuple[MergedCells, ...]


class NotFoundInWorkbook(Exception):
    """The workbook's parts are not where they should be."""


class WorkbookParts:
    """The XML of a workbook. Raises NotFoundInWorkbook."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with ZipFile(path) as archive:
                self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
                targets = {
                    element.get("Id", ""): element.get("Target", "")
                    for element in self._elements(archive, "xl/_rels/workbook.xml.rels")
                }
                self._percent_styles = _percent_styles(
                    self._elements(archive, "xl/styles.xml", optional=True)
                )
                self._sheets: dict[str, str] = {}
                self._calculated = True
                for element in self._elements(archive, "xl/workbook.xml"):
                    if _local(element.tag) == "sheet":
                        relation = next(
                            (cell for name, cell in element.items() if _local(name) == "id"), ""
                        )
                        self._sheets[element.get("name", "")] = posixpath.normpath(
                            posixpath.join("/xl", targets.get(relation, ""))
                        )[1:]
                    elif _local(element.tag) == "calcPr" and element.get("fullCalcOnLoad") in (
                        "1",
                        "true",
                    ):
                        self._calculated = False
        except (*_UNREADABLE, ElementTree.ParseError) as error:
            raise NotFoundInWorkbook(str(error)) from None

    def part(self, sheet: str) -> str:
        """The name in the archive of a sheet's part; empty where there is none."""
        return self._names.get(self._sheets.get(sheet, "").lower(), "")

    def oddities(self, sheet: str) -> SheetOddities:
        """Raises NotFoundInWorkbook."""
        reader = _SheetReader(self._percent_styles, calculated=self._calculated)
        try:
            with ZipFile(self._path) as archive:
                with self._open(archive, self._sheets[sheet]) as stream:
                    if not _may_hold(stream, self._percent_styles):
                        return SheetOddities({}, ())
                with self._open(archive, self._sheets[sheet]) as stream:
                    return reader.read(stream)
        except (*_UNREADABLE, expat.ExpatError) as error:
            raise NotFoundInWorkbook(str(error)) from None

    def _open(self, archive: ZipFile, name: str) -> IO[bytes]:
        if name.lower() not in self._names:
            raise NotFoundInWorkbook(name)
        return archive.open(self._names[name.lower()])

    def _elements(
        self, archive: ZipFile, name: str, *, optional: bool = False
    ) -> Iterator[ElementTree.Element]:
        if optional and name.lower() not in self._names:
            return
        with self._open(archive, name) as stream:
            for _, element in ElementTree.iterparse(stream):
                yield element


class _SheetReader:
    """Reads a sheet as it streams by, keeping only what is odd."""

    def __init__(self, percent_styles: frozenset[str], *, calculated: bool) -> None:
        self._percent_styles = percent_styles
        self._calculated = calculated
        self._cells: dict[tuple[int, int], Oddity] = {}
        self._merged: list[MergedCells] = []
        self._row = 0
        self._reference, self._beyond = "", 0
        self._attributes: dict[str, str] = {}
        self._formula: str | None = None
        self._value = ""
        self._within: str | None = None
        self._names: dict[str, str] = {}

    def read(self, stream: IO[bytes]) -> SheetOddities:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(stream)
        return SheetOddities(self._cells, tuple(self._merged))

    def _name(self, tag: str) -> str:
        if tag not in self._names:
            self._names[tag] = _local(tag)
        return self._names[tag]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._name(tag)
        if name == "c":
            self._attributes = attributes
            if "r" in attributes:
                self._reference, self._beyond = attributes["r"], 0
            else:
                self._beyond += 1
            self._formula, self._value = None, ""
        elif name == "v":
            self._within = name
        elif name == "f":
            self._within, self._formula = name, ""
        elif name == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._reference, self._beyond = "", 0
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            top, bottom = _place(first), _place(last or first)
            self._merged.append(
                MergedCells(attributes.get("ref", ""), (top[0], bottom[0]), (top[1], bottom[1]))
            )

    def _text(self, text: str) -> None:
        if self._within == "v":
            self._value += text
        elif self._within == "f":
            self._formula = (self._formula or "") + text

    def _end(self, tag: str) -> None:
        name = self._name(tag)
        if name in ("f", "v"):
            self._within = None
        elif name == "c" and (odd := self._oddity()):
            column = _place(self._reference)[1] if self._reference else -1
            self._cells[self._row, column + self._beyond] = odd

    def _oddity(self) -> Oddity | None:
        cell_type = self._attributes.get("t", "n")
        if cell_type == "e":
            return Oddity("error", self._value or "an error")
        # a formula may well say "" (t="str"); one that was never calculated says nothing, or 0
        # where the workbook asks to be calculated when it is opened
        unknown = not self._value or (self._value == "0" and not self._calculated)
        if self._formula is not None and cell_type != "str" and unknown:
            return Oddity("formula", f"={self._formula}")
        if (
            self._value
            and cell_type == "n"
            and self._attributes.get("s", "0") in self._percent_styles
        ):
            return Oddity("percent", self._value)
        return None


def _may_hold(stream: IO[bytes], percent_styles: frozenset[str]) -> bool:
    """Whether a closer look may find anything: a plain search takes a tenth of the time, and most
    sheets hold nothing odd.
    """
    styles = "|".join(sorted(percent_styles)) or "none"
    sought = re.compile(
        rf"""\bt\s*=\s*["']e["']|<(\w+:)?(f|mergeCell)[\s/>]|\bs\s*=\s*["']({styles})["']|\0|</(\w+:)?worksheet""".encode()
    )
    before = b""
    while chunk := stream.read(_CHUNK):
        text = before + chunk
        found = sought.search(text)
        if found is not None:
            return not found[0].startswith(b"</")  # a zero: UTF-16, which the search cannot read
        before = text[-_OVERLAP:]
    return True  # a sheet without an end: the closer look will tell


def _local(name: str) -> str:
    """Without a namespace or its prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _place(reference: str) -> tuple[int, int]:
    """B7 -> (7, 1). Raises ValueError."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"{reference!r} is no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _percent_styles(elements: Iterator[ElementTree.Element]) -> frozenset[str]:
    """Numbers of the cell styles that show a percentage."""
    formats = set(_PERCENT_FORMATS)
    styles: list[int] = []
    for element in elements:
        if _local(element.tag) == "numFmt" and "%" in _QUOTED.sub(
            "", element.get("formatCode", "")
        ):
            formats.add(int(element.get("numFmtId") or 0))
        elif _local(element.tag) == "cellXfs":
            styles = [int(style.get("numFmtId") or 0) for style in element]
    return frozenset(
        str(number) for number, number_format in enumerate(styles) if number_format in formats
    )
