"""What one person is cleared by, until when, who renews it, how many of their shifts need it, and
what one thing more would open for them.

What a shift needs is asked of the conditions of deployability themselves: a thing is needed where
without it something would stand in the way.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.clock import local_date, minute
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import Duty
from scheduler.domain.elsewhere import shifts_elsewhere_by_month
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import FACT_TYPES, Contract, Demand, Fact, Staff
from scheduler.domain.held_ending import HeldEnding
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.in_view import PERSONAL, STAFF, whose
from scheduler.services.view.held_things import called, held_once
from scheduler.services.view.openings import MOST_OPENED, Opening, openings
from scheduler.services.view.person_tables import Held, held_by
from scheduler.services.view.roster_tables import NAMED, Names
from scheduler.storage.repository import Repository

USUAL_WEEKS = 12
_NOT_READ = frozenset({"worked_shift", "preference", "pin", "base_pattern"})
"""Files that decide nothing about who is cleared for what."""


@dataclass(frozen=True)
class HeldThing:
    """Something that is held, or was until lately, with its renewals.

    `until`: the last day of the last row that follows without a gap; None = without an end. `of`:
    the person's shifts that could not be theirs without it.
    """

    kind: str
    key: tuple[str | None, ...]
    """Which of that kind, in ids."""
    name: str
    who: str
    """Who renews it."""
    since: date
    until: date | None
    renewed: bool
    """Whether a row that follows without a gap carries it on."""
    days_left: int | None
    """Until its end, below nothing where it has ended."""
    coming: int
    """Published shifts from today on that need it."""
    usual: int
    """Published shifts of the last weeks that needed it."""
    version: str
    """What to know of the procedure's version; empty where there is nothing."""

    @property
    def held_as(self) -> tuple[str, tuple[str | None, ...], str]:
        """As what it is known whether it is signed: kind, key, first day."""
        return self.kind, self.key, self.since.isoformat()

    def ending(self, on: date) -> HeldEnding | None:
        """Its end as it stands on a day; None where it has none."""
        if self.until is None:
            return None
        return HeldEnding(self.kind, self.key, self.until, self.until < on)

    def ends_within(self, days: int) -> bool:
        """Whether it has ended, or ends within so many days."""
        return self.days_left is not None and self.days_left <= days


@dataclass(frozen=True)
class MyClearance:
    """A person's clearance on a day. `coming` and `usual`: how many shifts were looked at;
    `most_elsewhere`: at most so many shifts a month for other hosts, None where they set no limit;
    `elsewhere`: (first date of a month, how many there are), from this month on.
    """

    staff_id: str
    on: date
    held: tuple[HeldThing, ...]
    coming: int
    usual: int
    opens: tuple[Opening, ...]
    most_elsewhere: int | None = None
    elsewhere: tuple[tuple[date, int], ...] = ()


@asks("see_people", person="staff_id", looks=True)
def my_clearance(repository: Repository, staff_id: str, on: date | None = None) -> MyClearance:
    """A person's clearance, and what one thing more would open; `on`: which day counts as today.
    Raises NotFound for nobody.
    """
    repository.require_staff(staff_id)
    on = on or date.today()
    facts = {
        fact_type.file: _own(fact_type.file, staff_id, repository)
        for fact_type in FACT_TYPES
        if fact_type.file not in _NOT_READ
    }
    if any(
        isinstance(row, Staff) and row.most_shifts_elsewhere is not None for row in facts[STAFF]
    ):
        facts["worked_shift"] = _own("worked_shift", staff_id, repository)
    published = repository.published(
        staff_ids={staff_id}, first=on - timedelta(days=7 * USUAL_WEEKS)
    )
    in_force = [(header.collaborative_id, frozenset(header.in_force)) for header, _ in published]
    lines = [line for _, own in published for line in own]
    return my_clearance_in(Dataset().with_facts(**facts), lines, in_force, staff_id, on)


def _own(file: str, staff_id: str, repository: Repository) -> Sequence[Fact]:
    """A file's rows; of one that is about people, those about this one."""
    rows = repository.facts(file)
    if file == STAFF:
        return [row for row in rows if whose(row) == staff_id]
    return [row for row in rows if whose(row) in ("", staff_id)] if file in PERSONAL else rows


def my_clearance_in(
    dataset: Dataset,
    published: Iterable[AssignmentLine],
    in_force: Sequence[tuple[str, Collection[date]]],
    staff_id: str,
    on: date,
) -> MyClearance:
    """As `my_clearance`, of facts and the person's published shifts in hand; `in_force`: on which
    dates something is published, by collaborative.
    """
    index, published = FactIndex(dataset), list(published)
    most = _most_elsewhere(index.staff.get(staff_id))
    shifts = [
        (contract, duty)
        for line in published
        if line.staff_id == staff_id and (contract := index.contracts.get(line.contract_id or ""))
        for duty in _duty_of_line(index, line)
    ]
    since = on - timedelta(days=7 * USUAL_WEEKS)
    coming = [shift for shift in shifts if shift[1].date >= on]
    usual = [shift for shift in shifts if since <= shift[1].date < on]
    need = _Need(dataset, staff_id, index)
    return MyClearance(
        staff_id=staff_id,
        on=on,
        held=tuple(_held(dataset, index, need, coming, usual, staff_id, on)),
        coming=len(coming),
        usual=len(usual),
        opens=tuple(openings(index, staff_id, on, in_force)[:MOST_OPENED]),
        most_elsewhere=most,
        elsewhere=() if most is None else _elsewhere(dataset, published, staff_id, on),
    )


