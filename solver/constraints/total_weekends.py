"""How many weekends over a period."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Literal

from scheduler.domain import wording
from scheduler.domain.clock import days_between, monday
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term
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

SATURDAY = 5


class TotalWeekends(Constraint):
    """The number of weekends that a person works lies within the limits agreed (work_limit.csv,
    measure total_weekends).

    A weekend is worked where a shift starts on its Saturday or its Sunday; the amount is weekends.
    """

    id = "total_weekends"
    title = "Number of weekends agreed"
    source = "agreed with the person"
    unit = Unit.DAYS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any_limit(problem, self.id)

    def encode(self, m: Encoder) -> None:
        for person, limit in limits(m.problem, self.id, hard=self.hard):
            first, last = window(m.problem, limit)
            weekends: dict[date, list[date]] = defaultdict(list)
            for day in days_between(first, last):
                if day.weekday() >= SATURDAY:
                    weekends[monday(day)].append(day)
            known, terms = 0, list[Term]()
            for days in weekends.values():
                states = [m.works(person, day) for day in days]
                literals = [state for state in states if not isinstance(state, bool)]
                if any(state is True for state in states):
                    known += 1
                elif literals:
                    terms.append((1, m.any_of(literals)))
            state_total(m, person, limit, terms, known)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            weekend = [
                work for work in in_window(sheet, person, limit) if work.date.isoweekday() in (6, 7)
            ]
            worked = {work.date.isocalendar()[:2] for work in weekend}
            known = {work.date.isocalendar()[:2] for work in weekend if not work.new}
            for quantity, agreed in outside(limit, len(worked), len(worked - known)):
                days = limit.days or sheet.problem.period.days
                sentence = said(
                    "{person} works {total} in the {days} to {last}; {agreed}.",
                    person=ref("person", person.id),
                    total=counted(limit, len(worked)),
                    days=wording.counted(days, "day"),
                    last=sheet.problem.period.last,
                    agreed=agreed,
                )
                yield self.violation(about(person, limit), quantity, sentence)
