"""Take a publication back."""

from dataclasses import dataclass

from scheduler.domain.errors import BadRequest
from scheduler.services.accounts.gate import asks
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@dataclass(frozen=True)
class Withdrawn:
    """The roster as it stands now, and those that count again on dates on which it had counted."""

    header: RosterHeader
    again: tuple[RosterHeader, ...]


@asks("publish_rosters", roster="roster_id")
def withdraw(repository: Repository, roster_id: str, reason: str) -> Withdrawn:
    """Take a publication back: it counts on no date any more, and on each of its dates what was
    published before it does, if that was not withdrawn itself. `reason`: why, kept with it.

    Raises NotFound, and BadRequest without a reason and for what was never published.
    """
    if not reason.strip():
        raise BadRequest("To withdraw a publication needs a reason in words.")
    collaborative_id = repository.roster_header(roster_id).collaborative_id
    before = {header.id: header.in_force for header in repository.rosters(collaborative_id)}
    header = repository.versions.withdraw(roster_id, reason.strip())
    again = tuple(
        other
        for other in repository.rosters(collaborative_id)
        if other.in_force - before.get(other.id, other.in_force)
    )
    return Withdrawn(header, again)
