"""What differs between two stored versions on the dates that both cover: for people, in places and
in money; from what is stored, without a problem built.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from scheduler.domain.errors import BadRequest
from scheduler.domain.publication import stretches
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks, require, thing_of
from scheduler.services.repair.answer import PersonChange
from scheduler.services.versions.amounts import Amounts, by_organisation, by_pay
from scheduler.services.versions.sides import (
    Calling,
    DatedShift,
    Days,
    Side,
    Snapshots,
    dates_of,
    day_of,
)
from scheduler.storage.repository import Repository

FELT = frozenset({"time", "place", "work"})
"""What of an altered shift whoever does it has to be told of."""
EQUAL = "Nothing differs: nobody gains or loses a shift, and no shift is another."


@dataclass(frozen=True)
class PersonDifference(PersonChange):
    """What one person (or temporary supply) loses and gets; why is not known from lines."""

    loses: tuple[DatedShift, ...]
    gets: tuple[DatedShift, ...]


@dataclass(frozen=True)
class AlteredShift:
    """A shift that stays with whoever does it and is another: `what` of it, such as `time`,
    `place`, `contract` or `pay`.
    """

    who: str
    name: str
    before: DatedShift
    after: DatedShift
    what: tuple[str, ...]


@dataclass(frozen=True)
class MovedShift:
    """Somebody works another shift on the same date: one that they lose, and one that they get."""

    who: str
    name: str
    before: DatedShift
    after: DatedShift


@dataclass(frozen=True)
class PlacesChanged:
    """Places of one shift that nobody fills any more, or that somebody fills now."""

    shift: DatedShift
    places: int


@dataclass(frozen=True)
class CellChange:
    """What one person loses and gets on one date, in words; of a shift that is altered, both."""

    lost: tuple[str, ...]
    got: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """From one side to the other. `people`: who loses or gets shifts, temporary supply too, in
    order of the first that changes; `moved`: those of them that take another shift on the same
    date; `pay`: pence are those of lines, each by the kind of pay of most of its minutes;
    `empty_before` and `empty_after`: required hours without anybody [h].
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    dates: tuple[date, ...]
    people: tuple[PersonDifference, ...]
    moved: tuple[MovedShift, ...]
    altered: tuple[AlteredShift, ...]
    opened: tuple[PlacesChanged, ...]
    filled: tuple[PlacesChanged, ...]
    pay: tuple[Amounts, ...]
    organisations: tuple[Amounts, ...]
    breaches_before: tuple[str, ...]
    breaches_after: tuple[str, ...]
    empty_before: float
    empty_after: float
    cells: Mapping[tuple[str, date], CellChange]
    """(staff id, date) -> what changes there, of people alone: for a board."""

    @property
    def equal(self) -> bool:
        """Whether both sides roster the same."""
        return not self.people and not self.altered

    @property
    def shifts(self) -> int:
        """How many shifts of people change: one instead of another on the same date is one."""
        return sum(max(len(cell.lost), len(cell.got)) for cell in self.cells.values())

    @property
    def persons(self) -> int:
        """How many people have another shift, one more or one less."""
        return len({staff_id for staff_id, _ in self.cells})

    @property
    def calls(self) -> int:
        """How many calls of temporary supply change."""
        people = {staff_id for staff_id, _ in self.cells}
        changed = sum(
            len(one.loses) + len(one.gets) for one in self.people if one.who not in people
        )
        return changed + sum(1 for one in self.felt if one.who not in people)

    @property
    def felt(self) -> tuple[AlteredShift, ...]:
        """Altered shifts of which whoever does them has to be told."""
        return tuple(one for one in self.altered if not FELT.isdisjoint(one.what))

    @property
    def otherwise(self) -> tuple[AlteredShift, ...]:
        """Those that are paid, lent or hosted otherwise, and the same to whoever does them."""
        return tuple(one for one in self.altered if FELT.isdisjoint(one.what))

    @property
    def pence(self) -> int:
        """By how much pay grows [pence]."""
        return sum(one.pence_after - one.pence_before for one in self.pay)

    @property
    def sentence(self) -> str:
        """All of it in a line."""
        if self.equal:
            return EQUAL
        people = counted(self.persons, "person", "people")
        counts = (
            (self.shifts, counted(self.shifts, "changed shift") + f" of {people}"),
            (self.calls, counted(self.calls, "changed call") + " of temporary workers"),
            *(
                (number, f"{counted(number, 'place')} {verb}")
                for verb, those in (("opened", self.opened), ("filled", self.filled))
                for number in (sum(one.places for one in those),)
            ),
            (len(self.otherwise), counted(len(self.otherwise), "shift") + " paid otherwise"),
        )
        return f"{', '.join(words for number, words in counts if number)}."


