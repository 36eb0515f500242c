"""Days off in a row, as agreed with a person."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import WorkLimit
from scheduler.domain.problem import Person, Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.work_limits import (
    DAY,
    about,
    any_limit,
    counted,
    horizon,
    limits,
    runs,
    state_longest,
    state_shortest,
)


class RunOfDaysOff(Constraint):
    """Dates in a row on which no shift starts lie within the limits agreed (work_limit.csv, measure
    run_of_days_off).

    Each day that a run between two worked dates lacks counts, unless both were known, and each day
    beyond the maximum. Days of leave count as off, but whoever is on leave cannot be off for too
    long.
    """

    id = "run_of_days_off"
    title = "Days off in a row"
    source = "agreed with the person"
    unit = Unit.DAYS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any_limit(problem, self.id)

    def encode(self, m: Encoder) -> None:
        for person, limit in limits(m.problem, self.id, hard=self.hard):
            self._encode_limit(m, person, limit)

    def _encode_limit(self, m: Encoder, person: Person, limit: WorkLimit) -> None:
        def forbid(off: Sequence[date], on: Sequence[date], quantity: int) -> None:
            m.forbid_days(about(person, limit), person, on, off, quantity)

        def some_work(days: list[date]) -> None:
            states = [m.works(person, day) for day in days]
            if not any(state is True for state in states) and not person.leave.intersection(days):
                m.forbid(
                    about(person, limit), [], [state for state in states if state is not False], 1
                )

        between = horizon(m.problem, person)
        if limit.maximum is not None:
            state_longest(m.problem, between, limit.maximum, some_work)
        if limit.minimum is not None:
            known = {shift.date for shift in person.known}
            state_shortest(
                m.problem,
                between,
                limit.minimum,
                forbid,
                told_by_first=lambda day: self.hard and day - DAY not in known,
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        period = sheet.problem.period
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            shifts = sheet.by_person[person.id]
            known = {work.date for work in shifts if not work.new}
            first = min([period.first, *known])
            days = [
                first + timedelta(days=offset) for offset in range((period.last - first).days + 1)
            ]
            free = set(days) - {work.date for work in shifts}
            for off in runs(free):
                around = {off[0] - timedelta(days=1), off[-1] + timedelta(days=1)}
                if (
                    limit.minimum is not None
                    and len(off) < limit.minimum
                    and days[0] < off[0]
                    and off[-1] < days[-1]
                    and not around <= known
                ):
                    yield self._violation(
                        person, limit, off, limit.minimum - len(off), f"at least {limit.minimum}"
                    )
            for off in (
                runs(free - sheet.problem.index.leave_dates(person.id))
                if limit.maximum is not None
                else ()
            ):
                beyond = sum(day >= period.first for day in off[limit.maximum :])
                if beyond:
                    yield self._violation(person, limit, off, beyond, f"at most {limit.maximum}")

    def _violation(
        self, person: Person, limit: WorkLimit, off: list[date], quantity: int, agreed: str
    ) -> Violation:
        sentence = said(
            "{person} has {run} from {first}; {agreed} agreed.",
            person=ref("person", person.id),
            run=counted(limit, len(off)),
            first=off[0],
            agreed=agreed,
        )
        return self.violation((person.id, off[0].isoformat()), quantity, sentence)
