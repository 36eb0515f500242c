"""Hours worked for another organisation."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class LentHours(Constraint):
    """Hours that people work for another host than their employer: what a director may want little
    of, to see what it is worth. The default policy has no price for it: lending is what it is for.
    """

    id = "lent_hours"
    title = "Hours worked for other organisations"
    source = "local choice"
    unit = Unit.HOURS
    links = Links.PERSON
    asked_as = "base"

    weight: Literal["hard"] | float = 0.0

    def applies(self, problem: Problem) -> bool:
        return self.weight != 0 and bool(problem.dataset.sharing_agreement)

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            lent = [
                (pair.duty.paid, pair.literal)
                for pair in m.pairs_of(person)
                if pair.contract.organisation_id != pair.duty.host_id
            ]
            m.count((person.id,), lent)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, _ in sheet.lent():
            yield self.violation(
                (assignment.staff_id, duty.id),
                duty.paid,
                said(
                    "{person} works {hours} for {host} at {demand}.",
                    person=ref("person", assignment.staff_id),
                    hours=duration(duty.paid),
                    host=ref("organisation", duty.host_id),
                    demand=ref("demand", duty.id),
                ),
            )
