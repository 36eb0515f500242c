"""A roster as grids: by person, and by service and place."""

from collections.abc import Iterable
from math import isnan
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted, has_words
from scheduler.services.view.roster_tables import BEYOND, CellEntry, RosterTables, day_label
from ui import state
from ui.components.board import BoardColumn, BoardData, Command, Entry, Row, board
from ui.components.words import plain

IN_WORDS = "person_in_words"
"""The key of the container in which a chosen person's shifts are told."""
CHOSEN = "chosen_person"
"""Under which the session keeps whose shifts are told in words."""

KINDS = ("Everybody", "With shifts", "Without shifts", "Lent", "Beyond the contract")


def _filtered(grid: pd.DataFrame, tables: RosterTables) -> pd.DataFrame:
    """Those whom the filters leave; the filters stand in the address."""
    row = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    state.stand(
        "find", "find_person", "", lambda texts: texts[0], lambda text: [text] if text else []
    )
    text = row[0].text_input(
        "Find a person",
        placeholder="name or staff number",
        icon=":material/search:",
        key="find_person",
    )
    chosen = {
        label: _several(column, label, parameter, options)
        for column, label, parameter, options in (
            (
                row[1],
                "Organisation",
                "organisation",
                sorted({name for names in grid["organisations"] for name in names}),
            ),
            (row[2], "Role", "role", sorted({name for names in grid["roles"] for name in names})),
            (row[3], "Based in", "based", sorted(set(grid["place"]))),
        )
    }
    keep = pd.Series(True, index=grid.index)
    if text:
        keep &= (grid["name"] + " " + grid["staff_id"]).map(lambda name: has_words(name, text))
    if organisations := set(chosen["Organisation"]):
        keep &= grid["organisations"].map(lambda names: bool(set(names) & organisations))
    if roles := set(chosen["Role"]):
        keep &= grid["roles"].map(lambda names: bool(set(names) & roles))
    if chosen["Based in"]:
        keep &= grid["place"].isin(chosen["Based in"])
    state.stand_one("show", "show_people", KINDS, KINDS[0])
    which = st.segmented_control(
        "Show", KINDS, required=True, label_visibility="collapsed", key="show_people"
    )
    return grid[keep & _which(grid, tables.shifts, str(which))]


def _several(column: Any, label: str, parameter: str, options: list[str]) -> list[str]:
    key = f"filter_{parameter}"
    if key in st.session_state:  # another roster may have others
        st.session_state[key] = [name for name in st.session_state[key] if name in options]
    state.stand_many(parameter, key, options)
    chosen: list[str] = column.multiselect(label, options, key=key)
    return chosen


def _which(grid: pd.DataFrame, shifts: pd.DataFrame, which: str) -> pd.Series:
    if which in ("With shifts", "Without shifts"):
        return (grid["hours"] > 0) == (which == "With shifts")
    if which == "Everybody":
        return pd.Series(True, index=grid.index)
    own = (
        shifts[shifts["lent"].astype(bool)]
        if which == "Lent"
        else shifts[shifts["pay"].isin(BEYOND)]
    )
    return grid["staff_id"].isin(own["staff_id"])


def _against_contract(hours: float, owed: float | None, days: int) -> str:
    """`69 h rostered, contract 75 h in 2 weeks`: hours of the same time; without what is owed where
    that is not for these eyes.
    """
    if owed is None or isnan(owed):
        return f"{hours:,.4g} h rostered"
    if days > 7 and days % 7 == 0:
        return f"{hours:,.4g} h rostered, contract {owed * days / 7:,.4g} h in {days // 7} weeks"
    return f"{hours:,.4g} h rostered, contract {owed:g} h a week"


def by_person(tables: RosterTables) -> None:
    """People × days with filters; a chosen row tells the person's shifts in words."""
    grid = state.person_grid(tables)
    shown = _filtered(grid, tables)
    titles = [day_label(day) for day in tables.days]
    st.caption(
        f"{len(shown):,} of {counted(len(grid), 'person', 'people')}. “→”: lent to that host."
        " Choose a row to read its shifts in words. Bank and agency workers without a name are in"
        " *By service and place*."
    )
    if shown.empty:
        st.info("Nobody fits these filters.")
        return
    cells = [shown[title] for title in titles]
    facts = zip(
        shown["staff_id"],
        shown["name"],
        shown["roles"],
        shown["organisations"],
        shown["hours"],
        shown["owed"],
        zip(*cells, strict=True),
        strict=True,
    )
    rows = [
        Row(
            staff_id,
            name,
            [
                f"{', '.join(roles)}, {', '.join(employers)}",
                _against_contract(hours, owed, len(titles)),
            ],
            _entries(week),
        )
        for staff_id, name, roles, employers, hours, owed, week in facts
    ]
    # above the board, which reaches to the end of the window
    in_words = st.container(key=IN_WORDS)
    asked = board(
        BoardData(
            label="Roster by person and day",
            corner="Person",
            columns=_columns(tables),
            rows=rows,
            scroll_key=f"person {tables.days[0]}",
            row_height=58,
            height=640,
            first=270,
            reveals=IN_WORDS,
        ),
        key="person_board",
    )
    chosen = shown[shown["staff_id"] == _chosen(asked)]
    if not chosen.empty:
        with in_words:
            _in_words(tables, chosen.iloc[0])


