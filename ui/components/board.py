"""A big read-only grid of rows × days whose cells hold labelled entries; a row can be chosen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from scheduler.services.view.roster_tables import CellEntry

Row = tuple[str, str, list[str], Sequence[Sequence[CellEntry]]]
"""id, title, further lines under it, and the entries of each column, whose kinds are classes of
board.css.
"""

_HERE = Path(__file__).parent


def board(
    label: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    key: str,
    row_height: int = 48,
    height: int = 640,
    first: int = 220,
    least: int = 120,
    clickable: bool = False,
    reveals: str = "",
) -> str | None:
    """Draws the grid; the id of the row chosen, if any. `columns` begins with the head of the
    titles' column.

    `reveals`: the key, less the row's id, of the container in which the page speaks of a chosen
    row; it is brought into sight.
    """
    drawn = _component()(
        key=key,
        height="content",
        on_chosen_change=_nothing,
        data={
            "label": label,
            "columns": list(columns),
            "rows": list(rows),
            "row_height": row_height,
            "height": height,
            "first": first,
            "least": least,
            "clickable": clickable,
            "reveals": reveals,
        },
    )
    chosen = drawn.get("chosen")
    return chosen if any(row[0] == chosen for row in rows) else None


def _nothing() -> None:
    """A choice needs no more than the rerun that it brings."""


def _component() -> Any:
    return st.components.v2.component(
        "roster_board",
        html='<div class="board" role="grid" tabindex="-1"></div>',
        css=(_HERE / "board.css").read_text(encoding="utf-8"),
        js=(_HERE / "board.js").read_text(encoding="utf-8"),
    )
