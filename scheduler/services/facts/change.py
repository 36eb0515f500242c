"""Change facts row by row: understand what was typed, say what is wrong with it and what it would
upset, make it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.note import Note
from scheduler.services.accounts.gate import open_to_all
from scheduler.services.facts.permission import require_change
from scheduler.storage.parsing import parse_table
from scheduler.storage.raw_table import RawTable
from scheduler.storage.repository import Repository

if TYPE_CHECKING:
    from scheduler.services.facts.upsets import Upset

LONGEST_REASON = 500
"""Characters of the reason for a change."""


@dataclass(frozen=True)
class EditedRow:
    """One row as somebody leaves it. `number`: where it stands for them, counted from 1; `before`:
    the stored row that they read, None for a new one; `cells`: column -> text, None where they
    withdraw it.
    """

    number: int
    before: Fact | None
    cells: Mapping[str, str] | None


@dataclass(frozen=True)
class Proposed:
    """Changes that can be made. `numbers`: where each stands for whoever makes them; `notes`: what
    may not be meant; `upsets`: what of published rosters would not stand any more.
    """

    changes: tuple[RowChange, ...]
    numbers: tuple[int, ...]
    notes: tuple[str, ...]
    upsets: "tuple[Upset, ...]"


@dataclass(frozen=True)
class Changed:
    """Changes that were made, as change set `number`."""

    number: int
    changes: tuple[RowChange, ...]
    notes: tuple[str, ...]


def understood(
    file: str, edited: Iterable[EditedRow]
) -> tuple[tuple[RowChange, ...], tuple[int, ...]]:
    """Rows of one file as changes, with the number of each; rows that are left as they were are no
    change. Raises BadInput with every cell that is not what its column needs, as an import would.
    """
    changes, numbers, faults = _read(file, edited)
    if faults:
        raise BadInput(faults)
    return changes, numbers


@open_to_all
def propose_edited(
    repository: Repository, file: str, edited: Iterable[EditedRow]
) -> Proposed | None:
    """What rows of one file come to as somebody leaves them; None where all are left as they were.
    Raises NotPermitted, and BadInput with every fault of cells and between facts at once.
    """
    changes, numbers, faults = _read(file, edited)
    try:
        found = propose(repository, changes, numbers) if changes else None
    except BadInput as error:
        raise BadInput([*faults, *error.faults]) from None
    if faults:
        raise BadInput(faults)
    return found


def _read(
    file: str, edited: Iterable[EditedRow]
) -> tuple[tuple[RowChange, ...], tuple[int, ...], tuple[Fault, ...]]:
    """Changes of the rows that can be understood, with their numbers, and the faults of others."""
    fact_type = BY_FILE[file]
    names = tuple(fact_type.model_fields)
    edited = list(edited)
    written = [row for row in edited if row.cells is not None]
    table = RawTable(
        f"{file}.csv",
        names,
        tuple((row.number, [_cell(row, name) for name in names]) for row in written),
    )
    parsed = parse_table(fact_type, table)
    after = dict(zip(parsed.row_numbers, parsed.facts, strict=True))
    real = [
        (RowChange(row.before, after.get(row.number)), row.number)
        for row in edited
        # neither one that cannot be understood, nor left as it was, nor made and unmade again
        if (row.cells is None or row.number in after) and row.before != after.get(row.number)
    ]
    return (
        tuple(change for change, _ in real),
        tuple(number for _, number in real),
        parsed.faults,
    )


def _cell(row: EditedRow, name: str) -> str:
    assert row.cells is not None
    return (row.cells.get(name) or "").strip()


@open_to_all
def propose(
    repository: Repository, changes: Sequence[RowChange], numbers: Sequence[int] = ()
) -> Proposed:
    """What would come of these changes; nothing is written. Raises NotPermitted, and BadInput with
    every fault.
    """
    # here, so that whoever only looks at facts does not wait for the solver's library
    from scheduler.services.facts.upsets import upsets

    _require_any(changes)
    require_change(repository, changes)
    notes: list[Note] = []
    facts = repository.try_change(changes, rows=numbers, tell=notes.extend)
    return Proposed(
        tuple(changes),
        tuple(numbers),
        _in_words(notes),
        upsets(repository, changes, facts),
    )


@open_to_all
def change(
    repository: Repository,
    changes: Sequence[RowChange],
    *,
    why: str = "",
    numbers: Sequence[int] = (),
) -> Changed:
    """Make these changes, all or none, as one change set. `numbers`: where each stands for whoever
    makes them, counted from 1. Raises NotPermitted, BadRequest for no change and a reason that is
    too long, and BadInput with every fault.
    """
    _require_any(changes)
    action, concerned = require_change(repository, changes)
    notes: list[Note] = []
    number = repository.change(
        changes,
        why=reason(why),
        rows=numbers,
        action=action,
        concerns=concerned,
        tell=notes.extend,
    )
    return Changed(number, tuple(changes), _in_words(notes))


def reason(why: str) -> str:
    """A reason as it is kept: on one line. Raises BadRequest for one that is too long."""
    found = " ".join(why.split())
    if len(found) > LONGEST_REASON:
        raise BadRequest(
            f"The reason has {len(found):,} characters; {LONGEST_REASON} are kept. Say it shorter."
        )
    return found


def _require_any(changes: Sequence[RowChange]) -> None:
    if not changes:
        raise BadRequest("Nothing is changed by that: every row stays as it is stored.")


def _in_words(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(str(note) for note in sorted(set(notes)))
