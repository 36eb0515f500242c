"""One person's own hard rules: each shift has its own answer, whatever a rule looks at in it."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

import pytest

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints import catalogue
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.person_rules import OwnRules
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Unit, Violation
from tests.factories import (
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    random_roster,
    random_tables,
)


class NobodyAtSiteB(Constraint):
    """Nobody may work at site B."""

    id: ClassVar[str] = "nobody_at_site_b"
    title: ClassVar[str] = "Nobody at site B"
    unit: ClassVar[Unit] = Unit.SHIFTS
    links: ClassVar[Links] = Links.PERSON

    weight: Literal["hard"] | float = "hard"

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for work in shifts:
                if work.duty is not None and work.duty.demand.site_id == "SB":
                    yield self.violation((staff_id,), 1, "Found.")


class WronglyByHours(NobodyAtSiteB):
    """The same, said to be a matter of hours."""

    id: ClassVar[str] = "wrongly_by_hours"
    by_hours: ClassVar[bool] = True


def elsewhere(seed: int) -> tuple[Problem, Roster, Roster]:
    """A random roster, and the same with every shift at the other site in the other role."""
    tables = random_tables(seed, days=14)
    twins = {}
    for row in list(tables["demand"]):
        twin = {
            **row,
            "id": f"{row['id']}-TWIN",
            "site_id": "SB" if row["site_id"] == "SA" else "SA",
            "role_id": "RN" if row["role_id"] == "HCA" else "HCA",
            "priority": "3",
        }
        twins[row["id"]] = twin["id"]
        tables["demand"].append(twin)
    tables["pin"] = []
    problem = problem_of(tables, days=14)
    roster = random_roster(problem, random.Random(seed), 0.5)
    people = [a for a in roster if a.staff_id and a.demand_id in twins]
    moved = [replace(a, demand_id=twins[a.demand_id]) for a in people]
    return problem, Roster.of(people), Roster.of(moved)


def differences(rule: Constraint) -> int:
    """How many of these rosters are not the same to a rule when their shifts are elsewhere."""
    count = 0
    for seed in range(25):
        problem, here, there = elsewhere(seed)
        if rule.applies(problem):
            found = [
                Counter((v.about, v.quantity) for v in rule.check(EvaluatedRoster(problem, roster)))
                for roster in (here, there)
            ]
            count += found[0] != found[1]
    return count


@pytest.mark.parametrize("rule_id", [key for key, rule in catalogue().items() if rule.by_hours])
def test_a_rule_by_hours_says_the_same_wherever_the_shifts_are(rule_id: str) -> None:
    rule = Policy.from_tables({rule_id: {"off": False}}).rules[rule_id]
    assert differences(rule) == 0


def test_a_rule_wrongly_said_to_be_by_hours_is_found_out() -> None:
    assert differences(WronglyByHours()) > 10


def test_shifts_alike_at_two_sites_are_asked_about_each() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    here, there = need(tables, 0, "E"), need(tables, 0, "E", site_id="SB")
    rule = NobodyAtSiteB()
    policy = Policy({rule.id: rule}, pay=Policy.from_tables().pay)
    own = OwnRules(DeltaEvaluation(problem_of(tables), policy, Roster()))
    answers = [own.hold([], [Assignment(demand_id, "P1", "C-P1")]) for demand_id in (here, there)]
    assert answers == [True, False]
