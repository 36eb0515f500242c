"""What somebody saved under a name, policies and scenarios, in and out of their tables: versions
are added and never changed.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Action, Actor
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.stored_jobs import canonical
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
VersionKind = Literal["policy", "scenario"]
"""What is kept in versions: each kind in a table of its own, `<kind>_version`."""
RECORDED: Mapping[VersionKind, Action] = {"policy": "change_facts", "scenario": "test_scenarios"}
"""As what the record calls it when a version is added."""


@dataclass(frozen=True)
class KeptVersion:
    """Something as it was saved. `collaborative_id`: whose; None = everybody's. `tables`: of a
    policy, rule -> what differs from the default, as the catalogue of that time named it; of a
    scenario, what it says itself. `account`: who, as the record names them; `withdrawn`: from this
    version on nobody is offered it.
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


def plain_name(name: str) -> str:
    """Names that differ in this are different."""
    return " ".join(name.split()).casefold()


class VersionShelf:
    """Every method is one transaction, and what it adds is on record."""

    def __init__(
        self, kind: VersionKind, reading: Transaction, writing: Transaction, actor: Actor
    ) -> None:
        self._kind: VersionKind = kind
        self._rows = table(f"{kind}_version")
        self._reading = reading
        self._writing = writing
        self._actor = actor

    def versions(self, collaborative_id: str | None = None) -> list[KeptVersion]:
        """All that were ever saved, or those of a collaborative alone, the newest first."""
        rows = self._rows
        own = sa.true() if collaborative_id is None else rows.c.collaborative_id == collaborative_id
        with self._reading() as connection:
            return [
                _read(row)
                for row in connection.execute(
                    sa.select(rows).where(own).order_by(rows.c.number.desc())
                )
            ]

    def add(
        self,
        collaborative_id: str | None,
        name: str,
        tables: Mapping[str, Any],
        *,
        why: str,
        withdrawn: bool = False,
    ) -> KeptVersion:
        """The next version of a name, within a collaborative or for everybody; the name stays as it
        was first spelt. Raises NotFound for an unknown collaborative.
        """
        rows = self._rows
        with self._writing() as connection:
            if collaborative_id is not None:
                find(connection, "collaborative", collaborative_id, "collaborative")
            whose = rows.c.collaborative_id.is_not_distinct_from(collaborative_id)
            # of all names, for databases fold letters otherwise than Python
            same = [
                (spelt, version)
                for spelt, version in connection.execute(
                    sa.select(rows.c.name, rows.c.version).where(whose).order_by(rows.c.number)
                )
                if plain_name(spelt) == plain_name(name)
            ]
            last = connection.execute(sa.select(sa.func.max(rows.c.number))).scalar()
            made = KeptVersion(
                number=int(last or 0) + 1,
                collaborative_id=collaborative_id,
                name=same[0][0] if same else name,
                version=max((version for _, version in same), default=0) + 1,
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
                RECORDED[self._kind],
                {
                    self._kind: made.name,
                    "version": made.version,
                    "collaborative": collaborative_id,
                    "withdrawn": withdrawn or None,
                },
            )
            return made


def _read(row: Any) -> KeptVersion:
    cells = dict(row._mapping)
    return KeptVersion(tables=json.loads(cells.pop("document")), **cells)
