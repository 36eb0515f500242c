"""Change a draft by hand: what it would mean, and the change itself, checked against every rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.domain.clock import minute
from scheduler.domain.errors import BadRequest, OtherEdition, SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment
from scheduler.domain.roster_edit import RosterEdit
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.accounts.gate import allowed, asks, require, thing_of
from scheduler.services.edit.commands import EditCommand, Seat
from scheduler.services.edit.draft import OpenDraft, fallen_words, keep, open_draft
from scheduler.services.edit.effect import Change, EditEffect, effect_of
from scheduler.services.rosters.reopen import require_duty, require_person
from scheduler.storage.repository import Repository
from scheduler.storage.roster_edits import EditedMeanwhile, NewEdit, RosterUpdate
from scheduler.storage.stored_rosters import OtherStateOfThings, VersionLabel
from solver.evaluate.delta import CostDelta
from solver.result.edited import line_changes

ATTEMPTS = 5
OTHER_EDITION = "The roster was changed since it was read. Read it again, and change that."


@dataclass(frozen=True)
class Edited:
    """An edit that is stored. `roster_id`: the draft that holds it, a new one where what was edited
    was none; `fell`: what went with it since the facts do not name it any more.
    """

    roster_id: str
    number: int
    effect: EditEffect
    fell: tuple[Sentence, ...] = ()
    done_before: bool = False


class Refused(SchedulerError):
    """A change that breaks hard rules: all of them, in sentences, and how one could do it."""

    exit_code = 3

    def __init__(self, effect: EditEffect) -> None:
        self.effect = effect
        lines = [f"  {one.title}: {one.sentence}" for one in effect.broken]
        way = (
            "\nAn approver may do it all the same and say why: --override TEXT."
            if effect.overridable
            else ""
        )
        super().__init__("\n".join(["Not done: it breaks what must hold.", *lines]) + way)

    def __reduce__(self) -> tuple[type["Refused"], tuple[EditEffect]]:
        return type(self), (self.effect,)


class ChangedMeanwhile(SchedulerError):
    """Somebody else has changed the same cells since whoever asks last looked."""

    exit_code = 3

    def __init__(self, edits: tuple[RosterEdit, ...]) -> None:
        self.edits = edits
        super().__init__(
            "Not done: the same was changed meanwhile. Look at what it is now, and do it again if"
            " you still want it."
        )

    def __reduce__(self) -> tuple[type["ChangedMeanwhile"], tuple[tuple[RosterEdit, ...]]]:
        return type(self), (self.edits,)


@asks("build_rosters", roster="roster_id", looks=True)
def try_edit(repository: Repository, roster_id: str, command: EditCommand) -> EditEffect:
    """What a change would mean; nothing is stored. Raises NotFound for what is not there,
    BadRequest for what cannot be changed.
    """
    draft = open_draft(repository, roster_id)
    change = change_of(draft, command)
    return effect_of(draft, change, draft.evaluation.change(*change))


@asks("build_rosters", roster="roster_id")
def edit(
    repository: Repository,
    roster_id: str,
    command: EditCommand,
    *,
    override: str | None = None,
    base: int | None = None,
    exactly: bool = False,
    command_id: str | None = None,
    undoes: int | None = None,
) -> Edited:
    """Change a draft, or a new one made from what is no draft, unless a hard rule stands against
    it.

    `override`: the reason for breaking hard rules that the policy lets an approver break. `base`:
    the edition that whoever asks has seen; None: whatever it is; `exactly`: nothing at all may have
    been changed since. `command_id`: what they call the command: asked twice, done once. Raises
    NotFound, BadRequest, Refused, ChangedMeanwhile, OtherEdition, and NotPermitted for an override
    by somebody who is no approver.
    """
    if override is not None and not override.strip():
        raise BadRequest("To break a rule takes a reason in words.")
    for _ in range(ATTEMPTS):
        draft = open_draft(repository, roster_id)
        done = _done_before(repository, draft, command_id)
        if done is not None:
            return done
        if exactly and base is not None and base != draft.edition:
            raise OtherEdition(OTHER_EDITION)
        change = change_of(draft, command)
        _see_to_nobody_being_overwritten(repository, draft, change, base)
        difference = draft.evaluation.change(*change)
        effect = effect_of(draft, change, difference)
        if effect.broken:
            if override is None or not effect.overridable:
                raise Refused(effect)
            require(repository, "override_rules", thing_of(repository, "roster", roster_id))
        try:
            return _stored(
                repository,
                draft,
                command,
                effect,
                difference,
                override=override,
                command_id=command_id,
                undoes=undoes,
            )
        except (EditedMeanwhile, OtherStateOfThings):
            continue
    raise BadRequest(
        "The roster or the facts changed each time while this was checked. Try again in a moment."
    )


@asks("see_rosters", roster="roster_id")
def may_override(repository: Repository, roster_id: str) -> bool:
    """Whether whoever asks may break a rule by hand here, where the policy lets anybody."""
    return allowed(repository, "override_rules", "roster", roster_id)


def _done_before(repository: Repository, draft: OpenDraft, command_id: str | None) -> Edited | None:
    if command_id is None:
        return None
    one = repository.edits.asked_as(draft.header.id, command_id)
    if one is None:
        return None
    effect = EditEffect(one.removed, one.added)
    return Edited(draft.header.id, one.number, effect, done_before=True)


def _see_to_nobody_being_overwritten(
    repository: Repository, draft: OpenDraft, change: Change, base: int | None
) -> None:
    if base is None or base >= draft.edition:
        return
    days = _days(draft.problem, change)
    cells = {(a.staff_id or a.supply_id, days[a.demand_id]) for side in change for a in side}
    since = tuple(
        one
        for one in repository.edits.edits(draft.header.id)
        if one.number > base and not cells.isdisjoint(one.cells)
    )
    if since:
        raise ChangedMeanwhile(since)


def _days(problem: Problem, change: Change) -> dict[str, date]:
    return {a.demand_id: problem.duty_by_id[a.demand_id].date for side in change for a in side}


# --- what is meant


def change_of(draft: OpenDraft, command: EditCommand) -> Change:
    """The assignments that go and come, each person through the contract that serves best.

    Raises NotFound for people and demand that are not there, BadRequest for what has begun, for
    somebody who is not where they are to leave, and for who is there already.
    """
    now = minute(datetime.now(LONDON))
    for place in (*command.leave, *command.take):
        duty = require_duty(draft.problem, place.demand_id)
        if place.who not in draft.problem.index.supplies:
            require_person(draft.problem, place.who)
        if duty.start <= now:
            what = "{demand} has begun: who worked it is no plan any more, and is not changed here."
            raise BadRequest(said(what, demand=ref("demand", duty.id)))
    removed = tuple(_assignment_at(draft, place) for place in command.leave)
    added = tuple(_best(draft, place, removed) for place in command.take)
    there = {(a.staff_id, a.demand_id) for a in draft.roster if a.staff_id}
    there -= {(a.staff_id, a.demand_id) for a in removed}
    for a in added:
        if (a.staff_id, a.demand_id) in there:
            raise BadRequest(
                said(
                    "{person} is at {demand} already.",
                    person=ref("person", a.staff_id),
                    demand=ref("demand", a.demand_id),
                )
            )
        if a.staff_id:
            there.add((a.staff_id, a.demand_id))
    return removed, added


def _assignment_at(draft: OpenDraft, place: Seat) -> Assignment:
    for a in draft.roster.by_demand.get(place.demand_id, ()):
        if place.who in (a.staff_id, a.supply_id):
            return a
    called = place.who in draft.problem.index.supplies
    raise BadRequest(
        said(
            "{who} is not at {demand} any more: somebody has changed it.",
            who=ref("supply", place.who) if called else ref("person", place.who),
            demand=ref("demand", place.demand_id),
        )
    )


def _best(draft: OpenDraft, place: Seat, removed: Sequence[Assignment]) -> Assignment:
    ways = ways_of(draft, place)
    if len(ways) == 1:
        return ways[0]
    judged = draft.evaluation.each([(removed, [way]) for way in ways])
    return min(
        zip(ways, judged, strict=True),
        key=lambda pair: (len(pair[1].breaches), pair[1].objective, pair[0].contract_id),
    )[0]


def ways_of(draft: OpenDraft, place: Seat) -> list[Assignment]:
    """Through which contracts somebody could take a place: those that are cleared for it, else any
    of theirs. Raises BadRequest where there is none.
    """
    problem = draft.problem
    if place.who in problem.index.supplies:
        return [Assignment(place.demand_id, supply_id=place.who)]
    duty = problem.duty_by_id[place.demand_id]
    held = [c.id for c in problem.index.contracts_of.get(place.who, ())]
    cleared = [e.on(duty.date).id for e in problem.cleared_for(duty)]
    own = [contract for contract in cleared if contract in set(held)] or held
    if place.contract_id:
        own = [contract for contract in held if contract == place.contract_id]
    if not own:
        raise BadRequest(
            said(
                "{person} has no contract: nobody can work without one.",
                person=ref("person", place.who),
            )
        )
    return [Assignment(place.demand_id, place.who, contract) for contract in own]


# --- writing it down


def _stored(
    repository: Repository,
    draft: OpenDraft,
    command: EditCommand,
    effect: EditEffect,
    difference: CostDelta,
    *,
    override: str | None,
    command_id: str | None,
    undoes: int | None,
) -> Edited:
    fell = fallen_words(draft)
    if draft.copied:
        draft = _as_draft(repository, draft)
    edited = draft.edited.after(effect.removed, effect.added, difference)
    new = NewEdit(
        command.kind,
        effect.removed,
        effect.added,
        _days(draft.problem, (effect.removed, effect.added)),
        undoes=undoes,
        reason="" if override is None or not effect.broken else override.strip(),
        overridden=tuple(one.sentence for one in effect.broken),
        command_id=command_id,
    )
    after = replace(draft, edited=edited, fell={}, as_stored=True)
    number = repository.edits.write(
        draft.header.id, draft.edition, draft.stamp, new, _update(draft, after)
    )
    header = replace(draft.header, edition=number)
    keep(repository, replace(after, header=header, edition=number, summary=after.as_summary()))
    return Edited(draft.header.id, number, effect, fell)


def _as_draft(repository: Repository, draft: OpenDraft) -> OpenDraft:
    """A new draft with the same shifts."""
    label = VersionLabel(made_from=draft.header.id)
    roster_id = repository.save_roster(draft.as_document(), draft.problem.dataset, label=label)
    return replace(
        draft,
        header=repository.roster_header(roster_id),
        edition=0,
        summary=draft.as_summary(),
        as_stored=True,
        fell={},
    )


def _update(before: OpenDraft, after: OpenDraft) -> RosterUpdate:
    """What is stored otherwise."""
    vacancies, causes = after.edited.vacancies
    whole = not before.as_stored or bool(before.fell)
    if whole:
        return RosterUpdate(
            after.as_summary(),
            causes,
            lines_come=after.edited.all_lines(),
            vacancies_come=vacancies,
            snapshot=after.problem.dataset,
            whole=True,
        )
    old, new = before.edited, after.edited
    known, _ = old.vacancies
    stay = {line.demand_id: line for line in known}
    come = [line for line in vacancies if stay.get(line.demand_id) != line]
    gone = stay.keys() - {line.demand_id for line in vacancies}
    return RosterUpdate(
        after.as_summary(),
        causes,
        *line_changes(old, new),
        vacancies_gone=sorted(gone | {line.demand_id for line in come if line.demand_id in stay}),
        vacancies_come=come,
    )
