"""Work as elapsed time: a demand row with its hours worked out, and a shift that is known
beforehand.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property

from scheduler.domain.clock import (
    AWAKE,
    Date,
    Hours,
    Stretch,
    local_date,
    minute,
    minute_of,
    monday,
)
from scheduler.domain.facts import Demand, ShiftType, WorkedShift


@dataclass(frozen=True)
class Duty:
    """A demand row with its time and place worked out. Times are minutes in UTC; a shift counts on
    the day it starts.
    """

    index: int
    demand: Demand
    start: int
    end: int
    paid: int
    place_id: str
    host_id: str
    need_weight: float
    registered: bool
    asleep: Stretch = AWAKE
    """What of it is neither worked nor paid."""
    split: str = ""
    """The same for both halves of a split duty."""

    @property
    def id(self) -> str:
        """The demand row's id."""
        return self.demand.id

    @property
    def date(self) -> Date:
        """The local date on which it starts."""
        return self.demand.date

    @cached_property
    def week(self) -> Date:
        """The Monday of the week in which it starts."""
        return monday(self.demand.date)

    @cached_property
    def hours(self) -> Hours:
        """When whoever fills it is on duty."""
        return Hours(self.start, self.end, self.paid, self.asleep, self.split)

    @cached_property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return self.hours.night

    @property
    def minimum(self) -> int:
        """How many people are required."""
        return self.demand.minimum

    @property
    def preferred(self) -> int:
        """How many people are preferred: never fewer than are required."""
        return max(self.demand.minimum, self.demand.preferred or 0)

    @property
    def most(self) -> int:
        """How many people can be put here at all."""
        return max(self.preferred, self.demand.maximum or 0)


@dataclass(frozen=True, order=True)
class KnownShift:
    """A shift that is not ours to decide: worked before the period, or fixed busy time in or after
    it.
    """

    start: int
    end: int
    paid: int
    staff_id: str
    organisation_id: str = ""
    contract_id: str = ""
    host_organisation_id: str = ""
    service_id: str = ""
    route: str = ""
    """By which agreement's route it was lent, where that was recorded."""
    supply_id: str = ""
    """A call of this temporary supply, in place of a person's shift."""
    shift_type_id: str = ""
    asleep: Stretch = AWAKE
    split: str = ""

    @classmethod
    def of(cls, worked: WorkedShift) -> "KnownShift":
        """The shift of a row of worked_shift.csv."""
        return cls(
            minute(worked.start),
            minute(worked.end),
            worked.paid_minutes,
            worked.staff_id,
            worked.organisation_id,
            worked.contract_id or "",
            worked.host_organisation_id or "",
        )

    @cached_property
    def date(self) -> Date:
        """The local date on which it starts."""
        return local_date(self.start)

    @cached_property
    def week(self) -> Date:
        """The Monday of the week in which it starts."""
        return monday(self.date)

    @property
    def lent(self) -> bool:
        """Whether it is for another host than the employer, as far as that was recorded."""
        return self.host_organisation_id not in ("", self.organisation_id)

    @cached_property
    def hours(self) -> Hours:
        """When its person is on duty."""
        return Hours(self.start, self.end, self.paid, self.asleep, self.split)

    @cached_property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return self.hours.night


def hours_of(shift: ShiftType, day: date, split: str = "") -> Hours:
    """A shift type's hours on a date, as elapsed time. `split`: of which split duty it is a half
    (FactIndex.split_of).
    """
    start = minute_of(day, shift.start_time)
    asleep = AWAKE
    if shift.unpaid_stretch is not None:
        since, until = (_at(shift, day, offset) for offset in shift.unpaid_stretch)
        asleep = (since, until) if since < until else AWAKE
    end = _at(shift, day, shift.length)
    return Hours(
        start,
        end,
        max(0, end - start - (asleep[1] - asleep[0]) - shift.unpaid_break_minutes),
        asleep,
        split,
    )


def asleep_in(start: int, kind: ShiftType | None) -> Stretch:
    """What of a shift that starts then is neither worked nor paid, where it is known which shift it
    is.
    """
    return AWAKE if kind is None else hours_of(kind, local_date(start)).asleep


def _at(shift: ShiftType, day: date, offset: int) -> int:
    """The minute at which the wall clock shows the shift's start and so many minutes more."""
    days, at = divmod(shift.start_time.hour * 60 + shift.start_time.minute + offset, 24 * 60)
    return minute_of(day + timedelta(days=days), time(*divmod(at, 60)))
