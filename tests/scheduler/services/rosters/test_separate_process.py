"""Deterministic searches in a process of their own: the same answer, and a crash that ends no more
than the search.
"""

import os
import signal
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Problem
from scheduler.services.jobs.execute import _in_words
from scheduler.services.rosters.separate_process import SolverLost, search_apart
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.effort import MOST_IN_TURN, Effort
from solver.search.strategy import Found, Limits, Progress
from tests.factories import MONDAY, need, person, plain_tables, problem_of

POLICY = Policy.from_tables()
STEPS = Limits(5.0, deterministic=True)
CRASHING = {"abort": signal.SIGABRT, "kill": signal.SIGKILL, "segv": signal.SIGSEGV}


@pytest.fixture
def problem() -> Problem:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    for day in range(3):
        need(tables, day, "E")
    return problem_of(tables)


def crashing(*_: Any) -> Found:
    """In place of a search, in the process of its own."""
    os.kill(os.getpid(), CRASHING[os.environ["CRASH"]])
    raise AssertionError("the signal ends it")


def failing(*_: Any) -> Found:
    raise MemoryError("no more")


def until_stopped(
    problem: Problem, policy: Policy, limits: Limits, on_progress: Any, should_stop: Any, start: Any
) -> Found:
    on_progress(Progress("waiting", 1.0))
    while not should_stop():
        pass
    return search(problem, policy, Limits(5.0, 1), on_progress, should_stop, start)


def test_the_answer_is_that_of_a_search_here(problem: Problem) -> None:
    heard: list[Progress] = []
    apart = search_apart(problem, POLICY, STEPS, heard.append, lambda: False)
    here = search(problem, POLICY, STEPS, lambda _: None, lambda: False)
    assert (apart.status, apart.roster, apart.objective, apart.bound) == (
        here.status,
        here.roster,
        here.objective,
        here.bound,
    )
    assert heard
    assert heard[-1].best == apart.objective


@pytest.mark.parametrize("how", CRASHING)
def test_a_crash_is_a_sentence(problem: Problem, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRASH", how)
    with pytest.raises(
        SolverLost, match=f"by signal {CRASHING[how]:d} .* Nothing was stored. Another --seed"
    ):
        search_apart(
            problem,
            POLICY,
            STEPS,
            lambda _: None,
            lambda: False,
            module="tests.scheduler.services.rosters.crashing_search",
        )


def test_a_job_whose_solver_crashed_is_lost() -> None:
    assert _in_words(SolverLost("The solver's process ended."), False) == (
        "lost",
        "The solver's process ended.",
    )


def test_an_error_of_the_search_is_raised_here(problem: Problem) -> None:
    with pytest.raises(MemoryError, match="no more"):
        search_apart(
            problem,
            POLICY,
            STEPS,
            lambda _: None,
            lambda: False,
            module="tests.scheduler.services.rosters.failing_search",
        )


def test_a_wish_to_stop_is_heard_there(problem: Problem) -> None:
    heard: list[Progress] = []
    found = search_apart(
        problem,
        POLICY,
        STEPS,
        heard.append,
        lambda: bool(heard),
        module="tests.scheduler.services.rosters.waiting_search",
    )
    assert found.roster is not None
    assert heard[0].phase == "waiting"


def test_only_deterministic_solves_go_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    asked: list[Limits] = []

    def here(problem: Problem, policy: Policy, limits: Limits, *others: Any) -> Found:
        asked.append(limits)
        return search(problem, policy, limits, *others)

    monkeypatch.setattr("scheduler.services.rosters.solve.search_apart", here)
    for limits in (Limits(5.0, 2), STEPS):
        assert solve(repository, Request("COL", MONDAY), limits).roster_id
    assert asked == [STEPS]


@pytest.mark.parametrize(("wanted", "workers"), [(8, None), (8, 6), (1, None), (8, 1)])
def test_two_take_turns_at_most(wanted: int, workers: int | None) -> None:
    asked = wanted if workers is None else workers
    found = Effort(Limits(5.0, wanted, deterministic=True)).solver(1.0, workers=workers).parameters
    assert found.num_workers == min(asked, MOST_IN_TURN) == min(asked, 2)
    assert found.interleave_search
    assert Effort(Limits(5.0, wanted)).solver(1.0, workers=workers).parameters.num_workers == asked
