"""What work there is, who is away or wishes what, and what was worked before."""

from datetime import time
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    DayOfWork,
    Fact,
    Id,
    Instant,
    MadeId,
    Number,
    OptionalDay,
    OptionalId,
    OptionalTime,
    OptionalWhole,
    Text,
    TimeOfDay,
    Whole,
    empty_is_none,
)
from scheduler.domain.facts.money import PayKind

DAY_MINUTES = 24 * 60


class ShiftType(Fact):
    """A shift's hours; an end before the start is on the next day.

    A stretch of it may be neither worked nor paid (the sleep of a sleep-in), and it may be one half
    of a split duty.
    """

    file = "shift_type"
    references = {"split_with": "shift_type"}

    id: Id = Field(description="short code")
    name: Text = Field(description="its name")
    start_time: TimeOfDay = Field(description="begin, local to Europe/London [HH:MM]")
    end_time: TimeOfDay = Field(
        description="end, local; before the start = on the next day [HH:MM]"
    )
    unpaid_break_minutes: Whole = Field(ge=0, description="unpaid break, spread evenly [minutes]")
    days: OptionalWhole = Field(
        default=None,
        ge=0,
        le=3,
        description=(
            "optional: so many days after the start it ends, 1 for a duty of 24 h [days]; empty ="
            " as the times say"
        ),
    )
    unpaid_from: OptionalTime = Field(
        default=None,
        description=(
            "optional: from when it is neither worked nor paid (sleep), local [HH:MM]; empty ="
            " every hour is worked"
        ),
    )
    unpaid_to: OptionalTime = Field(
        default=None,
        description=(
            "optional: until when it is neither worked nor paid, local [HH:MM]; empty = every hour"
            " is worked"
        ),
    )
    split_with: OptionalId = Field(
        default=None,
        description=(
            "optional: the shift of the same date that is the other half of one duty; empty = a"
            " duty of its own"
        ),
    )

    @property
    def length(self) -> int:
        """From start to end by the clock [minutes]."""
        end = _of_day(self.end_time) - _of_day(self.start_time)
        return end + DAY_MINUTES * (int(end <= 0) if self.days is None else self.days)

    @property
    def unpaid_stretch(self) -> tuple[int, int] | None:
        """(from, to) of what is neither worked nor paid, from the start by the clock [minutes];
        None where all is worked.
        """
        if self.unpaid_from is None or self.unpaid_to is None:
            return None
        begin = (_of_day(self.unpaid_from) - _of_day(self.start_time)) % DAY_MINUTES
        return begin, begin + (
            (_of_day(self.unpaid_to) - _of_day(self.unpaid_from)) % DAY_MINUTES or DAY_MINUTES
        )

    @model_validator(mode="after")
    def has_length(self) -> Self:
        if self.end_time == self.start_time and self.days is None:
            raise ValueError(
                "end_time|an end_time that differs from start_time, or days = 1 for a duty of 24 h"
            )
        if self.length <= 0:
            raise ValueError("days|1 or more where the end is not after the start")
        if (self.unpaid_from is None) != (self.unpaid_to is None):
            raise ValueError("unpaid_to|both unpaid_from and unpaid_to, or neither")
        stretch = self.unpaid_stretch
        if stretch is not None and stretch[1] > self.length:
            raise ValueError("unpaid_from|an unpaid stretch within the shift")
        worked = self.length - (0 if stretch is None else stretch[1] - stretch[0])
        if self.unpaid_break_minutes >= worked:
            raise ValueError(
                "unpaid_break_minutes|a break shorter than what is worked of the shift"
            )
        if self.split_with == self.id:
            raise ValueError("split_with|another shift: the other half of the duty")
        return self


def _of_day(at: time) -> int:
    return at.hour * 60 + at.minute


