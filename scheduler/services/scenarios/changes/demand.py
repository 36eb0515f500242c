"""Demand moved elsewhere, raised or lowered: what the period really asks for, whether a row of its
date or a weekly template says it.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.facts import Demand
from scheduler.domain.pay import exact, half_up
from scheduler.domain.problem import Period
from scheduler.domain.wording import counted
from scheduler.services.scenarios.changes.part import Named, ScenarioPart, Wrong, number


class DemandChange(ScenarioPart):
    """Another number of places in the period's demand of a service, a role, a site or a shift, or
    the same demand elsewhere: of rows that fit all that is given.

    Each row by itself: minimum, preferred and maximum become so many percent, half a place rounded
    up, then `add` is added; none goes below 0.
    """

    title = "Demand raised, lowered or moved"

    service_id: str | None = Field(None, description="only of this service")
    role_id: str | None = Field(None, description="only of this role")
    site_id: str | None = Field(None, description="only at this site")
    shift_type_id: str | None = Field(None, description="only of this shift")
    percent: float | None = Field(
        None,
        ge=0,
        le=1000,
        description="places of each row, of what it has, half a place rounded up [%]",
    )
    add: int | None = Field(
        None, ge=-1000, le=1000, description="places more in each row, below 0 fewer [people]"
    )
    move_to_site_id: str | None = Field(None, description="the demand is at this site instead")
    move_to_service_id: str | None = Field(
        None, description="the demand is of this service instead"
    )

    def takes(self, row: Demand) -> bool:
        """Whether a row of demand fits all that is given."""
        return (
            self.service_id in (None, row.service_id)
            and self.role_id in (None, row.role_id)
            and self.site_id in (None, row.site_id)
            and self.shift_type_id in (None, row.shift_type_id)
        )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if all(
            value is None
            for value in (self.percent, self.add, self.move_to_site_id, self.move_to_service_id)
        ):
            yield Wrong(
                "",
                "",
                "percent, add, move_to_site_id or move_to_service_id: nothing would change",
            )
            return
        rows = [row for row in _rows(dataset, period) if self.takes(row)]
        if not rows:
            yield Wrong(
                "",
                "",
                "demand in the period that fits all of service_id, role_id, site_id and"
                " shift_type_id: there is none",
            )
        place_of = {site.id: site.place_id for site in dataset.site}
        hosted = {(host.service_id, host.place_id) for host in dataset.service_host}
        homeless = {
            (row.service_id, row.site_id)
            for row in map(self._changed, rows)
            if (row.service_id, place_of[row.site_id]) not in hosted
        }
        if homeless:
            service_id, site_id = min(homeless)
            key = "move_to_service_id" if self.move_to_site_id is None else "move_to_site_id"
            yield Wrong(
                key,
                getattr(self, key) or "",
                f"a place where somebody hosts the service: service_host.csv has no row for"
                f" {service_id} in {place_of[site_id]}, where {site_id} is",
            )

    def _changed(self, row: Demand) -> Demand:
        update: dict[str, Any] = {}
        for column in ("minimum", "preferred", "maximum"):
            people = getattr(row, column)
            if people is not None:
                if self.percent is not None:
                    people = half_up(people * exact(self.percent) / 100)
                update[column] = max(0, people + (self.add or 0))
        if self.move_to_site_id is not None:
            update["site_id"] = self.move_to_site_id
        if self.move_to_service_id is not None:
            update["service_id"] = self.move_to_service_id
        return row.model_copy(update=update)

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        before = _rows(dataset, period)
        dated = {row.id: row for row in dataset.demand}
        wanted = dict[str, Demand]()
        renamed = dict[str, str]()
        free = _FreeIds(dated)
        for row in before:
            after = self._changed(row) if self.takes(row) else row
            if after != row and row.id not in dated:
                after = after.model_copy(update={"id": free.for_row(after)})
                renamed[row.id] = after.id
            wanted[after.id] = after
        demand = {**dated, **{key: row for key, row in wanted.items() if key in free.given}}
        demand |= {key: row for key, row in wanted.items() if key in dated}
        # what moved away uncovers its template, and what arrives covers one: both are put right
        found = {row.id: row for row in _rows(dataset.with_facts(demand=demand.values()), period)}
        for key, row in found.items():
            if key not in wanted and not _asks_nobody(row):
                nobody = {"id": free.for_row(row), "minimum": 0, "preferred": None}
                demand[str(nobody["id"])] = row.model_copy(update=nobody)
        for key, row in wanted.items():
            if key not in found:
                renamed[key] = free.for_row(row)
                demand[renamed[key]] = row.model_copy(update={"id": renamed[key]})
        return dataset.with_facts(
            demand=demand.values(),
            pin=[
                pin.model_copy(update={"demand_id": renamed.get(pin.demand_id, pin.demand_id)})
                for pin in dataset.pin
            ],
        )

    def sentence(self, name: Named) -> str:
        what = "Demand" + (f" for {name(self.role_id)}" if self.role_id else "")
        if self.shift_type_id:
            what += f" of the shift {name(self.shift_type_id)}"
        if self.service_id:
            what += f" in {name(self.service_id)}"
        if self.site_id:
            what += f" at {name(self.site_id)}"
        said = []
        if self.percent is not None:
            said.append(f"{number(self.percent)} % of the places")
        if self.add is not None:
            more = "more" if self.add >= 0 else "fewer"
            said.append(f"{counted(abs(self.add), 'place')} {more} in each row")
        if self.move_to_site_id is not None:
            said.append(f"moved to {name(self.move_to_site_id)}")
        if self.move_to_service_id is not None:
            said.append(f"moved to {name(self.move_to_service_id)}")
        return f"{what}: {', '.join(said) or 'nothing yet'}"


class _FreeIds:
    """Ids of rows of demand.csv that are made here, none twice."""

    def __init__(self, taken: dict[str, Demand]) -> None:
        self._taken = set(taken)
        self.given = set[str]()

    def for_row(self, row: Demand) -> str:
        name = found = (
            f"D:{row.service_id}:{row.site_id}:{row.date}:{row.shift_type_id}:{row.role_id}"
        )
        count = 1
        while found in self._taken:
            count += 1
            found = f"{name}:{count}"
        self._taken.add(found)
        self.given.add(found)
        return found


def _rows(dataset: Dataset, period: Period) -> list[Demand]:
    services = frozenset(service.id for service in dataset.service)
    return list(demand_in_period(dataset, period.first, period.days, services))


def _asks_nobody(row: Demand) -> bool:
    return not (row.minimum or row.preferred or row.maximum)
