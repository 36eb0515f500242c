"""Edits of a draft: what was done, by whom; taken back, brought again, and back to what is
published.
"""

from collections import Counter
from datetime import timedelta

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster import Assignment, Roster
from scheduler.domain.roster_edit import RosterEdit, standing, to_redo, to_undo
from scheduler.services.accounts.gate import asks
from scheduler.services.edit.commands import EditCommand, places_of
from scheduler.services.edit.draft import open_draft
from scheduler.services.edit.edit import Edited, edit
from scheduler.storage.repository import Repository


@asks("see_rosters", roster="roster_id", looks=True)
def edits_of(
    repository: Repository, roster_id: str, *, staff_id: str | None = None
) -> list[RosterEdit]:
    """What was changed in a roster by hand, the latest first; of one person's alone where asked.
    Raises NotFound.
    """
    found = repository.edits.edits(roster_id)
    if staff_id is not None:
        found = [one for one in found if any(who == staff_id for who, _ in one.cells)]
    return found[::-1]


@asks("build_rosters", roster="roster_id")
def undo(
    repository: Repository,
    roster_id: str,
    *,
    number: int | None = None,
    override: str | None = None,
    command_id: str | None = None,
) -> Edited:
    """Take back the latest own edit, or one by its number; it is an edit in its turn. Raises
    NotFound, BadRequest where there is none, and what `edit` raises: others may have gone on from
    it since.
    """
    edits = _of_a_draft(repository, roster_id)
    if number is None:
        wanted = to_undo(edits, repository.actor.account)
        if wanted is None:
            raise BadRequest("There is nothing of yours to take back in this draft.")
    else:
        wanted = _numbered(edits, number)
        if wanted not in standing(edits):
            raise BadRequest("That change was taken back already.")
    return edit(
        repository,
        roster_id,
        EditCommand("undo", places_of(wanted.added), places_of(wanted.removed)),
        override=override,
        command_id=command_id,
        undoes=wanted.number,
    )


@asks("build_rosters", roster="roster_id")
def redo(
    repository: Repository,
    roster_id: str,
    *,
    override: str | None = None,
    command_id: str | None = None,
) -> Edited:
    """Bring again what whoever asks took back last. Raises NotFound, BadRequest where there is
    none, and what `edit` raises.
    """
    wanted = to_redo(_of_a_draft(repository, roster_id), repository.actor.account)
    if wanted is None:
        raise BadRequest("There is nothing of yours to bring again in this draft.")
    return edit(
        repository,
        roster_id,
        EditCommand("redo", places_of(wanted.removed), places_of(wanted.added)),
        override=override,
        command_id=command_id,
        undoes=wanted.number,
    )


def _of_a_draft(repository: Repository, roster_id: str) -> list[RosterEdit]:
    """The edits of a draft. Raises NotFound, and BadRequest for what is no draft any more."""
    edits = repository.edits.edits(roster_id)
    if repository.roster_header(roster_id).status != "draft":
        raise BadRequest(
            "Only in a draft are changes taken back. Change the published roster by hand: a new"
            " draft is made of it."
        )
    return edits


@asks("build_rosters", roster="roster_id")
def restore_published(
    repository: Repository, roster_id: str, *, command_id: str | None = None
) -> Edited:
    """Make a draft what is published for its dates: one edit, which can be taken back. Raises
    NotFound, BadRequest where nothing is published for all of them, and what `edit` raises.
    """
    draft = open_draft(repository, roster_id)
    header = draft.header
    published = repository.published(
        collaborative_id=header.collaborative_id, first=header.start, last=header.last
    )
    dates = {header.start + timedelta(days=offset) for offset in range(header.days)}
    if not dates <= {day for other, _ in published for day in other.in_force}:
        raise BadRequest("Not all of its dates are published: there is nothing to go back to.")
    duties = draft.problem.duty_by_id
    was = Roster.of(
        Assignment(
            line.demand_id,
            line.staff_id or "",
            line.contract_id or "",
            line.temporary_supply_id or "",
        )
        for _, lines in published
        for line in lines
        if line.demand_id in duties
    )
    gone, come = Counter(draft.roster) - Counter(was), Counter(was) - Counter(draft.roster)
    if not gone and not come:
        raise BadRequest("It is what is published already.")
    command = EditCommand("restore", places_of(gone.elements()), places_of(come.elements()))
    return edit(repository, roster_id, command, command_id=command_id)


def _numbered(edits: list[RosterEdit], number: int) -> RosterEdit:
    for one in edits:
        if one.number == number:
            return one
    raise NotFound(f"This roster has no change {number}.")
