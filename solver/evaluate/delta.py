"""What a few changes to a roster break and cost, worked out for what they touch alone.

The rules' own checks are asked, of a smaller sheet: a rule on one person's shifts hears of the
people who change, a rule on cover of the duties that change, a rule on lending nothing where nobody
is lent. Every other rule is asked about the whole roster. The answer is the difference of two whole
checks (solver.evaluate.verify), which a test holds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.problem import Employment, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import pence
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Scope, Violation

OF_DUTIES = frozenset(
    {"minimum_cover", "preferred_cover", "over_cover", "maximum_cover", "skill_mix"}
)
"""Rules that link those who are on duty together, and nobody else."""
OF_LENDING = frozenset({"release_limit", "partner_balance", "fair_moves"})
"""Rules that link those who work for another host than their employer."""
OF_SUPPLY = frozenset({"supply_limit", "temporary_limit", "agency_hours"})
"""Rules that link calls of temporary supply."""

Flags = npt.NDArray[np.bool_]
Found = dict[str, tuple[Violation, ...]]


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
        return sum(self.by_rule.values())

    @property
    def objective_pence(self) -> float:
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
        self._thin = thin(problem, roster)
        self.sheet = EvaluatedRoster(self._thin, roster)
        self._linked = {
            rule.id: tuple(rule.check(self.sheet))
            for rule in self._rules
            if rule.scope is Scope.LINKING
            and rule.id not in OF_DUTIES
            and self._touched(rule, True, True)
        }

    def shifts_of(self, staff_id: str) -> list[Work]:
        """The person's shifts in order of time, known ones included."""
        return self.sheet.by_person.get(staff_id, [])

    def change(
        self, removed: Sequence[Assignment] = (), added: Sequence[Assignment] = ()
    ) -> CostDelta:
        """What it means to take `removed`, which must be in the roster, out of it and to put
        `added` in.
        """
        before, after = (
            self._parts(removed, added, before=True),
            self._parts(removed, added, before=False),
        )
        breaches, mended, by_rule = [], 0, {}
        for rule in self._rules:
            old, new = before[0].get(rule.id, ()), after[0].get(rule.id, ())
            if rule.hard:
                worse, better = _compare(old, new)
                breaches.extend(worse)
                mended += better
            elif (
                difference := (sum(v.quantity for v in new) - sum(v.quantity for v in old))
                * rule.price()
            ):
                by_rule[rule.id] = difference
        return CostDelta(tuple(breaches), mended, by_rule, after[1] - before[1])

    def _parts(
        self, removed: Sequence[Assignment], added: Sequence[Assignment], *, before: bool
    ) -> tuple[Found, int]:
        """(what the rules find in what the change touches, its pay with on-costs), before the
        change or after it.
        """
        staff_ids = {a.staff_id for a in (*removed, *added) if a.staff_id}
        duties = {a.demand_id for a in (*removed, *added)}
        lent = any(a.staff_id and self._lent(a) for a in (*removed, *added))
        supplied = any(a.supply_id for a in (*removed, *added))
        roster = self.roster if before else self._changed(removed, added)
        own = self._own_sheet(staff_ids, removed if before else added, roster)
        around = self._around(duties, roster)
        whole = self.sheet if before else self._whole_sheet(roster, staff_ids, own)
        found: Found = {}
        for rule in self._rules:
            if rule.scope is Scope.PERSONAL:
                found[rule.id] = tuple(rule.check(own))
            elif rule.id in OF_DUTIES:
                found[rule.id] = tuple(rule.check(around))
            elif self._touched(rule, lent, supplied):
                found[rule.id] = self._linked[rule.id] if before else tuple(rule.check(whole))
        return found, sum(self.policy.pay.pence(parts) for _, _, parts in own.paid)

    @staticmethod
    def _touched(rule: Constraint, lent: bool, supplied: bool) -> bool:
        return not (rule.id in OF_LENDING and not lent) and not (
            rule.id in OF_SUPPLY and not supplied
        )

    def _lent(self, assignment: Assignment) -> bool:
        contract = self.problem.index.contracts[assignment.contract_id]
        return contract.organisation_id != self._duty(assignment).host_id

    def _duty(self, assignment: Assignment) -> Duty:
        return self.problem.duty_by_id[assignment.demand_id]

    def _changed(self, removed: Sequence[Assignment], added: Sequence[Assignment]) -> Roster:
        return changed(self.roster, removed, added)

    def _own_sheet(
        self, staff_ids: set[str], calls: Iterable[Assignment], roster: Roster
    ) -> EvaluatedRoster:
        """The people who change, alone, with the temporary supply that changes."""
        reference = self.problem.reference
        groups = self._groups[
            [e.index for staff_id in staff_ids for e in self._employments(staff_id)]
        ]
        near = np.isin(
            self._groups[self._thin.pairs_employment], groups
        )  # with whom burdens are shared
        alone = replace(
            self._thin,
            pairs_employment=self._thin.pairs_employment[near],
            pairs_duty=self._thin.pairs_duty[near],
            people=tuple(
                person
                for staff_id in sorted(staff_ids)
                if (person := self.problem.person_by_id.get(staff_id)) is not None
            ),
            pins=tuple(pin for pin in self.problem.pins if pin.staff_id in staff_ids),
            reference=(
                None
                if reference is None
                else Roster(tuple(a for a in reference if a.staff_id in staff_ids))
            ),
        )
        alone.__dict__["duty_by_id"] = self.problem.duty_by_id  # the same for both; worked out once
        own = [a for staff_id in staff_ids for a in roster.by_person.get(staff_id, ())]
        return EvaluatedRoster(alone, Roster.of([*own, *(a for a in calls if a.supply_id)]))

    def _employments(self, staff_id: str) -> tuple[Employment, ...]:
        person = self.problem.person_by_id.get(staff_id)
        return () if person is None else person.employments

    @cached_property
    def _groups(self) -> npt.NDArray[np.int64]:
        """By index of the employment: a number for the role held and the place of the base."""
        sites, numbers = self.problem.index.sites, dict[tuple[str, str], int]()
        keys = [
            (e.contract.role_id, sites[e.contract.base_site_id].place_id)
            for e in self.problem.employments
        ]
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)

    def _around(self, duties: set[str], roster: Roster) -> EvaluatedRoster:
        """The duties that change and those of the same team, with everybody who is on duty
        there.
        """
        teams = {_team(self.problem.duty_by_id[duty_id]) for duty_id in duties}
        here = tuple(duty for team in sorted(teams) for duty in self._teams[team])
        people = tuple(a for duty in here for a in roster.by_demand.get(duty.id, ()))
        return EvaluatedRoster(replace(self._thin, duties=here), Roster(people))

    @cached_property
    def _teams(self) -> dict[tuple[str, ...], list[Duty]]:
        found: dict[tuple[str, ...], list[Duty]] = {}
        for duty in self.problem.duties:
            found.setdefault(_team(duty), []).append(duty)
        return found

    def _whole_sheet(
        self, roster: Roster, staff_ids: set[str], own: EvaluatedRoster
    ) -> EvaluatedRoster:
        sheet = EvaluatedRoster(self._thin, roster)
        # everybody else's shifts are as they were
        sheet.__dict__["by_person"] = {
            **self.sheet.by_person,
            **{staff_id: own.by_person[staff_id] for staff_id in staff_ids},
        }
        return sheet


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


