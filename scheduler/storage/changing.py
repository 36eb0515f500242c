"""Whether facts can be changed as somebody wants, and changing them, inside somebody else's
transaction: what is brought in by the folder, and what is changed row by row.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain import consistency
from scheduler.domain.change_set import RowChange, changed_dataset, paired
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Fact
from scheduler.domain.note import Note
from scheduler.domain.wording import counted
from scheduler.storage.columns import column_names
from scheduler.storage.facts_edition import replace_edition
from scheduler.storage.merging import Counts, merge
from scheduler.storage.stored_changes import touched_since
from scheduler.storage.stored_facts import load_dataset
from scheduler.storage.tables import METADATA, table
from scheduler.storage.withdrawing import ToConfirm, staying, without


@dataclass(frozen=True)
class Arrival:
    """What an import comes to. `counts`: rows of each file; `changes`: what becomes of which row;
    `gone`: stored rows that a complete file does not hold any more, which are among the changes;
    `dataset`: all facts as they would be.
    """

    counts: Mapping[str, Counts]
    changes: tuple[RowChange, ...]
    gone: tuple[Fact, ...]
    dataset: Dataset


def arrival(
    connection: Connection,
    new: Dataset,
    row_number: RowNumber,
    *,
    replace: bool = False,
    bad_ids: Mapping[str, frozenset[str]] | None = None,
    judge: Callable[[Iterable[Fault]], Sequence[Fault]] = list,
    tell: Callable[[Iterable[Note]], object] = list,
    complete: Collection[str] = (),
    confirmed: bool = False,
) -> Arrival:
    """What bringing in these facts would change. Raises BadInput with every contradiction; `judge`
    sorts out what is only a consequence.

    `tell` is told what may not be meant and is taken in all the same. What the `complete` files do
    not hold any more is withdrawn: raises ToConfirm with it unless that is `confirmed`.
    """
    merged = merge(load_dataset(connection), new)
    left = list(staying(merged, new, whole=complete))
    gone = tuple(fact for one in left if one.file in complete for fact in one.facts)
    merged = without(merged, gone)
    found = consistency.faults(merged.dataset, merged.row_number(row_number), bad_ids)
    found += [] if replace else merged.clashes(new, row_number)
    withdrawals = [RowChange(fact, None) for fact in gone]
    found += _named_beside(connection, withdrawals, [0] * len(withdrawals))
    if faults := judge(found):
        raise BadInput([about_stored(fault) for fault in faults])
    if gone and not confirmed:
        raise ToConfirm(gone)
    tell(consistency.notes(merged.dataset, merged.row_number(row_number)))
    tell(merged.reused_ids(new, row_number))
    tell(Note("", 0, "", one.sentence()) for one in left if one.file not in complete)
    counts = {file: part.counts for file, part in merged.files.items()}
    return Arrival(counts, tuple(merged.changes()), gone, merged.dataset)


def judged(
    connection: Connection,
    changes: Sequence[RowChange],
    rows: Sequence[int] = (),
    tell: Callable[[Iterable[Note]], object] = list,
) -> Dataset:
    """All facts as these changes would leave them. `rows`: where each change stands for whoever
    makes it, counted from 1; without them, in the order of the changes. `tell` is told what may
    not be meant.

    Raises BadInput with every fault: of what was changed by somebody else meanwhile, of what
    contradicts other facts, of what others or history need.
    """
    numbers = list(rows) or list(range(1, len(changes) + 1))
    stored = load_dataset(connection)
    faults = [
        *_not_as_read(connection, stored, changes, numbers),
        *_worked_under(connection, changes, numbers),
        *_named_beside(connection, changes, numbers),
    ]
    result = changed_dataset(stored, changes)
    place = _numbering(result, changes, numbers)
    becoming = _becoming(changes)
    removed = {
        (change.file, change.before.cell("id")): number
        for change, number in zip(changes, numbers, strict=True)
        if change.before is not None and becoming.get(change.before, change.before) is None
    }
    known = cache(lambda: frozenset(consistency.faults(stored, lambda *_: 0)))
    needed: Counter[tuple[str, str, str, str]] = Counter()
    for fault in consistency.faults(result, place):
        file = fault.file.removesuffix(".csv")
        target = BY_FILE[file].references.get(fault.column, "")
        if fault.row == 0 and (target, fault.value) in removed:
            needed[target, fault.value, file, fault.column] += 1
        elif fault.row or fault not in known():
            faults.append(about_stored(fault))
    for (target, value, file, column), number in sorted(needed.items()):
        expected = (
            f"nothing that needs it: {counted(number, 'row')} of {file}"
            f" {'does' if number == 1 else 'do'} ({column}). End it instead, or withdraw"
            f" {'that' if number == 1 else 'those'} with it"
        )
        faults.append(Fault(f"{target}.csv", removed[target, value], "id", value, expected))
    if faults:
        raise BadInput(faults)
    tell(consistency.notes(result, place))
    return result


def _becoming(changes: Sequence[RowChange]) -> dict[Fact, Fact | None]:
    """Each row with an id that others may name -> what has that id afterwards, whichever of the
    changes brings it; None where nothing has.
    """
    after = {
        (change.file, change.after.cell("id")): change.after
        for change in changes
        if change.after is not None
    }
    return {
        change.before: after.get((change.file, change.before.cell("id")))
        for change in changes
        if change.before is not None and change.before.key == ("id",)
    }


def _numbering(result: Dataset, changes: Sequence[RowChange], numbers: Sequence[int]) -> RowNumber:
    """Rows that change stand last in their file; 0 for all others."""
    of_file: dict[str, list[int]] = defaultdict(list)
    for change, number in zip(changes, numbers, strict=True):
        if change.after is not None:
            of_file[change.file].append(number)

    def place(file: str, index: int) -> int:
        behind = index - (len(result.rows(file)) - len(of_file[file]))
        return of_file[file][behind] if behind >= 0 else 0

    return place


def _not_as_read(
    connection: Connection,
    stored: Dataset,
    changes: Sequence[RowChange],
    numbers: Sequence[int],
) -> Iterator[Fault]:
    there = {file: Counter(stored.rows(file)) for file in {change.file for change in changes}}
    for change, number in zip(changes, numbers, strict=True):
        rows = there[change.file]
        if change.before is not None:
            if not rows[change.before]:
                yield _moved_on(connection, change.before, number)
            rows[change.before] -= 1
    for change, number in zip(changes, numbers, strict=True):
        if change.after is not None and change.after != change.before:
            if there[change.file][change.after] > 0:
                yield _at(change.after, number, "a row that is not there yet: this one is stored")
            there[change.file][change.after] += 1


def _moved_on(connection: Connection, fact: Fact, number: int) -> Fault:
    last = touched_since(connection, fact)
    by = "" if last is None else f", by change {last.number}"
    return _at(
        fact,
        number,
        f"the row as it was read: it was changed or withdrawn meanwhile{by}. Look at it again, and"
        " change it from there",
    )


def _at(fact: Fact, number: int, expected: str) -> Fault:
    column = fact.key[0]
    return Fault(f"{fact.file}.csv", number, column, fact.cell(column), expected)


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
}
"""Which columns of published lines name the ids of a file."""


def _worked_under(
    connection: Connection, changes: Sequence[RowChange], numbers: Sequence[int]
) -> Iterator[Fault]:
    """What has been worked in published rosters needs the people, contracts and places that it
    names.
    """
    becoming = _becoming(changes)
    for change, number in zip(changes, numbers, strict=True):
        fact = change.before
        if fact is None or change.file not in _HISTORY:
            continue
        later = becoming[fact]
        if later is not None and all(
            getattr(fact, one) == getattr(later, one) for one in fact.fixed
        ):
            continue
        if shifts := times_worked(connection, fact):
            yield _at(
                fact,
                number,
                f"to stay{'' if later is None else f' of the same {_words(fact.fixed)}'}: it stands"
                f" in {counted(shifts, 'shift')} of published rosters that"
                f" {'has' if shifts == 1 else 'have'} begun, and history needs it. End it instead"
                + ("" if later is None else ", and add another with an id of its own"),
            )


def _named_beside(
    connection: Connection, changes: Sequence[RowChange], numbers: Sequence[int]
) -> Iterator[Fault]:
    """What is no fact, such as rosters and jobs, needs the collaborative that it is of."""
    becoming = _becoming(changes)
    for change, number in zip(changes, numbers, strict=True):
        fact = change.before
        if fact is None or fact.key != ("id",) or becoming[fact] is not None:
            continue
        for rows, column in _naming(fact.file):
            named = sa.select(sa.func.count()).select_from(rows)
            count = connection.execute(named.where(column == fact.cell("id"))).scalar_one()
            if count:
                what = counted(count, rows.name)
                yield _at(fact, number, f"to stay: {what} {'is' if count == 1 else 'are'} of it")


def _naming(file: str) -> list[tuple[sa.Table, sa.Column[str]]]:
    """Tables of no facts that name the rows of a file, with the column that does."""
    return [
        (rows, key.parent)
        for rows in METADATA.sorted_tables
        if rows.name not in BY_FILE
        for key in rows.foreign_keys
        if key.column.table.name == file
    ]


def _words(columns: Sequence[str]) -> str:
    return " and ".join(columns)


def times_worked(connection: Connection, fact: Fact) -> int:
    """In how many published shifts that have begun a row's id stands."""
    lines, rosters = table("assignment_line"), table("roster")
    columns = [lines.c[name] for name in _HISTORY.get(fact.file, ())]
    if not columns:
        return 0
    over = sa.and_(
        lines.c.roster_id == rosters.c.id,
        rosters.c.status != "draft",
        lines.c.start < datetime.now(UTC),
    )
    named = sa.or_(*(column == fact.cell("id") for column in columns))
    number = sa.select(sa.func.count()).select_from(lines).join(rosters, over).where(named)
    return int(connection.execute(number).scalar_one())


