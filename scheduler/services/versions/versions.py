"""Versions as people keep them: a list with names, authors and reasons; a name given, a draft
deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON
from scheduler.domain.version_words import version_of
from scheduler.services.accounts.accounts import who
from scheduler.services.accounts.gate import asks
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@dataclass(frozen=True)
class Version:
    """A stored roster as people speak of it. `author`: who made it, `publisher`: who published it,
    `withdrawer`: who took that back; each empty where nobody is on record. `made_from`: the version
    that it was made from, in words, empty where there is none.
    """

    header: RosterHeader
    author: str
    publisher: str
    withdrawer: str
    made_from: str

    @property
    def called(self) -> str:
        """Its name, or without one why it was made."""
        return self.header.name or self.header.reason

    @property
    def made_at(self) -> str:
        """`Thu 26 Nov 10:12`, in local time."""
        return time_words(self.header.created_at)


def time_words(at: datetime) -> str:
    """`Thu 26 Nov 10:12`, in local time."""
    return f"{at.astimezone(LONDON):%a %-d %b %H:%M}"


@asks("see_rosters", each=lambda version: version.header.collaborative_id)
def versions(repository: Repository, collaborative_id: str | None = None) -> list[Version]:
    """Every stored roster of a collaborative, or of all, newest period first, within it the newest
    version.
    """
    called = cache(lambda account_id: who(repository, account_id))
    return [in_words(header, called) for header in repository.rosters(collaborative_id)]


def in_words(header: RosterHeader, called: Callable[[str | None], str]) -> Version:
    """One of them. `called`: what people call an account."""
    origin = header.made_from
    return Version(
        header,
        called(header.made_by),
        called(header.published_by) if header.published_at else "",
        called(header.withdrawn_by),
        "" if origin is None else version_of(origin, header.start),
    )


@asks("build_rosters", roster="roster_id")
def rename_version(
    repository: Repository, roster_id: str, name: str, *, reason: str | None = None
) -> RosterHeader:
    """Give a version a name, which an empty one takes away; `reason`: why it was made, of a draft
    alone.

    Raises NotFound, and BadRequest for a name that another version of its period has or that is too
    long, and for an empty reason or that of what was published.
    """
    if reason is not None and not reason.strip():
        raise BadRequest("Say in words why this version was made.")
    words = " ".join(name.split())
    return repository.versions.rename(
        roster_id, words or None, None if reason is None else reason.strip()
    )


@asks("build_rosters", roster="roster_id")
def delete_draft(repository: Repository, roster_id: str) -> None:
    """Delete a draft for good. What was made from it stays as it is. Raises NotFound, and
    BadRequest for what was published at any time and for what a job or a comparison still needs.
    """
    repository.versions.delete_draft(roster_id)
