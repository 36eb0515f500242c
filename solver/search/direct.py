"""One CP-SAT model of the whole problem: exact, the reference for every other strategy."""

import threading
from collections.abc import Callable
from dataclasses import replace

from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.construct import quick_roster
from solver.search.effort import Effort
from solver.search.progress import SearchTrace, whole_bound
from solver.search.proven_bound import proven_bound
from solver.search.strategy import Found, Limits, Progress


def direct(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    start: Roster | None = None,
) -> Found:
    """Build the model, start from the roster given or a quick one, and improve it until the time is
    over or it is proven best.
    """
    trace, effort = SearchTrace(on_progress), Effort(limits)
    trace.begin("first roster")
    if start is None or verify(problem, policy, start).breaches:
        start = quick_roster(problem, policy)
    start_cost = verify(problem, policy, start).objective if start is not None else None
    if start_cost is not None:
        trace.improved(start_cost)
    trace.begin("building the model")
    encoder = CpSatEncoder(problem, policy)
    hint = complete_hint(encoder, start, effort)
    if hint:
        for index, value in enumerate(hint):
            encoder.model.add_hint(encoder.model.get_int_var_from_proto_index(index), value)
    solver = effort.solver(max(0.5, effort.left()))
    trace.begin("searching")
    found = run(encoder, solver, trace, should_stop)
    if (
        found.status == "no_roster" and start_cost is not None
    ):  # stopped before the solver had taken up even its start
        return replace(
            found,
            status="feasible",
            roster=start,
            objective=start_cost,
            bound=min(found.bound, start_cost),
        )
    return found


def complete_hint(encoder: CpSatEncoder, roster: Roster | None, effort: Effort) -> list[int] | None:
    """A value for every variable of the model that agrees with a roster: only complete hints
    survive presolve.
    """
    decision = encoder.decision(roster) if roster is not None else None
    if decision is None:
        return None
    for variable, value in decision:
        encoder.model.add_hint(variable, value)
    solver = effort.solver(max(2.0, effort.limits.seconds / 4), workers=1)
    solver.parameters.fix_variables_to_their_hinted_value = True
    status = solver.solve(encoder.model)
    encoder.model.clear_hints()  # type: ignore[no-untyped-call]
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return list(solver.response_proto.solution)


def run(
    encoder: CpSatEncoder,
    solver: cp_model.CpSolver,
    trace: SearchTrace,
    should_stop: Callable[[], bool],
) -> Found:
    """Solve while telling progress; end early and keep the best when told to."""
    callback = _IncumbentCallback(trace)
    solver.best_bound_callback = trace.bound
    done = threading.Event()

    def watcher() -> None:
        # a stop asked for before the solve has begun is ignored by the solver: keep asking until it
        # has returned
        while not done.wait(0.2):
            if should_stop():
                solver.stop_search()

    thread = threading.Thread(target=watcher, daemon=True)
    thread.start()
    try:
        status = solver.solve(encoder.model, callback)
    finally:
        done.set()
        thread.join()
    if status == cp_model.INFEASIBLE:
        return Found("clash", None, None, 0, trace.history())
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(
            "no_roster",
            None,
            None,
            whole_bound(proven_bound(encoder.model, solver)),
            trace.history(),
        )
    objective, bound = (
        round(solver.objective_value),
        whole_bound(proven_bound(encoder.model, solver)),
    )
    if status == cp_model.OPTIMAL:
        bound = objective
    trace.improved(objective)
    trace.bound(bound)
    return Found(
        "optimal" if status == cp_model.OPTIMAL else "feasible",
        encoder.roster(solver.value),
        objective,
        min(bound, objective),
        trace.history(),
    )


class _IncumbentCallback(cp_model.CpSolverSolutionCallback):
    def __init__(self, trace: SearchTrace) -> None:
        super().__init__()
        self._trace = trace

    def on_solution_callback(self) -> None:
        self._trace.improved(round(self.objective_value))