class Demand(Fact):
    """People needed for one role, in one service, at one site, on one date and shift."""

    file = "demand"
    references = {
        "service_id": "service",
        "site_id": "site",
        "shift_type_id": "shift_type",
        "role_id": "role",
    }
    fixed = ("service_id", "date")

    id: MadeId = Field(description="id of the row")
    service_id: Id = Field(description="the service")
    site_id: Id = Field(description="where")
    date: DayOfWork = Field(description="date on which the shift starts")
    shift_type_id: Id = Field(description="which shift")
    role_id: Id = Field(description="role needed")
    minimum: Whole = Field(ge=0, description="people required [people]")
    preferred: OptionalWhole = Field(
        default=None,
        ge=0,
        description="people wanted [people]; below minimum or empty = the minimum",
    )
    priority: Whole = Field(ge=1, le=5, description="1 may wait … 5 unsafe if empty")
    maximum: OptionalWhole = Field(
        default=None,
        ge=0,
        description=(
            "optional: most people, above preferred [people]; empty = nobody beyond preferred"
        ),
    )
    under_pence: OptionalWhole = Field(
        default=None,
        ge=0,
        description="optional: price of each person missing [pence]; empty = the policy's price",
    )
    over_pence: OptionalWhole = Field(
        default=None,
        ge=0,
        description="optional: price of each person above preferred [pence]; empty = nothing",
    )


class DemandTemplate(Fact):
    """Demand that comes back every week; a demand row for the same work on a date replaces it."""

    file = "demand_template"
    required_file = False
    key = ("service_id", "site_id", "weekday", "shift_type_id", "role_id")
    references = {
        "service_id": "service",
        "site_id": "site",
        "shift_type_id": "shift_type",
        "role_id": "role",
    }

    service_id: Id = Field(description="the service")
    site_id: Id = Field(description="where")
    weekday: Whole = Field(ge=1, le=7, description="1 = Monday … 7 = Sunday")
    shift_type_id: Id = Field(description="which shift")
    role_id: Id = Field(description="role needed")
    minimum: Whole = Field(ge=0, description="people required [people]")
    preferred: OptionalWhole = Field(
        default=None,
        ge=0,
        description="people wanted [people]; below minimum or empty = the minimum",
    )
    priority: Whole = Field(ge=1, le=5, description="1 may wait … 5 unsafe if empty")


class SkillMix(Fact):
    """So many of a role, or of a role that covers it, among those on duty."""

    file = "skill_mix"
    required_file = False
    key = ("service_id", "shift_type_id", "role_id")
    references = {"service_id": "service", "shift_type_id": "shift_type", "role_id": "role"}

    service_id: Id = Field(description="the service")
    shift_type_id: Id = Field(description="the shift")
    role_id: Id = Field(description="whose own role is this one or covers it")
    minimum: Whole = Field(
        ge=0, description="people per site and date where anybody is on duty [people]"
    )


class Leave(Fact):
    """A person is away, both dates included."""

    file = "leave"
    required_file = False
    key = ("staff_id", "from_date", "kind")
    references = {"staff_id": "staff"}
    one_at_a_time = ("staff_id",)
    overlapping_is_one = True

    staff_id: Id = Field(description="the person")
    from_date: Day = Field(description="first day away")
    to_date: Day = Field(description="last day away")
    kind: Text = Field(description="annual, sick, study …")


class LeaveBand(Fact):
    """How many of a team may be away at once: those whom an organisation employs in a role, and
    where a service is named, of them who hold the competencies that it requires for the role.
    """

    file = "leave_band"
    required_file = False
    key = ("organisation_id", "role_id", "service_id")
    references = {"organisation_id": "organisation", "role_id": "role", "service_id": "service"}

    organisation_id: Id = Field(description="who employs them")
    role_id: Id = Field(description="role held")
    service_id: OptionalId = Field(
        default=None, description="the service for which they are cleared; empty = any"
    )
    most_away: Whole = Field(ge=0, description="so many may be away on one day [people]")
    least_away: OptionalWhole = Field(
        default=None,
        ge=0,
        description=(
            "so many should be away on one day, so that leave is not left over for the end of the"
            " year [people]; empty = none"
        ),
    )

    @model_validator(mode="after")
    def band_is_in_order(self) -> Self:
        if self.least_away is not None and self.least_away > self.most_away:
            raise ValueError(f"least_away|at most most_away, which is {self.most_away}")
        return self


