"""What work there is, who is away or wishes what, and what was worked before."""

from typing import Self

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import Day, Fact, Id, Instant, Number, OptionalId, OptionalWhole, Text, TimeOfDay, Whole


class ShiftType(Fact):
    """A shift's hours; an end before the start is on the next day."""

    file = "shift_type"

    id: Id = Field(description="short code")
    name: Text = Field(description="its name")
    start_time: TimeOfDay = Field(description="begin, local to Europe/London [HH:MM]")
    end_time: TimeOfDay = Field(description="end, local; before the start = on the next day [HH:MM]")
    unpaid_break_minutes: Whole = Field(ge=0, description="unpaid break, spread evenly [minutes]")

    @model_validator(mode="after")
    def has_length(self) -> Self:
        if self.end_time == self.start_time:
            raise ValueError("end_time|an end_time that differs from start_time")
        start = self.start_time.hour * 60 + self.start_time.minute
        end = self.end_time.hour * 60 + self.end_time.minute
        if self.unpaid_break_minutes >= (end - start) % 1440:
            raise ValueError("unpaid_break_minutes|a break shorter than the shift")
        return self


class Demand(Fact):
    """People needed for one role, in one service, at one site, on one date and shift."""

    file = "demand"
    references = {"service_id": "service", "site_id": "site", "shift_type_id": "shift_type", "role_id": "role"}
    fixed = ("service_id", "date")

    id: Id = Field(description="id of the row")
    service_id: Id = Field(description="the service")
    site_id: Id = Field(description="where")
    date: Day = Field(description="date on which the shift starts")
    shift_type_id: Id = Field(description="which shift")
    role_id: Id = Field(description="role needed")
    minimum: Whole = Field(ge=0, description="people required [people]")
    preferred: OptionalWhole = Field(default=None, ge=0, description="people wanted [people]; below minimum or empty = the minimum")
    priority: Whole = Field(ge=1, le=5, description="1 may wait … 5 unsafe if empty")
    maximum: OptionalWhole = Field(
        default=None, ge=0, description="optional: most people, above preferred [people]; empty = nobody beyond preferred"
    )
    under_pence: OptionalWhole = Field(
        default=None, ge=0, description="optional: price of each person missing [pence]; empty = the policy's price"
    )
    over_pence: OptionalWhole = Field(
        default=None, ge=0, description="optional: price of each person above preferred [pence]; empty = nothing"
    )


class DemandTemplate(Fact):
    """Demand that comes back every week; a demand row for the same work on a date replaces it."""

    file = "demand_template"
    required_file = False
    key = ("service_id", "site_id", "weekday", "shift_type_id", "role_id")
    references = {"service_id": "service", "site_id": "site", "shift_type_id": "shift_type", "role_id": "role"}

    service_id: Id = Field(description="the service")
    site_id: Id = Field(description="where")
    weekday: Whole = Field(ge=1, le=7, description="1 = Monday … 7 = Sunday")
    shift_type_id: Id = Field(description="which shift")
    role_id: Id = Field(description="role needed")
    minimum: Whole = Field(ge=0, description="people required [people]")
    preferred: OptionalWhole = Field(default=None, ge=0, description="people wanted [people]; below minimum or empty = the minimum")
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
    minimum: Whole = Field(ge=0, description="people per site and date where anybody is on duty [people]")


class Leave(Fact):
    """A person is away, both dates included."""

    file = "leave"
    required_file = False
    key = ("staff_id", "from_date", "kind")
    references = {"staff_id": "staff"}

    staff_id: Id = Field(description="the person")
    from_date: Day = Field(description="first day away")
    to_date: Day = Field(description="last day away")
    kind: Text = Field(description="annual, sick, study …")


class Preference(Fact):
    """A wish for or against work on a date."""

    file = "preference"
    required_file = False
    key = ("staff_id", "date", "shift_type_id")
    references = {"staff_id": "staff", "shift_type_id": "shift_type"}

    staff_id: Id = Field(description="the person")
    date: Day = Field(description="date on which the shift would start")
    shift_type_id: OptionalId = Field(default=None, description="the shift; empty = any work that day")
    weight: Number = Field(ge=-10, le=10, description="above 0 wants, below 0 wants to avoid [points]")


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

    staff_id: Id = Field(description="the person")
    organisation_id: Id = Field(description="who employed")
    start: Instant = Field(description="begin, ISO date-time, local where it has no offset")
    end: Instant = Field(description="end, ISO date-time")
    paid_minutes: Whole = Field(ge=0, description="length less unpaid break [minutes]")
    contract_id: OptionalId = Field(default=None, description="under which contract; empty = does not count towards hours owed")
    host_organisation_id: OptionalId = Field(default=None, description="optional: for which host; empty = none is named")


class Pin(Fact):
    """This person does this; the solver chooses the contract."""

    file = "pin"
    required_file = False
    key = ("staff_id", "demand_id")
    references = {"staff_id": "staff"}  # the demand may come from a template: checked with the whole dataset

    staff_id: Id = Field(description="the person")
    demand_id: Id = Field(description="id of a demand row, or T:{service}:{site}:{date}:{shift_type}:{role}")
