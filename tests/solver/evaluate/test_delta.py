import random
from collections import Counter
from dataclasses import replace

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.delta import DeltaEvaluation, changed, pairs_used, witnesses
from solver.evaluate.verify import Report, verify
from solver.policy.policy import Policy
from solver.rule.constraint import Violation
from tests.factories import (
    lending,
    need,
    plain_tables,
    problem_of,
    random_roster,
    random_tables,
    supply,
    to_be_asked,
    true_to_life,
)

POLICY = {
    "lent_hours": {"weight": 3},
    "unagreed_hours": {"weight": 3},
    "release_limit": {"weight": "hard"},
    "partner_balance": {"tolerance_hours": 2},
    "daily_rest": {"weight": "hard"},
    "temporary_limit": {"caps": [{"supply_ids": ["AG"], "hours": 10}]},
    "call_notice": {"days": 2, "planned_on": "2027-01-11"},
    "fair_nights": {"weight": "hard"},
}


def random_change(
    problem: Problem, roster: Roster, rng: random.Random
) -> tuple[list[Assignment], list[Assignment]]:
    """Up to three shifts taken away and up to three given, to people and to temporary supply."""
    removed = rng.sample(list(roster), min(len(roster), rng.randrange(4)))
    added = [
        Assignment(duty.id, employment.contract.staff_id, employment.id)
        for employment, duty in rng.sample(list(problem.pairs()), rng.randrange(1, 4))
    ]
    there = {(a.staff_id, a.demand_id) for a in roster}
    added = [a for a in added if (a.staff_id, a.demand_id) not in there]
    calls = [
        Assignment(duty.id, supply_id=supply.id)
        for duty in problem.duties
        for supply in problem.supplies_for(duty)
    ]
    return removed, list(dict.fromkeys(added)) + rng.sample(
        calls, min(len(calls), rng.randrange(2))
    )


def total(violations: tuple[Violation, ...]) -> Counter[tuple[str, tuple[str, ...]]]:
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for violation in violations:
        found[violation.rule, violation.about] += violation.quantity
    return found


def costs(before: Report, after: Report) -> dict[str, int]:
    return {
        rule: cost - before.by_rule[rule]
        for rule, cost in after.by_rule.items()
        if cost != before.by_rule[rule]
    }


def everything(report: Report) -> Counter[Violation]:
    """What was found, hard or priced."""
    return Counter([*report.breaches, *(v for found in report.priced.values() for v in found)])


@pytest.mark.parametrize("overlay", [{}, POLICY])
@pytest.mark.parametrize("seed", range(12))
def test_a_change_costs_and_breaks_what_two_whole_checks_differ_by(
    seed: int, overlay: dict[str, dict[str, object]]
) -> None:
    rng = random.Random(seed)
    tables, known = true_to_life(seed) if seed % 2 else (random_tables(seed), ())
    problem = problem_of(to_be_asked(tables, "P1", "P4"), known=known)
    policy = Policy.from_tables(overlay)
    roster = random_roster(problem, rng, 0.5)
    problem = replace(problem, reference=random_roster(problem, rng, 0.4))
    evaluation, before = DeltaEvaluation(problem, policy, roster), verify(problem, policy, roster)
    assert len(roster) > 0
    for _ in range(8):
        removed, added = random_change(problem, roster, rng)
        after = verify(problem, policy, changed(roster, removed, added))
        found = evaluation.change(removed, added)
        assert found.by_rule == costs(before, after)
        old, new = total(before.breaches), total(after.breaches)
        grown = {key for key, quantity in new.items() if quantity > old[key]}
        assert {(v.rule, v.about) for v in found.breaches} == grown
        assert found.mended == sum(max(0, quantity - new[key]) for key, quantity in old.items())
        was, now = everything(before), everything(after)
        assert Counter(found.gone) == was - now
        assert Counter(found.come) == now - was


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5])
def test_the_check_finds_the_same_on_the_thinned_problem(seed: int) -> None:
    problem, policy = problem_of(random_tables(seed)), Policy.from_tables({})
    roster = random_roster(problem, random.Random(seed), 0.6)
    thinned = problem.with_pairs(witnesses(problem, Policy.from_tables({}), roster))
    assert len(thinned.pairs_duty) < len(problem.pairs_duty)
    assert verify(thinned, policy, roster) == verify(problem, policy, roster)


def test_pairs_used_are_those_of_the_rosters_people() -> None:
    problem = problem_of(random_tables(3))
    roster = random_roster(problem, random.Random(3), 0.6)
    used = pairs_used(problem, roster)
    named = {
        (
            problem.duties[problem.pairs_duty[k]].id,
            problem.employments[problem.pairs_employment[k]].id,
        )
        for k in used
    }
    assert named == {(a.demand_id, a.contract_id) for a in roster if a.staff_id}


def test_of_two_equal_calls_one_goes() -> None:
    call = Assignment("D", supply_id="AG")
    assert changed(Roster.of([call, call]), [call], []) == Roster.of([call])


def test_where_nobody_may_work_a_call_of_supply_still_has_its_cost() -> None:
    tables = plain_tables()
    supply(tables, "BK", "bank")
    lending(tables, [])  # so that every rule about lending has something to say
    demand_id = need(tables, 0, "N")
    problem, policy = problem_of(tables), Policy.from_tables()
    assert not len(problem.pairs_duty)
    call = Assignment(demand_id, supply_id="BK")
    found = DeltaEvaluation(problem, policy, Roster()).change([], [call])
    before, after = (verify(problem, policy, roster) for roster in (Roster(), Roster.of([call])))
    assert found.objective == after.objective - before.objective
