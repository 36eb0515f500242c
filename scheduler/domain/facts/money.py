"""What work costs beyond basic pay, and the temporary workers that can be called."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    Number,
    OptionalDay,
    OptionalId,
    OptionalText,
    OptionalWhole,
    Whole,
    empty_is_none,
)
from scheduler.domain.facts.people import BAND_ORDER, Band

DayKind = Literal["weekday_night", "saturday", "sunday_or_public_holiday"]
SupplyKind = Literal["bank", "agency"]
VatTreatment = Literal["outside_scope", "exempt", "standard"]
PayKind = Literal["contracted", "extra", "overtime", "bank", "agency"]


class Enhancement(Fact):
    """Unsocial-hours enhancement by kind of day, for a range of bands. No row = none."""

    file = "enhancement"
    key = ("day_kind", "band_from", "band_to")

    day_kind: DayKind = Field(description="kind of hours")
    band_from: Band = Field(description="lowest band")
    band_to: Band = Field(description="highest band")
    percent: Number = Field(ge=0, description="on top of basic pay [%]")

    @model_validator(mode="after")
    def bands_are_in_order(self) -> Self:
        if BAND_ORDER.index(self.band_to) < BAND_ORDER.index(self.band_from):
            raise ValueError(f"band_to|a band not below band_from {self.band_from}")
        return self

    def applies_to(self, band: str) -> bool:
        """Whether a band lies in its range, both ends included."""
        return (
            BAND_ORDER.index(self.band_from)
            <= BAND_ORDER.index(band)
            <= BAND_ORDER.index(self.band_to)
        )


class TemporarySupply(Fact):
    """Anonymous bank or agency workers that one host may call. They need no other clearance."""

    file = "temporary_supply"
    required_file = False
    references = {"organisation_id": "organisation", "place_id": "place", "role_id": "role"}

    id: Id = Field(description="short code")
    kind: SupplyKind = Field(description="bank or agency")
    organisation_id: Id = Field(description="who may call, as host")
    place_id: OptionalId = Field(default=None, description="only there; empty = anywhere")
    role_id: Id = Field(description="for demand of this role or one that it covers")
    hourly_pence: Whole = Field(
        ge=0, description="price of an hour [pence]; bank gets enhancements on top"
    )
    max_shifts_per_week: OptionalWhole = Field(
        default=None, ge=0, description="most shifts in a week [shifts]; empty = unlimited"
    )


class RechargeAccount(Fact):
    """Where a recharge between two organisations is booked, and how value added tax treats it, as
    both finance departments have agreed. No row = not stated, which is never guessed.
    """

    file = "recharge_account"
    required_file = False
    key = ("home_organisation_id", "host_organisation_id", "service_id", "from_date")
    references = {
        "home_organisation_id": "organisation",
        "host_organisation_id": "organisation",
        "service_id": "service",
    }
    one_at_a_time = ("home_organisation_id", "host_organisation_id", "service_id")

    home_organisation_id: Id = Field(description="the employer that lends, and recharges")
    host_organisation_id: Id = Field(description="the host that borrows, and is recharged")
    service_id: OptionalId = Field(
        default=None,
        description="the service, whose row goes before that for all; empty = every service",
    )
    from_date: Day = Field(description="first day")
    to_date: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )
    home_cost_centre: OptionalText = Field(
        default=None, description="where the lender books it; empty = not stated"
    )
    host_cost_centre: OptionalText = Field(
        default=None, description="where the borrower books it; empty = not stated"
    )
    vat: Annotated[VatTreatment | None, BeforeValidator(empty_is_none)] = Field(
        default=None,
        description="how value added tax treats it, as both have agreed; empty = not stated",
    )

    @model_validator(mode="after")
    def is_between_two(self) -> Self:
        if self.home_organisation_id == self.host_organisation_id:
            raise ValueError("host_organisation_id|another organisation than the one that lends")
        return self

    @model_validator(mode="after")
    def states_something(self) -> Self:
        if not (self.home_cost_centre or self.host_cost_centre or self.vat):
            raise ValueError("vat|a cost centre or how value added tax treats it")
        return self
