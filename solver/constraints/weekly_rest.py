"""A day off a week, or two in a fortnight."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from scheduler.domain.duty import KnownShift
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.sentence import moment, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable

WEEK, FORTNIGHT = 168 * 60, 336 * 60


class WeeklyRest(Constraint):
    """In the 168 h from the start of any shift lies, whole, a rest of `hours`, or in the 336 h from
    it one of `fortnight_hours`.

    The rest after the last known shift has no end.
    """

    id = "weekly_rest"
    title = "A day off a week, or two in a fortnight"
    source = "Working Time Regulations 1998, reg. 11"
    unit = Unit.SHIFTS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(24, ge=0, le=168, description="unbroken rest in 168 h [h]")
    fortnight_hours: float = Field(48, ge=0, le=336, description="unbroken rest in 336 h [h]")

    @property
    def kinds(self) -> tuple[tuple[int, int], ...]:
        """(length of the window, length of the rest) [minutes]."""
        return ((WEEK, round(self.hours * 60)), (FORTNIGHT, round(self.fortnight_hours * 60)))

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            slots = m.slots_of(person)
            ends = sorted({slot.end for slot in slots} | {known.end for known in person.known})
            possible = {
                length: [end for end in ends if not self._busy(end, length, person.known)]
                for _, length in self.kinds
            }
            rests: dict[tuple[int, int], Variable | None] = {}
            anchors: list[tuple[int, Variable | None]] = [
                (slot.start, slot.literal) for slot in slots
            ]
            anchors += [
                (known.start, None)
                for known in person.known
                if self._rested(known.start, person.known)
            ]
            for start, literal in anchors:
                if any(ends[-1] <= start + window - length for window, length in self.kinds):
                    continue  # whatever is worked, the rest after it lies in the window
                ways: list[Variable] = []
                for window, length in self.kinds:
                    those = possible[length]
                    for end in those[
                        bisect_right(those, start) : bisect_right(those, start + window - length)
                    ]:
                        if (end, length) not in rests:
                            within = [
                                slot.literal
                                for slot in slots
                                if slot.start < end + length and end < slot.end
                            ]
                            rests[end, length] = m.excluding(within) if within else None
                        ways.append(rests[end, length])
                if all(rest is not None for rest in ways):
                    m.forbid((person.id,), [] if literal is None else [literal], ways, 1)

    @staticmethod
    def _busy(end: int, length: int, known: Sequence[KnownShift]) -> bool:
        """Whether a known shift lies in a rest that would begin here."""
        return any(shift.start < end + length and end < shift.end for shift in known)

    def _rested(self, start: int, known: Sequence[KnownShift]) -> bool:
        """Whether the known shifts alone leave a rest in the windows from `start`."""
        return any(
            start < shift.end <= start + window - length
            and not self._busy(shift.end, length, known)
            for window, length in self.kinds
            for shift in known
        )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            known = [work for work in shifts if not work.new]
            first = next((work.start for work in shifts if work.new), math.inf)
            for work in shifts:
                if work.start + FORTNIGHT <= first:
                    continue  # the window ends before anything of this roster begins
                if not self._kept(work, shifts) and (work.new or self._kept(work, known)):
                    yield self.violation(
                        (staff_id,),
                        1,
                        said(
                            "{person} has neither {hours} h off in the 7 days nor {fortnight_hours}"
                            " h in the 14 days from the shift at {shift}.",
                            person=ref("person", staff_id),
                            hours=f"{self.hours:g}",
                            fortnight_hours=f"{self.fortnight_hours:g}",
                            shift=moment(work.start),
                        ),
                    )

    def _kept(self, anchor: Work, shifts: Sequence[Work]) -> bool:
        """Walk the gaps between the shifts and see whether one is long enough within its window."""
        busy_until = anchor.start
        gaps: list[tuple[int, float]] = []
        for work in shifts:
            if work.end <= anchor.start:
                continue
            if work.start > busy_until:
                gaps.append((busy_until, work.start))
            busy_until = max(busy_until, work.end)
        gaps.append((busy_until, float("inf")))
        return any(
            min(end, anchor.start + window) - start >= length
            for window, length in self.kinds
            for start, end in gaps
        )
