"""From text cells to facts, with a fault for every cell that is not what its column needs."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from scheduler.domain.errors import MOST_LISTED, Fault
from scheduler.domain.facts import Fact
from scheduler.domain.note import Note
from scheduler.domain.wording import nearest
from scheduler.storage.columns import Column, column_names, columns
from scheduler.storage.doubtful_cells import SPREADSHEET_ERRORS, advice, is_fault, understood
from scheduler.storage.known_facts import fact_maker
from scheduler.storage.limits import limits
from scheduler.storage.oddities import Oddity
from scheduler.storage.raw_table import ROWS_ABOVE, RawTable

MOST_DIGITS = 15
"""Of whole numbers: what spreadsheets and JSON readers keep exactly."""


@dataclass(frozen=True)
class ParsedTable:
    """Facts with their row numbers, and what could not be read: faults, and the ids of rows that
    have one.
    """

    facts: tuple[Fact, ...]
    row_numbers: tuple[int, ...]
    faults: tuple[Fault, ...]
    bad_ids: frozenset[str]
    bad_rows: bool
    notes: tuple[Note, ...] = ()


class _Bad:
    """Stands for a cell that has a fault."""


_BAD = _Bad()


def parse_table(
    fact_type: type[Fact], table: RawTable, *, ignore_unknown: bool = False
) -> ParsedTable:
    """Column by column, because cells repeat: every distinct text of a column is understood
    once.
    """
    if (fault := _header_further_down(fact_type, table)) is not None:
        return ParsedTable((), (), (fault,), frozenset(), bad_rows=True)
    positions, faults = _header(fact_type, table, ignore_unknown)
    notes: list[Note] = []
    width = len(table.header)
    rows = [(number, cells) for number, cells in table.rows if len(cells) == width]
    other = [(number, cells) for number, cells in table.rows if len(cells) != width]
    faults += _counted(
        [_width_fault(table, number, cells) for number, cells in other[:MOST_LISTED]], len(other)
    )
    values: list[list[Any]] = []
    for column in columns(fact_type):
        position = positions.get(column.name)
        cells = [""] * len(rows) if position is None else [row[position] for _, row in rows]
        known = position is not None or not column.required
        parsed = _parse_column(column, fact_type, cells) if known else [_BAD] * len(rows)
        odd = {
            number: found for (number, place), found in table.oddities.items() if place == position
        }
        for index, (number, _) in enumerate(rows) if odd else ():
            if number in odd and is_fault(column, odd[number]):
                parsed[index] = _BAD
            elif number in odd and parsed[index] is not _BAD:
                notes += [
                    Note(table.label, number, column.name, text)
                    for text in understood(column, odd[number], cells[index])
                ]
        values.append(parsed)
        if known:
            faults += _cell_faults(table.label, column, rows, cells, parsed, odd)
        if position is None and not column.required and not column.special and rows:
            notes.append(
                Note(
                    table.label,
                    0,
                    column.name,
                    f"has no column {column.name}, which means for every row: {column.absent}.",
                )
            )
    facts, good, more = _facts(fact_type, table.label, rows, values, positions)
    taken = set(good)
    return ParsedTable(
        facts=tuple(facts),
        row_numbers=tuple(rows[index][0] for index in good),
        faults=(*faults, *more),
        bad_ids=_ids(table, positions, {rows[index][0] for index in taken}),
        bad_rows=len(good) < len(table.rows),
        notes=tuple(notes),
    )


def _ids(table: RawTable, positions: dict[str, int], good_numbers: set[int]) -> frozenset[str]:
    position = positions.get("id")
    if position is None:
        return frozenset()
    return frozenset(
        cells[position]
        for number, cells in table.rows
        if number not in good_numbers and len(cells) > position
    )


def _counted(listed: list[Fault], found: int) -> list[Fault]:
    """The last of those that are listed says how many more were found."""
    return (
        [*listed[:-1], replace(listed[-1], more=found - len(listed))]
        if found > len(listed)
        else listed
    )


# --- the header


def _header(
    fact_type: type[Fact], table: RawTable, ignore_unknown: bool
) -> tuple[dict[str, int], list[Fault]]:
    """Column -> position, and faults. A misspelt column is read as the missing one that it
    resembles.
    """
    known = column_names(fact_type)
    positions: dict[str, int] = {}
    faults: list[Fault] = []
    for position, name in enumerate(table.header):
        if name in positions:
            faults.append(Fault(table.label, 1, name, name, "each column once"))
        elif name in known:
            positions[name] = position
    if not ignore_unknown:
        for position, name in enumerate(table.header):
            if name not in known:
                nearest = nearest_name(name, known)
                faults.append(_unknown_column(table.label, position, name, nearest, known))
                if nearest and nearest not in table.header:
                    positions.setdefault(nearest, position)
    for column in columns(fact_type):
        if column.required and column.name not in positions:
            faults.append(
                Fault(
                    table.label,
                    1,
                    column.name,
                    "",
                    f"a column {column.name} ({column.description})",
                )
            )
    return positions, faults


def _header_further_down(fact_type: type[Fact], table: RawTable) -> Fault | None:
    """One fault where the names of the columns stand beneath a title."""
    known = set(column_names(fact_type))
    if known & set(table.header):
        return None
    for number, cells in table.rows[:ROWS_ABOVE]:
        if len(known & set(cells)) > 1:
            expected = (
                f"the names of the columns, which stand in row {number}: delete the"
                f" row{'s' if number > 2 else ''} above"
            )
            return Fault(
                table.label, 1, "", " ".join(cell for cell in table.header if cell), expected
            )
    return None


def _unknown_column(
    label: str, position: int, name: str, nearest: str | None, known: Sequence[str]
) -> Fault:
    if not name:
        return Fault(label, 1, f"number {position + 1}", "", "a name in every column of the header")
    advice = f"did you mean {nearest}?" if nearest else "known are " + ", ".join(known)
    return Fault(label, 1, name, name, f"a known column; {advice}")


def nearest_name(name: str, known: Sequence[str]) -> str | None:
    """The known name that a person most likely meant."""
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    match = [plain] if plain in known else nearest(plain, known)
    return match[0] if match else None


def _width_fault(table: RawTable, number: int, cells: list[str]) -> Fault:
    width, found = len(table.header), len(cells)
    if found > width:
        advice = "is there a comma in a cell without quotes?"
        return Fault(
            table.label,
            number,
            "",
            ",".join(cells[width:])[:80],
            f"{width} cells as in the header, not {found}; {advice}",
        )
    return Fault(
        table.label,
        number,
        "",
        "",
        f"{width} cells as in the header, not {found}; an empty cell still needs its comma",
    )


# --- cells


def _parse_column(column: Column, fact_type: type[Fact], cells: list[str]) -> list[Any]:
    empty = (
        _BAD
        if column.required
        else fact_type.model_fields[column.name].get_default(call_default_factory=True)
    )
    memory: dict[str, Any] = {"": empty}
    longest = limits().longest_cell
    parsed = []
    for cell in cells:
        if cell not in memory:
            memory[cell] = _parse_cell(column, cell, longest)
        parsed.append(memory[cell])
    return parsed


def _parse_cell(column: Column, cell: str, longest: int) -> Any:
    if len(cell) > longest or _too_many_digits(column, cell) or cell in SPREADSHEET_ERRORS:
        return _BAD
    try:
        value = column.parse(cell)
    except (ValidationError, OverflowError):  # an instant in the year 1 cannot be moved to UTC
        return _BAD
    return _BAD if isinstance(value, float) and not math.isfinite(value) else value


def expected_of(column: Column, cell: str) -> str | None:
    """What to expect in the place of a cell that cannot be taken; None where it can."""
    if not cell and not column.required:
        return None
    if cell and _parse_cell(column, cell, limits().longest_cell) is not _BAD:
        return None
    return (advice(column, cell, None) if cell else None) or _expected(column, cell)


def _too_many_digits(column: Column, cell: str) -> bool:
    return column.kind == "whole" and len(cell.lstrip("+-0")) > MOST_DIGITS


def _cell_faults(
    label: str,
    column: Column,
    rows: list[tuple[int, list[str]]],
    cells: list[str],
    parsed: list[Any],
    odd: Mapping[int, Oddity],
) -> list[Fault]:
    expected: dict[tuple[str, Oddity | None], str] = {}
    faults = []
    bad = [index for index, value in enumerate(parsed) if value is _BAD]
    for index in bad[:MOST_LISTED]:
        number, cell = rows[index][0], cells[index]
        case = (cell, odd.get(number))
        if case not in expected:
            expected[case] = advice(column, *case) or _expected(column, cell)
        shown = cell if len(cell) <= 200 else cell[:60] + "…"
        faults.append(Fault(label, number, column.name, shown, expected[case]))
    return _counted(faults, len(bad))


def _expected(column: Column, cell: str) -> str:
    if not cell:
        return f"{column.plain()}, not an empty cell"
    if len(cell) > (longest := limits().longest_cell):
        return f"at most {longest:,} characters, not {len(cell):,}"
    if _too_many_digits(column, cell):
        return f"a whole number of at most {MOST_DIGITS} digits"
    try:
        column.parse(cell)
    except OverflowError:
        return "a date-time after the year 1"
    except ValidationError as error:
        return _plain(column, cell, error)
    return "a number that is not so large"


def _plain(column: Column, cell: str, error: ValidationError) -> str:
    """A validator's own words, or what the column's type and limits say."""
    finding = error.errors()[0]
    if finding["type"] == "value_error":
        return str(finding["ctx"]["error"])
    if column.kind == "choice":
        # of bands any may be meant
        nearest = nearest_name(cell, column.choices) if len(cell) > 2 else None
        return column.plain() + (f"; did you mean {nearest}?" if nearest else "")
    return f"{column.plain()} ({column.description})" if column.limits else column.plain()


# --- rows


def _facts(
    fact_type: type[Fact],
    label: str,
    rows: list[tuple[int, list[str]]],
    values: list[list[Any]],
    positions: dict[str, int],
) -> tuple[list[Fact], list[int], list[Fault]]:
    """Facts, their indexes in `rows`, and the faults that the fact's own rules find between cells
    of one row.
    """
    names = column_names(fact_type)
    make = fact_maker(fact_type, names)
    rules = _row_rules(fact_type)
    facts, good = [], []
    faults: dict[str, list[Fault]] = {}
    found = Counter[str]()
    for index, row_values in enumerate(zip(*values, strict=True)):
        number, cells = rows[index]
        if complete := _BAD not in row_values:
            fact = make(row_values)
        else:
            kept = [
                (name, value)
                for name, value in zip(names, row_values, strict=True)
                if value is not _BAD
            ]
            fact = fact_maker(fact_type, [name for name, _ in kept])(value for _, value in kept)
        for rule in rules:
            try:
                rule(fact)
            except ValueError as error:
                column, _, expected = str(error).rpartition("|")
                value = cells[positions[column]] if column in positions else ""
                complete = False
                found[column] += 1
                if found[column] <= MOST_LISTED:
                    faults.setdefault(column, []).append(
                        Fault(label, number, column, value, expected)
                    )
            except (AttributeError, TypeError):
                if (
                    complete
                ):  # a rule that stumbles over a cell which has a fault of its own says nothing
                    raise
        if complete:
            facts.append(fact)
            good.append(index)
    return (
        facts,
        good,
        [fault for column, listed in faults.items() for fault in _counted(listed, found[column])],
    )


def _row_rules(fact_type: type[Fact]) -> list[Callable[[Any], Any]]:
    return [
        decorator.func for decorator in fact_type.__pydantic_decorators__.model_validators.values()
    ]
