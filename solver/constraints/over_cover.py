"""People beyond the preferred number, where a demand allows and prices them."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class OverCover(Constraint):
    """Each person beyond the preferred number costs what the demand says (`over_pence`)."""

    id = "over_cover"
    title = "People beyond the preferred number"
    source = "the demand's own price"
    unit = Unit.PENCE
    links = Links.TEAM
    asked_as = "cover"

    weight: Literal["hard"] | float = 1

    def applies(self, problem: Problem) -> bool:
        return any(duty.demand.over_pence and duty.most > duty.preferred for duty in problem.duties)

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            if duty.demand.over_pence and duty.most > duty.preferred:
                terms: list[Term] = [(1, pair.literal) for pair in m.pairs_for(duty)]
                terms += [(1, call.count) for call in m.called_for(duty)]
                m.at_most((duty.id,), terms, duty.preferred, per=duty.demand.over_pence * 60)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for duty in sheet.problem.duties:
            over = sheet.filled[duty.id] - duty.preferred
            if over > 0 and duty.demand.over_pence:
                yield self.violation(
                    (duty.id,),
                    over * duty.demand.over_pence * 60,
                    said(
                        "{demand} has {over} more than the {preferred} preferred.",
                        demand=ref("demand", duty.id),
                        over=over,
                        preferred=duty.preferred,
                    ),
                )
