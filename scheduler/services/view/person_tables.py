"""One person's view: shifts, what they hold, time off and wishes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from scheduler.domain.access import members
from scheduler.domain.clock import is_night, minute, monday
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.duty import asleep_in
from scheduler.domain.facts import LONDON, ShiftType
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks, employers
from scheduler.services.view.roster_tables import NAMED, Names, shift_hours
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

SHIFT_COLUMNS = (
    "day",
    "start",
    "end",
    "hours",
    "site",
    "place",
    "service",
    "role",
    "host",
    "employer",
    "lent",
    "route",
    "contract",
    "pay",
    "night",
    "roster_id",
    "demand_id",
    "with_me",
)


@asks("see_people", person="staff_id", looks=True)
def published_shifts(
    repository: Repository, staff_id: str, first: date, last: date
) -> pd.DataFrame:
    """One person's shifts in published rosters of every collaborative that start from `first` to
    `last`, in order of time. `with_me`: names of who is on duty there for the same service, with
    from when to when where that is not the whole shift.
    """
    names = Names.of(
        {
            file: repository.facts(file)
            for file in ("organisation", "place", "site", "service", "role", "staff")
        }
    )
    kinds = {
        kind.id: kind for kind in repository.facts("shift_type") if isinstance(kind, ShiftType)
    }
    rows: list[tuple[Any, ...]] = []
    for header, lines in repository.published(staff_ids={staff_id}, first=first, last=last):
        for line in lines:
            start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
            if first <= start.date() <= last:
                rows.append(
                    (
                        start.date(),
                        start,
                        end,
                        line.paid_minutes / 60,
                        names("site", line.site_id),
                        names("place", line.place_id),
                        names("service", line.service_id),
                        names("role", line.role_id),
                        names("organisation", line.host_organisation_id),
                        names("organisation", line.employer_organisation_id),
                        line.employer_organisation_id != line.host_organisation_id,
                        (line.route or "").replace("_", " "),
                        line.contract_id or "",
                        line.pay,
                        is_night(
                            minute(start),
                            minute(end),
                            asleep_in(minute(start), kinds.get(line.shift_type_id or "")),
                        ),
                        header.id,
                        line.demand_id,
                        tuple(
                            sorted(on_duty_with(line, repository.beside(header.id, line), names))
                        ),
                    )
                )
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows, columns=list(SHIFT_COLUMNS))


def on_duty_with(
    own: AssignmentLine, lines: Iterable[AssignmentLine], names: Names
) -> Iterator[str]:
    """Who works at the same time for the same service at the same site."""
    for line in lines:
        if (line.service_id, line.site_id) != (own.service_id, own.site_id):
            continue
        if line.staff_id == own.staff_id or line.start >= own.end or own.start >= line.end:
            continue
        who = names("staff", line.staff_id) if line.staff_id else f"{line.pay} worker"
        begin, end = (at.astimezone(LONDON) for at in (line.start, line.end))
        part = line.start > own.start or line.end < own.end
        yield f"{who} ({begin:%H:%M} to {end:%H:%M})" if part else who


@dataclass(frozen=True)
class AskedShift:
    """A shift of a published roster that somebody may ask about."""

    roster_id: str
    demand_id: str


@asks("see_people", person="staff_id")
def published_weeks(repository: Repository, staff_id: str) -> list[date]:
    """Mondays of the weeks in which anything is published by a collaborative to which one of the
    person's employers belongs, or in which they work.
    """
    return sorted(
        {monday(day) for header in _theirs(repository, staff_id) for day in header.in_force}
    )


@asks("see_people", person="staff_id")
def shifts_to_ask_about(
    repository: Repository, staff_id: str, first: date, last: date
) -> list[AskedShift]:
    """Every shift of the published rosters that may concern a person, in these dates: whose they
    are is not said.
    """
    found = []
    for header in _theirs(repository, staff_id):
        if header.status != "published" or header.start > last or header.last < first:
            continue
        dataset = repository.snapshot(header.id)
        services = frozenset(
            row.id for row in dataset.service if row.collaborative_id == header.collaborative_id
        )
        begin, end = max(first, header.start), min(last, header.last)
        rows = demand_in_period(dataset, begin, (end - begin).days + 1, services)
        hours = {row.id: shift_hours(row) for row in dataset.shift_type}
        found += [
            AskedShift(header.id, row.id)
            for row in sorted(
                rows,
                key=lambda row: (row.date, hours[row.shift_type_id], row.service_id, row.site_id),
            )
        ]
    return found


def _theirs(repository: Repository, staff_id: str) -> list[RosterHeader]:
    at = employers(repository, [staff_id])[staff_id]
    rows, today = repository.book.memberships(), date.today()
    near = {
        row.collaborative_id
        for row in rows
        if not members(rows, row.collaborative_id, today).isdisjoint(at)
    }
    works = {header.id for header, lines in repository.published(staff_ids={staff_id}) if lines}
    return [
        header
        for header in repository.rosters()
        if header.status == "published" and (header.collaborative_id in near or header.id in works)
    ]


@dataclass(frozen=True)
class Held:
    """Something a person holds for a time. Rows with the same `kind` and `key` follow each other: a
    renewal is the next row.
    """

    kind: str
    key: tuple[str | None, ...]
    name: str
    who: str
    since: date
    until: date | None

    def renewed_by(self, other: "Held") -> bool:
        """Whether the other is of the same thing, goes on without a gap, and lasts longer."""
        if self.until is None or (self.kind, self.key) != (other.kind, other.key):
            return False
        return other.since <= self.until + timedelta(days=1) and (
            other.until is None or other.until > self.until
        )


def held_by(dataset: Dataset, staff_id: str) -> list[Held]:
    """Contracts, active passports, competencies and sign-offs of a person; `who` can renew each."""
    names = Names.of({file: dataset.rows(file) for file in NAMED})
    contracts = [row for row in dataset.contract if row.staff_id == staff_id]
    employers = ", ".join(sorted({names.organisation(row.organisation_id) for row in contracts}))
    found = [
        Held(
            "contract",
            (row.id,),
            f"{row.id}, {names.organisation(row.organisation_id)}",
            names.organisation(row.organisation_id),
            row.from_date,
            row.to_date,
        )
        for row in contracts
    ]
    for passport in dataset.passport:
        if passport.staff_id == staff_id and passport.status == "active":
            host = names.organisation(passport.host_organisation_id) or "every member"
            name = f"{passport.route.replace('_', ' ')}, for {host}"
            found.append(
                Held(
                    "passport",
                    (passport.route, passport.host_organisation_id),
                    name,
                    employers,
                    passport.valid_from,
                    passport.valid_to,
                )
            )
    found += [
        Held(
            "competency",
            (row.competency_id,),
            names("competency", row.competency_id),
            employers,
            row.valid_from,
            row.valid_to,
        )
        for row in dataset.staff_competency
        if row.staff_id == staff_id
    ]
    found += [
        Held(
            "sign-off",
            (row.procedure_id, row.organisation_id, row.version),
            f"{names('procedure', row.procedure_id)}, {row.version}",
            names.organisation(row.organisation_id),
            row.valid_from,
            row.valid_to,
        )
        for row in dataset.procedure_sign_off
        if row.staff_id == staff_id
    ]
    return found


def time_off(dataset: Dataset, staff_id: str, first: date, last: date) -> pd.DataFrame:
    """Leave that touches the dates."""
    rows = [
        (row.from_date, row.to_date, row.kind)
        for row in dataset.leave
        if row.staff_id == staff_id and row.from_date <= last and row.to_date >= first
    ]
    return pd.DataFrame(sorted(rows), columns=["from_date", "to_date", "kind"])


def wishes(dataset: Dataset, staff_id: str, first: date, last: date) -> pd.DataFrame:
    """Wishes for or against work on the dates, in words."""
    shift = {row.id: row.name for row in dataset.shift_type}
    rows = [
        (
            row.date,
            "would like" if row.weight > 0 else "would rather not",
            shift.get(row.shift_type_id or "", "any work"),
            row.weight,
        )
        for row in dataset.preference
        if row.staff_id == staff_id and first <= row.date <= last
    ]
    rows.sort(key=lambda row: row[:3])
    return pd.DataFrame(rows, columns=["day", "wish", "shift", "weight"])
