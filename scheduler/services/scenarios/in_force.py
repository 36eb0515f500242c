"""What is published of a week that somebody asks about."""

from scheduler.domain.roster import Roster
from scheduler.services.rosters.solve import Request
from scheduler.storage.repository import Repository


def published_roster(repository: Repository, request: Request) -> Roster | None:
    """The published roster of just that period: a search that begins with it ends with none that is
    worse.
    """
    for header in repository.rosters(request.collaborative_id):
        same = (header.start, header.days) == (request.start, request.days)
        if same and header.status == "published":
            return repository.roster(header.id).document.decision()
    return None
