"""Changes to bank and agency: caps, prices, and how early they may be called."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.facts.money import SupplyKind
from scheduler.domain.pay import exact, half_up
from scheduler.domain.problem import Period
from scheduler.domain.wording import counted
from scheduler.services.scenarios.changes.part import (
    Named,
    Overlay,
    ScenarioPart,
    Wrong,
    number,
    pounds,
)
from solver.constraints.call_notice import CallNotice


class RateStep(BaseModel):
    """From a date on, a price in percent of what it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    from_date: date = Field(description="first date, such as 2027-01-01")
    hourly_percent: float = Field(ge=0, le=1000, description="price of an hour, of what it is [%]")


class SupplyFilter(ScenarioPart):
    """The temporary supplies of a kind, an organisation, an id: those that fit all that is
    given.
    """

    kind: SupplyKind | None = Field(None, description="bank or agency; without it both")
    organisation_id: str | None = Field(None, description="only what this host calls")
    id: str | None = Field(None, description="only this one")

    def takes(self, supply: TemporarySupply) -> bool:
        """Whether a temporary supply fits all that is given."""
        return (
            self.kind in (None, supply.kind)
            and self.organisation_id in (None, supply.organisation_id)
            and self.id in (None, supply.id)
        )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if not any(self.takes(supply) for supply in dataset.temporary_supply):
            yield Wrong(
                "", "", "supplies that fit all of kind, organisation_id and id: there is none"
            )

    def which(self, name: Named) -> str:
        """The supplies in words, to stand at the beginning of a sentence."""
        if self.id is not None:
            found = name(self.id)
            return found[:1].upper() + found[1:]
        what = "Bank and agency" if self.kind is None else self.kind.capitalize()
        return what + (f" of {name(self.organisation_id)}" if self.organisation_id else "")


