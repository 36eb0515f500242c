"""Whole weekends, on or off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from scheduler.domain.clock import days_between
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder

DAY = timedelta(days=1)
SATURDAY = 5


class CompleteWeekend(Constraint):
    """Weekends of which exactly one day is worked: a shift starts on the Saturday or on the Sunday,
    and not on both.

    Both days must lie between the person's first known shift, or the period's first date, and the
    period's last date. Where the day worked was known beforehand it is nobody's doing here. The
    amount is that one day of each weekend.
    """

    id = "complete_weekend"
    title = "Whole weekends"
    source = "local agreement"
    unit = Unit.DAYS
    links = Links.PERSON
    by_hours = True
    asked_as = "wishes"

    weight: Literal["hard"] | float = 5.0

    def encode(self, m: Encoder) -> None:
        period = m.problem.period
        for person in m.people:
            first = min([period.first, *(shift.date for shift in person.known)])
            for saturday in days_between(max(first, period.first - DAY), period.last - DAY):
                if saturday.weekday() == SATURDAY:
                    about = (person.id, saturday.isoformat())
                    m.forbid_days(about, person, [saturday], [saturday + DAY], 1)
                    m.forbid_days(about, person, [saturday + DAY], [saturday], 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        period = sheet.problem.period
        for staff_id, shifts in sheet.by_person.items():
            known = {work.date for work in shifts if not work.new}
            days = {work.date for work in shifts}
            for day in sorted(days - known):
                if day.isoweekday() not in (6, 7):
                    continue
                other = day + DAY if day.isoweekday() == 6 else day - DAY
                if other not in days and min(known | {period.first}) <= other <= period.last:
                    yield self.violation(
                        (staff_id, min(day, other).isoformat()),
                        1,
                        said(
                            "{person} works {day} and not {other}: half a weekend.",
                            person=ref("person", staff_id),
                            day=day,
                            other=other,
                        ),
                    )
