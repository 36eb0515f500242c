"""Stored facts that an import does not hold any more: what stays without a word said of it, and
what is withdrawn where a file is complete.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.wording import counted
from scheduler.storage.merging import Merge

SHOWN = 20
WHOSE = {"staff": "people", "service": "services"}
"""Whose facts an import speaks of, so that it is said which of them it does not hold. An
organisation may stand in several datasets.
"""


class ToConfirm(SchedulerError):
    """An import that would withdraw stored facts; nothing is written before somebody has seen them
    and said yes.
    """

    def __init__(self, gone: tuple[Fact, ...]) -> None:
        self.gone = gone
        lines = [f"  {in_words(fact)}" for fact in gone[:SHOWN]]
        if len(gone) > SHOWN:
            lines.append(f"  … and {len(gone) - SHOWN:,} more.")
        super().__init__(
            "\n".join(
                [
                    (
                        f"{counted(len(gone), 'stored row is', 'stored rows are')} not in the files"
                        " and would be withdrawn:"
                    ),
                    *lines,
                ]
            )
            + "\nNothing was imported. To import and withdraw them: the same once more with --yes."
        )

    def __reduce__(self) -> tuple[type["ToConfirm"], tuple[tuple[Fact, ...]]]:
        return type(self), (self.gone,)


def in_words(fact: Fact) -> str:
    """`leave: staff_id S1, from_date 2027-01-11, kind annual`."""
    return f"{fact.file}: " + ", ".join(
        f"{name} {cell}" for name, cell in fact.cells().items() if cell
    )


@dataclass(frozen=True)
class Staying:
    """Stored facts of one file that are not in the import, of the same people, services or
    organisations as it speaks of.
    """

    file: str
    facts: tuple[Fact, ...]
    whose: str

    def sentence(self) -> str:
        """How many rows stay, and the option that withdraws them."""
        return (
            f"{self.file}.csv: {counted(len(self.facts), 'stored row')} of the same {self.whose}"
            f" {'is' if len(self.facts) == 1 else 'are'} not in the file and"
            f" {'stays' if len(self.facts) == 1 else 'stay'} (to withdraw: --complete {self.file})."
        )


def staying(merged: Merge, new: Dataset, *, whole: Collection[str] = ()) -> Iterator[Staying]:
    """What each file would leave as it is. `whole`: files whose every row is meant, on whatever
    dates.
    """
    for file, part in merged.files.items():
        owner = next(
            (
                (column, target)
                for column, target in BY_FILE[file].references.items()
                if target in WHOSE
            ),
            None,
        )
        if owner is None:
            if file in whole and part.kept:
                yield Staying(file, tuple(part.kept), "kind")
            continue
        column, target = owner
        known = {getattr(fact, "id") for fact in new.rows(target)}  # noqa: B009
        known = known or {getattr(fact, column) for fact in new.rows(file)}
        within = _span(new.rows(file)) if file not in whole else None
        everybody = file in whole and not new.rows(target)
        facts = tuple(
            fact
            for fact in part.kept
            if (everybody or getattr(fact, column) in known) and _lies(fact, within)
        )
        if facts:
            yield Staying(file, facts, WHOSE[target])


def _day(fact: Fact) -> date | None:
    cells = fact.__dict__
    found = cells.get("date", cells.get("start"))
    return found.date() if isinstance(found, datetime) else found


def _span(rows: tuple[Fact, ...]) -> tuple[date, date] | None:
    """First and last date of rows that are each about one date: an import of one week says nothing
    of another.
    """
    days = [day for row in rows if (day := _day(row)) is not None]
    return (min(days), max(days)) if days else None


def _lies(fact: Fact, within: tuple[date, date] | None) -> bool:
    day = _day(fact)
    return within is None or day is None or within[0] <= day <= within[1]


def without(merged: Merge, gone: Collection[Fact]) -> Merge:
    """The merge that also withdraws these facts."""
    lost: dict[str, set[Fact]] = {}
    for fact in gone:
        lost.setdefault(fact.file, set()).add(fact)
    files = dict(merged.files)
    changed: dict[str, Any] = {}
    for file, those in lost.items():
        part = files[file]
        kept = [fact for fact in part.kept if fact not in those]
        files[file] = replace(
            part,
            kept=kept,
            delete=[*part.delete, *those],
            counts=part.counts._replace(withdrawn=len(those)),
        )
        changed[file] = [fact for fact in merged.dataset.rows(file) if fact not in those]
    dataset = merged.dataset.with_facts(**changed)
    return Merge(
        files, dataset, {**merged.kept_counts, **{file: len(files[file].kept) for file in lost}}
    )
