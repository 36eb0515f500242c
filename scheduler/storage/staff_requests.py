"""What people tell of themselves, in and out of its table: what becomes a fact is written in the
transaction that changes the facts, so that neither is there without the other.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.request import Asked, StaffRequest, from_text, to_text
from scheduler.domain.sentence import said
from scheduler.storage import stored_audit
from scheduler.storage.outbox import post, to_person
from scheduler.storage.stored_rosters import now
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]

STATES: Mapping[str, str] = {
    "granted": "It was granted already",
    "refused": "It was refused already",
    "taken_back": "It was taken back already",
}


class AlongWith(Protocol):
    """What is written in the transaction of a change of facts."""

    def before(self, connection: Connection) -> None:
        """Before anything is judged. Raises BadRequest where it is too late."""

    def after(self, connection: Connection, change_set: int | None) -> Mapping[str, Any]:
        """When the facts are written; what the record says of it."""


@dataclass(frozen=True)
class Telling:
    """What somebody tells becomes a fact at once."""

    staff_id: str
    asked: Asked
    at: datetime

    def before(self, connection: Connection) -> None:
        """Nothing speaks against it."""

    def after(self, connection: Connection, change_set: int | None) -> Mapping[str, Any]:
        """The request, granted by nobody and known to whoever told it."""
        number = _insert(
            connection,
            self.staff_id,
            self.asked,
            at=self.at,
            state="granted",
            answered_at=self.at,
            change_set=change_set,
            seen_at=self.at,
        )
        return {"staff_id": self.staff_id, "request": number}


@dataclass(frozen=True)
class Granting:
    """A request is granted, by whoever comes first."""

    request_id: int
    account: str
    words: str = ""

    def before(self, connection: Connection) -> None:
        """Raises NotFound, and BadRequest for what is answered."""
        _require_open(connection, self.request_id)

    def after(self, connection: Connection, change_set: int | None) -> Mapping[str, Any]:
        """The answer, which the person does not know yet."""
        found = _answer(
            connection,
            self.request_id,
            state="granted",
            answered_by=self.account,
            words=self.words,
            change_set=change_set,
        )
        return {"staff_id": found.staff_id, "request": found.id}


class RequestBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def of_person(self, staff_id: str) -> list[StaffRequest]:
        """All that somebody has told, the earliest first."""
        with self._reading() as connection:
            return load(connection, table("staff_request").c.staff_id == staff_id)

    def in_state(self, state: str, since: datetime | None = None) -> list[StaffRequest]:
        """Everybody's in one state, told since a moment, the earliest first."""
        requests = table("staff_request")
        wanted = [requests.c.state == state]
        if since is not None:
            wanted.append(requests.c.at >= since)
        with self._reading() as connection:
            return load(connection, *wanted)

    def request(self, request_id: int) -> StaffRequest:
        """Raises NotFound."""
        with self._reading() as connection:
            return _one(connection, request_id)

    def of_change(self, change_set: int) -> StaffRequest:
        """What has become this change of facts. Raises NotFound."""
        with self._reading() as connection:
            for found in load(connection, table("staff_request").c.change_set == change_set):
                return found
        raise NotFound(f"Change {change_set} was not told by anybody.")

    def ask(self, staff_id: str, asked: Asked, at: datetime) -> StaffRequest:
        """Something that waits for an answer; the same that waits already is not written twice."""
        requests = table("staff_request")
        with self._writing() as connection:
            for found in load(
                connection, requests.c.staff_id == staff_id, requests.c.state == "open"
            ):
                if found.asked == asked:
                    return found
            number = _insert(connection, staff_id, asked, at=at, state="open")
            self._record(connection, "tell_own", staff_id, number)
            return _one(connection, number)

    def take_back(self, request_id: int) -> StaffRequest:
        """Nobody has to answer it any more. Raises NotFound, and BadRequest for what is
        answered.
        """
        with self._writing() as connection:
            _require_open(connection, request_id)
            found = _answer(connection, request_id, state="taken_back", seen_at=now())
            self._record(connection, "tell_own", found.staff_id, found.id, taken_back=True)
            return found

    @staticmethod
    def require_open(found: StaffRequest) -> None:
        """Raises BadRequest for what is answered."""
        if found.state != "open":
            raise BadRequest(f"{STATES[found.state]}: nothing changes.")

    def grant(self, request_id: int, words: str) -> StaffRequest:
        """It is a fact already, so that no facts change. Raises NotFound, and BadRequest for what
        is answered.
        """
        with self._writing() as connection:
            granting = Granting(request_id, self._actor.account, words)
            granting.before(connection)
            thing = granting.after(connection, None)
            stored_audit.append(
                connection, self._actor, "change_people", {**thing, "granted": True}
            )
            return _one(connection, request_id)

    def refuse(self, request_id: int, words: str) -> StaffRequest:
        """Raises NotFound, and BadRequest for what is answered."""
        with self._writing() as connection:
            _require_open(connection, request_id)
            found = _answer(
                connection,
                request_id,
                state="refused",
                answered_by=self._actor.account,
                words=words,
            )
            self._record(connection, "change_people", found.staff_id, found.id, refused=True)
            return found

    def mark_seen(self, request_id: int) -> StaffRequest:
        """The person knows the answer; said twice, it is written once. Raises NotFound."""
        requests = table("staff_request")
        with self._writing() as connection:
            found = _one(connection, request_id)
            if found.state == "open" or found.seen_at is not None:
                return found
            connection.execute(
                sa.update(requests).where(requests.c.id == request_id).values(seen_at=now())
            )
            self._record(connection, "acknowledge_changes", found.staff_id, found.id)
            return _one(connection, request_id)

    def _record(
        self, connection: Connection, action: Action, staff_id: str, number: int, **how: bool
    ) -> None:
        thing = {"staff_id": staff_id, "request": number, **how}
        stored_audit.append(connection, self._actor, action, thing)


# --- inside somebody else's transaction


def load(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[StaffRequest]:
    """In the order in which they were told."""
    requests = table("staff_request")
    rows = connection.execute(sa.select(requests).where(*conditions).order_by(requests.c.id))
    return [_request(row._asdict()) for row in rows]


def _request(row: dict[str, Any]) -> StaffRequest:
    return StaffRequest(**{**row, "asked": from_text(row["asked"])})


def _one(connection: Connection, request_id: int) -> StaffRequest:
    for found in load(connection, table("staff_request").c.id == request_id):
        return found
    raise NotFound(f"There is no request {request_id}.")


def _require_open(connection: Connection, request_id: int) -> None:
    RequestBook.require_open(_one(connection, request_id))


def _insert(connection: Connection, staff_id: str, asked: Asked, **values: Any) -> int:
    row = {"staff_id": staff_id, "asked": to_text(asked), "words": "", **values}
    made = connection.execute(sa.insert(table("staff_request")).values(row))
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def _answer(connection: Connection, request_id: int, **values: Any) -> StaffRequest:
    """The request with its answer, of which whoever asked is told by e-mail if they want to be."""
    requests = table("staff_request")
    connection.execute(
        sa.update(requests).where(requests.c.id == request_id).values(answered_at=now(), **values)
    )
    found = _one(connection, request_id)
    if found.answered_by is not None:
        words = said("What you asked for is {state}. {words}", state=found.state, words=found.words)
        post(connection, to_person(connection, found.staff_id, words))
    return found
