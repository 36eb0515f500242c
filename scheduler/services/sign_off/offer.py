"""Say that a roster is ready to be approved: from then on it waits in the inbox of those whom the
scheme asks.
"""

from scheduler.domain.errors import BadRequest
from scheduler.services.accounts.gate import asks
from scheduler.services.sign_off.letters import now_waiting
from scheduler.services.sign_off.standing import state_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@asks("build_rosters", roster="roster_id")
def offer(repository: Repository, roster_id: str) -> RosterHeader:
    """Let a draft wait for approval. Who has approved before need not do so again, as long as their
    share stays as it is. Raises NotFound, and BadRequest where there is no scheme and for what
    cannot be published.
    """
    state = state_of(repository, roster_id)
    if state.scheme is None:
        raise BadRequest(
            f"{state.header.collaborative_id} has no scheme of approval (approval_scheme.csv):"
            " nobody has to approve its rosters before they are published."
        )
    return repository.versions.offer(roster_id, now_waiting(repository, state))


@asks("build_rosters", roster="roster_id")
def recall(repository: Repository, roster_id: str) -> RosterHeader:
    """Let it wait no longer: there is still something to be done. What was approved stays. Raises
    NotFound, and BadRequest for what cannot be published.
    """
    return repository.versions.recall(roster_id)
