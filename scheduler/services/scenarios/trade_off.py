"""What lies between two things of which less is better: the least of one that every level of the
other allows, between two proven bounds.

Every search at a price for each gives a roster, a `Point`, and a statement about all rosters, a
`Line`: no roster's priced sum is below the search's bound. A handful of such searches therefore
bounds every level at once: from above by the rosters, from below by the lines. Which price to
search at next follows from where the two lie furthest apart (the weighted-sum method of Y. Aneja
and K. Nair, Bicriteria transportation problem (1979)).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isinf

ROUGHLY = 1e-9
"""Relative: what two quantities may differ by and still be the same."""


@dataclass(frozen=True)
class Point:
    """A roster: so much of what is bounded by the `level`, so much of what is `reduced`."""

    level: float
    reduced: float
    key: str = ""


@dataclass(frozen=True)
class Line:
    """Of every roster: level × `level_price` + reduced × `reduced_price` ≥ `bound`. Prices above
    0.
    """

    level_price: float
    reduced_price: float
    bound: float

    def least(self, level: float) -> float:
        """What a roster of this level needs at least of what is reduced."""
        return (self.bound - self.level_price * level) / self.reduced_price


@dataclass(frozen=True)
class Level:
    """The least of what is reduced at a level: `low` is proven; `high` is what a roster has; None
    where no roster that was found reaches the level.
    """

    level: float
    low: float
    high: float | None
    key: str = ""


def not_dominated(points: Iterable[Point]) -> list[Point]:
    """Those that no other beats in both, by level; of equal ones the first."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: (one.level, one.reduced)):
        if not kept or point.reduced < kept[-1].reduced - ROUGHLY * max(1, kept[-1].reduced):
            kept.append(point)
    return kept


def least_at(points: Sequence[Point], lines: Sequence[Line], level: float) -> Level:
    """The interval of the least at a level."""
    low = max((line.least(level) for line in lines), default=0.0)
    reaching = [point for point in points if point.level <= level + ROUGHLY * max(1.0, abs(level))]
    best = min(reaching, key=lambda one: (one.reduced, one.level), default=None)
    if best is None:
        return Level(level, max(0.0, low), None)
    return Level(level, min(max(0.0, low), best.reduced), best.reduced, best.key)


def levels(points: Sequence[Point], lines: Sequence[Line], count: int) -> list[Level]:
    """So many levels between the ends of what was found, evenly, and the found ones themselves in
    place of those that lie nearest.
    """
    corners = not_dominated(points)
    if not corners:
        return []
    first, last = corners[0].level, corners[-1].level
    if last <= first:
        return [least_at(points, lines, first)]
    step = (last - first) / max(1, count - 1)
    wanted = [first + step * turn for turn in range(count)]
    for corner in corners:
        nearest = min(range(len(wanted)), key=lambda turn: abs(wanted[turn] - corner.level))
        wanted[nearest] = corner.level
    return [least_at(points, lines, level) for level in sorted(set(wanted))]


@dataclass(frozen=True)
class Prices:
    """At which to search next: one unit of each."""

    level: float
    reduced: float
    apart: float
    """The area between rosters and lines that made these the next."""


def next_prices(
    points: Sequence[Point], lines: Sequence[Line], tried: Iterable[Prices], count: int = 1
) -> list[Prices]:
    """Up to so many: of neighbouring rosters, at whose prices both cost the same, those between
    which most is unknown. None that was tried, and none where nothing is open.
    """
    done = {_slope(one.level, one.reduced) for one in tried}
    open_pairs = []
    for one, other in pairwise(not_dominated(points)):
        level, reduced = one.reduced - other.reduced, other.level - one.level
        area = _between(one, other, lines)
        whole = level * reduced
        if area > ROUGHLY * whole and _slope(level, reduced) not in done:
            open_pairs.append(Prices(level, reduced, area))
    return sorted(open_pairs, key=lambda one: -one.apart)[:count]


def _slope(level: float, reduced: float) -> float:
    if isinf(level):
        return 1.0
    return round(level / (level + reduced), 9)


def _between(one: Point, other: Point, lines: Sequence[Line], steps: int = 32) -> float:
    """The area between the stair of the two rosters and the lines, by so many steps."""
    width = (other.level - one.level) / steps
    found = 0.0
    for step in range(steps):
        low = max((line.least(one.level + (step + 0.5) * width) for line in lines), default=0.0)
        found += max(0.0, one.reduced - max(low, 0.0, other.reduced)) * width
    return found


def knee(points: Sequence[Point]) -> Point | None:
    """The roster that lies furthest below the straight line between the two ends, both scaled to
    the same length; None where there are fewer than three or none lies below it.
    """
    corners = not_dominated(points)
    if len(corners) < 3:
        return None
    first, last = corners[0], corners[-1]
    wide, tall = last.level - first.level, first.reduced - last.reduced

    def below(point: Point) -> float:
        return 1 - (point.level - first.level) / wide - (point.reduced - last.reduced) / tall

    best = max(corners[1:-1], key=below)
    return best if below(best) > ROUGHLY else None
