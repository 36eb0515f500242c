"""As little change as possible against a roster that people know already."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class Stability(Constraint):
    """Each shift that somebody has in this roster or in the named one, but not in both, whatever
    the contract.

    Temporary supply does not count. Work that is no demand of this problem any more is nobody's
    loss; a shift of the named roster that its person may not do any more is lost in any case. Never
    hard: that would allow the named roster alone.
    """

    id = "stability"
    title = "Changes against the named roster"
    source = "people have made their plans"
    unit = Unit.SHIFTS
    links = Links.PERSON
    may_be_hard = False

    weight: Literal["hard"] | float = 25.0

    def applies(self, problem: Problem) -> bool:
        return problem.reference is not None

    def encode(self, m: Encoder) -> None:
        assert m.problem.reference is not None
        wanted = {
            (a.staff_id, a.demand_id)
            for a in m.problem.reference
            if a.staff_id and a.demand_id in m.problem.duty_by_id
        }
        lost = Counter(staff_id for staff_id, _ in wanted)
        for person in m.people:
            # of the contracts that could fill one demand at most one does, so a sum over them is 0
            # or 1
            terms: list[Term] = [
                (-1 if (person.id, pair.duty.id) in wanted else 1, pair.literal)
                for pair in m.pairs_of(person)
            ]
            m.count((person.id,), terms, lost.pop(person.id, 0))
        for staff_id, shifts in sorted(lost.items()):
            m.count((staff_id,), [], shifts)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        reference = sheet.problem.reference
        assert reference is not None
        for duty in sheet.problem.duties:
            now = {
                assignment.staff_id for assignment in sheet.roster.by_demand.get(duty.id, ())
            } - {""}
            then = {assignment.staff_id for assignment in reference.by_demand.get(duty.id, ())} - {
                ""
            }
            for staff_id in sorted(then - now):
                sentence = said(
                    "{person} loses {demand}, which the named roster gave.",
                    person=ref("person", staff_id),
                    demand=ref("demand", duty.id),
                )
                yield self.violation((staff_id, duty.id), 1, sentence)
            for staff_id in sorted(now - then):
                sentence = said(
                    "{person} gets {demand}, which the named roster did not give.",
                    person=ref("person", staff_id),
                    demand=ref("demand", duty.id),
                )
                yield self.violation((staff_id, duty.id), 1, sentence)
