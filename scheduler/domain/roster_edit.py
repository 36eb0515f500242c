"""What people change in a draft: edits, as they are kept, and which of them can be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence

EditKind = Literal[
    "assign",
    "unassign",
    "move",
    "swap",
    "copy",
    "fill",
    "improve",
    "restore",
    "facts",
    "undo",
    "redo",
]
"""`facts`: what fell away because the facts no longer hold it. Of the others each is what it says.
"""


@dataclass(frozen=True)
class RosterEdit:
    """One change of a draft. `number`: the edition of the roster that it made; `undoes`: the number
    of the edit that it takes back, or brings again.

    `days`: demand id -> the local date on which its shift starts.
    """

    roster_id: str
    number: int
    kind: EditKind
    at: datetime
    account: str
    behind: str
    removed: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    days: dict[str, date]
    undoes: int | None = None
    reason: str = ""
    overridden: tuple[Sentence, ...] = ()
    command_id: str | None = None

    @property
    def cells(self) -> frozenset[tuple[str, date]]:
        """(staff id or supply id, date) of everything that it touches."""
        return frozenset(
            (a.staff_id or a.supply_id, self.days[a.demand_id])
            for a in (*self.removed, *self.added)
        )


def to_undo(edits: Sequence[RosterEdit], account: str) -> RosterEdit | None:
    """Somebody's own latest edit that still counts; None where there is none."""
    done, _ = _piles(edits, account)
    return done[-1] if done else None


def to_redo(edits: Sequence[RosterEdit], account: str) -> RosterEdit | None:
    """The edit that somebody has taken back last and done nothing else since; None where there is
    none.
    """
    _, undone = _piles(edits, account)
    return undone[-1] if undone else None


def standing(edits: Sequence[RosterEdit]) -> list[RosterEdit]:
    """Those that were not taken back, or were brought again."""
    counts: dict[int, bool] = {}
    by_number = {one.number: one for one in edits}
    for one in edits:
        counts[one.number] = True
        if one.undoes is not None:
            counts[one.undoes] = one.kind == "redo"
    return [by_number[number] for number, stands in counts.items() if stands]


def _piles(edits: Iterable[RosterEdit], account: str) -> tuple[list[RosterEdit], list[RosterEdit]]:
    """(own edits that count, own edits that were taken back and can be brought again), the latest
    last. What was taken back by naming it leaves its pile wherever it lies.
    """
    by_number: dict[int, RosterEdit] = {}
    done: list[RosterEdit] = []
    undone: list[RosterEdit] = []
    for edit in edits:
        by_number[edit.number] = edit
        original = by_number.get(edit.undoes) if edit.undoes is not None else None
        if edit.kind == "undo" and original is not None:
            if original in done:
                done.remove(original)
                undone.append(original)
        elif edit.kind == "redo" and original is not None:
            if original in undone:
                undone.remove(original)
                done.append(original)
        elif edit.account == account and edit.kind != "facts":
            done.append(edit)
            undone.clear()
    return done, undone
