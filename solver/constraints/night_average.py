"""The limit on a night worker's hours."""

from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Period, Person
from scheduler.domain.sentence import duration, ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Slot, Variable
from solver.rule.reference_period import days_present, reference_start


class NightAverage(Constraint):
    """A night worker works at most `hours` in 24 hours on average, on six days of each week. Nobody
    can opt out of it.

    The average is over the seven-day blocks of the 48-hour average: up to `blocks` of them, which
    end with the period, from the block of the person's own first known shift; days of leave are
    taken out of the divisor. Night worker is of whose shifts in these blocks at least one in
    `one_in` is a night shift. Whoever is over already gets no further shift.
    """

    id = "night_average"
    title = "Night workers' average"
    source = "Working Time Regulations 1998, reg. 6"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    hours: float = Field(
        8, ge=0, le=24, description="most hours in 24 hours on average, on six days a week [h]"
    )
    blocks: int = Field(17, ge=1, le=52, description="longest reference period [blocks of 7 days]")
    one_in: int = Field(
        3,
        ge=1,
        le=100,
        description=(
            "of a night worker's shifts at least one in so many is at night, unconfirmed [shifts]"
        ),
    )

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            self._encode_person(m, person, m.problem.period)

    def _encode_person(self, m: Encoder, person: Person, period: Period) -> None:
        slots = [(slot, (period.last - slot.date).days // 7) for slot in m.slots_of(person)]
        known = [
            (shift, (period.last - shift.date).days // 7)
            for shift in person.known
            if shift.date <= period.last
        ]
        oldest = self.blocks - 1
        base = min(oldest, max((block for _, block in known), default=0))
        most = sum(slot.paid for slot, _ in slots)
        # where nothing is known that far back, the first block depends on the roster: one case for
        # each it could be
        for earliest in sorted({base} | {min(oldest, block) for _, block in slots if block > base}):
            counted = [slot for slot, block in slots if block <= earliest]
            before = [shift for shift, block in known if block <= earliest]
            is_night_worker = self._night_worker(
                m, counted, len(before), sum(shift.night for shift in before)
            )
            if is_night_worker is False:
                continue
            limit = max(
                0, self._limit(period, person.leave, earliest) - sum(shift.paid for shift in before)
            )
            terms = [(slot.paid, slot.literal) for slot in counted]
            conditions = [] if is_night_worker is True else [is_night_worker]
            if earliest > base:
                conditions.append(
                    m.any_of(
                        [slot.literal for slot, block in slots if min(oldest, block) == earliest]
                    )
                )
            terms += [(most, condition) for condition in conditions]
            longer = [slot.literal for slot, block in slots if min(oldest, block) > earliest]
            terms += [(-most, m.any_of(longer))] if longer else []
            m.at_most((person.id,), terms, limit + most * len(conditions))

    def _night_worker(
        self, m: Encoder, slots: Sequence[Slot], shifts: int, nights: int
    ) -> Variable | bool:
        """Whether one in so many shifts is at night; with no shift at all it may say so, for then
        there are no hours either.
        """
        terms = [
            (weight, slot.literal) for slot in slots if (weight := self.one_in * slot.night - 1)
        ]
        least = shifts - self.one_in * nights
        if sum(coefficient for coefficient, _ in terms if coefficient > 0) < least or not (
            nights or any(slot.night for slot in slots)
        ):
            return False
        if sum(coefficient for coefficient, _ in terms if coefficient < 0) >= least:
            return True
        return m.reaches(terms, least)

    def _limit(self, period: Period, leave: frozenset[date], earliest: int) -> int:
        """Most minutes over the blocks from `earliest` on."""
        return self.allowed(period.last - timedelta(days=7 * earliest + 6), period.last, leave)

    def allowed(self, first: date, last: date, leave: Set[date]) -> int:
        """Most time over these dates, whole blocks, of a night worker who is on leave then
        [minutes].
        """
        return round(self.hours * 60) * 6 * days_present(first, last, leave) // 7

    def of_night_worker(self, nights: int, shifts: int) -> bool:
        """Whether so many night shifts among so many shifts in the blocks make a night worker."""
        return nights > 0 and nights * self.one_in >= shifts

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        last = sheet.problem.period.last
        for staff_id, shifts in sheet.by_person.items():
            shifts = [work for work in shifts if work.date <= last]
            if not any(work.new for work in shifts):
                continue
            first = reference_start(last, shifts[0].date, self.blocks)
            shifts = [work for work in shifts if work.date >= first]
            nights = sum(work.night for work in shifts)
            if not self.of_night_worker(nights, len(shifts)):
                continue
            limit = self.allowed(first, last, sheet.problem.index.leave_dates(staff_id))
            total, new = (
                sum(work.paid for work in shifts),
                sum(work.paid for work in shifts if work.new),
            )
            if min(new, total - limit) > 0:
                yield self.violation(
                    (staff_id,),
                    min(new, total - limit),
                    said(
                        "{person}, a night worker ({nights} of {shifts}), works {total} from"
                        " {first} to {last}; an average of {average} h in 24 h on six days a week"
                        " allows {allowed}.",
                        person=ref("person", staff_id),
                        nights=nights,
                        shifts=counted(len(shifts), "shift"),
                        total=duration(total),
                        first=first,
                        last=last,
                        average=f"{self.hours:g}",
                        allowed=duration(limit),
                    ),
                )
