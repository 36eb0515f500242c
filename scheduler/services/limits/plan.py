"""How many searches a command makes and how long all of it may take: said beforehand, and kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from scheduler.domain.wording import counted
from scheduler.engine.choose import at_once

SCREENING = 0.5
"""Barriers are screened for so long, in time limits of a search."""
SOLVES = 10
"""So many barriers are solved for; of the others it is said what they are worth at most. Of bundles
as many at most.
"""
BATCH = SOLVES // 2
"""So many bundles begin together; after them it is seen whether others can be better."""
FRONTIER = 5
"""So many searches draw a frontier, however many points it has; with two of them it begins."""


@dataclass(frozen=True)
class SearchPlan:
    """Searches, and what takes as long: `one_by_one`, then others side by side, `at_once` so many;
    None: as a cluster does.
    """

    one_by_one: float
    side_by_side: tuple[int, ...] = ()
    at_once: int | None = 1

    def rounds(self, tasks: int) -> int:
        """How often as many begin together as are done at once."""
        return ceil(tasks / (self.at_once or 1))

    @property
    def turns(self) -> float:
        """How many searches go by one after the other."""
        return self.one_by_one + sum(self.rounds(tasks) for tasks in self.side_by_side)

    @property
    def first_turns(self) -> float:
        """The turns of what comes before the last that goes side by side."""
        return self.turns - (self.rounds(self.side_by_side[-1]) if self.side_by_side else 0)

    def seconds(self, each: float) -> float:
        """The most that all of it takes, where each search has so many seconds with all that
        belongs to it.
        """
        return each * self.turns

    def sentence(self, each: float) -> str:
        """`5 searches of at most 5 s each, 2 at once: at most 15 s in all.`"""
        searches = int(self.one_by_one) + sum(self.side_by_side)
        if searches == 1:
            return f"At most {in_words(each)} in all."
        up_to = "Up to " if len(self.side_by_side) > 1 else ""
        of = counted(searches, "search", "searches")
        many = f"{up_to}{of} of at most {in_words(each)} each"
        if self.at_once is None:
            return (
                f"{many}, as many at once as the cluster does: {in_words(self.seconds(each))} were"
                " it one."
            )
        together = min(self.at_once, max(self.side_by_side, default=1))
        return (
            f"{many}{f', {together} at once' if together > 1 else ''}: at most"
            f" {in_words(self.seconds(each))} in all."
        )


def of_comparison(
    scenarios: int,
    weeks: int = 1,
    *,
    as_it_is: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> SearchPlan:
    """The weeks as they are, unless they are known, then each scenario in each of them."""
    together, cases = at_once(environment), scenarios * weeks
    if not as_it_is:
        return SearchPlan(0, (cases,), together)
    return (
        SearchPlan(1, (cases,), together) if weeks == 1 else SearchPlan(0, (weeks, cases), together)
    )


def of_groups(
    groups: int, weeks: int = 1, environment: Mapping[str, str] = os.environ
) -> SearchPlan:
    """The weeks as they are, which one of the groups is, then every other group in each of
    them.
    """
    return SearchPlan(0, (weeks, (groups - 1) * weeks), at_once(environment))


def of_frontier(environment: Mapping[str, str] = os.environ) -> SearchPlan:
    """The two ends, then what they leave open, as many at once as can be."""
    together = at_once(environment)
    size = together or FRONTIER
    left = FRONTIER - 2
    batches = (2, *(min(size, left - done) for done in range(0, left, size)))
    return SearchPlan(0, batches, together)


def of_worth(barriers: int, bundle: int, environment: Mapping[str, str] = os.environ) -> SearchPlan:
    """The week as it is and the screening, then the week again beside so many barriers (0: those
    that could be worth most), then bundles.
    """
    bundles = (BATCH,) * (SOLVES // BATCH) if bundle > 1 else ()
    return SearchPlan(1 + SCREENING, (1 + (barriers or SOLVES), *bundles), at_once(environment))


def in_words(seconds: float) -> str:
    """`45 s`, `2 min`, `2 min 30 s`."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
