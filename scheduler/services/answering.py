"""Why somebody does a shift, or does not: barriers, rules, and what the roster would lose by the change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Duty
from scheduler.domain.roster import Assignment
from scheduler.services.looking_up import ContractBarriers
from scheduler.services.reopening import Reopened, reopen, require_contracts, require_duty, require_person
from scheduler.services.repair_answer import PersonChange
from scheduler.services.repairing import person_changes
from scheduler.services.replacing import Candidate, Effect, at_that_time, ranked
from scheduler.storage.repository import Repository
from solver.marginal import Marginal
from solver.near import Ask, Near, nearest_change
from solver.near_reach import Reach, reaches
from solver.policy import Policy
from solver.search.strategy import Limits
from solver.verify import pence

LIMITS = Limits(10.0)
PARTS: Mapping[str, tuple[str, ...]] = {
    "cover": ("minimum_cover", "preferred_cover", "over_cover", "skill_mix", "place_equity"),
    "pay": ("pay", "agency_hours", "overtime_hours", "bank_hours", "unused_hours"),
    "travel": ("travel",),
    "base": ("away_from_base", "first_shift_with_someone_familiar", "partner_balance"),
    "wishes": ("preference", "single_days", "complete_weekend"),
    "fairness": ("fair_nights", "fair_weekends", "fair_moves"),
}
"""What people ask about -> the rules that price it; any other rule is "other"."""
PART_WORDS: Mapping[str, str] = {
    "cover": "empty and filled places", "pay": "pay and contract hours", "travel": "travel", "base": "work away from the usual base",
    "wishes": "wishes", "fairness": "fair shares", "other": "all other rules",
}  # fmt: skip
"""What the parts are called to people."""


@dataclass(frozen=True)
class Added:
    """The person simply added to the shift, through one contract: nothing else changes."""

    contract_id: str
    effect: Effect


@dataclass(frozen=True)
class Forced:
    """The roster solved again near itself with the person put there.

    The objective differs by something from `low` to `high` pence: what was found, and what is proven that nothing within reach
    beats. Without a roster (`possible` False) hard rules leave no way within reach.
    """

    possible: bool
    low_pence: float = 0.0
    high_pence: float = 0.0
    cash_pence: int = 0
    by_rule: dict[str, float] | None = None
    changes: tuple[PersonChange, ...] = ()
    people: int = 0
    shifts: int = 0

    @property
    def proven(self) -> bool:
        return self.possible and self.low_pence == self.high_pence


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

    @property
    def deployable(self) -> bool:
        return any(not own.barriers for own in self.contracts)


@dataclass(frozen=True)
class Alternative:
    """Somebody else in that place; `parts`: what they would cost more, by what people ask about [pence]."""

    candidate: Candidate
    parts: dict[str, float]


@dataclass(frozen=True)
class WhyThis:
    """Why an assignment was the best choice. `empty`: what it would cost to leave the place empty instead."""

    roster_id: str
    staff_id: str
    name: str
    duty: Duty
    contract_id: str
    alternatives: tuple[Alternative, ...]
    empty: Effect
    parts_empty: dict[str, float]

    @property
    def best(self) -> bool:
        """Whether no single exchange, nor leaving the place empty, would cost less."""
        offered = [one.candidate.effect.objective_pence for one in self.alternatives if one.candidate.offered]
        left = [] if self.empty.blocked else [self.empty.objective_pence]
        return all(cost >= 0 for cost in [*offered, *left])


def why_person(
    repository: Repository, roster_id: str, staff_id: str, demand_id: str, limits: Limits = LIMITS,
    stopped: Callable[[], bool] = lambda: False,
) -> WhyNot | WhyThis:  # fmt: skip
    """Why a person does not do a shift of a stored roster, or why they do, by the facts that it was made from.

    Raises NotFound for a roster, person or demand that is not there, BadRequest for somebody without a contract.
    """
    opened = reopen(repository, roster_id)
    name, duty = require_person(opened.problem, staff_id), require_duty(opened.problem, demand_id)
    require_contracts(opened.problem, staff_id)
    marginal = Marginal(opened.problem, opened.policy, opened.roster)
    own = next((a for a in opened.roster.by_demand.get(demand_id, ()) if a.staff_id == staff_id), None)
    if own is not None:
        return _why_this(opened, marginal, own, duty)
    index = opened.problem.index
    contracts = tuple(
        ContractBarriers(contract, tuple(sorted(index.barriers(contract, duty), key=lambda b: (b.kind, b.missing))))
        for contract in sorted(index.contracts_of[staff_id], key=lambda contract: contract.id)
    )
    there = tuple(a.staff_id or a.supply_id for a in opened.roster.by_demand.get(demand_id, ()))
    instead = tuple(a.demand_id for a in at_that_time(marginal, staff_id, duty))
    added = tuple(
        Added(one.contract.id, Effect.of(marginal.change([], [Assignment(duty.id, staff_id, one.contract.id)])))
        for one in contracts
        if not one.barriers
    )
    forced = _forced(marginal, staff_id, duty, limits, stopped) if added else None
    return WhyNot(opened.id, staff_id, name, duty, contracts, there, instead, added, forced)


def _forced(marginal: Marginal, staff_id: str, duty: Duty, limits: Limits, stopped: Callable[[], bool]) -> Forced:
    """Solve again with the person there, near the roster, without a price on changes: what is lost is asked, not what moves."""
    free = Policy({rule_id: rule for rule_id, rule in marginal.policy.rules.items() if rule_id != "stability"}, pay=marginal.policy.pay)
    unbound = Marginal(marginal.problem, free, marginal.roster)
    wider = reaches(marginal.problem, marginal.roster, [duty.id], only=staff_id)
    found = nearest_change(unbound, Ask(forced=(staff_id, duty.id)), wider, limits, stopped=stopped)
    if found is None:
        return Forced(False, people=wider[-1].people, shifts=wider[-1].shifts)
    return _as_forced(unbound, *found)


def _as_forced(marginal: Marginal, near: Near, reach: Reach) -> Forced:
    difference = marginal.change(near.lost, near.got)
    changes = person_changes(marginal.problem, near.lost, near.got, {})
    by_rule = {rule: cost / 60 for rule, cost in difference.by_rule.items()}
    return Forced(True, pence(near.least), pence(near.difference), difference.cash_pence, by_rule, changes, reach.people, reach.shifts)


def why_assignment(repository: Repository, roster_id: str, staff_id: str, demand_id: str) -> WhyThis:
    """Why an assignment was the best choice: everybody else in that place. Raises NotFound, and BadRequest where it is none."""
    opened = reopen(repository, roster_id)
    require_person(opened.problem, staff_id)
    duty = require_duty(opened.problem, demand_id)
    own = next((a for a in opened.roster.by_demand.get(demand_id, ()) if a.staff_id == staff_id), None)
    if own is None:
        there = ", ".join(a.staff_id or a.supply_id for a in opened.roster.by_demand.get(demand_id, ())) or "nobody"
        raise BadRequest(
            f"{staff_id} does not do {demand_id} in {roster_id}: {there} does. Why not: scheduler why person {roster_id} {staff_id} {demand_id}."
        )
    return _why_this(opened, Marginal(opened.problem, opened.policy, opened.roster), own, duty)


def _why_this(opened: Reopened, marginal: Marginal, own: Assignment, duty: Duty) -> WhyThis:
    others = tuple(Alternative(candidate, parts_of(candidate.effect.by_rule)) for candidate in ranked(marginal, duty, own))
    empty = Effect.of(marginal.change([own], []))
    name = opened.problem.index.staff[own.staff_id].name
    return WhyThis(opened.id, own.staff_id, name, duty, own.contract_id, others, empty, parts_of(empty.by_rule))


def parts_of(by_rule: Mapping[str, float]) -> dict[str, float]:
    """Prices by rule gathered into what people ask about [pence]; what is zero is left out."""
    part_of = {rule: part for part, rules in PARTS.items() for rule in rules}
    found: dict[str, float] = {}
    for rule, cost in by_rule.items():
        part = part_of.get(rule, "other")
        found[part] = found.get(part, 0.0) + cost
    return {part: cost for part, cost in found.items() if cost}
