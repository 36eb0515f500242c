"""What becomes of stored versions besides publication, inside somebody else's transaction: a name,
the withdrawal of a publication, the end of a draft.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.domain.errors import BadRequest
from scheduler.domain.publication import dates_in_force
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.notices import counting, tell
from scheduler.storage.outbox import NewLetter, post
from scheduler.storage.sign_offs import settle_of_deleted
from scheduler.storage.stored_rosters import (
    RosterHeader,
    load_headers,
    next_moment,
    now,
    require_publishable,
)
from scheduler.storage.tables import METADATA, table

LONGEST_NAME = 80
Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class GivenReasons:
    """Why a version was published over others, and why its publication was withdrawn, as people
    wrote it; empty where they did not.
    """

    published: str = ""
    withdrawn: str = ""


class RosterVersions:
    """Part of a repository: what people do with versions besides publishing them. Each method is
    one transaction, on record as done by the actor.
    """

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def rename(self, roster_id: str, name: str | None, reason: str | None = None) -> RosterHeader:
        """Give a version another name, or none, and a draft another `reason`. Raises NotFound,
        BadRequest.
        """
        with self._writing() as connection:
            rename(connection, _header(connection, roster_id), name, reason)
            self._record(connection, "build_rosters", roster_id, renamed=True)
            return _header(connection, roster_id)

    def withdraw(self, roster_id: str, reason: str) -> RosterHeader:
        """Take a publication back: on its dates those before it count again, and everybody whose
        shifts that changes is told. Raises NotFound, and BadRequest for what was never published.
        """
        with self._writing() as connection:
            header = _header(connection, roster_id)
            known = counting(connection, header)
            at = withdraw(connection, header, reason, self._actor.account)
            tell(connection, header, known, counting(connection, header), at)
            self._record(connection, "publish_rosters", roster_id, withdrawn=True)
            return _header(connection, roster_id)

    def offer(self, roster_id: str, letters: Iterable[NewLetter] = ()) -> RosterHeader:
        """Say that a draft may be approved now, and tell by e-mail those for whom it waits. Said
        again, it stays as it was. Raises NotFound, and BadRequest for what cannot be published.
        """
        with self._writing() as connection:
            header = _header(connection, roster_id)
            require_publishable(header)
            if header.offered_at is None:
                _set_offer(connection, header, now(), self._actor.account)
                post(connection, letters)
                self._record(connection, "build_rosters", roster_id, offered=True)
            return _header(connection, roster_id)

    def recall(self, roster_id: str) -> RosterHeader:
        """It is not to be looked at yet, after all; what was approved stays. Raises NotFound, and
        BadRequest for what cannot be published.
        """
        with self._writing() as connection:
            header = _header(connection, roster_id)
            require_publishable(header)
            if header.offered_at is not None:
                _set_offer(connection, header, None, None)
                self._record(connection, "build_rosters", roster_id, offered=False)
            return _header(connection, roster_id)

    def delete_draft(self, roster_id: str) -> None:
        """Raises NotFound, and BadRequest for what was published, or what is needed."""
        with self._writing() as connection:
            delete_draft(connection, _header(connection, roster_id), self._actor.account)
            self._record(connection, "build_rosters", roster_id, deleted=True)

    def reasons(self) -> dict[str, GivenReasons]:
        """Roster id -> what was written when it was published or withdrawn, where anything was."""
        rosters = table("roster")
        query = sa.select(rosters.c.id, rosters.c.published_reason, rosters.c.withdrawn_reason)
        given = rosters.c.published_reason.is_not(None) | rosters.c.withdrawn_reason.is_not(None)
        with self._reading() as connection:
            return {
                row.id: GivenReasons(row.published_reason or "", row.withdrawn_reason or "")
                for row in connection.execute(query.where(given))
            }

    def _record(self, connection: Connection, action: Action, roster_id: str, **how: bool) -> None:
        stored_audit.append(connection, self._actor, action, {"roster": roster_id, **how})


def _header(connection: Connection, roster_id: str) -> RosterHeader:
    find(connection, "roster", roster_id, "roster")
    return load_headers(connection, table("roster").c.id == roster_id)[0]


def _set_offer(
    connection: Connection, header: RosterHeader, at: datetime | None, by: str | None
) -> None:
    rosters = table("roster")
    connection.execute(
        sa.update(rosters).where(rosters.c.id == header.id).values(offered_at=at, offered_by=by)
    )


def rename(
    connection: Connection, header: RosterHeader, name: str | None, reason: str | None
) -> None:
    """Give a version another name, or none, and a draft another `reason` where there is one.

    Raises BadRequest for a name that is too long or another version of its period has, and for a
    reason of what was published.
    """
    rosters, values = table("roster"), {"name": name}
    if name is not None:
        if len(name) > LONGEST_NAME:
            raise BadRequest(f"A name has at most {LONGEST_NAME} letters.")
        same = connection.execute(
            sa.select(rosters.c.version).where(
                rosters.c.collaborative_id == header.collaborative_id,
                rosters.c.start == header.start,
                rosters.c.name == name,
                rosters.c.id != header.id,
            )
        ).scalar()
        if same is not None:
            raise BadRequest(f"Version {same} is called “{name}” already. Take another name.")
    if reason is not None:
        if header.status != "draft":
            raise BadRequest(
                f"Version {header.version} was published: why it was made stays as it was written."
            )
        values["reason"] = reason
    connection.execute(sa.update(rosters).where(rosters.c.id == header.id).values(values))


def withdraw(
    connection: Connection, header: RosterHeader, reason: str, withdrawn_by: str | None
) -> datetime:
    """It counts on no date any more; on each of its dates the latest of those before it does that
    is not withdrawn itself. Returns when.

    Raises BadRequest for what was never published, or is withdrawn already.
    """
    if header.status == "draft":
        raise BadRequest(
            f"Version {header.version} is a draft: it counts for nothing, and can be deleted."
        )
    if header.status == "withdrawn":
        raise BadRequest(f"Version {header.version} is withdrawn already.")
    rosters = table("roster")
    before = _by_publication(connection, header.collaborative_id)
    at = next_moment(connection, header.collaborative_id)
    connection.execute(
        sa.update(rosters)
        .where(rosters.c.id == header.id)
        .values(
            status="superseded",  # for whoever asks for what counts: it does not
            withdrawn_at=at,
            withdrawn_by=withdrawn_by,
            withdrawn_reason=reason,
            # nobody is asked to publish at once what has just been taken back
            offered_at=None,
            offered_by=None,
        )
    )
    after = _by_publication(connection, header.collaborative_id)
    again = [roster_id for roster_id, dates in after.items() if dates - before[roster_id]]
    connection.execute(sa.update(rosters).where(rosters.c.id.in_(again)).values(status="published"))
    return at


def _by_publication(connection: Connection, collaborative_id: str) -> dict[str, frozenset[date]]:
    """Id of each publication that is not withdrawn -> the dates on which it counts."""
    rosters = table("roster")
    rows = connection.execute(
        sa.select(rosters.c.id, rosters.c.start, rosters.c.days)
        .where(
            rosters.c.collaborative_id == collaborative_id,
            rosters.c.status != "draft",
            rosters.c.withdrawn_at.is_(None),
        )
        .order_by(rosters.c.published_at, rosters.c.start, rosters.c.version)
    ).all()
    periods = [
        (collaborative_id, row.start, row.start + timedelta(days=row.days - 1)) for row in rows
    ]
    return {row.id: own for row, own in zip(rows, dates_in_force(periods), strict=True)}


def delete_draft(connection: Connection, header: RosterHeader, deleted_by: str) -> None:
    """Delete a draft with all that belongs to it alone; its number is never given again. What was
    made from it stays as it is, made from what the draft was made from.

    Raises BadRequest for what was published at any time, and while a job or a comparison needs it.
    """
    if header.status != "draft":
        raise BadRequest(
            f"Version {header.version} was published: what people have worked by is never deleted."
        )
    _require_unneeded(connection, header)
    settle_of_deleted(connection, header.id, deleted_by)
    for rows, column in _referring():
        mine = rows.c[column] == header.id
        connection.execute(
            sa.update(rows).where(mine).values({column: None})
            if rows.c[column].nullable
            else sa.delete(rows).where(mine)
        )
    rosters, snapshots = table("roster"), table("snapshot")
    for made in load_headers(connection, rosters.c.made_from == header.id):
        connection.execute(
            sa.update(rosters)
            .where(rosters.c.id == made.id)
            .values(made_from=header.made_from, reason=made.reason)
        )
    connection.execute(sa.delete(rosters).where(rosters.c.id == header.id))
    used = (
        sa.select(rows.c.id).where(rows.c.snapshot_sha256 == header.snapshot_sha256)
        for rows in (rosters, table("dispute"))
    )
    if all(connection.execute(one).first() is None for one in used):
        connection.execute(sa.delete(snapshots).where(snapshots.c.sha256 == header.snapshot_sha256))
    connection.execute(
        sa.insert(table("deleted_roster")).values(
            id=header.id,
            collaborative_id=header.collaborative_id,
            start=header.start,
            version=header.version,
            deleted_at=now(),
            deleted_by=deleted_by,
        )
    )


def _referring() -> list[tuple[sa.Table, str]]:
    """Every table that refers to rosters, with the column that does; those first to which no other
    of them refers.
    """
    return [
        (rows, key.parent.name)
        for rows in reversed(METADATA.sorted_tables)
        for key in rows.foreign_keys
        if key.column.table.name == "roster"
    ]


def _require_unneeded(connection: Connection, header: RosterHeader) -> None:
    quoted, jobs, comparisons = f'"{header.id}"', table("job"), table("comparison")
    ordered = connection.execute(
        sa.select(jobs.c.number).where(
            jobs.c.finished_at.is_(None), jobs.c.request.contains(quoted, autoescape=True)
        )
    ).first()
    if ordered is not None:
        raise BadRequest(
            f"A job that is not done yet needs version {header.version}. Wait for it or cancel it,"
            " then delete the version."
        )
    shown = connection.execute(
        sa.select(comparisons.c.id).where(
            comparisons.c.collaborative_id == header.collaborative_id,
            comparisons.c.document.contains(quoted, autoescape=True),
        )
    ).first()
    if shown is not None:
        raise BadRequest(
            f"A comparison that is kept was made of version {header.version}: it stays with it."
        )
