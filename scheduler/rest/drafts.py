"""Drafts over the API, changed by hand: checked at once against every rule, taken back, filled."""

from collections.abc import Sequence

from fastapi import APIRouter

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster_edit import EditKind, RosterEdit
from scheduler.rest.door import Asking
from scheduler.rest.facts import Number, Trial
from scheduler.rest.once import BEFORE, OnceOnly
from scheduler.rest.rosters import RosterId
from scheduler.rest.shapes import EditedShape, EditGiven, EditShape, UndoGiven
from scheduler.rest.tags import OTHER, EditionRead
from scheduler.services.accounts.once import OnceOutcome
from scheduler.services.documents.edits import edit_document, edited_document
from scheduler.services.edit import edit as edits
from scheduler.services.edit import history
from scheduler.services.edit.commands import EditCommand, Seat
from scheduler.services.edit.edit import Edited

routes = APIRouter(prefix="/rosters", tags=["drafts"])


@routes.get("/{roster_id}/edits")
def edits_of_a_draft(asking: Asking, roster_id: RosterId) -> list[EditShape]:
    """What was changed in it by hand, in order."""
    return [_shape(one) for one in history.edits_of(asking, roster_id)]


@routes.get("/{roster_id}/edits/{number}")
def edit_of_a_draft(asking: Asking, roster_id: RosterId, number: Number) -> EditShape:
    """One change of it."""
    return _shape(_numbered(history.edits_of(asking, roster_id), number))


@routes.post("/{roster_id}/edits", status_code=201, responses=BEFORE | OTHER)
def change_a_draft(
    asking: Asking,
    once: OnceOnly,
    roster_id: RosterId,
    given: EditGiven,
    edition: EditionRead,
    dry_run: Trial = False,
) -> EditedShape:
    """Change a draft; of a published roster a new draft is made. What breaks a hard rule is refused
    with all rules that stand in its way.
    """
    command = _command(given)

    def do() -> OnceOutcome:
        if dry_run:
            effect = edits.try_edit(asking, roster_id, command)
            return OnceOutcome(f"/rosters/{roster_id}", edited_document(effect, roster_id))
        done = edits.edit(
            asking,
            roster_id,
            command,
            override=given.override,
            base=edition,
            exactly=True,
            command_id=once.command_id,
        )
        return _outcome(done)

    found: EditedShape = once(do, given.model_dump_json())
    return found


@routes.post("/{roster_id}/undo", status_code=201, responses=BEFORE)
def take_a_change_back(
    asking: Asking, once: OnceOnly, roster_id: RosterId, given: UndoGiven
) -> EditedShape:
    """Take a change of a draft back, or bring it again, or make it what is published; that is a
    change too.
    """
    _require_meaning(given)

    def do() -> OnceOutcome:
        key = once.command_id
        match given.what:
            case "undo":
                done = history.undo(
                    asking,
                    roster_id,
                    number=given.number,
                    override=given.override,
                    command_id=key,
                )
            case "redo":
                done = history.redo(asking, roster_id, override=given.override, command_id=key)
            case "published":
                done = history.restore_published(asking, roster_id, command_id=key)
        return _outcome(done)

    found: EditedShape = once(do, given.model_dump_json())
    return found


def _command(given: EditGiven) -> EditCommand:
    """Raises BadRequest where nothing is asked for."""
    if not given.leave and not given.take:
        raise BadRequest("Say what to change: who leaves which work, who takes which.")
    leave, take = (
        tuple(Seat(seat.who, seat.demand_id, seat.contract_id) for seat in seats)
        for seats in (given.leave, given.take)
    )
    kind: EditKind = "move" if leave and take else "assign" if take else "unassign"
    return EditCommand(kind, leave, take)


def _require_meaning(given: UndoGiven) -> None:
    """Raises BadRequest."""
    if given.number is not None and given.what != "undo":
        raise BadRequest("`number` goes with undo: which change is taken back.")


def _numbered(edits: Sequence[RosterEdit], number: int) -> RosterEdit:
    """Raises NotFound."""
    for one in edits:
        if one.number == number:
            return one
    raise NotFound(f"The roster has no change {number}.")


def _outcome(done: Edited) -> OnceOutcome:
    return OnceOutcome(
        f"/rosters/{done.roster_id}/edits/{done.number}",
        edited_document(done.effect, done.roster_id, done),
    )


def _shape(one: RosterEdit) -> EditShape:
    return EditShape.model_validate(edit_document(one))