class SupplyChange(SupplyFilter):
    """Other limits or prices for the temporary supplies of a kind, an organisation, an id: those
    that fit all that is given.
    """

    title = "Price or cap of bank and agency"

    hours_percent: float | None = Field(
        None,
        ge=0,
        le=1000,
        description=(
            "together at most this share of the hours that the base roster takes from them [%]"
        ),
    )
    hours: float | None = Field(
        None, ge=0, le=10_000_000, description="together at most so many hours in the period [h]"
    )
    hourly_percent: float | None = Field(
        None, ge=0, le=1000, description="price of an hour, of what it is [%]"
    )
    hourly_pence: int | None = Field(
        None, ge=0, le=1_000_000, description="price of an hour, whatever it is [pence]"
    )
    path: tuple[RateStep, ...] = Field(
        (),
        description=(
            "price of an hour over months: the percent in force on the period's first day; before"
            " the first date it is 100 [%]"
        ),
    )
    max_shifts_per_week: int | None = Field(
        None, ge=0, le=1000, description="most shifts of each in a week [shifts]"
    )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        given = self.model_fields_set - set(SupplyFilter.model_fields)
        if not any(getattr(self, key) not in (None, ()) for key in given):
            yield Wrong(
                "",
                "",
                "hours_percent, hours, hourly_percent, hourly_pence, path or max_shifts_per_week:"
                " nothing would change",
            )
            return
        prices = [
            key
            for key in ("hourly_percent", "hourly_pence", "path")
            if getattr(self, key) not in (None, ())
        ]
        if len(prices) > 1:
            yield Wrong("", ", ".join(prices), "one of them: a price is said once")
        for place, (one, later) in enumerate(zip(self.path, self.path[1:], strict=False), start=2):
            if later.from_date <= one.from_date:
                yield Wrong(
                    f"path[{place}].from_date",
                    str(later.from_date),
                    f"a date after {one.from_date}, the one before it: a path is in order",
                )
        yield from super().faults(dataset, period)

    @property
    def other_price(self) -> bool:
        """Whether an hour costs anything else than it does."""
        return self.hourly_pence is not None or self.hourly_percent is not None or bool(self.path)

    def percent(self, day: date) -> float | None:
        """The price on a date, of what it is [%]; None where it stays, or is given in pence."""
        if not self.path:
            return self.hourly_percent
        return next(
            (step.hourly_percent for step in reversed(self.path) if step.from_date <= day), None
        )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        percent = self.percent(period.first)
        changed = []
        for supply in dataset.temporary_supply:
            update: dict[str, Any] = {}
            if self.takes(supply):
                if percent is not None:
                    update["hourly_pence"] = half_up(supply.hourly_pence * exact(percent) / 100)
                if self.hourly_pence is not None:
                    update["hourly_pence"] = self.hourly_pence
                if self.max_shifts_per_week is not None:
                    update["max_shifts_per_week"] = self.max_shifts_per_week
            changed.append(supply.model_copy(update=update) if update else supply)
        return dataset.with_facts(temporary_supply=changed)

    def caps(self, dataset: Dataset, base_minutes: Mapping[str, int]) -> list[dict[str, Any]]:
        """Caps for the rule `temporary_limit`. `base_minutes`: minutes that the base roster takes
        from each supply.
        """
        ids = [supply.id for supply in dataset.temporary_supply if self.takes(supply)]
        caps: list[dict[str, Any]] = []
        if self.hours_percent is not None:
            taken = sum(base_minutes.get(supply_id, 0) for supply_id in ids)
            minutes = int(taken * exact(self.hours_percent) / 100)
            caps.append({"supply_ids": ids, "hours": _hours_not_below(minutes)})
        if self.hours is not None:
            caps.append({"supply_ids": ids, "hours": self.hours})
        return caps

    def sentence(self, name: Named) -> str:
        said = []
        if self.hours_percent is not None:
            said.append(f"at most {number(self.hours_percent)} % of the hours taken as it is")
        if self.hours is not None:
            said.append(f"at most {number(self.hours)} h in the period")
        if self.hourly_percent is not None:
            said.append(f"price {_to(self.hourly_percent, 100)}")
        if self.hourly_pence is not None:
            said.append(f"price {pounds(self.hourly_pence)} an hour")
        before = 100.0
        for place, step in enumerate(self.path):
            day = f"{step.from_date.day} {step.from_date:%B %Y}"
            price = "price " if place == 0 else ""
            said.append(f"{price}{_to(step.hourly_percent, before)} from {day}")
            before = step.hourly_percent
        if self.max_shifts_per_week is not None:
            shifts = counted(self.max_shifts_per_week, "shift")
            said.append(f"at most {shifts} of each in a week")
        if not said:  # only half written yet: `faults` says what is missing
            return f"{self.which(name)}: nothing yet"
        if self.kind and not self.id and said[0].startswith("price"):
            return f"{self.which(name)} {', '.join(said)}"
        return f"{self.which(name)}: {', '.join(said)}"


def _to(percent: float, before: float) -> str:
    way = "down to" if percent < before else "up to" if percent > before else "stays at"
    return f"{way} {number(percent)} %"


def _hours_not_below(minutes: int) -> float:
    """Hours that the rule reads back as these whole minutes, although it cuts off the fraction."""
    hours = minutes / 60
    return hours if int(hours * 60) >= minutes else (minutes + 1e-6) / 60


class CallNoticeChange(ScenarioPart):
    """Bank or agency is called only for shifts that begin within so many days of the day of
    planning: no automatic cascade to agency. Of several the last counts.
    """

    title = "No early calls of agency"

    kind: Literal["bank", "agency", "both"] = Field("agency", description="bank, agency or both")
    days: int = Field(ge=0, le=366, description="so long before its beginning [days]")
    planned_days_ahead: int = Field(
        42, ge=0, le=366, description="so long before its first day the period is planned [days]"
    )

    def overlay(self, dataset: Dataset, period: Period) -> Overlay:
        return {
            CallNotice.id: {
                "off": False,
                "kinds": ("agency", "bank") if self.kind == "both" else (self.kind,),
                "days": self.days,
                "planned_on": period.first - timedelta(days=self.planned_days_ahead),
            }
        }

    def sentence(self, name: Named) -> str:
        who = "Bank and agency are" if self.kind == "both" else f"{self.kind.capitalize()} is"
        return (
            f"{who} called at most {counted(self.days, 'day')} before a shift begins, where the"
            f" roster is planned {counted(self.planned_days_ahead, 'day')} ahead"
        )
