"""What people owe, are away, wish and have worked: counted, never named."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from scheduler.domain.barrier import live
from scheduler.domain.clock import days_between, local_date, minute, monday
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Contract, WorkedShift
from scheduler.domain.pay import owed_minutes
from scheduler.domain.roster import AssignmentLine
from scheduler.services.facts.leave import band_days, teams_with_a_band
from scheduler.services.kpis.measures import Tally
from scheduler.services.kpis.published_week import PublishedWeek
from scheduler.services.versions.sides import day_of
from scheduler.storage.repository import Repository

ANNUAL = "annual"
FILES_NOW = ("place", "site", "contract", "leave", "leave_band", "worked_shift")
FOR_BANDS = ("service_competency", "staff_competency")
"""Needed where a band is of a service."""


def facts_now(repository: Repository) -> Dataset:
    """Of the facts that hold now, what these figures need."""
    rows = {file: repository.facts(file) for file in FILES_NOW}
    if any(row.cell("service_id") for row in rows["leave_band"]):
        rows |= {file: repository.facts(file) for file in FOR_BANDS}
    return Dataset().with_facts(**rows)


class Workforce:
    """The people who are based in a collaborative, by the facts of now."""

    def __init__(self, facts: Dataset, collaborative_id: str) -> None:
        self._facts = facts
        ours = {row.id for row in facts.place if row.collaborative_id == collaborative_id}
        sites = {row.id for row in facts.site if row.place_id in ours}
        self.contracts = tuple(row for row in facts.contract if row.base_site_id in sites)
        self.people = frozenset(row.staff_id for row in self.contracts)

    @cached_property
    def _annual(self) -> dict[str, list[tuple[date, date]]]:
        found: dict[str, list[tuple[date, date]]] = defaultdict(list)
        for row in self._facts.leave:
            if row.kind == ANNUAL:
                found[row.staff_id].append((row.from_date, row.to_date))
        return found

    @cached_property
    def worked(self) -> dict[date, tuple[WorkedShift, ...]]:
        """Monday -> shifts that were worked in the week by people who are based here."""
        found: dict[date, list[WorkedShift]] = defaultdict(list)
        for row in self._facts.worked_shift:
            if row.staff_id in self.people:
                found[monday(local_date(minute(row.start)))].append(row)
        return {week: tuple(rows) for week, rows in found.items()}

    def on_leave(self, week: date, organisation_id: str | None) -> Tally:
        """Contracted minutes on annual leave in the week from this Monday, of all."""
        days = [week + timedelta(days=offset) for offset in range(7)]
        away = owed = 0
        for contract in self.contracts:
            if contract.kind != "substantive" or not _of(contract, organisation_id):
                continue
            rows = self._annual.get(contract.staff_id, ())
            gone = frozenset(day for day in days if any(begin <= day <= end for begin, end in rows))
            all_of_it = owed_minutes(contract, week, frozenset())
            owed += all_of_it
            away += all_of_it - owed_minutes(contract, week, gone)
        return Tally(away, owed)

    def in_band(self, week: date, organisation_id: str | None) -> Tally:
        """Days of teams within their band, Monday to Friday, of all such days."""
        teams = [
            team
            for team in teams_with_a_band(self._facts)
            if organisation_id in (None, team.organisation_id) and self._has(team.organisation_id)
        ]
        days = list(days_between(week, week + timedelta(days=4)))
        found = [one for team in teams for one in band_days(self._facts, team, days)]
        within = sum(not one.beyond and one.away >= (one.least or 0) for one in found)
        return Tally(within, len(found))

    def _has(self, organisation_id: str) -> bool:
        return any(row.organisation_id == organisation_id for row in self.contracts)


def _of(contract: Contract, organisation_id: str | None) -> bool:
    return organisation_id in (None, contract.organisation_id)


@dataclass(frozen=True)
class PeoplesWeek:
    """What published shifts make of what people owe and wish."""

    week: PublishedWeek
    workforce: Workforce

    def measures(self, organisation_id: str | None) -> dict[str, Tally]:
        """By their codes, of one employer's people, or of all."""
        return {
            "unused_hours_share": self._unused(organisation_id),
            "leave_share": self.workforce.on_leave(self.week.monday, organisation_id),
            "leave_band_share": self.workforce.in_band(self.week.monday, organisation_id),
            "wishes_met_share": self._wishes(organisation_id),
            "worked_share": self._worked(organisation_id),
        }

    @cached_property
    def _through(self) -> Counter[str]:
        """Contract id -> published minutes on the dates that are published here, wherever they are
        worked.
        """
        found: Counter[str] = Counter()
        for line in (*self.week.lines, *self.week.elsewhere):
            if line.contract_id and day_of(line) in self.week.in_force:
                found[line.contract_id] += line.paid_minutes
        return found

    def _unused(self, organisation_id: str | None) -> Tally:
        week, index = self.week, self.week.index
        unused = owed = 0
        for chain in week.employments:
            if chain[0].kind != "substantive" or not _of(chain[0], organisation_id):
                continue
            away = index.leave_dates(chain[0].staff_id) | week.outside
            due = sum(owed_minutes(one, week.monday, away) for one in chain)
            used = sum(self._through[one.id] for one in chain)
            owed += due
            unused += max(0, due - used)
        return Tally(unused, owed)

    @cached_property
    def _employers(self) -> dict[str, set[str]]:
        """Staff id -> who employs them, of people based or rostered here."""
        found: dict[str, set[str]] = defaultdict(set)
        for chain in self.week.employments:
            found[chain[0].staff_id].add(chain[0].organisation_id)
        for line in self.week.lines:
            if line.staff_id:
                found[line.staff_id].add(line.employer_organisation_id)
        return found

    @cached_property
    def _wished(self) -> tuple[tuple[str, bool], ...]:
        """(staff id, whether it is met) of each wish."""
        there: dict[tuple[str, date], set[str]] = defaultdict(set)
        for line in (*self.week.lines, *self.week.elsewhere):
            if line.staff_id:
                there[line.staff_id, day_of(line)].add(line.shift_type_id or "")
        found = []
        for wish in self.week.index.dataset.preference:
            known = wish.staff_id in self._employers and wish.date in self.week.in_force
            if known and wish.weight:
                kinds = there.get((wish.staff_id, wish.date), set())
                works = bool(kinds) if wish.shift_type_id is None else wish.shift_type_id in kinds
                found.append((wish.staff_id, works == (wish.weight > 0)))
        return tuple(found)

    def _wishes(self, organisation_id: str | None) -> Tally:
        own = [
            met
            for staff_id, met in self._wished
            if organisation_id is None or organisation_id in self._employers[staff_id]
        ]
        return Tally(sum(own), len(own))

    def _worked(self, organisation_id: str | None) -> Tally:
        rows = [
            row
            for row in self.workforce.worked.get(self.week.monday, ())
            if organisation_id in (None, row.organisation_id)
        ]
        if not rows:
            return Tally()
        planned = sum(
            line.paid_minutes
            for line in self._planned()
            if organisation_id in (None, line.employer_organisation_id)
        )
        return Tally(sum(row.paid_minutes for row in rows), planned)

    def _planned(self) -> Iterator[AssignmentLine]:
        for line in (*self.week.lines, *self.week.elsewhere):
            if line.staff_id in self.workforce.people:
                yield line


def employers_of(workforce: Workforce, week: PublishedWeek) -> set[str]:
    """Organisations that employ, host or lend in a week."""
    days = list(days_between(week.monday, week.sunday))
    return (
        {row.organisation_id for row in workforce.contracts if any(live(row, day) for day in days)}
        | {line.employer_organisation_id for line in week.lines}
        | {asked.host for asked in week.asked}
    ) - {""}
