"""What publishing a roster will change, for whom and how soon, before anybody does it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scheduler.domain.clock import local_date, minute
from scheduler.domain.errors import BadRequest
from scheduler.domain.publication import stretches, stretches_text
from scheduler.domain.sentence import Sentence, of_error
from scheduler.domain.wording import counted, plural
from scheduler.services.accounts.gate import asks
from scheduler.services.publish.publishable import Unkept, replaced_origin, unkept
from scheduler.services.versions import difference
from scheduler.services.versions.difference import Difference
from scheduler.services.versions.sides import dates_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster


@dataclass(frozen=True)
class ShiftToTell:
    """One change of somebody's shifts on one date, in words; either is empty where nothing was or
    will be there. `days_ahead`: from today on, below nothing where that date is over.
    """

    day: date
    days_ahead: int
    lost: str
    got: str

    @property
    def sentence(self) -> str:
        """`works A instead of B`, `no longer works B`, `works A`."""
        if self.lost and self.got:
            return f"works {self.got} instead of {self.lost}"
        return f"works {self.got}" if self.got else f"no longer works {self.lost}"

    @property
    def soon(self) -> str:
        """How far off it is: `today`, `in 3 days`, `2 days ago`."""
        if not self.days_ahead:
            return "today"
        days = counted(abs(self.days_ahead), "day")
        return f"in {days}" if self.days_ahead > 0 else f"{days} ago"


@dataclass(frozen=True)
class ToTell:
    """A person whose published shifts change, in order of time."""

    staff_id: str
    name: str
    shifts: tuple[ShiftToTell, ...]


@dataclass(frozen=True)
class Preview:
    """What publishing does. `replaces`: what counts now on some of its dates, which are `replaced`;
    on its other dates, which are `fresh`, nothing counts yet. `told`: whose published shifts
    change, the soonest first; `calls`: changed calls of temporary workers on those dates.
    `fresh_shifts` of `fresh_people` are published for the first time. `findings`: what does not
    hold; `refusal`: why it cannot be published at all, None where it can.
    """

    header: RosterHeader
    replaces: tuple[RosterHeader, ...] = ()
    replaced: tuple[date, ...] = ()
    fresh: tuple[date, ...] = ()
    difference: Difference | None = None
    told: tuple[ToTell, ...] = ()
    calls: int = 0
    fresh_shifts: int = 0
    fresh_people: int = 0
    findings: tuple[Unkept, ...] = ()
    refusal: Sentence | None = None

    @property
    def changed_shifts(self) -> int:
        """Changes of people's published shifts, each date of a person by itself."""
        return sum(len(one.shifts) for one in self.told)

    @property
    def against(self) -> tuple[Unkept, ...]:
        """What does not hold and nobody has accepted by hand."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def needs_reason(self) -> bool:
        """Whether shifts of dates change for which a roster is in force: who does that says why."""
        return bool(self.told or self.calls)

    @property
    def what(self) -> str:
        """What is published, for a button: `34 changed shifts of 12 people`."""
        parts = []
        if self.told:
            people = counted(len(self.told), "person", "people")
            parts.append(f"{counted(self.changed_shifts, 'changed shift')} of {people}")
        if self.calls:
            parts.append(f"{counted(self.calls, 'changed call')} of temporary workers")
        if self.fresh_shifts:
            people = counted(self.fresh_people, "person", "people")
            new = "new shift" if parts else "shift"
            parts.append(f"{counted(self.fresh_shifts, new)} of {people}")
        return " and ".join(", ".join(parts).rsplit(", ", 1)) if parts else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in words, a sentence each; without who is told of what."""
        found = []
        if self.fresh and (self.fresh_shifts or not self.replaced):
            people = counted(self.fresh_people, "person", "people")
            found.append(
                f"For {stretches_text(self.fresh)} nothing is published yet:"
                f" {counted(self.fresh_shifts, 'shift')} of {people}"
                f" {plural(self.fresh_shifts, 'becomes', 'become')} known."
            )
        if self.replaced and not self.needs_reason:
            found.append(
                f"Nothing changes for anybody on {stretches_text(self.replaced)}: the shifts are"
                " those that are published."
            )
        if self.told:
            soonest = min(self.told[0].shifts, key=lambda one: one.day)
            found.append(
                f"{counted(self.changed_shifts, 'published shift')} of"
                f" {counted(len(self.told), 'person', 'people')}"
                f" {plural(self.changed_shifts, 'changes', 'change')}, the first {soonest.soon}."
            )
        if self.calls:
            found.append(
                f"{counted(self.calls, 'published call')} of temporary workers"
                f" {plural(self.calls, 'changes', 'change')}."
            )
        return tuple(found)


