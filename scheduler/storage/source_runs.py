"""Runs of other systems that have been taken in: which was the last, what its records said, and the
one transaction in which the next changes facts.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.change_set import RowChange, paired, tally
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, Fault
from scheduler.domain.facts import Fact
from scheduler.domain.note import Note
from scheduler.storage import stored_audit, stored_changes
from scheduler.storage.changing import arrival, judged, write
from scheduler.storage.foreign.mapping import ColumnMapping
from scheduler.storage.foreign.mapping_document import mapping_of
from scheduler.storage.foreign.mapping_text import document_of
from scheduler.storage.foreign.run_state import RunState
from scheduler.storage.merging import Counts
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
MOST_AT_ONCE = 10_000
"""Rows written in one statement."""


@dataclass(frozen=True)
class TakenRun:
    """The last run that an organisation has taken in. `mark`: how the next one names it;
    `counting`: what the number in its last line counted; `mapping`: by which it was understood.
    """

    organisation_id: str
    layout: str
    number: int
    mark: str
    day: date
    employer: str
    counting: str
    mapping: ColumnMapping
    taken_by: str
    taken_at: datetime


@dataclass(frozen=True)
class RunChange:
    """What a run does to facts. `new`: facts that are there after it, known or not; `gone`: stored
    ones that nothing else needs; `removed`: contracts and people that were never used.
    """

    new: Dataset
    row_number: RowNumber
    bad_ids: Mapping[str, frozenset[str]]
    gone: Sequence[Fact]
    removed: Sequence[Fact]


@dataclass(frozen=True)
class TakenIn:
    """What became of a run. `counts`: rows of each file; `number`: its change set, None where
    nothing was changed.
    """

    counts: dict[str, Counts]
    changes: tuple[RowChange, ...]
    number: int | None


class SourceRuns:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def last(self, organisation_id: str, layout: str) -> TakenRun | None:
        """The last run; None where none was taken in."""
        with self._reading() as connection:
            return _last(connection, organisation_id, layout)

    def whose(self, layout: str, employer: str) -> str | None:
        """The organisation that takes in what a system says of this employer."""
        rows = table("source_run")
        with self._reading() as connection:
            found = connection.execute(
                sa.select(rows.c.organisation_id).where(
                    rows.c.layout == layout, rows.c.employer == employer
                )
            ).scalar()
        return None if found is None else str(found)

    def state(self, organisation_id: str, layout: str) -> RunState:
        """What the records said after the last run."""
        rows = table("source_record")
        found: dict[str, dict[str, Mapping[str, str]]] = defaultdict(dict)
        with self._reading() as connection:
            for row in connection.execute(
                sa.select(rows.c.record, rows.c.key, rows.c.fields)
                .where(rows.c.organisation_id == organisation_id, rows.c.layout == layout)
                .order_by(rows.c.row_id)
            ):
                found[row.record][row.key] = json.loads(row.fields)
        return RunState(found)

    def about(self, staff_id: str) -> list[dict[str, Any]]:
        """What is kept of what any system's runs have said of a person."""
        rows = table("source_record")
        with self._reading() as connection:
            found = connection.execute(
                sa.select(rows).where(rows.c.staff_id == staff_id).order_by(rows.c.row_id)
            ).mappings()
            return [
                {
                    "organisation_id": row["organisation_id"],
                    "layout": row["layout"],
                    "record": row["record"],
                    "fields": json.loads(row["fields"]),
                }
                for row in found
            ]

    def take_in(
        self,
        run: TakenRun,
        state: RunState,
        staff: Callable[[str, Mapping[str, str]], str | None],
        change: RunChange,
        *,
        follows: TakenRun | None,
        judge: Callable[[Iterable[Fault]], Sequence[Fault]],
        tell: Callable[[Iterable[Note]], object],
        concerns: Collection[str],
        why: str = "",
    ) -> TakenIn:
        """Bring in what a run says and remember it as the last, all or nothing, as one change set.
        `staff`: whom a record of a kind is about; `why`: a reason, kept with it. Raises BadInput
        for contradictions and where history needs what would go, and BadRequest where another run
        was taken in since `follows`.
        """
        with self._writing() as connection:
            if _last(connection, run.organisation_id, run.layout) != follows:
                raise BadRequest(
                    "Another run was taken in meanwhile; nothing was changed. Look again."
                )
            # first, for what takes their place must not meet them
            going = [RowChange(fact, None) for fact in (*change.gone, *change.removed)]
            if going:
                judged(connection, going)
                write(connection, going)
            found = arrival(
                connection,
                change.new,
                change.row_number,
                replace=True,
                bad_ids=change.bad_ids,
                judge=judge,
                tell=tell,
            )
            write(connection, found.changes)
            counts = dict(found.counts)
            for gone in going:
                count = counts[gone.file]
                counts[gone.file] = count._replace(withdrawn=count.withdrawn + 1)
            changes = together([*going, *found.changes])
            number = (
                stored_changes.append(connection, self._actor, changes, why=why, kind="import")
                if changes
                else None
            )
            _write_state(connection, run, state, staff)
            _write_run(connection, run)
            stored_audit.append(
                connection,
                self._actor,
                "change_facts",
                {
                    "change": number,
                    "rows": tally(changes),
                    "run": run.number,
                    "layout": run.layout,
                    "organisations": sorted({*concerns, run.organisation_id}),
                },
            )
        return TakenIn(counts, changes, number)


