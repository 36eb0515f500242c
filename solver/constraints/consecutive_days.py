"""Days in a row."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable


class ConsecutiveDays(Constraint):
    """Nobody starts shifts on more than `days` dates in a row. The amount is each further day."""

    id = "consecutive_days"
    title = "Days in a row"
    source = "local agreement"
    unit = Unit.DAYS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    days: int = Field(6, ge=1, le=31, description="most dates in a row with a shift [days]")

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            known = {shift.date for shift in person.known}
            literals: dict[date, list[Variable]] = {}
            for slot in m.slots_of(person):
                if slot.date not in known:
                    literals.setdefault(slot.date, []).append(slot.literal)
            on = {day: m.any_of(found) for day, found in literals.items()}
            for first in sorted(
                {day - timedelta(days=back) for day in on for back in range(self.days + 1)}
            ):
                window = [first + timedelta(days=offset) for offset in range(self.days + 1)]
                if all(day in known or day in on for day in window):
                    m.at_most(
                        (person.id, first.isoformat()),
                        [(1, on[day]) for day in window if day in on],
                        self.days - sum(day in known for day in window),
                    )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            known = {work.date for work in shifts if not work.new}
            new = {work.date for work in shifts if work.new} - known
            run: list[date] = []
            for day in sorted(known | new):
                run = [*run, day] if run and day == run[-1] + timedelta(days=1) else [day]
                if len(run) > self.days and new & set(run[-self.days - 1 :]):
                    yield self.violation(
                        (staff_id, day.isoformat()),
                        1,
                        said(
                            "{person} works day {number} in a row on {day}; {allowed} are allowed.",
                            person=ref("person", staff_id),
                            number=len(run),
                            day=day,
                            allowed=self.days,
                        ),
                    )
