"""Why somebody does a shift, or does not: barriers, rules, and what the roster would lose by the
change.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import Assignment, Roster
from scheduler.domain.sentence import Sentence
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.explain.discretion import (
    COLLEAGUE,
    own_effect,
    sees_everybody,
    without_colleagues,
)
from scheduler.services.explain.replacements import (
    Candidate,
    Effect,
    Share,
    at_that_time,
    ranked,
)
from scheduler.services.limits.deadline import Deadline
from scheduler.services.repair.answer import PersonChange
from scheduler.services.repair.repair import person_changes
from scheduler.services.rosters.reopen import (
    Reopened,
    published_since,
    reopen,
    require_contracts,
    require_duty,
    require_person,
)
from scheduler.services.view.look_up import ContractBarriers
from scheduler.storage.repository import Repository
from solver.constraints import catalogue
from solver.constraints.stability import Stability
from solver.evaluate.delta import DeltaEvaluation, changed
from solver.evaluate.verify import pence, verify
from solver.policy.policy import Policy
from solver.rule.constraint import AskedAs
from solver.search.repair.reach import radii
from solver.search.repair.repair_search import ChangeRequest, nearest_change
from solver.search.strategy import Limits
from solver.search.whole import Whole, small_enough, solve_whole

LIMITS = Limits(10.0)
ALL_ROSTERS = "all rosters"
NEAR_SHARE = 0.4
"""Of the time, for the search near the roster, where the whole problem is solved again after it."""
PART_WORDS: Mapping[AskedAs, str] = {
    "cover": "empty and filled places",
    "pay": "pay and contract hours",
    "travel": "travel",
    "base": "work away from the usual base",
    "wishes": "wishes and base patterns",
    "fairness": "fair shares",
    "other": "all other rules",
}
"""What people ask about, and what it is called to them."""
Parts = dict[AskedAs, float]
"""What people ask about -> what it costs more [pence]."""


@dataclass(frozen=True)
class Added:
    """The person simply added to the shift, through one contract: nothing else changes."""

    contract_id: str
    effect: Effect


@dataclass(frozen=True)
class Forced:
    """The roster solved again with the person put there, against the roster as it is.

    Among all rosters the objective differs by something from `low_pence` to `high_pence`: what is
    proven that none beats, and what was found. `proven`: what was found is proven the least among
    those that `scope` names. Not `possible`: no roster was found that keeps the hard rules, and
    `proven` says whether there is none within the scope.
    """

    possible: bool
    low_pence: float = 0.0
    high_pence: float = 0.0
    proven: bool = False
    scope: str = ALL_ROSTERS
    cash_pence: int = 0
    by_rule: dict[str, float] | None = None
    changes: tuple[PersonChange, ...] = ()
    people: int = 0
    """Within reach of the search near the roster, as are the `shifts`."""
    shifts: int = 0

    @property
    def exact(self) -> bool:
        """Whether the difference is known among all rosters."""
        return self.proven and self.scope == ALL_ROSTERS


@dataclass(frozen=True)
class WhyNot:
    """Why a person does not do a shift of a roster."""

    roster_id: str
    staff_id: str
    name: str
    duty: Duty
    contracts: tuple[ContractBarriers, ...]
    there_now: tuple[str, ...]
    """Staff ids and supply ids that fill it."""
    instead: tuple[str, ...]
    """Demand ids of what the person does at that time."""
    added: tuple[Added, ...]
    forced: Forced | None
    notes: tuple[Sentence, ...] = ()

    @property
    def deployable(self) -> bool:
        """Whether the person is cleared for it through some contract."""
        return any(not own.barriers for own in self.contracts)


@dataclass(frozen=True)
class Alternative:
    """Somebody else in that place; `parts`: what they would cost more, by what people ask about
    [pence].
    """

    candidate: Candidate
    parts: Parts


@dataclass(frozen=True)
class WhyThis:
    """Why an assignment was the best choice. `empty`: what it would cost to leave the place empty
    instead.
    """

    roster_id: str
    staff_id: str
    name: str
    duty: Duty
    contract_id: str
    alternatives: tuple[Alternative, ...]
    empty: Effect
    parts_empty: Parts
    notes: tuple[Sentence, ...] = ()

    @property
    def best(self) -> bool:
        """Whether no single exchange, nor leaving the place empty, would cost less."""
        offered = [
            one.candidate.effect.objective_pence
            for one in self.alternatives
            if one.candidate.offered
        ]
        left = [] if self.empty.blocked else [self.empty.objective_pence]
        return all(cost >= 0 for cost in [*offered, *left])


@asks("see_reasons", roster="roster_id", person="staff_id", looks=True)
def why_person(
    repository: Repository,
    roster_id: str,
    staff_id: str,
    demand_id: str,
    limits: Limits = LIMITS,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> WhyNot | WhyThis:
    """Why a person does not do a shift of a stored roster, or why they do, by the facts that it was
    made from.

    The time limit is that of the whole, from now on or from when the command `began`. Raises
    NotFound for a roster, person or demand that is not there, BadRequest for somebody without a
    contract.
    """
    deadline = Deadline.after(limits.seconds, began)
    everybody = sees_everybody(repository, roster_id, staff_id)
    opened = reopen(repository, roster_id)
    name, duty = require_person(opened.problem, staff_id), require_duty(opened.problem, demand_id)
    require_contracts(opened.problem, staff_id)
    evaluation = DeltaEvaluation(opened.problem, opened.policy, opened.roster)
    own = next(
        (a for a in opened.roster.by_demand.get(demand_id, ()) if a.staff_id == staff_id), None
    )
    if own is not None:
        this = _why_this(opened, evaluation, own, duty)
        return this if everybody else _own_this(this)
    index = opened.problem.index
    contracts = tuple(
        ContractBarriers(
            contract,
            tuple(sorted(barriers_of(index, contract, duty), key=lambda b: (b.kind, b.missing))),
        )
        for contract in sorted(index.contracts_of[staff_id], key=lambda contract: contract.id)
    )
    there = tuple(a.staff_id or a.supply_id for a in opened.roster.by_demand.get(demand_id, ()))
    instead = tuple(a.demand_id for a in at_that_time(evaluation, staff_id, duty))
    added = tuple(
        Added(
            one.contract.id,
            Effect.of(evaluation.change([], [Assignment(duty.id, staff_id, one.contract.id)])),
        )
        for one in contracts
        if not one.barriers
    )
    forced = (
        _forced(repository, opened, staff_id, duty, deadline.limits(limits), should_stop)
        if added
        else None
    )
    found = WhyNot(
        roster_id=opened.id,
        staff_id=staff_id,
        name=name,
        duty=duty,
        contracts=contracts,
        there_now=there,
        instead=instead,
        added=added,
        forced=forced,
        notes=opened.notes,
    )
    return found if everybody else _own_not(found)


def _own_not(found: WhyNot) -> WhyNot:
    """For the person: of colleagues nothing but how many."""
    staff_id, forced = found.staff_id, found.forced
    return replace(
        found,
        there_now=tuple(COLLEAGUE for _ in found.there_now),
        added=tuple(replace(one, effect=own_effect(one.effect, staff_id)) for one in found.added),
        forced=forced
        and replace(
            forced,
            changes=tuple(
                replace(change, why=tuple(without_colleagues(why, staff_id) for why in change.why))
                if change.who == staff_id
                else replace(change, who=COLLEAGUE, name=COLLEAGUE, loses=(), gets=(), why=())
                for change in forced.changes
            ),
        ),
        notes=tuple(without_colleagues(note, staff_id) for note in found.notes),
    )


def _own_this(found: WhyThis) -> WhyThis:
    """For the person: colleagues in their place without names, contracts and shifts."""
    return replace(
        found,
        alternatives=tuple(
            Alternative(
                replace(
                    one.candidate,
                    staff_id="",
                    name=COLLEAGUE,
                    contract_id="",
                    contract_kind="",
                    employer_organisation_id="",
                    effect=own_effect(one.candidate.effect, found.staff_id),
                    travel_minutes=None,
                    rest_before=None,
                    rest_after=None,
                    nights=Share(None, None),
                    weekends=Share(None, None),
                    leaves=(),
                ),
                one.parts,
            )
            for one in found.alternatives
        ),
        empty=own_effect(found.empty, found.staff_id),
        notes=tuple(without_colleagues(note, found.staff_id) for note in found.notes),
    )


def _forced(
    repository: Repository,
    opened: Reopened,
    staff_id: str,
    duty: Duty,
    limits: Limits,
    should_stop: Callable[[], bool],
) -> Forced:
    """Solve again with the person there, without a price on changes: what is lost is asked, not
    what moves.

    Near the roster first, then the whole problem from there, where it is small enough for an answer
    within seconds.
    """
    began, problem, roster = time.monotonic(), opened.problem, opened.roster
    free = Policy(
        {
            rule_id: rule
            for rule_id, rule in opened.policy.rules.items()
            if not isinstance(rule, Stability)
        },
        pay=opened.policy.pay,
    )
    unbound, base = DeltaEvaluation(problem, free, roster), verify(problem, free, roster).objective
    wider = radii(problem, roster, [duty.id], only=staff_id)
    small = small_enough(problem, limits.seconds * (1 - NEAR_SHARE))
    near_limits = replace(limits, seconds=limits.seconds * NEAR_SHARE) if small else limits
    found = nearest_change(
        unbound,
        ChangeRequest(forced=(staff_id, duty.id)),
        wider,
        near_limits,
        should_stop=should_stop,
    )
    near, reach = found or (None, wider[-1])
    start = None if near is None else changed(roster, near.removed, near.added)
    left = replace(limits, seconds=limits.seconds - (time.monotonic() - began))
    whole = (
        solve_whole(problem, free, (staff_id, duty.id), start, left, should_stop) if small else None
    )
    among = (
        f"among changes by {counted(reach.people, 'person', 'people')} on"
        f" {counted(reach.shifts, 'shift')} that follow from it"
    )
    better = (
        whole is not None
        and whole.roster is not None
        and (near is None or whole.objective - base < near.difference)
    )
    if near is None and not better:
        return (
            Forced(False, proven=True, people=reach.people, shifts=reach.shifts)
            if whole is not None and whole.impossible
            else Forced(False, scope=among, people=reach.people, shifts=reach.shifts)
        )
    low = max([-base, *_bounds(repository, opened, base, whole)])
    if better:
        assert whole is not None
        assert whole.roster is not None
        removed, added, high = (*_exchange(roster, whole.roster), whole.objective - base)
    else:
        assert near is not None
        removed, added, high = near.removed, near.added, near.difference
    exact = low >= high
    near_proven = not better and near is not None and near.proven
    difference = unbound.change(removed, added)
    return Forced(
        possible=True,
        low_pence=pence(min(low, high)),
        high_pence=pence(high),
        proven=exact or near_proven,
        scope=ALL_ROSTERS if exact or not near_proven else among,
        cash_pence=difference.cash_pence,
        by_rule={rule: cost / 60 for rule, cost in difference.by_rule.items()},
        changes=person_changes(problem, removed, added, {}),
        people=reach.people,
        shifts=reach.shifts,
    )


def _exchange(
    before: Roster, after: Roster
) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """(assignments that go, assignments that come)."""
    had, has = Counter(before), Counter(after)
    return tuple(sorted((had - has).elements())), tuple(sorted((has - had).elements()))


def _bounds(
    repository: Repository, opened: Reopened, base: int, whole: Whole | None
) -> Iterator[int]:
    """How little the objective can differ at the least, of a roster with the person there, by each
    proof that holds here.
    """
    if whole is not None and whole.roster is not None:
        yield whole.bound - base
    summary = opened.stored.document.summary
    stated, bound = summary.get("objective_pence"), summary.get("bound_pence")
    # without a price on changes, after later publications or once some of it has begun, it is
    # another problem that was proven
    same = (
        opened.problem.reference is None
        and not opened.begun
        and not opened.notes
        and not published_since(repository, opened.stored.header)
    )
    if same and stated is not None and bound is not None and round(stated * 60) == base:
        yield round(bound * 60) - base


@asks("see_reasons", roster="roster_id", person="staff_id", looks=True)
def why_assignment(
    repository: Repository, roster_id: str, staff_id: str, demand_id: str
) -> WhyThis:
    """Why an assignment was the best choice: everybody else in that place. Raises NotFound, and
    BadRequest where it is none.
    """
    everybody = sees_everybody(repository, roster_id, staff_id)
    opened = reopen(repository, roster_id)
    require_person(opened.problem, staff_id)
    duty = require_duty(opened.problem, demand_id)
    own = next(
        (a for a in opened.roster.by_demand.get(demand_id, ()) if a.staff_id == staff_id), None
    )
    if own is None:
        there = (
            ", ".join(
                (a.staff_id if everybody else COLLEAGUE) or a.supply_id
                for a in opened.roster.by_demand.get(demand_id, ())
            )
            or "nobody"
        )
        raise BadRequest(
            f"{staff_id} does not do {demand_id} in {roster_id}: {there} does. Why not: scheduler"
            f" why person {roster_id} {staff_id} {demand_id}."
        )
    this = _why_this(
        opened, DeltaEvaluation(opened.problem, opened.policy, opened.roster), own, duty
    )
    return this if everybody else _own_this(this)


def _why_this(
    opened: Reopened, evaluation: DeltaEvaluation, own: Assignment, duty: Duty
) -> WhyThis:
    others = tuple(
        Alternative(candidate, parts_of(candidate.effect.by_rule))
        for candidate in ranked(evaluation, duty, own)
    )
    empty = Effect.of(evaluation.change([own], []))
    name = opened.problem.index.staff[own.staff_id].name
    return WhyThis(
        roster_id=opened.id,
        staff_id=own.staff_id,
        name=name,
        duty=duty,
        contract_id=own.contract_id,
        alternatives=others,
        empty=empty,
        parts_empty=parts_of(empty.by_rule),
        notes=opened.notes,
    )


def parts_of(by_rule: Mapping[str, float]) -> Parts:
    """Prices by rule gathered into what people ask about [pence]; what is zero is left out."""
    found: Parts = {}
    for rule_id, cost in by_rule.items():
        part = catalogue()[rule_id].asked_as
        found[part] = found.get(part, 0.0) + cost
    return {part: cost for part, cost in found.items() if cost}
