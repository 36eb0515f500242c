"""Sentences with names in them instead of ids: for pages, where people know each other and places
by name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never

from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.facts import Demand
from scheduler.domain.sentence import Part, Sentence
from scheduler.services.view.roster_tables import NAMED, day_label, shift_hours, short_name
from solver.constraints import catalogue


@dataclass(frozen=True)
class Naming:
    """What ids of a dataset are called. `staff`, `demand` and `rules` by id, `other`: everything
    else that has a name.
    """

    staff: Mapping[str, str]
    demand: Mapping[str, str]
    other: Mapping[str, str]
    rules: Mapping[str, str]
    year: int = 0
    """In which the dates lie of which sentences speak, mostly."""
    contracts: Mapping[str, str] = field(default_factory=dict)
    """Contract id -> `as Nurse with Trust A`, for the person whose it is."""

    @classmethod
    def of(cls, dataset: Dataset, first: date, last: date) -> "Naming":
        """The names of a dataset and of its demand from one date to another."""
        other = names_by_id(row for file in NAMED if file != "staff" for row in dataset.rows(file))
        other |= {row.id: short_name(row.name) for row in dataset.organisation}
        role = {row.id: row.name for row in dataset.role}
        other |= {
            row.id: (
                f"{row.kind} worker of {other.get(row.organisation_id, row.organisation_id)}"
                f" ({role.get(row.role_id, row.role_id)})"
            )
            for row in dataset.temporary_supply
        }
        services = frozenset(row.id for row in dataset.service)
        # a shift that began the day before, or begins the day after, may stand in a sentence too
        around = demand_in_period(
            dataset, first - timedelta(days=1), (last - first).days + 3, services
        )
        rules = {
            rule_id: rule.title[:1].lower() + rule.title[1:]
            for rule_id, rule in catalogue().items()
        }
        contracts = {
            row.id: (
                f"as {role.get(row.role_id, row.role_id)}"
                f" with {other.get(row.organisation_id, row.organisation_id)}"
            )
            for row in dataset.contract
        }
        people, works = _people(dataset), _works(dataset, around)
        return cls(people, works, other, rules, first.year, contracts)

    def person(self, staff_id: str) -> str:
        """A person's name; the staff id where there is none."""
        return self.staff.get(staff_id, staff_id)

    def who(self, acting: str) -> str:
        """Somebody who can act: an organisation or a person; nobody named means each person."""
        return self.staff.get(acting, self(acting)) or "each person"

    def day(self, iso: str) -> str:
        """`Sat 16 Jan`, as everywhere on the pages; with its year where that is another than the
        roster's.
        """
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return iso
        return day_label(day) if day.year == self.year else f"{day_label(day)} {day.year}"

    def work(self, demand_id: str) -> str:
        """What a demand is called; its id where it has no name."""
        return self.demand.get(demand_id, demand_id)

    def __call__(self, name_id: str) -> str:
        """An organisation, place, site, service, role, competency, procedure or temporary
        supply.
        """
        return self.other.get(name_id, name_id)

    def rule(self, rule_id: str) -> str:
        """What a rule is called; the words of its id where it has no name."""
        return self.rules.get(rule_id, rule_id.replace("_", " "))

    def said(self, sentence: Sentence) -> str:
        """The sentence with names instead of ids, as far as there are names."""
        return sentence.written(self.part)

    def part(self, part: Part | date) -> str:
        """What something that a sentence speaks of is called; where it has no name, as it is
        written without.
        """
        if isinstance(part, date):
            return self.day(part.isoformat())
        name_id = str(part.id)
        match part.kind:
            case "person":
                return self.staff.get(name_id, part.words)
            case "demand":
                return self.demand.get(name_id, part.words)
            case (
                "organisation"
                | "place"
                | "site"
                | "service"
                | "role"
                | "competency"
                | "procedure"
                | "shift_type"
                | "supply"
            ):
                return self.other.get(name_id, part.words)
            case "rule":
                return self.rule(name_id)
            case "term":
                return part.words.replace("_", " ")
            case "contract" | "roster" | "minutes" | "pence" | "moment":
                return part.words
            case _:
                assert_never(part.kind)


def _people(dataset: Dataset) -> dict[str, str]:
    """Who shares a name with somebody is told apart by the staff number."""
    count = Counter(row.name for row in dataset.staff)
    return {
        row.id: row.name if count[row.name] == 1 else f"{row.name} ({row.id})"
        for row in dataset.staff
    }


def _works(dataset: Dataset, rows: Iterable[Demand]) -> dict[str, str]:
    """`Mon 11 Jan 07:00–15:00, Registered nurse, Virtual ward, Southend Hospital`."""
    hours = {row.id: shift_hours(row) for row in dataset.shift_type}
    names = {file: names_by_id(dataset.rows(file)) for file in ("role", "service", "site")}
    return {
        row.id: (
            f"{day_label(row.date)} {hours[row.shift_type_id]}, {names['role'][row.role_id]},"
            f" {names['service'][row.service_id]}, {names['site'][row.site_id]}"
        )
        for row in rows
    }
