"""A stored roster as tables for people to read: by person, by service and place, coverage,
vacancies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from scheduler.domain.clock import is_night, minute, monday
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.duty import asleep_in, hours_of
from scheduler.domain.facts import LONDON, Demand, DemandTemplate, Fact, Service, ShiftType
from scheduler.domain.facts.demand import DAY_MINUTES
from scheduler.domain.problem import Period
from scheduler.domain.roster import AssignmentLine, RosterDocument
from scheduler.domain.sentence import Sentence
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.in_view import InView, in_view
from scheduler.storage.repository import Repository

LEGAL_FORMS = (
    "University NHS Foundation Trust",
    "NHS Foundation Trust",
    "University NHS Trust",
    "NHS Trust",
    "Community Interest Company",
    "CIC",
)
WEEKS_AHEAD = 12
PRIORITIES = {1: "1 may wait", 2: "2 low", 3: "3 normal", 4: "4 high", 5: "5 unsafe if empty"}


def short_name(name: str) -> str:
    """An organisation's name without its legal form: `North East London NHS Foundation Trust` ->
    `North East London`.
    """
    for form in LEGAL_FORMS:
        if name.endswith(f" {form}"):
            return name.removesuffix(f" {form}")
    return name


def day_label(day: date) -> str:
    """`Mon 11 Jan`."""
    return f"{day:%a} {day.day} {day:%b}"


def week_label(day: date) -> str:
    """`Monday 11 January 2027`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


@dataclass(frozen=True)
class Names:
    """What the ids of a dataset are called; an id without a name stands for itself."""

    by_file: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, rows: Mapping[str, tuple[Fact, ...]]) -> "Names":
        """The names in facts by file; each of them has an id and a name."""
        return cls({file: names_by_id(facts) for file, facts in rows.items()})

    def __call__(self, file: str, fact_id: str | None) -> str:
        return self.by_file.get(file, {}).get(fact_id or "", fact_id or "")

    def organisation(self, organisation_id: str | None) -> str:
        """An organisation's name, shortened."""
        return short_name(self("organisation", organisation_id))


NAMED = (
    "organisation",
    "place",
    "site",
    "service",
    "role",
    "staff",
    "shift_type",
    "competency",
    "procedure",
)


@dataclass(frozen=True)
class RosterTables:
    """One stored roster, read once.

    `shifts`: a row per assignment; `needs`: a row per demand; `people`: a row per person who is
    based in the collaborative or works in this roster; `away`: staff id -> date -> kind of leave,
    `AWAY` where the actor may not know it; `causes`: demand id -> why it is empty, which `needs`
    holds without its parts. `owed`, of people: hours a week, NaN where they may not. `lines`: of
    which the rows of `shifts` are, in the same order; empty where they are a part of the roster.
    """

    roster_id: str
    days: tuple[date, ...]
    summary: Mapping[str, Any]
    names: Names
    shifts: pd.DataFrame
    needs: pd.DataFrame
    people: pd.DataFrame
    away: Mapping[str, Mapping[date, str]]
    causes: Mapping[str, Sentence]
    lines: tuple[AssignmentLine, ...] = ()


# --- what there is


@asks("see_rosters", collaborative="collaborative_id")
def weeks(repository: Repository, collaborative_id: str) -> list[date]:
    """Mondays of every week from the first with a roster or demand to twelve weeks past the last:
    enough for a roster of four weeks that is published six weeks ahead. None is left out: whoever
    builds a later week first still finds those before it.

    Demand that only comes back every week begins with this week.
    """
    services = {
        fact.id
        for fact in repository.facts("service")
        if isinstance(fact, Service) and fact.collaborative_id == collaborative_id
    }
    known = {
        monday(row.date)
        for row in repository.facts("demand")
        if isinstance(row, Demand) and row.service_id in services
    }
    known |= {
        week
        for header in repository.rosters(collaborative_id)
        for week in Period(header.start, header.days).weeks
    }
    if any(
        isinstance(row, DemandTemplate) and row.service_id in services
        for row in repository.facts("demand_template")
    ):
        known = known or {monday(date.today())}
    if not known:
        return []
    first, last = min(known), max(known) + timedelta(days=7 * WEEKS_AHEAD)
    return [first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, 7)]


@asks("see_rosters", roster="roster_id", looks=True)
def roster_tables(repository: Repository, roster_id: str) -> RosterTables:
    """Raises NotFound. With the names and facts that the roster used, whatever has become of them
    since.
    """
    document = repository.roster(roster_id).document
    dataset = repository.snapshot(roster_id)
    return tables_of(roster_id, document, dataset, in_view(repository, dataset))


