"""Which sets of lifts are looked at for the best bundle: all of at most so many steps, among as
many lifts as keep them few.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from scheduler.services.scenarios.interventions import Intervention

MOST_SETS = 200


def sets_of(lifts: Sequence[Intervention], steps: int) -> list[tuple[Intervention, ...]]:
    """Sets of at least two lifts that take at most so many steps together, among the first of the
    lifts; none holds another's steps twice.

    As many lifts are taken as give at most MOST_SETS sets. A set whose steps another of its lifts
    has already is no set of its own.
    """
    found: list[tuple[Intervention, ...]] = []
    for count in range(2, len(lifts) + 1):
        more = list(_with_last(lifts[:count], steps))
        if len(found) + len(more) > MOST_SETS:
            break
        found += more
    return found


def _with_last(lifts: Sequence[Intervention], steps: int) -> Iterator[tuple[Intervention, ...]]:
    """The sets that the last of the lifts belongs to."""
    *others, last = lifts
    for size in range(1, min(steps, len(others) + 1)):
        for chosen in combinations(others, size):
            together = (*chosen, last)
            if len({key for lift in together for key in lift.keys}) <= steps:
                yield together
