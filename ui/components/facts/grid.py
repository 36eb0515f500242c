"""A grid of the rows of one file: look, change, add, withdraw, paste, take away."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import Fact
from scheduler.domain.wording import counted
from scheduler.services.data.import_export import table_bytes
from scheduler.services.facts.change import Changed, EditedRow, change, propose_edited
from scheduler.services.facts.words import FactNames, column_title, file_title
from scheduler.services.view.by_words import found_by_words
from ui import state
from ui.components.facts.edited import GridOf
from ui.components.facts.proposal import faults_at_cells, proposal
from ui.components.words import plain, plain_lines

MOST_ROWS = 3_000
"""Rows that one grid shows; beyond, words are asked for that leave fewer."""
SEARCHED = 15
"""Rows from which on a grid has a field to search it."""
LOWEST, HIGHEST = 110, 560
"""Pixels of a grid."""


def fact_grid(
    file: str,
    rows: Sequence[Fact],
    names: FactNames,
    *,
    key: str,
    fixed: Mapping[str, str] | None = None,
    editable: bool = True,
    adding: bool = True,
) -> None:
    """The grid of some rows of a file. `fixed`: column -> cell that all of them have, and what is
    added gets; `key`: tells grids of a page apart; `editable`: for who may change them; `adding`:
    rows can be added and withdrawn too.
    """
    shown = _searched(rows, names, key)
    grid = GridOf(file, tuple(shown), fixed or {}, names)
    editor = f"grid_{key}_{st.session_state.get('grids', 0)}_{len(rows)}"
    table = grid.table()
    height = min(HIGHEST, max(LOWEST, 35 * (len(shown) + 2) + 3))
    if not editable:
        st.dataframe(table, column_config=grid.config(), height=height, key=editor, hide_index=True)
        return
    if not rows:
        st.caption("None yet: type in the empty row, or paste some.")
    st.data_editor(
        table,
        column_config=grid.config(),
        num_rows="dynamic" if adding else "fixed",
        height=height,
        key=editor,
        hide_index=True,
        alt=f"{file_title(file)}: {counted(len(shown), 'row')}, to be changed",
    )
    edited = grid.edited(st.session_state[editor])
    try:
        pasted = _pasting(grid, key) if adding else []
    except BadInput as error:
        faults_at_cells(error)
        return
    if edited or pasted:
        _propose(file, [*edited, *_behind(edited, pasted)], names, key)


def _searched(rows: Sequence[Fact], names: FactNames, key: str) -> list[Fact]:
    if len(rows) < SEARCHED:
        return list(rows)
    text = st.text_input(
        f"Find among {len(rows):,} rows",
        key=f"search_{key}",
        placeholder="any words of any cells",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    found = list(rows)
    if text:
        by_place = {str(place): names.row(row) for place, row in enumerate(rows)}
        wanted = set(found_by_words(by_place, text))
        found = [row for place, row in enumerate(rows) if str(place) in wanted]
    if len(found) > MOST_ROWS:
        st.caption(f"Shown are the first {MOST_ROWS:,} of {len(found):,} rows: search for others.")
        found = found[:MOST_ROWS]
    return found


def _pasting(grid: GridOf, key: str) -> list[EditedRow]:
    """Rows from a spreadsheet, and the way of these into one."""
    with st.popover("Spreadsheet", icon=":material/table:"):
        titles = [column_title(grid.file, name) for name in grid.shown]
        st.caption(
            "Copy: choose cells and press Ctrl+C, or take the whole table. Paste: rows with the"
            f" columns {plain(', '.join(titles))}, in this order or under a line of titles."
        )
        text = st.text_area(
            "Rows to be added",
            key=f"paste_{key}_{st.session_state.get('grids', 0)}",
            placeholder="\t".join(titles),
        )
        st.download_button(
            "Take the table away",
            table_bytes(_titled(grid)),
            file_name=f"{grid.file}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"take_{key}",
        )
    return grid.pasted(text) if text else []


def _titled(grid: GridOf) -> pd.DataFrame:
    titles = {name: column_title(grid.file, name) for name in grid.shown}
    return grid.table()[grid.shown].rename(columns=titles)


def _behind(edited: Sequence[EditedRow], pasted: Sequence[EditedRow]) -> list[EditedRow]:
    """Pasted rows numbered behind those that were typed."""
    last = max((row.number for row in edited), default=0)
    if not pasted or last < pasted[0].number:
        return list(pasted)
    shift = last - pasted[0].number + 1
    return [EditedRow(row.number + shift, row.before, row.cells) for row in pasted]


def _propose(file: str, edited: Sequence[EditedRow], names: FactNames, key: str) -> None:
    try:
        found = propose_edited(state.repository(), file, edited)
        if found is None:
            return
    except BadInput as error:
        faults_at_cells(error)
        return
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return

    def save(why: str) -> Changed:
        return change(state.repository(), found.changes, why=why, numbers=found.numbers)

    proposal(found, names, save, key=key)
