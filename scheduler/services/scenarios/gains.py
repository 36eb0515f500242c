"""What levers or partners bring together, and how that falls to each: Shapley shares, the equal
profit split, the core. Everything is an interval: what was found lies between two proven bounds.

Sources: L. Shapley, A Value for n-Person Games (1953); M. Frisk et al., Cost allocation in
collaborative forest transportation (2010), for the equal profit method.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import factorial, floor
from typing import Literal

import numpy as np
from scipy.optimize import linprog

Group = frozenset[str]
Stability = Literal["stable", "not stable", "cannot be told"]
HALF_A_PENNY = 0.5
"""Pence: a group that is short of less is not short, for a split comes from a linear programme."""
TINY = 1e-6
"""Pence: what a linear programme's answer may be off."""


@dataclass(frozen=True)
class Cost:
    """What the best roster of a case costs [pence]: no less than `bound`, no more than `found`."""

    bound: float
    found: float

    @property
    def whole(self) -> "Cost":
        """In whole pence, so that differences add up: what is proven best stays so."""
        found = round(self.found)
        return Cost(found if self.bound >= self.found else min(floor(self.bound), found), found)


@dataclass(frozen=True)
class Saving:
    """What something brings [pence]: `found` by the rosters that there are, and by the best
    possible ones no less than `low` and no more than `high`.
    """

    low: float
    found: float
    high: float


def groups_of(players: Collection[str]) -> Iterator[Group]:
    """Every set of some or none of them, the smaller first."""
    ordered = sorted(players)
    for size in range(len(ordered) + 1):
        yield from map(frozenset, combinations(ordered, size))


def saved(before: Cost, after: Cost) -> Saving:
    """What the step from one case to another saves."""
    return Saving(
        before.bound - after.found, before.found - after.found, before.found - after.bound
    )


def widening(costs: Mapping[Group, Cost], widens: Collection[str]) -> dict[Group, Cost]:
    """Costs of groups, where none of those that `widens` can make it dearer by coming in: what is
    possible without them is possible with them. What one search has found or proven then holds for
    others.
    """
    told = dict(costs)
    ordered = sorted(told, key=lambda group: (len(group), sorted(group)))
    for group in ordered:
        for member in group.intersection(widens):
            if (smaller := told.get(group - {member})) is not None:
                told[group] = replace(told[group], found=min(told[group].found, smaller.found))
    for group in reversed(ordered):
        for member in group.intersection(widens):
            less = group - {member}
            if less in told:
                told[less] = replace(told[less], bound=max(told[less].bound, told[group].bound))
    return told


def shapley(
    players: Sequence[str], costs: Mapping[Group, Cost], widens: Collection[str] = ()
) -> dict[str, Saving]:
    """What each player saves on average over all orders in which they could come in. `costs`: of
    every group of players. `widens`: who cannot make it dearer by coming in.

    The found shares add up to what all save together; each cost occurs once in a share, so that its
    interval is as narrow as the costs allow.
    """
    count = len(players)
    shares = {}
    for player in players:
        low = found = high = 0.0
        for group in groups_of([other for other in players if other != player]):
            weight = factorial(len(group)) * factorial(count - len(group) - 1) / factorial(count)
            step = saved(costs[group], costs[group | {player}])
            low += weight * step.low
            found += weight * step.found
            high += weight * step.high
        shares[player] = Saving(max(low, 0.0) if player in widens else low, found, high)
    return shares


def over_orders(
    players: Sequence[str], costs: Mapping[Group, Cost], widens: Collection[str] = ()
) -> dict[str, tuple[Saving, Saving]]:
    """(the least, the most) that each player saves by coming in, whoever is there before."""
    ends = {}
    for player in players:
        steps = [
            saved(costs[group], costs[group | {player}])
            for group in groups_of([other for other in players if other != player])
        ]
        if player in widens:
            steps = [replace(step, low=max(0.0, step.low)) for step in steps]
        least = Saving(*(min(getattr(step, end) for step in steps) for end in ENDS))
        most = Saving(*(max(getattr(step, end) for step in steps) for end in ENDS))
        ends[player] = (least, most)
    return ends


ENDS = ("low", "found", "high")


def in_whole_pence(parts: Mapping[str, float], whole: int) -> dict[str, int]:
    """Parts of a whole in pence that add up to it: what rounding down leaves goes to the largest
    remainders, the earlier first. Raises ValueError where the parts are another whole.
    """
    if abs(sum(parts.values()) - whole) > len(parts):
        raise ValueError(f"{sum(parts.values())} are not parts of {whole}")
    exact = {name: Fraction(value) for name, value in parts.items()}
    pence = {name: floor(value) for name, value in exact.items()}
    left = whole - sum(pence.values())
    order = sorted(exact, key=lambda name: pence[name] - exact[name])
    for turn in range(abs(left)):
        name = order[turn % len(order)] if left > 0 else order[-1 - turn % len(order)]
        pence[name] += 1 if left > 0 else -1
    return pence


