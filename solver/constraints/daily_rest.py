"""Rest between two shifts."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.clock import hours, text
from scheduler.domain.timesheet import Timesheet, decided_pairs
from solver.constraint import Constraint, Scope, Unit, Violation
from solver.encoder import Encoder


class DailyRest(Constraint):
    """Nobody starts a shift less than `hours` after the end of an earlier one, whoever employs them."""

    id = "daily_rest"
    title = "Rest between shifts"
    source = "Working Time Regulations 1998, reg. 10(1)"
    unit = Unit.HOURS
    scope = Scope.PERSONAL

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(11, ge=0, le=48, description="rest between two shifts [h]")

    @property
    def minutes(self) -> int:
        return round(self.hours * 60)

    def encode(self, m: Encoder) -> None:
        # shifts conflict exactly where the intervals [start, end + rest) overlap
        for person in m.people:
            items = [(slot.start, slot.end + self.minutes, slot.literal) for slot in m.slots_of(person)]
            items += [(known.start, known.end + self.minutes, None) for known in person.known]
            m.disjoint((person.id,), items, lambda one, other: min(self.minutes, one[1] - other[0]))

    def check(self, sheet: Timesheet) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for one, other in decided_pairs(shifts):
                rest = other.start - one.end
                if rest < self.minutes:
                    yield self.violation(
                        (staff_id,), min(self.minutes, self.minutes - rest),
                        f"{staff_id} has {hours(max(0, rest))} of rest between the shifts that start at {text(one.start)} and {text(other.start)}; "
                        f"{hours(self.minutes)} are due.",
                    )  # fmt: skip
