"""Which facts cannot hold together when there is no roster at all: pins, history, agreed limits and
unusual hard rules can do that.

And the ways out: what would have to be given up for a roster to exist, the least first.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, assert_never

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain.clock import text
from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Pin, WorkLimit
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence, joined, moment, ref, said
from solver.constraints.maximum_cover import MaximumCover
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint
from solver.rule.work_limits import in_words

ConflictKind = Literal["pin", "worked_shift", "work_limit", "rule"]


@dataclass(frozen=True)
class ConflictingFact:
    """One fact of a smallest set that cannot hold together.

    `ids`: of a pin the person and the demand, of a worked shift the person, of a limit the person
    (also where it was agreed for everybody), the measure and the shift type if it names one, of a
    rule its id.
    """

    kind: ConflictKind
    ids: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True)
class _Agreed:
    """A limit as it holds for one person: of one agreed for everybody it is said whom it hits."""

    limit: WorkLimit
    staff_id: str

    @property
    def alone(self) -> WorkLimit:
        return self.limit.model_copy(update={"staff_id": self.staff_id})


Clashing = Pin | KnownShift | _Agreed | Constraint
F = TypeVar("F", Pin, KnownShift, _Agreed, Constraint)


@dataclass(frozen=True)
class ConflictSet:
    """A smallest set of facts that cannot hold together, and ways out: sets of facts without which
    a roster exists, the least first.

    No way out holds more than it needs: with any one of its facts back there is no roster.
    """

    facts: tuple[ConflictingFact, ...] = ()
    ways_out: tuple[tuple[ConflictingFact, ...], ...] = ()


MOST_WAYS = 3
BURDEN: dict[ConflictKind, int] = {"pin": 1, "work_limit": 2, "rule": 3, "worked_shift": 4}
"""How much it is to give a fact up: a pin is the planner's own, a limit was agreed with somebody,
what has been worked cannot be undone.
"""


def conflict_of(problem: Problem, policy: Policy, seconds: float = 30.0) -> ConflictSet:
    """Why there is no roster, and the ways out. `seconds` limits each of the solves that this
    takes.
    """
    first = _clashing(problem, policy, seconds)
    if not first:
        return ConflictSet()
    ways = _ways_out(problem, policy, first, seconds)
    return ConflictSet(
        tuple(_fact(problem, one) for one in first),
        tuple(tuple(_fact(problem, one) for one in way) for way in ways),
    )


def conflict_of_pins(problem: Problem, policy: Policy, seconds: float = 5.0) -> ConflictSet:
    """Whether some people's pins cannot hold together, whatever else the roster does: found at
    once, before any search.

    Only the pinned people are looked at, with all that they may do (a further shift can mend a
    run), under rules on one person's shifts and on how many a place takes; agreed limits are left
    out. So what clashes here clashes in the whole problem too.
    """
    if not problem.pins:
        return ConflictSet()
    pinned = {pin.staff_id for pin in problem.pins}
    rows = [
        employment.index
        for employment in problem.employments
        if employment.contract.staff_id in pinned
    ]
    stay = np.isin(problem.pairs_employment, rows)
    alone = replace(problem.with_pairs(stay), supplies=())
    kept = [
        rule
        for rule in policy.rules.values()
        if rule.hard and (rule.links.one_person or isinstance(rule, MaximumCover))
    ]
    asked, hard = _with(alone, problem.pins, []), _hard_only(policy, kept)
    # most often they do: one solve is enough
    return ConflictSet() if _possible(asked, hard, seconds) else conflict_of(asked, hard, seconds)


def conflict_sentences(clash: ConflictSet) -> list[Sentence]:
    """The facts, and the ways out."""
    lines = [fact.sentence for fact in clash.facts]
    if clash.ways_out:
        lines.append(said("Ways out, the least to give up first; with each a roster exists:"))
    for number, way in enumerate(clash.ways_out, start=1):
        lines.append(
            said("{number}. {way}", number=number, way=joined(map(_way_sentence, way), " And "))
        )
    return lines


def _way_sentence(fact: ConflictingFact) -> Sentence:
    advice: dict[ConflictKind, str] = {
        "pin": "Take this pin away",
        "work_limit": "Loosen this limit",
        "rule": "Give this rule a price, or switch it off",
        "worked_shift": "Correct this shift, if it is wrong or can be moved",
    }
    return said("{advice}: {fact}", advice=advice[fact.kind], fact=fact.sentence)


def conflicting_facts(
    problem: Problem, policy: Policy, seconds: float = 30.0
) -> list[ConflictingFact]:
    """A smallest set of pins, known shifts, limits and hard rules that cannot hold together:
    without any one of them a roster exists.

    Found by taking facts away one at a time and solving again. `seconds` limits each of these
    solves. Rules are named where they leave no roster by themselves.
    """
    return [_fact(problem, fact) for fact in _clashing(problem, policy, seconds)]


def _clashing(problem: Problem, policy: Policy, seconds: float) -> list[Clashing]:
    pins: list[Pin] = []
    agreed = _agreed(problem, policy)
    if _possible(_with(problem, [], agreed), policy, seconds):
        pins = _minimal_subset(
            problem.pins, lambda kept: not _possible(_with(problem, kept, agreed), policy, seconds)
        )
    elif not _possible(free := _with(problem, [], []), policy, seconds):
        hard = [rule for rule in policy.rules.values() if rule.hard and rule.may_be_off]
        return [
            *_minimal_subset(
                hard, lambda kept: not _possible(free, _hard_only(policy, kept), seconds)
            )
        ]
    limits = _minimal_subset(
        agreed, lambda kept: not _possible(_with(problem, pins, kept), policy, seconds)
    )
    return [*pins, *limits, *_history(problem, policy, pins, limits, seconds)]


# --- ways out


def _ways_out(
    problem: Problem, policy: Policy, first: list[Clashing], seconds: float
) -> list[list[Clashing]]:
    """The least that meets every clash; where that leaves another clash, this is met as well, until
    a roster exists.
    """
    clashes, ways = [first], list[list[Clashing]]()
    until = time.monotonic() + 2 * seconds
    while len(ways) < MOST_WAYS and time.monotonic() < until:
        way = _least_correction_set(clashes, ways)
        if not way:
            break
        left = _without(problem, policy, way)
        another = _clashing(*left, seconds) if not _possible(*left, seconds) else []
        if another:
            clashes.append(another)
        else:
            ways.append(way)
    return ways


def _least_correction_set(
    clashes: Sequence[list[Clashing]], found: Sequence[list[Clashing]]
) -> list[Clashing]:
    """The least set with a fact of every clash that does not hold a way found before; empty where
    there is none.
    """
    every = [
        one
        for number, clash in enumerate(clashes)
        for one in clash
        if not any(one in earlier for earlier in clashes[:number])
    ]
    model = cp_model.CpModel()
    given_up = [model.new_bool_var("") for _ in every]
    for clash in clashes:
        model.add_bool_or([given_up[every.index(one)] for one in clash])
    for way in found:
        model.add_bool_or([~given_up[every.index(one)] for one in way])
    model.minimize(sum(BURDEN[_kind(one)] * var for one, var in zip(every, given_up, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    if solver.solve(model) != cp_model.OPTIMAL:
        return []
    return [one for one, var in zip(every, given_up, strict=True) if solver.boolean_value(var)]


def _without(
    problem: Problem, policy: Policy, given_up: Sequence[Clashing]
) -> tuple[Problem, Policy]:
    """The problem and the policy without these facts."""
    pins = [pin for pin in problem.pins if pin not in given_up]
    limits = [agreed for agreed in _agreed(problem, policy) if agreed not in given_up]
    people = {one.staff_id for one in given_up if isinstance(one, KnownShift)}
    known = [
        shift
        for staff_id in people
        for shift in problem.all_known.get(staff_id, ())
        if shift not in given_up
    ]
    rules = {rule.id: rule for rule in policy.rules.values() if rule not in given_up}
    return _with(_with_known(problem, people, known), pins, limits), Policy(rules, pay=policy.pay)


def _kind(fact: Clashing) -> ConflictKind:
    match fact:
        case Pin():
            return "pin"
        case KnownShift():
            return "worked_shift"
        case _Agreed():
            return "work_limit"
        case Constraint():
            return "rule"
        case _:
            assert_never(fact)


# --- the facts


def _history(
    problem: Problem, policy: Policy, pins: list[Pin], limits: list[_Agreed], seconds: float
) -> list[KnownShift]:
    """The known shifts that clash with these pins and limits.

    A known shift may also help, to reach a minimum or to end a run of days off. Without it there
    would be another clash, with fewer of the facts already found: such a shift is left where it is,
    and not named.
    """
    people = {pin.staff_id for pin in pins} | {agreed.staff_id for agreed in limits}
    known = [shift for staff_id in sorted(people) for shift in problem.all_known.get(staff_id, ())]

    def possible(
        kept: Sequence[KnownShift], pins: Sequence[Pin], limits: Sequence[_Agreed]
    ) -> bool:
        return _possible(_with(_with_known(problem, people, kept), pins, limits), policy, seconds)

    def all_needed(kept: Sequence[KnownShift]) -> bool:
        """Whether it still takes every pin and limit to clash: without limits nothing that is known
        can help.
        """
        fewer = [([pin for pin in pins if pin != one], limits) for one in pins]
        fewer += [(pins, [agreed for agreed in limits if agreed != one]) for one in limits]
        return not limits or all(possible(kept, *each) for each in fewer)

    left = _minimal_subset(
        known, lambda kept: not possible(kept, pins, limits) and all_needed(kept)
    )
    return [
        one for one in left if possible([other for other in left if other != one], pins, limits)
    ]


def _minimal_subset(facts: Sequence[F], clashes: Callable[[list[F]], bool]) -> list[F]:
    """Take facts away, all, in halves and then one by one, as long as the rest still clashes."""
    kept, chunk = list(facts), max(1, len(facts) // 2)
    if not kept or not clashes(kept) or clashes([]):
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


def _possible(problem: Problem, policy: Policy, seconds: float) -> bool:
    """Whether some roster keeps all hard rules. Undecided in time counts as possible."""
    encoder = CpSatEncoder(
        problem, _hard_only(policy, [rule for rule in policy.rules.values() if rule.hard])
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 4
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_time_in_seconds = seconds
    return solver.solve(encoder.model) != cp_model.INFEASIBLE


def _hard_only(policy: Policy, kept: Sequence[Constraint]) -> Policy:
    return Policy(
        {rule.id: rule for rule in policy.rules.values() if rule in kept or not rule.may_be_off},
        pay=policy.pay,
    )


def _agreed(problem: Problem, policy: Policy) -> list[_Agreed]:
    """Every limit that a hard rule reads, for each person whom it concerns."""
    found = []
    for limit in problem.dataset.work_limit:
        if limit.measure in policy.rules and policy.rules[limit.measure].hard:
            concerned = (
                problem.person_by_id
                if limit.staff_id is None
                else {limit.staff_id} & problem.person_by_id.keys()
            )
            found += [_Agreed(limit, staff_id) for staff_id in concerned]
    return found


def _with(problem: Problem, pins: Sequence[Pin], agreed: Sequence[_Agreed]) -> Problem:
    """The problem with these pins and limits alone."""
    if not agreed and not problem.dataset.work_limit:
        return replace(problem, pins=tuple(pins))
    dataset = problem.dataset.with_facts(work_limit=[one.alone for one in agreed])
    return replace(problem, pins=tuple(pins), index=FactIndex(dataset))


def _with_known(problem: Problem, people: set[str], known: Sequence[KnownShift]) -> Problem:
    """The problem in which of these people these shifts alone are known."""
    shifts = {
        staff_id: tuple(sorted(shift for shift in known if shift.staff_id == staff_id))
        for staff_id in people
    }
    return replace(
        problem,
        people=tuple(
            replace(person, known=shifts.get(person.id, person.known)) for person in problem.people
        ),
        all_known={**problem.all_known, **shifts},
    )


def _fact(problem: Problem, fact: Clashing) -> ConflictingFact:
    if isinstance(fact, Pin):
        return ConflictingFact("pin", (fact.staff_id, fact.demand_id), _pin_sentence(problem, fact))
    if isinstance(fact, KnownShift):
        return ConflictingFact(
            "worked_shift",
            (fact.staff_id,),
            said(
                "{person} works from {start} to {end} (known beforehand).",
                person=ref("person", fact.staff_id),
                start=moment(fact.start),
                end=moment(fact.end),
            ),
        )
    if isinstance(fact, _Agreed):
        ids = (
            fact.staff_id,
            fact.limit.measure,
            *([fact.limit.shift_type_id] if fact.limit.shift_type_id else []),
        )
        return ConflictingFact("work_limit", ids, in_words(fact.limit, fact.staff_id))
    return ConflictingFact(
        "rule",
        (fact.id,),
        said("Rule “{title}” ({rule}) is hard.", title=fact.title, rule=ref("rule", fact.id)),
    )


def _pin_sentence(problem: Problem, pin: Pin) -> Sentence:
    duty = problem.duty_by_id[pin.demand_id]
    contracts = problem.index.contracts_of.get(pin.staff_id, [])
    barriers = [barriers_of(problem.index, contract, duty) for contract in contracts]
    demand = ref("demand", pin.demand_id, f"{pin.demand_id} ({text(duty.start)})")
    sentence = said(
        "Pin: {person} does {demand}.", person=ref("person", pin.staff_id), demand=demand
    )
    if not contracts:
        return said("{pin} The person has no contract.", pin=sentence)
    if all(barriers):
        lacking = joined(barrier.sentence for barrier in min(barriers, key=len))
        return said("{pin} Not cleared for it: {barriers}", pin=sentence, barriers=lacking)
    return sentence
