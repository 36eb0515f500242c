"""The 48-hour average."""

from collections.abc import Iterator, Set
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Period, Person
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.reference_period import days_present, reference_start


class AverageWeek(Constraint):
    """Working time averages at most `hours` a week over the seven-day blocks that end with the
    period.

    There are up to `blocks` of them, from the block of the person's own first known shift. Days of
    leave are taken out of the divisor. Whoever opted out is exempt; whoever is over already gets no
    further shift.
    """

    id = "average_week"
    title = "48-hour average"
    source = "Working Time Regulations 1998, reg. 4"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(48, ge=0, le=168, description="most hours a week on average [h]")
    blocks: int = Field(17, ge=1, le=52, description="longest reference period [blocks of 7 days]")

    def _block(self, period: Period, day: date) -> int:
        """How many blocks before the last one a date lies; the last block ends with the period."""
        return (period.last - day).days // 7

    def _limit(self, period: Period, leave: frozenset[date], earliest: int) -> int:
        """Most minutes over the blocks from `earliest` on."""
        return self.allowed(period.last - timedelta(days=7 * earliest + 6), period.last, leave)

    def allowed(self, first: date, last: date, leave: Set[date]) -> int:
        """Most time over these dates, whole blocks, of somebody who is on leave then [minutes]."""
        return round(self.hours * 60) * days_present(first, last, leave) // 7

    def encode(self, m: Encoder) -> None:
        period = m.problem.period
        for person in m.people:
            if not person.staff.wtr_opt_out:
                self._encode_person(m, person, period)

    def _encode_person(self, m: Encoder, person: Person, period: Period) -> None:
        oldest = self.blocks - 1
        slots = [(slot, self._block(period, slot.date)) for slot in m.slots_of(person)]
        known = [
            (shift, self._block(period, shift.date))
            for shift in person.known
            if shift.date <= period.last
        ]
        base = min(oldest, max((block for _, block in known), default=0))
        most = sum(slot.paid for slot, _ in slots)
        # where nothing is known that far back, the first block depends on the roster: one case for
        # each it could be
        for earliest in sorted({base} | {min(oldest, block) for _, block in slots if block > base}):
            done = sum(shift.paid for shift, block in known if block <= earliest)
            terms = [(slot.paid, slot.literal) for slot, block in slots if block <= earliest]
            limit = max(0, self._limit(period, person.leave, earliest) - done)
            before = [slot.literal for slot, block in slots if min(oldest, block) > earliest]
            if before:
                terms.append((-most, m.any_of(before)))
            if earliest > base:
                limit += most
                terms.append(
                    (
                        most,
                        m.any_of(
                            [
                                slot.literal
                                for slot, block in slots
                                if min(oldest, block) == earliest
                            ]
                        ),
                    )
                )
            m.at_most((person.id,), terms, limit)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        period = sheet.problem.period
        for staff_id, shifts in sheet.by_person.items():
            counted = [work for work in shifts if work.date <= period.last]
            if sheet.problem.index.staff[staff_id].wtr_opt_out or not any(
                work.new for work in counted
            ):
                continue
            first = reference_start(period.last, min(work.date for work in counted), self.blocks)
            counted = [work for work in counted if work.date >= first]
            total, new = (
                sum(work.paid for work in counted),
                sum(work.paid for work in counted if work.new),
            )
            limit = self.allowed(first, period.last, sheet.problem.index.leave_dates(staff_id))
            excess = min(new, total - limit)
            if excess > 0:
                yield self.violation(
                    (staff_id,),
                    excess,
                    said(
                        "{person} works {total} from {first} to {last}; an average of {average} h a"
                        " week allows {allowed}.",
                        person=ref("person", staff_id),
                        total=duration(total),
                        first=first,
                        last=period.last,
                        average=f"{self.hours:g}",
                        allowed=duration(limit),
                    ),
                )
