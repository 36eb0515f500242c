"""What a few changes to a roster break and cost, worked out for what they touch alone: a delta
evaluation.

The rules' own checks are asked, of a smaller roster. How small it may be follows from what a rule
links (`Constraint.links`): one person's shifts are those of the people who change, a team's those
of the duties that change, and a rule on lending is not asked where nobody is lent. A rule that says
nothing is asked about the whole roster. The answer is the difference of two whole checks
(solver.evaluate.verify), which a test holds for each rule by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import assert_never

import numpy as np
import numpy.typing as npt

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import pence
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Violation
from solver.rule.fair_share import Group, group_of

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CostDelta:
    """What a change makes of a roster. Differences are sixtieths of a penny, `cash_pence` is pay
    with on-costs in pence.
    """

    breaches: tuple[Violation, ...] = ()
    """Of hard rules: what the change breaks, or breaks further."""
    mended: int = 0
    """By how many whole quantities existing breaches become smaller."""
    by_rule: dict[str, int] = field(default_factory=dict)
    """Soft rule -> what it costs more (or less); rules that stay as they are are left out."""
    cash_pence: int = 0

    @property
    def objective(self) -> int:
        """By how much the objective grows [sixtieths of a penny]."""
        return sum(self.by_rule.values())

    @property
    def objective_pence(self) -> float:
        """By how much the objective grows [pence]."""
        return pence(self.objective)


class DeltaEvaluation:
    """A roster, ready to be asked about many small changes to it. Every assignment must name what
    exists.
    """

    def __init__(self, problem: Problem, policy: Policy, roster: Roster) -> None:
        self.problem = problem
        self.policy = policy
        self.roster = roster
        self._rules = policy.applying(problem)
        self._thin = thin(problem, policy, roster)
        self.sheet = EvaluatedRoster(self._thin, roster)
        self._found_now: dict[str, tuple[Violation, ...]] = {}

    def shifts_of(self, staff_id: str) -> list[Work]:
        """The person's shifts in order of time, known ones included."""
        return self.sheet.by_person.get(staff_id, [])

    def change(
        self, removed: Sequence[Assignment] = (), added: Sequence[Assignment] = ()
    ) -> CostDelta:
        """What it means to take `removed`, which must be in the roster, out of it and to put
        `added` in.
        """
        staff_ids = {a.staff_id for a in (*removed, *added) if a.staff_id}
        own = self._own(staff_ids)
        teams = self._around({a.demand_id for a in (*removed, *added)})
        before = _Side(self, staff_ids, own, teams, self.roster, removed)
        after = _Side(self, staff_ids, own, teams, changed(self.roster, removed, added), added)
        breaches, mended, by_rule = [], 0, {}
        for rule in self._concerned(removed, added):
            old, new = before.found(rule), after.found(rule)
            if rule.hard:
                worse, better = _compare(old, new)
                breaches.extend(worse)
                mended += better
            elif (
                difference := (sum(v.quantity for v in new) - sum(v.quantity for v in old))
                * rule.price()
            ):
                by_rule[rule.id] = difference
        return CostDelta(tuple(breaches), mended, by_rule, after.cash_pence - before.cash_pence)

    def _concerned(
        self, removed: Sequence[Assignment], added: Sequence[Assignment]
    ) -> Iterator[Constraint]:
        """The rules to which a change can make a difference."""
        lent = any(map(self._lent, (*removed, *added)))
        supplied = any(a.supply_id for a in (*removed, *added))
        had, has = (Counter(a.demand_id for a in side) for side in (removed, added))
        for rule in self._rules:
            match rule.links:
                case Links.LENDING:
                    concerned = lent
                case Links.SUPPLY:
                    concerned = supplied
                case Links.COVER:
                    concerned = had != has
                case Links.PERSON | Links.GROUP | Links.TEAM | Links.ROSTER | Links.ALL:
                    concerned = True
                case _:
                    assert_never(rule.links)
            if concerned:
                yield rule

    def found_now(self, rule: Constraint) -> tuple[Violation, ...]:
        """What a rule finds in the roster as it is."""
        if rule.id not in self._found_now:
            self._found_now[rule.id] = tuple(rule.check(self.sheet))
        return self._found_now[rule.id]

    def _lent(self, assignment: Assignment) -> bool:
        if not assignment.staff_id:
            return False
        contract = self.problem.index.contracts[assignment.contract_id]
        return contract.organisation_id != self.problem.duty_by_id[assignment.demand_id].host_id

    def _own(self, staff_ids: Set[str]) -> Problem:
        """Of these people alone, with the pairs of those with whom they have shares."""
        indexes = [
            employment.index
            for staff_id in staff_ids & self.problem.person_by_id.keys()
            for employment in self.problem.person_by_id[staff_id].employments
        ]
        near = np.isin(self._groups[self._thin.pairs_employment], self._groups[indexes])
        return self._thin.of_people(staff_ids).with_pairs(near)

    @cached_property
    def _groups(self) -> npt.NDArray[np.int64]:
        """By index of the employment: a number for the group in which it has shares."""
        numbers: dict[Group, int] = {}
        groups = [group_of(self.problem, e.contract) for e in self.problem.employments]
        return np.array([numbers.setdefault(one, len(numbers)) for one in groups], dtype=np.int64)

    def _around(self, demand_ids: Set[str]) -> Problem:
        """Of the teams of these duties alone."""
        teams = {_team(self.problem.duty_by_id[demand_id]) for demand_id in demand_ids}
        return self._thin.with_duties(duty for one in sorted(teams) for duty in self._teams[one])

    @cached_property
    def _teams(self) -> dict[tuple[str, ...], list[Duty]]:
        found: dict[tuple[str, ...], list[Duty]] = {}
        for duty in self.problem.duties:
            found.setdefault(_team(duty), []).append(duty)
        return found


