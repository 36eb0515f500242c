"""Which strategy a problem gets, by size and shape."""

from collections.abc import Callable

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.policy import Policy
from solver.search.crew import HERE, Crew
from solver.search.direct import direct
from solver.search.patterns.by_weeks import by_weeks
from solver.search.patterns.statements import NotByPatterns
from solver.search.periods.by_periods import by_periods
from solver.search.strategy import Found, Limits, Progress

SMALL = 400
"""Up to so many deployable pairs the direct model proves its roster best in seconds."""


def search(
    problem: Problem, policy: Policy, limits: Limits, tell: Callable[[Progress], None], stopped: Callable[[], bool], start: Roster | None = None,
    crew: Crew = HERE,
) -> Found:  # fmt: skip
    """Look for a roster with the strategy that suits the problem: a week by weekly patterns, longer periods by whole periods of each person, small ones directly.

    `crew`: who solves the many small models of the larger ones.
    """
    if len(problem.pairs_duty) <= SMALL:
        return direct(problem, policy, limits, tell, stopped, start)
    try:
        return by_weeks(problem, policy, limits, tell, stopped, start, crew)
    except NotByPatterns:
        pass  # too many possible weeks, or a rule that patterns cannot carry
    return by_periods(problem, policy, limits, tell, stopped, start, crew)
