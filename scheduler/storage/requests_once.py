"""Requests that are to be done once however often they are sent, of one database: each is known by
the key that its sender gave it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
KEPT = timedelta(days=7)
"""For so long a request is known; later the same key is a new one."""


@dataclass(frozen=True)
class RequestOnce:
    """A request that is known. `sha256`: of what was asked; `location`: where the outcome is; None
    where it is not known to be done.
    """

    sha256: str
    location: str | None


class RequestsOnce:
    """Every method is one transaction."""

    def __init__(self, writing: Transaction) -> None:
        self._writing = writing

    def begin(self, account_id: str, key: str, sha256: str) -> RequestOnce | None:
        """Whoever is told None is the one to do it; everybody else is told how it stands."""
        rows, now = table("request_once"), datetime.now(UTC).replace(microsecond=0)
        with self._writing() as connection:
            connection.execute(sa.delete(rows).where(rows.c.made_at < now - KEPT))
            found = connection.execute(sa.select(rows).where(*_this(account_id, key))).first()
            if found is not None:
                return RequestOnce(found.sha256, found.location)
            made = {"account_id": account_id, "request_key": key, "sha256": sha256, "made_at": now}
            connection.execute(sa.insert(rows).values(made))
            return None

    def done(self, account_id: str, key: str, location: str) -> None:
        """What came of it is there."""
        with self._writing() as connection:
            found = sa.update(table("request_once")).where(*_this(account_id, key))
            connection.execute(found.values(location=location))

    def undone(self, account_id: str, key: str) -> None:
        """Nothing came of it: whoever sends it again has it tried again."""
        with self._writing() as connection:
            connection.execute(sa.delete(table("request_once")).where(*_this(account_id, key)))


def _this(account_id: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    rows = table("request_once")
    return rows.c.account_id == account_id, rows.c.request_key == key