def about_stored(fault: Fault) -> Fault:
    """Row 0 stands for a stored row."""
    file = fault.file if fault.row or not fault.column else f"{fault.file} (stored)"
    expected = fault.expected.replace("row 0 ", "a stored row ")
    return changed(fault, file=file, expected=expected)


# --- writing


def write(connection: Connection, changes: Sequence[RowChange]) -> None:
    """Write what was judged before. Rows that name others come after them and go before them."""
    replace_edition(connection)
    befores: dict[str, list[Fact]] = defaultdict(list)
    afters: dict[str, list[Fact]] = defaultdict(list)
    for change in changes:
        if change.before is not None:
            befores[change.before.file].append(change.before)
        if change.after is not None:
            afters[change.after.file].append(change.after)
    of_file = {file: paired(befores[file], afters[file]) for file in befores.keys() | afters.keys()}
    with_ids = [fact_type.file for fact_type in FACT_TYPES if fact_type.key == ("id",)]
    for file in of_file.keys() - set(with_ids):  # nobody names them, and their keys may come again
        _delete(connection, file, [change.before for change in of_file[file] if change.before])
    for fact_type in FACT_TYPES:
        if own := of_file.get(fact_type.file, []):
            in_place = fact_type.file in with_ids
            _insert(
                connection,
                fact_type.file,
                [
                    change.after
                    for change in own
                    if change.after is not None and not (in_place and change.before)
                ],
            )
            if in_place:
                _update(connection, fact_type.file, own)
    for file in reversed(with_ids):
        gone = [change.before for change in of_file.get(file, ()) if change.after is None]
        _delete(connection, file, [fact for fact in gone if fact is not None])


def _insert(connection: Connection, file: str, facts: Sequence[Fact]) -> None:
    if facts:
        connection.execute(sa.insert(table(file)), [fact.__dict__ for fact in facts])


def _update(connection: Connection, file: str, changes: Iterable[RowChange]) -> None:
    """Not delete and insert: other rows refer to this one."""
    rows = table(file)
    facts = [
        change.after
        for change in changes
        if change.before is not None and change.after not in (None, change.before)
    ]
    if not facts:
        return
    others = [name for name in column_names(BY_FILE[file]) if name != "id"]
    change = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("stored_id"))
        .values({name: sa.bindparam(f"new_{name}") for name in others})
    )
    parameters = [
        {"stored_id": getattr(fact, "id")}  # noqa: B009
        | {f"new_{name}": getattr(fact, name) for name in others}
        for fact in facts
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
