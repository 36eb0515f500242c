"""Policies that somebody saved under a name, in and out of their table: versions are added and
never changed.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.stored_jobs import canonical
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class PolicyVersion:
    """A policy as it was saved. `collaborative_id`: whose; None = everybody's. `tables`: rule ->
    what differs from the default, as the catalogue of that time named it. `account`: who, as the
    record names them; `withdrawn`: from this version on nobody is offered it.
    """

    number: int
    collaborative_id: str | None
    name: str
    version: int
    tables: Mapping[str, Any]
    withdrawn: bool
    at: datetime
    account: str
    behind: str
    why: str


class PolicyShelf:
    """Every method is one transaction, and what it adds is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor

    def versions(self) -> list[PolicyVersion]:
        """All that were ever saved, the newest first."""
        rows = table("policy_version")
        with self._reading() as connection:
            return [
                _read(row)
                for row in connection.execute(sa.select(rows).order_by(rows.c.number.desc()))
            ]

    def add(
        self,
        collaborative_id: str | None,
        name: str,
        tables: Mapping[str, Any],
        *,
        why: str,
        withdrawn: bool = False,
    ) -> PolicyVersion:
        """The next version of a name, within a collaborative or for everybody. Raises NotFound for
        an unknown collaborative.
        """
        rows = table("policy_version")
        with self._writing() as connection:
            if collaborative_id is not None:
                find(connection, "collaborative", collaborative_id, "collaborative")
            same = (rows.c.name == name) & rows.c.collaborative_id.is_not_distinct_from(
                collaborative_id
            )
            made = PolicyVersion(
                number=_last(connection, sa.true()) + 1,
                collaborative_id=collaborative_id,
                name=name,
                version=_last(connection, same, rows.c.version) + 1,
                tables=tables,
                withdrawn=withdrawn,
                at=datetime.now(UTC),
                account=self._actor.account,
                behind=self._actor.behind,
                why=why,
            )
            cells = {**vars(made), "document": canonical(tables)}
            del cells["tables"]
            connection.execute(sa.insert(rows).values(cells))
            stored_audit.append(
                connection,
                self._actor,
                "change_facts",
                {
                    "policy": name,
                    "version": made.version,
                    "collaborative": collaborative_id,
                    "withdrawn": withdrawn or None,
                },
            )
            return made


def _last(
    connection: Connection,
    condition: sa.ColumnElement[bool],
    column: sa.ColumnElement[int] | None = None,
) -> int:
    counted = table("policy_version").c.number if column is None else column
    found = connection.execute(sa.select(sa.func.max(counted)).where(condition)).scalar()
    return int(found or 0)


def _read(row: Any) -> PolicyVersion:
    cells = dict(row._mapping)
    return PolicyVersion(tables=json.loads(cells.pop("document")), **cells)
