"""Of which of their things people know that they end, in and out of its table."""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.held_ending import HeldEnding, KnownEnding
from scheduler.storage import stored_audit
from scheduler.storage.stored_rosters import now
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


class EndingBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def of_person(self, staff_id: str) -> list[KnownEnding]:
        """All that somebody has said they know of, the earliest said first."""
        with self._reading() as connection:
            return _load(connection, staff_id)

    def mark_seen(self, staff_id: str, endings: Iterable[HeldEnding]) -> list[HeldEnding]:
        """A person knows of these; those of which they did not know before. Said twice, also at the
        same moment, it is written once: writers go one at a time.
        """
        with self._writing() as connection:
            known = {one.ending for one in _load(connection, staff_id)}
            new = [one for one in dict.fromkeys(endings) if one not in known]
            if new:
                at = now()
                connection.execute(
                    sa.insert(table("known_ending")),
                    [
                        {
                            "staff_id": staff_id,
                            "kind": one.kind,
                            "thing": one.thing,
                            "until": one.until,
                            "ended": one.ended,
                            "seen_at": at,
                            "seen_by": self._actor.account,
                        }
                        for one in new
                    ],
                )
                stored_audit.append(
                    connection,
                    self._actor,
                    "acknowledge_changes",
                    {"endings": len(new), "staff_id": staff_id},
                )
            return new


def _load(connection: Connection, staff_id: str) -> list[KnownEnding]:
    rows = table("known_ending")
    columns = [rows.c[name] for name in ("kind", "thing", "until", "ended", "seen_at", "seen_by")]
    found = connection.execute(
        sa.select(*columns).where(rows.c.staff_id == staff_id).order_by(rows.c.id)
    )
    return [
        KnownEnding(
            HeldEnding(kind, tuple(json.loads(thing)), until, bool(ended)), seen_at, seen_by
        )
        for kind, thing, until, ended, seen_at, seen_by in found
    ]
