"""Hours agreed over a period."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain import wording
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.work_limits import (
    about,
    any_limit,
    in_window,
    limits,
    outside,
    state_total,
    window,
)


class TotalMinutes(Constraint):
    """A person's paid hours over a period lie within the limits agreed (work_limit.csv, measure
    total_minutes).

    Known shifts count; whoever is over the maximum by them alone gets no further shift.
    """

    id = "total_minutes"
    title = "Hours agreed"
    source = "agreed with the person"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any_limit(problem, self.id)

    def encode(self, m: Encoder) -> None:
        for person, limit in limits(m.problem, self.id, hard=self.hard):
            first, last = window(m.problem, limit)
            known = sum(shift.paid for shift in person.known if first <= shift.date <= last)
            terms = [
                (slot.paid, slot.literal)
                for slot in m.slots_of(person)
                if first <= slot.date <= last
            ]
            state_total(m, person, limit, terms, known)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            shifts = in_window(sheet, person, limit)
            total = sum(work.paid for work in shifts)
            for quantity, agreed in outside(
                limit, total, sum(work.paid for work in shifts if work.new)
            ):
                days = limit.days or sheet.problem.period.days
                yield self.violation(
                    about(person, limit),
                    quantity,
                    said(
                        "{person} works {total} in the {days} to {last}; {agreed}.",
                        person=ref("person", person.id),
                        total=duration(total),
                        days=wording.counted(days, "day"),
                        last=sheet.problem.period.last,
                        agreed=agreed,
                    ),
                )
