"""What was agreed about how a person works: limits on hours, shifts, weekends and runs, what may
not follow what, and the days and shifts that come back.
"""

from typing import Literal, Self

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    DayOfWork,
    Fact,
    Id,
    OptionalDay,
    OptionalId,
    OptionalWhole,
    Whole,
)

Measure = Literal[
    "total_minutes",
    "total_shifts",
    "total_weekends",
    "run_of_work",
    "run_of_days_off",
    "run_of_shift",
]
"""Each is the id of the rule that reads the limit."""


class WorkLimit(Fact):
    """At least or at most so much of something for one person, or for everybody.

    Totals count over the roster's period, or over the `days` dates that end with it; runs count
    dates in a row.
    """

    file = "work_limit"
    required_file = False
    key = ("staff_id", "measure", "shift_type_id")
    references = {"staff_id": "staff", "shift_type_id": "shift_type"}

    staff_id: OptionalId = Field(default=None, description="the person; empty = everybody")
    measure: Measure = Field(description="what is counted: the id of the rule that reads it")
    shift_type_id: OptionalId = Field(
        default=None,
        description=(
            "only this shift: for total_shifts, and needed for run_of_shift; empty = every shift"
        ),
    )
    minimum: OptionalWhole = Field(
        default=None,
        ge=0,
        description="at least so many [minutes, shifts, weekends or days]; empty = no minimum",
    )
    maximum: OptionalWhole = Field(
        default=None,
        ge=0,
        description="at most so many [minutes, shifts, weekends or days]; empty = no maximum",
    )
    days: OptionalWhole = Field(
        default=None,
        ge=1,
        le=366,
        description=(
            "for totals: dates counted, up to the period's last; empty = the period's [days]"
        ),
    )

    @model_validator(mode="after")
    def limits_something(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("maximum|a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("maximum|a maximum that is not below minimum")
        if self.measure == "run_of_shift" and self.shift_type_id is None:
            raise ValueError("shift_type_id|the shift whose runs are limited")
        if self.shift_type_id is not None and self.measure not in ("total_shifts", "run_of_shift"):
            raise ValueError(f"shift_type_id|an empty cell: {self.measure} counts every shift")
        if self.days is not None and self.measure.startswith("run_"):
            raise ValueError("days|an empty cell: runs have no period of their own")
        return self


class ShiftSuccession(Fact):
    """After one shift, the other may not start on the next date."""

    file = "shift_succession"
    required_file = False
    key = ("shift_type_id", "next_shift_type_id")
    references = {"shift_type_id": "shift_type", "next_shift_type_id": "shift_type"}

    shift_type_id: Id = Field(description="after this shift …")
    next_shift_type_id: Id = Field(description="… this one may not start on the next date")


class BasePattern(Fact):
    """One worked day of a person's base pattern, a cycle of whole weeks that comes back.

    The rows of one pattern have the same person, from_date, to_date and cycle_days. A day of the
    cycle without a row is a day off. At most one pattern of a person holds on a date.
    """

    file = "base_pattern"
    required_file = False
    key = ("staff_id", "from_date", "day")
    references = {
        "staff_id": "staff",
        "shift_type_id": "shift_type",
        "service_id": "service",
        "site_id": "site",
    }

    staff_id: Id = Field(description="the person")
    from_date: DayOfWork = Field(
        description="first date of the pattern, on any weekday: day 1 of its first cycle"
    )
    to_date: OptionalDay = Field(
        default=None, description="last date of the pattern, within a cycle or not; empty = open"
    )
    cycle_days: Whole = Field(
        ge=7, le=364, description="after so many days it begins again: 7, 14, 21 … [days]"
    )
    day: Whole = Field(
        ge=1, le=364, description="day of the cycle: 1 = the weekday of from_date … cycle_days"
    )
    shift_type_id: Id = Field(
        description="the shift worked that day; a row each where there are several, as of a split"
        " duty"
    )
    service_id: OptionalId = Field(
        default=None, description="optional: only in this service; empty = in any"
    )
    site_id: OptionalId = Field(default=None, description="optional: only there; empty = anywhere")

    @model_validator(mode="after")
    def lies_in_a_cycle_of_whole_weeks(self) -> Self:
        if self.cycle_days % 7:
            raise ValueError("cycle_days|whole weeks: 7, 14, 21 … days")
        if self.day > self.cycle_days:
            raise ValueError(f"day|a day of the cycle, from 1 to {self.cycle_days}")
        return self
