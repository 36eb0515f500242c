"""Which strategy a problem gets, by size and shape."""

from collections.abc import Callable

from scheduler.domain.problem import Problem
from solver.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Found, Limits, Progress


def search(problem: Problem, policy: Policy, limits: Limits, tell: Callable[[Progress], None], stopped: Callable[[], bool]) -> Found:
    """Look for a roster with the strategy that suits the problem."""
    return direct(problem, policy, limits, tell, stopped)
