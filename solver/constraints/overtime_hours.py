"""Overtime hours, on top of their price."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class OvertimeHours(Constraint):
    """Hours at overtime rate: beyond those owed and beyond full time, through one contract in one
    week, or as many as settle together.
    """

    id = "overtime_hours"
    title = "Overtime hours"
    source = "NHS terms and conditions of service, section 3"
    unit = Unit.HOURS
    links = Links.PERSON
    asked_as = "pay"

    weight: Literal["hard"] | float = 8.0

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            for employment in person.employments:
                if not employment.substantive:
                    continue
                for week in m.problem.period.weeks:
                    weeks = m.problem.settlement(week)
                    plain = m.problem.payroll.plain_until(
                        sum(employment.owed[one] for one in weeks), len(weeks)
                    )
                    terms: list[Term] = []
                    for case in m.pay_cases(employment, week):
                        beyond = case.before + case.slot.paid - plain
                        if beyond > 0:
                            terms.append((min(case.slot.paid, beyond), case.literal))
                    m.count((person.id, employment.id, week.isoformat()), terms)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, parts in sheet.paid:
            minutes = parts.minutes.get("overtime", 0)
            if minutes:
                yield self.violation(
                    (assignment.staff_id, duty.id),
                    minutes,
                    said(
                        "{person} works {hours} of overtime at {demand}.",
                        person=ref("person", assignment.staff_id),
                        hours=duration(minutes),
                        demand=ref("demand", duty.id),
                    ),
                )
