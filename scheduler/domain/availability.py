"""Times at which somebody cannot work, agreed with the employer: as stretches of time, and in words."""

from collections.abc import Iterator
from datetime import time, timedelta

from scheduler.domain.barrier import live
from scheduler.domain.clock import WEEKDAYS, Stretch, days_between, local_date, minute_of
from scheduler.domain.facts import Unavailability


def unavailable_stretches(row: Unavailability, start: int, end: int) -> Iterator[Stretch]:
    """[from, to) of what a row says about the dates around a shift; over midnight where its end is the earlier."""
    for day in days_between(local_date(start) - timedelta(days=1), local_date(end)):
        if live(row, day) and row.weekday in (None, day.isoweekday()):
            tomorrow = day + timedelta(days=1)
            if row.start_time is None or row.end_time is None:
                yield minute_of(day, time(0)), minute_of(tomorrow, time(0))
            else:
                yield minute_of(day, row.start_time), minute_of(day if row.start_time < row.end_time else tomorrow, row.end_time)


def unavailability_key(row: Unavailability) -> str:
    """What is the same for everybody who is away at such a time."""
    cells = row.cells()
    return f"{cells['weekday'] or 'daily'} {cells['start_time']}-{cells['end_time']}".removesuffix(" -")


def unavailability_words(row: Unavailability) -> str:
    """As people say it: `every Monday, 08:00 to 12:00`."""
    once = row.from_date == row.to_date
    if once:
        when = f"on {row.from_date}"
    else:
        when = "every day" if row.weekday is None else f"every {WEEKDAYS[row.weekday - 1]}"
        when += f" from {row.from_date}" + (f" to {row.to_date}" if row.to_date else "")
    if row.start_time is None or row.end_time is None:
        return f"{when}, all day"
    return f"{when}, {row.start_time:%H:%M} to {row.end_time:%H:%M}"