def tables_of(
    roster_id: str,
    document: RosterDocument,
    dataset: Dataset,
    view: InView,
    before: RosterTables | None = None,
) -> RosterTables:
    """A roster that is in hand, with the facts that it is judged by, as far as these eyes may
    see. `before`: the same of an earlier edition, under the same facts for the same eyes: what has
    not changed is taken from there.
    """
    days = tuple(document.start + timedelta(days=offset) for offset in range(document.days))
    if before is None:
        names = Names.of({file: dataset.rows(file) for file in NAMED})
        needed = _needs(dataset, document, names)
    else:
        names, needed = before.names, before.needs
    shifts = _shifts(dataset, document, names, before)
    return RosterTables(
        roster_id=roster_id,
        days=days,
        summary=document.summary,
        names=names,
        shifts=shifts,
        needs=_filled(needed, document, names),
        people=(
            before.people
            if before is not None
            and set(shifts["staff_id"].tolist()) == set(before.shifts["staff_id"].tolist())
            else _people(dataset, document.collaborative_id, days, shifts, names, view)
        ),
        away=_away(dataset, days, view) if before is None else before.away,
        causes={line.demand_id: document.cause(line) for line in document.vacancies},
        lines=document.assignments,
    )


def part(tables: RosterTables, first: date, last: date) -> RosterTables:
    """The same roster from one date to another, both included; people stay, also those without a
    shift in this part.
    """
    days = tuple(day for day in tables.days if first <= day <= last)
    if days == tables.days:
        return tables
    shifts, needs = (
        (
            rows
            if rows.empty
            else rows[(rows["day"] >= first) & (rows["day"] <= last)].reset_index(drop=True)
        )
        for rows in (tables.shifts, tables.needs)
    )
    return replace(tables, days=days, shifts=shifts, needs=needs, lines=())


def _shifts(
    dataset: Dataset, document: RosterDocument, names: Names, before: RosterTables | None
) -> pd.DataFrame:
    kinds = {kind.id: kind for kind in dataset.shift_type}
    # by identity: a roster that is edited hands on the lines that stay
    known = {} if before is None else {id(line): at for at, line in enumerate(before.lines)}
    new = [line for line in document.assignments if id(line) not in known]
    rows = [_shift(line, names, kinds.get(line.shift_type_id or "")) for line in new]
    made = pd.DataFrame(rows, columns=list(SHIFT_COLUMNS))
    if before is None or not known:
        return made
    first_new = len(before.lines)
    known |= {id(line): first_new + number for number, line in enumerate(new)}
    both = pd.concat([before.shifts, made], ignore_index=True) if new else before.shifts
    order = [known[id(line)] for line in document.assignments]
    return both.take(order).reset_index(drop=True)


AWAY = "away"
"""What leave of a kind that somebody may not know is called."""
BEYOND = ("extra", "overtime", "bank", "agency")
"""Kinds of pay for work beyond contracted hours."""

SHIFT_COLUMNS = (
    "demand_id",
    "staff_id",
    "who",
    "day",
    "start",
    "end",
    "hours",
    "site",
    "place",
    "service",
    "role",
    "employer",
    "host",
    "lent",
    "route",
    "pay",
    "cost_pence",
    "contract_id",
    "night",
    "supply_id",
    "label",
)


def shift_label(start: datetime, end: datetime, night: bool) -> str:
    """`19:00–07:30 night`."""
    return f"{start:%H:%M}–{end:%H:%M}" + (" night" if night else "")


def _shift(line: AssignmentLine, names: Names, kind: ShiftType | None) -> tuple[Any, ...]:
    start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
    who = (
        names("staff", line.staff_id)
        if line.staff_id
        else f"{line.pay} worker of {names.organisation(line.employer_organisation_id)}"
    )
    night = is_night(minute(start), minute(end), asleep_in(minute(start), kind))
    return (
        line.demand_id,
        line.staff_id or "",
        who,
        start.date(),
        start,
        end,
        line.paid_minutes / 60,
        names("site", line.site_id),
        names("place", line.place_id),
        names("service", line.service_id),
        names("role", line.role_id),
        names.organisation(line.employer_organisation_id),
        names.organisation(line.host_organisation_id),
        line.employer_organisation_id != line.host_organisation_id,
        (line.route or "").replace("_", " "),
        line.pay,
        line.cost_pence,
        line.contract_id or "",
        night,
        line.temporary_supply_id or "",
        shift_label(start, end, night),
    )


def shift_hours(shift: ShiftType) -> str:
    """`07:00–15:00`; of a day and more, that it ends later."""
    later = (
        ""
        if shift.length < DAY_MINUTES
        else (
            " next day"
            if shift.length < 2 * DAY_MINUTES
            else f" after {shift.length // DAY_MINUTES} days"
        )
    )
    return f"{shift.start_time:%H:%M}–{shift.end_time:%H:%M}{later}"


def paid_hours(row: Demand, shift: ShiftType) -> float:
    """Paid length of one place of a demand row [h]."""
    return hours_of(shift, row.date).paid / 60


