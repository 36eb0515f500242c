"""A solver that had no time says that its bound is 0, which is no bound where a week can gain."""

import random

import pytest
from ortools.sat.python import cp_model

from solver.search.proven_bound import proven_bound
from solver.search.solver_pool import LOCAL

NO_TIME = 1e-9


def gaining(offset: int = 0) -> tuple[cp_model.CpModel, int]:
    """A model of which every variable gains something, and the least that its variables allow."""
    rng, model = random.Random(1), cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in range(40)]
    for _ in range(60):
        model.add(sum(rng.sample(literals, 6)) <= 2)
    gains = [rng.randint(1, 100) for _ in literals]
    terms = [-gain * one for gain, one in zip(gains, literals, strict=True)]
    model.minimize(sum(terms) + offset)
    return model, offset - sum(gains)


def solver(seconds: float, workers: int = 1) -> cp_model.CpSolver:
    found = cp_model.CpSolver()
    found.parameters.num_workers = workers
    found.parameters.max_time_in_seconds = seconds
    return found


@pytest.mark.parametrize("offset", [0, 700])
def test_without_time_nothing_is_proven_but_what_the_variables_allow(offset: int) -> None:
    model, least = gaining(offset)
    stopped = solver(NO_TIME)
    assert stopped.solve(model) == cp_model.UNKNOWN
    assert stopped.best_objective_bound > least, "what the solver says would be no bound"
    assert proven_bound(model, stopped) == least
    assert LOCAL.solve(model, solver(NO_TIME)).bound == least


@pytest.mark.parametrize("seconds", [NO_TIME, 0.001, 0.01, 0.05, 20.0])
@pytest.mark.parametrize("workers", [1, 2])
def test_it_is_never_above_the_best(seconds: float, workers: int) -> None:
    model, least = gaining()
    exact = solver(60)
    assert exact.solve(model) == cp_model.OPTIMAL
    tried = solver(seconds, workers)
    status = tried.solve(model)
    assert least <= proven_bound(model, tried) <= exact.objective_value
    if status == cp_model.OPTIMAL:
        assert proven_bound(model, tried) == exact.objective_value
