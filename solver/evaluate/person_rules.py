"""One person's own hard rules on shifts that they might have, asked quickly and often."""

from collections.abc import Sequence

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints.daily_rest import DailyRest
from solver.constraints.deployable import Deployable
from solver.constraints.pinned import Pinned
from solver.evaluate.delta import DeltaEvaluation
from solver.rule.constraint import Links


class OwnRules:
    """Asks the rules' own checks about one person alone, and remembers the answers."""

    def __init__(self, evaluation: DeltaEvaluation) -> None:
        self._evaluation = evaluation
        policy = evaluation.policy
        rules = policy.applying(evaluation.problem)
        # every pair is deployable, and pins are the search's own affair
        self._rules = [
            rule
            for rule in rules
            if rule.hard
            and rule.links is Links.PERSON
            and not isinstance(rule, Deployable | Pinned)
        ]
        rest = policy.rule(DailyRest)
        self._rest = rest.minutes if rest is not None and rest in self._rules else 0
        self._alone: dict[str, Problem] = {}
        self._held: dict[tuple[bool, object, object, object], bool] = {}

    def hold(self, removed: Sequence[Assignment], added: Sequence[Assignment]) -> bool:
        """Whether the person's own hard rules hold once they lose and get these shifts. All must be
        one person's.
        """
        duties = self._evaluation.problem.duty_by_id
        alike = sorted(
            (a.contract_id, duties[a.demand_id].date, duties[a.demand_id].demand.shift_type_id)
            for a in added
        )
        # most rules look at hours alone, and many shifts have the same
        return self._hold(True, tuple(alike), removed, added) and self._hold(
            False, frozenset(added), removed, added
        )

    def _hold(
        self,
        by_hours: bool,
        told_by: object,
        removed: Sequence[Assignment],
        added: Sequence[Assignment],
    ) -> bool:
        """What the rules by hours say, or all others; remembered for what they tell shifts by."""
        rules = [rule for rule in self._rules if rule.by_hours is by_hours]
        if not rules:
            return True
        staff_id = (*removed, *added)[0].staff_id
        key = (by_hours, staff_id, frozenset(removed), told_by)
        if key not in self._held:
            gone = set(removed)
            own = [a for a in self._evaluation.roster.by_person.get(staff_id, ()) if a not in gone]
            sheet = EvaluatedRoster(self._problem(staff_id), Roster((*own, *added)))
            self._held[key] = not any(True for rule in rules for _ in rule.check(sheet))
        return self._held[key]

    def _problem(self, staff_id: str) -> Problem:
        if staff_id not in self._alone:
            self._alone[staff_id] = self._evaluation.problem.of_people({staff_id})
        return self._alone[staff_id]

    def reasons(
        self, kept: Sequence[Assignment], added: Sequence[Assignment]
    ) -> dict[Assignment, set[Assignment]]:
        """For each shift that a person has: those of `added` for which, alone, it may have to be
        left.

        A shift is left for one that overlaps with it or leaves too little rest; and any shift for
        one that breaks a rule even so, such as too many hours or days in a row.
        """
        duties = self._evaluation.problem.duty_by_id
        found: dict[Assignment, set[Assignment]] = {one: set() for one in kept}
        for new in added:
            begin, end = (
                duties[new.demand_id].start - self._rest,
                duties[new.demand_id].end + self._rest,
            )
            clashing = [
                one
                for one in kept
                if duties[one.demand_id].start < end and begin < duties[one.demand_id].end
            ]
            for one in clashing if self.hold(clashing, [new]) else kept:
                found[one].add(new)
        return found
