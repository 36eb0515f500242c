"""Bank hours, on top of their price."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, ref, said, worker
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class BankHours(Constraint):
    """Hours through bank contracts and from bank supply: what the partners would rather not use."""

    id = "bank_hours"
    title = "Bank hours"
    source = "NHS planning guidance: less bank"
    unit = Unit.HOURS
    links = Links.PERSON
    asked_as = "pay"

    weight: Literal["hard"] | float = 3.0

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            for employment in person.employments:
                if not employment.substantive:
                    for week in m.problem.period.weeks:
                        terms = [
                            (slot.paid, slot.literal) for slot in m.contract_slots(employment, week)
                        ]
                        m.count((person.id, employment.id, week.isoformat()), terms)
        for duty in m.problem.duties:
            for call in m.called_for(duty):
                if call.supply.kind == "bank":
                    m.count((call.supply.id, duty.id), [(duty.paid, call.count)])

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, parts in sheet.paid:
            minutes = parts.minutes.get("bank", 0)
            if minutes:
                who = worker(assignment.staff_id, assignment.supply_id)
                yield self.violation(
                    (str(who.id), duty.id),
                    minutes,
                    said(
                        "{worker} gives {hours} of bank at {demand}.",
                        worker=who,
                        hours=duration(minutes),
                        demand=ref("demand", duty.id),
                    ),
                )