def thin(problem: Problem, roster: Roster) -> Problem:
    """The problem with only those pairs that a roster uses, and a witness of every kind."""
    return with_pairs(problem, witnesses(problem, roster))


def with_pairs(problem: Problem, stay: Flags) -> Problem:
    return replace(
        problem,
        pairs_employment=problem.pairs_employment[stay],
        pairs_duty=problem.pairs_duty[stay],
    )


def witnesses(problem: Problem, roster: Roster) -> Flags:
    """Flags over the pairs: those that a roster uses, and for each contract one of each kind.

    Shares of burdens (solver.rule.fair_share) go among those who have any pair of a kind: a night,
    a weekend, another host. While for each contract and kind one pair stays, the shares do.
    """
    nights = np.array([duty.night for duty in problem.duties], dtype=np.int64)
    weekends = np.array([duty.date.isoweekday() >= 6 for duty in problem.duties], dtype=np.int64)
    hosts = {
        host_id: i for i, host_id in enumerate(sorted({duty.host_id for duty in problem.duties}))
    }
    host = np.array([hosts[duty.host_id] for duty in problem.duties], dtype=np.int64)
    employer = np.array(
        [hosts.get(e.contract.organisation_id, -1) for e in problem.employments], dtype=np.int64
    )
    rows, columns = problem.pairs_employment.astype(np.int64), problem.pairs_duty.astype(np.int64)
    stay = np.zeros(len(rows), dtype=bool)
    if len(rows):
        kind = 4 * nights[columns] + 2 * weekends[columns] + (host[columns] != employer[rows])
        stay[np.unique(8 * rows + kind, return_index=True)[1]] = True
        stay[pairs_used(problem, roster)] = True
    return stay


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
