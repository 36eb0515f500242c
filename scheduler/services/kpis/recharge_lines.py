"""What is recharged, a line for each lent shift of published rosters, pair by pair."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from typing import Literal

from scheduler.domain.access import Organisations
from scheduler.domain.barrier import live
from scheduler.domain.clock import local, minute
from scheduler.domain.dataset import names_by_id
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import RechargeAccount
from scheduler.domain.pay import half_up
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks
from scheduler.services.kpis.cover import is_lent, lent_at
from scheduler.services.kpis.published_week import PublishedWeek, published_weeks
from scheduler.services.versions.sides import day_of
from scheduler.storage.repository import Repository

EntryKind = Literal["shift", "rounding", "correction", "withdrawn"]
NOT_STATED = "not stated"
VAT_WORDS: Mapping[str | None, str] = {
    None: NOT_STATED,
    "outside_scope": "outside the scope",
    "exempt": "exempt",
    "standard": "standard rated",
}
"""How value added tax treats a recharge, as a file says it."""


@dataclass(frozen=True)
class RechargeEntry:
    """One line of the file. `line_id` is the shift's, whenever and by which roster it is told;
    `told`: how often it was told before. Of what is no shift, its cells are None or empty.
    `amount`, `enhancement` and `hourly` in whole pence; `minutes` are paid ones.
    """

    line_id: str
    kind: EntryKind
    home: str
    host: str
    day: date
    amount: int
    told: int = 0
    begins: datetime | None = None
    ends: datetime | None = None
    staff_id: str = ""
    service_id: str = ""
    service: str = ""
    site: str = ""
    role: str = ""
    band: str = ""
    minutes: int = 0
    hourly: int | None = None
    enhancement: int | None = None
    percent: Fraction | None = None
    home_cost_centre: str = NOT_STATED
    host_cost_centre: str = NOT_STATED
    vat: str = NOT_STATED
    route: str = ""
    agreement_from: date | None = None

    @property
    def entry_id(self) -> str:
        """What is never to be paid twice: another one for each time that the shift is told."""
        return f"{self.line_id}-{self.told + 1}"


@dataclass(frozen=True)
class RechargePair:
    """What one organisation lent another. `amount`: of all entries together [whole pence]."""

    home: str
    home_name: str
    host: str
    host_name: str
    entries: tuple[RechargeEntry, ...]

    @property
    def amount(self) -> int:
        """Of all entries together [whole pence]."""
        return sum(one.amount for one in self.entries)

    @property
    def minutes(self) -> int:
        """Paid minutes of all entries together."""
        return sum(one.minutes for one in self.entries)


@dataclass(frozen=True)
class RechargeLines:
    """Of the dates `first` to `last`, both included; None where nothing is published. Only pairs of
    which one is among `seen`, and one is `organisation_id`, where that is not None.
    """

    collaborative_id: str
    first: date | None
    last: date | None
    seen: Organisations
    organisation_id: str | None
    pairs: tuple[RechargePair, ...]

    def covers(self, home: str, host: str) -> bool:
        """Whether it would hold the pair, if one lent the other anything."""
        return self.organisation_id in (None, home, host) and (
            home in self.seen or host in self.seen
        )


@asks("see_rosters", collaborative="collaborative_id", looks=True)
def recharge_lines(
    repository: Repository,
    collaborative_id: str,
    first: date | None = None,
    last: date | None = None,
    *,
    organisation_id: str | None = None,
) -> RechargeLines:
    """Each lent shift that begins on these dates, both included, as it is published now, and for
    each pair one entry for what rounding each shift to a penny leaves, so that a pair adds up to
    the figure of the measures; without dates all that is published.

    `organisation_id`: only pairs of this one. Whoever may look at the rosters of some members alone
    gets the pairs of those. Raises NotFound, and BadRequest where the last date lies before the
    first.
    """
    if collaborative_id not in {one.id for one in repository.collaboratives()}:
        raise NotFound(f"There is no collaborative {collaborative_id!r}.")
    if first is not None and last is not None and last < first:
        raise BadRequest(f"The last day {last} lies before the first, {first}.")
    days = [
        day
        for header in repository.rosters(collaborative_id)
        if header.in_force
        for day in (min(header.in_force), max(header.in_force))
    ]
    first, last = first or min(days, default=None), last or max(days, default=None)
    nothing = RechargeLines(
        collaborative_id,
        first,
        last,
        repository.actor.organisations("see_rosters"),
        organisation_id,
        (),
    )
    if not days or first is None or last is None or last < first:
        return nothing
    book = _Book(repository)
    found: dict[tuple[str, str], list[tuple[RechargeEntry, Fraction]]] = defaultdict(list)
    # of years without a roster nothing is to be looked for
    for week in published_weeks(
        repository, collaborative_id, max(first, min(days)), min(last, max(days))
    ):
        for line in week.lines:
            pair = (line.employer_organisation_id, line.host_organisation_id)
            if is_lent(line) and first <= day_of(line) <= last and nothing.covers(*pair):
                found[pair].append(book.entry(week, line))
    return replace(
        nothing,
        pairs=tuple(
            RechargePair(
                home,
                book.organisations.get(home, home),
                host,
                book.organisations.get(host, host),
                _rounded(own, first, last),
            )
            for (home, host), own in sorted(found.items())
        ),
    )


def _rounded(
    own: Sequence[tuple[RechargeEntry, Fraction]], first: date, last: date
) -> tuple[RechargeEntry, ...]:
    """The entries of a pair in order of time, and what rounding each to a penny leaves."""
    entries = sorted((one for one, _ in own), key=lambda one: (one.day, one.begins, one.line_id))
    whole = half_up(sum((pence for _, pence in own), Fraction(0)))
    left = whole - sum(one.amount for one in entries)
    if not left:
        return tuple(entries)
    home, host = entries[0].home, entries[0].host
    rounding = RechargeEntry(
        line_id=rounding_id(home, host, first, last),
        kind="rounding",
        home=home,
        host=host,
        day=last,
        amount=left,
        home_cost_centre=_shared(one.home_cost_centre for one in entries),
        host_cost_centre=_shared(one.host_cost_centre for one in entries),
        vat=_shared(one.vat for one in entries),
    )
    return (*entries, rounding)


def _shared(values: Iterable[str]) -> str:
    different = set(values)
    return different.pop() if len(different) == 1 else "differs by shift"


def rounding_id(home: str, host: str, first: date, last: date) -> str:
    """Of the entry for what rounding leaves: another one for other dates."""
    return _mark("rounding", home, host, first.isoformat(), last.isoformat())


def _mark(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


class _Book:
    """What lines are called and where they are booked, by the facts of now."""

    def __init__(self, repository: Repository) -> None:
        self.organisations, self._services, self._sites, self._roles = (
            names_by_id(repository.facts(file))
            for file in ("organisation", "service", "site", "role")
        )
        self._accounts: dict[tuple[str, str], list[RechargeAccount]] = defaultdict(list)
        for row in repository.facts("recharge_account"):
            assert isinstance(row, RechargeAccount)
            self._accounts[row.home_organisation_id, row.host_organisation_id].append(row)

    def entry(self, week: PublishedWeek, line: AssignmentLine) -> tuple[RechargeEntry, Fraction]:
        """The entry of a lent shift, and what it is recharged at exactly [pence]."""
        home, host = line.employer_organisation_id, line.host_organisation_id
        day = day_of(line)
        entry = RechargeEntry(
            line_id=_mark(
                week.collaborative_id,
                home,
                host,
                line.demand_id,
                line.contract_id or "",
                line.staff_id or "",
            ),
            kind="shift",
            home=home,
            host=host,
            day=day,
            amount=0,
            begins=local(minute(line.start)),
            ends=local(minute(line.end)),
            staff_id=line.staff_id or "",
            service_id=line.service_id,
            service=self._services.get(line.service_id, line.service_id),
            site=self._sites.get(line.site_id, line.site_id),
            minutes=line.paid_minutes,
            route=line.route or "",
        )
        account = self._account(home, host, line.service_id, day)
        if account is not None:
            entry = replace(
                entry,
                home_cost_centre=account.home_cost_centre or NOT_STATED,
                host_cost_centre=account.host_cost_centre or NOT_STATED,
                vat=VAT_WORDS[account.vat],
            )
        lent = lent_at(week, line)
        if lent is None:
            return entry, Fraction(0)
        role = week.books_of(line).index.roles[lent.contract.role_id]
        under = lent.agreement
        return (
            replace(
                entry,
                amount=half_up(lent.pence),
                role=self._roles.get(role.id, role.name),
                band=role.band or "",
                hourly=lent.hourly_pence,
                enhancement=half_up(lent.enhancement),
                percent=lent.percent,
                route=entry.route or ("" if under is None else under.route),
                agreement_from=None if under is None else under.from_date,
            ),
            lent.pence,
        )

    def _account(self, home: str, host: str, service_id: str, day: date) -> RechargeAccount | None:
        """That of the service, or else that for every one."""
        found = {
            row.service_id: row for row in self._accounts.get((home, host), ()) if live(row, day)
        }
        return found.get(service_id) or found.get(None)
