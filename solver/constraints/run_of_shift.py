"""Days in a row with the same shift, as agreed with a person."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import WorkLimit
from scheduler.domain.problem import Person, Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Variable
from solver.rule.work_limits import (
    about,
    any_limit,
    counted,
    limits,
    runs,
    state_longest,
    state_shortest,
)


class RunOfShift(Constraint):
    """Dates in a row with one shift lie within the limits agreed (work_limit.csv, measure
    run_of_shift).

    Each day beyond the maximum counts, and each that a run lacks. Of known shifts nobody recorded
    which they were: only this roster's count, and a run that touches the period's first or last
    date has no minimum.
    """

    id = "run_of_shift"
    title = "Days in a row with the same shift"
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
        literals: dict[date, list[Variable]] = defaultdict(list)
        for pair in m.pairs_of(person):
            if pair.duty.demand.shift_type_id == limit.shift_type_id:
                literals[pair.duty.date].append(pair.literal)
        on = {day: m.any_of(found) for day, found in literals.items()}

        def forbid(inside: Sequence[date], outside: Sequence[date], quantity: int) -> None:
            if all(day in on for day in inside):
                m.forbid(
                    about(person, limit),
                    [on[day] for day in inside],
                    [on[day] for day in outside if day in on],
                    quantity,
                )

        between = (m.problem.period.first, m.problem.period.last)
        if limit.maximum is not None:
            state_longest(m.problem, between, limit.maximum, lambda days: forbid(days, (), 1))
        if limit.minimum is not None:
            state_shortest(
                m.problem, between, limit.minimum, forbid, told_by_first=lambda _: self.hard
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        period = sheet.problem.period
        for person, limit in limits(sheet.problem, self.id, hard=self.hard):
            duties = [
                sheet.problem.duty_by_id[assignment.demand_id]
                for assignment in sheet.roster.by_person.get(person.id, ())
            ]
            for run in runs(
                {duty.date for duty in duties if duty.demand.shift_type_id == limit.shift_type_id}
            ):
                complete = run[0] != period.first and run[-1] != period.last
                if limit.maximum is not None and len(run) > limit.maximum:
                    yield self._violation(
                        person, limit, run, len(run) - limit.maximum, f"at most {limit.maximum}"
                    )
                if limit.minimum is not None and complete and len(run) < limit.minimum:
                    yield self._violation(
                        person, limit, run, limit.minimum - len(run), f"at least {limit.minimum}"
                    )

    def _violation(
        self, person: Person, limit: WorkLimit, run: list[date], quantity: int, agreed: str
    ) -> Violation:
        sentence = said(
            "{person} works {run} from {first}; {agreed} agreed.",
            person=ref("person", person.id),
            run=counted(limit, len(run)),
            first=run[0],
            agreed=agreed,
        )
        return self.violation((*about(person, limit), run[0].isoformat()), quantity, sentence)
