"""Rest between two shifts."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from scheduler.domain.clock import Hours
from scheduler.domain.evaluated_roster import EvaluatedRoster, decided_pairs
from scheduler.domain.sentence import duration, moment, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable

Shift = tuple[Hours, date, Variable | None]
"""(hours, the date on which it starts, literal): None where it is known beforehand."""


class DailyRest(Constraint):
    """Nobody starts a shift less than `hours` after the end of an earlier one, whoever employs
    them.

    Between the halves of a split duty, on one date, no such rest is due.
    """

    id = "daily_rest"
    title = "Rest between shifts"
    source = "Working Time Regulations 1998, reg. 10(1)"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(11, ge=0, le=48, description="rest between two shifts [h]")

    @property
    def minutes(self) -> int:
        """The rest that is due [minutes]."""
        return round(self.hours * 60)

    def encode(self, m: Encoder) -> None:
        # shifts conflict exactly where the intervals [start, end + rest) overlap
        for person in m.people:
            shifts: list[Shift] = [
                (slot.hours, slot.date, slot.literal) for slot in m.slots_of(person)
            ]
            shifts += [(known.hours, known.date, None) for known in person.known]
            items = [
                (worked.start, worked.end + self.minutes, literal)
                for worked, _, literal in shifts
                if not worked.split
            ]
            m.disjoint((person.id,), items, lambda one, other: min(self.minutes, one[1] - other[0]))
            self._encode_halves(m, (person.id,), shifts)

    def _encode_halves(self, m: Encoder, about: tuple[str, ...], shifts: list[Shift]) -> None:
        """Each half of a split duty against every other shift, but for the other half."""
        ordered = sorted(shifts, key=lambda shift: shift[0])
        for position, (one, day, literal) in enumerate(ordered):
            for other, other_day, other_literal in ordered[position + 1 :]:
                apart = not (one.split or other.split) or other.start - one.end >= self.minutes
                literals = [own for own in (literal, other_literal) if own is not None]
                if not apart and literals and not _one_duty(one, day, other, other_day):
                    m.forbid(
                        about, literals, [], min(self.minutes, one.end + self.minutes - other.start)
                    )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for one, other in decided_pairs(shifts):
                rest = other.start - one.end
                if rest < self.minutes and not _one_duty(
                    one.hours, one.date, other.hours, other.date
                ):
                    yield self.violation(
                        (staff_id,),
                        min(self.minutes, self.minutes - rest),
                        said(
                            "{person} has {rest} of rest between the shifts that start at {one} and"
                            " {other}; {due} are due.",
                            person=ref("person", staff_id),
                            rest=duration(max(0, rest)),
                            one=moment(one.start),
                            other=moment(other.start),
                            due=duration(self.minutes),
                        ),
                    )


def _one_duty(one: Hours, day: date, other: Hours, other_day: date) -> bool:
    """Whether two shifts are the halves of one split duty."""
    return one.split != "" and one.split == other.split and day == other_day