def _columns(tables: RosterTables) -> list[BoardColumn]:
    return [BoardColumn(day.isoformat(), day_label(day)) for day in tables.days]


def _entries(cells: Iterable[Iterable[CellEntry]]) -> list[list[Entry]]:
    """As the board draws them; none can be picked up."""
    return [
        [Entry("", entry.top, entry.low, entry.note, entry.kind) for entry in cell]
        for cell in cells
    ]


def _chosen(asked: Command | None) -> str | None:
    """Whose shifts are told in words: the one opened last."""
    if asked is not None and asked.spot is not None:
        st.session_state[CHOSEN] = asked.spot.row
    chosen: str | None = st.session_state.get(CHOSEN)
    return chosen


def _in_words(tables: RosterTables, person: pd.Series) -> None:
    st.subheader(plain(f"{person['name']} ({person['staff_id']})"))
    own = tables.shifts[tables.shifts["staff_id"] == person["staff_id"]].sort_values("start")
    if own.empty:
        st.write("No shift on these days.")
    for shift in own.itertuples():
        lent = (
            f"; lent by {shift.employer}" + (f" by {shift.route}" if shift.route else "")
            if shift.lent
            else ""
        )
        pounds = (
            f", £{shift.cost_pence / 100:,.2f} beyond contracted pay" if shift.cost_pence else ""
        )
        st.markdown(
            f"- **{day_label(shift.day)} {shift.start:%H:%M}–{shift.end:%H:%M}**:"
            f" {plain(shift.role)}, {plain(shift.service)}, {plain(shift.site)}; accountable:"
            f" {plain(shift.host)}{plain(lent)}; {shift.pay}, contract"
            f" {plain(shift.contract_id)}{pounds}"
        )
    st.page_link(
        "app_pages/my_shifts.py",
        label="Open in My shifts",
        icon=":material/person:",
        query_params={"person": person["staff_id"], "week": tables.days[0].isoformat()},
    )


def by_service(tables: RosterTables) -> None:
    """Service, site, shift and role × days, with names and filled/required."""
    grid = state.work_grid(tables)
    if grid.empty:
        st.info("There is no demand on these days.")
        return
    row = st.columns(3)
    services = _several(row[0], "Service", "service", sorted(set(grid["service"])))
    places = _several(row[1], "Place", "place", sorted(set(grid["place"])))
    state.stand(
        "short",
        "short_only",
        False,
        lambda texts: texts[0] == "yes",
        lambda only: ["yes"] if only else [],
    )
    short_only = row[2].toggle(
        "Only where somebody is missing", help="rows with at least one day short", key="short_only"
    )
    titles = [day_label(day) for day in tables.days]
    keep = (grid["service"].isin(services) if services else True) & (
        grid["place"].isin(places) if places else pd.Series(True, index=grid.index)
    )
    shown = grid[keep]
    if short_only:
        shown = shown[
            shown[titles].map(lambda cell: any(entry.kind == "short" for entry in cell)).any(axis=1)
        ]
    st.caption(
        f"{len(shown):,} of {counted(len(grid), 'row')}. Each day: filled/required, “short” where"
        " somebody is missing, then who."
    )
    cells = [shown[title] for title in titles]
    facts = zip(
        shown["service"],
        shown["site"],
        shown["shift"],
        shown["hours"],
        shown["role"],
        zip(*cells, strict=True),
        strict=True,
    )
    rows = [
        Row(str(number), service, [site, role, f"{shift} {hours}"], _entries(week))
        for number, (service, site, shift, hours, role, week) in enumerate(facts)
    ]
    board(
        BoardData(
            label="Roster by service, site, shift and day",
            corner="Service, site, shift, role",
            columns=_columns(tables),
            rows=rows,
            scroll_key=f"work {tables.days[0]}",
            view="work",
            row_height=120,
            height=640,
            first=240,
        ),
        key="work_board",
    )
