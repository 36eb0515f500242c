"""What counts of one week of a collaborative, with the facts that it was made from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from scheduler.domain.clock import Hours, days_between, monday
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.duty import hours_of
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract, Demand
from scheduler.domain.pay import Payroll
from scheduler.domain.roster import AssignmentLine
from scheduler.services.versions.sides import day_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader
from solver.policy.policy import Policy

FILES = (
    *("place", "site", "service", "service_host", "role", "contract", "shift_type", "demand"),
    *("demand_template", "leave", "preference", "sharing_agreement", "enhancement"),
)
"""Those of a roster's own facts that figures need."""
Lines = tuple[AssignmentLine, ...]


@dataclass(frozen=True)
class Asked:
    """Demand of a published date. `host`: who is accountable; `place_id`: where; `filled`: how
    many people are there.
    """

    demand: Demand
    hours: Hours
    host: str
    place_id: str
    filled: int

    @property
    def required(self) -> int:
        """Of the minimum [minutes]."""
        return self.demand.minimum * self.hours.paid

    @property
    def missing(self) -> int:
        """Of the minimum, without anybody [minutes]."""
        return max(0, self.demand.minimum - self.filled) * self.hours.paid


@dataclass(frozen=True)
class Books:
    """The facts of a roster by their keys, and how it prices a shift."""

    index: FactIndex
    payroll: Payroll


@dataclass(frozen=True)
class PublishedWeek:
    """A week of which at least one date is published. `in_force`: date -> the roster that counts;
    `lines`: its shifts; `elsewhere`: those of other collaboratives; `publications`: everything that
    ever was published of the week, with its shifts of the week, the earliest first.
    """

    collaborative_id: str
    monday: date
    in_force: Mapping[date, RosterHeader]
    lines: Lines
    elsewhere: Lines
    publications: Sequence[tuple[RosterHeader, Lines]]
    books: Mapping[str, Books] = field(repr=False)

    @property
    def sunday(self) -> date:
        """Its last date."""
        return self.monday + timedelta(days=6)

    @property
    def first(self) -> date:
        """The first date that is published."""
        return min(self.in_force)

    @property
    def outside(self) -> frozenset[date]:
        """Its dates of which nothing is published."""
        return frozenset(days_between(self.monday, self.sunday)) - self.in_force.keys()

    @property
    def index(self) -> FactIndex:
        """The facts of the roster that was published last of those that count."""
        latest = max(self.in_force.values(), key=lambda one: (str(one.published_at), one.id))
        return self.books[latest.id].index

    def books_of(self, line: AssignmentLine) -> Books:
        """Of the roster that a shift stands in."""
        return self.books[line.roster_id]

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What is asked for on the dates that are published."""
        filled = Counter(line.demand_id for line in self.lines)
        return tuple(
            asked
            for header in {one.id: one for one in self.in_force.values()}.values()
            for asked in self._asked_of(header, filled)
        )

    def _asked_of(self, header: RosterHeader, filled: Counter[str]) -> Iterator[Asked]:
        index = self.books[header.id].index
        services = frozenset(
            row.id for row in index.dataset.service if row.collaborative_id == self.collaborative_id
        )
        for row in demand_in_period(index.dataset, self.monday, 7, services):
            if self.in_force.get(row.date) is header:
                place_id = index.sites[row.site_id].place_id
                yield Asked(
                    row,
                    hours_of(index.shift_types[row.shift_type_id], row.date),
                    index.host.get((row.service_id, place_id), ""),
                    place_id,
                    filled[row.id],
                )

    def is_based_here(self, index: FactIndex, contract: Contract) -> bool:
        """Whether a contract's base lies in one of the collaborative's places."""
        place = index.places[index.sites[contract.base_site_id].place_id]
        return place.collaborative_id == self.collaborative_id

    @cached_property
    def employments(self) -> tuple[tuple[Contract, ...], ...]:
        """Contracts that are based here and live in the week; those that follow on are together."""
        found: dict[str, tuple[Contract, ...]] = {}
        for contract in self.index.dataset.contract:
            chain = tuple(
                one
                for one in self.index.followed_on(contract.id)
                if one.from_date <= self.sunday
                and (one.to_date is None or one.to_date >= self.monday)
            )
            if chain and self.is_based_here(self.index, chain[0]):
                found[chain[0].id] = chain
        return tuple(found.values())


def published_weeks(
    repository: Repository, collaborative_id: str, first: date, last: date
) -> Iterator[PublishedWeek]:
    """The weeks of these dates, both included, of which anything is published, in order of time."""
    begin, end = monday(first), monday(last) + timedelta(days=6)
    headers = repository.publications.ever(begin, end)
    wanted = [one for one in headers if one.collaborative_id == collaborative_id or one.in_force]
    lines = _by_week(repository.publications.lines((one.id for one in wanted), begin, end))
    own = [one for one in headers if one.collaborative_id == collaborative_id]
    counting = [one for one in own if one.in_force]
    books = _books(repository, counting)
    for week in (day for day in days_between(begin, end) if not day.weekday()):
        in_force = {
            day: header
            for header in counting
            for day in days_between(week, week + timedelta(days=6))
            if day in header.in_force
        }
        if in_force:
            yield PublishedWeek(
                collaborative_id,
                week,
                in_force,
                _standing(counting, lines, week),
                _standing(
                    [one for one in wanted if one.collaborative_id != collaborative_id], lines, week
                ),
                [
                    (one, lines.get((one.id, week), ()))
                    for one in own
                    if one.start <= week + timedelta(days=6) and one.last >= week
                ],
                books,
            )


def _by_week(lines: Mapping[str, Lines]) -> dict[tuple[str, date], Lines]:
    found: dict[tuple[str, date], list[AssignmentLine]] = {}
    for roster_id, own in lines.items():
        for line in own:
            found.setdefault((roster_id, monday(day_of(line))), []).append(line)
    return {key: tuple(own) for key, own in found.items()}


def _standing(
    headers: Sequence[RosterHeader], lines: Mapping[tuple[str, date], Lines], week: date
) -> Lines:
    return tuple(
        line
        for header in headers
        for line in lines.get((header.id, week), ())
        if day_of(line) in header.in_force
    )


def _books(repository: Repository, headers: Sequence[RosterHeader]) -> dict[str, Books]:
    """Roster id -> its facts and prices; the same facts and terms are read once."""
    indexes = {
        fingerprint: FactIndex(dataset)
        for fingerprint, dataset in repository.publications.facts(
            {one.snapshot_sha256 for one in headers}, FILES
        )
    }
    payrolls: dict[tuple[str, object], Payroll] = {}
    found = {}
    for header in headers:
        index = indexes[header.snapshot_sha256]
        terms = Policy.from_stored(header.summary["policy"], source=header.id).pay.terms()
        payroll = payrolls.setdefault(
            (header.snapshot_sha256, terms), Payroll(index.dataset.enhancement, terms)
        )
        found[header.id] = Books(index, payroll)
    return found
