"""The demand of one service by date and weekday, and when two rows of it ask for the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import template_demand
from scheduler.domain.facts import Demand, DemandTemplate


class AskedWork(NamedTuple):
    """What demand of a service asks for on a date."""

    site_id: str
    shift_type_id: str
    role_id: str

    @classmethod
    def of(cls, row: Demand | DemandTemplate) -> "AskedWork":
        """What a row asks for."""
        return cls(row.site_id, row.shift_type_id, row.role_id)


@dataclass(frozen=True)
class PeopleWanted:
    """How many people a cell asks for. `preferred`: None where it is no more than the minimum;
    `priority`: 1 may wait … 5 unsafe if empty.
    """

    minimum: int
    preferred: int | None = None
    priority: int = 3

    @classmethod
    def by(cls, row: Demand | DemandTemplate) -> "PeopleWanted":
        """What a row says."""
        return cls(row.minimum, row.preferred, row.priority)


class ServiceDemand:
    """The demand of one service, at one site or (None) at all, by date and weekday."""

    def __init__(self, dataset: Dataset, service_id: str, site_id: str | None = None) -> None:
        self.service_id = service_id
        self._dated: dict[date, dict[AskedWork, list[Demand]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._templates: dict[int, dict[AskedWork, DemandTemplate]] = defaultdict(dict)
        for row in dataset.demand:
            if row.service_id == service_id and site_id in (None, row.site_id):
                self._dated[row.date][AskedWork.of(row)].append(row)
        for template in dataset.demand_template:
            if template.service_id == service_id and site_id in (None, template.site_id):
                self._templates[template.weekday].setdefault(AskedWork.of(template), template)
        self.ids = {row.id for row in dataset.demand}
        """Of all dated demand there is, whosever."""

    def dated(self, day: date, work: AskedWork) -> list[Demand]:
        """Rows of demand.csv for this work on a date."""
        return list(self._dated.get(day, {}).get(work, ()))

    def template_on(self, day: date, work: AskedWork) -> Demand | None:
        """What the template makes of this work on a date, were there no row of that date."""
        template = self.template(day.isoweekday(), work)
        return None if template is None else template_demand(template, day)

    def template(self, weekday: int, work: AskedWork) -> DemandTemplate | None:
        """The template's row for this work on a weekday, 1 = Monday."""
        return self._templates.get(weekday, {}).get(work)

    def asked(self, day: date, work: AskedWork) -> list[Demand]:
        """Demand for this work on a date, as the problem of that date has it."""
        made = self.template_on(day, work)
        return self.dated(day, work) or ([] if made is None else [made])

    def works_on(self, day: date) -> set[AskedWork]:
        """Everything that is asked for on a date, also for nobody."""
        return {*self._dated.get(day, ()), *self.works_of(day.isoweekday())}

    def works_of(self, weekday: int) -> set[AskedWork]:
        """Everything that the template has on a weekday, 1 = Monday."""
        return set(self._templates.get(weekday, ()))

    def new_row(self, day: date, work: AskedWork, wanted: PeopleWanted) -> Demand:
        """A row of demand.csv with an id that says what it is and that no other has, nor will."""
        parts = (self.service_id, work.site_id, day.isoformat(), work.shift_type_id, work.role_id)
        name = found = "D:" + ":".join(parts)
        number = 1
        while found in self.ids:
            number += 1
            found = f"{name}:{number}"
        self.ids.add(found)
        return Demand(
            id=found,
            service_id=self.service_id,
            site_id=work.site_id,
            date=day,
            shift_type_id=work.shift_type_id,
            role_id=work.role_id,
            minimum=wanted.minimum,
            preferred=wanted.preferred,
            priority=wanted.priority,
        )


def total(rows: Sequence[Demand]) -> PeopleWanted:
    """What several rows for the same work ask for together; of one row its own numbers."""
    if len(rows) == 1:
        return PeopleWanted.by(rows[0])
    return PeopleWanted(
        sum(row.minimum for row in rows),
        sum(wanted_of(row) for row in rows),
        max(row.priority for row in rows),
    )


def wanted_of(row: Demand) -> int:
    """How many people a row prefers: never fewer than it requires."""
    return max(row.minimum, row.preferred or 0)


def most_of(row: Demand) -> int:
    """How many people can be put to a row at all."""
    return max(wanted_of(row), row.maximum or 0)


def meaning(row: Demand) -> tuple[int | None, ...]:
    """What is the same of two rows that ask for the same of the same work; rows that nobody can be
    put to are all alike.
    """
    if not most_of(row):
        return ()
    return (
        row.minimum,
        wanted_of(row),
        most_of(row),
        row.priority,
        row.under_pence,
        row.over_pence or None,
    )


def same(rows: Sequence[Demand], others: Sequence[Demand]) -> bool:
    """Whether these ask for the same, also where nobody is asked for and where there is no row."""
    return sorted(map(repr, filter(None, map(meaning, rows)))) == sorted(
        map(repr, filter(None, map(meaning, others)))
    )
