"""Rows of a board that are the same as before are taken again, and no others."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast

import pandas as pd

from scheduler.services.view.roster_grids import CellEntry
from scheduler.services.view.roster_tables import RosterTables, day_label
from ui.components.board import Entry, Mark, Row
from ui.components.roster_board.changes import Changes
from ui.components.roster_board.rows import RowsMade, person_rows

DAYS = (date(2027, 1, 11), date(2027, 1, 12))
SHIFT = CellEntry("07:00–15:00", "Ward A", "", "plain", "D1", "ann")
LATER = CellEntry("13:00–21:00", "Ward A", "", "plain", "D2", "ann")


@dataclass
class Week:
    """All that rows need of a roster's tables."""

    days: tuple[date, ...] = DAYS


def grid(**ann: Any) -> pd.DataFrame:
    """Two people, of whom the first may be otherwise."""
    first = {"name": "Ann", "hours": 7.5, "owed": 37.5, "roles": ["Nurse"], "monday": [SHIFT]}
    rows = [
        ("ann", {**first, **ann}),
        ("bea", {**first, "name": "Bea", "owed": None, "monday": []}),
    ]
    return pd.DataFrame(
        [
            {
                "staff_id": staff_id,
                "name": one["name"],
                "roles": one["roles"],
                "organisations": ["Provide"],
                "hours": one["hours"],
                "owed": one["owed"],
                day_label(DAYS[0]): one["monday"],
                day_label(DAYS[1]): [],
            }
            for staff_id, one in rows
        ]
    )


def made(shown: pd.DataFrame, marks: Any, changes: Changes, before: RowsMade | None) -> list[Row]:
    return person_rows(shown, cast(RosterTables, Week()), marks, changes, before)


def test_whatever_is_otherwise_is_seen_and_nobody_else_is_made_anew() -> None:
    before = RowsMade()
    pinned = {("ann", "D1"): [Mark("pinned", "pinned")]}
    left = Changes(gone_of={("ann", DAYS[1]): [Entry("", "07:00", "", "no longer", "gone")]})
    steps: list[tuple[pd.DataFrame, Any, Changes]] = [
        (grid(), {}, Changes()),
        (grid(monday=[LATER]), {}, Changes()),
        (grid(monday=[SHIFT, LATER], hours=15.0), {}, Changes()),
        (grid(), pinned, Changes()),
        (grid(), {}, Changes()),
        (grid(), {}, left),
        (grid(name="Anna"), {}, Changes()),
        (grid(owed=30.0), {}, Changes()),
        (grid(roles=["Nurse", "Midwife"]), {}, Changes()),
    ]
    rows = [made(*step, before) for step in steps]
    assert rows == [made(*step, None) for step in steps]
    assert all(one != other for (one, _), (other, _) in pairwise(rows))
    assert all(bea is rows[0][1] for _, bea in rows)


def test_a_filter_keeps_the_rows_that_it_leaves_out_for_later() -> None:
    before = RowsMade()
    (ann, bea) = made(grid(), {}, Changes(), before)
    assert made(grid().tail(1), {}, Changes(), before) == [bea]
    assert made(grid(), {}, Changes(), before)[0] is ann


def test_nothing_of_a_row_can_be_changed_afterwards() -> None:
    for row in made(grid(), {("ann", "D1"): [Mark("pinned", "pinned")]}, Changes(), None):
        hash(row)
