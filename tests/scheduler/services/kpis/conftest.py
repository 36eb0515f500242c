"""Small weeks rostered by hand, published at moments that a test sets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.kpis.kpis import kpis
from scheduler.services.publish.publish import publish
from scheduler.services.publish.withdraw import withdraw
from scheduler.storage import stored_rosters
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.conftest import NewDatabase
from tests.factories import MONDAY, Tables, does, lending, need, person, plain_tables
from tests.scheduler.services.handmade import POLICY

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)


def days_before(days: int, monday: date = MONDAY) -> datetime:
    """Noon so many days before a week's first date."""
    return datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC) - timedelta(days=days)


@dataclass
class Desk:
    """Who makes and publishes rosters at moments of their choice."""

    repository: Repository
    moment: datetime = NOON

    def stored(
        self,
        tables: Tables,
        *work: tuple[str, ...],
        first: date = MONDAY,
        days: int = 7,
        pay: Mapping[str, Any] | None = None,
    ) -> str:
        """The id of a draft made by hand of these facts, which are stored as they are."""
        dataset = Dataset.from_cells(tables)
        self.repository.store(dataset, replace=True)
        policy = Policy.from_tables({**POLICY, **({"pay": pay} if pay else {})})
        problem = build_problem(dataset, "COL", Period(first, days), terms=policy.pay.terms())
        roster = does(problem, *work)
        report = verify(problem, policy, roster)
        assert not report.breaches, report.breaches
        found = Found("feasible", roster, report.objective, 0)
        return self.repository.save_roster(
            document(problem, policy, found, Limits(), 0.0, dataset.sha256()), dataset
        )

    def published(self, roster_id: str, at: datetime, reason: str = "again") -> str:
        """The same roster, published then."""
        self.moment = at
        publish(self.repository, roster_id, reason=reason)
        return roster_id

    def withdrawn(self, roster_id: str, at: datetime, reason: str) -> None:
        self.moment = at
        withdraw(self.repository, roster_id, reason)

    def without(self, roster_id: str, staff_id: str, demand_id: str) -> str:
        """A draft of it in which somebody no longer does something."""
        done = edit.edit(self.repository, roster_id, commands.unassign(Seat(staff_id, demand_id)))
        return done.roster_id

    def row(self, organisation_id: str | None = None, week: date = MONDAY) -> dict[str, Any]:
        found = kpis(self.repository, "COL")
        (row,) = (
            one
            for one in found["rows"]
            if (one["week"], one["organisation_id"]) == (week.isoformat(), organisation_id)
        )
        return dict(row)

    def measured(
        self, measure: str, organisation_id: str | None = None, week: date = MONDAY
    ) -> dict[str, Any]:
        return dict(self.row(organisation_id, week)["measures"][measure])


@pytest.fixture
def desk(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with Repository(new_database()) as repository:
        found = Desk(repository)
        monkeypatch.setattr(stored_rosters, "now", lambda: found.moment)
        yield found


def week_tables(monday: date = MONDAY) -> Tables:
    """A and B: P1 and P2 of A, P2 lent to B; P3, a support worker of B; PJ, who is of both."""
    tables = plain_tables()
    person(tables, "P1", hours="15")
    person(tables, "P2", hours="7.5")
    person(tables, "P3", "B", "HCA", hours="37.5")
    person(tables, "PJ", "A", hours="7.5", hourly_pence="2000")
    tables["contract"].append(
        {**tables["contract"][-1], "id": "C-PJ-B", "organisation_id": "B", "base_site_id": "SB"}
    )
    lending(tables, ["P2"])
    tables["temporary_supply"] = [
        {
            "id": supply_id,
            "kind": kind,
            "organisation_id": host,
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": pence,
            "max_shifts_per_week": "",
        }
        for supply_id, kind, host, pence in (
            ("AG", "agency", "A", "3000"),
            ("BK", "bank", "B", "2000"),
        )
    ]
    for day, shift, role, site, priority in SHIFTS:
        need(tables, monday + timedelta(days=day), shift, role, site, priority=priority)
    return tables


SHIFTS = (
    (0, "E", "RN", "SA", "3"),
    (0, "E", "RN", "SB", "3"),
    (1, "E", "HCA", "SB", "3"),
    (1, "N", "RN", "SA", "4"),
    (2, "L", "RN", "SA", "5"),
    (2, "L", "RN", "SB", "2"),
    (3, "E", "RN", "SB", "3"),
    (5, "E", "RN", "SA", "3"),
)
"""(day, shift, role, site, priority) of a place each."""


def place(day: int, shift: str, role: str, site: str, monday: date = MONDAY) -> str:
    return f"{site}-{monday + timedelta(days=day):%m%d}-{shift}-{role}"


def work(monday: date = MONDAY) -> tuple[tuple[str, ...], ...]:
    """All filled but two lates; Wednesday's at A is of priority 5."""
    at = [place(day, shift, role, site, monday) for day, shift, role, site, _ in SHIFTS]
    return (
        ("P1", at[0]),
        ("P2", at[1]),
        ("P3", at[2]),
        ("AG", at[3]),
        ("BK", at[6]),
        ("PJ", at[7]),
    )
