"""A first mapping for a sheet by what its headings are called, to be looked at and mended."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from scheduler.domain.facts import BY_FILE
from scheduler.storage.columns import columns
from scheduler.storage.foreign.grid import SourceGrid
from scheduler.storage.foreign.mapping import CellSource, ColumnMapping, TargetFile, plain
from scheduler.storage.foreign.notations import EXCEL, moment_of

HEADINGS = Path(__file__).with_name("headings.toml")
ALIKE = 0.84
"""From here on two headings are taken for the same word, written a little differently."""
PATTERNS = (
    "DD/MM/YYYY",
    "DD-Mon-YYYY",
    "DD/MM/YY",
    "DD-Mon-YY",
    "DD Month YYYY",
    "DD-MM-YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
    EXCEL,
)
"""Of dates, the likeliest first: here days come before months."""
SAMPLE = 500
"""Rows by which it is told how dates are written."""


@dataclass(frozen=True)
class MissingColumn:
    """A column that every row of a file needs and for which the mapping says nothing."""

    file: str
    column: str
    description: str


@dataclass(frozen=True)
class GuessedMapping:
    """`missing`: what is still to be said before it can be saved; `unused`: headings for which
    nothing was found.
    """

    mapping: ColumnMapping
    missing: tuple[MissingColumn, ...]
    unused: tuple[str, ...]


def guessed(
    grid: SourceGrid,
    name: str,
    organisation_id: str,
    *,
    sheet: str = "",
    header_row: int = 1,
    header_rows: int = 1,
) -> GuessedMapping:
    """The likeliest mapping of a sheet; without any file where nothing is understood of it."""
    known = _known()
    meaning = _meanings(grid.headings, known["meanings"])
    into = tuple(
        TargetFile(file, _columns(said, meaning, organisation_id))
        for file, said in known["files"].items()
        if all(_there(need, meaning) for need in said["needs"])
    )
    mapping = ColumnMapping(
        name=name,
        organisation_id=organisation_id,
        sheet=sheet,
        header_row=header_row,
        header_rows=header_rows,
        date=_patterns(grid, into),
        hours=_hours(grid, into),
        into=into,
    )
    read = {plain(one) for one in mapping.headings()}
    return GuessedMapping(
        mapping,
        tuple(missing_columns(mapping)),
        tuple(one for one in grid.headings if one and plain(one) not in read),
    )


def missing_columns(mapping: ColumnMapping) -> Iterable[MissingColumn]:
    """What every row of its files needs, and of which it says nothing."""
    for target in mapping.into:
        for column in columns(BY_FILE[target.file]):
            if column.required and column.name not in target.columns:
                yield MissingColumn(target.file, column.name, column.description)


@cache
def _known() -> Mapping[str, Any]:
    return tomllib.loads(HEADINGS.read_text(encoding="utf-8"))


def _meanings(headings: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Meaning -> heading. Of several headings the one that is most alike, of equals the first."""
    scored = []
    for position, heading in enumerate(headings):
        for meaning, words in known.items():
            likeness, order = max(
                (_likeness(plain(heading), word), -order) for order, word in enumerate(words)
            )
            if heading and likeness >= ALIKE:
                scored.append((-likeness, -order, position, meaning, heading))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, _, meaning, heading in sorted(scored):
        if meaning not in found and heading not in taken:
            found[meaning] = heading
            taken.add(heading)
    return found


def _likeness(one: str, other: str) -> float:
    letters = "".join(letter if letter.isalnum() else " " for letter in one)
    return SequenceMatcher(None, " ".join(letters.split()), other).ratio()


def _there(need: str, meaning: Mapping[str, str]) -> bool:
    return any((one.removeprefix("!") in meaning) != one.startswith("!") for one in need.split("|"))


def _columns(
    said: Mapping[str, Any], meaning: Mapping[str, str], organisation_id: str
) -> dict[str, CellSource]:
    found: dict[str, CellSource] = {}
    for column, alternatives in said["columns"].items():
        for one in alternatives.split("|"):
            parts = one.replace("@", "+").split("+")
            if not all(part in meaning for part in parts):
                continue
            headings = tuple(meaning[part] for part in parts)
            after = "start" if column == "end" else ""
            found[column] = (
                CellSource(columns=headings[:1], time_column=headings[1], after=after)
                if "@" in one
                else CellSource(columns=headings)
            )
            break
    for column, rest in said.get("otherwise", {}).items():
        if column in found:
            continue
        if "length" in rest:
            less = meaning.get(rest["less"], "")
            found[column] = CellSource(length_of=tuple(rest["length"]), less=less, hours=_MINUTES)
        elif "organisation" in rest:
            found[column] = CellSource(constant=organisation_id)
        else:
            found[column] = CellSource(**rest)
    return found


_MINUTES = "minutes"
"""How breaks are written nearly everywhere."""


def _patterns(grid: SourceGrid, into: Sequence[TargetFile]) -> tuple[str, ...]:
    """The fewest patterns, in order of likeliness, that read the dates of the sheet."""
    headings = {
        plain(source.columns[0])
        for target in into
        for column in columns(BY_FILE[target.file])
        if column.kind in ("date", "instant")
        and (source := target.columns.get(column.name)) is not None
        and source.columns
    }
    chosen: list[str] = []
    for text in _texts(grid, headings):
        if moment_of(text, chosen) is None:
            chosen += [one for one in PATTERNS if moment_of(text, (one,))][:1]
    return tuple(chosen) or PATTERNS[:1]


def _hours(grid: SourceGrid, into: Sequence[TargetFile]) -> str:
    """Minutes where hours of a shift would last for days."""
    headings = {
        plain(source.columns[0])
        for target in into
        if (source := target.columns.get("paid_minutes")) is not None and source.columns
    }
    numbers = [text for text in _texts(grid, headings) if text.isdigit()]
    return _MINUTES if any(int(text) > 48 for text in numbers) else "hours"


def _texts(grid: SourceGrid, headings: set[str]) -> list[str]:
    """The different texts of these columns in the first rows."""
    positions = [at for at, heading in enumerate(grid.headings) if plain(heading) in headings]
    found = {
        cells[position]: None
        for _, cells in grid.rows[:SAMPLE]
        for position in positions
        if position < len(cells) and cells[position]
    }
    return list(found)