@asks("see_rosters", roster="after", looks=True)
def difference(repository: Repository, before: str, after: str) -> Difference:
    """What differs from one stored version to another, on the dates that both cover. Raises
    NotFound, and BadRequest where they are of different collaboratives or share no date.
    """
    require(repository, "see_rosters", thing_of(repository, "roster", before))
    one, other = repository.roster_header(before), repository.roster_header(after)
    shared = dates_of(one) & dates_of(other)
    if one.collaborative_id != other.collaborative_id or not shared:
        raise BadRequest(
            "These two have nothing to compare: they are of different collaboratives, or share no"
            " date. Compare versions of the same week."
        )
    return between(repository, {before: shared}, {after: shared})


def between(
    repository: Repository,
    before: Mapping[str, frozenset[date]],
    after: Mapping[str, frozenset[date]],
) -> Difference:
    """From what some rosters say, each of its dates, to what others say of theirs."""
    snapshots = Snapshots(repository)
    days = Days(snapshots)
    old, new = (Side.of(repository, each, days) for each in (before, after))
    called = Calling((*new.headers, *old.headers), snapshots)
    lost, got, kept = _matched(old.lines, new.lines)
    altered = tuple(
        AlteredShift(
            _who(one), called.worker(other), called.shift(one), called.shift(other), tuple(what)
        )
        for one, other in kept
        if (what := _altered(one, other))
    )
    opened, filled = _places(old.lines, new.lines, called)
    return Difference(
        before=tuple(before),
        after=tuple(after),
        dates=tuple(sorted({day for own in after.values() for day in own})),
        people=_people(lost, got, called),
        moved=_moved(lost, got, called),
        altered=altered,
        opened=opened,
        filled=filled,
        pay=by_pay(old.lines, new.lines),
        organisations=by_organisation(old.lines, new.lines, called),
        breaches_before=tuple(sorted(old.breaches - new.breaches)),
        breaches_after=tuple(sorted(new.breaches - old.breaches)),
        empty_before=_empty(old, days),
        empty_after=_empty(new, days),
        cells=_cells(lost, got, (pair for pair in kept if _elsewhere(*pair)), called),
    )


# --- line by line


Lines = Sequence[AssignmentLine]


def _who(line: AssignmentLine) -> str:
    return line.staff_id or line.temporary_supply_id or ""


def _in_order(line: AssignmentLine) -> tuple[Any, ...]:
    return (line.start, line.end, line.demand_id, _who(line), line.cost_pence)


def _matched(
    old: Lines, new: Lines
) -> tuple[list[AssignmentLine], list[AssignmentLine], list[tuple[AssignmentLine, AssignmentLine]]]:
    """What is lost, what is gotten, and pairs of what stays. A supply may fill several places of
    one demand.
    """
    waiting: dict[tuple[str, str], list[AssignmentLine]] = defaultdict(list)
    for line in sorted(old, key=_in_order, reverse=True):
        waiting[_who(line), line.demand_id].append(line)
    got, kept = [], []
    for line in sorted(new, key=_in_order):
        same = waiting[_who(line), line.demand_id]
        if same:
            kept.append((same.pop(), line))
        else:
            got.append(line)
    lost = [line for lines in waiting.values() for line in lines]
    return sorted(lost, key=_in_order), got, kept


def _altered(one: AssignmentLine, other: AssignmentLine) -> list[str]:
    asked = {
        "time": ("start", "end", "shift_type_id"),
        "place": ("site_id", "place_id"),
        "work": ("service_id", "role_id"),
        "host": ("host_organisation_id",),
        "contract": ("contract_id", "employer_organisation_id", "route"),
        "pay": (
            "pay",
            "paid_minutes",
            "contracted_minutes",
            "extra_minutes",
            "overtime_minutes",
            "cost_pence",
        ),
    }
    return [
        what
        for what, columns in asked.items()
        if any(getattr(one, column) != getattr(other, column) for column in columns)
    ]


