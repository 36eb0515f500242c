"""Leave and sickness, which are nine changes in ten: told in one step, with what it would leave
open and whether too many of a team would be away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain import overlaps
from scheduler.domain.barrier import live
from scheduler.domain.change_set import RowChange, changed_dataset
from scheduler.domain.clock import days_between
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.facts import Leave, LeaveBand
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks, open_to_all, thing_of
from scheduler.services.accounts.in_view import in_view
from scheduler.services.facts.change import Changed, Proposed, change, propose
from scheduler.storage.repository import Repository

KINDS = ("annual", "sick", "study", "parental", "carer", "other")
"""Kinds of leave that are offered; any other word is taken too. None of them says why."""
LONGEST = 366 * 2
"""Days of one row of leave: what is longer is a slip of the finger."""


class KeptAlready(BadRequest):
    """Everything is so already: nothing would change."""


@dataclass(frozen=True)
class LeaveTeam:
    """Whose leave is planned together: those whom an organisation employs in a role, and where a
    service is named, of them who hold the competencies that it requires.
    """

    organisation_id: str
    role_id: str
    service_id: str | None = None


@dataclass(frozen=True)
class BandDay:
    """One day of a team. `away`: people; `most`, `least`: what its band allows; None without."""

    day: date
    away: int
    most: int | None
    least: int | None

    @property
    def beyond(self) -> bool:
        """Whether more are away than may be."""
        return self.most is not None and self.away > self.most


@dataclass(frozen=True)
class TeamLeave:
    """A team's leave. `people`: staff number, name, and for each day the kind of leave, or nothing;
    `days`: how many are away on each.
    """

    team: LeaveTeam
    people: tuple[tuple[str, str, tuple[str, ...]], ...]
    days: tuple[BandDay, ...]


@dataclass(frozen=True)
class LeaveProposed:
    """What granting leave would come to. `proposed`: rows and what of published rosters falls;
    `beyond`: sentences on days on which too many of a team would be away.
    """

    proposed: Proposed
    beyond: tuple[str, ...]


@asks("change_people", person="staff_id")
def propose_leave(
    repository: Repository, staff_id: str, first: date, last: date, kind: str
) -> LeaveProposed:
    """What leave of this kind, both days included, would come to; nothing is written. Raises
    NotFound, NotPermitted, and BadInput with every fault.
    """
    row = _row(repository, staff_id, first, last, kind)
    changes = in_place_of(repository.facts("leave"), row)
    found = propose(repository, changes)
    stored = repository.dataset()
    after = changed_dataset(stored, changes)
    return LeaveProposed(found, tuple(beyond_the_band(stored, after, staff_id, first, last)))


@asks("change_people", person="staff_id")
def tell_leave(
    repository: Repository, staff_id: str, first: date, last: date, kind: str, *, why: str = ""
) -> Changed:
    """Keep leave of a person, both days included; leave of another kind on the same days gives way
    to it. Raises NotFound, NotPermitted, BadRequest where all of it is kept already, and BadInput
    with every fault.
    """
    row = _row(repository, staff_id, first, last, kind)
    return change(repository, in_place_of(repository.facts("leave"), row), why=why)


@asks("change_people", person="staff_id")
def take_leave_back(
    repository: Repository, staff_id: str, first: date, last: date, *, why: str = ""
) -> Changed:
    """Somebody is not away on these days after all: leave is cut down to what lies before and after
    them. Raises NotFound, NotPermitted, and BadRequest where there is none.
    """
    repository.require_staff(staff_id)
    if last < first:
        raise BadRequest(f"The last day {last} lies before the first, {first}.")
    changes = without(repository.facts("leave"), staff_id, first, last)
    if not changes:
        raise BadRequest(f"No leave of theirs lies between {first} and {last}.")
    return change(repository, changes, why=why)


def without(
    stored: Iterable[object], staff_id: str, first: date, last: date, *, kind: str | None = None
) -> list[RowChange]:
    """Somebody's leave, or that of one kind, cut down to what lies before and after these days;
    nothing where none lies there.
    """
    present = Leave(staff_id=staff_id, from_date=first, to_date=last, kind="present")
    own = _of(stored, staff_id)
    return _once(
        own,
        [
            made
            for row in own
            if kind in (None, row.kind) and overlaps.cut(row, present) != [row]
            for made in _pieces(row, overlaps.cut(row, present))
        ],
    )


def _pieces(row: Leave, left: Sequence[object]) -> Iterator[RowChange]:
    """A row gives way to what is left of it: the first piece is the row, changed."""
    pieces: list[Leave | None] = [one for one in left if isinstance(one, Leave)] or [None]
    yield RowChange(row, pieces[0])
    yield from (RowChange(None, piece) for piece in pieces[1:])


def _of(stored: Iterable[object], staff_id: str) -> list[Leave]:
    return [one for one in stored if isinstance(one, Leave) and one.staff_id == staff_id]


def _once(own: Iterable[Leave], changes: Sequence[RowChange]) -> list[RowChange]:
    """The changes without what is left of one row where that is another that stays: leave of one
    kind may overlap.
    """
    gone = {one.before for one in changes}
    there: set[object] = {one for one in own if one not in gone}
    found = []
    for one in changes:
        after = None if one.after in there else one.after
        there.add(after)
        if one.before is not None or after is not None:
            found.append(RowChange(one.before, after))
    return found


def _row(repository: Repository, staff_id: str, first: date, last: date, kind: str) -> Leave:
    repository.require_staff(staff_id)
    faults = []
    if last < first:
        expected = f"a last day not before the first, {first}"
        faults.append(Fault("leave.csv", 1, "to_date", str(last), expected))
    elif (last - first).days >= LONGEST:
        expected = f"at most {LONGEST} days in one row: is the year right?"
        faults.append(Fault("leave.csv", 1, "to_date", str(last), expected))
    if not kind.strip():
        faults.append(Fault("leave.csv", 1, "kind", kind, f"a word such as {', '.join(KINDS)}"))
    if faults:
        raise BadInput(faults)
    return Leave(staff_id=staff_id, from_date=first, to_date=last, kind=kind.strip())


def in_place_of(stored: Iterable[object], row: Leave) -> list[RowChange]:
    """The new row, with what it covers of the person's other leave taken out of the way; of the
    same kind, what it adds to. Raises KeptAlready.
    """
    own = _of(stored, row.staff_id)
    if any(
        one.kind == row.kind and one.from_date <= row.from_date and one.to_date >= row.to_date
        for one in own
    ):
        raise KeptAlready(
            f"Leave from {row.from_date} to {row.to_date} is kept already: nothing changes."
        )
    changes: list[RowChange] = []
    replaced: Leave | None = None
    for one in own:
        inside = one.from_date >= row.from_date and one.to_date <= row.to_date
        if one.kind == row.kind and inside:
            if one.identity() == row.identity():
                replaced = one  # made longer
            else:
                changes.append(RowChange(one, None))
        elif one.kind != row.kind:
            left = overlaps.cut(one, row)
            if left != [one]:
                changes += _pieces(one, left)
    return _once(own, [*changes, RowChange(replaced, row)])


# --- teams


@open_to_all
def team_leave(repository: Repository, team: LeaveTeam, first: date, last: date) -> TeamLeave:
    """Who of a team is away from one day to another. People whom the actor may not see in full are
    counted, and not named.
    """
    dataset = repository.dataset()
    days = list(days_between(first, last))
    names = names_by_id(dataset.staff)
    view = None if repository.actor.program else in_view(repository)
    actor = repository.actor
    if view is not None and not actor.may(
        "see_people", thing_of(repository, "organisation", team.organisation_id)
    ):
        return TeamLeave(team, (), ())
    on_leave = _on_leave(dataset, days)
    people = [
        (
            staff_id,
            names[staff_id],
            tuple(on_leave.get((staff_id, day), "") for day in days),
        )
        for staff_id in sorted(
            set().union(*(members_of(dataset, team, day) for day in days)),
            key=lambda staff_id: names[staff_id],
        )
        if view is None or staff_id in view.full
    ]
    return TeamLeave(team, tuple(people), tuple(band_days(dataset, team, days)))


def members_of(dataset: Dataset, team: LeaveTeam, day: date) -> frozenset[str]:
    """Staff numbers of those who belong to a team on a day."""
    holders = {
        row.staff_id
        for row in dataset.contract
        if row.organisation_id == team.organisation_id
        and row.role_id == team.role_id
        and live(row, day)
    }
    if team.service_id is None:
        return frozenset(holders)
    required = {
        row.competency_id
        for row in dataset.service_competency
        if row.service_id == team.service_id and row.role_id in (None, team.role_id)
    }
    held = {
        (row.staff_id, row.competency_id)
        for row in dataset.staff_competency
        if row.competency_id in required and row.staff_id in holders and live(row, day)
    }
    return frozenset(
        staff_id for staff_id in holders if all((staff_id, one) in held for one in required)
    )


def band_days(dataset: Dataset, team: LeaveTeam, days: Iterable[date]) -> Iterator[BandDay]:
    """How many of a team are away on each day, and how many may be."""
    band = next(
        (
            row
            for row in dataset.leave_band
            if LeaveTeam(row.organisation_id, row.role_id, row.service_id) == team
        ),
        None,
    )
    days = list(days)
    on_leave = _on_leave(dataset, days)
    for day in days:
        away = sum((staff_id, day) in on_leave for staff_id in members_of(dataset, team, day))
        most, least = (None, None) if band is None else (band.most_away, band.least_away)
        yield BandDay(day, away, most, least)


def _on_leave(dataset: Dataset, days: Sequence[date]) -> dict[tuple[str, date], str]:
    """On these days alone: a row may last for thousands of years."""
    return {
        (row.staff_id, day): row.kind
        for row in dataset.leave
        for day in days
        if row.from_date <= day <= row.to_date
    }


def teams_with_a_band(dataset: Dataset) -> list[LeaveTeam]:
    """Teams for which it is said how many may be away."""
    return [
        LeaveTeam(row.organisation_id, row.role_id, row.service_id) for row in dataset.leave_band
    ]


def beyond_the_band(
    stored: Dataset, after: Dataset, staff_id: str, first: date, last: date
) -> Iterator[str]:
    """Days on which the person's teams would have more people away than their band allows, and did
    not before.
    """
    days = list(days_between(first, last))
    names = {file: names_by_id(stored.rows(file)) for file in ("organisation", "role", "service")}
    for band in stored.leave_band:
        team = LeaveTeam(band.organisation_id, band.role_id, band.service_id)
        own = [day for day in days if staff_id in members_of(stored, team, day)]
        before = {one.day: one.away for one in band_days(stored, team, own)}
        worse = [
            one for one in band_days(after, team, own) if one.beyond and one.away > before[one.day]
        ]
        if worse:
            yield _in_words(band, worse, names)


def _in_words(band: LeaveBand, worse: Sequence[BandDay], names: dict[str, dict[str, str]]) -> str:
    whose = f"{names['role'][band.role_id]} at {names['organisation'][band.organisation_id]}"
    if band.service_id is not None:
        whose += f" for {names['service'][band.service_id]}"
    most = max(one.away for one in worse)
    stretch = f"{worse[0].day:%a %-d %b}"
    if len(worse) > 1:
        stretch = f"{counted(len(worse), 'day')} from {stretch}"
    return (
        f"{whose}: {counted(most, 'person', 'people')} would be away on {stretch}; at most"
        f" {band.most_away} may be."
    )
