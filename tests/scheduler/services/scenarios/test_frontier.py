"""The least of one thing at every level of another, on a week small enough to try all of it."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Problem, build_problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.services.limits.plan import FRONTIER, of_frontier
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.reopen import reopen
from scheduler.services.rosters.solve import Request, problem_of, solve
from scheduler.services.scenarios.changes.clearance import everybody_asked
from scheduler.services.scenarios.frontier import frontier, solve_priced
from scheduler.services.scenarios.quantities import QUANTITIES
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def tables() -> Tables:
    """Three nights and a late of B, which has nobody: P1 of A can be lent, agency and bank called;
    no more than two nights run together, and a night is followed by no early.
    """
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    for day in range(3):
        need(tables, day, "N", site_id="SB", priority=str(day + 1))
    need(tables, 1, "E", site_id="SB")
    supply(tables, "AG", "agency", "B", hourly_pence="4000")
    supply(tables, "BK", "bank", "B", hourly_pence="2500", max_shifts_per_week="1")
    return tables


def stored(tables: Tables) -> Repository:
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


def every_roster(problem: Problem) -> list[Roster]:
    """All rosters of these few duties that keep every hard rule."""
    choices = []
    for duty in problem.duties:
        own = [
            Assignment(duty.id, employment.contract.staff_id, employment.id)
            for employment in problem.cleared_for(duty)
        ]
        called = [Assignment(duty.id, supply_id=one.id) for one in problem.supplies_for(duty)]
        choices.append([None, *own, *called])
    rosters = [Roster.of(one for one in chosen if one) for chosen in product(*choices)]
    policy = Policy.from_tables({})
    return [roster for roster in rosters if not verify(problem, policy, roster).breaches]


def amount(problem: Problem, roster: Roster, key: str) -> float:
    """How much a roster has of a quantity, by hand."""
    kinds = {row.id: row.kind for row in problem.dataset.temporary_supply}
    hours = {duty.id: duty.paid / 60 for duty in problem.duties}
    if key == "cover":
        done = {a.demand_id for a in roster}
        return sum(time for demand_id, time in hours.items() if demand_id not in done)
    if key == "lent":
        return sum(hours[a.demand_id] for a in roster if a.staff_id)
    if key == "pay":
        policy = Policy.from_tables({})
        return verify(problem, policy, roster).by_rule["pay"] / 6000
    wanted = ("agency", "bank") if key == "temporary" else (key,)
    return sum(hours[a.demand_id] for a in roster if kinds.get(a.supply_id) in wanted)


@pytest.mark.parametrize(
    ("reduce", "against"),
    [
        ("agency", "cover"),
        ("temporary", "cover"),
        ("pay", "cover"),
        ("bank", "cover"),
        ("agency", "pay"),
        ("temporary", "lent"),
        ("pay", "lent"),
    ],
)
def test_the_truth_lies_within_both_bounds_at_every_level(
    tables: Tables, reduce: Any, against: Any
) -> None:
    with stored(tables) as repository:
        problem, _, _ = problem_of(repository, REQUEST)
        found = frontier(repository, REQUEST, reduce, against, LIMITS, points=20)
        for one in found["rosters"]:
            roster = repository.roster(one["roster_id"]).document.decision()
            for name, key in (("level", against), ("reduced", reduce)):
                assert amount(problem, roster, key) == pytest.approx(one[name], abs=0.01)
    rosters = every_roster(problem)
    assert len(rosters) > 50
    if against != "cover" and reduce != "cover":
        fullest = min(amount(problem, roster, "cover") for roster in rosters)
        assert found["most_missing_hours"] == pytest.approx(fullest)
        rosters = [r for r in rosters if amount(problem, r, "cover") <= fullest + 1e-6]
    assert 2 <= found["searches"] <= FRONTIER
    amounts = [(amount(problem, r, against), amount(problem, r, reduce)) for r in rosters]
    for told in found["points"]:
        truth = min(reduced for level, reduced in amounts if level <= told["level"] + 1e-3)
        assert told["low"] <= truth + 0.01, told
        assert told["high"] >= truth - 0.01, told
    # the two ends are exact: both were proven
    least_level = min(level for level, _ in amounts)
    assert found["points"][0]["level"] == pytest.approx(least_level, abs=0.01)
    least = min(reduced for _, reduced in amounts)
    assert found["points"][-1]["high"] == pytest.approx(least, abs=0.01)


@pytest.fixture
def asking(tables: Tables) -> Tables:
    """As above, where P1 has agreed to work for B, P2 to no other host, and P3 to C alone; P4 may
    not be lent for want of a passport either.
    """
    tables["organisation"].append({**tables["organisation"][0], "id": "C", "name": "Trust C"})
    for staff_id, agreed in (("P2", {"accepts_other_hosts": "no"}), ("P3", {"agreed_hosts": "C"})):
        person(tables, staff_id, hours="30", **agreed)
    person(tables, "P4", accepts_other_hosts="no")
    lending(tables, ["P2", "P3"])
    tables["sharing_agreement"].pop()
    return tables


def few_calls(tables: Tables) -> None:
    """So few that today some places stay empty whatever is called."""
    for row in tables["temporary_supply"]:
        row["max_shifts_per_week"] = "1"
    for row in tables["staff"]:
        if row["id"] == "P1":
            row["accepts_other_hosts"] = "no"


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("reduce", ["agency", "bank", "temporary", "pay"])
def test_with_nobody_asked_it_is_today_and_the_truth_lies_within_both_bounds(
    asking: Tables, reduce: Any, short: bool
) -> None:
    if short:
        few_calls(asking)
    with stored(asking) as repository:
        today, _, _ = problem_of(repository, REQUEST)
        found = frontier(repository, REQUEST, reduce, "consent", LIMITS, points=20)
        assert repository.dataset() == today.dataset
        for one in found["rosters"]:
            opened = reopen(repository, one["roster_id"])
            report = verify(opened.problem, opened.policy, opened.roster)
            summary = opened.stored.document.summary
            assert not report.breaches
            assert report.objective_pence == summary["objective_pence"]
            assert asked_hours(today, opened.roster) == pytest.approx(one["level"], abs=0.01)
            assert amount(today, opened.roster, reduce) == pytest.approx(one["reduced"], abs=0.01)
            assert one["people_asked"] == len(asked_people(today, opened.roster))
    supposed = build_problem(everybody_asked(today.dataset), "COL", today.period)
    plain, rosters = every_roster(today), every_roster(supposed)
    assert len(rosters) > len(plain) > 20
    fullest = min(amount(today, roster, "cover") for roster in plain)
    assert (fullest > 0) == short
    assert found["most_missing_hours"] == pytest.approx(fullest)
    amounts = [
        (asked_hours(today, roster), amount(today, roster, reduce))
        for roster in rosters
        if amount(today, roster, "cover") <= fullest + 1e-6
    ]
    best_today = min(
        amount(today, roster, reduce)
        for roster in plain
        if amount(today, roster, "cover") <= fullest + 1e-6
    )
    assert best_today == min(reduced for level, reduced in amounts if level == 0)
    first = found["points"][0]
    assert first["level"] == 0
    assert first["low"] - 0.01 <= best_today <= first["high"] + 0.01
    assert first["high"] == pytest.approx(best_today, abs=0.01)
    assert first["low"] == pytest.approx(best_today, abs=0.05)
    for told in found["points"]:
        truth = min(reduced for level, reduced in amounts if level <= told["level"] + 1e-3)
        assert told["low"] <= truth + 0.01, told
        assert told["high"] >= truth - 0.01, told
    if short:
        assert found["rosters"][-1]["reduced"] < best_today
    else:
        # nobody fills more than today: both ends are exact
        assert found["points"][-1]["high"] == pytest.approx(min(r for _, r in amounts), abs=0.01)
        assert found["points"][-1]["low"] == pytest.approx(min(r for _, r in amounts), abs=0.5)
    assert found["against"]["title"] == "Hours by people who would first have to be asked"
    assert "At 0 h nobody is asked: that is today." in found["reading"]


def asked_people(problem: Problem, roster: Roster) -> list[Assignment]:
    """By hand: all work is at B, and these have not agreed to it."""
    agreed = {
        row.id
        for row in problem.dataset.staff
        if row.accepts_other_hosts and row.agreed_hosts in (None, "B")
    }
    return list({a.staff_id: a for a in roster if a.staff_id and a.staff_id not in agreed}.values())


def asked_hours(problem: Problem, roster: Roster) -> float:
    """By hand: hours of those who have not agreed."""
    who = {a.staff_id for a in asked_people(problem, roster)}
    hours = {duty.id: duty.paid / 60 for duty in problem.duties}
    return sum(hours[a.demand_id] for a in roster if a.staff_id in who)


def test_where_everybody_has_agreed_there_is_nobody_to_ask(tables: Tables) -> None:
    with stored(tables) as repository:
        found = frontier(repository, REQUEST, "agency", "consent", LIMITS)
    assert [one["level"] for one in found["rosters"]] == [0]
    assert [one["people_asked"] for one in found["rosters"]] == [0]


def test_it_begins_with_what_is_published(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the searches find, no roster is told that is worse at its own price."""
    begun: list[Roster | None] = []

    def solving(base: Any, timed: Any, call: Any) -> Any:
        begun.append(timed.task.start)
        return solve_priced(base, timed, call)

    monkeypatch.setattr("scheduler.services.scenarios.frontier.solve_priced", solving)
    with stored(tables) as repository:
        best = solve(repository, REQUEST, LIMITS)
        assert best.roster_id is not None
        frontier(repository, REQUEST, "agency", "cover", LIMITS, points=3)
        assert begun[0] is None, "a draft is nobody's week yet"
        begun.clear()
        publish(repository, best.roster_id)
        frontier(repository, REQUEST, "agency", "cover", LIMITS, points=3)
        assert begun[0] == repository.roster(best.roster_id).document.decision()
        begun.clear()
        fortnight = replace(REQUEST, days=14)
        frontier(repository, fortnight, "agency", "cover", LIMITS, points=3)
        assert begun[0] is None


def test_what_is_asked_for_must_make_sense(tables: Tables) -> None:
    with stored(tables) as repository:
        for reduce, against, points in (
            ("pay", "pay", 20),
            ("cover", "pay", 20),
            ("agency", "x", 9),
        ):
            with pytest.raises(BadRequest):
                frontier(repository, REQUEST, reduce, against, LIMITS, points=points)  # type: ignore[arg-type]  # wrong on purpose
        with pytest.raises(BadRequest, match="2 to 100 points"):
            frontier(repository, REQUEST, "agency", "cover", LIMITS, points=1)


def test_it_is_at_most_five_searches_long() -> None:
    for environment in ({"SCHEDULER_ENGINE": "inline"}, {"SCHEDULER_ENGINE_WORKERS": "2"}):
        plan = of_frontier({"SCHEDULER_ENGINE": "local", **environment})
        assert sum(plan.side_by_side) == FRONTIER
        assert plan.turns <= 5
    assert set(QUANTITIES) >= {"agency", "bank", "pay", "cover", "lent", "consent"}
