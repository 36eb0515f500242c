"""Which strategy a problem gets, by size and shape."""

import time
from collections.abc import Callable
from dataclasses import replace

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.direct_lns.polish import polished
from solver.search.period_columns.strategy import by_periods
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Found, Limits, Progress
from solver.search.weekly_columns.statements import NotByWeeklyColumns
from solver.search.weekly_columns.strategy import by_weeks

SMALL = 400
"""Up to so many deployable pairs the direct model proves its roster best in seconds."""
POLISHING_SHARE, POLISHED_A_SECOND = 0.2, 80
"""The last of the time goes to neighbourhoods of the whole model, where there are no more than so
many pairs for each second of it all: to state that model takes most of a millisecond for each.
"""


def search(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    start: Roster | None = None,
    solver_pool: SolverPool = LOCAL,
) -> Found:
    """Look for a roster with the strategy that suits the problem: small ones directly, others week
    by week for each person, and by whole periods of each person where rules speak of hours owed
    over several weeks.

    `solver_pool`: who solves the many small models of the larger ones.
    """
    pairs = len(problem.pairs_duty)
    if pairs <= SMALL:
        return direct(problem, policy, limits, on_progress, should_stop, start)
    began = time.monotonic()
    share = POLISHING_SHARE if pairs <= POLISHED_A_SECOND * limits.seconds else 0.0
    by_weeks_alone = replace(limits, seconds=(1 - share) * limits.seconds)

    def left() -> Limits:
        if limits.deterministic:
            return replace(limits, seconds=share * limits.seconds)
        return replace(limits, seconds=limits.seconds - (time.monotonic() - began))

    try:
        found = by_weeks(
            problem, policy, by_weeks_alone, on_progress, should_stop, start, solver_pool
        )
    except NotByWeeklyColumns:  # too many possible weeks, or a rule that those cannot carry
        if not limits.deterministic:
            limits = replace(limits, seconds=max(0.1, left().seconds))
        return by_periods(problem, policy, limits, on_progress, should_stop, start, solver_pool)
    if not share:
        return found
    return polished(problem, policy, found, left(), on_progress, should_stop, solver_pool)
