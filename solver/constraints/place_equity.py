"""Empty places spread over the places of a collaborative."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Literal

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable


class PlaceEquity(Constraint):
    """Hours by which a place's empty required hours exceed its share, by required hours, of all
    that are empty.

    The share is rounded up to a whole minute.
    """

    id = "place_equity"
    title = "Gaps spread over the places"
    source = "the partners' agreement on equity"
    unit = Unit.HOURS
    links = Links.COVER
    asked_as = "cover"

    weight: Literal["hard"] | float = 10.0

    def applies(self, problem: Problem) -> bool:
        return len({duty.place_id for duty in problem.duties if _required(duty)}) > 1

    def encode(self, m: Encoder) -> None:
        required: Counter[str] = Counter()
        missing: list[tuple[Duty, Variable]] = []
        for duty in m.problem.duties:
            if _required(duty):
                required[duty.place_id] += _required(duty)
                missing.append((duty, m.missing(duty)))
        for place_id, own in required.items():
            # of E empty minutes E' here, with R' of R required: E' - ceil(E R' / R) = floor((R E' -
            # R' E) / R)
            part, whole = Fraction(own, required.total()).as_integer_ratio()
            terms = [
                (duty.paid * (whole - part if duty.place_id == place_id else -part), short)
                for duty, short in missing
            ]
            m.at_most((place_id,), terms, whole - 1, each=whole)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        duties = [duty for duty in sheet.problem.duties if duty.minimum]
        lacking = {
            duty.id: max(0, duty.minimum - sheet.filled[duty.id]) * duty.paid for duty in duties
        }
        everywhere, empty = sum(duty.paid * duty.minimum for duty in duties), sum(lacking.values())
        for place_id in sorted({duty.place_id for duty in duties}):
            here = [duty for duty in duties if duty.place_id == place_id]
            empty_here, required = (
                sum(lacking[duty.id] for duty in here),
                sum(duty.paid * duty.minimum for duty in here),
            )
            share = ceil(Fraction(empty * required, everywhere))
            if empty_here > share:
                yield self.violation(
                    (place_id,),
                    empty_here - share,
                    said(
                        "{place} has {here} empty of {required} required; its share of the"
                        " {anywhere} that are empty anywhere is {share}.",
                        place=ref("place", place_id),
                        here=duration(empty_here),
                        required=duration(required),
                        anywhere=duration(empty),
                        share=duration(share),
                    ),
                )


def _required(duty: Duty) -> int:
    """Minutes that the duty requires."""
    return duty.minimum * duty.paid
