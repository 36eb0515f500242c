"""Copies what a week or a day asks for to other weeks or days: as dated demand, where it differs
from what the template makes there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.clock import local_date, minute, monday, public_holidays, skipped
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_changes import BeforeAfter, Replacing
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Demand, Pin
from scheduler.domain.publication import stretches_text
from scheduler.domain.reach import FIRST_DAY, LAST_DAY
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.domain.service_demand import (
    AskedWork,
    PeopleWanted,
    ServiceDemand,
    most_of,
    same,
    wanted_of,
)
from scheduler.domain.wording import counted, plural

How = Literal["overwrite", "merge"]
"""`overwrite`: afterwards the targets ask for what the source asks for. `merge`: what is missing of
it is added, and nothing becomes less.
"""

NUMBERS = ("minimum", "preferred", "priority", "maximum", "under_pence", "over_pence")
"""Columns of demand that are copied."""


@dataclass(frozen=True)
class DemandCopy:
    """What is to be copied. `service_id` at `site_id`, or (None) at all its sites; `source` and
    `targets`: Mondays where whole weeks are copied (`days` = 7), else any dates (`days` = 1).
    """

    service_id: str
    site_id: str | None
    source: date
    targets: tuple[date, ...]
    days: Literal[1, 7]
    how: How
    skip_holidays: bool = False

    @property
    def of_dates(self) -> tuple[date, ...]:
        """The dates that are copied."""
        return tuple(self.source + timedelta(days=offset) for offset in range(self.days))


@dataclass(frozen=True)
class CopiedDemand:
    """What becomes of the facts. `changes`: of demand, and of pins whose demand is replaced or
    goes; `people`: new pins for those who are rostered on the source; `notes`: what was done, left
    out and why.
    """

    changes: tuple[BeforeAfter, ...]
    people: tuple[Pin, ...]
    notes: tuple[Sentence, ...]


def copy_demand(
    dataset: Dataset, wanted: DemandCopy, rostered: Iterable[AssignmentLine] | None = None
) -> CopiedDemand:
    """What the source asks for, template and dated demand together, as the targets' demand. The
    source is read as it is before anything is copied.

    `rostered`: the lines of the published roster of the source, where its people go along: each is
    pinned to the same work of every target, as far as that takes them; whether they are free and
    cleared then is not looked at. Work whose shift has no time on a target, in the hour that the
    clocks skip, is left as it is there. Raises BadRequest for weeks that begin on no Monday and for
    dates on which no work may lie.
    """
    _require_dates(wanted)
    demand = ServiceDemand(dataset, wanted.service_id, wanted.site_id)
    copying = _Copying(dataset, wanted, demand)
    for target in sorted(set(wanted.targets)):
        copying.to(target - wanted.source)
    people = () if rostered is None else tuple(copying.people(rostered))
    return CopiedDemand(
        copying.replacing.changes(), people, tuple(copying.notes(people, rostered is not None))
    )


def _require_dates(wanted: DemandCopy) -> None:
    for day in (wanted.source, *wanted.targets):
        if wanted.days == 7 and day != monday(day):
            raise BadRequest(f"A week begins on a Monday, and {day} is a {day:%A}.")
        if day < FIRST_DAY or day > LAST_DAY - timedelta(days=wanted.days - 1):
            raise BadRequest(f"No work may lie on {day}: expected {FIRST_DAY} to {LAST_DAY}.")


class _Copying:
    def __init__(self, dataset: Dataset, wanted: DemandCopy, demand: ServiceDemand) -> None:
        self._dataset = dataset
        self._wanted = wanted
        self._demand = demand
        self._shifts = {shift.id: shift for shift in dataset.shift_type}
        self.replacing = Replacing(dataset)
        self._copied: dict[tuple[date, AskedWork], list[tuple[date, AskedWork]]] = defaultdict(list)
        """Date and work of the source -> those of the targets that ask for it now."""
        self._holidays: set[date] = set()
        self._skipped: set[tuple[date, str]] = set()
        self._itself: set[date] = set()
        self._left_over = 0

    def to(self, distance: timedelta) -> None:
        """Copy every date of the source by this distance."""
        for day in self._wanted.of_dates:
            there = day + distance
            if there == day:
                self._itself.add(day)
            elif self._wanted.skip_holidays and there in public_holidays(there.year):
                self._holidays.add(there)
            else:
                self._copy(day, there)

    def _copy(self, day: date, there: date) -> None:
        demand = self._demand
        for work in sorted(demand.works_on(day) | demand.works_on(there)):
            asked = [row for row in demand.asked(day, work) if most_of(row)]
            shift = self._shifts.get(work.shift_type_id)
            if shift is not None and skipped(there, shift.start_time, shift.end_time):
                if asked:
                    self._skipped.add((there, work.shift_type_id))
                continue
            now = [row for row in demand.asked(there, work) if most_of(row)]
            rows = (
                self._merged(there, work, asked, now)
                if now and self._wanted.how == "merge"
                else self._overwritten(there, work, asked)
                if asked or self._wanted.how == "overwrite"
                else now
            )
            self.replacing.replace(demand, there, work, rows)
            if asked:
                self._copied[day, work].append((there, work))

    def _overwritten(self, there: date, work: AskedWork, asked: Sequence[Demand]) -> list[Demand]:
        """The same numbers on the other date: of rows that stand there, each of its own kind first,
        and of new ones where they are too few.
        """
        stand, made = self._demand.dated(there, work), self._demand.template_on(there, work)
        if made is not None and same(asked, [made]):
            return [made]
        rows: list[Demand] = []
        others = []
        for row in asked:
            twin = next((one for one in stand if same([row], [one])), None)
            if twin is None:
                others.append(row)
            else:
                stand.remove(twin)
                rows.append(twin)
        for row in others:
            one = stand.pop(0) if stand else self._demand.new_row(there, work, PeopleWanted.by(row))
            rows.append(one.model_copy(update={name: getattr(row, name) for name in NUMBERS}))
        return rows

    def _merged(
        self, there: date, work: AskedWork, asked: Sequence[Demand], now: Sequence[Demand]
    ) -> list[Demand]:
        """What stands there, with as many people more as the source has beyond it."""
        levels = [[row.minimum, wanted_of(row), most_of(row)] for row in now]
        goal = [sum(row.minimum for row in asked), sum(map(wanted_of, asked))]
        _raise(levels, [*goal, sum(map(most_of, asked))])
        rows = [_at(row, *level) for row, level in zip(now, levels, strict=True)]
        urgent = max((row.priority for row in asked), default=0)
        if urgent > max(row.priority for row in rows):
            rows[0] = rows[0].model_copy(update={"priority": urgent})
        if same(rows, now):
            return list(now)
        stored = {row.id for row in self._demand.dated(there, work)}
        return [
            row
            if row.id in stored
            else row.model_copy(
                update={"id": self._demand.new_row(there, work, PeopleWanted.by(row)).id}
            )
            for row in rows
        ]

    # --- people -----------------------------------------------------------------------------------

    def people(self, rostered: Iterable[AssignmentLine]) -> Iterator[Pin]:
        """A pin for each person on the source's work, on each of its copies that has room."""
        by_id = {
            row.id: (day, work)
            for day in self._wanted.of_dates
            for work in self._demand.works_on(day)
            for row in self._demand.asked(day, work)
        }
        pinned = self.replacing.pinned()
        for line in rostered:
            if line.staff_id is None or line.service_id != self._wanted.service_id:
                continue
            done = by_id.get(line.demand_id) or (
                local_date(minute(line.start)),
                AskedWork(line.site_id, line.shift_type_id or "", line.role_id),
            )
            for copy in self._copied.get(done, ()):
                rows = self.replacing.final[copy]
                if any(line.staff_id in pinned[row.id] for row in rows):
                    continue
                room = next((row for row in rows if len(pinned[row.id]) < most_of(row)), None)
                if room is None:
                    self._left_over += 1
                    continue
                pinned[room.id].add(line.staff_id)
                yield Pin(staff_id=line.staff_id, demand_id=room.id)

    # --- in words ---------------------------------------------------------------------------------

    def notes(self, people: Sequence[Pin], with_people: bool) -> Iterator[Sentence]:
        """What was done, and what was left out and why."""
        added, changed, removed = self.replacing.tally()
        if added or changed or removed:
            yield said(
                "{added} of demand {are} added, {changed} changed, {removed} taken away.",
                added=counted(added, "row"),
                are=plural(added, "is", "are"),
                changed=f"{changed:,}",
                removed=f"{removed:,}",
            )
        else:
            yield said("Nothing changes: the demand there is as it would be.")
        if self._itself:
            yield said(
                "{dates}: this is what is copied, and it stays as it is.",
                dates=stretches_text(self._itself),
            )
        if self._holidays:
            yield said(
                "Public holidays are left as they are: {dates}.",
                dates=stretches_text(self._holidays),
            )
        for day, shift_type_id in sorted(self._skipped):
            yield said(
                "{shift_type} on {day} is left out: it would start and end in the hour that the"
                " clocks skip.",
                shift_type=ref("shift_type", shift_type_id),
                day=day,
            )
        several = sum(len(rows) > 1 for rows in self.replacing.final.values())
        if several:
            yield said(
                "A shift and role stand in several rows of one date on {places}; all of them"
                " count.",
                places=counted(several, "occasion"),
            )
        yield from self.replacing.notes()
        if with_people:
            yield said(
                "{people} for those who are rostered on what is copied.",
                people=counted(len(people), "pin"),
            )
        if self._left_over:
            yield said(
                "{pins} {are} left out: so many people the work does not take.",
                pins=counted(self._left_over, "pin"),
                are=plural(self._left_over, "is", "are"),
            )


def _raise(levels: list[list[int]], goal: Sequence[int]) -> None:
    """Raise [required, preferred, most people] of several rows until their sums reach the goal:
    where a row has room below its next level first, else in the first row.
    """
    for level, least in enumerate(goal):
        short = max(0, least - sum(row[level] for row in levels))
        for row in levels:
            room = row[level + 1] - row[level] if level + 1 < len(row) else 0
            given = min(short, room)
            row[level] += given
            short -= given
        levels[0][level] += short
        for above in range(level + 1, len(goal)):
            levels[0][above] = max(levels[0][above], levels[0][above - 1])


def _at(row: Demand, minimum: int, preferred: int, most: int) -> Demand:
    """A row with these numbers of people, written as it was where they are its own."""
    if (minimum, preferred, most) == (row.minimum, wanted_of(row), most_of(row)):
        return row
    return row.model_copy(
        update={
            "minimum": minimum,
            "preferred": preferred if preferred > minimum else None,
            "maximum": most if most > preferred else None,
        }
    )
