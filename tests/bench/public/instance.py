"""Reads a shift-scheduling instance in the format of Curtois and Qu (2014) and writes its rosters.

Source: T. Curtois and R. Qu, "Computational results on new staff scheduling benchmark instances",
2014.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Rows = Mapping[str, Sequence[str | None]]
"""Employee -> the shift id, or None, of each day."""


class NotAnInstance(ValueError):
    """The file is not in the expected format; the message names file, line, what was found and what
    was expected.
    """


@dataclass(frozen=True)
class Employee:
    """One employee's limits; minutes and days over the whole horizon."""

    id: str
    most: Mapping[str, int]
    max_minutes: int
    min_minutes: int
    max_run: int
    min_run: int
    min_off: int
    max_weekends: int
    days_off: frozenset[int]


@dataclass(frozen=True)
class Cover:
    """So many are required; prices of each person under and over."""

    day: int
    shift: str
    required: int
    under: int
    over: int


@dataclass(frozen=True)
class Request:
    """Somebody wants a shift on a day, or wants to avoid it."""

    employee: str
    day: int
    shift: str
    weight: int
    wanted: bool


@dataclass(frozen=True)
class Instance:
    """A whole instance. Day 0 is a Monday."""

    name: str
    days: int
    minutes: Mapping[str, int]
    may_not_follow: Mapping[str, tuple[str, ...]]
    employees: tuple[Employee, ...]
    requests: tuple[Request, ...]
    cover: tuple[Cover, ...]


def read(path: Path) -> Instance:
    """The instance in a file. Raises NotAnInstance."""
    sections = _sections(path)
    try:
        horizon = sections["SECTION_HORIZON"][0]
    except LookupError:
        raise NotAnInstance(
            f"{path.name}: no SECTION_HORIZON with the number of days; expected the format of"
            " Curtois and Qu"
        ) from None
    shifts = [_cells(path, line, 2, 3) for line in sections["SECTION_SHIFTS"]]
    off: dict[str, set[int]] = defaultdict(set)
    for line in sections["SECTION_DAYS_OFF"]:
        employee, *days = _cells(path, line, 1, None)
        off[employee] |= {_whole(path, line, day) for day in days if day}
    return Instance(
        name=path.stem,
        days=_whole(path, horizon, horizon[1]),
        minutes={
            cells[0]: _whole(path, line, cells[1])
            for line, cells in zip(sections["SECTION_SHIFTS"], shifts, strict=True)
        },
        may_not_follow={
            cells[0]: tuple(part for part in "".join(cells[2:]).split("|") if part)
            for cells in shifts
        },
        employees=tuple(_employee(path, line, off) for line in sections["SECTION_STAFF"]),
        requests=(
            *_requests(path, sections["SECTION_SHIFT_ON_REQUESTS"], wanted=True),
            *_requests(path, sections["SECTION_SHIFT_OFF_REQUESTS"], wanted=False),
        ),
        cover=tuple(_cover(path, line) for line in sections["SECTION_COVER"]),
    )


Line = tuple[int, str]
"""(number in the file, text)"""


def _sections(path: Path) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    section = ""
    for number, raw in enumerate(
        path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
    ):
        text = raw.strip()
        if text.startswith("SECTION_"):
            section = text
        elif text and not text.startswith("#"):
            found[section].append((number, text))
    return found


def _cells(path: Path, line: Line, least: int, most: int | None) -> list[str]:
    cells = [cell.strip() for cell in line[1].split(",")]
    if len(cells) < least or (most is not None and len(cells) > most):
        expected = (
            f"{least}" if least == most else f"{least} to {most}" if most else f"at least {least}"
        )
        raise NotAnInstance(
            f"{path.name}, line {line[0]}: {line[1]!r} has {len(cells)} cells; expected {expected}"
        )
    return cells


def _whole(path: Path, line: Line, cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise NotAnInstance(
            f"{path.name}, line {line[0]}: {cell!r} in {line[1]!r}; expected a whole number"
        ) from None


def _employee(path: Path, line: Line, off: Mapping[str, set[int]]) -> Employee:
    name, most, *numbers = _cells(path, line, 8, 8)
    limits = dict(part.split("=", 1) for part in most.split("|") if "=" in part)
    return Employee(
        name,
        {shift: _whole(path, line, number) for shift, number in limits.items()},
        *(_whole(path, line, number) for number in numbers),
        days_off=frozenset(off.get(name, ())),
    )


def _requests(path: Path, lines: Sequence[Line], *, wanted: bool) -> Iterator[Request]:
    for line in lines:
        employee, day, shift, weight = _cells(path, line, 4, 4)
        yield Request(employee, _whole(path, line, day), shift, _whole(path, line, weight), wanted)


def _cover(path: Path, line: Line) -> Cover:
    day, shift, required, under, over = _cells(path, line, 5, 5)
    return Cover(
        _whole(path, line, day),
        shift,
        *(_whole(path, line, number) for number in (required, under, over)),
    )


def write_roster(rows: Rows, path: Path) -> None:
    """One line per employee: `id: D . . N …`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(
            f"{employee}: {' '.join(cell or '.' for cell in row)}\n"
            for employee, row in rows.items()
        ),
        encoding="utf-8",
    )


def read_roster(path: Path) -> dict[str, list[str | None]]:
    """What write_roster wrote."""
    found: dict[str, list[str | None]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        employee, cells = line.split(":", 1)
        found[employee] = [None if cell == "." else cell for cell in cells.split()]
    return found
