"""A roster as grids: by person, and by service and place."""

import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.viewing import RosterTables, day_label
from ui import state
from ui.components.board import Row, board


def _filtered(grid: pd.DataFrame) -> pd.DataFrame:
    row = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    text = row[0].text_input("Find a person", placeholder="name or staff number", icon=":material/search:")
    organisations = row[1].multiselect("Organisation", sorted({name for names in grid["organisations"] for name in names}))
    roles = row[2].multiselect("Role", sorted({name for names in grid["roles"] for name in names}))
    places = row[3].multiselect("Based in", sorted(set(grid["place"])))
    keep = pd.Series(True, index=grid.index)
    if text:
        keep &= (grid["name"] + " " + grid["staff_id"]).str.contains(text.strip(), case=False, regex=False)
    if organisations:
        keep &= grid["organisations"].map(lambda names: bool(set(names) & set(organisations)))
    if roles:
        keep &= grid["roles"].map(lambda names: bool(set(names) & set(roles)))
    if places:
        keep &= grid["place"].isin(places)
    which = st.segmented_control(
        "Show",
        ["Everybody", "With shifts", "Without shifts", "Lent", "Beyond the contract"],
        default="Everybody",
        required=True,
        label_visibility="collapsed",
    )
    return grid[keep & _which(grid, str(which))]


def _which(grid: pd.DataFrame, which: str) -> pd.Series:
    days = [
        column for column in grid.columns if isinstance(column, str) and column[:3] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    ]
    if which in ("With shifts", "Without shifts"):
        return (grid["hours"] > 0) == (which == "With shifts")
    if which == "Everybody":
        return pd.Series(True, index=grid.index)
    signs = ("→",) if which == "Lent" else ("overtime", "bank")
    return grid[days].map(lambda cell: any(sign in entry.note for entry in cell for sign in signs)).any(axis=1)


def by_person(tables: RosterTables) -> None:
    """People × days with filters; a chosen row tells the person's shifts in words."""
    grid = state.person_grid(tables)
    shown = _filtered(grid)
    titles = [day_label(day) for day in tables.days]
    st.caption(
        f"{len(shown):,} of {counted(len(grid), 'person', 'people')}. “→”: lent to that host. Choose a row to read its shifts in words. "
        "Bank and agency workers without a name are in *By service and place*."
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
    rows: list[Row] = [
        (staff_id, name, [f"{', '.join(roles)}, {', '.join(employers)}", f"{hours:g} h rostered, contract {owed:g} h a week"], list(week))
        for staff_id, name, roles, employers, hours, owed, week in facts
    ]
    chosen = board("Roster by person and day", ["Person", *titles], rows, key="person_board", row_height=58, first=270, clickable=True)
    if chosen is not None:
        _in_words(tables, shown[shown["staff_id"] == chosen].iloc[0])


def _in_words(tables: RosterTables, person: pd.Series) -> None:
    st.subheader(f"{person['name']} ({person['staff_id']})")
    own = tables.shifts[tables.shifts["staff_id"] == person["staff_id"]].sort_values("start")
    if own.empty:
        st.write("No shift on these days.")
    for shift in own.itertuples():
        lent = f"; lent by {shift.employer}" + (f" by {shift.route}" if shift.route else "") if shift.lent else ""
        pounds = f", £{shift.cost_pence / 100:,.2f} beyond contracted pay" if shift.cost_pence else ""
        st.markdown(
            f"- **{day_label(shift.day)} {shift.start:%H:%M}–{shift.end:%H:%M}**: {shift.role}, {shift.service}, {shift.site}; "
            f"accountable: {shift.host}{lent}; {shift.pay}, contract {shift.contract_id}{pounds}"
        )
    st.page_link("app_pages/my_shifts.py", label="Open in My shifts", icon=":material/person:", query_params={"person": person["staff_id"]})


def by_service(tables: RosterTables) -> None:
    """Service, site, shift and role × days, with names and filled/required."""
    grid = state.work_grid(tables)
    if grid.empty:
        st.info("There is no demand on these days.")
        return
    row = st.columns(3)
    services = row[0].multiselect("Service", sorted(set(grid["service"])))
    places = row[1].multiselect("Place", sorted(set(grid["place"])))
    short_only = row[2].toggle("Only where somebody is missing", help="rows with at least one day short")
    titles = [day_label(day) for day in tables.days]
    keep = (grid["service"].isin(services) if services else True) & (
        grid["place"].isin(places) if places else pd.Series(True, index=grid.index)
    )
    shown = grid[keep]
    if short_only:
        shown = shown[shown[titles].map(lambda cell: any(entry.kind == "short" for entry in cell)).any(axis=1)]
    st.caption(f"{len(shown):,} of {counted(len(grid), 'row')}. Each day: filled/required, “short” where somebody is missing, then who.")
    cells = [shown[title] for title in titles]
    facts = zip(shown["service"], shown["site"], shown["shift"], shown["hours"], shown["role"], zip(*cells, strict=True), strict=True)
    rows: list[Row] = [
        (str(number), service, [site, role, f"{shift} {hours}"], list(week))
        for number, (service, site, shift, hours, role, week) in enumerate(facts)
    ]
    board(
        "Roster by service, site, shift and day", ["Service, site, shift, role", *titles], rows, key="work_board", row_height=70, first=240
    )
