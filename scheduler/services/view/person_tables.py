"""One person's view: shifts, what expires, time off and wishes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from scheduler.domain.clock import is_night, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import asleep_in
from scheduler.domain.facts import LONDON, ShiftType
from scheduler.services.accounts.gate import asks
from scheduler.services.view.roster_tables import NAMED, Names
from scheduler.storage.repository import Repository

EXPIRY_DAYS = 90

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
)
EXPIRY_COLUMNS = ("what", "name", "until", "days_left", "who")


@asks("see_people", person="staff_id", looks=True)
def published_shifts(
    repository: Repository, staff_id: str, first: date, last: date
) -> pd.DataFrame:
    """One person's shifts in published rosters of every collaborative that start from `first` to
    `last`, in order of time.
    """
    names = Names.of(
        {
            file: repository.facts(file)
            for file in ("organisation", "place", "site", "service", "role")
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
                    )
                )
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows, columns=list(SHIFT_COLUMNS))


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


def expiries(dataset: Dataset, staff_id: str, on: date, days: int = EXPIRY_DAYS) -> pd.DataFrame:
    """What a person holds on a date that ends within so many days of it, unless it is renewed
    without a gap.
    """
    held = held_by(dataset, staff_id)
    rows: set[tuple[str, str, date, int, str]] = {
        (one.kind, one.name, one.until, (one.until - on).days, one.who)
        for one in held
        if one.until is not None
        and one.since <= on <= one.until <= on + timedelta(days=days)
        and not any(one.renewed_by(other) for other in held)
    }
    ordered = sorted(rows, key=lambda row: (row[2], row[0], row[1]))
    return pd.DataFrame(ordered, columns=list(EXPIRY_COLUMNS))


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
