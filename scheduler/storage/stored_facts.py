"""Facts out of their tables, inside somebody else's transaction."""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.storage.columns import column_names
from scheduler.storage.kept_facts import kept_facts
from scheduler.storage.known_facts import fact_maker
from scheduler.storage.tables import table

F = TypeVar("F", bound=Fact)


def load_dataset(connection: Connection) -> Dataset:
    """Every stored fact: read once for as long as nobody changes any."""
    kept = kept_facts(connection)
    if kept.dataset is None:
        kept.dataset = Dataset.of(fact for file in BY_FILE for fact in _read_file(connection, file))
    return kept.dataset


def load_file(connection: Connection, file: str, staff_id: str | None = None) -> list[Fact]:
    """In the order of the key, whatever order the rows came in; with `staff_id` the rows of that
    person alone, of a file whose rows name one.
    """
    if staff_id is None and (kept := kept_facts(connection).dataset) is not None:
        return list(kept.rows(file))
    return _read_file(connection, file, staff_id)


def _read_file(connection: Connection, file: str, staff_id: str | None = None) -> list[Fact]:
    rows = table(file)
    order = [
        in_order(connection, rows.c[name])
        for name in (*BY_FILE[file].key, *(["row_id"] if "row_id" in rows.c else []))
    ]
    query = sa.select(rows).order_by(*order)
    if staff_id is not None:
        query = query.where(rows.c.staff_id == staff_id)
    return load_rows(connection, BY_FILE[file], query)


def in_order(connection: Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """To order by: texts by plain characters, as SQLite and Python do, whatever language a server
    sorts in.
    """
    plain = connection.dialect.name == "postgresql" and isinstance(column.type, sa.String)
    return column.collate("C") if plain else column


def load_rows(
    connection: Connection, fact_type: type[F], query: "sa.Select[tuple[object, ...]]"
) -> list[F]:
    """The facts of a query over the fact's table; the database has checked them, so nothing is
    validated again.
    """
    names = column_names(fact_type)
    make = fact_maker(fact_type, names)
    columns = [query.selected_columns[name] for name in names]
    return [
        make(row)
        for row in connection.execute(query.with_only_columns(*columns, maintain_column_froms=True))
    ]
