"""Make a roster the one that counts."""

from dataclasses import dataclass

from scheduler.domain.publication import stretches_text
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@dataclass(frozen=True)
class Published:
    """The roster as it stands now, and the earlier ones of which it took the place."""

    header: RosterHeader
    superseded: list[str]
    """Ids of those that count on no date any more."""
    shortened: list[RosterHeader]
    """Those that lost some dates and still count on others."""


def publish(repository: Repository, roster_id: str) -> Published:
    """Publish a draft. Raises NotFound, and BadRequest for a scenario and for what was published before."""
    collaborative_id = repository.roster(roster_id).header.collaborative_id
    before = {header.id: header.in_force for header in repository.rosters(collaborative_id) if header.status == "published"}
    header = repository.publish(roster_id)
    after = {other.id: other for other in repository.rosters(collaborative_id) if other.status == "published"}
    shortened = [after[earlier] for earlier, dates in sorted(before.items()) if earlier in after and after[earlier].in_force != dates]
    return Published(header, sorted(before.keys() - after.keys()), shortened)


def standing(header: RosterHeader) -> str:
    """A roster's status; of a published one into which a later publication has cut, also on which dates it counts."""
    return f"published for {stretches_text(header.in_force)}" if header.in_part else header.status
