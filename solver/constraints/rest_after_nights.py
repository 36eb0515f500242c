"""Rest after a run of nights."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, moment, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable

Shift = tuple[int, int, date, bool, Variable | None]
"""(start, end, date, night, literal or None where known)"""


class RestAfterNights(Constraint):
    """After a run of two or more night shifts (on dates in a row, none other between) the next
    shift of any kind is at least `hours` off.
    """

    id = "rest_after_nights"
    title = "Rest after nights"
    source = "local agreement"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(46, ge=0, le=168, description="rest after two or more nights in a row [h]")

    @property
    def minutes(self) -> int:
        """The rest that is due [minutes]."""
        return round(self.hours * 60)

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            shifts: list[Shift] = [
                (s.start, s.end, s.date, s.night, s.literal) for s in m.slots_of(person)
            ]
            shifts += [(k.start, k.end, k.date, k.night, None) for k in person.known]
            nights = [shift for shift in shifts if shift[3]]
            for one in nights:
                for other in nights:
                    if other[2] == one[2] + timedelta(days=1):
                        self._encode_after(m, person.id, one, other, shifts)

    def _encode_after(
        self, m: Encoder, staff_id: str, one: Shift, other: Shift, shifts: list[Shift]
    ) -> None:
        """Two nights in a row, and any shift that would follow too soon; further shifts between
        take the rule elsewhere.
        """
        for follower in shifts:
            rest = follower[0] - other[1]
            goes_on = follower[3] and follower[2] == other[2] + timedelta(days=1)
            if follower[0] <= other[0] or rest >= self.minutes or goes_on:
                continue
            together = [
                literal for literal in (one[4], other[4], follower[4]) if literal is not None
            ]
            between = [s[4] for s in shifts if one[0] < s[0] < follower[0] and s is not other]
            if together and not any(literal is None for literal in between):
                m.forbid((staff_id,), together, between, min(self.minutes, self.minutes - rest))

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for (one, other), (_, follower) in pairwise(pairwise(shifts)):
                in_a_row = one.night and other.night and other.date - one.date == timedelta(days=1)
                goes_on = follower.night and follower.date - other.date == timedelta(days=1)
                rest = follower.start - other.end
                if (
                    in_a_row
                    and not goes_on
                    and rest < self.minutes
                    and (one.new or other.new or follower.new)
                ):
                    yield self.violation(
                        (staff_id,),
                        min(self.minutes, self.minutes - rest),
                        said(
                            "{person} has {rest} of rest after nights in a row, before the shift at"
                            " {next}; {due} are due.",
                            person=ref("person", staff_id),
                            rest=duration(max(0, rest)),
                            next=moment(follower.start),
                            due=duration(self.minutes),
                        ),
                    )
