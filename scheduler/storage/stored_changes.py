"""Change sets in and out of their tables, inside somebody else's transaction: every write of facts
is one, with each row as it was and as it became.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.change_set import ChangeKind, RowChange, Tally, both_sides, tally
from scheduler.domain.errors import NotFound
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.storage.tables import table

PERSON = "staff"
_json = json.JSONEncoder(ensure_ascii=False).encode
WRITTEN_AT_ONCE = 10_000
"""Rows of a change set that are written in one statement, so that a large import is not held in
memory twice.
"""
AT_ONCE = 500
"""Rows that one query names: databases limit the length of a list."""


@dataclass(frozen=True)
class ChangeSet:
    """Rows of facts that somebody changed together. `account`: who, as the record names them;
    `reverts`: the number of the change set that it takes back; `rows`: how many rows it changed, of
    which those of people who were forgotten are not kept.
    """

    number: int
    at: datetime
    account: str
    behind: str
    why: str
    kind: ChangeKind
    reverts: int | None
    reverted_by: int | None
    rows: int
    files: Mapping[str, Tally]


@dataclass(frozen=True)
class Search:
    """Which change sets are looked for; what is None or empty is not asked for. `key`: the cells of
    a row's key, in order; `before`: older than this number.
    """

    file: str | None = None
    key: tuple[str, ...] = ()
    staff_id: str | None = None
    account: str | None = None
    before: int | None = None
    most: int = 50


def append(
    connection: Connection,
    actor: Actor,
    changes: Sequence[RowChange],
    *,
    why: str = "",
    kind: ChangeKind = "change",
    reverts: int | None = None,
) -> int:
    """Write down what is changed, in the transaction in which it is changed; the number that the
    change set has from then on.
    """
    sets, rows = table("change_set"), table("changed_row")
    changes = [part for change in changes for part in _by_person(change)]
    number = connection.execute(sa.select(sa.func.coalesce(sa.func.max(sets.c.number), 0))).scalar()
    assert number is not None
    connection.execute(
        sa.insert(sets).values(
            number=number + 1,
            at=datetime.now(UTC),
            account=actor.account,
            behind=actor.behind,
            why=why,
            kind=kind,
            reverts=reverts,
            row_count=len(changes),
            files=json.dumps(tally(changes), sort_keys=True),
        )
    )
    for part in range(0, len(changes), WRITTEN_AT_ONCE):
        some = changes[part : part + WRITTEN_AT_ONCE]
        connection.execute(sa.insert(rows), [_row(number + 1, change) for change in some])
    return int(number) + 1


def _by_person(change: RowChange) -> Iterator[RowChange]:
    """A row that goes from one person to another is two, for each stands under one person, who is
    told of it, and with whom it is forgotten.
    """
    if len({person_of(fact) for fact in both_sides([change])}) == 1:
        yield change
    else:
        yield from (RowChange(change.before, None), RowChange(None, change.after))


def _row(number: int, change: RowChange) -> dict[str, Any]:
    before = None if change.before is None else change.before.cells()
    after = None if change.after is None else change.after.cells()
    fact = change.fact
    key = _key(fact, after or before)
    old = None if before is None or after is None else _key(fact, before)
    return {
        "change_set": number,
        "file": fact.file,
        "key": key,
        "old_key": None if old == key else old,
        "staff_id": person_of(fact),
        "before": _written(before),
        "after": _written(after),
    }


def _key(fact: Fact, cells: Mapping[str, str] | None) -> str:
    return _key_text((cells or {})[column] for column in fact.key)


def _key_text(cells: Iterable[str]) -> str:
    return _json(list(cells))


def person_of(fact: Fact) -> str | None:
    """The person whom a row is about; None where it is about nobody in particular."""
    if fact.file == PERSON:
        return fact.cell("id")
    column = next((name for name, file in fact.references.items() if file == PERSON), None)
    return None if column is None else getattr(fact, column)


def _written(cells: Mapping[str, str] | None) -> str | None:
    if cells is None:
        return None
    return _json({column: cell for column, cell in cells.items() if cell})


def _read(file: str, text: str | None) -> Fact | None:
    return None if text is None else BY_FILE[file].model_validate(json.loads(text))


def load(connection: Connection, search: Search) -> list[ChangeSet]:
    """The newest first."""
    sets = table("change_set")
    found = _sets().order_by(sets.c.number.desc()).limit(search.most)
    if search.account is not None:
        found = found.where(sets.c.account == search.account)
    if search.before is not None:
        found = found.where(sets.c.number < search.before)
    if of_rows := list(_of_rows(search)):
        rows = table("changed_row")
        numbers = sa.select(rows.c.change_set).where(*of_rows).distinct()
        if search.before is not None:
            numbers = numbers.where(rows.c.change_set < search.before)
        if search.account is None:  # then the newest of these rows are the newest of all
            numbers = numbers.order_by(rows.c.change_set.desc()).limit(search.most)
        found = found.where(sets.c.number.in_(numbers))
    return _headers(connection, found)


def _of_rows(search: Search) -> Iterator[sa.ColumnElement[bool]]:
    rows = table("changed_row")
    if search.file is not None:
        yield rows.c.file == search.file
    if search.key and search.file is not None:
        wanted, columns = _key_text(search.key), BY_FILE[search.file].key
        if columns[0] == "staff_id":  # which finds them by an index, as no beginning of a text does
            yield rows.c.staff_id == search.key[0]
        if len(search.key) == len(columns):
            yield sa.or_(rows.c.key == wanted, rows.c.old_key == wanted)
        else:
            begin = wanted[:-1] + ","
            yield sa.or_(
                rows.c.key.startswith(begin, autoescape=True),
                rows.c.old_key.startswith(begin, autoescape=True),
            )
    if search.staff_id is not None:
        yield rows.c.staff_id == search.staff_id


def load_one(connection: Connection, number: int) -> ChangeSet:
    """Raises NotFound."""
    sets = table("change_set")
    found = _headers(connection, _sets().where(sets.c.number == number))
    if not found:
        last = connection.execute(sa.select(sa.func.max(sets.c.number))).scalar()
        there_is = f"the last is {last}" if last else "no fact was changed yet"
        raise NotFound(f"There is no change {number}: {there_is}.")
    return found[0]


def _sets() -> "sa.Select[Any]":
    """Every change set, with the number of that which took it back, if any did."""
    sets, later = table("change_set"), table("change_set").alias("later")
    taken_back = sa.select(sa.func.max(later.c.number)).where(later.c.reverts == sets.c.number)
    return sa.select(sets, taken_back.scalar_subquery().label("reverted_by"))


def _headers(connection: Connection, query: "sa.Select[Any]") -> list[ChangeSet]:
    return [
        ChangeSet(
            number=row.number,
            at=row.at,
            account=row.account,
            behind=row.behind,
            why=row.why,
            kind=cast(ChangeKind, row.kind),
            reverts=row.reverts,
            reverted_by=row.reverted_by,
            rows=row.row_count,
            files=json.loads(row.files),
        )
        for row in connection.execute(query)
    ]


@dataclass(frozen=True)
class KeptRows:
    """Rows of one change set, in the order in which they were written. `number`: how many are kept,
    looked for and seen; `changes`: the first of them.
    """

    number: int
    changes: tuple[RowChange, ...]


def load_rows(
    connection: Connection,
    numbers: Collection[int],
    search: Search | None = None,
    *,
    sees: Callable[[str | None], bool] = lambda staff_id: True,
    most: int | None = None,
) -> dict[int, KeptRows]:
    """Number of a change set -> its rows, as far as they are looked for and whoever looks `sees`
    the person whom they are about (None: nobody); at most so many of each set are read.
    """
    rows = table("changed_row")
    of_rows = [] if search is None else list(_of_rows(search))
    seen: dict[int, list[int]] = {number: [] for number in numbers}
    for part in _parts(sorted(numbers)):
        query = sa.select(rows.c.row_id, rows.c.change_set, rows.c.staff_id)
        query = query.where(rows.c.change_set.in_(part), *of_rows).order_by(rows.c.row_id)
        for row in connection.execute(query):
            if sees(row.staff_id):
                seen[row.change_set].append(row.row_id)
    wanted = sorted(row_id for found in seen.values() for row_id in found[:most])
    read: dict[int, list[RowChange]] = {number: [] for number in numbers}
    for part in _parts(wanted):
        query = sa.select(rows).where(rows.c.row_id.in_(part)).order_by(rows.c.row_id)
        for row in connection.execute(query):
            change = RowChange(_read(row.file, row.before), _read(row.file, row.after))
            read[row.change_set].append(change)
    return {number: KeptRows(len(seen[number]), tuple(read[number])) for number in numbers}


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (numbers[begin : begin + AT_ONCE] for begin in range(0, len(numbers), AT_ONCE))


def touched_since(connection: Connection, fact: Fact) -> ChangeSet | None:
    """The last change set that speaks of the row with this key: who was there in between."""
    key = tuple(fact.cell(column) for column in fact.key)
    found = load(connection, Search(fact.file, key, most=1))
    return found[0] if found else None


def cells_of(connection: Connection, staff_id: str, file: str, column: str) -> set[str]:
    """All that a column ever said in a person's rows of a file, as far as changes of it are
    kept.
    """
    rows = table("changed_row")
    query = sa.select(rows.c.before, rows.c.after)
    own = connection.execute(query.where(rows.c.staff_id == staff_id, rows.c.file == file))
    texts = [text for row in own for text in row if text is not None]
    return {json.loads(text)[column] for text in texts if json.loads(text).get(column)}


def forget(connection: Connection, staff_id: str, files: Collection[str] | None = None) -> int:
    """Delete what is kept of a person's rows, of these files or of all; how many there were."""
    rows = table("changed_row")
    own = [rows.c.staff_id == staff_id]
    if files is not None:
        own.append(rows.c.file.in_(list(files)))
    return int(connection.execute(sa.delete(rows).where(*own)).rowcount)
