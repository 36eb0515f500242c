"""How many shifts over a period."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain import wording
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.work_limits import (
    about,
    any_limit,
    counted,
    in_window,
    limits,
    outside,
    state_total,
    window,
)


class TotalShifts(Constraint):
    """A person's number of shifts, of one type or of all, lies within the limits agreed
    (work_limit.csv, measure total_shifts).

    Known shifts count where no type is named: of a known shift nobody recorded which it was.
    """

    id = "total_shifts"
    title = "Number of shifts agreed"
    source = "agreed with the person"
    unit = Unit.SHIFTS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any_limit(problem, self.id)

    def encode(self, m: Encoder) -> None:
        for person, limit in limits(m.problem, self.id, hard=self.hard):
            first, last = window(m.problem, limit)
            if limit.shift_type_id is None:
                known = sum(first <= shift.date <= last for shift in person.known)
                literals = [
                    slot.literal for slot in m.slots_of(person) if first <= slot.date <= last
                ]
            else:
                known = 0
                literals = [
                    pair.literal
                    for pair in m.pairs_of(person)
                    if pair.duty.demand.shift_type_id == limit.shift_type_id
                    and first <= pair.duty.date <= last
                ]
            state_total(m, person, limit, [(1, literal) for literal in literals], known)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            shifts = in_window(sheet, person, limit)
            if limit.shift_type_id is not None:
                shifts = [
                    work
                    for work in shifts
                    if work.duty is not None
                    and work.duty.demand.shift_type_id == limit.shift_type_id
                ]
            for quantity, agreed in outside(limit, len(shifts), sum(work.new for work in shifts)):
                days = limit.days or sheet.problem.period.days
                sentence = said(
                    "{person} works {total} in the {days} to {last}; {agreed}.",
                    person=ref("person", person.id),
                    total=counted(limit, len(shifts)),
                    days=wording.counted(days, "day"),
                    last=sheet.problem.period.last,
                    agreed=agreed,
                )
                yield self.violation(about(person, limit), quantity, sentence)
