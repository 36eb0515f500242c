"""Time as this project counts it: whole minutes since 1970 in UTC inside, Europe/London at the
edges.

Elapsed time is always a difference of these minutes, so a night over the clock change is as long as
it really is.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

import holidays

from scheduler.domain.facts.fact import LONDON

Date = date
"""For classes that have a property `date` of their own."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NIGHT_FROM, NIGHT_TO = time(23), time(6)
NIGHT_SHIFT_MINUTES = 180
"""A night shift has at least three hours between 23:00 and 06:00 (Working Time Regulations 1998,
reg. 2).
"""


@lru_cache(maxsize=100_000)
def minute_of(day: date, at: time) -> int:
    """The minute at which a local wall clock shows this; the first of two, and the one after a
    skipped hour.
    """
    return int(datetime.combine(day, at, tzinfo=LONDON).timestamp()) // 60


@lru_cache(maxsize=100_000)
def skipped(day: date, start: time, end: time) -> bool:
    """Whether a shift of these local hours has no time at all: it starts and ends in the hour that
    the clocks skip in spring.
    """
    until = day + timedelta(days=int(end <= start))
    if minute_of(until, end) <= minute_of(day, start):
        return True
    return not (_shown(day, start) or _shown(until, end))


def _shown(day: date, at: time) -> bool:
    """Whether a wall clock shows this at some time of the day."""
    return local(minute_of(day, at)).time() == at


def minute(instant: datetime) -> int:
    """The minute of an aware date-time."""
    return int(instant.timestamp()) // 60


@lru_cache(maxsize=200_000)
def local(at: int) -> datetime:
    """The local date-time of a minute."""
    return datetime.fromtimestamp(at * 60, tz=UTC).astimezone(LONDON)


def local_date(at: int) -> date:
    """The date in London at a minute."""
    return local(at).date()


def monday(day: date) -> date:
    """The Monday of the week in which a date lies."""
    return day - timedelta(days=day.weekday())


def day_after(day: date) -> date:
    """The next date; the last date that there is stands for "for ever" and has none, so it is its
    own.
    """
    return day if day == date.max else day + timedelta(days=1)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every date from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def dates_touched(start: int, end: int) -> tuple[date, ...]:
    """The local dates on which any minute before the end falls."""
    return tuple(days_between(local_date(start), local_date(end - 1)))


def overlap(start: int, end: int, from_time: time, to_time: time) -> int:
    """Minutes of [start, end) that lie between two local times of day, over midnight where to_time
    is the earlier.
    """
    total = 0
    for day in days_between(local_date(start) - timedelta(days=1), local_date(end)):
        window_end = day if to_time > from_time else day + timedelta(days=1)
        total += max(
            0, min(end, minute_of(window_end, to_time)) - max(start, minute_of(day, from_time))
        )
    return total


Stretch = tuple[int, int]
"""[from, to) in minutes."""
AWAKE: Stretch = (0, 0)
"""For a shift that is worked from start to end."""


class Hours(NamedTuple):
    """When somebody is on duty: [start, end), of which `asleep` is neither worked nor paid, less an
    unpaid break.

    `split` is the same for both halves of one duty; between two halves of a date no daily rest is
    due.
    """

    start: int
    end: int
    paid: int
    asleep: Stretch = AWAKE
    split: str = ""

    @property
    def night(self) -> bool:
        """Whether they make a night shift."""
        return is_night(self.start, self.end, self.asleep)


class OnDuty:
    """What has hours, whoever decides it. For every rule a shift counts whole, on the day and in
    the week in which it starts.
    """

    hours: Hours

    @property
    def start(self) -> int:
        """When it begins [minutes since 1970, UTC]."""
        return self.hours.start

    @property
    def end(self) -> int:
        """When it has ended [minutes since 1970, UTC]."""
        return self.hours.end

    @property
    def paid(self) -> int:
        """Paid time [minutes]."""
        return self.hours.paid

    @cached_property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return self.hours.night

    @cached_property
    def date(self) -> Date:
        """The local date on which it starts."""
        return local_date(self.hours.start)

    @cached_property
    def week(self) -> Date:
        """The Monday of the week in which it starts."""
        return monday(self.date)


def stretches(start: int, end: int, asleep: Stretch) -> tuple[Stretch, ...]:
    """What is worked of [start, end): all of it, or what lies before and after the sleep."""
    if asleep == AWAKE:
        return ((start, end),)
    return tuple(part for part in ((start, asleep[0]), (asleep[1], end)) if part[0] < part[1])


@lru_cache(maxsize=100_000)
def is_night(start: int, end: int, asleep: Stretch = AWAKE) -> bool:
    """Whether a shift is a night shift by what is worked of it."""
    return (
        sum(overlap(*part, NIGHT_FROM, NIGHT_TO) for part in stretches(start, end, asleep))
        >= NIGHT_SHIFT_MINUTES
    )


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """England's public holidays of a year; a holiday and its substitute day both count."""
    return frozenset(
        holidays.country_holidays("GB", subdiv="ENG", years=year, observed=True).keys()
    )


def text(at: int) -> str:
    """A minute as people read it: `Mon 11 Jan 07:00`."""
    return local(at).strftime("%a %-d %b %H:%M")


def hours(minutes: int | float) -> str:
    """Minutes as hours, as people read them: `7.5 h`."""
    return f"{round(minutes / 60, 2):g} h"
