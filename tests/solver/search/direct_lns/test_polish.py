"""Neighbourhoods of the whole model around what another strategy has found."""

from dataclasses import replace

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search import choose
from solver.search.choose import search
from solver.search.direct_lns.polish import polished
from solver.search.strategy import Found, Limits, Progress
from tests.factories import MONDAY, problem_of, random_tables
from tests.solver.search.direct_lns.test_neighbourhoods import AGREED, POLICY, problem

STEPS = Limits(4, workers=1, deterministic=True)


def empty(here: Problem, bound: int = 0) -> Found:
    """Nobody works: what somebody found in three seconds."""
    report = verify(here, POLICY, Roster.of([]))
    assert not report.breaches
    moment = Progress("improving", 3.0, report.objective, bound)
    return Found("feasible", Roster.of([]), report.objective, bound, (moment,))


@pytest.mark.parametrize("seed", range(2))
def test_it_keeps_every_rule_and_costs_less_under_the_same_bound(seed: int) -> None:
    here, heard = problem(seed), list[Progress]()
    before = empty(here, bound=7)
    found = polished(here, POLICY, before, STEPS, heard.append, lambda: False)
    assert found.roster is not None
    assert found.objective is not None
    report = verify(here, POLICY, found.roster)
    assert not report.breaches
    assert report.objective <= found.objective < verify(here, POLICY, Roster.of([])).objective
    assert found.bound == 7
    assert found.history[0] == before.history[0]
    moments = [one.seconds for one in found.history]
    assert moments == sorted(moments)
    assert moments[-1] > 3
    assert heard[-1].best == found.objective
    assert {one.bound for one in heard if one.best is not None} == {7}


def test_what_is_proven_best_or_out_of_time_is_left_as_it_is() -> None:
    here = problem(0)
    best = empty(here)
    best = replace(best, bound=best.objective or 0)
    nothing = Found("no_roster", None, None, 0)
    for found, limits, stop in (
        (best, STEPS, False),
        (empty(here), Limits(0), False),
        (empty(here), STEPS, True),
        (nothing, STEPS, False),
    ):
        again = polished(here, POLICY, found, limits, lambda _: None, lambda stop=stop: stop)
        assert again is found


def test_few_people_over_several_weeks_get_a_bound_that_says_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whole periods of each person left them without any for most of the time."""
    monkeypatch.setattr(choose, "SMALL", 0)
    here = problem_of(random_tables(0, MONDAY, 28), MONDAY, 28)
    tables = {rule: {"off": True} for rule in AGREED if rule != "pinned"}
    agreed = Policy.from_tables({**tables, "pinned": {"weight": 50.0}})
    heard = list[Progress]()
    steps = replace(STEPS, seconds=8)
    found = search(here, agreed, steps, heard.append, lambda: False)
    assert found.objective is not None
    assert {one.phase for one in heard} >= {"pricing weeks", "improving"}
    assert found.bound > found.objective / 2
