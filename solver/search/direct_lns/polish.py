"""What another strategy has found, improved by neighbourhoods of the whole model: these know no
list of weeks, and find what no exchange of listed ones comes to.
"""

from collections.abc import Callable
from dataclasses import replace

from scheduler.domain.problem import Problem
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.direct_lns.improve import DirectLns
from solver.search.effort import Effort
from solver.search.progress import SearchTrace
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Found, Limits, Progress


def polished(
    problem: Problem,
    policy: Policy,
    found: Found,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    solver_pool: SolverPool = LOCAL,
) -> Found:
    """The same or a cheaper roster, under the same bound; `limits` are of this alone.

    `on_progress` is told as if the time had gone on from the last moment of what was found.
    """
    if found.roster is None or found.objective is None or limits.seconds <= 0 or should_stop():
        return found
    before = found.history[-1].seconds if found.history else 0.0
    effort = Effort(limits, solver_pool)
    trace = SearchTrace(lambda one: on_progress(replace(one, seconds=before + one.seconds)))
    trace.bound(found.bound)
    trace.improved(found.objective)
    trace.begin("improving")
    lns = DirectLns(CpSatEncoder(problem, policy), effort)
    if not lns.start_from(found.roster):
        return found
    while not should_stop() and effort.left() > 0 and lns.objective > found.bound:
        if lns.improve():
            trace.improved(lns.objective)
    if lns.objective >= found.objective:
        return found
    told = tuple(replace(one, seconds=before + one.seconds) for one in trace.history())
    return replace(
        found,
        status="optimal" if lns.objective == found.bound else "feasible",
        roster=lns.roster(),
        objective=lns.objective,
        history=(*found.history, *told),
    )
