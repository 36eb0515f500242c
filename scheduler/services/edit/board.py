"""What a board shows of a roster as it stands at this moment."""

from scheduler.domain.roster import RosterDocument
from scheduler.domain.roster_edit import RosterEdit, standing
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.in_view import in_view
from scheduler.services.edit.draft import open_draft
from scheduler.services.view.roster_tables import RosterTables, tables_of
from scheduler.storage.repository import Repository


@asks("see_rosters", roster="roster_id", looks=True)
def tables_in_hand(repository: Repository, roster_id: str) -> RosterTables:
    """As `roster_tables`, of a draft that is in hand: without reading it anew. Raises NotFound."""
    draft = open_draft(repository, roster_id)
    vacancies, causes = draft.edited.vacancies()
    document = RosterDocument(
        draft.header.collaborative_id,
        draft.header.start,
        draft.header.days,
        draft.edited.all_lines(),
        vacancies,
        draft.as_summary(),
        causes,
    )
    dataset = draft.problem.dataset
    return tables_of(roster_id, document, dataset, in_view(repository, dataset))


@asks("see_rosters", roster="roster_id")
def put_by_hand(repository: Repository, roster_id: str) -> dict[tuple[str, str], RosterEdit]:
    """(staff id or supply id, demand id) -> the edit that put them there and still counts. Raises
    NotFound.
    """
    return {
        (a.staff_id or a.supply_id, a.demand_id): edit
        for edit in standing(repository.edits.edits(roster_id))
        for a in edit.added
    }


@asks("build_rosters", roster="roster_id")
def get_ready(repository: Repository, roster_id: str) -> int:
    """Have a draft in hand before somebody asks what a change would mean; its edition. Raises
    NotFound.
    """
    return open_draft(repository, roster_id).edition


@asks("see_rosters", roster="roster_id")
def edition(repository: Repository, roster_id: str) -> int:
    """How often a roster was changed by hand: what was read of another edition is not what it is.
    Raises NotFound.
    """
    return repository.edits.edition(roster_id)
