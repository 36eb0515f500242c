"""Facts in and out of their tables, inside somebody else's transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain import consistency
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Fact
from scheduler.domain.note import Note
from scheduler.storage.columns import column_names
from scheduler.storage.known_facts import fact_maker
from scheduler.storage.merging import Counts, FileMerge, merge
from scheduler.storage.tables import table

F = TypeVar("F", bound=Fact)


def load_dataset(connection: Connection) -> Dataset:
    return Dataset.of(fact for file in BY_FILE for fact in load_file(connection, file))


def load_file(connection: Connection, file: str) -> list[Fact]:
    """In the order of the key, whatever order the rows came in."""
    rows = table(file)
    order = [in_order(connection, rows.c[name]) for name in (*BY_FILE[file].key, *(["row_id"] if "row_id" in rows.c else []))]
    return load_rows(connection, BY_FILE[file], sa.select(rows).order_by(*order))


def in_order(connection: Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """To order by: texts by plain characters, as SQLite and Python do, whatever language a server sorts in."""
    plain = connection.dialect.name == "postgresql" and isinstance(column.type, sa.String)
    return column.collate("C") if plain else column


def load_rows(connection: Connection, fact_type: type[F], query: "sa.Select[tuple[object, ...]]") -> list[F]:
    """The facts of a query over the fact's table; the database has checked them, so nothing is validated again."""
    names = column_names(fact_type)
    make = fact_maker(fact_type, names)
    columns = [query.selected_columns[name] for name in names]
    return [make(row) for row in connection.execute(query.with_only_columns(*columns, maintain_column_froms=True))]


def store_dataset(
    connection: Connection, new: Dataset, row_number: RowNumber, *, replace: bool, bad_ids: Mapping[str, frozenset[str]],
    judge: Callable[[Iterable[Fault]], Sequence[Fault]], tell: Callable[[Iterable[Note]], object] = list,
) -> dict[str, Counts]:  # fmt: skip
    """Raises BadInput with every contradiction; writes nothing then. `judge` sorts out what is only a consequence.

    `tell` is told what may not be meant and is taken in all the same.
    """
    merged = merge(load_dataset(connection), new)
    found = consistency.faults(merged.dataset, merged.row_number(row_number), bad_ids)
    found += merged.reused_ids(new, row_number) if replace else merged.clashes(new, row_number)
    if faults := judge(found):
        raise BadInput([_about_stored(fault) for fault in faults])
    tell(consistency.notes(merged.dataset, merged.row_number(row_number)))
    for file in reversed(BY_FILE):
        _delete(connection, file, merged.files[file].delete)
    for fact_type in FACT_TYPES:
        _write(connection, fact_type.file, merged.files[fact_type.file])
    return {file: part.counts for file, part in merged.files.items()}


def _about_stored(fault: Fault) -> Fault:
    """Row 0 stands for a stored row."""
    file = fault.file if fault.row or not fault.column else f"{fault.file} (stored)"
    expected = fault.expected.replace("row 0 ", "a stored row ")
    return Fault(file, fault.row, fault.column, fault.value, expected)


def _write(connection: Connection, file: str, part: FileMerge) -> None:
    rows = table(file)
    if part.insert:
        connection.execute(sa.insert(rows), [fact.__dict__ for fact in part.insert])
    if part.update:  # not delete and insert: other rows refer to this one
        others = [name for name in column_names(BY_FILE[file]) if name != "id"]
        change = (
            sa.update(rows).where(rows.c.id == sa.bindparam("stored_id")).values({name: sa.bindparam(f"new_{name}") for name in others})
        )
        parameters = [{"stored_id": getattr(fact, "id")} | {f"new_{name}": getattr(fact, name) for name in others} for fact in part.update]  # noqa: B009
        connection.execute(change, parameters)


def _delete(connection: Connection, file: str, facts: Sequence[Fact]) -> None:
    rows = table(file)
    for fact in facts:
        connection.execute(sa.delete(rows).where(*(rows.c[name].is_not_distinct_from(getattr(fact, name)) for name in BY_FILE[file].key)))
