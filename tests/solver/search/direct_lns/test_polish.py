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
from tests.solver.search.direct_lns.test_neighbourhoods import POLICY, problem

STEPS = Limits(0.5, workers=1, deterministic=True)


def empty(here: Problem, bound: int = 0) -> Found:
    """Nobody works: what somebody found in three seconds."""
    report = verify(here, POLICY, Roster.of([]))
    assert not report.breaches
    moment = Progress("improving", 3.0, report.objective, bound)
    return Found("feasible", Roster.of([]), report.objective, bound, (moment,))


@pytest.mark.parametrize("seed", range(2))
def test_it_keeps_every_rule_and_costs_less_under_the_same_bound(seed: int) -> None:
    here, heard = problem(seed, 7), list[Progress]()
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


def test_few_people_over_several_weeks_begin_by_weeks_and_end_by_the_whole_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whole periods of each person left them without a bound for most of the time."""
    here, asked = problem(0), list[tuple[str, float]]()

    def by_weeks(_: Problem, __: Policy, limits: Limits, *___: object) -> Found:
        asked.append(("weeks", limits.seconds))
        return empty(here, bound=7)

    def whole(*given: object) -> Found:
        limits = given[3]
        assert isinstance(limits, Limits)
        asked.append(("whole", limits.seconds))
        return empty(here, bound=9)

    monkeypatch.setattr(choose, "SMALL", 0)
    monkeypatch.setattr(choose, "by_weeks", by_weeks)
    monkeypatch.setattr(choose, "polished", whole)
    for seconds, ways in ((100.0, ["weeks", "whole"]), (0.1, ["weeks"])):
        asked.clear()
        limits = Limits(seconds, deterministic=True)
        found = search(here, POLICY, limits, lambda _: None, lambda: False)
        assert [way for way, _ in asked] == ways
        assert found.bound == (9 if "whole" in ways else 7)
        assert sum(spent for _, spent in asked) == pytest.approx(seconds)
