"""Which publication counts on which date: of those of one collaborative that cover it, the
latest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from scheduler.domain.clock import days_between

Publication = tuple[str, date, date]
"""(collaborative id, first date, last date)"""


def dates_in_force(publications: Sequence[Publication]) -> list[frozenset[date]]:
    """For each publication, in the order in which they were made: the dates that no later one of
    its collaborative covers.

    A longer roster thus stays in force around a shorter one that was published into it.
    """
    taken: dict[str, set[date]] = defaultdict(set)
    found = []
    for collaborative_id, first, last in reversed(publications):
        own = frozenset(days_between(first, last)) - taken[collaborative_id]
        taken[collaborative_id] |= own
        found.append(own)
    return found[::-1]


def stretches(dates: Iterable[date]) -> list[tuple[date, date]]:
    """Dates as first and last date of each unbroken stretch, in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(dates):
        if found and day == found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def stretches_text(dates: Iterable[date]) -> str:
    """Dates as people read them: `11 Jan to 17 Jan, 25 Jan`."""
    texts = []
    for first, last in stretches(dates):
        begin, end = (f"{day.day} {day:%b}" for day in (first, last))
        texts.append(begin if first == last else f"{begin} to {end}")
    return ", ".join(texts)
