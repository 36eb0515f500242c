"""The days and shifts that come back, as agreed with a person."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from scheduler.domain.barrier import live
from scheduler.domain.base_patterns import in_force, pattern_on
from scheduler.domain.clock import dates_touched, days_between
from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import BasePattern, Demand
from scheduler.domain.problem import Person, Problem
from scheduler.domain.sentence import Sentence, joined, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class _Day(NamedTuple):
    """A date on which a base pattern of a person holds."""

    person: Person
    date: date
    rows: tuple[BasePattern, ...]
    """What is left to work of the pattern; none on a day off."""
    owed: bool
    """Whether it counts if that is not worked."""


class FollowedPattern(Constraint):
    """Each shift by which a person's date differs from the base pattern agreed (base_pattern.csv).

    On a day off every shift counts. On a day of work each of the pattern's shifts counts that is
    not worked, and each beyond their number, so that another shift in its place counts once. A
    shift of the pattern counts only where that date has demand for it, of a role that the person
    has or covers, and the person is neither on leave nor unavailable then: what could not be
    worked whatever the roster is nobody's loss. What somebody is not cleared for is missing all the
    same, for that can be put right. A shift known beforehand stands for the pattern's shift of its
    type; of another type, or of one that nobody recorded, it leaves nothing missing that day. Never
    hard: who must not work at a time is unavailable then, and who must is pinned.
    """

    id = "base_pattern"
    title = "Base pattern"
    source = "agreed with the person"
    unit = Unit.SHIFTS
    links = Links.PERSON
    asked_as = "wishes"
    may_be_hard = False

    weight: Literal["hard"] | float = 10.0

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.base_pattern)

    def encode(self, m: Encoder) -> None:
        for person, day, rows, owed in _days(m.problem):
            about = (person.id, day.isoformat())
            if owed:
                patterned = [
                    (-1, pair.literal)
                    for pair in m.pairs_of(person)
                    if pair.duty.date == day and any(_fits(row, pair.duty.demand) for row in rows)
                ]
                m.count(about, patterned, len(rows))
            worked = [(1, slot.literal) for slot in m.slots_of(person) if slot.date == day]
            if rows:
                m.at_most(about, worked, len(rows))
            else:
                m.count(about, worked)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for person, day, rows, owed in _days(sheet.problem):
            worked = [
                work.duty.demand
                for work in sheet.by_person[person.id]
                if work.duty is not None and work.date == day
            ]
            missing = [row for row in rows if not any(_fits(row, demand) for demand in worked)]
            quantity = (len(missing) if owed else 0) + max(0, len(worked) - len(rows))
            if quantity:
                yield self.violation(
                    (person.id, day.isoformat()),
                    quantity,
                    _words(sheet.problem, person, day, worked),
                )


def _days(problem: Problem) -> Iterator[_Day]:
    """Every date of the period with each person of whom a pattern holds on it."""
    demand: dict[tuple[date, str], list[Duty]] = {}
    for duty in problem.duties:
        demand.setdefault((duty.date, duty.demand.shift_type_id), []).append(duty)
    for person in problem.people:
        own = problem.index.patterns_of.get(person.id, [])
        known = [(shift.date, shift.shift_type_id) for shift in person.known] if own else []
        for day in days_between(problem.period.first, problem.period.last):
            if not in_force(own, day):
                continue
            rows = pattern_on(own, day)
            already = {kind for when, kind in known if when == day}
            left = tuple(
                row
                for row in rows
                if row.shift_type_id not in already
                and any(
                    _fits(row, duty.demand) and _could(problem, person, duty)
                    for duty in demand.get((day, row.shift_type_id), ())
                )
            )
            yield _Day(person, day, left, not already - {row.shift_type_id for row in rows})


def _fits(row: BasePattern, demand: Demand) -> bool:
    """Whether working this is what a row of a pattern says."""
    return (
        row.shift_type_id == demand.shift_type_id
        and row.service_id in (None, demand.service_id)
        and row.site_id in (None, demand.site_id)
    )


def _could(problem: Problem, person: Person, duty: Duty) -> bool:
    """Whether a shift is the person's to work, whatever else they may lack for it: somebody is
    wanted, of their role, while they are employed and not away.
    """
    return (
        duty.most > 0
        and any(
            (employment.role.id, duty.demand.role_id) in problem.index.covers
            and any(live(contract, duty.date) for contract in employment.contracts)
            for employment in person.employments
        )
        and person.leave.isdisjoint(dates_touched(duty.start, duty.end))
        and not any(problem.index.unavailable(person.id, duty.start, duty.end))
    )


def _words(problem: Problem, person: Person, day: date, worked: list[Demand]) -> Sentence:
    """What is worked on a date, and what the pattern says of it."""
    rows = pattern_on(problem.index.patterns_of[person.id], day)
    pattern = joined((ref("shift_type", row.shift_type_id) for row in rows), " and ")
    return said(
        "{person} works {worked} on {day}; the base pattern says {pattern}.",
        person=ref("person", person.id),
        worked=joined((ref("shift_type", demand.shift_type_id) for demand in worked), " and ")
        if worked
        else "nothing",
        day=day,
        pattern=pattern if rows else "a day off",
    )
