"""The strategy for long periods: a bound by column generation, a roster made of its columns by
diving, then large neighbourhood search.
"""

from collections.abc import Callable

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.construct import quick_roster
from solver.search.direct import run
from solver.search.direct_lns.improve import DirectLns
from solver.search.effort import Effort
from solver.search.period_columns.blocks import Blocks, Floats
from solver.search.period_columns.column_generation import ColumnGeneration
from solver.search.period_columns.diving import dive
from solver.search.period_columns.reduced_cost_fixing import ReducedCostFixing
from solver.search.period_columns.reoptimise import Reoptimisation, values_of
from solver.search.period_columns.restricted_master_ip import RestrictedMasterIp
from solver.search.progress import SearchTrace
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Found, Limits, Progress

PRICING_SHARE, DIVING_SHARE = 0.4, 0.7
"""The bound is raised, and a roster made of periods, until so much of the time has gone by."""
MOST_WITHOUT_IMPROVEMENT = 12
"""After so many neighbourhoods without improvement columns are tried."""
PROOF_GAP = 0.01
"""With a smaller gap the proof is tried: reduced-cost fixing."""
FIXING_SHARE, MASTER_IP_SHARE = 0.4, 0.1
"""Of the time left."""
NEW_COLUMNS_SHARE = 0.1
"""The restricted master is solved as an integer programme again when its columns have become so
many more.
"""


def by_periods(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    start: Roster | None = None,
    solver_pool: SolverPool = LOCAL,
) -> Found:
    """Search by whole periods; where there is nothing to begin with, by the whole model."""
    trace, effort = SearchTrace(on_progress), Effort(limits, solver_pool)
    trace.begin("first roster")
    encoder = CpSatEncoder(problem, policy)
    direct_lns = DirectLns(encoder, effort)

    def over(share: float = 1.0) -> bool:
        """Whether that share of the time is over, or somebody asks for an end."""
        return should_stop() or effort.spent() >= share * limits.seconds

    if start is None or verify(problem, policy, start).breaches:
        start = quick_roster(problem, policy)
    if (start is None or not direct_lns.start_from(start)) and not direct_lns.construct(over):
        trace.begin("searching")
        return run(encoder, effort.solver(max(0.5, effort.left())), trace, should_stop)
    trace.improved(direct_lns.objective)
    column_steps = _by_columns(direct_lns, trace, effort, over)
    trace.begin("improving")
    no_improvement = 0
    while not over() and (trace.best_bound or 0) < direct_lns.objective:
        better = direct_lns.improve()
        if not better and column_steps is not None and no_improvement >= MOST_WITHOUT_IMPROVEMENT:
            better, no_improvement = column_steps.improve(over), 0
        no_improvement = 0 if better else no_improvement + 1
        if better:
            trace.improved(direct_lns.objective)
    bound = min(max(0, trace.best_bound or 0), direct_lns.objective)
    return Found(
        "optimal" if bound == direct_lns.objective else "feasible",
        direct_lns.roster(),
        direct_lns.objective,
        bound,
        trace.history(),
    )


def _by_columns(
    direct_lns: DirectLns, trace: SearchTrace, effort: Effort, over: Callable[[float], bool]
) -> "_ColumnSteps | None":
    """The bound, and a roster of periods where it is better than what there is; None where duals
    say too little to go on with them.
    """
    trace.begin("pricing periods")
    blocks = Blocks(direct_lns.encoder, direct_lns.rows)
    share = PRICING_SHARE
    generation = ColumnGeneration(blocks, effort, lambda: over(share))
    present = {
        person: blocks.period(person, direct_lns.values[own])
        for person, own in enumerate(blocks.variables)
    }
    lp_solution = generation.run({}, on_bound=trace.bound) if generation.begin(present) else None
    if lp_solution is None or not generation.near:
        return None
    trace.begin("choosing periods")
    share = DIVING_SHARE
    budget = DIVING_SHARE * effort.limits.seconds - effort.spent()
    if direct_lns.accept(
        values_of(generation, dive(generation, lp_solution, lambda: over(DIVING_SHARE), budget))
    ):
        trace.improved(direct_lns.objective)
    share = 1.0
    return _ColumnSteps(generation, direct_lns, lp_solution.duals, trace, effort)


class _ColumnSteps:
    """What is tried where no neighbourhood helps: reduced-cost fixing, the restricted master as an
    integer programme, and some people's periods re-optimised.
    """

    def __init__(
        self,
        generation: ColumnGeneration,
        direct_lns: DirectLns,
        duals: Floats,
        trace: SearchTrace,
        effort: Effort,
    ) -> None:
        self._generation, self._direct_lns, self._trace, self._effort = (
            generation,
            direct_lns,
            trace,
            effort,
        )
        self._fixing = ReducedCostFixing(generation, direct_lns, duals)
        self._master_ip = RestrictedMasterIp(generation, duals)
        self._reoptimisation = Reoptimisation(generation, direct_lns, effort.limits.seed)
        self._proof_tried_at: int | None = None

    def improve(self, should_stop: Callable[[], bool]) -> bool:
        """True where the roster became better."""
        objective, bound = self._direct_lns.objective, self._trace.best_bound or 0
        if objective - bound <= PROOF_GAP * objective and objective != self._proof_tried_at:
            self._proof_tried_at = objective
            return self._prove(should_stop)
        if self._master_ip.new_columns > NEW_COLUMNS_SHARE * len(self._generation.master.periods):
            return self._solve_master_ip()
        return self._reoptimisation.reoptimise(should_stop, self._effort.left())

    def _prove(self, should_stop: Callable[[], bool]) -> bool:
        result = self._fixing.prove(should_stop, self._effort, FIXING_SHARE)
        if result.proven:
            self._trace.bound(self._direct_lns.objective)
        return result.values is not None and self._direct_lns.accept(result.values)

    def _solve_master_ip(self) -> bool:
        present = self._reoptimisation.present()
        chosen = self._master_ip.solve(
            present, self._direct_lns.objective, self._effort, MASTER_IP_SHARE * self._effort.left()
        )
        return chosen is not None and self._direct_lns.accept(values_of(self._generation, chosen))
