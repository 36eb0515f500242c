"""What stands between people, or temporary supply, and one empty place of a finished roster: tried
out, and judged by what the change breaks and costs (solver.evaluate.delta).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from scheduler.domain.duty import Duty, KnownShift
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.near_misses import NearMiss
from scheduler.domain.presence import back_from_leave
from scheduler.domain.problem import Employment, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints.deployable import Deployable
from solver.constraints.supply_limit import SupplyLimit
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.verify import pence, verify
from solver.policy.policy import Policy
from solver.rule.constraint import Violation

WhyNot = Literal["works_elsewhere", "busy", "rule", "free"]
SupplyState = Literal["used_up", "capped", "dearer", "not_called"]


@dataclass(frozen=True)
class LeftOpenByMove:
    """A demand row from which somebody was taken away. `missing`: required people who are missing
    there now, of `minimum`.
    """

    duty: Duty
    missing: int
    taken_from_required: bool
    """Whether a required place became empty, and not only a preferred one."""


@dataclass(frozen=True)
class CandidateChange:
    """A roster changed in a few places, against the roster as it is."""

    removed: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    breaches: tuple[Violation, ...]
    """Of hard rules, that the roster as it is does not have."""
    pence: float
    """How much dearer the whole roster becomes; below 0 it becomes better."""
    by_rule: dict[str, float]
    """Rule -> its share of the change [pence]; rules without one are left out."""
    leaves: tuple[LeftOpenByMove, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether it breaks no hard rule that was kept."""
        return not self.breaches


@dataclass(frozen=True)
class Candidacy:
    """One cleared person and an empty place. `rules`: hard rules that forbid it as the roster is.

    `change`: putting the person there, taken away from `change.removed`; the cheapest of the
    possible ones, None where none is.
    """

    staff_id: str
    contract_id: str
    why_not: WhyNot
    works: tuple[Duty, ...] = ()
    known: tuple[KnownShift, ...] = ()
    rules: tuple[Violation, ...] = ()
    change: CandidateChange | None = None


@dataclass(frozen=True)
class SupplyCandidacy:
    """One temporary supply that may fill the place. `used`: shifts taken from it in the week."""

    supply: TemporarySupply
    state: SupplyState
    used: int
    change: CandidateChange


class Trials:
    """Tries small changes of one roster. Raises nothing: what is forbidden comes back as
    breaches.
    """

    def __init__(self, problem: Problem, policy: Policy, roster: Roster) -> None:
        self.problem = problem
        self.policy = policy
        self.roster = roster
        self.report = verify(problem, policy, roster)
        self._whole = DeltaEvaluation(problem, policy, roster)
        own = {
            rule.id: rule
            for rule in policy.rules.values()
            if rule.hard and rule.links.one_person and not isinstance(rule, Deployable)
        }
        self._own_rules = Policy(own, pay=policy.pay)
        self._own = DeltaEvaluation(problem, self._own_rules, roster)
        self._back: dict[tuple[str, date, date], DeltaEvaluation] = {}

    def change(self, removed: Sequence[Assignment], added: Sequence[Assignment]) -> CandidateChange:
        """What the roster breaks and costs without some assignments and with others, of people
        cleared for them.
        """
        found = self._whole.change(removed, added)
        return CandidateChange(
            tuple(removed),
            tuple(added),
            found.breaches,
            found.objective_pence,
            {rule: pence(cost) for rule, cost in sorted(found.by_rule.items())},
            tuple(self._left(removed, added)),
        )

    def _left(
        self, removed: Sequence[Assignment], added: Sequence[Assignment]
    ) -> Iterator[LeftOpenByMove]:
        filled = self._filled
        after = Counter(a.demand_id for a in added)
        after.subtract(a.demand_id for a in removed)
        for demand_id in dict.fromkeys(a.demand_id for a in removed):
            duty = self.problem.duty_by_id[demand_id]
            now = max(0, duty.minimum - filled[demand_id] - after[demand_id])
            yield LeftOpenByMove(duty, now, now > max(0, duty.minimum - filled[demand_id]))

    @cached_property
    def _filled(self) -> Counter[str]:
        return Counter(a.demand_id for a in self.roster)

    def forbids(self, staff_id: str, assignments: Sequence[Assignment]) -> tuple[Violation, ...]:
        """Breaches of hard rules about one person alone, had the person these shifts of the roster;
        clearance is not asked.
        """
        return self._broken(self._own, staff_id, assignments)

    def forbids_once_back(
        self, staff_id: str, assignments: Sequence[Assignment], first: date, last: date
    ) -> tuple[Violation, ...]:
        """As `forbids`, had the person not been on leave on these dates: hours owed and averages
        are those of somebody who was there.
        """
        key = (staff_id, first, last)
        if key not in self._back:
            alone = Roster(tuple(self.roster.by_person.get(staff_id, ())))
            there = back_from_leave(self.problem, *key)
            self._back[key] = DeltaEvaluation(there, self._own_rules, alone)
        return self._broken(self._back[key], staff_id, assignments)

    def _broken(
        self, evaluation: DeltaEvaluation, staff_id: str, assignments: Sequence[Assignment]
    ) -> tuple[Violation, ...]:
        now = self.roster.by_person.get(staff_id, [])
        removed = [a for a in now if a not in assignments]
        added = [a for a in assignments if a not in now]
        return evaluation.change(removed, added).breaches


