"""Wishes."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Preference as PreferenceFact
from scheduler.domain.pay import rounded
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class Preference(Constraint):
    """Points of wishes not met: work wanted and not given, or given though it should be avoided."""

    id = "preference"
    title = "Wishes"
    source = "the staff themselves"
    unit = Unit.POINTS
    links = Links.PERSON
    by_hours = True
    asked_as = "wishes"

    weight: Literal["hard"] | float = 2.0

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.preference)

    def _wishes(self, problem: Problem) -> Iterator[tuple[PreferenceFact, int]]:
        """Wishes of people in the problem for dates in the period, with their weight in sixtieths
        of a point.
        """
        for wish in problem.dataset.preference:
            if (
                wish.staff_id in problem.person_by_id
                and wish.date in problem.period
                and wish.weight
            ):
                yield wish, rounded(abs(wish.weight), 60)

    def encode(self, m: Encoder) -> None:
        for wish, points in self._wishes(m.problem):
            person = m.problem.person_by_id[wish.staff_id]
            if wish.shift_type_id is None and any(
                known.date == wish.date for known in person.known
            ):
                m.count((person.id, wish.date.isoformat()), [], 0 if wish.weight > 0 else points)
                continue
            literals = [
                pair.literal
                for pair in m.pairs_of(person)
                if pair.duty.date == wish.date
                and wish.shift_type_id in (None, pair.duty.demand.shift_type_id)
            ]
            works = [m.any_of(literals)] if literals else []
            if wish.weight < 0:
                m.count(
                    (person.id, wish.date.isoformat()), [(points, literal) for literal in works]
                )
            else:
                m.count(
                    (person.id, wish.date.isoformat()),
                    [(-points, literal) for literal in works],
                    points,
                )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for wish, points in self._wishes(sheet.problem):
            that_day = [work for work in sheet.by_person[wish.staff_id] if work.date == wish.date]
            if wish.shift_type_id is not None:
                that_day = [
                    work
                    for work in that_day
                    if work.duty and work.duty.demand.shift_type_id == wish.shift_type_id
                ]
            if bool(that_day) != (wish.weight > 0):
                what = (
                    said("shift {shift_type}", shift_type=ref("shift_type", wish.shift_type_id))
                    if wish.shift_type_id
                    else "work"
                )
                verb = "wanted" if wish.weight > 0 else "wanted to avoid"
                yield self.violation(
                    (wish.staff_id, wish.date.isoformat()),
                    points,
                    said(
                        "{person} {wanted} {what} on {day} ({points} points).",
                        person=ref("person", wish.staff_id),
                        wanted=verb,
                        what=what,
                        day=wish.date,
                        points=f"{abs(wish.weight):g}",
                    ),
                )
