"""A roster as a board that people work at: people × days, or work × days."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from scheduler.services.accounts.accounts import who
from scheduler.services.edit.board import get_ready
from scheduler.services.publish.publish import standing
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import RosterTables, day_label
from ui import state
from ui.components.board import Action, BoardData, Command, Mark, Row, board
from ui.components.difference_panel import compared_with
from ui.components.roster_board.changes import LEGEND as CHANGES_LEGEND
from ui.components.roster_board.changes import Changes, changes_of
from ui.components.roster_board.doing import do_more
from ui.components.roster_board.filters import COMPACT, people_shown, work_shown
from ui.components.roster_board.obey import BoardShown, Desk, desk, obey
from ui.components.roster_board.panel import panel
from ui.components.roster_board.rows import (
    LEGEND,
    SIGNED,
    RowsMade,
    columns,
    cover_line,
    marks_of,
    person_rows,
    work_rows,
)

UNASSIGN = Action("remove", "Unassign", "person_remove", "entries", "Take off these shifts")
PIN = Action("pin", "Pin", "keep", "entries", "Pin, or unpin: no build and no filling moves it")
FILL = Action("fill", "Fill", "auto_fix_high", "any", "Fill what is open here, all else fixed")
IMPROVE = Action("improve", "Improve around here", "tune", "entries", "All else stays as it is")

LOWEST = 36
TALLEST = 320
"""Pixels of a row: of a compact one, and of a line of work in which a dozen people have room."""
STYLE = """<style>
.st-key-board_place { position: relative; }
.st-key-cell_panel { z-index: 99; overflow-y: auto; gap: 0.6rem; padding: 0.7rem 0.9rem 1.5rem;
  background: light-dark(#ffffff, #14202b);
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
@media (min-width: 1000px) {
  .st-key-board_place:has(.st-key-cell_panel) { padding-right: 384px; min-height: 72vh; }
  .st-key-cell_panel { position: absolute; right: 0; top: 0; bottom: 0; width: 372px; } }
@media (max-width: 999px) {
  :root:has(.st-key-cell_panel) { --roster-board-beneath: 45vh; }
  .stMainBlockContainer:has(.st-key-cell_panel) { padding-bottom: 50vh; }
  .st-key-cell_panel { position: fixed; left: 0; right: 0; bottom: 0; height: 45vh; width: 100vw;
    border-radius: 0; box-shadow: 0 -6px 18px rgb(0 0 0 / 12%); } }
@media (max-width: 640px) { .st-key-compact_rows { display: none; } }
@page { size: landscape; margin: 9mm; }
@media print {
  .stMainBlockContainer:has(.st-key-board_place)
    :not(:has(.st-key-board_place), .st-key-board_place, .st-key-board_place *),
  .stMainBlockContainer .st-key-cell_panel { display: none !important; }
  :root .st-key-board_place { padding: 0 !important; min-height: 0; }
  .stMainBlockContainer:has(.st-key-board_place) { padding: 0 !important; }
  :root, body, .stApp, .stApp * { background-color: transparent; }
  :root, body { background: #ffffff !important; } }
</style>"""
"""What was opened stands beside the board, on a small screen below it, where rows are cards and
none lower; on paper the board alone.
"""


def by_person(header: RosterHeader, shown: Callable[[], RosterTables]) -> None:
    """People × days."""
    tables = shown()
    grid = state.person_grid(tables)
    at = desk("person")
    changes = _changes(header)
    people = people_shown(grid, tables, changes.people, lambda: do_more(header, at))
    if people.empty:
        st.info("Nobody fits these filters.")
        return
    marked = _marks(header, tables, changes)
    made = st.session_state.setdefault("person_rows_made", RowsMade())
    rows = person_rows(people, tables, marked, changes, made)
    known = BoardShown(
        header.id,
        state.edition(header.id),
        tables.days,
        tuple(row.id for row in rows),
        pinned=_pinned(marked),
    )
    _draw(header, tables, rows, known, at, "person", (UNASSIGN, PIN, IMPROVE), of=len(grid))


def by_work(header: RosterHeader, shown: Callable[[], RosterTables]) -> None:
    """Service, site, shift and role × days."""
    tables = shown()
    grid = state.work_grid(tables)
    if grid.empty:
        st.info("There is no demand on these days.")
        return
    at = desk("work")
    changes = _changes(header)
    work = work_shown(grid, changes.work, lambda: do_more(header, at))
    if work.empty:
        st.info("Nothing fits these filters.")
        return
    marked = _marks(header, tables, changes)
    rows = work_rows(work, tables, marked, changes)
    demand_of = {
        str(number): [ids.get(day, "") for day in tables.days]
        for number, ids in zip(work.index, work["demand_ids"], strict=True)
    }
    known = BoardShown(
        header.id,
        state.edition(header.id),
        tables.days,
        tuple(row.id for row in rows),
        demand_of,
        _pinned(marked),
    )
    _draw(header, tables, rows, known, at, "work", (UNASSIGN, FILL, PIN, IMPROVE), of=len(grid))


def _changes(header: RosterHeader) -> Changes:
    """What differs from the version that is compared with, if any is."""
    compared = compared_with(header)
    return Changes() if compared is None else changes_of(compared[0], f"version {compared[1]}")


def _signed(header: RosterHeader) -> frozenset[tuple[str, str]]:
    """What all whose it is have approved, where that is not of everything: of what is published it
    says nothing.
    """
    return frozenset() if header.status == "published" else state.signed(header.id)


def _marks(
    header: RosterHeader, tables: RosterTables, changes: Changes
) -> dict[tuple[str, str], list[Mark]]:
    database = state.repository()
    by_hand = state.put_by_hand(header.id)
    accounts = {edit.account for edit in by_hand.values()}
    names = {account: who(database, account) or "somebody" for account in accounts}
    pins = [(pin.staff_id, pin.demand_id) for pin in state.dataset().pin]
    breaches = tables.summary.get("breaches", ())
    signed = _signed(header)
    found = marks_of(by_hand, pins, breaches, names, tables.shifts, signed)
    for place, signs in changes.marks.items():
        found.setdefault(place, []).extend(signs)
    return found


def _pinned(marked: Mapping[tuple[str, str], Sequence[Mark]]) -> frozenset[tuple[str, str]]:
    return frozenset(
        place for place, signs in marked.items() if any(sign.code == "pinned" for sign in signs)
    )


def _legend(header: RosterHeader) -> tuple[tuple[str, str], ...]:
    compared = CHANGES_LEGEND if compared_with(header) else ()
    signed = (("signed", SIGNED),) if _signed(header) else ()
    return (*LEGEND, *signed, *compared)


def _printed(header: RosterHeader, tables: RosterTables, shown: int, of: int) -> str:
    """What a sheet of paper is of: whose roster, which days, which version, and how much of it.
    `shown` of so many rows.
    """
    first, last = tables.days[0], tables.days[-1]
    parts = [
        *(one.name for one in state.dataset().collaborative if one.id == header.collaborative_id),
        f"{day_label(first)} to {day_label(last)} {last.year}",
        f"version {header.version}",
        standing(header),
        *([f"{shown:,} of {of:,} rows"] if shown < of else []),
    ]
    return " · ".join(parts)


def _height(rows: Sequence[Row], people: bool, low: bool) -> int:
    """Pixels of a row: as many as the fullest cell needs, on a board of work."""
    if people:
        return LOWEST if low else 58
    cells = [cell for row in rows for cell in row.cells]
    lines = 26 * max((len(cell) for cell in cells), default=0) + 8
    if low:
        return min(TALLEST, max(LOWEST, lines))
    # one or two have two lines for their names each, and one for whatever else is said of them
    few = (
        sum(38 + 15 * (bool(one.low) + bool(one.note)) for one in cell) + 5
        for cell in cells
        if 0 < len(cell) < 3
    )
    return min(TALLEST, max(96, lines, *few))


def _draw(
    header: RosterHeader,
    tables: RosterTables,
    rows: Sequence[Row],
    known: BoardShown,
    at: Desk,
    view: str,
    actions: Sequence[Action],
    of: int,
) -> None:
    """`of`: how many rows there are without filters."""
    if at.moved_on:  # what is published does not change: a draft was made of it
        made, at.moved_on = at.moved_on, ""
        state.open_next({"roster": made})
        st.rerun()
    editable = header.kind == "roster" and state.may("build_rosters", "roster", header.id)

    def hear(command: Command) -> None:
        obey(command, known, at)

    people, low = view == "person", bool(st.session_state.get(COMPACT))
    st.html(STYLE)
    with st.container(key="board_place"):
        board(
            BoardData(
                label="Roster by person and day" if people else "Roster by work and day",
                corner="Person" if people else "Service, site, shift, role",
                columns=columns(tables),
                rows=rows,
                scroll_key=f"{view} {header.collaborative_id} {tables.days[0]}",
                view="person" if people else "work",
                sums="Hours" if people else "Open [h]",
                pinned=[cover_line(tables)],
                editable=editable,
                draft=header.status == "draft",
                actions=actions if editable else (),
                verdicts=at.verdicts,
                answer=at.answer,
                question=at.question,
                row_height=_height(rows, people, low),
                compact=low,
                first=236,
                least=94 if people or len(tables.days) <= 7 else 140,
                legend=_legend(header),
                reveals="cell_panel",
                returns=at.returns,
                printed=_printed(header, tables, len(rows), of),
            ),
            key=f"{view}_board",
            obey=hear,
        )
        panel(header, tables, known, at, view)
    if editable and header.status == "draft":
        get_ready(state.repository(), header.id)