def candidacies(trials: Trials, duty: Duty) -> list[Candidacy]:
    """Everybody cleared for a duty and not on it, each through the contract that serves best; by
    staff id.
    """
    problem = trials.problem
    here = {a.staff_id for a in trials.roster.by_demand.get(duty.id, ())}
    able: dict[str, list[Employment]] = {}
    for employment in problem.cleared_for(duty):
        if (staff_id := employment.contract.staff_id) not in here:
            able.setdefault(staff_id, []).append(employment)
    return [
        min((_standing(trials, duty, staff_id, e.id) for e in own), key=_worth)
        for staff_id, own in sorted(able.items())
    ]


def _worth(standing: Candidacy) -> tuple[bool, float, int, str]:
    change = standing.change
    return (
        change is None,
        0.0 if change is None else change.pence,
        len(standing.rules),
        standing.contract_id,
    )


def _standing(trials: Trials, duty: Duty, staff_id: str, contract_id: str) -> Candidacy:
    own = trials.roster.by_person.get(staff_id, [])
    here = Assignment(duty.id, staff_id, contract_id)
    works = [a for a in own if _overlap(trials.problem.duty_by_id[a.demand_id], duty)]
    duties = tuple(trials.problem.duty_by_id[a.demand_id] for a in works)
    known = tuple(k for k in trials.problem.all_known.get(staff_id, ()) if _overlap(k, duty))
    moved = [a for a in own if a not in works]
    rules = trials.forbids(staff_id, [*moved, here])
    if known and rules:
        return Candidacy(staff_id, contract_id, "busy", duties, known, rules)
    change = None if rules else trials.change(works, [here])
    if works:
        possible, rules = _judged(change, rules)
        return Candidacy(
            staff_id, contract_id, "works_elsewhere", duties, rules=rules, change=possible
        )
    possible, rules = _judged(change, rules)
    if possible is not None:
        return Candidacy(staff_id, contract_id, "free", change=possible)
    return Candidacy(
        staff_id, contract_id, "rule", rules=rules, change=_instead_of_one(trials, here, own)
    )


def _judged(
    change: CandidateChange | None, rules: tuple[Violation, ...]
) -> tuple[CandidateChange | None, tuple[Violation, ...]]:
    """(the change where it is possible, the breaches where it is not)."""
    if change is None or change.possible:
        return change, rules
    return None, change.breaches


def _instead_of_one(
    trials: Trials, here: Assignment, own: Sequence[Assignment]
) -> CandidateChange | None:
    """The cheapest way to put somebody here who gives up one other shift for it."""
    staff_id = here.staff_id
    tried = [
        trials.change([given_up], [here])
        for given_up in own
        if not trials.forbids(staff_id, [*(other for other in own if other != given_up), here])
    ]
    return min(
        (change for change in tried if change.possible),
        key=lambda change: change.pence,
        default=None,
    )


def _overlap(one: Duty | KnownShift, other: Duty) -> bool:
    return one.start < other.end and other.start < one.end


def supply_candidacies(trials: Trials, duty: Duty) -> list[SupplyCandidacy]:
    """Every temporary supply that may fill a duty, and what keeps it out, the cheapest first."""
    found = []
    for supply in trials.problem.supplies_for(duty):
        used = sum(
            a.supply_id == supply.id and trials.problem.duty_by_id[a.demand_id].week == duty.week
            for a in trials.roster
        )
        used += trials.problem.supplied[supply.id, duty.week]
        change = trials.change((), [Assignment(duty.id, supply_id=supply.id)])
        broken = {breach.rule for breach in change.breaches}
        state: SupplyState
        if SupplyLimit.id in broken:
            state = "used_up"
        elif broken:
            state = "capped"
        else:
            state = "dearer" if change.pence >= 0 else "not_called"
        found.append(SupplyCandidacy(supply, state, used, change))
    return sorted(found, key=lambda s: (not s.change.possible, s.change.pence, s.supply.id))


def free_then(trials: Trials, ways: Iterable[NearMiss], duty: Duty) -> dict[str, NearMiss]:
    """Of people one barrier away, those who would be free were it lifted: nothing else at the time,
    and no rule about one person forbids it.

    By staff id, each with the first of their ways in that serves: every contract is tried. A leave
    is lifted whole.
    """
    found: dict[str, NearMiss] = {}
    for way in ways:
        if way.staff_id not in found and not _forbidden(trials, way, duty):
            found[way.staff_id] = way
    return found


def _forbidden(trials: Trials, way: NearMiss, duty: Duty) -> bool:
    then = [
        *trials.roster.by_person.get(way.staff_id, []),
        Assignment(duty.id, way.staff_id, way.contract_id),
    ]
    barrier = way.barrier
    if barrier.kind == "leave" and barrier.since is not None and barrier.until is not None:
        return bool(trials.forbids_once_back(way.staff_id, then, barrier.since, barrier.until))
    return bool(trials.forbids(way.staff_id, then))
