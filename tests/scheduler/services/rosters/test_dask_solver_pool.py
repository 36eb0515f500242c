"""Parts of one roster on an engine: the same answers, and none lost with the engine."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from distributed import LocalCluster
from ortools.sat.python import cp_model

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.engine.executor import Done, EngineLost, InlineExecutor, TaskFailed
from scheduler.services.rosters import dask_solver_pool as solver_pools
from scheduler.services.rosters.dask_solver_pool import EngineSolverPool, solver_pool
from scheduler.synthetic import DEFAULT_START, generate
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.effort import Effort
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Found, Limits

POLICY = Policy.from_tables()


def generated(staff: int, days: int) -> Problem:
    dataset = Dataset.from_cells(generate(staff, 1))
    return build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, days), terms=POLICY.pay.terms()
    )


def found_by(problem: Problem, helpers: EngineSolverPool) -> Found:
    """Ends once a few parts were sent, however long a busy machine takes to come to that."""
    found = search(
        problem,
        POLICY,
        Limits(300.0, 2, 1),
        lambda _: None,
        lambda: helpers.sent + helpers.kept > 3,
        None,
        helpers,
    )
    assert found.roster is not None
    report = verify(problem, POLICY, found.roster)
    assert not report.breaches
    assert found.objective is not None
    assert report.objective <= found.objective
    return found


class Failing(InlineExecutor):
    """An engine that answers so many tasks and then is lost, or fails at each."""

    width = 3

    def __init__(self, answers: int, *, lost: bool) -> None:
        self.answers, self.lost, self.asked = answers, lost, 0

    def map(
        self,
        work: Callable[..., Any],
        shared: Any,
        tasks: Sequence[Any],
        *,
        on_progress: Callable[[int, Any], None] = lambda index, said: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done]:
        self.asked += 1
        if self.asked <= self.answers:
            yield from super().map(
                work, shared, tasks, on_progress=on_progress, should_stop=should_stop
            )
        elif self.lost:
            raise EngineLost("gone.")
        else:
            yield Done(0, error=TaskFailed("a fault."))


def asked(helpers: SolverPool, number: int) -> list[int]:
    """The solutions of so many small models, the same ones each time."""
    found = []
    for one in range(number):
        model = cp_model.CpModel()
        numbers = [model.new_int_var(0, 9, "") for _ in range(4)]
        model.add(sum(numbers) <= 7 + one)
        model.maximize(sum((position + 1) * variable for position, variable in enumerate(numbers)))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solved = helpers.solve(model, solver)
        assert solved.status == cp_model.OPTIMAL
        assert solved.bound == sum(
            (position + 1) * value for position, value in enumerate(solved.solution)
        )
        found.append(int(solved.bound))
    return found


def test_a_model_comes_back_from_a_journey_as_if_it_had_stayed() -> None:
    helpers = EngineSolverPool(InlineExecutor())
    assert asked(helpers, 6) == asked(LOCAL, 6)
    assert (helpers.sent, helpers.kept) == (6, 0)


@pytest.mark.parametrize("days", [7, 14])
def test_every_strategy_for_large_rosters_sends_its_parts(days: int) -> None:
    helpers = EngineSolverPool(InlineExecutor())
    found_by(generated(40, days), helpers)
    assert helpers.sent > 0
    assert helpers.kept == 0


def test_an_engine_that_is_lost_is_not_asked_again_and_the_work_is_done_here() -> None:
    engine = Failing(2, lost=True)
    helpers = EngineSolverPool(engine)
    assert asked(helpers, 8) == asked(LOCAL, 8)
    assert (helpers.sent, helpers.kept, engine.asked) == (2, 6, 3)


def test_parts_that_fail_elsewhere_are_solved_here() -> None:
    engine = Failing(2, lost=False)
    helpers = EngineSolverPool(engine)
    assert asked(helpers, 8) == asked(LOCAL, 8)
    assert (helpers.sent, helpers.kept, engine.asked) == (2, 6, 8)


def test_a_small_roster_and_an_engine_of_this_machine_stay_here() -> None:
    for pairs, named in (
        (solver_pools.LARGE - 1, "tcp://127.0.0.1:9"),
        (10**6, "local"),
        (10**6, "inline"),
    ):
        with solver_pool(pairs, {"SCHEDULER_ENGINE": named}) as helpers:
            assert helpers is LOCAL
    with solver_pool(10**6, {}) as helpers:
        assert helpers is LOCAL
    with pytest.raises(BadRequest), solver_pool(10**6, {"SCHEDULER_ENGINE": "somewhere"}):
        pass


def test_on_a_cluster_by_its_address() -> None:
    with (
        LocalCluster(
            n_workers=3,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
        ) as cluster,
        solver_pool(solver_pools.LARGE, {"SCHEDULER_ENGINE": cluster.scheduler_address}) as helpers,
    ):
        assert isinstance(helpers, EngineSolverPool)
        assert helpers.width == 3
        assert asked(helpers, 8) == asked(LOCAL, 8)
        assert (helpers.sent, helpers.kept) == (8, 0)


def test_a_deterministic_search_works_here_alone() -> None:
    assert (
        Effort(Limits(deterministic=True), EngineSolverPool(InlineExecutor())).solver_pool is LOCAL
    )
