"""Days of work in a row, as agreed with a person."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import WorkLimit
from scheduler.domain.problem import Person, Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.work_limits import (
    about,
    any_limit,
    counted,
    horizon,
    limits,
    runs,
    state_longest,
    state_shortest,
)


class RunOfWork(Constraint):
    """Dates in a row on which a shift starts lie within the limits agreed (work_limit.csv, measure
    run_of_work).

    Each day beyond the maximum counts, and each that a run lacks. A run that touches the first date
    known of the person or the period's last may go on beyond it and has no minimum. A run of known
    shifts alone is no breach.
    """

    id = "run_of_work"
    title = "Days of work in a row"
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
        def forbid(inside: Sequence[date], outside: Sequence[date], quantity: int) -> None:
            m.forbid_days(about(person, limit), person, inside, outside, quantity)

        between = horizon(m.problem, person)
        if limit.maximum is not None:
            state_longest(m.problem, between, limit.maximum, lambda days: forbid(days, (), 1))
        if limit.minimum is not None:
            known = {shift.date for shift in person.known}
            state_shortest(
                m.problem,
                between,
                limit.minimum,
                forbid,
                told_by_first=lambda day: self.hard and day not in known,
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        last = sheet.problem.period.last
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            shifts = [work for work in sheet.by_person[person.id] if work.date <= last]
            new = {work.date for work in shifts if work.new} - {
                work.date for work in shifts if not work.new
            }
            first = min(
                [sheet.problem.period.first, *(work.date for work in shifts if not work.new)]
            )
            for run in runs({work.date for work in shifts}):
                yield from self._too_long(person, limit, run, new)
                complete = first < run[0] and run[-1] < last
                if (
                    limit.minimum is not None
                    and len(run) < limit.minimum
                    and complete
                    and new & set(run)
                ):
                    yield self.violation(
                        (person.id, run[0].isoformat()),
                        limit.minimum - len(run),
                        said(
                            "{person} works {run} from {first}; at least {least} agreed.",
                            person=ref("person", person.id),
                            run=counted(limit, len(run)),
                            first=run[0],
                            least=limit.minimum,
                        ),
                    )

    def _too_long(
        self, person: Person, limit: WorkLimit, run: list[date], new: set[date]
    ) -> Iterator[Violation]:
        if limit.maximum is None:
            return
        for number, day in enumerate(run, start=1):
            if number > limit.maximum and new & set(run[number - limit.maximum - 1 : number]):
                yield self.violation(
                    (person.id, day.isoformat()),
                    1,
                    said(
                        "{person} works day {number} in a row on {day}; at most {most} agreed.",
                        person=ref("person", person.id),
                        number=number,
                        day=day,
                        most=limit.maximum,
                    ),
                )
