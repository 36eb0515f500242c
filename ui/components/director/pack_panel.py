"""The paper for a board: over which weeks, with which answers, as PDF or workbook."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st

from scheduler.services.data.aside import aside
from scheduler.services.pack.pack import pack_file
from scheduler.services.view.look_up import comparisons
from scheduler.services.view.roster_tables import week_label
from ui import state
from ui.components.words import plain

ANSWERS = {
    "compare": "Comparison",
    "frontier": "Frontier",
    "waterfall": "Steps",
    "partners": "Partners",
}
"""Kinds of answers that a paper has a place for -> what the tabs of this page call them."""
NOTHING = (
    "No week is published yet, so a board pack would be empty. Build a roster on *Operations*, have"
    " it approved and publish it; then come back here."
)
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pack_panel(collaborative_id: str) -> None:
    """The whole view."""
    st.markdown(
        "The paper for your board: a page for all together and one for each organisation, with what"
        " cannot be said and how it is made again. PDF for reading, also by screen readers; the"
        " workbook has the same numbers."
    )
    found = state.kpis(collaborative_id)
    if not found["totals"]:
        st.info(NOTHING, icon=":material/description:")
        return
    if not found["all_together"]:
        st.caption(
            "You get the pages of the organisations whose rosters you may look at; the page of all"
            " together is for who may look at every member’s."
        )
    weeks = [date.fromisoformat(week) for week in found["weeks"]]
    left, right = st.columns(2)
    with left:
        first = st.selectbox("From the week of", weeks, format_func=week_label, key="pack_first")
    with right:
        last = st.selectbox(
            "to the week of",
            weeks,
            index=len(weeks) - 1,
            format_func=week_label,
            key="pack_last",
        )
    answers = _choose_answers(collaborative_id)
    if last < first:
        st.warning("The last week lies before the first: choose them the other way round.")
        return
    end = last + timedelta(days=6)
    with st.container(horizontal=True):
        st.download_button(
            "Board pack (PDF)",
            lambda: _file(collaborative_id, first, end, answers, "pdf"),
            f"board-pack-{first.isoformat()}.pdf",
            "application/pdf",
            type="primary",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
            key="pack_pdf",
        )
        st.download_button(
            "The same numbers (Excel)",
            lambda: _file(collaborative_id, first, end, answers, "xlsx"),
            f"board-pack-{first.isoformat()}.xlsx",
            SHEETS,
            icon=":material/grid_on:",
            on_click="ignore",
            key="pack_xlsx",
        )
    st.caption(
        "Made when you press, from what is published then; that takes some seconds. No member of"
        " staff is named in it. The same weeks, facts and answers always give the same file."
    )


def _choose_answers(collaborative_id: str) -> Sequence[str]:
    headers = {
        header.id: header
        for header in comparisons(state.repository(), collaborative_id)
        if header.kind in ANSWERS
    }
    if not headers:
        st.caption(
            "No answer is stored that could go into the annex: ask for one under *Compare*,"
            " *Frontier*, *Steps* or *Partners*."
        )
        return ()
    return st.multiselect(
        "Answers for the annex",
        list(headers),
        format_func=lambda key: plain(_label(headers[key])),
        key="pack_answers",
        placeholder="None",
    )


def _label(header: Any) -> str:
    made = f"made {header.created_at:%-d %b %H:%M} UTC"
    return f"{ANSWERS[header.kind]} from {header.start:%-d %b %Y}, {made}"


def _file(
    collaborative_id: str, first: date, last: date, answers: Sequence[str], suffix: str
) -> bytes:
    kind: Literal["pdf", "workbook"] = "pdf" if suffix == "pdf" else "workbook"
    return aside(state.repository(), pack_file, collaborative_id, first, last, answers, kind)
