"""Single days on and single days off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from scheduler.domain.clock import days_between
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder

DAY = timedelta(days=1)


class SingleDays(Constraint):
    """A day on between two days off, and a day off between two days on. A day is on where a shift
    starts.

    Only dates from the person's first known shift, or the period's first, to the period's last are
    looked at. Where all days on were known beforehand it is nobody's doing here.
    """

    id = "single_days"
    title = "Single days on or off"
    source = "local agreement"
    unit = Unit.DAYS
    links = Links.PERSON
    by_hours = True
    asked_as = "wishes"

    weight: Literal["hard"] | float = 3.0

    def encode(self, m: Encoder) -> None:
        period = m.problem.period
        for person in m.people:
            first = min([period.first, *(shift.date for shift in person.known)])
            # a date of the period must take part, for only there is anything decided
            for day in days_between(max(first + DAY, period.first - DAY), period.last - DAY):
                about = (person.id, day.isoformat())
                m.forbid_days(about, person, [day], [day - DAY, day + DAY], 1)
                m.forbid_days(about, person, [day - DAY, day + DAY], [day], 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            yield from self._check_person(sheet, staff_id, shifts)

    def _check_person(
        self, sheet: EvaluatedRoster, staff_id: str, shifts: list[Work]
    ) -> Iterator[Violation]:
        period = sheet.problem.period
        known = {work.date for work in shifts if not work.new}
        days = known | {work.date for work in shifts}
        before = min(known | {period.first})
        while before + 2 * DAY <= period.last:
            middle, after = before + DAY, before + 2 * DAY
            on = days & {before, middle, after}
            if on - known and on == {middle}:
                sentence = said(
                    "{person} works {day} alone, between two days off.",
                    person=ref("person", staff_id),
                    day=middle,
                )
                yield self.violation((staff_id, middle.isoformat()), 1, sentence)
            elif on - known and on == {before, after}:
                sentence = said(
                    "{person} has {day} off alone, between two days of work.",
                    person=ref("person", staff_id),
                    day=middle,
                )
                yield self.violation((staff_id, middle.isoformat()), 1, sentence)
            before += DAY
