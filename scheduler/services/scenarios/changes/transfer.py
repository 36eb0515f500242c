"""Agency workers who become bank workers, or are employed."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Period
from scheduler.domain.wording import counted
from scheduler.services.scenarios.changes.part import (
    Named,
    ScenarioPart,
    Wrong,
    number,
    pounds,
)
from scheduler.services.scenarios.changes.people import (
    MOST_PEOPLE,
    PostOffered,
    basic_pay,
    employed,
    usual_base,
    usual_pence,
)


class Transfer(ScenarioPart):
    """Agency workers of one host and role become bank workers, or are employed. The agency supply
    has their shifts no longer, where it has a limit.
    """

    title = "Agency workers become bank or substantive"

    organisation_id: str | None = Field(None, description="only agency that this host calls")
    role_id: str | None = Field(None, description="only of this role")
    id: str | None = Field(None, description="only this agency supply")
    people: int = Field(ge=1, le=MOST_PEOPLE, description="how many [people]")
    shifts_per_week: int = Field(
        ge=1, le=14, description="shifts that each of them gives in a week [shifts]"
    )
    to: Literal["bank", "substantive"] = Field(description="what they become")
    hourly_pence: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description=(
            "as bank the price of an hour, else basic pay; without it that of the host's bank in"
            " the role, or the median of its contracts [pence]"
        ),
    )
    hours_per_week: float = Field(
        37.5, gt=0, le=168, description="hours owed by each who is employed [h]"
    )
    home_site_id: str | None = Field(
        None,
        description=(
            "the site nearest to the homes of those employed; without it where most of the host's"
            " people in the role have their base"
        ),
    )

    def takes(self, supply: TemporarySupply) -> bool:
        """Whether it is an agency supply that fits all that is given."""
        return (
            supply.kind == "agency"
            and self.organisation_id in (None, supply.organisation_id)
            and self.role_id in (None, supply.role_id)
            and self.id in (None, supply.id)
        )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        found = [supply for supply in dataset.temporary_supply if self.takes(supply)]
        if not found:
            yield Wrong(
                "", "", "agency that fits all of organisation_id, role_id and id: there is none"
            )
            return
        if len({(supply.organisation_id, supply.role_id) for supply in found}) > 1:
            yield Wrong(
                "", "", "organisation_id and role_id, or id: agency of one host and one role"
            )
            return
        host, role = found[0].organisation_id, found[0].role_id
        if self.to == "bank":
            if self.hourly_pence is None and self._bank(dataset, found[0]) is None:
                yield Wrong("hourly_pence", "", "a price: that host has no bank in this role")
        else:
            if self.hourly_pence is None and usual_pence(dataset, period, host, role) is None:
                yield Wrong(
                    "hourly_pence",
                    "",
                    "a rate: that host has no contract in this role from which one would follow",
                )
            if self.home_site_id is None and usual_base(dataset, period, host, role) is None:
                yield Wrong("home_site_id", "", "a site: that host has nobody in this role")

    def _bank(self, dataset: Dataset, agency: TemporarySupply) -> TemporarySupply | None:
        """The host's bank in the role: of the same place, else of any."""
        found = [
            supply
            for supply in dataset.temporary_supply
            if supply.kind == "bank"
            and (supply.organisation_id, supply.role_id) == (agency.organisation_id, agency.role_id)
        ]
        places = (agency.place_id, None)
        return min(
            found,
            key=lambda supply: (
                places.index(supply.place_id) if supply.place_id in places else 2,
                supply.id,
            ),
            default=None,
        )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        taken = [supply for supply in dataset.temporary_supply if self.takes(supply)]
        if not taken:
            return dataset
        shifts = self.people * self.shifts_per_week
        supplies = {supply.id: supply for supply in dataset.temporary_supply}
        left = shifts
        for supply in sorted(taken, key=lambda one: (-(one.max_shifts_per_week or 0), one.id)):
            if supply.max_shifts_per_week is not None:
                gone = min(left, supply.max_shifts_per_week)
                left -= gone
                supplies[supply.id] = supply.model_copy(
                    update={"max_shifts_per_week": supply.max_shifts_per_week - gone}
                )
        if self.to == "bank":
            self._to_bank(dataset, taken[0], supplies, shifts)
        changed = dataset.with_facts(temporary_supply=supplies.values())
        if self.to == "bank":
            return changed
        return employed(
            changed,
            period,
            [self._post(dataset, period, taken[0])],
            people=self.people,
            home_site_id=self._home(dataset, period, taken[0]),
            accepts_other_hosts=False,
        )

    def _to_bank(
        self,
        dataset: Dataset,
        agency: TemporarySupply,
        supplies: dict[str, TemporarySupply],
        shifts: int,
    ) -> None:
        """At a price of their own they are a supply of their own, beside the bank that there is."""
        bank = self._bank(dataset, agency)
        price = self.hourly_pence
        if bank is not None and price in (None, bank.hourly_pence):
            if bank.max_shifts_per_week is not None:
                supplies[bank.id] = bank.model_copy(
                    update={"max_shifts_per_week": bank.max_shifts_per_week + shifts}
                )
            return
        number_of = 1
        while (supply_id := f"TRANSFER-{number_of:04}") in supplies:
            number_of += 1
        supplies[supply_id] = TemporarySupply(
            id=supply_id,
            kind="bank",
            organisation_id=agency.organisation_id,
            place_id=agency.place_id,
            role_id=agency.role_id,
            hourly_pence=price or 0,
            max_shifts_per_week=shifts,
        )

    def _home(self, dataset: Dataset, period: Period, agency: TemporarySupply) -> str:
        base = usual_base(dataset, period, agency.organisation_id, agency.role_id)
        return self.home_site_id or base or dataset.site[0].id

    def _post(self, dataset: Dataset, period: Period, agency: TemporarySupply) -> PostOffered:
        host, role = agency.organisation_id, agency.role_id
        pence = self.hourly_pence
        if pence is None:
            pence = usual_pence(dataset, period, host, role) or 0
        return PostOffered(
            host, role, self.hours_per_week, pence, self._home(dataset, period, agency)
        )

    def notes(self, dataset: Dataset, period: Period) -> Iterator[str]:
        agency = next((one for one in dataset.temporary_supply if self.takes(one)), None)
        if self.to == "substantive" and agency is not None:
            yield basic_pay(self.people, [self._post(dataset, period, agency)])

    def sentence(self, name: Named) -> str:
        who = counted(self.people, "agency worker")
        if self.id is not None:
            who += f" ({name(self.id)})"
        if self.role_id is not None:
            who += f" in the role {name(self.role_id)}"
        if self.organisation_id is not None:
            who += f" at {name(self.organisation_id)}"
        verb = "becomes" if self.people == 1 else "become"
        shifts = f"{counted(self.shifts_per_week, 'shift')} a week each"
        price = "" if self.hourly_pence is None else f", at {pounds(self.hourly_pence)} an hour"
        if self.to == "bank":
            return f"{who} {verb} bank, {shifts}{price}"
        return (
            f"{who} {'is' if self.people == 1 else 'are'} employed,"
            f" {number(self.hours_per_week)} h a week each{price}; agency has {shifts} less"
        )
