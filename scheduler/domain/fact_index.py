"""The conditions under which one person may fill one demand, stated one person, one demand, one
date at a time.

This is the plain statement of the data contract: it explains each barrier and checks finished
rosters. scheduler.domain.deployability states the same for everybody at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from scheduler.domain.availability import (
    unavailability_key,
    unavailability_words,
    unavailable_stretches,
)
from scheduler.domain.barrier import Barrier, gap, live, when
from scheduler.domain.clock import dates_touched, day_after, days_between
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import (
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
from scheduler.domain.sentence import Sentence, joined, ref, said

if TYPE_CHECKING:
    from scheduler.domain.duty import Duty, KnownShift

F = TypeVar("F", bound=Fact)


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

    def __reduce__(self) -> tuple[type["FactIndex"], tuple[Dataset]]:
        """To another process it goes as its facts; what it remembers of them is not sent."""
        return FactIndex, (self.dataset,)

    @cached_property
    def contracts_of(self) -> dict[str, list[Contract]]:
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
        return _by(self.dataset.passport, "staff_id")

    @cached_property
    def _competencies_of(self) -> dict[str, list[StaffCompetency]]:
        return _by(self.dataset.staff_competency, "staff_id")

    @cached_property
    def _sign_offs_of(self) -> dict[str, list[ProcedureSignOff]]:
        return _by(self.dataset.procedure_sign_off, "staff_id")

    def sign_offs_of(self, staff_id: str) -> Sequence[ProcedureSignOff]:
        """The person's sign-offs, live or not."""
        return self._sign_offs_of.get(staff_id, ())

    @cached_property
    def _leave_of(self) -> dict[str, list[Leave]]:
        return _by(self.dataset.leave, "staff_id")

    @cached_property
    def _memberships(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for membership in self.dataset.membership:
            found[membership.collaborative_id, membership.organisation_id].append(membership)
        return found

    @cached_property
    def _versions(self) -> dict[tuple[str, str], list[ProcedureVersion]]:
        found: dict[tuple[str, str], list[ProcedureVersion]] = defaultdict(list)
        for version in self.dataset.procedure_version:
            found[version.procedure_id, version.organisation_id].append(version)
        return found

    @cached_property
    def _equivalences(self) -> dict[tuple[str, str, str], list[Fact]]:
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
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.dataset.service_procedure:
            found[row.service_id].append(row.procedure_id)
        return {service: sorted(set(procedures)) for service, procedures in found.items()}

    def leave_dates(self, staff_id: str) -> frozenset[date]:
        """Every date on which the person is away, of those on which work may lie: leave may last
        for ever.
        """
        if staff_id not in self._leave_dates:
            rows = self._leave_of.get(staff_id, ())
            self._leave_dates[staff_id] = frozenset(
                day
                for row in rows
                for day in days_between(max(row.from_date, FIRST_DAY), min(row.to_date, LAST_DAY))
            )
        return self._leave_dates[staff_id]

    @cached_property
    def _unavailable_of(self) -> dict[str, list[Unavailability]]:
        return _by(self.dataset.unavailability, "staff_id")

    def unavailable(self, staff_id: str, start: int, end: int) -> Iterator[Unavailability]:
        """The person's agreed times away that overlap [start, end)."""
        for row in self._unavailable_of.get(staff_id, ()):
            if any(
                since < end and start < until
                for since, until in unavailable_stretches(row, start, end)
            ):
                yield row

    def is_member(self, organisation_id: str, collaborative_id: str, day: date) -> bool:
        return any(
            live(m, day) for m in self._memberships.get((collaborative_id, organisation_id), ())
        )

    def version(self, procedure_id: str, organisation_id: str, day: date) -> str | None:
        """The version by which the organisation works on a day."""
        return next(
            (
                v.version
                for v in self._versions.get((procedure_id, organisation_id), ())
                if live(v, day)
            ),
            None,
        )

    def accepts(
        self, procedure_id: str, from_organisation_id: str, host_id: str, day: date
    ) -> bool:
        """Whether the host accepts a sign-off in the other organisation's version on a day."""
        rows = self._equivalences.get((procedure_id, from_organisation_id, host_id), ())
        return from_organisation_id == host_id or any(live(row, day) for row in rows)

    def may_supply(self, supply: TemporarySupply, duty: "Duty") -> bool:
        """Whether the temporary supply can be called for this demand: by its host, there, for that
        role.
        """
        return (
            supply.organisation_id == duty.host_id
            and supply.place_id in (None, duty.place_id)
            and (supply.role_id, duty.demand.role_id) in self.covers
        )

    def good_passports(self, staff_id: str, duty: "Duty", day: date) -> Iterator[Passport]:
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

    def live_agreements(self, home_id: str, duty: "Duty", day: date) -> Iterator[SharingAgreement]:
        """Agreements from the home organisation to the duty's host for its service, live on
        a day.
        """
        for agreement in self.agreements.get((home_id, duty.host_id), ()):
            if agreement.service_id in (None, duty.demand.service_id) and live(agreement, day):
                yield agreement

    def agreements_of(self, shift: "KnownShift") -> list[SharingAgreement]:
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

    def agreements_used(self, contract: Contract, duty: "Duty") -> list[SharingAgreement]:
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

    def barriers(self, contract: Contract, duty: "Duty") -> list[Barrier]:
        """Everything that keeps the person from filling the demand through this contract; empty =
        deployable.
        """
        found: dict[tuple[str, str], Barrier] = {}
        for day in dates_touched(duty.start, duty.end):
            for barrier in self._on(contract, duty, day):
                found.setdefault((barrier.kind, barrier.missing), barrier)
        for barrier in (*self._travel(contract, duty), *self._availability(contract, duty)):
            found[barrier.kind, barrier.missing] = barrier
        return list(found.values())

    def _availability(self, contract: Contract, duty: "Duty") -> Iterator[Barrier]:
        for row in self.unavailable(contract.staff_id, duty.start, duty.end):
            words = said("Cannot work then by agreement: {times}.", times=unavailability_words(row))
            yield Barrier(
                "availability",
                unavailability_key(row),
                words,
                contract.staff_id,
                row.from_date,
                row.to_date,
            )

    def _on(self, contract: Contract, duty: "Duty", day: date) -> Iterator[Barrier]:
        yield from self._contract(contract, duty, day)
        if contract.organisation_id != duty.host_id:
            yield from self._lending(contract, duty, day)
        yield from self._competency(contract, duty, day)
        yield from self._procedure(contract, duty, day)
        if day in self.leave_dates(contract.staff_id):
            yield self._away(contract, day)

    def _away(self, contract: Contract, day: date) -> Barrier:
        """One leave is one barrier, however many of its dates a shift touches: rows that follow on
        without a gap are one leave.
        """
        dates = self.leave_dates(contract.staff_id)
        first = last = day
        while first - timedelta(days=1) in dates:
            first -= timedelta(days=1)
        while last + timedelta(days=1) in dates:
            last += timedelta(days=1)
        rows = [
            row
            for row in self._leave_of[contract.staff_id]
            if row.from_date <= last and first <= row.to_date
        ]
        kinds = joined((ref("term", kind) for kind in sorted({row.kind for row in rows})), ", ")
        words = (
            said("On leave ({kinds}) on {day}.", kinds=kinds, day=first)
            if first == last
            else said(
                "On leave ({kinds}) from {first} to {last}.", kinds=kinds, first=first, last=last
            )
        )
        return Barrier("leave", first.isoformat(), words, contract.organisation_id, first, last)

    def _contract(self, contract: Contract, duty: "Duty", day: date) -> Iterator[Barrier]:
        # the contract of the date on which the shift starts is worked under; one that follows on
        # carries it over midnight
        if not (
            live(contract, day)
            if day == duty.date
            else any(live(one, day) for one in self.followed_on(contract.id))
        ):
            since, until = gap([contract], day)
            words = said(
                "Contract {contract} is not live on {day}{when}.",
                contract=ref("contract", contract.id),
                day=day,
                when=when(since, until),
            )
            yield Barrier("contract", contract.id, words, contract.organisation_id, since, until)
        if (contract.role_id, duty.demand.role_id) not in self.covers:
            held, needed = (
                ref("role", role_id, self.roles[role_id].name)
                for role_id in (contract.role_id, duty.demand.role_id)
            )
            words = said("{held} does not cover the role {needed}.", held=held, needed=needed)
            yield Barrier("contract", duty.demand.role_id, words, contract.organisation_id)

    def _lending(self, contract: Contract, duty: "Duty", day: date) -> Iterator[Barrier]:
        home, host, person = contract.organisation_id, duty.host_id, self.staff[contract.staff_id]
        routes: set[str] = {agreement.route for agreement in self.live_agreements(home, duty, day)}
        good = {passport.route for passport in self.good_passports(person.id, duty, day)}
        hint = said("")
        if any(
            c.organisation_id == host
            and live(c, day)
            and (c.role_id, duty.demand.role_id) in self.covers
            for c in self.contracts_of[person.id]
        ):
            hint = said(
                " Another contract of the person, with {host} itself, needs neither agreement nor"
                " passport.",
                host=ref("organisation", host),
            )
        if not routes:
            rows = [
                a
                for a in self.agreements.get((home, host), ())
                if a.service_id in (None, duty.demand.service_id)
            ]
            since, until = gap(rows, day)
            service = self.services[duty.demand.service_id]
            words = said(
                "No agreement under which {home} lends staff to {host} for {service} on"
                " {day}{when}.{hint}",
                home=ref("organisation", home),
                host=ref("organisation", host),
                service=ref("service", service.id, service.name),
                day=day,
                when=when(since, until),
                hint=hint,
            )
            yield Barrier("agreement", f"{home}>{host}", words, host, since, until)
        if not (routes & good if routes else good):
            yield self._passport_barrier(contract, duty, day, routes, hint)
        if not person.accepts_other_hosts:
            yield Barrier(
                "consent", host, said("Has not agreed to work for other hosts."), person.id
            )

    def _passport_barrier(
        self, contract: Contract, duty: "Duty", day: date, routes: set[str], hint: Sentence
    ) -> Barrier:
        """Why no passport by one of these routes (any, where there are none) is good for the host
        on a day.
        """
        host = duty.host_id
        near = [
            p
            for p in self.passports_of.get(contract.staff_id, ())
            if (not routes or p.route in routes) and p.host_organisation_id in (None, host)
        ]
        needed = [check for check in CHECKS if duty.registered or check != "registration"]
        reasons = []
        for passport in near:
            lacking = [check for check in needed if check not in passport.check_set]
            route = ref("term", passport.route)
            if passport.status != "active":
                reasons.append(said("{route} is {status}", route=route, status=passport.status))
            elif not live(passport, day):
                last = passport.valid_to or "open"
                reasons.append(
                    said(
                        "{route} is valid {first} to {last}",
                        route=route,
                        first=passport.valid_from,
                        last=last,
                    )
                )
            elif lacking:
                checks = joined((ref("term", check) for check in lacking), ", ")
                reasons.append(said("{route} lacks {checks}", route=route, checks=checks))
            else:
                member = ref("organisation", host)
                reasons.append(
                    said(
                        "{route} is for members, and {host} is not one on {day}",
                        route=route,
                        host=member,
                        day=day,
                    )
                )
        since, until = gap([p for p in near if p.status == "active"], day)
        by = (
            said(
                " by {routes}",
                routes=joined((ref("term", route) for route in sorted(routes)), " or "),
            )
            if routes
            else said("")
        )
        words = said(
            "No passport{by} good for {host} on {day}: {reasons}.{hint}",
            by=by,
            host=ref("organisation", host),
            day=day,
            reasons=joined(sorted(set(reasons)), "; ") or "holds none",
            hint=hint,
        )
        return Barrier("passport", host, words, contract.organisation_id, since, until)

    def _competency(self, contract: Contract, duty: "Duty", day: date) -> Iterator[Barrier]:
        held = self._competencies_of.get(contract.staff_id, ())
        for role_id, competency_id in self.required_competencies.get(duty.demand.service_id, ()):
            if role_id not in (None, duty.demand.role_id):
                continue
            own = [row for row in held if row.competency_id == competency_id]
            if not any(live(row, day) for row in own):
                since, until = gap(own, day)
                wanted = ref("competency", competency_id, self.competencies[competency_id].name)
                words = said(
                    "Does not hold {competency} on {day}{when}.",
                    competency=wanted,
                    day=day,
                    when=when(since, until),
                )
                yield Barrier(
                    "competency", competency_id, words, contract.organisation_id, since, until
                )

    def _procedure(self, contract: Contract, duty: "Duty", day: date) -> Iterator[Barrier]:
        for procedure_id in self.required_procedures.get(duty.demand.service_id, ()):
            own = [
                row
                for row in self._sign_offs_of.get(contract.staff_id, ())
                if row.procedure_id == procedure_id
            ]
            if any(self._sign_off_counts(row, duty.host_id, day) for row in own):
                continue
            since, until = self._sign_off_gap(own, duty.host_id, day)
            wanted = self.version(procedure_id, duty.host_id, day)
            signed = {
                said(
                    "{by} {version}",
                    by=ref("organisation", row.organisation_id),
                    version=row.version,
                )
                for row in own
            }
            words = said(
                "No sign-off for {procedure} that {host} accepts on {day} (works by {wanted};"
                " signed off: {signed}){when}.",
                procedure=ref("procedure", procedure_id, self.procedures[procedure_id].name),
                host=ref("organisation", duty.host_id),
                day=day,
                wanted=wanted or "no version",
                signed=joined(sorted(signed), ", ") or "none",
                when=when(since, until),
            )
            yield Barrier("procedure", procedure_id, words, duty.host_id, since, until)

    def _sign_off_gap(
        self, sign_offs: Sequence[ProcedureSignOff], host_id: str, day: date
    ) -> tuple[date | None, date | None]:
        """Since and until when none of the sign-offs counts: a sign-off is as long as itself, its
        version and its acceptance.
        """
        since: list[date] = []
        until: list[date] = []
        for row in sign_offs:
            procedure, owner = row.procedure_id, row.organisation_id
            versions = [
                v for v in self._versions.get((procedure, owner), ()) if v.version == row.version
            ]
            accepted = (
                [] if owner == host_id else self._equivalences.get((procedure, owner, host_id), [])
            )
            for facts in ([row], versions, accepted):
                if not any(live(fact, day) for fact in facts):
                    lapsed, begins = gap(facts, day)
                    since += [lapsed] if lapsed else []
                    until += [begins] if begins else []
        return max(since, default=None), min(until, default=None)

    def _sign_off_counts(self, sign_off: ProcedureSignOff, host_id: str, day: date) -> bool:
        procedure_id = sign_off.procedure_id
        organisation_id = sign_off.organisation_id
        return (
            live(sign_off, day)
            and self.version(procedure_id, organisation_id, day) == sign_off.version
            and self.accepts(procedure_id, organisation_id, host_id, day)
        )

    def _travel(self, contract: Contract, duty: "Duty") -> Iterator[Barrier]:
        person = self.staff[contract.staff_id]
        minutes = self.geography.minutes(person.home_site_id, duty.demand.site_id)
        if person.max_travel_minutes is not None and minutes > person.max_travel_minutes:
            words = said(
                "The journey from home takes {takes} min; the person accepts {most} min.",
                takes=f"{minutes:.0f}",
                most=f"{person.max_travel_minutes:g}",
            )
            yield Barrier("travel", duty.demand.site_id, words, person.id)


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
