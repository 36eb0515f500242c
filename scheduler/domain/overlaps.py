"""Facts of one person or thing of which one holds at a time: which of them contradict each other,
and how one gives way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import FACT_TYPES, Fact

PERIODS = (("from_date", "to_date"), ("valid_from", "valid_to"), ("start", "end"))
_DAY = timedelta(days=1)


def owner(fact: Fact) -> tuple[Any, ...]:
    """Of whom or what one such fact holds at a time."""
    return tuple(getattr(fact, column) for column in fact.one_at_a_time)


def columns(fact: Fact) -> tuple[str, str]:
    """The columns in which a dated fact says from when to when it holds."""
    return next(pair for pair in PERIODS if pair[0] in type(fact).model_fields)


def contradict(one: Fact, other: Fact) -> bool:
    """Whether two facts of one owner hold at the same time and say different things.

    Leave of one kind may overlap: somebody is away all the same. Of everything else one row says
    when it holds.
    """
    if one == other or not _overlap(one, other):
        return False
    telling = (
        set(type(one).model_fields)
        - {"id"}
        - (set(columns(one)) if one.overlapping_is_one else set())
    )
    return any(getattr(one, name) != getattr(other, name) for name in telling)


def _overlap(one: Fact, other: Fact) -> bool:
    first, last = columns(one)
    if first == "start":
        return bool(
            getattr(one, first) < getattr(other, last)
            and getattr(other, first) < getattr(one, last)
        )
    return bool(getattr(one, first) <= _last(other) and getattr(other, first) <= _last(one))


def _span(fact: Fact) -> tuple[Any, Any]:
    """First and last moment at which a fact may hold, for a quick look."""
    first, last = columns(fact)
    return getattr(fact, first), getattr(fact, last) or date.max


def _last(fact: Fact) -> date:
    return getattr(fact, columns(fact)[1]) or date.max


def cut(fact: Fact, by: Fact) -> list[Fact]:
    """What is left of a fact before and after another that takes its place; a shift is left whole
    or not at all.
    """
    if not _overlap(fact, by):
        return [fact]
    first, last = columns(fact)
    if first == "start":
        return []
    begin, end = getattr(by, first), _last(by)
    left = []
    if getattr(fact, first) < begin:
        left.append(fact.model_copy(update={last: begin - _DAY}))
    if end < _last(fact):
        left.append(fact.model_copy(update={first: end + _DAY}))
    return left


def faults(dataset: Dataset, row_number: Callable[[str, int], int]) -> Iterator[Fault]:
    """Each new row that contradicts another: both are named. Rows that are all stored already (row
    0) are not judged again.
    """
    for fact_type in FACT_TYPES:
        if fact_type.one_at_a_time:
            yield from _faults_of(fact_type.file, dataset.rows(fact_type.file), row_number)


def _faults_of(
    file: str, rows: Sequence[Fact], row_number: Callable[[str, int], int]
) -> Iterator[Fault]:
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index, fact in enumerate(rows):
        groups[owner(fact)].append(index)
    for group in groups.values():
        if len(group) < 2:
            continue
        spans = [_span(rows[index]) for index in group]  # once: most of a group never overlap
        for position, later in enumerate(group):
            if not row_number(file, later):
                continue
            begin, end = spans[position]
            for place in range(position):
                earlier = group[place]
                if (
                    spans[place][0] <= end
                    and begin <= spans[place][1]
                    and contradict(rows[earlier], rows[later])
                    and not _twins(rows[earlier], rows[later])
                ):
                    yield _fault(file, rows, earlier, later, row_number)
                    break


def _twins(one: Fact, other: Fact) -> bool:
    """The same row under two ids, which is said elsewhere."""
    return "id" in type(one).model_fields and one.values()[1:] == other.values()[1:]


def _fault(
    file: str, rows: Sequence[Fact], earlier: int, later: int, row_number: Callable[[str, int], int]
) -> Fault:
    fact, other = rows[later], rows[earlier]
    first, last = columns(fact)
    cells, others = fact.cells(), other.cells()
    differs = ", ".join(
        f"{name} {others[name] or 'empty'}" for name in others if others[name] != cells[name]
    )
    whose = " and ".join(f"{name} {cells[name]}" for name in fact.one_at_a_time if cells[name])
    way = (
        f"give one of them a {last} before the other begins"
        if first != "start"
        else "keep the one that was worked"
    )
    expected = (
        f"one row at a time for {whose}: row {row_number(file, earlier)} holds at the same time,"
        f" and has {differs}; {way}"
    )
    return Fault(f"{file}.csv", row_number(file, later), first, cells[first], expected)