def _needs(dataset: Dataset, document: RosterDocument, names: Names) -> pd.DataFrame:
    """What is needed, without who is there."""
    services = frozenset(
        service.id
        for service in dataset.service
        if service.collaborative_id == document.collaborative_id
    )
    shifts = {shift.id: shift for shift in dataset.shift_type}
    place = {site.id: site.place_id for site in dataset.site}
    host = {(row.service_id, row.place_id): row.organisation_id for row in dataset.service_host}
    rows = []
    for row in demand_in_period(dataset, document.start, document.days, services):
        shift, place_id = shifts[row.shift_type_id], place[row.site_id]
        rows.append(
            {
                "demand_id": row.id,
                "day": row.date,
                "shift": shift.name,
                "hours": shift_hours(shift),
                "start_time": shift.start_time,
                "service": names("service", row.service_id),
                "site": names("site", row.site_id),
                "place": names("place", place_id),
                "host": names.organisation(host.get((row.service_id, place_id))),
                "role": names("role", row.role_id),
                "priority": row.priority,
                "minimum": row.minimum,
                "preferred": max(row.minimum, row.preferred or 0),
                "paid_hours": paid_hours(row, shift),
            }
        )
    found = pd.DataFrame(rows)
    return (
        found.sort_values(["day", "start_time", "service", "site", "role"], ignore_index=True)
        if rows
        else found
    )


def _filled(needs: pd.DataFrame, document: RosterDocument, names: Names) -> pd.DataFrame:
    """What is needed, with who is there and who is missing."""
    if needs.empty:
        return needs
    there: dict[str, list[str]] = {}
    for line in document.assignments:
        there.setdefault(line.demand_id, []).append(
            names("staff", line.staff_id) if line.staff_id else line.pay
        )
    cause = {line.demand_id: line.cause for line in document.vacancies}
    ids = needs["demand_id"].tolist()
    filled = [len(there.get(demand_id, ())) for demand_id in ids]
    return needs.assign(
        filled=filled,
        missing=(needs["minimum"] - filled).clip(lower=0),
        who=pd.Series([sorted(there.get(each, ())) for each in ids], needs.index, dtype=object),
        cause=[cause.get(each, "") for each in ids],
    )


def _people(
    dataset: Dataset,
    collaborative_id: str,
    days: tuple[date, ...],
    shifts: pd.DataFrame,
    names: Names,
    view: InView,
) -> pd.DataFrame:
    ours = {place.id for place in dataset.place if place.collaborative_id == collaborative_id}
    place = {site.id: site.place_id for site in dataset.site}
    working = set(shifts["staff_id"])
    found: dict[str, dict[str, Any]] = {}
    for contract in sorted(dataset.contract, key=lambda c: (c.kind != "substantive", c.id)):
        based = place[contract.base_site_id]
        live = contract.from_date <= days[-1] and (
            contract.to_date is None or contract.to_date >= days[0]
        )
        if live and (based in ours or contract.staff_id in working):
            row = found.setdefault(
                contract.staff_id,
                {
                    "staff_id": contract.staff_id,
                    "name": names("staff", contract.staff_id),
                    "organisations": [],
                    "roles": [],
                    "place": names("place", based),
                    "owed": 0.0 if contract.staff_id in view.full else None,
                },
            )
            for column, value in (
                ("organisations", names.organisation(contract.organisation_id)),
                ("roles", names("role", contract.role_id)),
            ):
                if value not in row[column]:
                    row[column].append(value)
            if row["owed"] is not None:
                row["owed"] += contract.hours_per_week
    columns = ["staff_id", "name", "organisations", "roles", "place", "owed"]
    return pd.DataFrame(list(found.values()), columns=columns).sort_values(
        ["name", "staff_id"], ignore_index=True
    )


def _away(dataset: Dataset, days: tuple[date, ...], view: InView) -> dict[str, dict[date, str]]:
    """That others' people are away is a shared roster's business, why is not."""
    found: dict[str, dict[date, str]] = {}
    for leave in dataset.leave:
        kind = leave.kind if leave.staff_id in view.full else AWAY
        for day in days:
            if leave.from_date <= day <= leave.to_date:
                found.setdefault(leave.staff_id, {})[day] = kind
    return found


def coverage(tables: RosterTables, by: str) -> pd.DataFrame:
    """Required and filled hours by day and one of `place`, `service`, `site`, `host`, `role`;
    `share` = filled ÷ required.
    """
    needs = tables.needs
    if needs.empty:
        return needs
    part = needs.assign(
        required=needs["minimum"] * needs["paid_hours"],
        covered=needs[["minimum", "filled"]].min(axis=1) * needs["paid_hours"],
    ).rename(columns={by: "what"})
    found = part.groupby(["what", "day"], as_index=False)[["required", "covered"]].sum()
    found = found[found["required"] > 0]
    return found.assign(
        share=found["covered"] / found["required"],
        label=[day_label(day) for day in found["day"]],
        missing=found["required"] - found["covered"],
    )


def vacancies(tables: RosterTables) -> pd.DataFrame:
    """Demand that is not filled, the most urgent first."""
    if tables.needs.empty:
        return tables.needs
    short = tables.needs[tables.needs["missing"] > 0]
    when = [
        f"{day_label(day)} {hours}" for day, hours in zip(short["day"], short["hours"], strict=True)
    ]
    short = short.assign(missing_hours=short["missing"] * short["paid_hours"], when=when)
    return short.sort_values(
        ["priority", "missing_hours", "day"], ascending=[False, False, True], ignore_index=True
    )
