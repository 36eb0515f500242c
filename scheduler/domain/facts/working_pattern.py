"""What was agreed about how a person works: limits on hours, shifts, weekends and runs, and what
may not follow what.
"""

from typing import Literal, Self

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import Fact, Id, OptionalId, OptionalWhole

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
