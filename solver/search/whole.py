"""The whole problem solved once more with one person put to one shift: what that costs among all
rosters, or between which limits it lies.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.domain.facts import Pin
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.strategy import Limits

MOST_PAIRS = 40_000
"""With more deployable pairs than this the whole problem is not solved again, whatever the time."""
PAIRS_A_SECOND = 250
"""With more deployable pairs for each second there is no hope of a better proof than that of the
roster itself.
"""


@dataclass(frozen=True)
class Whole:
    """`roster` None and `impossible`: no roster at all keeps every hard rule. `objective` and
    `bound` are sixtieths of a penny.
    """

    roster: Roster | None
    objective: int
    bound: int
    impossible: bool = False


def small_enough(problem: Problem, seconds: float) -> bool:
    """Whether it is worth while to solve the whole problem again in so many seconds."""
    return len(problem.pairs_duty) <= min(MOST_PAIRS, PAIRS_A_SECOND * seconds)


def solve_whole(
    problem: Problem,
    policy: Policy,
    forced: tuple[str, str],
    start: Roster | None,
    limits: Limits,
    should_stop: Callable[[], bool],
) -> Whole | None:
    """The best roster with the person there, as far as it is found in time. None where it is not
    tried, or nothing was found.

    `forced`: (staff id, demand id). `start`: a roster with the person there.
    """
    rule = policy.rules.get("pinned")
    if limits.seconds <= 0 or should_stop() or rule is None or not rule.hard:
        return None
    pin = Pin(staff_id=forced[0], demand_id=forced[1])
    asked = replace(problem, pins=tuple(dict.fromkeys((*problem.pins, pin))))
    found = search(asked, policy, limits, lambda _: None, should_stop, start)
    if found.status == "clash":
        return Whole(None, 0, 0, impossible=True) if start is None else None
    if found.roster is None:
        return None
    report = verify(asked, policy, found.roster)  # the search's word alone is not taken
    if report.breaches:
        return None
    return Whole(found.roster, report.objective, min(found.bound, report.objective))
