"""Shapley shares, the equal profit split and the core: by hand, by a published library, and as
intervals.
"""

from itertools import permutations

import pytest
import tucoopy
from hypothesis import given
from hypothesis import strategies as st
from tucoopy.geometry import Core
from tucoopy.solutions import least_core_epsilon_star

from scheduler.services.scenarios.gains import (
    Cost,
    Group,
    core,
    core_of,
    equal_profit,
    groups_of,
    in_whole_pence,
    over_orders,
    shapley,
    widening,
)

NAMES = "abcd"


def proven(costs: dict[str, float]) -> dict[Group, Cost]:
    """Costs of groups written as "ab", each proven best."""
    return {frozenset(group): Cost(cost, cost) for group, cost in costs.items()}


GLOVES = proven(
    {"": 300, "a": 300, "b": 300, "c": 300, "ab": 200, "ac": 200, "bc": 300, "abc": 200}
)
"""a has the left glove, b and c have a right one each; a pair is worth 100."""


def test_the_glove_game_by_hand() -> None:
    found = shapley("abc", GLOVES, "abc")
    assert {name: share.found for name, share in found.items()} == pytest.approx(
        {"a": 200 / 3, "b": 50 / 3, "c": 50 / 3}
    )
    assert all(share.low == share.found == share.high for share in found.values())
    # the one split that nobody leaves gives everything to whoever has the rare glove
    assert core("abc", GLOVES, {"a": 100, "b": 0, "c": 0}).verdict == "stable"
    standing = core("abc", GLOVES, {name: share.found for name, share in found.items()})
    assert (standing.verdict, standing.group) == ("not stable", frozenset("ab"))
    assert standing.short_pence == pytest.approx(100 - 250 / 3)
    assert core_of("abc", GLOVES) == "stable"
    split = equal_profit("abc", GLOVES, dict.fromkeys("abc", 100.0), 100.0)
    assert split == pytest.approx({"a": 100, "b": 0, "c": 0}, abs=1e-3)


def test_equal_profit_is_equal_where_nobody_objects() -> None:
    costs = proven({"": 600, "a": 600, "b": 600, "ab": 540})
    split = equal_profit("ab", costs, {"a": 400.0, "b": 200.0}, 60.0)
    assert split == pytest.approx({"a": 40, "b": 20}, abs=1e-3)
    assert equal_profit("ab", costs, {"a": 0.0, "b": 200.0}, 60.0)["b"] == pytest.approx(
        60, abs=0.5
    )


def test_no_split_lasts_where_every_two_gain_all() -> None:
    majority = proven({"": 90, "a": 90, "b": 90, "c": 90, "ab": 0, "ac": 0, "bc": 0, "abc": 0})
    assert core_of("abc", majority) == "not stable"
    split = equal_profit("abc", majority, dict.fromkeys("abc", 30.0), 90.0)
    assert split == pytest.approx(dict.fromkeys("abc", 30), abs=1e-3)
    assert core("abc", majority, split).verdict == "not stable"


def test_a_gap_leaves_it_open() -> None:
    costs = {group: Cost(cost.bound - 40, cost.found) for group, cost in GLOVES.items()}
    everything_to_a = {"a": 100.0, "b": 0.0, "c": 0.0}
    told = core("abc", costs, everything_to_a)
    assert told.verdict == "cannot be told"
    assert core_of("abc", costs) == "cannot be told"
    assert told.short_pence == pytest.approx(40)  # bc may gain 40 together, by the bounds


def test_whole_pence_add_up() -> None:
    assert in_whole_pence({"a": 100 / 3, "b": 100 / 3, "c": 100 / 3}, 100) == {
        "a": 34,
        "b": 33,
        "c": 33,
    }
    assert in_whole_pence({"a": -0.5, "b": 0.5}, 0) == {"a": 0, "b": 0}
    with pytest.raises(ValueError, match="are not parts"):
        in_whole_pence({"a": 1.0, "b": 1.0}, 90)


def test_what_a_larger_group_can_do_is_told_of_smaller_ones() -> None:
    costs = {
        frozenset(): Cost(50, 100),
        frozenset("a"): Cost(70, 130),
        frozenset("b"): Cost(60, 90),
        frozenset("ab"): Cost(65, 95),
    }
    told = widening(costs, "ab")
    assert told[frozenset("a")] == Cost(70, 100)  # as if a had not come in
    assert told[frozenset("b")] == Cost(65, 90)
    assert told[frozenset("ab")] == Cost(65, 90)  # b's roster
    assert told[frozenset()] == Cost(70, 100)  # a's bound


games = st.lists(st.integers(0, 1000), min_size=16, max_size=16)


def of_savings(savings: list[int]) -> tuple[dict[Group, Cost], tucoopy.Game]:
    """A game of four in which nobody gains anything alone, as costs and as the library has it."""
    groups = list(groups_of(NAMES))
    worth = {
        group: saving if len(group) > 1 else 0
        for group, saving in zip(groups, savings, strict=True)
    }
    game = tucoopy.Game.from_coalitions(
        n_players=4,
        values={tuple(NAMES.index(n) for n in group): v for group, v in worth.items()},
    )
    return {group: Cost(5000.0 - v, 5000.0 - v) for group, v in worth.items()}, game


@given(games)
def test_as_a_published_library_has_it(savings: list[int]) -> None:
    costs, game = of_savings(savings)
    whole = 5000.0 - costs[frozenset(NAMES)].found
    ours = shapley(NAMES, costs)
    assert [ours[name].found for name in NAMES] == pytest.approx(tucoopy.shapley_value(game))
    split = {name: share.found for name, share in ours.items()}
    assert (core(NAMES, costs, split).verdict == "stable") == Core(game).contains(
        [split[name] for name in NAMES], tol=1e-6
    )
    shortest = least_core_epsilon_star(game)
    if abs(shortest) > 1e-5:
        assert (core_of(NAMES, costs) == "stable") == (shortest <= 0)
    fair = equal_profit(NAMES, costs, dict.fromkeys(NAMES, 1000.0), whole)
    assert sum(fair.values()) == pytest.approx(whole, abs=1e-4)
    worst = max(
        5000 - costs[group].found - sum(fair[name] for name in group)
        for group in groups_of(NAMES)
        if 0 < len(group) < 4
    )
    assert worst <= max(0.0, shortest) + 1e-3


@given(games, st.lists(st.integers(0, 50), min_size=16, max_size=16), st.data())
def test_the_intervals_hold_every_truth_that_the_bounds_allow(
    savings: list[int], gaps: list[int], data: st.DataObject
) -> None:
    costs, _ = of_savings(savings)
    known = {
        group: Cost(cost.found - gap, cost.found)
        for (group, cost), gap in zip(costs.items(), gaps, strict=True)
    }
    truth = {
        group: Cost(value, value)
        for group, cost in known.items()
        for value in [data.draw(st.floats(cost.bound, cost.found))]
    }
    told, really = shapley(NAMES, known), shapley(NAMES, truth)
    for name in NAMES:
        assert told[name].low - 1e-6 <= really[name].found <= told[name].high + 1e-6
    ends = over_orders(NAMES, truth)
    for name in NAMES:
        steps = []
        for order in permutations(NAMES):
            before = frozenset(order[: order.index(name)])
            steps.append(truth[before].found - truth[before | {name}].found)
        assert (ends[name][0].found, ends[name][1].found) == pytest.approx(
            (min(steps), max(steps)), abs=1e-6
        )
