"""Column mappings of one database: each is an organisation's, and kept as a document."""

import json
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.errors import NotFound
from scheduler.domain.wording import maybe
from scheduler.storage import stored_audit
from scheduler.storage.foreign.mapping import ColumnMapping, plain
from scheduler.storage.foreign.mapping_document import mapping_of
from scheduler.storage.foreign.mapping_text import document_of
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class SavedMapping:
    """A mapping as it is stored, with who saved it and when."""

    organisation_id: str
    name: str
    mapping: ColumnMapping
    made_by: str
    made_at: datetime


class MappingBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def all(self, organisations: Collection[str] | None = None) -> list[SavedMapping]:
        """Those of these organisations, of all where none are named, by organisation and name."""
        rows = table("column_mapping")
        with self._reading() as connection:
            found = connection.execute(
                sa.select(rows).order_by(rows.c.organisation_id, rows.c.name)
            ).mappings()
            return [
                _saved(row)
                for row in found
                if organisations is None or row["organisation_id"] in organisations
            ]

    def one(self, organisation_id: str, name: str) -> SavedMapping:
        """By its name, in any case and spacing. Raises NotFound, naming the nearest."""
        saved = self.all([organisation_id])
        for one in saved:
            if plain(one.name) == plain(name):
                return one
        known = [one.name for one in saved]
        otherwise = f"There are: {', '.join(known)}." if known else "It has none yet."
        raise NotFound(
            f"Organisation {organisation_id} has no mapping {name!r}."
            f" {maybe(name, known, otherwise, cutoff=0.5)}"
        )

    def save(self, mapping: ColumnMapping) -> SavedMapping:
        """Keep a mapping, in the place of one of the same name."""
        rows = table("column_mapping")
        same = [one for one in self.all([mapping.organisation_id]) if _same(one, mapping)]
        with self._writing() as connection:
            for one in same:
                connection.execute(sa.delete(rows).where(*_key(one.organisation_id, one.name)))
            connection.execute(sa.delete(rows).where(*_key(mapping.organisation_id, mapping.name)))
            saved = SavedMapping(
                mapping.organisation_id,
                mapping.name,
                mapping,
                self._actor.account,
                datetime.now(UTC).replace(microsecond=0),
            )
            connection.execute(
                sa.insert(rows).values(
                    organisation_id=saved.organisation_id,
                    name=saved.name,
                    document=json.dumps(document_of(mapping), ensure_ascii=False),
                    made_by=saved.made_by,
                    made_at=saved.made_at,
                )
            )
            self._record(connection, saved.organisation_id, mapping=saved.name)
        return saved

    def remove(self, organisation_id: str, name: str) -> SavedMapping:
        """Raises NotFound."""
        saved = self.one(organisation_id, name)
        with self._writing() as connection:
            connection.execute(
                sa.delete(table("column_mapping")).where(*_key(organisation_id, saved.name))
            )
            self._record(connection, organisation_id, mapping=saved.name, removed_mapping=True)
        return saved

    def _record(self, connection: Connection, organisation_id: str, **thing: Any) -> None:
        stored_audit.append(
            connection,
            self._actor,
            "change_facts",
            {**thing, "organisations": [organisation_id]},
        )


def _key(organisation_id: str, name: str) -> list[sa.ColumnElement[bool]]:
    rows = table("column_mapping")
    return [rows.c.organisation_id == organisation_id, rows.c.name == name]


def _same(one: SavedMapping, mapping: ColumnMapping) -> bool:
    return plain(one.name) == plain(mapping.name)


def _saved(row: Any) -> SavedMapping:
    return SavedMapping(
        row["organisation_id"],
        row["name"],
        mapping_of(json.loads(row["document"]), f"mapping {row['name']}"),
        row["made_by"],
        row["made_at"],
    )
