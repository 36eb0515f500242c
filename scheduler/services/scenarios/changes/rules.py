"""Other rules: overtime, and pay at the grade of the work."""

from collections import defaultdict
from collections.abc import Iterator

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts.people import BAND_ORDER, Band
from scheduler.domain.pay import half_up
from scheduler.domain.problem import Period
from scheduler.services.scenarios.changes.part import (
    Named,
    Overlay,
    ScenarioPart,
    Wrong,
    number,
    pounds,
)
from solver.constraints.overtime_hours import OvertimeHours


class OvertimeChange(ScenarioPart):
    """No overtime, or another price on top of its pay. Of several the last counts."""

    title = "Overtime"

    allowed: bool = Field(True, description="false: nobody works overtime")
    hourly_pounds: float | None = Field(
        None, ge=0, le=100_000, description="what an hour costs on top of its pay [£ per h]"
    )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if self.allowed == (self.hourly_pounds is None):
            yield Wrong("", "", "either allowed = false or hourly_pounds")

    def overlay(self, dataset: Dataset, period: Period) -> Overlay:
        weight = "hard" if not self.allowed else self.hourly_pounds
        return {OvertimeHours.id: {"off": False, "weight": weight}}

    def sentence(self, name: Named) -> str:
        if not self.allowed:
            return "No overtime"
        return f"Overtime costs £{number(self.hourly_pounds or 0)} an hour on top of its pay"
