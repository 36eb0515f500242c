"""What lets other programs in as an account, of one database: only the hash of a token's secret is
kept.
"""

import json
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import AccessRole, Actor
from scheduler.domain.errors import BadRequest
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.notes import Notes
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
ONE_USE = timedelta(hours=1)
"""A program that asks again and again within it writes nothing."""


@dataclass(frozen=True)
class AccessToken:
    """A token without its secret. `roles`: those of the account that it has, none = all of them;
    `organisations`: those within which it may do anything, none = wherever the account's grants
    reach; `reading_only`: it changes nothing; `last_used_at`: to the hour, None = never.
    """

    id: str
    account_id: str
    name: str
    roles: tuple[AccessRole, ...]
    organisations: tuple[str, ...]
    reading_only: bool
    given_by: str
    given_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    last_used_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.withdrawn_at is None and at < self.expires_at


class AccessTokens:
    """Every method is one transaction; what people change is on record."""

    def __init__(
        self, reading: Transaction, writing: Transaction, actor: Actor, notes: Notes
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor
        self._notes = notes

    def give(
        self,
        account_id: str,
        sha256: str,
        name: str,
        *,
        roles: Collection[AccessRole],
        organisations: Collection[str],
        reading_only: bool,
        life: timedelta,
    ) -> AccessToken:
        """One more for an account, from this moment on. Raises NotFound."""
        token_id, now = f"t-{secrets.token_hex(6)}", _now()
        row = {
            "id": token_id,
            "sha256": sha256,
            "account_id": account_id,
            "name": name,
            "roles": json.dumps(sorted(roles)),
            "organisations": json.dumps(sorted(organisations)),
            "reading_only": reading_only,
            "given_by": self._actor.account,
            "given_at": now,
            "expires_at": now + life,
            "withdrawn_at": None,
            "last_used_at": None,
        }
        with self._writing() as connection:
            find(connection, "account", account_id, "account")
            for organisation_id in organisations:
                find(connection, "organisation", organisation_id, "organisation")
            connection.execute(sa.insert(table("access_token")).values(row))
            self._record(connection, token_id, account_id, change="token made")
        return _token(row)

    def tokens(self, account_id: str | None = None) -> list[AccessToken]:
        """Also those that have ended; the earliest first."""
        rows = table("access_token")
        wanted = [] if account_id is None else [rows.c.account_id == account_id]
        query = sa.select(rows).where(*wanted).order_by(rows.c.given_at, rows.c.id)
        with self._reading() as connection:
            return [_token(row) for row in connection.execute(query).mappings()]

    def token(self, token_id: str) -> AccessToken:
        """Raises NotFound."""
        rows = table("access_token")
        with self._reading() as connection:
            find(connection, "access_token", token_id, "token")
            row = connection.execute(sa.select(rows).where(rows.c.id == token_id))
            return _token(row.mappings().one())

    def opened_by(self, sha256: str) -> AccessToken | None:
        """The one that holds now and whose secret has this hash."""
        rows = table("access_token")
        with self._reading() as connection:
            row = connection.execute(sa.select(rows).where(rows.c.sha256 == sha256))
            found = row.mappings().first()
        token = None if found is None else _token(found)
        return token if token is not None and token.holds(datetime.now(UTC)) else None

    def withdraw(self, token_id: str) -> AccessToken:
        """From this moment on. Raises NotFound, and BadRequest where it is withdrawn already."""
        rows = table("access_token")
        with self._writing() as connection:
            find(connection, "access_token", token_id, "token")
            own = rows.c.id == token_id
            done = connection.execute(
                sa.update(rows)
                .where(own, rows.c.withdrawn_at.is_(None))
                .values(withdrawn_at=_now())
            ).rowcount
            if not done:
                raise BadRequest(f"Token {token_id} was withdrawn before.")
            found = _token(connection.execute(sa.select(rows).where(own)).mappings().one())
            self._record(connection, token_id, found.account_id, change="token withdrawn")
            return found

    def note_use(self, token: AccessToken) -> None:
        """Write down in its own time that it was used, once an hour at most: whoever asks waits for
        no writer.
        """
        now = _now()
        if token.last_used_at is not None and now - token.last_used_at < ONE_USE:
            return
        rows = table("access_token")

        def write() -> None:
            with self._writing() as connection:
                connection.execute(
                    sa.update(rows).where(rows.c.id == token.id).values(last_used_at=now)
                )

        self._notes.add(write)

    def _record(
        self, connection: Connection, token_id: str, account_id: str, *, change: str
    ) -> None:
        thing = {"account": account_id, "change": change, "token": token_id}
        stored_audit.append(connection, self._actor, "manage_accounts", thing)


def _token(row: Mapping[Any, Any]) -> AccessToken:
    cells = {name: value for name, value in row.items() if name != "sha256"}
    lists = {name: tuple(json.loads(cells[name])) for name in ("roles", "organisations")}
    return AccessToken(**{**cells, **lists})


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
