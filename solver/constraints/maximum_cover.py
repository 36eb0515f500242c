"""No more people than wanted."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class MaximumCover(Constraint):
    """Nobody is assigned beyond what a demand prefers, or beyond its maximum where it has one."""

    id = "maximum_cover"
    title = "No more people than wanted"
    source = "the data contract"
    unit = Unit.HOURS
    links = Links.TEAM
    may_be_soft = False
    may_be_off = False

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            terms: list[Term] = [(1, pair.literal) for pair in m.pairs_for(duty)]
            terms += [(1, call.count) for call in m.called_for(duty)]
            m.at_most((duty.id,), terms, duty.most, per=duty.paid)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for duty in sheet.problem.duties:
            beyond = sheet.filled[duty.id] - duty.most
            if beyond > 0:
                yield self.violation(
                    (duty.id,),
                    beyond * duty.paid,
                    said(
                        "{demand} has {people}; at most {most} wanted.",
                        demand=ref("demand", duty.id),
                        people=counted(sheet.filled[duty.id], "person", "people"),
                        most=duty.most,
                    ),
                )
