"""The least of one thing at every level of another: against all rosters of small made-up worlds."""

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.services.scenarios.trade_off import (
    Line,
    Point,
    Prices,
    knee,
    least_at,
    levels,
    next_prices,
    not_dominated,
)


def search(world: list[Point], prices: Prices, gap: float = 0.0) -> tuple[Point, Line]:
    """The best of a world at these prices, with a bound that leaves a gap."""
    best = min(world, key=lambda one: one.level * prices.level + one.reduced * prices.reduced)
    cost = best.level * prices.level + best.reduced * prices.reduced
    return best, Line(prices.level, prices.reduced, cost - gap)


worlds = st.lists(
    st.builds(Point, st.integers(0, 60).map(float), st.integers(0, 60).map(float)),
    min_size=1,
    max_size=25,
)


@given(worlds, st.floats(0, 50), st.integers(0, 6), st.integers(2, 20))
def test_the_truth_lies_in_every_interval(
    world: list[Point], gap: float, searches: int, count: int
) -> None:
    tried = [Prices(1000, 1, 0), Prices(1, 1000, 0)]
    found = [search(world, prices, gap) for prices in tried]
    for _ in range(searches):
        points, lines = [point for point, _ in found], [line for _, line in found]
        for prices in next_prices(points, lines, tried):
            tried.append(prices)
            found.append(search(world, prices, gap))
    points, lines = [point for point, _ in found], [line for _, line in found]
    for told in levels(points, lines, count):
        truth = min((one.reduced for one in world if one.level <= told.level + 1e-6), default=None)
        assert truth is not None
        assert told.low <= truth + 1e-6
        assert told.high is not None
        assert told.high >= truth - 1e-6
        assert told.low <= told.high


def test_it_ends_with_every_corner_of_the_hull_and_asks_for_no_more() -> None:
    world = [Point(0, 10), Point(1, 6), Point(3, 3), Point(6, 1), Point(10, 0), Point(4, 8)]
    tried = [Prices(1000, 1, 0), Prices(1, 1000, 0)]
    found = [search(world, prices) for prices in tried]
    for _ in range(20):
        points, lines = [point for point, _ in found], [line for _, line in found]
        more = next_prices(points, lines, tried)
        if not more:
            break
        tried += more
        found += [search(world, prices) for prices in more]
    points = [point for point, _ in found]
    assert not_dominated(points) == world[:5]
    assert len(tried) <= 2 + 2 * 5
    for corner in world[:5]:  # each is proven: the lines meet the rosters there
        told = least_at(points, [line for _, line in found], corner.level)
        assert (told.low, told.high) == pytest.approx((corner.reduced, corner.reduced))
    assert knee(points) == Point(3, 3)


def test_a_level_below_all_is_reached_by_no_roster() -> None:
    told = least_at([Point(5, 2)], [Line(1, 1, 7)], 4)
    assert (told.low, told.high) == (3, None)


def test_one_roster_is_one_level_without_a_knee() -> None:
    found = levels([Point(5, 0), Point(5, 0), Point(7, 0)], [Line(1, 1, 5)], 20)
    assert [(one.level, one.low, one.high) for one in found] == [(5, 0, 0)]
    assert knee([Point(5, 0)]) is None
    assert levels([], [], 20) == []


def test_nothing_below_the_chord_is_no_knee() -> None:
    assert knee([Point(0, 2), Point(1, 1), Point(2, 0)]) is None
    assert knee([Point(0, 2), Point(1, 1.5), Point(2, 0)]) is None


def test_twenty_levels_hold_the_found_ones() -> None:
    rng = random.Random(5)
    points = [Point(rng.random() * 10, 0) for _ in range(1)] + [Point(0, 9), Point(3.3, 4)]
    points = [*points, Point(12, 0)]
    found = levels(points, [Line(1, 1, 0)], 20)
    assert len(found) == 20
    assert {one.level for one in not_dominated(points)} <= {one.level for one in found}


def test_a_search_at_no_price_at_all_is_never_the_next_again() -> None:
    points = [Point(0, 10), Point(5, 0)]
    line = Line(60 * 5000, 500, 5000)  # what holds at 0 alone
    assert least_at(points, [line], 0.0).low == 10
    assert least_at(points, [line], 1 / 60).low == 0
    [one] = next_prices(points, [line], [Prices(inf, 1.0, 0)])
    assert (one.level, one.reduced) == (10, 5)
