"""Wanted places left empty."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class PreferredCover(Constraint):
    """Each hour of a place above the minimum left empty."""

    id = "preferred_cover"
    title = "Preferred places left empty"
    source = "the service's own standard"
    unit = Unit.HOURS
    links = Links.TEAM
    asked_as = "cover"

    weight: Literal["hard"] | float = 8.0

    def each(self, duty: Duty) -> int:
        """Paid minutes that each person missing leaves empty."""
        return duty.paid

    def applies(self, problem: Problem) -> bool:
        return any(duty.preferred > duty.minimum for duty in problem.duties)

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            if duty.preferred > duty.minimum:
                # preferred - max(minimum, assigned) = preferred - assigned - missing, where that is
                # positive
                terms: list[Term] = [(-1, pair.literal) for pair in m.pairs_for(duty)]
                terms += [(-1, call.count) for call in m.called_for(duty)]
                terms.append((-1, m.missing(duty)))
                m.at_most((duty.id,), terms, -duty.preferred, per=self.each(duty))

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for duty in sheet.problem.duties:
            empty = duty.preferred - max(duty.minimum, sheet.filled[duty.id])
            if empty > 0:
                yield self.violation(
                    (duty.id,),
                    empty * self.each(duty),
                    said(
                        "{demand} lacks {empty} preferred above the minimum: {hours}.",
                        demand=ref("demand", duty.id),
                        empty=empty,
                        hours=duration(empty * duty.paid),
                    ),
                )
