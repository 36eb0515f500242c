"""One person's own hard rules: each shift has its own answer, whatever a rule looks at in it."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.person_rules import OwnRules
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Unit, Violation
from tests.factories import lending, need, person, plain_tables, problem_of


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
