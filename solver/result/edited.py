"""A roster that people change, written down: after each change only what it makes different is
worked out again, and the whole is what it would be if it were written down anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scheduler.domain.pay import Parts
from scheduler.domain.roster import Assignment, AssignmentLine, Roster, VacancyLine
from scheduler.domain.sentence import Sentence
from solver.evaluate.delta import CostDelta, DeltaEvaluation
from solver.evaluate.verify import Report, pence, verify
from solver.result.document import Begun, Lending, Totals, line_of, paid_of, totals_of
from solver.result.vacancy_cause import touched_by, vacancy_causes
from solver.rule.constraint import Violation

Causes = Mapping[str, tuple[int, Sentence]]
"""demand id -> (people missing, why)"""


@dataclass(frozen=True)
class EditedRoster:
    """A roster in hand, with what the check finds of it and its lines.

    `found`: every violation, hard or priced, with how often it was found; `by_rule`: soft rule ->
    what it costs [sixtieths of a penny].
    """

    evaluation: DeltaEvaluation
    begun: Begun
    found: Counter[Violation]
    by_rule: Mapping[str, int]
    totals: Totals
    lines: Mapping[Assignment, AssignmentLine]
    parts: Mapping[Assignment, Parts]
    lending: Lending
    earlier: Causes | None = None
    """What is known of why places are empty from before the change."""

    @classmethod
    def of(cls, evaluation: DeltaEvaluation, begun: Begun) -> "EditedRoster":
        """A roster checked in full. Every assignment must name what exists."""
        sheet, problem = evaluation.sheet, evaluation.problem
        report = verify(problem, evaluation.policy, evaluation.roster)
        lending = Lending(sheet)
        return cls(
            evaluation,
            begun,
            found=_found(report),
            by_rule=report.by_rule,
            totals=totals_of(sheet, lending, begun),
            lines={a: line_of(problem, a, duty, parts, lending) for a, duty, parts in sheet.paid},
            parts={a: parts for a, _, parts in sheet.paid},
            lending=lending,
        )

    def after(
        self, removed: Sequence[Assignment], added: Sequence[Assignment], difference: CostDelta
    ) -> "EditedRoster":
        """With a change that means this difference."""
        evaluation = self.evaluation.after(removed, added)
        problem, sheet = evaluation.problem, evaluation.sheet
        lending, totals = Lending(sheet), self.totals.copy()
        lines, parts_of = dict[Assignment, AssignmentLine](), dict[Assignment, Parts]()
        # whatever is of other demand is there as often as before: to count all takes long
        moved = {a.demand_id for a in (*removed, *added)}
        had, has = self.evaluation.roster, evaluation.roster
        for assignment, duty, parts in sheet.paid:
            old = self.parts.get(assignment)
            same = (
                old == parts
                and (
                    assignment.demand_id not in moved
                    or _times(had, assignment) == _times(has, assignment)
                )
                and lending.agreement(assignment) == self.lending.agreement(assignment)
            )
            if same:
                lines[assignment] = self.lines[assignment]
            elif assignment not in lines:
                lines[assignment] = line_of(problem, assignment, duty, parts, lending)
                if old is not None:
                    was = paid_of(problem, self.lending, assignment, duty, old)
                    totals.join(was, -_times(had, assignment))
                now = paid_of(problem, lending, assignment, duty, parts)
                totals.join(now, _times(has, assignment))
            parts_of[assignment] = parts
        for assignment in {a for a in removed if _times(had, a) and not _times(has, a)}:
            duty = problem.duty_by_id[assignment.demand_id]
            was = paid_of(problem, self.lending, assignment, duty, self.parts[assignment])
            totals.join(was, -_times(had, assignment))
        before, now_there = self.evaluation.sheet.filled, sheet.filled
        for demand_id in moved:
            duty = problem.duty_by_id[demand_id]
            totals.fill(duty, before[demand_id], now_there[demand_id])
        found = self.found.copy()
        found.subtract(difference.gone)
        found.update(difference.come)
        by_rule = Counter(self.by_rule)
        by_rule.update(difference.by_rule)
        return EditedRoster(
            evaluation,
            self.begun,
            found=+found,
            by_rule=dict(by_rule),
            totals=totals,
            lines=lines,
            parts=parts_of,
            lending=lending,
            earlier=self._kept_causes((*removed, *added)),
        )

    def _kept_causes(self, changes: Sequence[Assignment]) -> Causes | None:
        """Those that a change leaves as they are, if they were ever asked for."""
        if "causes" not in self.__dict__:
            return None
        again = touched_by(self.evaluation.problem, self.causes, changes)
        return {
            demand_id: cause for demand_id, cause in self.causes.items() if demand_id not in again
        }

    @cached_property
    def causes(self) -> Causes:
        """Why places are empty, in the order of the problem."""
        evaluation, earlier = self.evaluation, self.earlier or {}
        duties, filled = evaluation.problem.duties, evaluation.sheet.filled
        empty = [duty.id for duty in duties if filled[duty.id] < duty.minimum]
        made = {
            duty.id: (missing, cause)
            for duty, missing, cause in vacancy_causes(
                evaluation.problem,
                evaluation.policy,
                evaluation.roster,
                only={demand_id for demand_id in empty if demand_id not in earlier},
            )
        }
        return {demand_id: earlier.get(demand_id) or made[demand_id] for demand_id in empty}

    @property
    def breaches(self) -> tuple[Violation, ...]:
        """Of hard rules, in a fixed order."""
        hard = {rule.id for rule in self.evaluation.policy.rules.values() if rule.hard}
        return tuple(
            sorted((v for v in self.found.elements() if v.rule in hard), key=_by_rule_and_about)
        )

    @property
    def objective_pence(self) -> float:
        """What all soft rules cost together [pence]."""
        return pence(sum(self.by_rule.values()))

    def all_lines(self) -> tuple[AssignmentLine, ...]:
        """What is stored of it: first what had begun."""
        ours = (self.lines[assignment] for assignment in self.evaluation.roster)
        return (*self.begun.lines, *ours)

    @cached_property
    def vacancies(self) -> tuple[tuple[VacancyLine, ...], dict[str, Sentence]]:
        """(the empty places, with those of what had begun; demand id -> why)"""
        made = tuple(
            VacancyLine(roster_id="draft", demand_id=demand_id, missing=missing, cause=str(cause))
            for demand_id, (missing, cause) in self.causes.items()
        )
        return (
            (*self.begun.vacancies, *made),
            {demand_id: cause for demand_id, (_, cause) in self.causes.items()},
        )

    def figures(self) -> dict[str, Any]:
        """Of a summary what changes with every edit. `breaches`: what is broken on purpose, or
        since the facts are others.
        """
        return {
            "objective_pence": self.objective_pence,
            **self.totals.summary(),
            "objective_by_rule": {rule: pence(cost) for rule, cost in self.by_rule.items()},
            "breaches": [
                {"rule": v.rule, "about": list(v.about), "sentence": str(v.sentence)}
                for v in self.breaches
            ],
        }


def _times(roster: Roster, assignment: Assignment) -> int:
    """How often it is there: a supply may fill several places."""
    return roster.by_demand.get(assignment.demand_id, []).count(assignment)


def _found(report: Report) -> Counter[Violation]:
    priced: Iterable[Violation] = (v for found in report.priced.values() for v in found)
    return Counter([*report.breaches, *priced])


def _by_rule_and_about(violation: Violation) -> tuple[str, tuple[str, ...], int, str]:
    return violation.rule, violation.about, violation.quantity, str(violation.sentence)


def line_changes(
    old: EditedRoster, new: EditedRoster
) -> tuple[list[AssignmentLine], list[AssignmentLine]]:
    """(lines that go, lines that come) from one to the other."""
    # what is the same line as before is so often there as before: an edit makes a new one of all
    # else. To look at that alone is several times quicker.
    known, stay = set(map(id, old.lines.values())), set(map(id, new.lines.values()))
    others = {a for a, line in old.lines.items() if id(line) not in stay}
    others |= {a for a, line in new.lines.items() if id(line) not in known}
    had, has = _counts(old, others), _counts(new, others)
    gone, come = list[AssignmentLine](), list[AssignmentLine]()
    for assignment in others:
        before, now = old.lines.get(assignment), new.lines.get(assignment)
        if before is now or before == now:
            more = has[assignment] - had[assignment]
            if before is not None:
                gone += [before] * max(0, -more)
                come += [before] * max(0, more)
        else:
            gone += [before] * had[assignment] if before is not None else []
            come += [now] * has[assignment] if now is not None else []
    return gone, come


def _counts(edited: EditedRoster, of: Set[Assignment]) -> Counter[Assignment]:
    """How often each of them is there."""
    demand = {assignment.demand_id for assignment in of}
    return Counter(a for a in edited.evaluation.roster if a.demand_id in demand and a in of)
