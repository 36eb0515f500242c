"""Facts in and out of their tables, inside somebody else's transaction."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain import consistency
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Fact
from scheduler.domain.note import Note
from scheduler.domain.wording import counted
from scheduler.storage.columns import column_names
from scheduler.storage.known_facts import fact_maker
from scheduler.storage.merging import Counts, FileMerge, merge
from scheduler.storage.tables import table
from scheduler.storage.withdrawing import ToConfirm, staying, without

F = TypeVar("F", bound=Fact)


def load_dataset(connection: Connection) -> Dataset:
    """Every stored fact."""
    return Dataset.of(fact for file in BY_FILE for fact in load_file(connection, file))


def load_file(connection: Connection, file: str) -> list[Fact]:
    """In the order of the key, whatever order the rows came in."""
    rows = table(file)
    order = [
        in_order(connection, rows.c[name])
        for name in (*BY_FILE[file].key, *(["row_id"] if "row_id" in rows.c else []))
    ]
    return load_rows(connection, BY_FILE[file], sa.select(rows).order_by(*order))


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


def store_dataset(
    connection: Connection,
    new: Dataset,
    row_number: RowNumber,
    *,
    replace: bool,
    bad_ids: Mapping[str, frozenset[str]],
    judge: Callable[[Iterable[Fault]], Sequence[Fault]],
    tell: Callable[[Iterable[Note]], object] = list,
    complete: Collection[str] = (),
    confirmed: bool = False,
) -> dict[str, Counts]:
    """Raises BadInput with every contradiction; writes nothing then. `judge` sorts out what is only
    a consequence.

    `tell` is told what may not be meant and is taken in all the same. What the `complete` files do
    not hold any more is withdrawn: raises ToConfirm with it unless that is `confirmed`.
    """
    merged = merge(load_dataset(connection), new)
    left = list(staying(merged, new, whole=complete))
    gone = tuple(fact for one in left if one.file in complete for fact in one.facts)
    merged = without(merged, gone)
    found = consistency.faults(merged.dataset, merged.row_number(row_number), bad_ids)
    found += [] if replace else merged.clashes(new, row_number)
    if faults := judge(found):
        raise BadInput([_about_stored(fault) for fault in faults])
    if gone and not confirmed:
        raise ToConfirm(gone)
    tell(consistency.notes(merged.dataset, merged.row_number(row_number)))
    tell(merged.reused_ids(new, row_number))
    tell(Note("", 0, "", one.sentence()) for one in left if one.file not in complete)
    for file in reversed(BY_FILE):
        _delete(connection, file, merged.files[file].delete)
    for fact_type in FACT_TYPES:
        _write(connection, fact_type.file, merged.files[fact_type.file])
    return {file: part.counts for file, part in merged.files.items()}


def remove_facts(connection: Connection, gone: Collection[Fact]) -> None:
    """Raises BadRequest where other facts, or history, need one of them; withdraws nothing then."""
    if reasons := [*_named_by_others(connection, gone), *_worked_under(connection, gone)]:
        raise BadRequest("\n".join(reasons))
    for file in reversed(BY_FILE):
        _delete(connection, file, [fact for fact in gone if fact.file == file])


def _named_by_others(connection: Connection, gone: Collection[Fact]) -> Iterator[str]:
    """What would be left without what it names."""
    stored = load_dataset(connection)
    less = {
        file: [fact for fact in stored.rows(file) if fact not in set(gone)]
        for file in {fact.file for fact in gone}
    }
    found = Counter(
        (fault.file, fault.column, fault.value)
        for fault in consistency.faults(stored.with_facts(**less), lambda *_: 0)
    )
    for (file, column, value), rows in sorted(found.items()):
        yield (
            f"{counted(rows, 'row')} of {file} {'needs' if rows == 1 else 'need'} it ({column}"
            f" {value}). Withdraw {'that' if rows == 1 else 'those'} first, or end it: import it"
            " with an earlier last date and --replace."
        )


_HISTORY = {
    "staff": ("staff_id",),
    "contract": ("contract_id",),
    "demand": ("demand_id",),
    "site": ("site_id",),
    "service": ("service_id",),
    "role": ("role_id",),
    "place": ("place_id",),
    "organisation": ("employer_organisation_id", "host_organisation_id"),
    "temporary_supply": ("temporary_supply_id",),
    "shift_type": ("shift_type_id",),
}
"""Which columns of published lines name the ids of a file."""


def _worked_under(connection: Connection, gone: Collection[Fact]) -> Iterator[str]:
    """What has been worked in published rosters needs the people, contracts and places that it
    names.
    """
    lines, rosters = table("assignment_line"), table("roster")
    over = sa.and_(
        lines.c.roster_id == rosters.c.id,
        rosters.c.status != "draft",
        lines.c.start < datetime.now(UTC),
    )
    for fact in gone:
        names = _HISTORY.get(fact.file, ())
        if names:
            named = sa.or_(*(lines.c[name] == getattr(fact, "id") for name in names))  # noqa: B009
            number = connection.execute(
                sa.select(sa.func.count()).select_from(lines).join(rosters, over).where(named)
            ).scalar_one()
            if number:
                yield (
                    f"{fact.file} {fact.cells()['id']} stands in {counted(number, 'shift')} of"
                    f" published rosters that {'has' if number == 1 else 'have'} begun: history"
                    " needs it. End it instead: import it with a last date and --replace."
                )


def _about_stored(fault: Fault) -> Fault:
    """Row 0 stands for a stored row."""
    file = fault.file if fault.row or not fault.column else f"{fault.file} (stored)"
    expected = fault.expected.replace("row 0 ", "a stored row ")
    return changed(fault, file=file, expected=expected)


def _write(connection: Connection, file: str, part: FileMerge) -> None:
    rows = table(file)
    if part.insert:
        connection.execute(sa.insert(rows), [fact.__dict__ for fact in part.insert])
    if part.update:  # not delete and insert: other rows refer to this one
        others = [name for name in column_names(BY_FILE[file]) if name != "id"]
        change = (
            sa.update(rows)
            .where(rows.c.id == sa.bindparam("stored_id"))
            .values({name: sa.bindparam(f"new_{name}") for name in others})
        )
        parameters = [
            {"stored_id": getattr(fact, "id")}  # noqa: B009
            | {f"new_{name}": getattr(fact, name) for name in others}
            for fact in part.update
        ]
        connection.execute(change, parameters)


def _delete(connection: Connection, file: str, facts: Sequence[Fact]) -> None:
    rows = table(file)
    for fact in facts:
        names = ("id",) if BY_FILE[file].key == ("id",) else column_names(BY_FILE[file])
        connection.execute(
            sa.delete(rows).where(
                *(rows.c[name].is_not_distinct_from(getattr(fact, name)) for name in names)
            )
        )
