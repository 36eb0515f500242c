"""Pins."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class Pinned(Constraint):
    """A pin stays: this person does this, through whichever contract."""

    id = "pinned"
    title = "Pins"
    source = "the operations group"
    unit = Unit.SHIFTS
    links = Links.PERSON

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return bool(problem.pins)

    def encode(self, m: Encoder) -> None:
        for pin in m.problem.pins:
            duty = m.problem.duty_by_id[pin.demand_id]
            terms = [
                (-1, pair.literal) for pair in m.pairs_for(duty) if pair.person.id == pin.staff_id
            ]
            m.at_most((pin.staff_id, pin.demand_id), terms, -1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for pin in sheet.problem.pins:
            if not any(
                a.staff_id == pin.staff_id for a in sheet.roster.by_demand.get(pin.demand_id, ())
            ):
                yield self.violation(
                    (pin.staff_id, pin.demand_id),
                    1,
                    said(
                        "{person} is pinned to {demand} and not assigned there.",
                        person=ref("person", pin.staff_id),
                        demand=ref("demand", pin.demand_id),
                    ),
                )