@asks("see_rosters", roster="roster_id", looks=True)
def preview(repository: Repository, roster_id: str) -> Preview:
    """What publishing a roster would change now, and what keeps it from being published. Raises
    NotFound.
    """
    stored = repository.roster(roster_id)
    try:
        repository.require_publishable(roster_id)
    except BadRequest as error:  # it would change nothing, for it cannot come to that
        return Preview(stored.header, refusal=of_error(error))
    found = changes(repository, stored, date.today())
    refusal = replaced_origin(repository, stored)
    if refusal is not None:
        return replace(found, refusal=refusal)
    return replace(found, findings=unkept(repository, roster_id))


def changes(repository: Repository, stored: StoredRoster, today: date) -> Preview:
    """As `preview`, without what keeps it from being published."""
    header = stored.header
    dates = dates_of(header)
    counting = [
        other
        for other in repository.rosters(header.collaborative_id)
        if other.id != header.id and other.in_force & dates
    ]
    replaced = frozenset[date]().union(*(other.in_force & dates for other in counting))
    fresh = dates - replaced
    differs = (
        difference.between(
            repository,
            {other.id: other.in_force & dates for other in counting},
            {header.id: replaced},
        )
        if replaced
        else None
    )
    new = [
        line
        for line in stored.document.assignments
        if line.staff_id and local_date(minute(line.start)) in fresh
    ]
    return Preview(
        header=header,
        replaces=tuple(counting),
        replaced=tuple(sorted(replaced)),
        fresh=tuple(sorted(fresh)),
        difference=differs,
        told=() if differs is None else _told(differs, today),
        calls=0 if differs is None else differs.calls,
        fresh_shifts=len(new),
        fresh_people=len({line.staff_id for line in new}),
    )


def _told(found: Difference, today: date) -> tuple[ToTell, ...]:
    people: dict[str, list[ShiftToTell]] = {}
    for (staff_id, day), cell in found.cells.items():
        for number in range(max(len(cell.lost), len(cell.got))):
            lost, got = (
                side[number] if number < len(side) else "" for side in (cell.lost, cell.got)
            )
            people.setdefault(staff_id, []).append(ShiftToTell(day, (day - today).days, lost, got))
    names = {one.who: one.name for one in found.people}
    names |= {one.who: one.name for one in found.altered}
    told = [ToTell(staff_id, names[staff_id], tuple(shifts)) for staff_id, shifts in people.items()]
    return tuple(sorted(told, key=lambda one: (one.shifts[0].day, one.name)))


def to_json(found: Preview) -> dict[str, Any]:
    """For a program; dates in ISO, `findings` as sentences."""
    return {
        "roster_id": found.header.id,
        "replaces": [other.id for other in found.replaces],
        **{
            name: [
                {"from": first.isoformat(), "to": last.isoformat()}
                for first, last in stretches(dates)
            ]
            for name, dates in (("replaced", found.replaced), ("fresh", found.fresh))
        },
        "sentences": found.sentences,
        "changed_shifts": found.changed_shifts,
        "changed_calls": found.calls,
        "needs_reason": found.needs_reason,
        "told": [
            {
                "staff_id": one.staff_id,
                "name": one.name,
                "shifts": [{**vars(shift), "day": shift.day.isoformat()} for shift in one.shifts],
            }
            for one in found.told
        ],
        "fresh_shifts": found.fresh_shifts,
        "fresh_people": found.fresh_people,
        "difference": (None if found.difference is None else difference.to_json(found.difference)),
        "findings": [finding.to_the_end for finding in found.findings],
        "refusal": found.refusal,
    }
