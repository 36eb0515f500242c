"""One dataset from a shape, a number of staff and a seed: every file of the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from scheduler.synthetic import catalogue
from scheduler.synthetic.clearance import Clearance
from scheduler.synthetic.county import county_shape
from scheduler.synthetic.demand import make_demand
from scheduler.synthetic.dense import clear_everybody
from scheduler.synthetic.history import make_history
from scheduler.synthetic.leave import make_leave
from scheduler.synthetic.nature import USUAL, CollaborativeNature
from scheduler.synthetic.shape import Agreement, Shape, SyntheticScheme
from scheduler.synthetic.supply import add_supply
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.wishes import add_pins, add_preferences
from scheduler.synthetic.workforce import add_workforce, make_workforce

DEFAULT_START: Final = date(2027, 1, 11)
LEAST_STAFF: Final = 5


def generate(
    staff: int,
    seed: int,
    shape: Shape | None = None,
    start: date = DEFAULT_START,
    *,
    nature: CollaborativeNature = USUAL,
) -> dict[str, list[dict[str, str]]]:
    """Rows by file stem, as they stand in the CSV files; the same arguments always give the same
    rows.

    `shape`: an existing collaborative; without one a fictional county of that many staff. `start`:
    the Monday of the week. `nature`: what sets it apart from the usual. Raises ValueError for fewer
    than five staff or a start that is no Monday.
    """
    if staff < LEAST_STAFF:
        raise ValueError(f"staff is {staff}, must be at least {LEAST_STAFF}")
    if start.isoweekday() != 1:
        raise ValueError(f"start is {start}, must be a Monday")
    shape = shape or county_shape(staff, seed, start, nature.employers)
    shape = replace(
        shape,
        agreements=tuple(
            _limited(agreement, nature.agreement_hours) for agreement in shape.agreements
        ),
    )
    tables = Tables()
    _add_catalogue(shape, tables)
    _add_shape(shape, tables)
    _add_requirements(shape, tables)
    if shape.scheme is not None:
        _add_scheme(shape.collaborative_id, shape.scheme, tables)
    for target in shape.targets:
        tables.add(
            "target",
            target.measure,
            None,
            target.at_least,
            target.at_most,
            target.source,
            target.source_date,
            target.from_date,
            target.to_date,
            target.confirmed,
        )
    # every part draws from a stream of its own: a change in one leaves the others as they were
    stream = {
        part: Random(f"{seed}/{part}")
        for part in ("staff", "past", "leave", "demand", "clear", "wish", "supply")
    }
    people = make_workforce(shape, staff, start, nature, stream["staff"])
    add_workforce(tables, people)
    last = make_history(shape, people, start, stream["past"], tables)
    leaves = make_leave(people, last, start, stream["leave"])
    for leave in leaves:
        tables.add("leave", leave.staff_id, leave.from_date, leave.to_date, leave.kind)
    rows = make_demand(shape, people, leaves, start, nature, stream["demand"], tables)
    clearance = Clearance(shape, start, nature, stream["clear"], tables)
    clearance.add(people)
    add_preferences(people, start, stream["wish"], tables)
    add_pins(people, rows, clearance.flawless, leaves, last, start, tables)
    add_supply(shape, people, nature.supply, stream["supply"], tables)
    if nature.dense:
        clear_everybody(tables, start)
    return tables.rows


def _limited(agreement: Agreement, hours: float | None) -> Agreement:
    """An agreement that lends at most so many hours a week, or fewer where it says so itself."""
    if hours is None:
        return agreement
    return replace(agreement, max_hours_per_week=min(hours, agreement.max_hours_per_week or hours))


def _add_catalogue(shape: Shape, tables: Tables) -> None:
    """What is the same in every dataset."""
    for role in catalogue.ROLES:
        tables.add("role", role.id, role.name, role.staff_group, role.band)
    for role_id, covered in catalogue.ROLE_COVER:
        tables.add("role_cover", role_id, covered)
    for shift in catalogue.SHIFT_TYPES:
        tables.add("shift_type", shift.id, shift.name, shift.start, shift.end, shift.unpaid_break)
    for enhancement in catalogue.ENHANCEMENTS:
        tables.add("enhancement", *enhancement)
    for competency in catalogue.COMPETENCIES:
        tables.add(
            "competency", f"{shape.shared_prefix}{competency.key}", competency.name, competency.kind
        )
    for key, name in catalogue.PROCEDURES:
        tables.add("procedure", f"{shape.shared_prefix}{key}", name)


def _add_shape(shape: Shape, tables: Tables) -> None:
    """Organisations, geography, services, versions and agreements."""
    tables.add("collaborative", shape.collaborative_id, shape.name)
    for organisation in shape.organisations:
        tables.add("organisation", organisation.id, organisation.name, organisation.kind)
        if organisation.joined:
            tables.add(
                "membership",
                shape.collaborative_id,
                organisation.id,
                organisation.joined,
                organisation.left,
            )
    for place in shape.places:
        tables.add(
            "place",
            place.id,
            shape.collaborative_id,
            place.name,
            place.population,
            place.need_weight,
        )
    for site in shape.sites:
        tables.add(
            "site", site.id, site.name, site.place_id, site.postcode, site.latitude, site.longitude
        )
    for travel_time in shape.travel_times:
        tables.add("travel_time", *travel_time)
    for service in shape.services:
        tables.add("service", service.id, shape.collaborative_id, service.name)
    for host in shape.hosts:
        tables.add("service_host", *host)
    for version in shape.versions:
        tables.add(
            "procedure_version",
            version.procedure_id,
            version.organisation_id,
            version.version,
            version.from_date,
            version.to_date,
        )
    for same in shape.equivalences:
        tables.add(
            "procedure_equivalence",
            same.procedure_id,
            same.from_organisation_id,
            same.host_organisation_id,
            same.from_date,
            same.to_date,
            same.concordat,
        )
    for agreement in shape.agreements:
        tables.add(
            "sharing_agreement",
            agreement.home_organisation_id,
            agreement.host_organisation_id,
            agreement.route,
            agreement.service_id,
            agreement.from_date,
            agreement.to_date,
            agreement.max_hours_per_week,
            agreement.recharge_percent,
        )
    for identity, name in shape.inductions:
        tables.add("competency", identity, name, "mandatory")


def _add_scheme(collaborative_id: str, scheme: SyntheticScheme, tables: Tables) -> None:
    """Who approves rosters, how long they have, and whom people at work call."""
    tables.add(
        "approval_scheme",
        collaborative_id,
        scheme.notice_days,
        scheme.answer_days,
        scheme.unseen_hours,
    )
    for post in scheme.posts:
        tables.add(
            "approval_post",
            post.id,
            post.name,
            collaborative_id,
            post.power,
            post.organisation_id,
            post.most_hours,
            post.most_pounds,
            post.deputy_for,
        )
    for organisation_id, name, phone in scheme.desks:
        tables.add("service_contact", organisation_id, None, None, name, phone)


def _add_requirements(shape: Shape, tables: Tables) -> None:
    """Competencies and procedures that each service asks for."""
    for service in shape.services:
        for key in service.kind.mandatory:
            tables.add("service_competency", service.id, None, f"{shape.shared_prefix}{key}")
        for identity in service.inductions:
            tables.add("service_competency", service.id, None, identity)
        for post in service.kind.posts:
            role = catalogue.ROLE[post.role_id]
            keys = list(service.kind.required(role.id))
            if role.registered:
                keys.insert(0, catalogue.REGISTRATION[role.staff_group])
            for key in keys:
                tables.add("service_competency", service.id, role.id, f"{shape.shared_prefix}{key}")
        for procedure in service.kind.procedures:
            tables.add("service_procedure", service.id, f"{shape.shared_prefix}{procedure}")
