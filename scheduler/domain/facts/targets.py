"""What partners have to reach, or have agreed to reach, and who says so."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, Self, get_args

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    OptionalDay,
    OptionalId,
    OptionalNumber,
    Text,
    YesNo,
)

TargetMeasure = Literal[
    "lead_days",
    "published_42_days_share",
    "fill_share",
    "agency_hours",
    "bank_hours",
    "agency_share",
    "bank_share",
    "temporary_share",
    "unused_hours_share",
    "leave_share",
    "leave_band_share",
    "changes_after_publication_share",
    "wishes_met_share",
    "notice_days",
    "agency_change",
    "bank_change",
]
TARGET_MEASURES: tuple[TargetMeasure, ...] = get_args(TargetMeasure)

TARGET_UNITS: Mapping[TargetMeasure, str] = {
    "lead_days": "days",
    "agency_hours": "h a week",
    "bank_hours": "h a week",
    "notice_days": "days",
}
"""In what a measure is said; of all others per cent."""


def unit_of(measure: TargetMeasure) -> str:
    """`days`, `h a week` or `%`."""
    return TARGET_UNITS.get(measure, "%")


class MeasureTarget(Fact):
    """At least or at most so much of a measure, from one date on, by whoever says so. An
    organisation's own takes the place of that for all. No row = no target: the figure is shown
    alone.
    """

    file = "target"
    required_file = False
    key = ("measure", "organisation_id", "from_date")
    references = {"organisation_id": "organisation"}
    one_at_a_time = ("measure", "organisation_id")

    measure: TargetMeasure = Field(
        description=(
            "what is measured: shares and changes in per cent; days; hours a week. agency_change,"
            " bank_change: against the hours or pay of a baseline"
        )
    )
    organisation_id: OptionalId = Field(
        default=None, description="for which organisation; empty = for each and all together"
    )
    at_least: OptionalNumber = Field(
        default=None,
        description="at least so much [days, h a week or %]; empty = no lower end",
    )
    at_most: OptionalNumber = Field(
        default=None,
        description="at most so much [days, h a week or %]; empty = no upper end",
    )
    source: Text = Field(description="who says so, and where")
    source_date: Day = Field(description="of when that is")
    from_date: Day = Field(description="first date on which it holds")
    to_date: OptionalDay = Field(default=None, description="last date; empty = open")
    confirmed: YesNo = Field(
        description="yes = read in the source itself; no = heard of, or a default of ours"
    )

    @model_validator(mode="after")
    def asks_for_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_most|a number in at_least or in at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_most|a number that is not below at_least")
        return self

    @property
    def unit(self) -> str:
        """In what both ends are said."""
        return unit_of(self.measure)

    def met(self, value: Fraction) -> bool:
        """Whether a value lies between both ends as they were written, the ends included."""
        return (self.at_least is None or value >= Fraction(repr(self.at_least))) and (
            self.at_most is None or value <= Fraction(repr(self.at_most))
        )
