"""Which rows of the boards are shown: by name and by what people and work are."""

from collections.abc import Callable, Set
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted, has_words
from scheduler.services.view.roster_tables import BEYOND, RosterTables
from ui import state

CHANGED = "Changed"
COMPACT = "compact_rows"
"""The key of whether rows are low."""
KINDS = ("Everybody", "With shifts", "Without shifts", "Lent", "Beyond the contract")


def people_shown(
    grid: pd.DataFrame, tables: RosterTables, changed: Set[str], more: Callable[[], None]
) -> pd.DataFrame:
    """Those whom the filters leave; the filters stand in the address. `changed`: whose rows show
    what differs from another version; `more`: draws what else stands in their line.
    """
    kinds = (*KINDS, CHANGED) if changed else KINDS
    with st.container(horizontal=True, vertical_alignment="center", key="person_filters"):
        state.stand(
            "find", "find_person", "", lambda texts: texts[0], lambda text: [text] if text else []
        )
        text = st.text_input(
            "Find a person",
            placeholder="Find a person: name or staff number",
            icon=":material/search:",
            key="find_person",
            label_visibility="collapsed",
            width=290,
        )
        if st.session_state.get("show_people", kinds[0]) not in kinds:
            st.session_state["show_people"] = kinds[0]
        state.stand_one("show", "show_people", kinds, kinds[0])
        which = st.segmented_control(
            "Show", kinds, required=True, label_visibility="collapsed", key="show_people"
        )
        with st.popover("Filter", icon=":material/filter_alt:"):
            chosen = {
                label: several(st, label, parameter, options)
                for label, parameter, options in (
                    (
                        "Organisation",
                        "organisation",
                        sorted({name for names in grid["organisations"] for name in names}),
                    ),
                    ("Role", "role", sorted({name for names in grid["roles"] for name in names})),
                    ("Based in", "based", sorted(set(grid["place"]))),
                )
            }
        _compact()
        more()
    keep = pd.Series(True, index=grid.index)
    if text:
        keep &= (grid["name"] + " " + grid["staff_id"]).map(lambda name: has_words(name, text))
    if organisations := set(chosen["Organisation"]):
        keep &= grid["organisations"].map(lambda names: bool(set(names) & organisations))
    if roles := set(chosen["Role"]):
        keep &= grid["roles"].map(lambda names: bool(set(names) & roles))
    if chosen["Based in"]:
        keep &= grid["place"].isin(chosen["Based in"])
    if which == CHANGED:
        keep &= grid["staff_id"].isin(changed)
    shown = grid[keep & of_kind(grid, tables.shifts, str(which))]
    named = [name for names in chosen.values() for name in names]
    if len(shown) < len(grid):
        only = f" ({', '.join(named)})" if named else ""
        st.caption(f"{len(shown):,} of {counted(len(grid), 'person', 'people')}{only}.")
    return shown


def _compact() -> None:
    """Whether more rows are to stand in a window, each with less; in the address."""
    state.stand(
        "rows",
        COMPACT,
        False,
        lambda texts: texts[0] == "compact",
        lambda low: ["compact"] if low else [],
    )
    st.toggle("Compact", key=COMPACT, help="more rows in the window, each lower")


def several(where: Any, label: str, parameter: str, options: list[str]) -> list[str]:
    """A choice of several, which stands in the address."""
    key = f"filter_{parameter}"
    if key in st.session_state:  # another roster may have others
        st.session_state[key] = [name for name in st.session_state[key] if name in options]
    state.stand_many(parameter, key, options)
    chosen: list[str] = where.multiselect(label, options, key=key)
    return chosen


def of_kind(grid: pd.DataFrame, shifts: pd.DataFrame, which: str) -> pd.Series:
    """Flags over the people: those of one of `KINDS`; all, for any other."""
    if which in ("With shifts", "Without shifts"):
        return (grid["hours"] > 0) == (which == "With shifts")
    if which not in ("Lent", "Beyond the contract"):
        return pd.Series(True, index=grid.index)
    own = (
        shifts[shifts["lent"].astype(bool)]
        if which == "Lent"
        else shifts[shifts["pay"].isin(BEYOND)]
    )
    return grid["staff_id"].isin(own["staff_id"])


def work_shown(grid: pd.DataFrame, changed: Set[str], more: Callable[[], None]) -> pd.DataFrame:
    """The lines of work that the filters leave. `changed`: ids of the demand where another version
    has others; `more` as above.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="work_filters"):
        state.stand(
            "short",
            "short_only",
            False,
            lambda texts: texts[0] == "yes",
            lambda only: ["yes"] if only else [],
        )
        short_only = st.toggle(
            "Only where somebody is missing",
            help="rows with at least one day short",
            key="short_only",
        )
        changed_only = bool(changed) and st.toggle(
            "Only what changed",
            help="rows that differ from the version that this one is compared with",
            key="changed_only",
        )
        with st.popover("Filter", icon=":material/filter_alt:"):
            services = several(st, "Service", "service", sorted(set(grid["service"])))
            places = several(st, "Place", "place", sorted(set(grid["place"])))
        _compact()
        more()
    keep = pd.Series(True, index=grid.index)
    if services:
        keep &= grid["service"].isin(services)
    if places:
        keep &= grid["place"].isin(places)
    if changed_only:
        keep &= grid["demand_ids"].map(lambda ids: not changed.isdisjoint(ids.values()))
    if short_only:
        keep &= grid["missing"] > 0
    shown = grid[keep]
    if len(shown) < len(grid):
        st.caption(f"{len(shown):,} of {counted(len(grid), 'row')}.")
    return shown
