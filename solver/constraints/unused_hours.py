"""Hours owed and not rostered."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.clock import hours
from scheduler.domain.timesheet import Timesheet
from solver.constraint import Constraint, Scope, Unit, Violation
from solver.encoder import Encoder


class UnusedHours(Constraint):
    """Hours that a substantive contract owes in a week and that are not rostered: paid already, so a waste.

    They count for contracts whose base lies in one of the collaborative's places.
    """

    id = "unused_hours"
    title = "Hours owed and not rostered"
    source = "contracted hours are paid whether used or not"
    unit = Unit.HOURS
    scope = Scope.PERSONAL

    weight: Literal["hard"] | float = 5.0

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            for employment in person.employments:
                if not employment.counts_unused:
                    continue
                for week, owed in employment.owed.items():
                    known = sum(shift.paid for shift in person.known if shift.contract_id == employment.id and shift.week == week)
                    terms = [(-slot.paid, slot.literal) for slot in m.contract_slots(employment, week)]
                    if owed > known:
                        m.at_most((person.id, employment.id, week.isoformat()), terms, known - owed)

    def check(self, sheet: Timesheet) -> Iterator[Violation]:
        for person in sheet.problem.people:
            for employment in person.employments:
                if not employment.counts_unused:
                    continue
                for week in sheet.problem.period.weeks:
                    owed = sheet.owed(employment.id, week)
                    unused = owed - sum(work.paid for work in sheet.by_contract_week.get((employment.id, week), ()))
                    if unused > 0:
                        yield self.violation(
                            (person.id, employment.id, week.isoformat()), unused,
                            f"{person.id} is owed {hours(owed)} by contract {employment.id} in the week of {week}; {hours(unused)} are not rostered.",
                        )  # fmt: skip
