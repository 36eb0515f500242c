"""What was done, of one database: append, read, verify."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.storage import stored_audit
from scheduler.storage.notes import Notes
from scheduler.storage.stored_audit import BEGINNING, AuditEntry, Outcome
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Verdict:
    """What a look through all entries found. `broken`: sentences, the first entry first; empty =
    every byte is as it was written. `number`, `hash`: of the last entry, to be kept elsewhere.
    """

    entries: int
    number: int
    hash: str
    broken: tuple[str, ...]


class AuditTrail:
    """Entries of one database. Every method is one transaction."""

    def __init__(
        self, reading: Transaction, writing: Transaction, actor: Actor, notes: Notes
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor
        self._notes = notes

    def append(
        self, action: Action, thing: Mapping[str, Any], outcome: Outcome = "done"
    ) -> AuditEntry:
        """What is no part of a transaction that changes something."""
        with self._writing() as connection:
            return stored_audit.append(connection, self._actor, action, thing, outcome)

    def note(
        self,
        action: Action,
        thing: Mapping[str, Any],
        outcome: Outcome = "done",
        *,
        unless_within: timedelta | None = None,
    ) -> None:
        """Append a look or a refusal in its own time: a reader waits for no writer, and what is to
        be noted beside one is noted when it is done. Closing the repository waits for it.

        `unless_within`: not where the same is on record since so long ago, for a page that is drawn
        again is one look.
        """

        def write() -> None:
            with self._writing() as connection:
                if unless_within is not None:
                    since = (datetime.now(UTC) - unless_within).isoformat(timespec="seconds")
                    if stored_audit.done_since(connection, self._actor, action, thing, since):
                        return
                stored_audit.append(connection, self._actor, action, thing, outcome)

        self._notes.add(write)

    def entries(self, *, since: int = 0, most: int | None = None) -> list[AuditEntry]:
        """In their order, those after number `since`; the last `most` of them."""
        rows = table("audit_entry")
        with self._reading() as connection:
            if most is not None:
                since = max(since, stored_audit.head(connection)[0] - most)
            return list(stored_audit.entries(connection, rows.c.number > since))

    def people(self) -> dict[str, str]:
        """Whom the marks mean: mark -> staff id, of those who are not forgotten."""
        with self._reading() as connection:
            return stored_audit.people_by_mark(connection)

    def verify(self, known: tuple[int, str] | None = None) -> Verdict:
        """Look through every entry. `known`: number and hash of an entry that was noted elsewhere,
        which whoever wrote the whole chain anew could not make fit.
        """
        with self._reading() as connection:
            found = list(stored_audit.entries(connection))
            head = stored_audit.head(connection)
        return verdict(found, head, known)


def verdict(
    found: Sequence[AuditEntry],
    head: tuple[int, str] | None = None,
    known: tuple[int, str] | None = None,
) -> Verdict:
    """As `AuditTrail.verify`, of entries in hand, such as those of an export."""
    broken = list(_breaks(found))
    last = (found[-1].number, found[-1].hash) if found else (0, BEGINNING)
    if head is not None and head != last:
        broken.append(
            f"The last entry should be number {head[0]:,} with hash {head[1][:12]}…, and is number"
            f" {last[0]:,} with {last[1][:12]}…: entries are missing at the end, or were added."
        )
    if known is not None:
        at = {entry.number: entry.hash for entry in found} | {0: BEGINNING}
        if at.get(known[0]) != known[1]:
            broken.append(
                f"Entry {known[0]:,} is not the one that was noted elsewhere (hash"
                f" {known[1][:12]}…): the entries up to it were written anew."
            )
    return Verdict(len(found), *last, tuple(broken))


def _breaks(found: Iterable[AuditEntry]) -> Iterable[str]:
    number, previous = 0, BEGINNING
    for entry in found:
        if entry.number != number + 1:
            yield (
                f"After entry {number:,} comes entry {entry.number:,}: what lay between is missing,"
                " or the number was changed."
            )
        if entry.computed() != entry.hash:
            yield f"Entry {entry.number:,} was changed: its contents do not have its hash."
        if entry.previous_hash != previous:
            yield (
                f"Entry {entry.number:,} does not follow on the one before it: one of them was"
                " inserted, removed or changed."
            )
        number, previous = entry.number, entry.hash