# --- whether a split of the gain lasts


@dataclass(frozen=True)
class Standing:
    """Whether no group would do better by leaving with its own rosters. `group`: who would for
    certain, or who may.
    """

    verdict: Stability
    group: Group = frozenset()
    short_pence: float = 0.0
    """By how much the group would do better [pence]: for certain, or at most."""


def core(
    players: Sequence[str], costs: Mapping[Group, Cost], shares: Mapping[str, float]
) -> Standing:
    """Whether a split of the gain [pence by player] leaves no group better off alone, as far as the
    bounds tell.
    """
    alone = costs[frozenset()]
    open_group, open_short = frozenset[str](), 0.0
    worst, worst_short = frozenset[str](), 0.0
    for group in groups_of(players):
        if not 0 < len(group) < len(players):
            continue
        own = Saving(0.0, 0.0, 0.0) if len(group) == 1 else saved(alone, costs[group])
        gets = sum(shares[player] for player in group)
        if own.low - gets > max(worst_short, HALF_A_PENNY):
            worst, worst_short = group, own.low - gets
        if own.high - gets > max(open_short, HALF_A_PENNY):
            open_group, open_short = group, own.high - gets
    if worst:
        return Standing("not stable", worst, worst_short)
    return Standing("cannot be told", open_group, open_short) if open_group else Standing("stable")


def equal_profit(
    players: Sequence[str],
    costs: Mapping[Group, Cost],
    alone: Mapping[str, float],
    whole: float,
) -> dict[str, float]:
    """The split of a gain [pence] in which what partners gain, as a share of what each spends
    `alone`, differs least, among those that leave no group short of what it was found to gain by
    itself.

    Where there is no such split, among those that leave the groups as little short as can be.
    Whoever spends nothing alone counts as spending a penny.
    """
    count = len(players)
    spent = np.array([max(1.0, alone[player]) for player in players])
    groups = [group for group in groups_of(players) if 0 < len(group) < count]
    own = [
        0.0 if len(group) == 1 else saved(costs[frozenset()], costs[group]).found
        for group in groups
    ]
    inside = np.array([[player in group for player in players] for group in groups], dtype=float)
    inside = inside.reshape(len(groups), count)
    least_short = _least_core(inside, np.array(own), whole)
    # variables: a share each, then the largest difference of two relative gains
    rows, limits = [], []
    for one in range(count):
        for other in range(count):
            if one != other:
                row = np.zeros(count + 1)
                row[one], row[other], row[count] = 1 / spent[one], -1 / spent[other], -1
                rows.append(row)
                limits.append(0.0)
    for row, worth in zip(inside, own, strict=True):
        rows.append(np.append(-row, 0.0))
        limits.append(least_short + TINY - worth)
    if not rows:
        return dict.fromkeys(players, whole / count)
    found = linprog(
        c=np.append(np.zeros(count), 1.0),
        A_ub=np.array(rows),
        b_ub=np.array(limits),
        A_eq=np.append(np.ones(count), 0.0)[None, :],
        b_eq=[whole],
        bounds=[(None, None)] * count + [(0, None)],
        method="highs",
    )
    if not found.success:  # the least core is never empty: only its rounding can be
        raise ArithmeticError(f"No split of {whole} pence was found: {found.message}")
    return dict(zip(players, found.x[:count].tolist(), strict=True))


def _least_core(inside: np.ndarray, own: np.ndarray, whole: float) -> float:
    """By how much some group has to be short at least, however the whole is split; 0 where none
    has to be.
    """
    if not len(own):
        return 0.0
    count = inside.shape[1]
    found = linprog(
        c=np.append(np.zeros(count), 1.0),
        A_ub=np.hstack([-inside, -np.ones((len(own), 1))]),
        b_ub=-own,
        A_eq=np.append(np.ones(count), 0.0)[None, :],
        b_eq=[whole],
        bounds=[(None, None)] * count + [(0, None)],
        method="highs",
    )
    if not found.success:
        raise ArithmeticError(f"No split of {whole} pence was found: {found.message}")
    return float(found.x[count])


def core_of(players: Sequence[str], costs: Mapping[Group, Cost]) -> Stability:
    """Whether there is any split of all that is gained that leaves no group better off alone:
    `stable` where there is for certain, `not stable` where there is none for certain.
    """
    groups = [group for group in groups_of(players) if 0 < len(group) < len(players)]
    inside = np.array([[player in group for player in players] for group in groups], dtype=float)
    inside = inside.reshape(len(groups), len(players))
    alone, together = costs[frozenset()], saved(costs[frozenset()], costs[frozenset(players)])
    own = [
        Saving(0.0, 0.0, 0.0) if len(group) == 1 else saved(alone, costs[group]) for group in groups
    ]
    if _least_core(inside, np.array([one.high for one in own]), together.low) <= TINY:
        return "stable"
    if _least_core(inside, np.array([one.low for one in own]), together.high) > TINY:
        return "not stable"
    return "cannot be told"
