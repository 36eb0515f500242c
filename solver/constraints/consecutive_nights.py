"""Nights in a row."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Literal

from pydantic import Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import moment, ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable


class ConsecutiveNights(Constraint):
    """Nobody works night shifts on more than `nights` dates in a row with no other shift between.
    The amount is each further night.
    """

    id = "consecutive_nights"
    title = "Nights in a row"
    source = "local agreement"
    unit = Unit.SHIFTS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"
    nights: int = Field(4, ge=1, le=31, description="most night shifts on dates in a row [shifts]")

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            shifts = [
                (slot.start, slot.date, slot.night, slot.literal) for slot in m.slots_of(person)
            ]
            shifts += [(known.start, known.date, known.night, None) for known in person.known]
            nights: dict[date, list[tuple[int, Variable | None]]] = {}
            for start, day, night, literal in shifts:
                if night:
                    nights.setdefault(day, []).append((start, literal))
            for first in sorted(nights):
                window = [first + timedelta(days=offset) for offset in range(self.nights + 1)]
                if all(day in nights for day in window):
                    self._encode_run(
                        m,
                        person.id,
                        [nights[day] for day in window],
                        [(s, literal) for s, _, night, literal in shifts if not night],
                    )

    def _encode_run(
        self,
        m: Encoder,
        staff_id: str,
        run: list[list[tuple[int, Variable | None]]],
        others: list[tuple[int, Variable | None]],
    ) -> None:
        # a night known beforehand is there in any case
        open_dates = [
            options for options in run[1:-1] if all(literal is not None for _, literal in options)
        ]
        between = [m.any_of([literal for _, literal in options]) for options in open_dates]
        for (start, one), (end, last) in product(run[0], run[-1]):
            inside = [literal for at, literal in others if start < at < end]
            together = [*between, *(literal for literal in (one, last) if literal is not None)]
            if together and not any(literal is None for literal in inside):
                m.forbid((staff_id,), together, inside, 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            nights = [work for work in shifts if work.night]
            for first, last in product(nights, nights):
                if last.date != first.date + timedelta(days=self.nights):
                    continue
                inside = [work for work in shifts if first.start < work.start < last.start]
                run = [first, *(work for work in inside if work.night), last]
                unbroken = (
                    all(work.night for work in inside)
                    and len({work.date for work in run}) == self.nights + 1
                )
                known_dates = {
                    work.date
                    for work in inside
                    if not work.new and first.date < work.date < last.date
                }
                certain = not first.new and not last.new and len(known_dates) == self.nights - 1
                if unbroken and not certain:
                    yield self.violation(
                        (staff_id,),
                        1,
                        said(
                            "{person} works more than {nights} in a row, from {first} to {last}.",
                            person=ref("person", staff_id),
                            nights=counted(self.nights, "night"),
                            first=moment(first.start),
                            last=moment(last.start),
                        ),
                    )