def _people(lost: Lines, got: Lines, called: Calling) -> tuple[PersonDifference, ...]:
    mine: dict[str, tuple[list[AssignmentLine], list[AssignmentLine]]] = {}
    both = [(line, 0) for line in lost] + [(line, 1) for line in got]
    for line, which in sorted(both, key=lambda each: (_in_order(each[0]), each[1])):
        mine.setdefault(_who(line), ([], []))[which].append(line)
    return tuple(
        PersonDifference(
            who,
            called.worker((*gone, *new)[0]),
            tuple(map(called.shift, gone)),
            tuple(map(called.shift, new)),
            (),
        )
        for who, (gone, new) in mine.items()
    )


def _moved(lost: Lines, got: Lines, called: Calling) -> tuple[MovedShift, ...]:
    waiting: dict[tuple[str, date], list[AssignmentLine]] = defaultdict(list)
    for line in reversed(lost):
        if line.staff_id:
            waiting[line.staff_id, day_of(line)].append(line)
    found = []
    for line in got:
        gone = waiting.get((line.staff_id or "", day_of(line)))
        if gone:
            shifts = called.shift(gone.pop()), called.shift(line)
            found.append(MovedShift(_who(line), called.worker(line), *shifts))
    return tuple(found)


def _places(
    old: Lines, new: Lines, called: Calling
) -> tuple[tuple[PlacesChanged, ...], tuple[PlacesChanged, ...]]:
    """Those that open, and those that are filled."""
    before, after = (Counter(line.demand_id for line in lines) for lines in (old, new))
    shown = {line.demand_id: line for line in sorted((*old, *new), key=_in_order)}

    def more(many: Counter[str], few: Counter[str]) -> tuple[PlacesChanged, ...]:
        return tuple(
            PlacesChanged(called.shift(line), many[demand_id] - few[demand_id])
            for demand_id, line in shown.items()
            if many[demand_id] > few[demand_id]
        )

    return more(before, after), more(after, before)


def _elsewhere(one: AssignmentLine, other: AssignmentLine) -> bool:
    """Whether whoever does it has to be somewhere else, or at another time, or does other work."""
    return not FELT.isdisjoint(_altered(one, other))


def _cells(
    lost: Lines,
    got: Lines,
    altered: Iterable[tuple[AssignmentLine, AssignmentLine]],
    called: Calling,
) -> dict[tuple[str, date], CellChange]:
    pairs = list(altered)
    sides = (
        [*lost, *(one for one, _ in pairs)],
        [*got, *(other for _, other in pairs)],
    )
    found: dict[tuple[str, date], tuple[list[str], list[str]]] = {}
    for which, lines in enumerate(sides):
        for line in sorted(lines, key=_in_order):
            if line.staff_id:
                cell = found.setdefault((line.staff_id, day_of(line)), ([], []))
                cell[which].append(called.shift(line).words)
    return {key: CellChange(*map(tuple, found[key])) for key in sorted(found)}


# --- in numbers


def _empty(side: Side, days: Days) -> float:
    return round(
        sum(line.missing * days.hours(side.headers, line.demand_id) for line in side.vacancies), 2
    )


# --- for programs


def to_json(found: Difference) -> dict[str, Any]:
    """For a program; money in pence, dates in ISO; cells as a list, each with `staff_id`, `date`,
    `lost` and `got`.
    """
    return {
        **{
            name: [asdict(one) for one in getattr(found, name)]
            for name in ("people", "moved", "altered", "opened", "filled", "pay", "organisations")
        },
        "before": found.before,
        "after": found.after,
        "dates": [
            {"from": first.isoformat(), "to": last.isoformat()}
            for first, last in stretches(found.dates)
        ],
        "equal": found.equal,
        "sentence": found.sentence,
        "shifts": found.shifts,
        "persons": found.persons,
        "calls": found.calls,
        "pence": found.pence,
        "breaches_before": found.breaches_before,
        "breaches_after": found.breaches_after,
        "empty_before": found.empty_before,
        "empty_after": found.empty_after,
        "cells": [
            {"staff_id": staff_id, "date": day.isoformat(), "lost": cell.lost, "got": cell.got}
            for (staff_id, day), cell in found.cells.items()
        ],
    }