@dataclass(frozen=True)
class _Side:
    """A roster before a change or after it, in the pieces that the change touches."""

    evaluation: DeltaEvaluation
    staff_ids: Set[str]
    own_problem: Problem
    teams_problem: Problem
    roster: Roster
    moved: Sequence[Assignment]
    """What this side alone has."""

    def found(self, rule: Constraint) -> tuple[Violation, ...]:
        """What a rule finds, in no more than what it links."""
        match rule.links:
            case Links.PERSON | Links.GROUP:
                return tuple(rule.check(self.own))
            case Links.TEAM:
                return tuple(rule.check(self.teams))
            case Links.COVER | Links.LENDING | Links.SUPPLY | Links.ROSTER | Links.ALL:
                if self.roster is self.evaluation.roster:
                    return self.evaluation.found_now(rule)
                return tuple(rule.check(self.whole))
            case _:
                assert_never(rule.links)

    @property
    def cash_pence(self) -> int:
        return sum(self.evaluation.policy.pay.pence(parts) for _, _, parts in self.own.paid)

    @cached_property
    def own(self) -> EvaluatedRoster:
        """The people who change, alone, with the temporary supply that changes."""
        shifts = [a for one in self.staff_ids for a in self.roster.by_person.get(one, ())]
        calls = [a for a in self.moved if a.supply_id]
        return EvaluatedRoster(self.own_problem, Roster.of([*shifts, *calls]))

    @cached_property
    def teams(self) -> EvaluatedRoster:
        """The duties that change and those of the same team, with everybody who is on duty
        there.
        """
        duties = self.teams_problem.duties
        here = (a for duty in duties for a in self.roster.by_demand.get(duty.id, ()))
        return EvaluatedRoster(self.teams_problem, Roster(tuple(here)))

    @cached_property
    def whole(self) -> EvaluatedRoster:
        return self.evaluation.sheet.after(self.roster, self.staff_ids)


