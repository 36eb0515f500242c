"""Other rules: overtime, and pay at the grade of the work."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Contract, TemporarySupply
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
from solver.constraints.pay import Pay, PenceByBand


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


class GradeOfWork(ScenarioPart):
    """Bank workers are paid at the grade of the work where it is lower than their own. Of several
    the last counts.
    """

    title = "Bank paid at the grade of the work"

    hourly_pence_by_band: PenceByBand = Field(
        PenceByBand(),
        description=(
            "what an hour of work of each band is paid; without any the median of the bank's rates"
            " in the band [pence]"
        ),
    )

    def _rates(self, dataset: Dataset) -> dict[str, int]:
        given = self.hourly_pence_by_band.rates()
        return dict(given) if given else bank_medians(dataset)

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if not self._rates(dataset):
            yield Wrong(
                "hourly_pence_by_band",
                "",
                "rates such as band_5 = 1700: there is no bank to follow",
            )

    def overlay(self, dataset: Dataset, period: Period) -> Overlay:
        rates = {f"band_{band}": pence for band, pence in self._rates(dataset).items()}
        return {Pay.id: {"at_grade_of_work": True, "hourly_pence_by_band": rates}}

    def sentence(self, name: Named) -> str:
        rates = ", ".join(
            f"band {band} {pounds(pence)} an hour"
            for band, pence in self.hourly_pence_by_band.rates()
        )
        return f"Bank workers are paid at the grade of the work{f' ({rates})' if rates else ''}"


def bank_medians(dataset: Dataset) -> dict[str, int]:
    """Band -> the median of what bank contracts and bank supplies of the band are paid an hour
    [pence], half a penny upwards; of bands that have a rate of their own in the rule of pay.
    """
    band_of = {role.id: role.band for role in dataset.role}
    known = {name.removeprefix("band_") for name in PenceByBand.model_fields}
    rates = defaultdict[str, list[int]](list)
    rows: list[Contract | TemporarySupply] = [*dataset.contract, *dataset.temporary_supply]
    for row in rows:
        band = band_of[row.role_id]
        if row.kind == "bank" and band in known and row.hourly_pence:
            rates[band].append(row.hourly_pence)
    return {
        band: half_up(Fraction(pence[(len(pence) - 1) // 2] + pence[len(pence) // 2], 2))
        for band, pence in sorted((band, sorted(found)) for band, found in rates.items())
    }
