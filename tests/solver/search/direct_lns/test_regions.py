"""The search by regions: what the rows and definitions say is what the model says, and no step
makes a roster worse.
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
from solver.search.direct_lns.improve import Improver
from solver.search.effort import Effort
from solver.search.period_columns.strategy import by_periods
from solver.search.strategy import Limits
from tests.factories import MONDAY, problem_of, random_roster, random_tables

AGREED = (
    "pinned",
    "total_minutes",
    "total_shifts",
    "total_weekends",
    "run_of_work",
    "run_of_days_off",
    "run_of_shift",
)
POLICY = Policy.from_tables({rule: {"weight": 50.0} for rule in AGREED})
"""The default, but what a roster taken at random can hardly keep has a price."""


def problem(seed: int, days: int = 14) -> Problem:
    return problem_of(random_tables(seed, MONDAY, days), MONDAY, days)


@pytest.mark.parametrize("seed", range(6))
def test_rows_and_definitions_agree_with_the_independent_check(seed: int) -> None:
    here = problem(seed)
    improver = Improver(CpSatEncoder(here, POLICY), Effort(Limits(seed=1)))
    rng = random.Random(seed)
    kept = broken = 0
    for _ in range(20):
        roster = random_roster(here, rng, rng.choice([0.02, 0.05, 0.1, 0.5]))
        report = verify(here, POLICY, roster)
        assert improver.take(roster) == (not report.breaches)
        kept, broken = kept + (not report.breaches), broken + bool(report.breaches)
        if not report.breaches:
            assert improver.objective == report.objective
    assert kept
    assert broken


def test_a_region_of_everything_is_the_whole_model() -> None:
    here = problem(1, 7)
    encoder = CpSatEncoder(here, POLICY)
    exact = cp_model.CpSolver()
    assert exact.solve(encoder.model) == cp_model.OPTIMAL
    improver = Improver(encoder, Effort(Limits()))
    assert improver.take(random_roster(here, random.Random(1), 0.0))
    small = improver.rows.small(improver.values, np.ones(improver.rows.size, dtype=bool))
    again = cp_model.CpSolver()
    assert again.solve(small.model) == cp_model.OPTIMAL
    assert round(again.objective_value) + improver.rows.constant == round(exact.objective_value)


def test_an_empty_region_changes_nothing() -> None:
    here = problem(2, 7)
    improver = Improver(CpSatEncoder(here, POLICY), Effort(Limits(seed=1)))
    assert improver.take(random_roster(here, random.Random(1), 0.0))
    small = improver.rows.small(improver.values, np.zeros(improver.rows.size, dtype=bool))
    assert len(small.variables) == 0
    assert len(small.model.proto.constraints) == 0


@pytest.mark.parametrize("seed", [1, 3])
def test_each_step_keeps_every_rule_and_never_costs_more(seed: int) -> None:
    here = problem(seed)
    improver = Improver(CpSatEncoder(here, POLICY), Effort(Limits(seed=seed)))
    assert improver.take(random_roster(here, random.Random(1), 0.0))
    before = improver.objective
    for _ in range(12):
        improver.improve()
        report = verify(here, POLICY, improver.roster())
        assert not report.breaches
        assert report.objective <= improver.objective <= before
        before = improver.objective


def test_the_same_seed_takes_the_same_way() -> None:
    here = problem(4)
    rosters = []
    for _ in range(2):
        improver = Improver(CpSatEncoder(here, POLICY), Effort(Limits(seed=7)))
        assert improver.take(random_roster(here, random.Random(1), 0.0))
        for _ in range(6):
            improver.improve()
        rosters.append(improver.roster())
    assert rosters[0] == rosters[1]


@pytest.mark.parametrize("seed", [0, 5])
def test_regions_never_bound_above_the_optimum(seed: int) -> None:
    here = problem(seed, 7)
    quiet = {"tell": lambda _: None, "stopped": lambda: False}
    exact = direct(here, POLICY, Limits(seconds=60, workers=4), **quiet)
    assert exact.status == "optimal"
    found = by_periods(here, POLICY, Limits(seconds=3, workers=4), **quiet)
    assert found.roster is not None
    assert exact.objective is not None
    assert found.bound <= exact.objective <= verify(here, POLICY, found.roster).objective
