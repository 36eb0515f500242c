"""Which facts cannot hold together when there is no roster at all: only pins, history and unusual hard rules can do that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduler.domain.clock import text
from scheduler.domain.facts import Pin
from scheduler.domain.problem import KnownShift, Problem
from solver.constraint import Constraint
from solver.cpsat import CpSatEncoder
from solver.policy import Policy

Clashing = Pin | KnownShift | Constraint


@dataclass(frozen=True)
class ClashingFact:
    """One fact of a smallest set that cannot hold together; `kind` is pin, worked_shift or rule."""

    kind: str
    ids: tuple[str, ...]
    sentence: str


def clashing_facts(problem: Problem, policy: Policy, seconds: float = 30.0) -> list[ClashingFact]:
    """A smallest set of pins, known shifts and hard rules that cannot hold together: without any one of them a roster exists.

    Found by taking facts away one at a time and solving again. `seconds` limits each of these solves.
    """
    facts: list[Clashing] = list(problem.pins)
    if _possible(problem, policy, [], seconds):
        pinned = {pin.staff_id for pin in problem.pins}
        pins = _smallest(facts, lambda kept: not _possible(problem, policy, kept, seconds))
        people = pinned & {pin.staff_id for pin in pins if isinstance(pin, Pin)}
        known = [shift for staff_id in sorted(people) for shift in problem.all_known.get(staff_id, ())]
        if known:
            bare = _without_known(problem, people)
            pins += _smallest(known, lambda kept: not _possible(_with_known(bare, kept), policy, pins, seconds))
        return [_fact(problem, fact) for fact in pins]
    hard = [rule for rule in policy.rules.values() if rule.hard and rule.may_be_off]
    return [_fact(problem, rule) for rule in _smallest(hard, lambda kept: not _possible(problem, _hard_only(policy, kept), [], seconds))]


def _smallest(facts: Sequence[Clashing], clashes: Callable[[list[Clashing]], bool]) -> list[Clashing]:
    """Take facts away, in halves and then one by one, as long as the rest still clashes."""
    kept, chunk = list(facts), max(1, len(facts) // 2)
    if not clashes(kept):
        return []
    while True:
        position = 0
        while position < len(kept):
            fewer = kept[:position] + kept[position + chunk :]
            if clashes(fewer):
                kept = fewer
            else:
                position += chunk
        if chunk == 1:
            return kept
        chunk = max(1, chunk // 2)


def _possible(problem: Problem, policy: Policy, pins: Sequence[Clashing], seconds: float) -> bool:
    """Whether some roster keeps all hard rules with these pins alone. Undecided in time counts as possible."""
    tried = replace(problem, pins=tuple(pin for pin in pins if isinstance(pin, Pin)))
    encoder = CpSatEncoder(tried, _hard_only(policy, [rule for rule in policy.rules.values() if rule.hard]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 4
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_time_in_seconds = seconds
    return solver.solve(encoder.model) != cp_model.INFEASIBLE


def _hard_only(policy: Policy, kept: Sequence[Clashing]) -> Policy:
    return Policy({rule.id: rule for rule in policy.rules.values() if rule in kept or not rule.may_be_off}, pay=policy.pay)


def _without_known(problem: Problem, people: set[str]) -> Problem:
    return replace(
        problem,
        people=tuple(replace(p, known=()) if p.id in people else p for p in problem.people),
        all_known={staff_id: () if staff_id in people else shifts for staff_id, shifts in problem.all_known.items()},
    )


def _with_known(problem: Problem, known: Sequence[Clashing]) -> Problem:
    shifts: dict[str, tuple[KnownShift, ...]] = {}
    for shift in known:
        if isinstance(shift, KnownShift):
            shifts[shift.staff_id] = (*shifts.get(shift.staff_id, ()), shift)
    return replace(
        problem,
        people=tuple(replace(p, known=tuple(sorted(shifts[p.id]))) if p.id in shifts else p for p in problem.people),
        all_known={**problem.all_known, **{staff_id: tuple(sorted(own)) for staff_id, own in shifts.items()}},
    )


def _fact(problem: Problem, fact: Clashing) -> ClashingFact:
    if isinstance(fact, Pin):
        duty = problem.duty_by_id[fact.demand_id]
        contracts = problem.index.contracts_of.get(fact.staff_id, [])
        barriers = [problem.index.barriers(contract, duty) for contract in contracts]
        sentence = f"Pin: {fact.staff_id} does {fact.demand_id} ({text(duty.start)})."
        if barriers and all(barriers):
            sentence += " Not cleared for it: " + " ".join(barrier.sentence for barrier in min(barriers, key=len))
        elif not contracts:
            sentence += " The person has no contract."
        return ClashingFact("pin", (fact.staff_id, fact.demand_id), sentence)
    if isinstance(fact, KnownShift):
        return ClashingFact(
            "worked_shift", (fact.staff_id,), f"{fact.staff_id} works from {text(fact.start)} to {text(fact.end)} (known beforehand)."
        )
    return ClashingFact("rule", (fact.id,), f"Rule “{fact.title}” ({fact.id}) is hard.")
