"""What of published work has changed nearer to its beginning than the scheme's notice period: read
from every publication that there ever was, so that no later version hides an earlier change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from scheduler.domain.clock import days_between
from scheduler.domain.notice import ToldShift
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks
from scheduler.services.sign_off.standing import scheme_of
from scheduler.services.versions.sides import Calling, Snapshots, day_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

Lines: TypeAlias = tuple[AssignmentLine, ...]
Publications: TypeAlias = Sequence[tuple[RosterHeader, Lines]]
Cells: TypeAlias = Mapping[tuple[str, date], Lines]
"""(staff id, date) -> what they work then."""


@dataclass(frozen=True)
class LateChange:
    """Published work of one person on one date that became other work, or none, at short notice.
    `roster_id`: what was published then, or withdrawn; `ahead`: from then to the earlier of the
    beginnings of what was lost and what was got, below nothing where that had begun.
    """

    roster_id: str
    at: datetime
    staff_id: str
    name: str
    day: date
    lost: tuple[str, ...]
    got: tuple[str, ...]
    ahead: timedelta
    reason: str


@dataclass(frozen=True)
class ShortNotice:
    """`late`: the earliest first; `changes`: of published work on these dates in all, at whatever
    notice. `notice_days`: as the scheme says; None where there is no scheme, and nothing is short.
    """

    notice_days: int | None
    changes: int
    late: tuple[LateChange, ...]


@asks("see_rosters", collaborative="collaborative_id", looks=True)
def short_notice(
    repository: Repository, collaborative_id: str, first: date, last: date
) -> ShortNotice:
    """What has changed at short notice of the work of these dates, both included. Raises
    NotFound.
    """
    scheme = scheme_of(repository, collaborative_id)
    known = [
        (header, lines)
        for header, lines in repository.ever_published(collaborative_id=collaborative_id)
        if header.start <= last and first <= header.last and header.published_at is not None
    ]
    of = {header.id: lines for header, lines in known}
    earlier = repository.earlier_publications([header for header, _ in known])
    publications = [*((header, of[header.id]) for header in earlier), *known]
    called = Calling([header for header, _ in publications], Snapshots(repository))
    found = list(_changes(publications, first, last, called))
    days = None if scheme is None else scheme.terms.notice_days
    late = () if days is None else (one for one in found if one.ahead < timedelta(days=days))
    return ShortNotice(days, len(found), tuple(sorted(late, key=lambda one: (one.at, one.day))))


@dataclass(frozen=True)
class ChangedCell:
    """Published work of one person on one date that became other work, or none: what they no longer
    do, and what they do instead. `header`: what was published at that moment, or withdrawn.
    """

    header: RosterHeader
    at: datetime
    reason: str
    staff_id: str
    day: date
    gone: Lines
    come: Lines

    @property
    def ahead(self) -> timedelta:
        """From the change to the earliest beginning of what is other; below nothing after it."""
        return min(line.start for line in (*self.gone, *self.come)) - self.at


def changed_cells(publications: Publications, first: date, last: date) -> Iterator[ChangedCell]:
    """What publications and withdrawals have changed of these dates, in order of time; what was
    published of a date for the first time is no change.
    """
    for at, header, reason in events(publications):
        before = in_force(publications, at, first, last, without=header)
        after = in_force(publications, at, first, last)
        days = [
            day
            for day in days_between(max(first, header.start), min(last, header.last))
            if day in before.days  # else it is published for the first time
        ]
        for staff_id, day in _differing(before.cells, after.cells, days):
            lost, got = (side.cells.get((staff_id, day), ()) for side in (before, after))
            yield ChangedCell(
                header=header,
                at=at,
                reason=reason,
                staff_id=staff_id,
                day=day,
                gone=tuple(line for line in lost if felt(line) not in set(map(felt, got))),
                come=tuple(line for line in got if felt(line) not in set(map(felt, lost))),
            )


def _changes(
    publications: Publications, first: date, last: date, called: Calling
) -> Iterator[LateChange]:
    for one in changed_cells(publications, first, last):
        yield LateChange(
            roster_id=one.header.id,
            at=one.at,
            staff_id=one.staff_id,
            name=called.worker((*one.gone, *one.come)[0]),
            day=one.day,
            lost=tuple(called.shift(line).words for line in one.gone),
            got=tuple(called.shift(line).words for line in one.come),
            ahead=one.ahead,
            reason=one.reason,
        )


def events(publications: Publications) -> list[tuple[datetime, RosterHeader, str]]:
    """(when, what was published or withdrawn, why), in order of time."""
    found = []
    for header, _ in publications:
        assert header.published_at is not None
        found.append((header.published_at, header, header.published_reason or ""))
        if header.withdrawn_at is not None:
            found.append((header.withdrawn_at, header, header.withdrawn_reason or ""))
    return sorted(found, key=lambda event: event[0])


@dataclass(frozen=True)
class InForceThen:
    """What counts at one moment."""

    days: Collection[date]
    cells: Cells


def in_force(
    publications: Publications,
    at: datetime,
    first: date,
    last: date,
    without: RosterHeader | None = None,
) -> InForceThen:
    """At a moment, what happened then included; `without`: but for what was done with that roster
    then.
    """
    of_day: dict[date, tuple[datetime, int]] = {}
    for number, (header, _) in enumerate(publications):
        published, withdrawn = header.published_at, header.withdrawn_at
        assert published is not None
        this = without is not None and header.id == without.id
        if published > at or (this and published == at):
            continue
        if withdrawn is not None and withdrawn <= at and not (this and withdrawn == at):
            continue
        for day in days_between(max(first, header.start), min(last, header.last)):
            if day not in of_day or of_day[day][0] <= published:
                of_day[day] = (published, number)
    days: dict[int, set[date]] = defaultdict(set)
    for day, (_, number) in of_day.items():
        days[number].add(day)
    cells: dict[tuple[str, date], list[AssignmentLine]] = defaultdict(list)
    for number, own in days.items():  # each line is looked at once: there are many
        for line in publications[number][1]:
            if line.staff_id and (day := day_of(line)) in own:
                cells[line.staff_id, day].append(line)
    return InForceThen(of_day.keys(), {key: tuple(own) for key, own in cells.items()})


def _differing(before: Cells, after: Cells, days: Collection[date]) -> list[tuple[str, date]]:
    """(staff id, date) where what somebody has to do is other."""
    wanted = set(days)
    return sorted(
        key
        for key in before.keys() | after.keys()
        if key[1] in wanted
        and {*map(felt, before.get(key, ()))} != {*map(felt, after.get(key, ()))}
    )


def felt(line: AssignmentLine) -> ToldShift:
    """What of a shift whoever does it has to know."""
    return ToldShift(line.start, line.end, line.site_id, line.service_id, line.role_id)