class Unavailability(Fact):
    """Times at which a person cannot work, agreed with the employer: fixed days off, hours of a
    day. Hours owed are not touched.
    """

    file = "unavailability"
    required_file = False
    key = ("staff_id", "from_date", "weekday", "start_time")
    references = {"staff_id": "staff"}

    staff_id: Id = Field(description="the person")
    from_date: Day = Field(description="first date")
    to_date: OptionalDay = Field(default=None, description="last date; empty = open")
    weekday: OptionalWhole = Field(
        default=None, ge=1, le=7, description="1 = Monday … 7 = Sunday; empty = every date"
    )
    start_time: OptionalTime = Field(
        default=None, description="from when on these dates, local [HH:MM]; empty = all day"
    )
    end_time: OptionalTime = Field(
        default=None,
        description="until when; before the start = on the next day [HH:MM]; empty = all day",
    )

    @model_validator(mode="after")
    def hours_are_whole(self) -> Self:
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError("end_time|both start_time and end_time, or neither for all day")
        if self.start_time is not None and self.start_time == self.end_time:
            raise ValueError(
                "end_time|an end_time that differs from start_time; both empty for all day"
            )
        return self


class Preference(Fact):
    """A wish for or against work on a date."""

    file = "preference"
    required_file = False
    key = ("staff_id", "date", "shift_type_id")
    references = {"staff_id": "staff", "shift_type_id": "shift_type"}

    staff_id: Id = Field(description="the person")
    date: DayOfWork = Field(description="date on which the shift would start")
    shift_type_id: OptionalId = Field(
        default=None, description="the shift; empty = any work that day"
    )
    weight: Number = Field(
        ge=-10, le=10, description="above 0 wants, below 0 wants to avoid [points]"
    )


class WorkedShift(Fact):
    """What was worked before the period; rows inside it are fixed busy time."""

    file = "worked_shift"
    required_file = False
    key = ("staff_id", "start")
    references = {
        "staff_id": "staff",
        "organisation_id": "organisation",
        "contract_id": "contract",
        "host_organisation_id": "organisation",
    }
    one_at_a_time = ("staff_id",)

    staff_id: Id = Field(description="the person")
    organisation_id: Id = Field(description="who employed")
    start: Instant = Field(description="begin, ISO date-time, local where it has no offset")
    end: Instant = Field(description="end, ISO date-time")
    paid_minutes: Whole = Field(ge=0, description="length less unpaid break [minutes]")
    contract_id: OptionalId = Field(
        default=None, description="under which contract; empty = does not count towards hours owed"
    )
    host_organisation_id: OptionalId = Field(
        default=None, description="optional: for which host; empty = none is named"
    )
    pay: Annotated[PayKind | None, BeforeValidator(empty_is_none)] = Field(
        default=None,
        description="optional: as what it was paid, by whoever paid it; empty = it is not known",
    )
    cost_pence: OptionalWhole = Field(
        default=None,
        ge=0,
        description="optional: what it cost, without on-costs [pence]; empty = it is not known",
    )


class Pin(Fact):
    """This person does this; the solver chooses the contract."""

    file = "pin"
    required_file = False
    key = ("staff_id", "demand_id")
    # the demand may come from a template: checked with the whole dataset
    references = {"staff_id": "staff"}

    staff_id: Id = Field(description="the person")
    demand_id: MadeId = Field(
        description="id of a demand row, or T:{service}:{site}:{date}:{shift_type}:{role}"
    )
