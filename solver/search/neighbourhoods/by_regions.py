"""The strategy for long periods: a first proof by the whole model, then region after region decided anew."""

from collections.abc import Callable
from dataclasses import replace

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.cpsat import CpSatEncoder
from solver.policy import Policy
from solver.search.direct import run
from solver.search.effort import Effort
from solver.search.neighbourhoods.improve import Improver
from solver.search.start import quick_roster
from solver.search.strategy import Found, Limits, Progress
from solver.search.watch import Watch
from solver.verify import verify

PROVING_SHARE = 0.15
"""How much of the time the whole model gets: for a bound, and for the best roster where the problem is small."""


def by_regions(
    problem: Problem, policy: Policy, limits: Limits, tell: Callable[[Progress], None], stopped: Callable[[], bool], start: Roster | None = None
) -> Found:  # fmt: skip
    """A quick roster, or one made person by person; then the whole model for a while; then regions until the time is over."""
    watch, effort = Watch(tell), Effort(limits)
    watch.say("first roster")
    encoder = CpSatEncoder(problem, policy)
    improver = Improver(encoder, effort)

    def over() -> bool:
        return stopped() or effort.left() <= 0

    if start is None or verify(problem, policy, start).breaches:
        start = quick_roster(problem, policy)
    if (start is None or not improver.take(start)) and not improver.build(over):
        return _whole(encoder, None, effort.left(), effort, watch, stopped)
    watch.improved(improver.objective)
    watch.say("proving a bound")
    share = min(PROVING_SHARE * limits.seconds, effort.left())
    found = _whole(encoder, improver, share, effort, watch, stopped)
    if found.status in ("optimal", "clash"):
        return found
    if found.roster is not None and found.objective is not None and found.objective < improver.objective:
        improver.take(found.roster)
    watch.say("improving")
    while not over() and (watch.best_bound or 0) < improver.objective:
        if improver.improve():
            watch.improved(improver.objective)
    bound = min(max(0, watch.best_bound or 0), improver.objective)
    return Found("optimal" if bound == improver.objective else "feasible", improver.roster(), improver.objective, bound, watch.history())


def _whole(
    encoder: CpSatEncoder, improver: Improver | None, seconds: float, effort: Effort, watch: Watch, stopped: Callable[[], bool]
) -> Found:
    """The whole model, from the improver's values where there are any."""
    if improver is not None:
        for index, value in enumerate(improver.values.tolist()):
            encoder.model.add_hint(encoder.model.get_int_var_from_proto_index(index), value)
    solver = effort.solver(max(0.5, seconds))
    found = run(encoder, solver, watch, stopped)
    effort.count(solver)
    encoder.model.clear_hints()  # type: ignore[no-untyped-call]
    if found.status == "no_roster" and improver is not None:
        return replace(found, status="feasible")
    return found
