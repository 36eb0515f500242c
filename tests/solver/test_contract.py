"""The contract between a rule's two statements, for every rule of the catalogue.

On every roster of small random problems: where the rule is hard, the model with that roster fixed
is INFEASIBLE exactly when the independent check finds something; where it is soft, the model's
objective is the check's, to the sixtieth.
"""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints import catalogue
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    problem_of,
    random_roster,
    random_tables,
    to_be_asked,
    true_to_life,
)

SEEDS = range(10)
LIFE = range(3)
"""With contracts that follow on, agreed times off, split, sleeping and 24-hour duties, and what is
published of the same weeks.
"""
ROSTERS = 12

# parameters small enough to bite within a week of a few people
TIGHT: dict[str, dict[str, Any]] = {
    "longest_week": {"hours": 34},
    "average_week": {"hours": 24, "blocks": 3},
    "consecutive_days": {"days": 3},
    "consecutive_nights": {"nights": 2},
    "contract_hours": {"hours": 3},
    "weekly_rest": {"hours": 60, "fortnight_hours": 80},
    "partner_balance": {"tolerance_hours": 12},
    "night_average": {"hours": 4, "blocks": 3, "one_in": 4},
    "temporary_limit": {"caps": [{"supply_ids": ["AG", "BK"], "hours": 12.0}]},
    "call_notice": {"kinds": ["bank", "agency"], "days": 2, "planned_on": "2027-01-11"},
}
PERIODS: tuple[tuple[date, int], ...] = (
    (MONDAY, 7),
    (date(2027, 3, 22), 14),
    (date(2026, 10, 19), 7),
)
"""A plain week; a fortnight with Easter and the clock going forward; a week in which it
goes back.
"""


def only(rule_id: str, **parameters: Any) -> Policy:
    """A policy of this rule and of those that cannot be off."""
    tables = {
        other: {"off": True}
        for other, rule in catalogue().items()
        if rule.may_be_off and other != rule_id
    }
    return Policy.from_tables(tables, {rule_id: {**TIGHT.get(rule_id, {}), **parameters}})


def problems() -> list[Problem]:
    found = []
    for seed in SEEDS:
        first, days = PERIODS[seed % len(PERIODS)]
        tables = to_be_asked(random_tables(seed, first, days), "P1", "P4")
        problem = problem_of(tables, first, days)
        found.append(replace(problem, reference=reference(problem, seed)))
    for seed in LIFE:
        first, days = PERIODS[seed % len(PERIODS)]
        tables, known = true_to_life(seed, first, days)
        problem = problem_of(tables, first, days, known)
        found.append(replace(problem, reference=reference(problem, seed)))
    return found


def reference(problem: Problem, seed: int) -> Roster:
    """What a roster may be asked not to differ from; it also names work that is gone, and a person
    who never was cleared.
    """
    if seed % 5 == 4:  # the problems with few places: nothing at all
        return Roster()
    known = random_roster(problem, random.Random(seed + 300), 0.3)
    return Roster.of(
        [
            *known,
            Assignment("GONE", "P1", "C-P1"),
            Assignment(problem.duties[0].id, "NOBODY", "C-NOBODY"),
        ]
    )


PROBLEMS = problems()


def solve_fixed(encoder: CpSatEncoder, roster: Roster) -> tuple[Any, int]:
    """(status, objective) of the model with this roster fixed; INFEASIBLE where it uses a pair that
    does not exist.
    """
    decision = encoder.decision(roster)
    if decision is None:
        return cp_model.INFEASIBLE, 0
    encoder.model.clear_hints()
    for variable, value in decision:
        if value > list(variable.proto.domain)[-1]:
            return cp_model.INFEASIBLE, 0
        encoder.model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.max_time_in_seconds = 30
    status = solver.solve(encoder.model)
    return status, round(solver.objective_value) if status == cp_model.OPTIMAL else 0


def rosters(problem: Problem, seed: int, *, overlapping: bool) -> list[Roster]:
    rng = random.Random(seed)
    return [
        random_roster(
            problem,
            rng,
            rng.choice([0.05, 0.15, 0.3, 0.6, 1.0]),
            overlapping=overlapping and i % 2 == 0,
        )
        for i in range(ROSTERS)
    ]


@pytest.mark.parametrize("rule_id", [r for r, rule in catalogue().items() if rule.may_be_hard])
def test_hard_rule_is_infeasible_exactly_where_the_check_finds_a_breach(rule_id: str) -> None:
    policy = only(rule_id, weight="hard")
    kept = broken = 0
    for seed, problem in enumerate(PROBLEMS):
        encoder = CpSatEncoder(problem, policy)
        for roster in rosters(problem, seed, overlapping=not catalogue()[rule_id].may_be_off):
            breaches = verify(problem, policy, roster).breaches
            status, _ = solve_fixed(encoder, roster)
            assert status == (cp_model.INFEASIBLE if breaches else cp_model.OPTIMAL), (
                seed,
                roster,
                breaches,
            )
            broken += any(breach.rule == rule_id for breach in breaches)
            kept += not breaches
    assert kept
    # random rosters hold deployable pairs only: its own test breaks it
    assert broken or rule_id == "deployable"


@pytest.mark.parametrize("rule_id", [r for r, rule in catalogue().items() if rule.may_be_soft])
def test_soft_rule_costs_in_the_model_what_the_check_counts(rule_id: str) -> None:
    rule = catalogue()[rule_id]
    own = rule().weight
    policy = only(rule_id, weight=7.5 if own in ("hard", 0) else own)
    free = priced = 0
    for seed, problem in enumerate(PROBLEMS):
        encoder = CpSatEncoder(problem, policy)
        for roster in rosters(problem, seed + 100, overlapping=False):
            report = verify(problem, policy, roster)
            assert not report.breaches
            status, objective = solve_fixed(encoder, roster)
            assert status == cp_model.OPTIMAL
            assert objective == report.objective, (
                seed,
                roster,
                report.priced[rule_id] if report.priced else (),
            )
            free += report.objective == 0
            priced += report.objective > 0
    assert priced
    assert free or rule_id in (
        "pay",
        "unused_hours",
        "minimum_cover",
        "preference",
        "away_from_base",
        "travel",
        "preferred_cover",
    )


def test_whole_default_policy_agrees_on_every_roster() -> None:
    policy = Policy.from_tables(TIGHT)
    seen = {True: 0, False: 0}
    for seed, problem in enumerate(PROBLEMS):
        encoder = CpSatEncoder(problem, policy)
        for roster in rosters(problem, seed + 200, overlapping=True):
            report = verify(problem, policy, roster)
            status, objective = solve_fixed(encoder, roster)
            assert status == (cp_model.INFEASIBLE if report.breaches else cp_model.OPTIMAL), (
                seed,
                roster,
            )
            if not report.breaches:
                assert objective == report.objective
            seen[bool(report.breaches)] += 1
    assert seen[True]
