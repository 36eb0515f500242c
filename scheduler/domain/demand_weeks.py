"""Demand as a week-shaped grid: a row for each shift and role, a column for each date or weekday;
and what changed cells of it mean for the facts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.clock import monday as monday_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_changes import BeforeAfter, DemandChanges, Replacing, pins_gone
from scheduler.domain.demand_rows import template_demand_exists
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.facts import Demand, DemandTemplate, ShiftType
from scheduler.domain.service_demand import AskedWork, PeopleWanted, ServiceDemand, total

MOST_PEOPLE = 10_000
"""Who asks for more of them in one cell has typed something else."""


CellSource = Literal["template", "dated", "replaces"]
"""Where a cell's people come from: the weekly template; a row of that date; a row of that date that
takes the place of the template's.
"""


@dataclass(frozen=True)
class DateCell:
    """What is asked for on one date. `rows`: as the problem has them; where there are several of
    one date, all count, and `wanted` is their sum. `template`: what it makes of that date, replaced
    or not.
    """

    wanted: PeopleWanted
    source: CellSource
    rows: tuple[Demand, ...]
    template: PeopleWanted | None = None


@dataclass(frozen=True)
class GridRow:
    """One shift and role. `cells`: of the seven dates in order; None where nothing is asked for."""

    shift_type_id: str
    role_id: str
    cells: tuple[DateCell | None, ...]


@dataclass(frozen=True)
class WeekGrid:
    """What a service asks for at a site in one week."""

    service_id: str
    site_id: str
    dates: tuple[date, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class TemplateRow:
    """One shift and role. `cells`: of Monday to Sunday; None where the template has nothing."""

    shift_type_id: str
    role_id: str
    cells: tuple[PeopleWanted | None, ...]


@dataclass(frozen=True)
class TemplateGrid:
    """What a service asks for at a site in every week."""

    service_id: str
    site_id: str
    rows: tuple[TemplateRow, ...]


# --- grids ----------------------------------------------------------------------------------------


def week_grid(dataset: Dataset, service_id: str, site_id: str, monday: date) -> WeekGrid:
    """What a service asks for at a site in the week from a Monday, rows in the order of the shifts'
    times. Raises BadRequest for another weekday.
    """
    if monday != monday_of(monday):
        raise BadRequest(f"A week begins on a Monday, and {monday} is a {monday:%A}.")
    demand = ServiceDemand(dataset, service_id, site_id)
    dates = tuple(monday + timedelta(days=offset) for offset in range(7))
    works = {work for day in dates for work in demand.works_on(day)}
    return WeekGrid(
        service_id,
        site_id,
        dates,
        tuple(
            GridRow(
                work.shift_type_id, work.role_id, tuple(_cell(demand, day, work) for day in dates)
            )
            for work in _in_order(dataset, works)
        ),
    )


def template_grid(dataset: Dataset, service_id: str, site_id: str) -> TemplateGrid:
    """What a service asks for at a site in every week, rows in the order of the shifts' times."""
    demand = ServiceDemand(dataset, service_id, site_id)
    works = {work for weekday in range(1, 8) for work in demand.works_of(weekday)}
    return TemplateGrid(
        service_id,
        site_id,
        tuple(
            TemplateRow(
                work.shift_type_id,
                work.role_id,
                tuple(
                    None if row is None else PeopleWanted.by(row)
                    for row in (demand.template(weekday, work) for weekday in range(1, 8))
                ),
            )
            for work in _in_order(dataset, works)
        ),
    )


def _in_order(dataset: Dataset, works: Iterable[AskedWork]) -> list[AskedWork]:
    shifts: dict[str, ShiftType] = {shift.id: shift for shift in dataset.shift_type}
    return sorted(
        works,
        key=lambda work: (
            f"{shifts[work.shift_type_id].start_time:%H:%M}"
            if work.shift_type_id in shifts
            else "",
            work,
        ),
    )


def _cell(demand: ServiceDemand, day: date, work: AskedWork) -> DateCell | None:
    dated, made = demand.dated(day, work), demand.template_on(day, work)
    rows = dated or ([] if made is None else [made])
    if not rows:
        return None
    source: CellSource = "template" if not dated else "dated" if made is None else "replaces"
    return DateCell(
        total(rows), source, tuple(rows), None if made is None else PeopleWanted.by(made)
    )


