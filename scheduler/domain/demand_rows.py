"""The demand of a period: what demand.csv says, and what the weekly templates make where it says
nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Demand, DemandTemplate


def template_demand_id(template: DemandTemplate, day: date) -> str:
    """The id of the demand that a weekly template makes on a date."""
    head, tail = template_id_parts(template)
    return f"{head}{day.isoformat()}{tail}"


def template_id_parts(template: DemandTemplate) -> tuple[str, str]:
    """What stands before and after the date in the ids of the demand that a template makes."""
    return (
        f"T:{template.service_id}:{template.site_id}:",
        f":{template.shift_type_id}:{template.role_id}",
    )


def work_of(row: Demand) -> tuple[str, str, date, str, str]:
    """What a demand row asks for, whatever its id: (service id, site id, date, shift type id, role
    id).
    """
    return (row.service_id, row.site_id, row.date, row.shift_type_id, row.role_id)


def demand_in_period(
    dataset: Dataset, first: date, days: int, service_ids: frozenset[str]
) -> Iterator[Demand]:
    """Demand rows of these services on `days` dates from `first`; a demand row replaces the
    template's for the same work.
    """
    last = first + timedelta(days=days - 1)
    rows = [
        row for row in dataset.demand if row.service_id in service_ids and first <= row.date <= last
    ]
    yield from rows
    replaced = {work_of(row) for row in rows}
    made: set[str] = set()
    for template in dataset.demand_template:
        if template.service_id not in service_ids:
            continue
        for offset in range(days):
            day = first + timedelta(days=offset)
            work = (
                template.service_id,
                template.site_id,
                day,
                template.shift_type_id,
                template.role_id,
            )
            row_id = template_demand_id(template, day)
            if day.isoweekday() == template.weekday and work not in replaced and row_id not in made:
                made.add(row_id)
                yield template_demand(template, day)


def template_demand(template: DemandTemplate, day: date) -> Demand:
    """The demand that a weekly template makes on a date, which is of its weekday."""
    return Demand(
        id=template_demand_id(template, day),
        service_id=template.service_id,
        site_id=template.site_id,
        date=day,
        shift_type_id=template.shift_type_id,
        role_id=template.role_id,
        minimum=template.minimum,
        preferred=template.preferred,
        priority=template.priority,
    )


def template_demand_exists(dataset: Dataset, demand_id: str) -> bool:
    """Whether some template makes demand of this id (whether or not a demand row replaces it)."""
    if not demand_id.startswith("T:"):
        return False
    for template in dataset.demand_template:
        head, tail = template_id_parts(template)
        if demand_id.startswith(head) and demand_id.endswith(tail):
            try:
                day = date.fromisoformat(demand_id[len(head) : len(demand_id) - len(tail)])
            except ValueError:
                continue
            if day.isoweekday() == template.weekday:
                return True
    return False
