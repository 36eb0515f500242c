"""What work costs beyond basic pay, and the temporary workers that can be called."""

from typing import Literal, Self

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import Fact, Id, Number, OptionalId, OptionalWhole, Whole
from scheduler.domain.facts.people import BAND_ORDER, Band

DayKind = Literal["weekday_night", "saturday", "sunday_or_public_holiday"]
SupplyKind = Literal["bank", "agency"]
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
