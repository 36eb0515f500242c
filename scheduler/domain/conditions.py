"""What keeps somebody from a piece of work: every condition of deployability, on every date that it
touches, with a sentence and who can lift it.

The same conditions for everybody at once, as vectors, are in `deployability`; a test holds the two
together.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scheduler.domain.availability import unavailability_key, unavailability_words
from scheduler.domain.barrier import Barrier, gap, live, when
from scheduler.domain.clock import dates_touched
from scheduler.domain.duty import Duty
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract, ProcedureSignOff
from scheduler.domain.facts.clearance import CHECKS
from scheduler.domain.sentence import Sentence, joined, ref, said


def barriers_of(index: FactIndex, contract: Contract, duty: Duty) -> list[Barrier]:
    """Everything that keeps the person from filling the demand through this contract; empty =
    deployable.
    """
    found: dict[tuple[str, str], Barrier] = {}
    for day in dates_touched(duty.start, duty.end):
        for barrier in _on(index, contract, duty, day):
            found.setdefault((barrier.kind, barrier.missing), barrier)
    for barrier in (*_travel(index, contract, duty), *_availability(index, contract, duty)):
        found[barrier.kind, barrier.missing] = barrier
    return list(found.values())


def _availability(index: FactIndex, contract: Contract, duty: Duty) -> Iterator[Barrier]:
    for row in index.unavailable(contract.staff_id, duty.start, duty.end):
        words = said("Cannot work then by agreement: {times}.", times=unavailability_words(row))
        yield Barrier(
            "availability",
            unavailability_key(row),
            words,
            contract.staff_id,
            row.from_date,
            row.to_date,
        )


def _on(index: FactIndex, contract: Contract, duty: Duty, day: date) -> Iterator[Barrier]:
    yield from _contract(index, contract, duty, day)
    if contract.organisation_id != duty.host_id:
        yield from _lending(index, contract, duty, day)
    yield from _competency(index, contract, duty, day)
    yield from _procedure(index, contract, duty, day)
    if day in index.leave_dates(contract.staff_id):
        yield _away(index, contract, day)


def _away(index: FactIndex, contract: Contract, day: date) -> Barrier:
    """One leave is one barrier, however many of its dates a shift touches: rows that follow on
    without a gap are one leave.
    """
    dates = index.leave_dates(contract.staff_id)
    first = last = day
    while first - timedelta(days=1) in dates:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in dates:
        last += timedelta(days=1)
    # never the kind: that somebody is away is a roster's business, why is not
    words = (
        said("On leave on {day}.", day=first)
        if first == last
        else said("On leave from {first} to {last}.", first=first, last=last)
    )
    return Barrier("leave", first.isoformat(), words, contract.organisation_id, first, last)


def _contract(index: FactIndex, contract: Contract, duty: Duty, day: date) -> Iterator[Barrier]:
    # the contract of the date on which the shift starts is worked under; one that follows on
    # carries it over midnight
    if not (
        live(contract, day)
        if day == duty.date
        else any(live(one, day) for one in index.followed_on(contract.id))
    ):
        since, until = gap([contract], day)
        words = said(
            "Contract {contract} is not live on {day}{when}.",
            contract=ref("contract", contract.id),
            day=day,
            when=when(since, until),
        )
        yield Barrier("contract", contract.id, words, contract.organisation_id, since, until)
    if (contract.role_id, duty.demand.role_id) not in index.covers:
        held, needed = (
            ref("role", role_id, index.roles[role_id].name)
            for role_id in (contract.role_id, duty.demand.role_id)
        )
        words = said("{held} does not cover the role {needed}.", held=held, needed=needed)
        yield Barrier("contract", duty.demand.role_id, words, contract.organisation_id)


def _lending(index: FactIndex, contract: Contract, duty: Duty, day: date) -> Iterator[Barrier]:
    home, host, person = contract.organisation_id, duty.host_id, index.staff[contract.staff_id]
    routes: set[str] = {agreement.route for agreement in index.live_agreements(home, duty, day)}
    good = {passport.route for passport in index.good_passports(person.id, duty, day)}
    hint = said("")
    if any(
        c.organisation_id == host
        and live(c, day)
        and (c.role_id, duty.demand.role_id) in index.covers
        for c in index.contracts_of[person.id]
    ):
        hint = said(
            " Another contract of the person, with {host} itself, needs neither agreement nor"
            " passport.",
            host=ref("organisation", host),
        )
    if not routes:
        rows = [
            a
            for a in index.agreements.get((home, host), ())
            if a.service_id in (None, duty.demand.service_id)
        ]
        since, until = gap(rows, day)
        service = index.services[duty.demand.service_id]
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
        yield _passport_barrier(index, contract, duty, day, routes, hint)
    if person.may_be_lent_to(host):
        return
    if not person.accepts_other_hosts:
        yield Barrier("consent", host, said("Has not agreed to work for other hosts."), person.id)
    else:
        words = said(
            "Has agreed to work for other hosts, but not for {host}.",
            host=ref("organisation", host),
        )
        yield Barrier("consent", host, words, person.id)


def _passport_barrier(
    index: FactIndex, contract: Contract, duty: Duty, day: date, routes: set[str], hint: Sentence
) -> Barrier:
    """Why no passport by one of these routes (any, where there are none) is good for the host
    on a day.
    """
    host = duty.host_id
    near = [
        p
        for p in index.passports_of.get(contract.staff_id, ())
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


def _competency(index: FactIndex, contract: Contract, duty: Duty, day: date) -> Iterator[Barrier]:
    held = index.competencies_of.get(contract.staff_id, ())
    for role_id, competency_id in index.required_competencies.get(duty.demand.service_id, ()):
        if role_id not in (None, duty.demand.role_id):
            continue
        own = [row for row in held if row.competency_id == competency_id]
        if not any(live(row, day) for row in own):
            since, until = gap(own, day)
            wanted = ref("competency", competency_id, index.competencies[competency_id].name)
            words = said(
                "Does not hold {competency} on {day}{when}.",
                competency=wanted,
                day=day,
                when=when(since, until),
            )
            yield Barrier(
                "competency", competency_id, words, contract.organisation_id, since, until
            )


def _procedure(index: FactIndex, contract: Contract, duty: Duty, day: date) -> Iterator[Barrier]:
    for procedure_id in index.required_procedures.get(duty.demand.service_id, ()):
        own = [
            row for row in index.sign_offs_of(contract.staff_id) if row.procedure_id == procedure_id
        ]
        if any(_sign_off_counts(index, row, duty.host_id, day) for row in own):
            continue
        since, until = _sign_off_gap(index, own, duty.host_id, day)
        wanted = index.version(procedure_id, duty.host_id, day)
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
            procedure=ref("procedure", procedure_id, index.procedures[procedure_id].name),
            host=ref("organisation", duty.host_id),
            day=day,
            wanted=wanted or "no version",
            signed=joined(sorted(signed), ", ") or "none",
            when=when(since, until),
        )
        yield Barrier("procedure", procedure_id, words, duty.host_id, since, until)


def _sign_off_gap(
    index: FactIndex, sign_offs: Sequence[ProcedureSignOff], host_id: str, day: date
) -> tuple[date | None, date | None]:
    """Since and until when none of the sign-offs counts: a sign-off is as long as itself, its
    version and its acceptance.
    """
    since: list[date] = []
    until: list[date] = []
    for row in sign_offs:
        procedure, owner = row.procedure_id, row.organisation_id
        versions = [
            v for v in index.versions.get((procedure, owner), ()) if v.version == row.version
        ]
        accepted = (
            [] if owner == host_id else index.equivalences.get((procedure, owner, host_id), [])
        )
        for facts in ([row], versions, accepted):
            if not any(live(fact, day) for fact in facts):
                lapsed, begins = gap(facts, day)
                since += [lapsed] if lapsed else []
                until += [begins] if begins else []
    return max(since, default=None), min(until, default=None)


def _sign_off_counts(index: FactIndex, sign_off: ProcedureSignOff, host_id: str, day: date) -> bool:
    procedure_id = sign_off.procedure_id
    organisation_id = sign_off.organisation_id
    return (
        live(sign_off, day)
        and index.version(procedure_id, organisation_id, day) == sign_off.version
        and index.accepts(procedure_id, organisation_id, host_id, day)
    )


def _travel(index: FactIndex, contract: Contract, duty: Duty) -> Iterator[Barrier]:
    person = index.staff[contract.staff_id]
    minutes = index.geography.minutes(person.home_site_id, duty.demand.site_id)
    if person.max_travel_minutes is not None and minutes > person.max_travel_minutes:
        words = said(
            "The journey from home takes {takes} min; the person accepts {most} min.",
            takes=f"{minutes:.0f}",
            most=f"{person.max_travel_minutes:g}",
        )
        yield Barrier("travel", duty.demand.site_id, words, person.id)
