"""Director: what a change would bring to the collaborative, its partners, patients and staff."""

from collections.abc import Callable

import streamlit as st

from ui import state
from ui.components.director.barriers_panel import barriers_panel
from ui.components.director.compare_panel import compare_panel
from ui.components.director.frontier_panel import frontier_panel
from ui.components.director.pack_panel import pack_panel
from ui.components.director.partners_panel import partners_panel
from ui.components.director.scenarios_panel import scenarios_panel
from ui.components.director.steps_panel import steps_panel
from ui.components.frame import choose_collaborative, message
from ui.components.kpi_panel import show_kpis

VIEWS: dict[str, Callable[[str], None]] = {
    "Compare": compare_panel,
    "Scenarios": scenarios_panel,
    "Barriers": barriers_panel,
    "Frontier": frontier_panel,
    "Steps": steps_panel,
    "Partners": partners_panel,
    "Measures over time": show_kpis,
    "Board pack": pack_panel,
}


def page() -> None:
    st.title("Director")
    message()
    collaborative = choose_collaborative()
    if collaborative is None:
        return
    names = list(VIEWS)
    state.stand_one("view", "director_view", names, names[0])
    for name, tab in zip(
        names, st.tabs(names, key="director_view", on_change="rerun"), strict=True
    ):
        if tab.open:
            with tab:
                VIEWS[name](collaborative.id)


page()
