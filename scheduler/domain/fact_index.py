"""A dataset's facts by the keys that people ask for: whose contracts, passports, leave; which
version, agreement, membership holds on a day.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from scheduler.domain.availability import unavailable_stretches
from scheduler.domain.barrier import live
from scheduler.domain.clock import day_after, days_between
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import Duty, KnownShift
from scheduler.domain.facts import (
    BasePattern,
    Contract,
    Fact,
    Leave,
    Passport,
    Procedure,
    ProcedureSignOff,
    ProcedureVersion,
    SharingAgreement,
    StaffCompetency,
    TemporarySupply,
    Unavailability,
)
from scheduler.domain.facts.clearance import CHECKS
from scheduler.domain.geography import Geography
from scheduler.domain.reach import FIRST_DAY, LAST_DAY

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class FactIndex:
    """A dataset's facts by the keys that clearance asks for."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.organisations = {o.id: o for o in dataset.organisation}
        self.places = {p.id: p for p in dataset.place}
        self.sites = {s.id: s for s in dataset.site}
        self.services = {s.id: s for s in dataset.service}
        self.roles = {r.id: r for r in dataset.role}
        self.staff = {s.id: s for s in dataset.staff}
        self.contracts = {c.id: c for c in dataset.contract}
        self.shift_types = {s.id: s for s in dataset.shift_type}
        self.procedures: dict[str, Procedure] = {p.id: p for p in dataset.procedure}
        self.competencies = {c.id: c for c in dataset.competency}
        self.supplies = {s.id: s for s in dataset.temporary_supply}
        self.host = {(h.service_id, h.place_id): h.organisation_id for h in dataset.service_host}
        self.covers = {(c.role_id, c.covers_role_id) for c in dataset.role_cover} | {
            (r, r) for r in self.roles
        }
        self.split_of = {
            half: "+".join(sorted((row.id, row.split_with)))
            for row in dataset.shift_type
            if row.split_with
            for half in (row.id, row.split_with)
        }
        """Shift type -> which split duty it is a half of."""
        self.geography = Geography(dataset.site, dataset.travel_time)
        self._leave_dates: dict[str, frozenset[date]] = {}
        self._remembered: dict[Hashable, Any] = {}

    def __reduce__(self) -> tuple[type["FactIndex"], tuple[Dataset]]:
        """To another process it goes as its facts; what it remembers of them is not sent."""
        return FactIndex, (self.dataset,)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from these facts alone and is asked for again and again, made once."""
        if key not in self._remembered:
            self._remembered[key] = make()
        found: T = self._remembered[key]
        return found

    @cached_property
    def contracts_of(self) -> dict[str, list[Contract]]:
        """Staff id -> contracts, whenever they hold."""
        return _by(self.dataset.contract, "staff_id")

    @cached_property
    def _followed_on(self) -> dict[str, tuple[Contract, ...]]:
        found: dict[str, tuple[Contract, ...]] = {}
        for own in self.contracts_of.values():
            alike: dict[tuple[str, str, str], list[Contract]] = defaultdict(list)
            for contract in sorted(own, key=lambda c: (c.from_date, c.id)):
                alike[contract.organisation_id, contract.role_id, contract.kind].append(contract)
            for contracts in alike.values():
                for chain in _unbroken(contracts):
                    found |= {contract.id: chain for contract in chain}
        return found

    def followed_on(self, contract_id: str) -> tuple[Contract, ...]:
        """The contract with those of the same person, employer, role and kind that it follows on
        from, or that follow on, without a gap.

        In order of time; they count as one contract.
        """
        return self._followed_on[contract_id]

    @cached_property
    def agreements(self) -> dict[tuple[str, str], list[SharingAgreement]]:
        """By (home, host)."""
        found: dict[tuple[str, str], list[SharingAgreement]] = defaultdict(list)
        for agreement in self.dataset.sharing_agreement:
            found[agreement.home_organisation_id, agreement.host_organisation_id].append(agreement)
        return found

    @cached_property
    def passports_of(self) -> dict[str, list[Passport]]:
        """Staff id -> passports, whatever their status and dates."""
        return _by(self.dataset.passport, "staff_id")

    @cached_property
    def competencies_of(self) -> dict[str, list[StaffCompetency]]:
        """Staff id -> competencies held, whenever they hold."""
        return _by(self.dataset.staff_competency, "staff_id")

    @cached_property
    def _sign_offs_of(self) -> dict[str, list[ProcedureSignOff]]:
        return _by(self.dataset.procedure_sign_off, "staff_id")

    def sign_offs_of(self, staff_id: str) -> Sequence[ProcedureSignOff]:
        """The person's sign-offs, live or not."""
        return self._sign_offs_of.get(staff_id, ())

    @cached_property
    def leave_of(self) -> dict[str, list[Leave]]:
        """Staff id -> leave of any kind."""
        return _by(self.dataset.leave, "staff_id")

    @cached_property
    def _memberships(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for membership in self.dataset.membership:
            found[membership.collaborative_id, membership.organisation_id].append(membership)
        return found

    @cached_property
    def versions(self) -> dict[tuple[str, str], list[ProcedureVersion]]:
        """By (procedure id, organisation id)."""
        found: dict[tuple[str, str], list[ProcedureVersion]] = defaultdict(list)
        for version in self.dataset.procedure_version:
            found[version.procedure_id, version.organisation_id].append(version)
        return found

    @cached_property
    def equivalences(self) -> dict[tuple[str, str, str], list[Fact]]:
        """By (procedure id, organisation whose version is accepted, host that accepts it)."""
        found: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
        for e in self.dataset.procedure_equivalence:
            found[e.procedure_id, e.from_organisation_id, e.host_organisation_id].append(e)
        return found

    @cached_property
    def required_competencies(self) -> dict[str, list[tuple[str | None, str]]]:
        """Service -> (role or None for every role, competency)."""
        found: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
        for row in self.dataset.service_competency:
            found[row.service_id].append((row.role_id, row.competency_id))
        return found

    @cached_property
    def required_procedures(self) -> dict[str, list[str]]:
        """Service id -> ids of the procedures that it requires, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.dataset.service_procedure:
            found[row.service_id].append(row.procedure_id)
        return {service: sorted(set(procedures)) for service, procedures in found.items()}

    def leave_dates(self, staff_id: str) -> frozenset[date]:
        """Every date on which the person is away, of those on which work may lie: leave may last
        for ever.
        """
        if staff_id not in self._leave_dates:
            rows = self.leave_of.get(staff_id, ())
            self._leave_dates[staff_id] = frozenset(
                day
                for row in rows
                for day in days_between(max(row.from_date, FIRST_DAY), min(row.to_date, LAST_DAY))
            )
        return self._leave_dates[staff_id]

    @cached_property
    def _unavailable_of(self) -> dict[str, list[Unavailability]]:
        return _by(self.dataset.unavailability, "staff_id")

    @cached_property
    def patterns_of(self) -> dict[str, list[BasePattern]]:
        """Staff id -> rows of base patterns, whenever they hold."""
        return _by(self.dataset.base_pattern, "staff_id")

    def unavailable(self, staff_id: str, start: int, end: int) -> Iterator[Unavailability]:
        """The person's agreed times away that overlap [start, end)."""
        for row in self._unavailable_of.get(staff_id, ()):
            if any(
                since < end and start < until
                for since, until in unavailable_stretches(row, start, end)
            ):
                yield row

    def is_member(self, organisation_id: str, collaborative_id: str, day: date) -> bool:
        """Whether the organisation belongs to the collaborative on a day."""
        return any(
            live(m, day) for m in self._memberships.get((collaborative_id, organisation_id), ())
        )

    def version(self, procedure_id: str, organisation_id: str, day: date) -> str | None:
        """The version by which the organisation works on a day."""
        return next(
            (
                v.version
                for v in self.versions.get((procedure_id, organisation_id), ())
                if live(v, day)
            ),
            None,
        )

    def accepts(
        self, procedure_id: str, from_organisation_id: str, host_id: str, day: date
    ) -> bool:
        """Whether the host accepts a sign-off in the other organisation's version on a day."""
        rows = self.equivalences.get((procedure_id, from_organisation_id, host_id), ())
        return from_organisation_id == host_id or any(live(row, day) for row in rows)

    def may_supply(self, supply: TemporarySupply, duty: Duty) -> bool:
        """Whether the temporary supply can be called for this demand: by its host, there, for that
        role.
        """
        return (
            supply.organisation_id == duty.host_id
            and supply.place_id in (None, duty.place_id)
            and (supply.role_id, duty.demand.role_id) in self.covers
        )

    def good_passports(self, staff_id: str, duty: Duty, day: date) -> Iterator[Passport]:
        """The person's passports that are good for the duty's host on a day, by any route."""
        needed = set(CHECKS) - (set() if duty.registered else {"registration"})
        collaborative_id = self.services[duty.demand.service_id].collaborative_id
        for passport in self.passports_of.get(staff_id, ()):
            if passport.host_organisation_id is None:
                reaches = self.is_member(duty.host_id, collaborative_id, day)
            else:
                reaches = passport.host_organisation_id == duty.host_id
            if (
                reaches
                and passport.status == "active"
                and live(passport, day)
                and needed <= passport.check_set
            ):
                yield passport

    def live_agreements(self, home_id: str, duty: Duty, day: date) -> Iterator[SharingAgreement]:
        """Agreements from the home organisation to the duty's host for its service, live on
        a day.
        """
        for agreement in self.agreements.get((home_id, duty.host_id), ()):
            if agreement.service_id in (None, duty.demand.service_id) and live(agreement, day):
                yield agreement

    def agreements_of(self, shift: KnownShift) -> list[SharingAgreement]:
        """The agreements under which a known lent shift may have run: live on its start date, for
        its service and by its route.

        Where no route was recorded, by a route of which the person holds a passport for the host;
        where none is held, by any.
        """
        rows = [
            row
            for row in self.agreements.get((shift.organisation_id, shift.host_organisation_id), ())
            if live(row, shift.date)
            and (not shift.service_id or row.service_id in (None, shift.service_id))
        ]
        if shift.route:
            return [row for row in rows if row.route == shift.route]
        held = {
            passport.route
            for passport in self.passports_of.get(shift.staff_id, ())
            if passport.host_organisation_id in (None, shift.host_organisation_id)
            and passport.status == "active"
            and live(passport, shift.date)
        }
        return [row for row in rows if row.route in held] or rows

    def agreements_used(self, contract: Contract, duty: Duty) -> list[SharingAgreement]:
        """The agreements under which this lent shift may run: live on its start date, by the route
        of a good passport.
        """
        routes = {
            passport.route for passport in self.good_passports(contract.staff_id, duty, duty.date)
        }
        return [
            a
            for a in self.live_agreements(contract.organisation_id, duty, duty.date)
            if a.route in routes
        ]


def _unbroken(contracts: Sequence[Contract]) -> Iterator[tuple[Contract, ...]]:
    """Contracts in order of time, in groups in which each begins the day after the one before has
    ended.
    """
    group: list[Contract] = []
    for contract in contracts:
        if group and not (
            group[-1].to_date is not None and contract.from_date == day_after(group[-1].to_date)
        ):
            yield tuple(group)
            group = []
        group.append(contract)
    if group:
        yield tuple(group)


def _by(facts: Iterable[F], column: str) -> dict[str, list[F]]:
    found: dict[str, list[F]] = defaultdict(list)
    for fact in facts:
        found[getattr(fact, column)].append(fact)
    return found
