"""Times at which somebody cannot work, agreed with the employer: as stretches of time, and in
words.
"""

from collections.abc import Iterator
from datetime import time, timedelta

from scheduler.domain.barrier import live
from scheduler.domain.clock import WEEKDAYS, Stretch, days_between, local_date, minute_of
from scheduler.domain.facts import Unavailability
from scheduler.domain.sentence import Sentence, said


def unavailable_stretches(row: Unavailability, start: int, end: int) -> Iterator[Stretch]:
    """[from, to) of what a row says about the dates around a shift; over midnight where its end is
    the earlier.
    """
    for day in days_between(local_date(start) - timedelta(days=1), local_date(end)):
        if live(row, day) and row.weekday in (None, day.isoweekday()):
            tomorrow = day + timedelta(days=1)
            if row.start_time is None or row.end_time is None:
                yield minute_of(day, time(0)), minute_of(tomorrow, time(0))
            else:
                yield (
                    minute_of(day, row.start_time),
                    minute_of(day if row.start_time < row.end_time else tomorrow, row.end_time),
                )


def unavailability_key(row: Unavailability) -> str:
    """What is the same for everybody who is away at such a time."""
    cells = row.cells()
    return f"{cells['weekday'] or 'daily'} {cells['start_time']}-{cells['end_time']}".removesuffix(
        " -"
    )


def unavailability_words(row: Unavailability) -> Sentence:
    """As people say it: `every Monday, 08:00 to 12:00`."""
    allday = row.start_time is None or row.end_time is None
    hours = "all day" if allday else f"{row.start_time:%H:%M} to {row.end_time:%H:%M}"
    if row.from_date == row.to_date:
        return said("on {first}, {hours}", first=row.from_date, hours=hours)
    every = "every day" if row.weekday is None else f"every {WEEKDAYS[row.weekday - 1]}"
    if row.to_date is None:
        return said("{every} from {first}, {hours}", every=every, first=row.from_date, hours=hours)
    return said(
        "{every} from {first} to {last}, {hours}",
        every=every,
        first=row.from_date,
        last=row.to_date,
        hours=hours,
    )
