"""What an import changes: which of its facts are new, which are stored already, and which
contradict a stored one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scheduler.domain import overlaps
from scheduler.domain.change_set import RowChange, paired
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.domain.note import Note


class Counts(NamedTuple):
    """Rows of one file: new, equal to a stored one, in place of a stored one, and stored ones that
    were withdrawn.
    """

    added: int
    same: int
    replaced: int
    withdrawn: int = 0


@dataclass
class FileMerge:
    """One file's share. `insert`, `update` (same id) and `delete` are what the database has
    to do.
    """

    insert: list[Fact] = field(default_factory=list)
    update: list[Fact] = field(default_factory=list)
    delete: list[Fact] = field(default_factory=list)
    kept: list[Fact] = field(default_factory=list)
    """Stored facts that the new ones neither equal nor replace."""
    clashes: list[tuple[int, Fact]] = field(default_factory=list)
    """Index of a new fact, and the stored one that it contradicts."""
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0))


@dataclass(frozen=True)
class Merge:
    """All files. `dataset` is what would be stored: kept facts first, then the new ones."""

    files: dict[str, FileMerge]
    dataset: Dataset
    kept_counts: dict[str, int]

    def row_number(self, new_row_number: RowNumber) -> RowNumber:
        """For `dataset`: 0 for stored facts."""
        return lambda file, index: (
            0
            if index < self.kept_counts[file]
            else new_row_number(file, index - self.kept_counts[file])
        )

    def changes(self) -> list[RowChange]:
        """What would be stored, withdrawn and stored in place of something, row by row."""
        found = []
        for part in self.files.values():
            old = {stored.identity(): stored for _, stored in part.clashes}
            found += [RowChange(old[fact.identity()], fact) for fact in part.update]
            found += paired(part.delete, part.insert)
        return found

    def clashes(self, new: Dataset, row_number: RowNumber) -> list[Fault]:
        """A fault for each new fact that contradicts a stored one, naming both."""
        return [
            _clash(file, row_number(file, index), new.rows(file)[index], stored)
            for file, merge in self.files.items()
            for index, stored in merge.clashes
        ]

    def reused_ids(self, new: Dataset, row_number: RowNumber) -> list[Note]:
        """A note for each new fact that makes a stored id stand for another thing, where it may be
        replaced.
        """
        return [
            _reuse(file, row_number(file, index), new.rows(file)[index], stored, name)
            for file, merge in self.files.items()
            for index, stored in merge.clashes
            for name in stored.fixed
            if getattr(stored, name) != getattr(new.rows(file)[index], name)
        ]


def merge(stored: Dataset, new: Dataset) -> Merge:
    """As if every contradiction were settled for the new fact; whether that is wanted is for the
    caller to say.
    """
    files = {}
    for fact_type in FACT_TYPES:
        file = fact_type.file
        work = _merge_by_id if fact_type.key == ("id",) else _merge_by_key
        files[file] = work(stored.rows(file), new.rows(file))
    for fact_type in FACT_TYPES:
        if fact_type.one_at_a_time:
            _give_way(files[fact_type.file], new.rows(fact_type.file))
    return Merge(
        files,
        Dataset.of(fact for file in files for fact in (*files[file].kept, *new.rows(file))),
        {file: len(part.kept) for file, part in files.items()},
    )


def _merge_by_id(stored: Iterable[Fact], new: Iterable[Fact]) -> FileMerge:
    result = FileMerge()
    by_id = {fact.identity(): fact for fact in stored}
    same = 0
    named = set()
    for index, fact in enumerate(new):
        named.add(fact.identity())
        old = by_id.get(fact.identity())
        if old is None:
            result.insert.append(fact)
        elif old == fact:
            same += 1
        else:
            result.update.append(fact)
            result.clashes.append((index, old))
    result.kept = [fact for identity, fact in by_id.items() if identity not in named]
    result.counts = Counts(len(result.insert), same, len(result.update))
    return result


def _merge_by_key(stored: Iterable[Fact], new: Iterable[Fact]) -> FileMerge:
    """Facts without an id may share their key (two passports of one day): only a key whose stored
    facts have all gone is contradicted.
    """
    result = FileMerge()
    new = list(new)
    found = set(new)
    by_key: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in stored:
        by_key[fact.identity()].append(fact)
    known = {fact for facts in by_key.values() for fact in facts}
    same = replaced = 0
    replaced_keys = set()
    taken: set[Fact] = set()
    for index, fact in enumerate(new):
        old = by_key.get(fact.identity(), [])
        if fact in known or fact in taken:
            same += 1
            continue
        taken.add(fact)
        result.insert.append(fact)
        if old and not any(other in found for other in old):
            replaced += 1
            replaced_keys.add(fact.identity())
            result.clashes.append((index, old[0]))
    result.delete = [fact for key in replaced_keys for fact in by_key[key]]
    result.kept = [
        fact
        for key, facts in by_key.items()
        if key not in replaced_keys
        for fact in facts
        if fact not in found
    ]
    result.counts = Counts(len(result.insert) - replaced, same, replaced)
    return result


def _give_way(part: FileMerge, new: Sequence[Fact]) -> None:
    """Stored facts that a new one overlaps and contradicts are cut down to what lies before and
    after it.

    Contracts have ids that others refer to: whether one ends is for a person to say
    (scheduler.domain.overlaps finds them).
    """
    by_owner: dict[tuple[Any, ...], list[tuple[int, Fact]]] = defaultdict(list)
    fresh = set(part.insert)
    for index, fact in enumerate(new):
        if fact in fresh and "id" not in type(fact).model_fields:
            by_owner[overlaps.owner(fact)].append((index, fact))
    there = {*part.kept, *new}
    for old in [fact for fact in part.kept if overlaps.owner(fact) in by_owner]:
        left = [old]
        for index, fact in by_owner[overlaps.owner(old)]:
            if overlaps.contradict(old, fact):
                part.clashes.append((index, old))
                left = [piece for one in left for piece in overlaps.cut(one, fact)]
        if left != [old]:
            part.delete.append(old)
            part.kept.remove(old)
            # what is left of one row may be another that is stored
            pieces = [one for one in dict.fromkeys(left) if one not in there]
            there.update(pieces)
            part.kept += pieces
            part.insert += pieces
            part.counts = part.counts._replace(replaced=part.counts.replaced + 1)


def _reuse(file: str, row: int, new: Fact, stored: Fact, name: str) -> Note:
    text = (
        f"the stored row with id {new.cells()['id']} has {stored.cells()[name]}: from now on the id"
        f" stands for another {file}"
    )
    return Note(f"{file}.csv", row, name, text)


def _clash(file: str, row: int, new: Fact, stored: Fact) -> Fault:
    new_cells, stored_cells = new.cells(), stored.cells()
    differences = ", ".join(
        f"{name} {stored_cells[name]!r} (here {new_cells[name]!r})"
        for name in new_cells
        if new_cells[name] != stored_cells[name]
    )
    if new.identity() != stored.identity():  # it holds at the same time
        said = ", ".join(f"{name} {cell}" for name, cell in stored_cells.items() if cell)
        first = overlaps.columns(new)[0]
        return Fault(
            f"{file}.csv",
            row,
            first,
            new_cells[first],
            "no stored row that holds at the same time and says otherwise: there is one with"
            f" {said}; or the option to replace stored rows",
        )
    same = " and ".join(f"{name} {new_cells[name]}" for name in new.key if new_cells[name])
    return Fault(
        f"{file}.csv",
        row,
        new.key[0],
        new_cells[new.key[0]],
        f"the stored row with {same}, which has {differences}; or the option to replace stored"
        " rows",
    )
