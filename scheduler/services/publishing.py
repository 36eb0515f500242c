"""Make a roster the one that counts."""

from dataclasses import dataclass

from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@dataclass(frozen=True)
class Published:
    """The roster as it stands now, and the ids of those that it took the place of."""

    header: RosterHeader
    superseded: list[str]


def publish(repository: Repository, roster_id: str) -> Published:
    """Publish a draft. Raises NotFound, and BadRequest for a scenario and for what was published before."""
    collaborative_id = repository.roster(roster_id).header.collaborative_id
    before = {header.id for header in repository.rosters(collaborative_id) if header.status == "published"}
    header = repository.publish(roster_id)
    after = {other.id for other in repository.rosters(collaborative_id) if other.status == "published"}
    return Published(header, sorted(before - after))
