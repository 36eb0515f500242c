"""Stored facts: found by their key, or its beginning, or by words for it; withdrawn and ended."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date

from scheduler.domain.access import Thing
from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.wording import counted, maybe
from scheduler.services.accounts.gate import employers, note_look, open_to_all
from scheduler.services.accounts.in_view import PERSONAL, facts_in_view, rows_in_view, whose
from scheduler.services.facts.change import Changed, change
from scheduler.services.facts.ending import Ending, ending
from scheduler.services.view.by_words import meant
from scheduler.storage.repository import Repository
from scheduler.storage.withdrawing import in_words

SHOWN = 12


@open_to_all
def find_facts(repository: Repository, file: str, key: Sequence[str]) -> list[Fact]:
    """The stored facts of a file whose key begins with these cells, in the order of the key, as far
    as the actor may look at them. Raises NotFound, BadRequest.
    """
    file = known_file(file)
    columns = BY_FILE[file].key
    if len(key) > len(columns):
        raise BadRequest(
            f"A row of {file}.csv is found by {', '.join(columns)}: {counted(len(key), 'value')}"
            " were given."
        )
    rows = rows_in_view(repository, file, repository.facts(file))
    found = [fact for fact in rows if _begins(fact, key)]
    if file in PERSONAL:
        _note_look(repository, file, {whose(fact) for fact in found} - {""})
    return found


def _note_look(repository: Repository, file: str, people: Collection[str]) -> None:
    if people and not repository.actor.program:
        at = frozenset().union(*employers(repository, people).values())
        alone = next(iter(people)) if len(people) == 1 else None
        note_look(repository, "see_people", Thing(at, staff_id=alone, ids={"facts": file}))


def _begins(fact: Fact, key: Sequence[str]) -> bool:
    cells = fact.cells()
    return all(cells[column] == value for column, value in zip(fact.key, key, strict=False))


def known_file(file: str) -> str:
    """A file's name without its ending. Raises NotFound, with the nearest."""
    found = file.removesuffix(".csv").replace("-", "_").replace(" ", "_")
    if found not in BY_FILE:
        there_are = "There are: " + ", ".join(BY_FILE)
        raise NotFound(
            f"There are no facts called {file!r}. {maybe(found, BY_FILE, there_are, cutoff=0.5)}"
        )
    return found


@open_to_all
def the_ones(
    repository: Repository, file: str, key: Sequence[str], *, every: bool = False
) -> list[Fact]:
    """The stored fact with this key, which may be said in words; all that the beginning of a key
    names where `every` says so. Raises NotFound, and BadRequest where several are meant.
    """
    name = known_file(file)
    key = _with_ids_in_key(repository, name, key)
    found = find_facts(repository, name, key)
    columns = BY_FILE[name].key
    if not found:
        seen = rows_in_view(repository, name, repository.facts(name))
        near = sorted({fact.cells()[columns[0]] for fact in seen})
        advice = (
            maybe(key[0], near, f"scheduler facts list {name} shows what is stored.", cutoff=0.6)
            if key
            else ""
        )
        raise NotFound(f"No stored row of {name}.csv has {_said(columns, key)}. {advice}".rstrip())
    if len(found) > 1 and not every:
        listed = "\n".join(f"  {in_words(fact)}" for fact in found[:SHOWN]) + (
            f"\n  … and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        )
        raise BadRequest(
            f"{counted(len(found), 'row')} of {name}.csv are meant by that; nothing was"
            f" changed:\n{listed}\nSay more of the key ({', '.join(columns)}); to withdraw all of"
            " them: --all."
        )
    return found


@open_to_all
def the_one(repository: Repository, file: str, key: Sequence[str]) -> Fact:
    """As `the_ones`, of a single one."""
    return the_ones(repository, file, key)[0]


def _with_ids_in_key(repository: Repository, file: str, key: Sequence[str]) -> list[str]:
    """Ids for what is said in words; what means nothing is left for whoever looks it up."""
    fact_type, found = BY_FILE[file], []
    for column, text in zip(fact_type.key, key, strict=False):
        target = file if column == "id" else fact_type.references.get(column)
        try:
            found.append(meant(repository, target, text) if target and text else text)
        except NotFound:
            found.append(text)
    return [*found, *key[len(found) :]]


@open_to_all
def with_ids(repository: Repository, file: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Cells in which whatever names a row of another file does so by its id, also where it was
    named in words. What nobody is called stays, to be named as a fault. Raises BadRequest where
    words mean several.
    """
    found = dict(cells)
    for column, target in BY_FILE[file].references.items():
        if text := cells.get(column):
            with suppress(NotFound):
                found[column] = meant(repository, target, text)
    return found


@open_to_all
def belonging(repository: Repository, fact: Fact) -> dict[str, list[Fact]]:
    """File -> rows that name this one, as far as the actor may look at them."""
    if fact.key != ("id",):
        return {}
    dataset = facts_in_view(repository, repository.dataset())
    found: dict[str, list[Fact]] = {}
    for file, fact_type in BY_FILE.items():
        columns = [column for column, to in fact_type.references.items() if to == fact.file]
        rows = [
            row
            for row in (dataset.rows(file) if columns else ())
            if any(getattr(row, column) == fact.cell("id") for column in columns)
        ]
        if rows:
            found[file] = rows
    return found


@open_to_all
def end_of(repository: Repository, fact: Fact, last: date) -> Ending:
    """What ending a row after its `last` day would change: proposed and made as any change is.
    Raises BadRequest where nothing of it can end.
    """
    return ending(repository.dataset(), fact, last)


@open_to_all
def withdrawal_of(repository: Repository, fact: Fact) -> list[RowChange]:
    """The change that withdraws a row with all that names it, and what names that: for somebody or
    something that was never used. Whether history needs any of it is said when it is proposed.
    """
    dataset = repository.dataset()
    gone, left = {fact: None}, [fact]
    while left:
        one = left.pop()
        if one.key != ("id",):
            continue
        for file, fact_type in BY_FILE.items():
            columns = [column for column, to in fact_type.references.items() if to == one.file]
            for row in dataset.rows(file) if columns else ():
                if row not in gone and any(
                    getattr(row, column) == one.cell("id") for column in columns
                ):
                    gone[row] = None
                    left.append(row)
    return [RowChange(row, None) for row in gone]


@open_to_all
def remove_facts(
    repository: Repository,
    file: str,
    key: Sequence[str],
    *,
    every: bool = False,
    why: str = "",
) -> Changed:
    """Withdraw the stored fact with this key; all that the beginning of a key names where `every`
    says so.

    Raises NotFound; BadRequest where several are meant; BadInput where others or history need one
    of them; NotPermitted.
    """
    found = the_ones(repository, file, key, every=every)
    return change(repository, [RowChange(fact, None) for fact in found], why=why)


def _said(columns: Sequence[str], key: Sequence[str]) -> str:
    return (
        ", ".join(f"{column} {value!r}" for column, value in zip(columns, key, strict=False))
        or "any key"
    )
