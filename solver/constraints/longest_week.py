"""Hours in one week."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class LongestWeek(Constraint):
    """Nobody works more than `hours` in one Monday-to-Sunday week, over all employers. What was
    known beforehand is not a breach.
    """

    id = "longest_week"
    title = "Longest week"
    source = "local agreement"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(60, ge=0, le=168, description="most hours in a week [h]")

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            for week in m.problem.period.weeks:
                known = sum(shift.paid for shift in person.known if shift.week == week)
                terms = [
                    (slot.paid, slot.literal) for slot in m.slots_of(person) if slot.week == week
                ]
                m.at_most(
                    (person.id, week.isoformat()), terms, max(0, round(self.hours * 60) - known)
                )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for week in sheet.new_weeks(staff_id):
                new = sum(work.paid for work in shifts if work.week == week and work.new)
                total = sum(work.paid for work in shifts if work.week == week)
                excess = min(new, total - round(self.hours * 60))
                if excess > 0:
                    yield self.violation(
                        (staff_id, week.isoformat()),
                        excess,
                        said(
                            "{person} works {total} in the week of {week}; {allowed} h are"
                            " allowed.",
                            person=ref("person", staff_id),
                            total=duration(total),
                            week=week,
                            allowed=f"{self.hours:g}",
                        ),
                    )
