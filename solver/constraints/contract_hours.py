"""Hours beyond what a contract owes."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class ContractHours(Constraint):
    """Nobody works more than `hours` above what a substantive contract owes in a week, through that
    contract.
    """

    id = "contract_hours"
    title = "Hours beyond the contract"
    source = "local agreement"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(12, ge=0, le=168, description="most hours above those owed in a week [h]")

    @property
    def minutes(self) -> int:
        """Most time above what is owed [minutes]."""
        return round(self.hours * 60)

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            for employment in person.employments:
                if not employment.substantive:
                    continue
                for week, owed in employment.owed.items():
                    known = sum(
                        shift.paid
                        for shift in person.known
                        if shift.contract_id in employment.ids and shift.week == week
                    )
                    terms = [
                        (slot.paid, slot.literal) for slot in m.contract_slots(employment, week)
                    ]
                    m.at_most(
                        (person.id, employment.id, week.isoformat()),
                        terms,
                        max(0, owed + self.minutes - known),
                    )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for (contract_id, week), shifts in sheet.by_contract_week.items():
            contract = sheet.problem.index.contracts.get(contract_id)
            if contract is None or contract.kind == "bank":
                continue
            total, new = (
                sum(work.paid for work in shifts),
                sum(work.paid for work in shifts if work.new),
            )
            limit = sheet.owed(contract_id, week) + self.minutes
            if min(new, total - limit) > 0:
                yield self.violation(
                    (contract.staff_id, contract_id, week.isoformat()),
                    min(new, total - limit),
                    said(
                        "{person} works {total} through contract {contract} in the week of {week};"
                        " {allowed} are allowed ({owed} owed).",
                        person=ref("person", contract.staff_id),
                        total=duration(total),
                        contract=ref("contract", contract_id),
                        week=week,
                        allowed=duration(limit),
                        owed=duration(limit - self.minutes),
                    ),
                )
