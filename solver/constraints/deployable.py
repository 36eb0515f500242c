"""Who may work where at all."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.timesheet import Timesheet
from solver.constraint import Constraint, Scope, Unit, Violation
from solver.encoder import Encoder


class Deployable(Constraint):
    """An assignment is allowed only without a barrier; temporary supply only where its host may call it."""

    id = "deployable"
    title = "Cleared to work there"
    source = "the partners' sharing agreements and procedures"
    unit = Unit.SHIFTS
    scope = Scope.PERSONAL
    may_be_soft = False
    may_be_off = False

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        """Nothing to state: variables exist for deployable pairs only."""

    def check(self, sheet: Timesheet) -> Iterator[Violation]:
        index = sheet.problem.index
        for assignment in sheet.roster:
            duty = sheet.problem.duty_by_id[assignment.demand_id]
            if assignment.staff_id:
                barriers = index.barriers(sheet.contract(assignment.contract_id), duty)
                if barriers:
                    sentence = f"{assignment.staff_id} may not fill {duty.id}: " + " ".join(barrier.sentence for barrier in barriers)
                    yield self.violation((assignment.staff_id, duty.id), 1, sentence)
            elif not index.may_supply(sheet.supply(assignment.supply_id), duty):
                yield self.violation((assignment.supply_id, duty.id), 1, f"{assignment.supply_id} may not be called for {duty.id}.")
