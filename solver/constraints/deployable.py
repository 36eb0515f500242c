"""Who may work where at all."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.conditions import barriers_of
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import joined, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class Deployable(Constraint):
    """An assignment is allowed only without a barrier; temporary supply only where its host may
    call it.
    """

    id = "deployable"
    title = "Cleared to work there"
    source = "the partners' sharing agreements and procedures"
    unit = Unit.SHIFTS
    links = Links.PERSON
    may_be_soft = False
    may_be_off = False

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        """Nothing to state: variables exist for deployable pairs only."""

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        index = sheet.problem.index
        for assignment in sheet.roster:
            duty = sheet.problem.duty_by_id[assignment.demand_id]
            if assignment.staff_id:
                barriers = barriers_of(index, sheet.contract(assignment.contract_id), duty)
                if barriers:
                    sentence = said(
                        "{person} may not fill {demand}: {barriers}",
                        person=ref("person", assignment.staff_id),
                        demand=ref("demand", duty.id),
                        barriers=joined(barrier.sentence for barrier in barriers),
                    )
                    yield self.violation((assignment.staff_id, duty.id), 1, sentence)
            elif not index.may_supply(sheet.supply(assignment.supply_id), duty):
                sentence = said(
                    "{supply} may not be called for {demand}.",
                    supply=ref("supply", assignment.supply_id),
                    demand=ref("demand", duty.id),
                )
                yield self.violation((assignment.supply_id, duty.id), 1, sentence)
