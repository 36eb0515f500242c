"""The audit in and out of its tables, inside somebody else's transaction: entries are appended,
each with the hash of the one before, and never changed.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.storage.tables import table

Outcome = Literal["done", "refused"]
BEGINNING = "0" * 64
"""What stands for the hash before the first entry."""
PERSON = "staff_id"
"""The part of a thing that names a person: written as a mark, which `audit_person` explains."""

NOBODY = "p-nobody"
"""The mark of whoever is no member of staff."""


@dataclass(frozen=True)
class AuditEntry:
    """One entry as it is stored. `thing`: canonical JSON of what was acted upon; `behind`: who
    truly acted, where somebody acted as another account.
    """

    number: int
    at: str
    account: str
    behind: str
    origin: str
    action: str
    outcome: str
    thing: str
    previous_hash: str
    hash: str

    def computed(self) -> str:
        """The hash that its contents have."""
        return sha256("\x1f".join(map(str, astuple(self)[:-1])).encode()).hexdigest()

    def contents(self) -> dict[str, Any]:
        """What was acted upon, and how."""
        found: dict[str, Any] = json.loads(self.thing)
        return found

    def document(self) -> dict[str, Any]:
        """For a program, and for an export that can be verified again."""
        return {**vars(self), "thing": self.contents()}


def append(
    connection: Connection,
    actor: Actor,
    action: Action,
    thing: Mapping[str, Any],
    outcome: Outcome = "done",
) -> AuditEntry:
    """Write down what an actor does, in the transaction in which it is done: both, or neither."""
    head = table("audit_head")
    # the row is locked: on PostgreSQL whoever appends next waits for this transaction's end
    number, previous = connection.execute(
        sa.select(head.c.number, head.c.hash).where(head.c.id == 1).with_for_update()
    ).one()
    written = {
        name: _mark(connection, value) if name == PERSON else value
        for name, value in thing.items()
        if value not in (None, "", [])
    }
    entry = AuditEntry(
        number=number + 1,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        account=actor.account,
        behind=actor.behind,
        origin=actor.origin,
        action=action,
        outcome=outcome,
        thing=json.dumps(written, sort_keys=True, ensure_ascii=False, default=str),
        previous_hash=previous,
        hash="",
    )
    entry = replace(entry, hash=entry.computed())
    connection.execute(sa.insert(table("audit_entry")).values(vars(entry)))
    connection.execute(
        sa.update(head).where(head.c.id == 1).values(number=entry.number, hash=entry.hash)
    )
    return entry


def _mark(connection: Connection, staff_id: str) -> str:
    people = table("audit_person")
    known = connection.execute(
        sa.select(people.c.mark).where(people.c.staff_id == staff_id)
    ).scalar()
    if known is None:
        staff = table("staff")
        there = connection.execute(sa.select(staff.c.id).where(staff.c.id == staff_id)).first()
        if there is None:  # any text, which might be a name, and would never be forgotten
            return NOBODY
        known = f"p-{secrets.token_hex(8)}"
        connection.execute(sa.insert(people).values(mark=known, staff_id=staff_id))
    return str(known)


def people_by_mark(connection: Connection) -> dict[str, str]:
    """Mark -> staff id, of those who are not forgotten."""
    people = table("audit_person")
    return {
        row.mark: row.staff_id
        for row in connection.execute(sa.select(people))
        if row.staff_id is not None
    }


def forget_person(connection: Connection, staff_id: str) -> None:
    """From now on nobody can say whom the entries about this person mean."""
    people = table("audit_person")
    connection.execute(sa.update(people).where(people.c.staff_id == staff_id).values(staff_id=None))


def entries(connection: Connection, *conditions: sa.ColumnElement[bool]) -> Iterator[AuditEntry]:
    """In their order."""
    rows = table("audit_entry")
    for row in connection.execute(sa.select(rows).where(*conditions).order_by(rows.c.number)):
        yield AuditEntry(**row._mapping)


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry, as they were noted with it."""
    number, last = connection.execute(
        sa.select(table("audit_head").c.number, table("audit_head").c.hash)
    ).one()
    return number, last


def done_since(
    connection: Connection, actor: Actor, action: Action, thing: Mapping[str, Any], at: str
) -> bool:
    """Whether the actor is on record with this action on this thing since `at` (ISO, UTC)."""
    rows = table("audit_entry")
    written = {
        name: _mark(connection, value) if name == PERSON else value for name, value in thing.items()
    }
    return (
        connection.execute(
            sa.select(rows.c.number).where(
                rows.c.account == actor.account,
                rows.c.behind == actor.behind,
                rows.c.action == action,
                rows.c.outcome == "done",
                rows.c.thing == json.dumps(written, sort_keys=True, ensure_ascii=False),
                rows.c.at >= at,
            )
        ).first()
        is not None
    )
