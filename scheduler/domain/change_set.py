"""A change of facts as people think of it: one row before and after, several rows together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Fact

ChangeKind = Literal["change", "import", "revert"]
Tally = Mapping[str, int]
"""How many rows of a file were `added`, `changed`, `removed`; only those that are above 0."""


@dataclass(frozen=True)
class RowChange:
    """One row of facts. `before`: None where it is new; `after`: None where it is withdrawn."""

    before: Fact | None
    after: Fact | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("a change of a row has a row before it or after it")
        if self.before is not None and self.after is not None:
            assert self.before.file == self.after.file, "a row stays in its file"

    @property
    def fact(self) -> Fact:
        """The row as it is after the change, or was where it is gone."""
        found = self.before if self.after is None else self.after
        assert found is not None
        return found

    @property
    def file(self) -> str:
        """Which file the row belongs to."""
        return self.fact.file

    @property
    def what(self) -> str:
        """`added`, `changed` or `removed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def reversed(self) -> "RowChange":
        """The change that takes this one back."""
        return RowChange(self.after, self.before)

    def differing(self) -> list[str]:
        """The columns in which the row is another one afterwards; of a new or withdrawn row, those
        that are filled.
        """
        if self.before is None or self.after is None:
            return [column for column, cell in self.fact.cells().items() if cell]
        one, other = self.before.cells(), self.after.cells()
        return [column for column in one if one[column] != other[column]]


def tally(changes: Iterable[RowChange]) -> dict[str, Tally]:
    """File -> how many of its rows were added, changed, removed."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for change in changes:
        found[change.file][change.what] += 1
    return {file: dict(counts) for file, counts in found.items()}


def both_sides(changes: Iterable[RowChange]) -> Iterator[Fact]:
    """Every row that a change speaks of, as it was and as it will be."""
    for change in changes:
        yield from (fact for fact in (change.before, change.after) if fact is not None)


def changed_dataset(dataset: Dataset, changes: Sequence[RowChange]) -> Dataset:
    """The facts after the changes: new and changed rows stand last in their file, in the order of
    the changes. What a change finds no row of is not there to be taken away.
    """
    files = {change.file for change in changes}
    gone = Counter(change.before for change in changes if change.before is not None)
    left: dict[str, list[Fact]] = {}
    for file in files:
        rows: list[Fact] = []
        for row in dataset.rows(file):
            if gone[row]:
                gone[row] -= 1
            else:
                rows.append(row)
        left[file] = rows
    for change in changes:
        if change.after is not None:
            left[change.file].append(change.after)
    return dataset.with_facts(**left)


def paired(gone: Sequence[Fact], new: Sequence[Fact]) -> list[RowChange]:
    """Withdrawn and new rows of one file as changes: those of the same key are one row that
    changed.
    """
    by_key: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in gone:
        by_key[fact.identity()].append(fact)
    changes = []
    for fact in new:
        old = by_key.get(fact.identity())
        changes.append(RowChange(old.pop(0) if old else None, fact))
    return [*changes, *(RowChange(fact, None) for left in by_key.values() for fact in left)]