def _most_elsewhere(person: Staff | None) -> int | None:
    """Their limit; None where they have none, or work for no other host at all."""
    return person.most_shifts_elsewhere if person and person.accepts_other_hosts else None


def _elsewhere(
    dataset: Dataset, published: Iterable[AssignmentLine], staff_id: str, on: date
) -> tuple[tuple[date, int], ...]:
    """Of this month, and of later ones in which there are some."""
    months = shifts_elsewhere_by_month(dataset, staff_id, map(known_shift, published))
    found = {on.replace(day=1): 0} | {month: len(shifts) for month, shifts in months.items()}
    return tuple((month, found[month]) for month in sorted(found) if month >= on.replace(day=1))


def _duty_of_line(index: FactIndex, line: AssignmentLine) -> Iterator[Duty]:
    """The work of a published line; nothing where the facts do not know its service, role or site
    any more.
    """
    start = minute(line.start)
    if (
        line.service_id in index.services
        and line.role_id in index.roles
        and line.site_id in index.sites
    ):
        row = Demand.model_construct(
            id=line.demand_id,
            service_id=line.service_id,
            site_id=line.site_id,
            date=local_date(start),
            shift_type_id=line.shift_type_id or "",
            role_id=line.role_id,
            minimum=1,
            priority=1,
        )
        yield Duty(
            index=0,
            demand=row,
            start=start,
            end=minute(line.end),
            paid=line.paid_minutes,
            place_id=line.place_id,
            host_id=line.host_organisation_id,
            need_weight=1.0,
            registered=index.roles[line.role_id].registered,
        )


# --- what is held


def _held(
    dataset: Dataset,
    index: FactIndex,
    need: "_Need",
    coming: Sequence[tuple[Contract, Duty]],
    usual: Sequence[tuple[Contract, Duty]],
    staff_id: str,
    on: date,
) -> list[HeldThing]:
    """What ends soonest first. What ended long ago, or was renewed, is not said again."""
    names, found = Names.of({file: dataset.rows(file) for file in NAMED}), []
    for first, last in held_once(held_by(dataset, staff_id), on):
        needed = need.of(first.kind, first.key)
        found.append(
            HeldThing(
                kind=first.kind,
                key=first.key,
                name=called(first, index.contracts, names),
                who=first.who,
                since=first.since,
                until=last.until,
                renewed=last is not first,
                days_left=None if last.until is None else (last.until - on).days,
                coming=sum(needed(*shift) for shift in coming),
                usual=sum(needed(*shift) for shift in usual),
                version=_version(first, index, on),
            )
        )
    return sorted(found, key=lambda one: (one.until or date.max, one.kind, one.name))


def _version(one: Held, index: FactIndex, on: date) -> str:
    """Whether a sign-off's version is still the one in use, and until when."""
    if one.kind != "sign-off":
        return ""
    procedure_id, organisation_id, version = (str(part) for part in one.key)
    rows = sorted(
        index.versions.get((procedure_id, organisation_id), ()), key=lambda row: row.from_date
    )
    using = index.version(procedure_id, organisation_id, on)
    begins = next((row.from_date for row in rows if row.version == version), None)
    if begins is not None and begins > on:
        return f"this version is in use from {begins:%-d %B %Y}"
    if using != version:
        return (
            f"no longer the version in use, which is {using}"
            if using
            else "no version is in use there now"
        )
    following = next((row for row in rows if row.from_date > on and row.version != version), None)
    if following is not None:
        return f"version {following.version} follows on {following.from_date:%-d %B %Y}"
    ends = next((row.to_date for row in rows if row.version == version and row.to_date), None)
    return f"this version is in use until {ends:%-d %B %Y}" if ends else ""


class _Need:
    """Which shifts could not be the person's without something that they hold."""

    def __init__(self, dataset: Dataset, staff_id: str, index: FactIndex) -> None:
        self._dataset = dataset
        self._staff_id = staff_id
        self._index = index

    def of(self, kind: str, key: tuple[str | None, ...]) -> "_Without":
        """Ask of one thing, all its rows together."""
        dataset, own = self._dataset, self._staff_id
        match kind:
            case "passport":
                left = dataset.with_facts(
                    passport=[
                        row
                        for row in dataset.passport
                        if row.staff_id != own or (row.route, row.host_organisation_id) != key
                    ]
                )
            case "competency":
                left = dataset.with_facts(
                    staff_competency=[
                        row
                        for row in dataset.staff_competency
                        if row.staff_id != own or (row.competency_id,) != key
                    ]
                )
            case "sign-off":
                left = dataset.with_facts(
                    procedure_sign_off=[
                        row
                        for row in dataset.procedure_sign_off
                        if row.staff_id != own
                        or (row.procedure_id, row.organisation_id, row.version) != key
                    ]
                )
            case _:  # a contract is what a shift is worked through
                return _Without(self._index, None, key[0])
        return _Without(self._index, FactIndex(left), None)


@dataclass(frozen=True)
class _Without:
    index: FactIndex
    left: FactIndex | None
    contract_id: str | None

    def __call__(self, contract: Contract, duty: Duty) -> bool:
        if self.left is None:
            return contract.id == self.contract_id
        with_it = {(one.kind, one.missing) for one in barriers_of(self.index, contract, duty)}
        return any(
            (one.kind, one.missing) not in with_it for one in barriers_of(self.left, contract, duty)
        )
