"""What people were told of their published shifts, and who does not know yet of what is near."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.domain.facts import ApprovalScheme, Staff
from scheduler.domain.notice import Notice
from scheduler.services.accounts.gate import asks, employers, open_to_all
from scheduler.storage.repository import Repository

UNSEEN_HOURS = 48
"""Where a collaborative has no scheme of approval, which would say."""


@asks("see_people", person="staff_id", looks=True)
def notices(repository: Repository, staff_id: str, *, unseen: bool = False) -> list[Notice]:
    """What somebody was told of their published shifts, the earliest first; with `unseen` only
    what they have not said yet that they know.
    """
    return repository.notices.of_person(staff_id, unseen=unseen)


@asks("acknowledge_changes", person="staff_id")
def acknowledge(repository: Repository, staff_id: str, up_to: int) -> list[Notice]:
    """Somebody knows of everything that they were told up to a notice: they say so, or a manager
    who has told them does. What they did not know before; nothing where it was said already.
    """
    return repository.notices.mark_seen(staff_id, up_to)


@dataclass(frozen=True)
class Untold:
    """Somebody who does not know yet how their near shifts have changed. `notices`: all that they
    have not seen, of which some is near; `employers`: ids of those who can tell them.
    """

    staff_id: str
    name: str
    employers: frozenset[str]
    notices: tuple[Notice, ...]

    @property
    def first_start(self) -> datetime:
        """When the earliest of the work begins, or would have."""
        return min(notice.first_start for notice in self.notices)

    @property
    def up_to(self) -> int:
        """The latest of the notices."""
        return max(notice.id for notice in self.notices)


@open_to_all
def untold(repository: Repository, now: datetime | None = None) -> list[Untold]:
    """Who has not seen a change so near to a shift that the scheme says somebody has to tell them,
    of the people of whom whoever asks may say that they know; the nearest first.
    """
    moment = now or datetime.now(UTC)
    hours = {
        scheme.collaborative_id: scheme.unseen_hours
        for scheme in repository.facts("approval_scheme")
        if isinstance(scheme, ApprovalScheme)
    }
    furthest = max([UNSEEN_HOURS, *hours.values()])
    near = [
        notice
        for notice in repository.notices.unseen(moment, moment + timedelta(hours=furthest))
        if notice.first_start
        < moment + timedelta(hours=hours.get(notice.collaborative_id, UNSEEN_HOURS))
    ]
    mine = _theirs(repository, {notice.staff_id for notice in near})
    names = {row.id: row.name for row in repository.facts("staff") if isinstance(row, Staff)}
    found = [
        Untold(
            staff_id,
            names.get(staff_id, staff_id),
            by,
            tuple(notice for notice in near if notice.staff_id == staff_id),
        )
        for staff_id, by in mine.items()
    ]
    return sorted(found, key=lambda one: (one.first_start, one.name))


def _theirs(repository: Repository, people: Collection[str]) -> dict[str, frozenset[str]]:
    """Of these people, those of others of whom whoever asks may say that they know: -> who employs
    them.
    """
    if not people:
        return {}
    actor = repository.actor
    reached = actor.organisations("acknowledge_changes")
    return {
        staff_id: by
        for staff_id, by in employers(repository, people).items()
        if staff_id != actor.staff_id and any(each in reached for each in by)
    }
