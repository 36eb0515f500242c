"""Who could take a shift, by the same rules as everything else, before anybody is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.domain.access import members
from scheduler.domain.clock import local_date, minute
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON
from scheduler.domain.roster import Assignment, AssignmentLine
from scheduler.domain.trade import Trade, TradeAsked
from scheduler.services.accounts.gate import asks, employers
from scheduler.services.edit.commands import EditCommand, Seat, assign, hand_over, swap
from scheduler.services.edit.draft import OpenDraft, open_draft
from scheduler.services.edit.edit import change_of
from scheduler.services.edit.effect import EditEffect, effect_of
from scheduler.services.explain.replacements import at_that_time, ranked
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

MOST_SWAPS = 400
"""Pairs of shifts that are looked at for one swap."""
NEAR = timedelta(days=14)
"""So far from the shift that is given lie those that are asked for it."""


@dataclass(frozen=True)
class OwnShift:
    """A published shift to come of somebody, in the roster in which it counts."""

    header: RosterHeader
    line: AssignmentLine


@dataclass(frozen=True)
class OpenPlace:
    """A place that nobody fills, which somebody could. `effect`: what it would mean for the
    roster.
    """

    header: RosterHeader
    duty: Duty
    effect: EditEffect


def own_shift(repository: Repository, staff_id: str, demand_id: str) -> OwnShift:
    """A shift to come that somebody could give. Raises BadRequest where it is none of theirs, or
    has begun.
    """
    for header, lines in repository.published(staff_ids={staff_id}):
        for line in lines:
            if line.demand_id == demand_id and line.staff_id == staff_id:
                if line.start <= datetime.now(UTC):
                    raise BadRequest("That shift has begun: it changes hands no more.")
                return OwnShift(header, line)
    raise BadRequest("That is no published shift of yours any more.")


def in_force(repository: Repository, trade: Trade) -> RosterHeader:
    """The publication that counts now for a trade's shift. Raises BadRequest where there is none,
    or whoever gives it does not do it any more.
    """
    if trade.giver is None:
        day = local_date(minute(trade.until))
        for header in repository.rosters(trade.collaborative_id):
            if day in header.in_force:
                return header
        raise BadRequest("Nothing is published any more for the day of that shift.")
    for header, lines in repository.published(
        collaborative_id=trade.collaborative_id, staff_ids={trade.giver}
    ):
        if any(line.demand_id == trade.demand_id for line in lines):
            return header
    raise BadRequest("Whoever offers that shift does not do it any more.")


def command_of(trade: Trade, taker: str | None = None, taken_for: str | None = None) -> EditCommand:
    """What a trade changes in a roster, once somebody has taken it, or if somebody did."""
    who, for_what = taker or trade.taken_by, taken_for or trade.taken_for
    assert who is not None
    if trade.giver is None:
        return assign(who, trade.demand_id)
    if for_what is None:
        return hand_over(trade.giver, trade.demand_id, who)
    return swap(Seat(trade.giver, trade.demand_id), Seat(who, for_what))


def what_it_means(draft: OpenDraft, command: EditCommand) -> EditEffect:
    """The effect of a trade on a roster. Raises NotFound and BadRequest as editing does."""
    change = change_of(draft, command)
    return effect_of(draft, change, draft.evaluation.change(*change))


def could_take(draft: OpenDraft, giver: str, demand_id: str) -> tuple[TradeAsked, ...]:
    """Everybody who may take somebody's shift: cleared, free at the time, and no hard rule stands
    against it; the best suited first.
    """
    held = next(a for a in draft.roster.by_demand.get(demand_id, ()) if a.staff_id == giver)
    found = ranked(draft.evaluation, draft.problem.duty_by_id[demand_id], held)
    able = [c.staff_id for c in found if c.offered and not c.leaves and c.staff_id != giver]
    return tuple(TradeAsked(staff_id) for staff_id in dict.fromkeys(able))


def could_swap(draft: OpenDraft, giver: str, demand_id: str) -> tuple[TradeAsked, ...]:
    """Everybody who may do somebody's shift for one of their own that is near, with which: both
    cleared, both free, and no hard rule stands against it; the cheapest first.
    """
    given = draft.problem.duty_by_id[demand_id]
    now, near = minute(datetime.now(LONDON)), int(NEAR.total_seconds() // 60)
    there = {a.staff_id for a in draft.roster.by_demand.get(demand_id, ())}
    theirs = {e.contract.staff_id for e in draft.problem.cleared_for(given)} - there
    mine = {
        duty.id
        for duty in draft.problem.duties
        if any(e.contract.staff_id == giver for e in draft.problem.cleared_for(duty))
    }
    own = {a.demand_id for a in draft.roster if a.staff_id == giver}
    pairs = [
        (a.staff_id, a.demand_id)
        for a in draft.roster
        if a.staff_id in theirs
        and a.demand_id in mine
        and a.demand_id not in own
        and draft.problem.duty_by_id[a.demand_id].start > now
        and abs(draft.problem.duty_by_id[a.demand_id].start - given.start) <= near
        and not _twice(draft, giver, a, given)
    ][:MOST_SWAPS]
    found = []
    for staff_id, other in pairs:
        effect = what_it_means(draft, swap(Seat(giver, demand_id), Seat(staff_id, other)))
        if effect.allowed:
            found.append((effect.objective_pence, TradeAsked(staff_id, other)))
    found.sort(key=lambda one: (one[0], one[1].staff_id, one[1].demand_id or ""))
    return tuple(one for _, one in found)


def _twice(draft: OpenDraft, giver: str, other: Assignment, given: Duty) -> bool:
    """Whether either would be in two places at once: cheap to see before the rules are asked."""
    asked = draft.problem.duty_by_id[other.demand_id]
    busy = [a.demand_id for a in at_that_time(draft.evaluation, giver, asked)]
    theirs = [a.demand_id for a in at_that_time(draft.evaluation, other.staff_id, given)]
    return bool(set(busy) - {given.id}) or bool(set(theirs) - {asked.id})


@asks("trade_shifts", person="staff_id")
def open_places(repository: Repository, staff_id: str) -> list[OpenPlace]:
    """The places to come of published rosters that nobody fills and somebody could, in order of
    time.
    """
    at = employers(repository, [staff_id])[staff_id]
    rows, now = repository.book.memberships(), datetime.now(UTC)
    found = []
    for header in repository.rosters():
        days = {day for day in header.in_force if day >= now.date()}
        if not days or members(rows, header.collaborative_id, now.date()).isdisjoint(at):
            continue
        draft = open_draft(repository, header.id)
        known, _ = draft.edited.vacancies
        for line in known:
            duty = draft.problem.duty_by_id.get(line.demand_id)
            if duty is None or duty.date not in days or duty.start <= minute(now):
                continue
            cleared = {e.contract.staff_id for e in draft.problem.cleared_for(duty)}
            there = {one.staff_id for one in draft.roster.by_demand.get(duty.id, ())}
            if staff_id not in cleared - there or at_that_time(draft.evaluation, staff_id, duty):
                continue
            effect = what_it_means(draft, assign(staff_id, duty.id))
            if effect.allowed:
                found.append(OpenPlace(header, duty, effect))
    return sorted(found, key=lambda place: (place.duty.start, place.duty.id))