def changed(roster: Roster, removed: Iterable[Assignment], added: Iterable[Assignment]) -> Roster:
    """A roster without `removed` and with `added`; of equal assignments as many go as are named."""
    gone = Counter(removed)
    kept = []
    for assignment in roster:
        if gone[assignment]:
            gone[assignment] -= 1
        else:
            kept.append(assignment)
    return Roster.of([*kept, *added])


def _team(duty: Duty) -> tuple[str, ...]:
    """Who stands on one skill mix: the same service, site, date and shift type."""
    return (
        duty.demand.service_id,
        duty.demand.site_id,
        duty.date.isoformat(),
        duty.demand.shift_type_id,
    )


def _compare(old: Sequence[Violation], new: Sequence[Violation]) -> tuple[list[Violation], int]:
    """(violations that are new or larger, by how much others are smaller)."""
    before, after = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for violation in old:
        before[violation.about] += violation.quantity
    for violation in new:
        after[violation.about] += violation.quantity
    known, worse = Counter(old), []
    for violation in new:
        if known[violation]:  # the same may be found more than once
            known[violation] -= 1
        elif after[violation.about] > before[violation.about]:
            worse.append(violation)
    return worse, sum(max(0, quantity - after[about]) for about, quantity in before.items())


# --- fewer pairs ----------------------------------------------------------------------------------


def thin(problem: Problem, policy: Policy, roster: Roster) -> Problem:
    """The problem with only those pairs that a roster uses or that a rule of the policy counts."""
    return problem.with_pairs(witnesses(problem, policy, roster))


def witnesses(problem: Problem, policy: Policy, roster: Roster) -> Flags:
    """Flags over the pairs: those that a roster uses, and as many of each contract as the rules
    need for what they say about who else could do something.

    Shares of a burden go among those who have any pair that carries it: while for each contract
    and burden one pair stays, the shares do. Of a rule that may ask anything every pair stays.
    """
    rules = policy.applying(problem)
    if any(rule.links is Links.ALL for rule in rules):
        return np.ones(len(problem.pairs_duty), dtype=bool)
    stay = np.zeros(len(problem.pairs_duty), dtype=bool)
    stay[np.unique(problem.pairs_employment, return_index=True)[1]] = True
    for rule in rules:
        if rule.shares_out:
            stay[list(_carrying(problem, rule))] = True
    stay[pairs_used(problem, roster)] = True
    return stay


def _carrying(problem: Problem, rule: Constraint) -> Iterator[int]:
    """Of each contract the position of the first pair that carries the rule's burden."""
    duties, columns = problem.duties, problem.pairs_duty.tolist()
    firsts = np.flatnonzero(np.diff(problem.pairs_employment, prepend=-1)).tolist()
    for first, end in pairwise([*firsts, len(columns)]):
        employment = problem.employments[problem.pairs_employment[first]]
        # of contracts that follow on, shares are checked by the first, stated by that of the day
        for of_the_day in (False, True) if len(employment.contracts) > 1 else (False,):
            for position in range(first, end):
                duty = duties[columns[position]]
                contract = employment.on(duty.date) if of_the_day else employment.contract
                if rule.burden(contract, duty):
                    yield position
                    break


def pairs_used(problem: Problem, roster: Roster) -> npt.NDArray[np.int64]:
    """Positions of the pairs that a roster uses, as far as they are deployable."""
    size = len(problem.duties)
    keys = problem.pairs_employment.astype(np.int64) * size + problem.pairs_duty
    wanted = np.array(sorted(set(_keys(problem, roster, size))), dtype=np.int64)
    return np.flatnonzero(np.isin(keys, wanted))


def _keys(problem: Problem, roster: Roster, size: int) -> Iterator[int]:
    for a in roster:
        employment = problem.employment_by_id.get(a.contract_id) if a.staff_id else None
        if employment is not None and a.demand_id in problem.duty_by_id:
            yield employment.index * size + problem.duty_by_id[a.demand_id].index
