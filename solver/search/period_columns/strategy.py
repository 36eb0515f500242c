"""The strategy for long periods: a bound from everybody's best periods, a roster made of them, then
region after region decided anew.
"""

from collections.abc import Callable

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.construct import quick_roster
from solver.search.direct import run
from solver.search.direct_lns.improve import Improver
from solver.search.effort import Effort
from solver.search.period_columns.blocks import Blocks, Floats
from solver.search.period_columns.column_generation import Generating
from solver.search.period_columns.diving import dive
from solver.search.period_columns.reduced_cost_fixing import Closing
from solver.search.period_columns.renew import Renewing, values_of
from solver.search.period_columns.restricted_master_ip import Combining
from solver.search.progress import Watch
from solver.search.solver_pool import HERE, Crew
from solver.search.strategy import Found, Limits, Progress

PRICING_SHARE, DIVING_SHARE = 0.4, 0.7
"""The bound is raised, and a roster made of periods, until so much of the time has gone by."""
PATIENCE = 12
"""After so many regions in vain something wider is tried."""
CLOSE = 0.01
"""With a smaller gap the proof is tried: what can be in no better roster is struck out."""
CLOSING_SHARE, COMBINING_SHARE = 0.4, 0.1
"""Of the time left."""
NEWS = 0.1
"""The best roster of all periods made so far is looked for again when they have become so many
more.
"""


def by_periods(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    start: Roster | None = None,
    crew: Crew = HERE,
) -> Found:
    """Search by whole periods; where there is nothing to begin with, by the whole model."""
    watch, effort = Watch(tell), Effort(limits, crew)
    watch.say("first roster")
    encoder = CpSatEncoder(problem, policy)
    improver = Improver(encoder, effort)

    def over(share: float = 1.0) -> bool:
        return stopped() or effort.spent() >= share * limits.seconds

    if start is None or verify(problem, policy, start).breaches:
        start = quick_roster(problem, policy)
    if (start is None or not improver.take(start)) and not improver.build(over):
        watch.say("searching")
        return run(encoder, effort.solver(max(0.5, effort.left())), watch, stopped)
    watch.improved(improver.objective)
    wider = _by_prices(improver, watch, effort, over)
    watch.say("improving")
    in_vain = 0
    while not over() and (watch.best_bound or 0) < improver.objective:
        better = improver.improve()
        if not better and wider is not None and in_vain >= PATIENCE:
            better, in_vain = wider.improve(over), 0
        in_vain = 0 if better else in_vain + 1
        if better:
            watch.improved(improver.objective)
    bound = min(max(0, watch.best_bound or 0), improver.objective)
    return Found(
        "optimal" if bound == improver.objective else "feasible",
        improver.roster(),
        improver.objective,
        bound,
        watch.history(),
    )


def _by_prices(
    improver: Improver, watch: Watch, effort: Effort, over: Callable[[float], bool]
) -> "_Wider | None":
    """The bound, and a roster of periods where it is better than what there is; None where prices
    say too little to go on with them.
    """
    watch.say("pricing periods")
    blocks = Blocks(improver.encoder, improver.rows)
    share = PRICING_SHARE
    generating = Generating(blocks, effort, lambda: over(share))
    present = {
        person: blocks.period(person, improver.values[own])
        for person, own in enumerate(blocks.variables)
    }
    mixture = generating.run({}, heard=watch.bound) if generating.begin(present) else None
    if mixture is None or not generating.near:
        return None
    watch.say("choosing periods")
    share = DIVING_SHARE
    budget = DIVING_SHARE * effort.limits.seconds - effort.spent()
    if improver.settle(
        values_of(generating, dive(generating, mixture, lambda: over(DIVING_SHARE), budget))
    ):
        watch.improved(improver.objective)
    share = 1.0
    return _Wider(generating, improver, mixture.prices, watch, effort)


class _Wider:
    """What is tried where no region helps: the proof, the best of all periods made so far, and some
    people's periods made anew.
    """

    def __init__(
        self,
        generating: Generating,
        improver: Improver,
        prices: Floats,
        watch: Watch,
        effort: Effort,
    ) -> None:
        self._generating, self._improver, self._watch, self._effort = (
            generating,
            improver,
            watch,
            effort,
        )
        self._closing = Closing(generating, improver, prices)
        self._combining = Combining(generating, prices)
        self._renewing = Renewing(generating, improver, effort.limits.seed)
        self._closed_at: int | None = None

    def improve(self, over: Callable[[], bool]) -> bool:
        """True where the roster became better."""
        objective, bound = self._improver.objective, self._watch.best_bound or 0
        if objective - bound <= CLOSE * objective and objective != self._closed_at:
            self._closed_at = objective
            return self._close(over)
        if self._combining.news > NEWS * len(self._generating.master.periods):
            return self._combine()
        return self._renewing.renew(over, self._effort.left())

    def _close(self, over: Callable[[], bool]) -> bool:
        closed = self._closing.close(over, self._effort, CLOSING_SHARE)
        if closed.proven:
            self._watch.bound(self._improver.objective)
        return closed.values is not None and self._improver.settle(closed.values)

    def _combine(self) -> bool:
        present = self._renewing.present()
        chosen = self._combining.combine(
            present, self._improver.objective, self._effort, COMBINING_SHARE * self._effort.left()
        )
        return chosen is not None and self._improver.settle(values_of(self._generating, chosen))
