"""Base patterns of people: which holds on a date, what it has somebody work then, and which
contradict each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from scheduler.domain.barrier import live
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import BasePattern, ShiftType

RowNumber = Callable[[str, int], int]
_Rows = list[tuple[int, BasePattern]]
"""Rows of one pattern, each with its index in the dataset."""


def in_force(rows: Iterable[BasePattern], day: date) -> bool:
    """Whether one of a person's base patterns holds on a date, be it worked or off."""
    return any(live(row, day) for row in rows)


def pattern_on(rows: Iterable[BasePattern], day: date) -> tuple[BasePattern, ...]:
    """What a person's base patterns have them work on a date, a row for each shift; empty on a day
    off, and where none holds.
    """
    return tuple(dict.fromkeys(row for row in rows if live(row, day) and _day_of(row, day)))


def _day_of(row: BasePattern, day: date) -> bool:
    return (day - row.from_date).days % row.cycle_days == row.day - 1


def faults(dataset: Dataset, row_number: RowNumber) -> Iterator[Fault]:
    """Rows of one pattern that disagree about its cycle or its end, or cannot both be worked, and
    patterns of one person that hold at once: both rows are named.

    Rows that are all stored already (row 0) are not judged again.
    """
    patterns: dict[str, dict[date, _Rows]] = defaultdict(lambda: defaultdict(list))
    for index, row in enumerate(dataset.base_pattern):
        patterns[row.staff_id][row.from_date].append((index, row))
    shifts = {shift.id: shift for shift in dataset.shift_type}
    for own in patterns.values():
        earlier: list[_Rows] = []
        for rows in own.values():
            yield from _disagreeing(rows, row_number)
            yield from _at_once(rows, shifts, row_number)
            yield from _overlapping(rows, earlier, row_number)
            earlier.append(rows)


def _disagreeing(rows: _Rows, row_number: RowNumber) -> Iterator[Fault]:
    at, first = rows[0]
    for index, row in rows[1:]:
        for column in ("to_date", "cycle_days"):
            if row_number("base_pattern", index) and row.cell(column) != first.cell(column):
                expected = (
                    f"the same {column} in every row of one pattern, which has the same staff_id"
                    f" and from_date: {_named(row_number('base_pattern', at))} has"
                    f" {first.cell(column) or 'an empty cell'}"
                )
                yield _fault(index, row, column, expected, row_number)


def _at_once(rows: _Rows, shifts: dict[str, ShiftType], row_number: RowNumber) -> Iterator[Fault]:
    for position, (index, row) in enumerate(rows):
        if not row_number("base_pattern", index):
            continue
        for at, other in rows[:position]:
            if row.day == other.day and _clash(row, other, shifts):
                expected = (
                    "a shift that does not overlap with another of the same day:"
                    f" {_named(row_number('base_pattern', at))} has {other.shift_type_id}"
                )
                yield _fault(index, row, "shift_type_id", expected, row_number)
                break


def _clash(row: BasePattern, other: BasePattern, shifts: dict[str, ShiftType]) -> bool:
    if row.shift_type_id == other.shift_type_id:
        return (row.service_id, row.site_id) != (other.service_id, other.site_id)
    one, two = shifts.get(row.shift_type_id), shifts.get(other.shift_type_id)
    if one is None or two is None:
        return False  # said elsewhere
    (begin, end), (since, until) = _clock(one), _clock(two)
    return begin < until and since < end


def _clock(shift: ShiftType) -> tuple[int, int]:
    """From when to when by the clock of its first day [minutes]."""
    begin = shift.start_time.hour * 60 + shift.start_time.minute
    return begin, begin + shift.length


def _overlapping(rows: _Rows, earlier: list[_Rows], row_number: RowNumber) -> Iterator[Fault]:
    new = [(index, row) for index, row in rows if row_number("base_pattern", index)]
    if not new:
        return
    index, row = new[0]
    for other in earlier:
        at, stood = other[0]
        if row.from_date <= (stood.to_date or date.max) and stood.from_date <= (
            row.to_date or date.max
        ):
            expected = (
                f"one base pattern at a time for staff_id {row.staff_id}: that of"
                f" {_named(row_number('base_pattern', at))}, from {stood.from_date} to"
                f" {stood.to_date or 'an open end'}, holds at the same time as this one, from"
                f" {row.from_date} to {row.to_date or 'an open end'}; give the earlier a to_date"
                " before the other begins"
            )
            yield _fault(index, row, "from_date", expected, row_number)
            return


def _named(number: int) -> str:
    return f"row {number}" if number else "a stored row"


def _fault(
    index: int, row: BasePattern, column: str, expected: str, row_number: RowNumber
) -> Fault:
    number = row_number("base_pattern", index)
    return Fault("base_pattern.csv", number, column, row.cell(column), expected)
