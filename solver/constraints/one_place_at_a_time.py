"""Nobody is in two places at once."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster, decided_pairs
from scheduler.domain.sentence import moment, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class OnePlaceAtATime(Constraint):
    """No two shifts of one person overlap, whoever employs them."""

    id = "one_place_at_a_time"
    title = "One place at a time"
    source = "arithmetic: nobody is in two places at once"
    unit = Unit.SHIFTS
    links = Links.PERSON
    by_hours = True
    may_be_soft = False
    may_be_off = False

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            # a slot gathers what has the same hours: of that, the slot itself lets one be chosen
            items = [(slot.start, slot.end, slot.literal) for slot in m.slots_of(person)]
            items += [(known.start, known.end, None) for known in person.known]
            m.disjoint((person.id,), items, lambda *_: 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for one, other in decided_pairs(shifts):
                if other.start < one.end:
                    yield self.violation(
                        (staff_id,),
                        1,
                        said(
                            "{person} has two shifts at once, at {one} and {other}.",
                            person=ref("person", staff_id),
                            one=moment(one.start),
                            other=moment(other.start),
                        ),
                    )
