"""Who is away: annual leave, sickness and study in and around the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from scheduler.synthetic.history import Worked
from scheduler.synthetic.workforce import SyntheticPerson

# of staff at some time of the week; of those who come off a night on Monday
AWAY, AFTER_NIGHT = (
    0.12,
    0.2,
)
# (kind, first day of the week, days)
LEAVES: Final = (
    ("annual", 0, 7),
    ("annual", 0, 14),
    ("annual", 0, 5),
    ("annual", 2, 3),
    ("annual", 4, 4),
    ("annual", 3, 1),
    ("sickness", 0, 3),
    ("sickness", 0, 10),
    ("sickness", 1, 2),
    ("study", 2, 1),
    ("parental", 0, 90),
)


@dataclass(frozen=True)
class SyntheticLeave:
    """A period away, both dates included."""

    staff_id: str
    from_date: date
    to_date: date
    kind: str

    def days(self) -> Iterator[date]:
        """Its dates, one after the other."""
        day = self.from_date
        while day <= self.to_date:
            yield day
            day += timedelta(days=1)


def make_leave(
    people: list[SyntheticPerson], last: dict[str, Worked], start: date, rng: Random
) -> list[SyntheticLeave]:
    """At most one leave a person; none begins before `start`, so that no worked shift contradicts
    it.
    """
    leaves: list[SyntheticLeave] = []
    after_night = False
    for person in people:
        worked = last.get(person.id)
        came_off = worked is not None and worked.night and worked.day == start.toordinal() - 1
        if came_off and (not after_night or rng.random() < AFTER_NIGHT):
            after_night = (
                True  # off on the very Monday on which the last night ends, at least one person
            )
            leaves.append(
                SyntheticLeave(person.id, start, start + timedelta(days=rng.randrange(7)), "annual")
            )
        elif rng.random() < AWAY:
            kind, first, length = rng.choice(LEAVES)
            begin = start + timedelta(days=first)
            leaves.append(
                SyntheticLeave(person.id, begin, begin + timedelta(days=length - 1), kind)
            )
    return leaves
