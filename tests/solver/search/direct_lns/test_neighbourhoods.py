"""Large neighbourhood search over the direct model: what the rows and definitions say is what the
model says, and no step makes a roster worse.
"""

import random

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.direct_lns.improve import DirectLns
from solver.search.effort import Effort
from solver.search.period_columns.strategy import by_periods
from solver.search.strategy import Limits
from tests.at_random import seeds
from tests.factories import MONDAY, problem_of, random_roster, random_tables

AGREED = (
    "pinned",
    "total_minutes",
    "total_shifts",
    "total_weekends",
    "run_of_work",
    "run_of_days_off",
    "run_of_shift",
    "shifts_elsewhere",
)
POLICY = Policy.from_tables({rule: {"weight": 50.0} for rule in AGREED})
"""The default, but what a roster taken at random can hardly keep has a price."""


def problem(seed: int, days: int = 14) -> Problem:
    return problem_of(random_tables(seed, MONDAY, days), MONDAY, days)


@pytest.mark.at_random
@seeds(3, range(6))
def test_rows_and_definitions_agree_with_the_independent_check(seed: int) -> None:
    here = problem(seed)
    direct_lns = DirectLns(CpSatEncoder(here, POLICY), Effort(Limits(seed=1)))
    rng = random.Random(seed)
    kept = broken = 0
    for _ in range(20):
        roster = random_roster(here, rng, rng.choice([0.02, 0.05, 0.1, 0.5]))
        report = verify(here, POLICY, roster)
        assert direct_lns.start_from(roster) == (not report.breaches)
        kept, broken = kept + (not report.breaches), broken + bool(report.breaches)
        if not report.breaches:
            assert direct_lns.objective == report.objective
    assert kept
    assert broken


def test_a_neighbourhood_of_everything_is_the_whole_model() -> None:
    here = problem(1, 7)
    encoder = CpSatEncoder(here, POLICY)
    exact = cp_model.CpSolver()
    assert exact.solve(encoder.model) == cp_model.OPTIMAL
    direct_lns = DirectLns(encoder, Effort(Limits()))
    assert direct_lns.start_from(random_roster(here, random.Random(1), 0.0))
    neighbourhood = direct_lns.rows.neighbourhood(
        direct_lns.values, np.ones(direct_lns.rows.size, dtype=bool)
    )
    again = cp_model.CpSolver()
    assert again.solve(neighbourhood.model) == cp_model.OPTIMAL
    assert round(again.objective_value) + direct_lns.rows.constant == round(exact.objective_value)


def test_an_empty_neighbourhood_changes_nothing() -> None:
    here = problem(2, 7)
    direct_lns = DirectLns(CpSatEncoder(here, POLICY), Effort(Limits(seed=1)))
    assert direct_lns.start_from(random_roster(here, random.Random(1), 0.0))
    neighbourhood = direct_lns.rows.neighbourhood(
        direct_lns.values, np.zeros(direct_lns.rows.size, dtype=bool)
    )
    assert len(neighbourhood.variables) == 0
    assert len(neighbourhood.model.proto.constraints) == 0


@pytest.mark.parametrize("seed", [1, 3])
def test_each_step_keeps_every_rule_and_never_costs_more(seed: int) -> None:
    here = problem(seed)
    direct_lns = DirectLns(CpSatEncoder(here, POLICY), Effort(Limits(seed=seed)))
    assert direct_lns.start_from(random_roster(here, random.Random(1), 0.0))
    before = direct_lns.objective
    for _ in range(12):
        direct_lns.improve()
        report = verify(here, POLICY, direct_lns.roster())
        assert not report.breaches
        assert report.objective <= direct_lns.objective <= before
        before = direct_lns.objective


def test_the_same_seed_takes_the_same_way() -> None:
    here = problem(4)
    rosters = []
    for _ in range(2):
        direct_lns = DirectLns(CpSatEncoder(here, POLICY), Effort(Limits(seed=7)))
        assert direct_lns.start_from(random_roster(here, random.Random(1), 0.0))
        for _ in range(6):
            direct_lns.improve()
        rosters.append(direct_lns.roster())
    assert rosters[0] == rosters[1]


@pytest.mark.parametrize("seed", [0, 5])
def test_neighbourhoods_never_bound_above_the_optimum(seed: int) -> None:
    here = problem(seed, 7)
    quiet = {"on_progress": lambda _: None, "should_stop": lambda: False}
    exact = direct(here, POLICY, Limits(seconds=60, workers=4), **quiet)
    assert exact.status == "optimal"
    found = by_periods(here, POLICY, Limits(seconds=3, workers=4), **quiet)
    assert found.roster is not None
    assert exact.objective is not None
    assert found.bound <= exact.objective <= verify(here, POLICY, found.roster).objective
