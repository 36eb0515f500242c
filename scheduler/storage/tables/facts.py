"""The tables of facts: one for each kind, made from the fact class."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.storage.columns import Column as FactColumn
from scheduler.storage.columns import ColumnKind, columns
from scheduler.storage.tables.base import UtcInstant

ONE_ROW_FOR_EACH_KEY = frozenset({"service_host", "travel_time", "demand_template"})
"""Files without an id of which the contract allows a single row for a key."""


PERIODS = (("from_date", "to_date"), ("valid_from", "valid_to"), ("start", "end"))


_TYPES: dict[ColumnKind, Callable[[], TypeEngine[Any]]] = {
    "text": sa.String,
    "choice": sa.String,
    "yes_no": sa.Boolean,
    "whole": sa.BigInteger,
    "number": sa.Double,
    "date": sa.Date,
    "time": sa.Time,
    "instant": UtcInstant,
}


def row_type(fact_type: type[Fact], table_name: str, references: dict[str, str]) -> type[SQLModel]:
    """`<Fact>Row(<Fact>, table=True)`: every field of the fact becomes a column; facts without an
    id get a running number.
    """
    space: dict[str, Any] = {
        "__module__": __name__,
        "__tablename__": table_name,
        "__annotations__": {},
        "__doc__": f"A stored {table_name} row.",
    }
    if "id" not in fact_type.model_fields:
        space["__annotations__"]["row_id"] = int | None
        space["row_id"] = Field(
            default=None, sa_column=sa.Column("row_id", sa.Integer, primary_key=True)
        )
    for fact_column in columns(fact_type):
        space["__annotations__"][fact_column.name] = Any
        target = references.get(fact_column.name)
        # rows of one table come in any order: that they refer to each other is held by
        # scheduler.domain.consistency
        foreign = None if target == table_name else target
        space[fact_column.name] = Field(
            default=None, sa_column=_database_column(fact_type, fact_column, foreign)
        )
    space["__table_args__"] = (*_checks(fact_type), *_key(fact_type, table_name))
    metaclass: Any = type(fact_type)
    row: type[SQLModel] = metaclass(f"{fact_type.__name__}Row", (fact_type,), space, table=True)
    return row


def _database_column(
    fact_type: type[Fact], fact_column: FactColumn, target: str | None
) -> sa.Column[Any]:
    name = fact_column.name
    foreign_key = [sa.ForeignKey(f"{target}.id")] if target else []
    return sa.Column(
        name,
        _TYPES[fact_column.kind](),
        *foreign_key,
        nullable=fact_type.model_fields[name].default is None,
        primary_key=name == "id",
    )


def _key(fact_type: type[Fact], table_name: str) -> Iterator[sa.Index | sa.UniqueConstraint]:
    if not set(fact_type.key) <= set(
        fact_type.model_fields
    ):  # lines of a roster: found by the roster
        yield sa.Index(f"ix_{table_name}_roster_id", "roster_id")
    elif fact_type.key == ("id",):
        return
    elif fact_type.file in ONE_ROW_FOR_EACH_KEY:
        yield sa.UniqueConstraint(*fact_type.key, name=f"uq_{table_name}_key")
    else:
        yield sa.Index(f"ix_{table_name}_key", *fact_type.key)


def _checks(fact_type: type[Fact]) -> Iterator[sa.CheckConstraint]:
    """What the database can refuse by itself: limits, choices, empty texts, periods that end before
    they begin.
    """
    signs: dict[str, Callable[[sa.ColumnElement[Any], float], sa.ColumnElement[bool]]] = {
        "ge": lambda c, bound: c >= bound,
        "gt": lambda c, bound: c > bound,
        "le": lambda c, bound: c <= bound,
        "lt": lambda c, bound: c < bound,
    }
    for fact_column in columns(fact_type):
        name, cell = fact_column.name, sa.column(fact_column.name, _TYPES[fact_column.kind]())
        if fact_column.limits:
            yield sa.CheckConstraint(
                sa.and_(*(signs[sign](cell, _whole(bound)) for sign, bound in fact_column.limits)),
                name=f"{name}_limits",
            )
        if fact_column.choices:
            yield sa.CheckConstraint(cell.in_(fact_column.choices), name=f"{name}_choice")
        if fact_column.kind == "text" and fact_column.required:
            yield sa.CheckConstraint(cell != "", name=f"{name}_filled")
    fields = fact_type.model_fields
    for first, last in PERIODS:
        if first in fields and last in fields:
            begin: sa.ColumnElement[Any] = sa.column(first)
            end: sa.ColumnElement[Any] = sa.column(last)
            order = end > begin if last == "end" else end >= begin
            yield sa.CheckConstraint(
                order if fields[last].is_required() else sa.or_(end.is_(None), order),
                name=f"{last}_order",
            )


def _whole(bound: float) -> float:
    return int(bound) if bound == int(bound) else bound


FACT_ROWS: dict[str, type[SQLModel]] = {
    fact_type.file: row_type(fact_type, fact_type.file, fact_type.references)
    for fact_type in FACT_TYPES
}