def together(changes: Sequence[RowChange]) -> tuple[RowChange, ...]:
    """Rows that went and came again under the same key are one change each; what came back as it
    was is none.
    """
    found: list[RowChange] = []
    for file in dict.fromkeys(change.file for change in changes):
        own = [change for change in changes if change.file == file]
        found += paired(
            [change.before for change in own if change.before is not None],
            [change.after for change in own if change.after is not None],
        )
    return tuple(change for change in found if change.before != change.after)


def _of(name: str, run: TakenRun) -> list[sa.ColumnElement[bool]]:
    rows = table(name)
    return [rows.c.organisation_id == run.organisation_id, rows.c.layout == run.layout]


def _last(connection: Connection, organisation_id: str, layout: str) -> TakenRun | None:
    rows = table("source_run")
    row = (
        connection.execute(
            sa.select(rows).where(
                rows.c.organisation_id == organisation_id, rows.c.layout == layout
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    mapping = mapping_of(json.loads(row["mapping"]), f"mapping of run {row['number']}")
    return TakenRun(**{**row, "mapping": mapping})


def _write_run(connection: Connection, run: TakenRun) -> None:
    rows = table("source_run")
    connection.execute(sa.delete(rows).where(*_of("source_run", run)))
    document = json.dumps(document_of(run.mapping), ensure_ascii=False)
    values: dict[str, Any] = {**vars(run), "mapping": document, "taken_at": datetime.now(UTC)}
    connection.execute(sa.insert(rows).values(**values))


def _write_state(
    connection: Connection,
    run: TakenRun,
    state: RunState,
    staff: Callable[[str, Mapping[str, str]], str | None],
) -> None:
    """What has changed of it alone: most records say what they said."""
    rows = table("source_record")
    there = {
        (row.record, row.key): (row.row_id, row.fields, row.staff_id)
        for row in connection.execute(sa.select(rows).where(*_of("source_record", run)))
    }
    new = []
    for record, own in state.records.items():
        for key, fields in own.items():
            text, about = json.dumps(fields, ensure_ascii=False), staff(record, fields)
            row_id, old, whose = there.pop((record, key), (None, None, None))
            if row_id is None:
                new.append(
                    {
                        "organisation_id": run.organisation_id,
                        "layout": run.layout,
                        "record": record,
                        "key": key,
                        "staff_id": about,
                        "fields": text,
                    }
                )
            elif (old, whose) != (text, about):
                connection.execute(
                    sa.update(rows)
                    .where(rows.c.row_id == row_id)
                    .values(fields=text, staff_id=about)
                )
    for row_id, _, _ in there.values():
        connection.execute(sa.delete(rows).where(rows.c.row_id == row_id))
    for at in range(0, len(new), MOST_AT_ONCE):
        connection.execute(sa.insert(rows), new[at : at + MOST_AT_ONCE])
