"""What people are told of publications, in and out of its table: written in the transaction that
publishes, so that nobody is told of what did not come to be, nor left out.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.clock import local_date, minute
from scheduler.domain.notice import Notice, ToldShift, ToldShifts, told
from scheduler.storage import outbox, stored_audit
from scheduler.storage.stored_rosters import RosterHeader, counting_dates, now
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
Known = Mapping[str, frozenset[ToldShift]]
"""Staff id -> the shifts that count for them."""


class NoticeBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def of_person(self, staff_id: str, *, unseen: bool = False) -> list[Notice]:
        """What somebody was told, the earliest first; with `unseen` only what they have not said
        yet that they know.
        """
        notices = table("notice")
        wanted = [notices.c.staff_id == staff_id]
        if unseen:
            wanted.append(notices.c.seen_at.is_(None))
        with self._reading() as connection:
            return load(connection, *wanted)

    def unseen(self, after: datetime, before: datetime) -> list[Notice]:
        """What nobody has seen of work that begins before a moment, and is not over at another;
        the earliest first.
        """
        notices = table("notice")
        with self._reading() as connection:
            return load(
                connection,
                notices.c.seen_at.is_(None),
                notices.c.first_start < before,
                notices.c.last_end > after,
            )

    def notices(self, ids: Iterable[int]) -> list[Notice]:
        """Those that there are of these."""
        with self._reading() as connection:
            return load(connection, table("notice").c.id.in_(list(ids)))

    def mark_seen(self, staff_id: str, up_to: int) -> list[Notice]:
        """A person knows of everything that they were told up to this notice; what they did not
        know before. Said twice, it is written once.
        """
        notices = table("notice")
        new = [
            notices.c.staff_id == staff_id,
            notices.c.id <= up_to,
            notices.c.seen_at.is_(None),
        ]
        with self._writing() as connection:
            found = load(connection, *new)
            if found:
                connection.execute(
                    sa.update(notices)
                    .where(*new)
                    .values(seen_at=now(), seen_by=self._actor.account)
                )
                stored_audit.append(
                    connection,
                    self._actor,
                    "acknowledge_changes",
                    {"notices": len(found), "staff_id": staff_id},
                )
            return found


# --- inside somebody else's transaction


def counting(connection: Connection, header: RosterHeader) -> Known:
    """What counts for whom on the dates of a roster, by the publications of its collaborative."""
    lines = table("assignment_line")
    known: dict[str, set[ToldShift]] = defaultdict(set)
    columns = [lines.c[name] for name in ("staff_id", *ToldShift._fields)]
    for roster_id, in_force in counting_dates(connection, header.collaborative_id).items():
        dates = {day for day in in_force if header.start <= day <= header.last}
        if not dates:
            continue
        found = connection.execute(
            sa.select(*columns).where(lines.c.roster_id == roster_id, lines.c.staff_id.is_not(None))
        )
        for staff_id, *shift in found:
            if local_date(minute(shift[0])) in dates:
                known[staff_id].add(ToldShift(*shift))
    return {staff_id: frozenset(own) for staff_id, own in known.items()}


def tell(
    connection: Connection, header: RosterHeader, before: Known, after: Known, at: datetime
) -> int:
    """Tell everybody whose shifts are other now, and nobody else; how many those are."""
    rows = []
    for staff_id in sorted(before.keys() | after.keys()):
        lost, got = told(before.get(staff_id, ()), after.get(staff_id, ()))
        if not lost and not got:
            continue
        notice = Notice(0, staff_id, header.collaborative_id, header.id, at, lost, got)
        rows.append(
            {
                "staff_id": staff_id,
                "collaborative_id": header.collaborative_id,
                "roster_id": header.id,
                "at": at,
                "first_start": notice.first_start,
                "last_end": notice.last_end,
                "shifts": _document(lost, got),
            }
        )
    if rows:
        first = connection.execute(sa.select(sa.func.max(table("notice").c.id))).scalar() or 0
        connection.execute(sa.insert(table("notice")), rows)
        outbox.post_notices(connection, after_id=int(first))
    return len(rows)


def load(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[Notice]:
    """In the order in which they were written."""
    notices = table("notice")
    columns = [notices.c[name] for name in NAMES]
    rows = connection.execute(sa.select(*columns).where(*conditions).order_by(notices.c.id))
    return [_notice(row._asdict()) for row in rows]


NAMES = (
    *("id", "staff_id", "collaborative_id", "roster_id", "at", "shifts", "seen_at", "seen_by"),
)


def _notice(row: dict[str, Any]) -> Notice:
    shifts = json.loads(row.pop("shifts"))
    return Notice(**row, lost=_shifts(shifts["lost"]), got=_shifts(shifts["got"]))


def _document(lost: ToldShifts, got: ToldShifts) -> str:
    """Times in UTC, as ISO has them."""
    return json.dumps(
        {
            name: [[shift.start.isoformat(), shift.end.isoformat(), *shift[2:]] for shift in side]
            for name, side in (("lost", lost), ("got", got))
        },
        ensure_ascii=False,
    )


def _shifts(told_of: Iterable[list[str]]) -> ToldShifts:
    return tuple(
        ToldShift(datetime.fromisoformat(start), datetime.fromisoformat(end), *where)
        for start, end, *where in told_of
    )
