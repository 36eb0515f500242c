"""Who could take a place of a draft as it stands at this moment, ranked."""

from scheduler.services.accounts.gate import asks
from scheduler.services.edit.draft import open_draft
from scheduler.services.explain.replacements import Replacements, replacements_of
from scheduler.storage.repository import Repository


@asks("see_rosters", roster="roster_id", looks=True)
def candidates(repository: Repository, roster_id: str, demand_id: str) -> Replacements:
    """As `replacements`, at once where the draft is in hand already. Raises NotFound, BadRequest
    where no place is open.
    """
    draft = open_draft(repository, roster_id)
    return replacements_of(roster_id, draft.evaluation, demand_id)
