"""Stored facts: find some by the beginning of their key, and withdraw what is no longer so."""

from collections.abc import Collection, Sequence

from scheduler.domain.access import Thing
from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.wording import counted, maybe
from scheduler.services.accounts.gate import employers, note_look, open_to_all
from scheduler.services.accounts.in_view import PERSONAL, rows_in_view, whose
from scheduler.services.facts.change import Changed, change
from scheduler.storage.repository import Repository
from scheduler.storage.withdrawing import in_words

SHOWN = 12


@open_to_all
def find_facts(repository: Repository, file: str, key: Sequence[str]) -> list[Fact]:
    """The stored facts of a file whose key begins with these cells, in the order of the key, as far
    as the actor may look at them. Raises NotFound, BadRequest.
    """
    file = file.removesuffix(".csv")
    if file not in BY_FILE:
        raise NotFound(
            f"There are no facts called {file!r}."
            f" {maybe(file, BY_FILE, 'See data-model files: ' + ', '.join(BY_FILE), cutoff=0.5)}"
        )
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
    found = find_facts(repository, file, key)
    name = file.removesuffix(".csv")
    if not found:
        columns = BY_FILE[name].key
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
            f" withdrawn:\n{listed}\nSay more of the key ({', '.join(BY_FILE[name].key)}), or"
            " withdraw all of them with --all."
        )
    return change(repository, [RowChange(fact, None) for fact in found], why=why)


def _said(columns: Sequence[str], key: Sequence[str]) -> str:
    return (
        ", ".join(f"{column} {value!r}" for column, value in zip(columns, key, strict=False))
        or "any key"
    )
