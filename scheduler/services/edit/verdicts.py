"""Where a piece of work, or a person, may go: every cell of a board at once, each with what it
would cost or save, or with the rule that forbids it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, Literal, TypeVar

from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import Duty
from scheduler.domain.facts import Contract
from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.accounts.gate import asks
from scheduler.services.edit.commands import EditCommand, Seat
from scheduler.services.edit.draft import OpenDraft, open_draft
from scheduler.services.edit.edit import change_of
from scheduler.services.edit.effect import Change
from scheduler.services.rosters.reopen import require_duty
from scheduler.storage.repository import Repository
from solver.constraints.deployable import Deployable
from solver.evaluate.delta import CostDelta

Cell = TypeVar("Cell")
State = Literal["yes", "price", "instead", "no"]


@dataclass(frozen=True)
class CellVerdict:
    """Whether something may go to a cell. `yes`: and it makes the roster no dearer; `price`: it
    does; `instead`: whoever it is does something else at the time, which would be swapped or given
    up, and is not priced before somebody asks; `no`: a hard rule, or a barrier, forbids it.

    `leave`, `take`: what a drop there means. `pence`: what the roster costs more (or less) then;
    `why`: the rules and wishes that are paid for, or what forbids it, empty where nobody looked
    closer; `gives_up`: demand ids.
    """

    state: State
    leave: tuple[Seat, ...] = ()
    take: tuple[Seat, ...] = ()
    pence: float = 0.0
    cash_pence: int = 0
    why: tuple[Sentence, ...] = ()
    rule: str = ""
    gives_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellVerdicts:
    """(staff id, date) -> verdict of somebody's cell; demand id -> verdict of a demand's cell.
    Cells that are left out are those to which nothing of the kind could ever go.
    """

    people: dict[tuple[str, date], CellVerdict] = field(default_factory=dict)
    demand: dict[str, CellVerdict] = field(default_factory=dict)


@asks("build_rosters", roster="roster_id", looks=True)
def where_it_may_go(
    repository: Repository,
    roster_id: str,
    demand_id: str,
    who: str | None = None,
    *,
    copy: bool = False,
    staff_ids: Sequence[str] | None = None,
) -> CellVerdicts:
    """For everybody and every date: whether they may take this work, or work alike on another date,
    from whoever has it, or in addition as a `copy`.

    `who`: the person or supply whose shift it is; None: one of its open places. `staff_ids`: of
    these people alone. Raises NotFound, BadRequest for what has begun.
    """
    draft = open_draft(repository, roster_id)
    duty = require_duty(draft.problem, demand_id)
    leave = () if who is None or copy else (Seat(who, demand_id),)
    people = draft.problem.index.staff if staff_ids is None else staff_ids
    trials = _Trials[tuple[str, date]](draft, leave)
    found: dict[tuple[str, date], CellVerdict] = {}
    for day, target in _alike(draft, duty).items():
        full = _full(draft, target, leave)
        for staff_id in people:
            cell = (staff_id, day)
            # of other people on other dates it is enough to say that they are not cleared
            near = day == duty.date or staff_id == who
            verdict = trials.of(cell, staff_id, target, full, closely=near)
            if verdict is not None:
                found[cell] = verdict
    found.update(trials.judged())
    return CellVerdicts(people=found)


@asks("build_rosters", roster="roster_id", looks=True)
def where_they_may_go(
    repository: Repository,
    roster_id: str,
    who: str,
    demand_id: str | None = None,
    *,
    copy: bool = False,
    only: Collection[str] | None = None,
) -> CellVerdicts:
    """For every demand: whether a person may take a place of it, in place of the one that they have
    at a demand, or in addition. `only`: of these demands. Raises NotFound, BadRequest for what has
    begun.
    """
    draft = open_draft(repository, roster_id)
    leave = () if demand_id is None or copy else (Seat(who, demand_id),)
    trials = _Trials[str](draft, leave)
    found: dict[str, CellVerdict] = {}
    for duty in draft.problem.duties:
        if only is not None and duty.id not in only:
            continue
        near = demand_id is None or duty.date == draft.problem.duty_by_id[demand_id].date
        verdict = trials.of(duty.id, who, duty, _full(draft, duty, leave), closely=near)
        if verdict is not None:
            found[duty.id] = verdict
    found.update(trials.judged())
    return CellVerdicts(demand=found)


def _alike(draft: OpenDraft, duty: Duty) -> dict[date, Duty]:
    """On each date the demand for the same work, with an open place where there is one; on its own
    date itself.
    """
    found: dict[date, Duty] = {}
    filled = draft.evaluation.sheet.filled
    for other in draft.problem.duties:
        same = _work(other) == _work(duty)
        if same and (other.date not in found or filled[other.id] < other.most):
            found[other.date] = other
    return found | {duty.date: duty}


def _work(duty: Duty) -> tuple[str, str, str, str]:
    row = duty.demand
    return row.service_id, row.site_id, row.role_id, row.shift_type_id


def _full(draft: OpenDraft, duty: Duty, leave: Sequence[Seat]) -> CellVerdict | None:
    """What forbids everybody a place of a demand, if all are taken that are wanted."""
    left = sum(place.demand_id == duty.id for place in leave)
    here = draft.evaluation.sheet.filled[duty.id] - left
    if here < duty.most:
        return None
    words = said(
        "{demand} has all the people that are wanted: {here} of {most}.",
        demand=ref("demand", duty.id),
        here=here,
        most=duty.most,
    )
    return CellVerdict("no", why=(words,), rule="maximum_cover")


NOT_CLEARED = CellVerdict("no", rule=Deployable.id)
"""Of somebody of whom nobody looked why."""


class _Trials(Generic[Cell]):
    """Collects what has to be tried, and tries it all at once."""

    def __init__(self, draft: OpenDraft, leave: Sequence[Seat]) -> None:
        self._draft = draft
        self._leave = tuple(leave)
        self._left = {(place.who, place.demand_id) for place in leave}
        self._by_person = draft.roster.by_person
        self._contracts_of = draft.problem.index.contracts_of
        self._removed = change_of(draft, EditCommand("unassign", self._leave))[0]
        self._waiting: list[tuple[Cell, Change, CellVerdict]] = []
        self._cleared: dict[str, dict[str, list[str]]] = {}
        self._not_the_role: dict[tuple[str, str], CellVerdict] = {}

    def of(
        self, cell: Cell, who: str, duty: Duty, full: CellVerdict | None, *, closely: bool = True
    ) -> CellVerdict | None:
        """A verdict that takes no trial; None where it is tried, or there is nothing to say.
        `closely`: with the sentences of what somebody is not cleared for.
        """
        demand_id = duty.id  # asked of every cell of a board
        if (who, demand_id) in self._left:
            return None
        own = self._by_person.get(who, ())
        if own and demand_id in [a.demand_id for a in own]:
            words = said("{person} is there already.", person=ref("person", who))
            return CellVerdict("no", why=(words,), rule="there_already")
        contracts = self._contracts_of.get(who, ())
        if not contracts:
            return None
        cleared = self._cleared_for(duty).get(who)
        if not cleared:
            return self._barred(contracts, duty) if closely else NOT_CLEARED
        if full is not None:
            return full
        given_up = [a for a in own if a not in self._removed and self._at_once(a, duty)]
        if given_up:
            gives = tuple(a.demand_id for a in given_up)
            leave = (*self._leave, *(Seat(who, demand_id) for demand_id in gives))
            return CellVerdict("instead", leave, (Seat(who, duty.id),), gives_up=gives)
        for contract_id in cleared:
            change = self._removed, (Assignment(duty.id, who, contract_id),)
            take = (Seat(who, duty.id, contract_id),)
            self._waiting.append((cell, change, CellVerdict("no", self._leave, take)))
        return None

    def _at_once(self, assignment: Assignment, duty: Duty) -> bool:
        other = self._draft.problem.duty_by_id[assignment.demand_id]
        return other.start < duty.end and duty.start < other.end

    def _cleared_for(self, duty: Duty) -> dict[str, list[str]]:
        """Staff id -> the contracts through which somebody may take a place."""
        if duty.id not in self._cleared:
            found: dict[str, list[str]] = {}
            for employment in self._draft.problem.cleared_for(duty):
                contract = employment.on(duty.date)
                found.setdefault(contract.staff_id, []).append(contract.id)
            self._cleared[duty.id] = found
        return self._cleared[duty.id]

    def _barred(self, contracts: Sequence[Contract], duty: Duty) -> CellVerdict:
        index = self._draft.problem.index
        able = [c for c in contracts if (c.role_id, duty.demand.role_id) in index.covers]
        if able:
            barriers = min((barriers_of(index, c, duty) for c in able), key=len)
            why = tuple(barrier.sentence for barrier in barriers)
            return CellVerdict("no", why=why, rule=barriers[0].kind if barriers else "")
        key = (contracts[0].role_id, duty.demand.role_id)
        if key not in self._not_the_role:
            held, needed = (ref("role", one, index.roles[one].name) for one in key)
            words = said("{held} does not cover the role {needed}.", held=held, needed=needed)
            self._not_the_role[key] = CellVerdict("no", why=(words,), rule="role")
        return self._not_the_role[key]

    def judged(self) -> dict[Cell, CellVerdict]:
        """Each cell that was waiting, with the best way to go there."""
        changes = [change for _, change, _ in self._waiting]
        found: dict[Cell, CellVerdict] = {}
        judged = self._draft.evaluation.each(changes, in_full=False)
        for (cell, _, verdict), difference in zip(self._waiting, judged, strict=True):
            told = self._told(verdict, difference)
            if cell not in found or _rank(told) < _rank(found[cell]):
                found[cell] = told
        return found

    def _told(self, verdict: CellVerdict, difference: CostDelta) -> CellVerdict:
        if difference.breaches:
            why = tuple(violation.sentence for violation in difference.breaches)
            return replace(verdict, why=why, rule=difference.breaches[0].rule)
        rules, pence = self._draft.policy.rules, difference.objective_pence
        paid_for = tuple(
            violation.sentence
            for violation in difference.come
            if not rules[violation.rule].hard
            and rules[violation.rule].asked_as not in ("pay", "cover")
        )
        dearest = max(difference.by_rule, key=lambda rule: difference.by_rule[rule], default="")
        return replace(
            verdict,
            state="price" if pence > 0 else "yes",
            pence=pence,
            cash_pence=difference.cash_pence,
            why=paid_for,
            rule=dearest if pence > 0 else "",
        )


def _rank(verdict: CellVerdict) -> tuple[bool, float, int]:
    return verdict.state == "no", verdict.pence, len(verdict.why)