# --- and back -------------------------------------------------------------------------------------

DateCells = Mapping[tuple[date, str, str], PeopleWanted | None]
"""(date, shift type id, role id) -> what it is to ask for; None: as the template has it, and where
it has nothing, nothing.
"""
WeekdayCells = Mapping[tuple[int, str, str], PeopleWanted | None]
"""(weekday with 1 = Monday, shift type id, role id) -> what the template is to ask for; None:
nothing.
"""


def changed_dates(
    dataset: Dataset, service_id: str, site_id: str, cells: DateCells
) -> DemandChanges:
    """What becomes of the facts when these cells of weeks are as they are given; cells that say
    what is there already change nothing.

    A cell as the template has it needs no row of its date. A row of that date keeps its id, its
    maximum and its prices; where there are several for one work, a changed cell leaves one of them.
    Raises BadInput with every number that is out of bounds.
    """
    _require_numbers(
        "demand", {(str(day), *rest): wanted for (day, *rest), wanted in cells.items()}
    )
    demand = ServiceDemand(dataset, service_id, site_id)
    replacing = Replacing(dataset)
    for (day, shift_type_id, role_id), wanted in cells.items():
        work = AskedWork(site_id, shift_type_id, role_id)
        now, made = demand.asked(day, work), demand.template_on(day, work)
        if wanted is not None and now and wanted == total(now):
            continue
        if wanted is None:
            rows = [] if made is None else [made]
        elif dated := demand.dated(day, work):
            rows = [dated[0].model_copy(update=vars(wanted))]
        else:
            rows = [demand.new_row(day, work, wanted)]
        replacing.replace(demand, day, work, rows)
    return DemandChanges(replacing.changes(), replacing.notes())


def changed_weekdays(
    dataset: Dataset, service_id: str, site_id: str, cells: WeekdayCells
) -> DemandChanges:
    """What becomes of the facts when these cells of the template are as they are given. Pins to
    what it makes no longer go. Raises BadInput with every number that is out of bounds.
    """
    _require_numbers(
        "demand_template",
        {(str(weekday), *rest): wanted for (weekday, *rest), wanted in cells.items()},
    )
    demand = ServiceDemand(dataset, service_id, site_id)
    changes: list[BeforeAfter] = []
    gone: list[DemandTemplate] = []
    for (weekday, shift_type_id, role_id), wanted in cells.items():
        before = demand.template(weekday, AskedWork(site_id, shift_type_id, role_id))
        if wanted is None:
            if before is not None:
                changes.append((before, None))
                gone.append(before)
        elif before is None:
            after = DemandTemplate(
                service_id=service_id,
                site_id=site_id,
                weekday=weekday,
                shift_type_id=shift_type_id,
                role_id=role_id,
                **vars(wanted),
            )
            changes.append((None, after))
        elif PeopleWanted.by(before) != wanted:
            changes.append((before, before.model_copy(update=vars(wanted))))
    of_gone = Dataset(demand_template=tuple(gone))
    pins = [pin for pin in dataset.pin if template_demand_exists(of_gone, pin.demand_id)]
    notes = (pins_gone(len(pins)),) if pins else ()
    return DemandChanges((*changes, *((pin, None) for pin in pins)), notes)


def _require_numbers(file: str, cells: Mapping[tuple[str, ...], PeopleWanted | None]) -> None:
    faults = [
        Fault(f"{file}.csv", 0, column, str(value), f"{expected} ({', '.join(key)})")
        for key, wanted in cells.items()
        if wanted is not None
        for column, value, expected in _out_of_bounds(wanted)
    ]
    if faults:
        raise BadInput(faults)


def _out_of_bounds(wanted: PeopleWanted) -> Iterator[tuple[str, int, str]]:
    for column, value in (("minimum", wanted.minimum), ("preferred", wanted.preferred)):
        if value is not None and not 0 <= value <= MOST_PEOPLE:
            yield column, value, f"a number of people from 0 to {MOST_PEOPLE:,}"
    if not 1 <= wanted.priority <= 5:
        yield "priority", wanted.priority, "1 may wait … 5 unsafe if empty"
