"""What nobody may overlook, on everybody's first page: disputes that wait for longer than the
scheme lets anything wait, and how much waits for whoever looks.
"""

from datetime import UTC, datetime

import streamlit as st

from scheduler.domain.version_words import version_of
from scheduler.domain.wording import counted
from scheduler.services.sign_off.disputes import disputes
from scheduler.services.view import look_up
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.words import plain

MOST = 3


def waiting_line() -> None:
    """How many things wait for whoever looks, with the way to them; nothing where none does."""
    if not state.may("settle_disputes"):
        return
    many = state.waiting()
    if many:
        st.page_link(
            "app_pages/inbox.py",
            label=f"{counted(many, 'thing waits', 'things wait')} for you",
            icon=":material/inbox:",
        )


def overdue_disputes() -> None:
    """What is overdue, with the way to it; nothing where nothing is."""
    if not state.may("see_rosters"):
        return
    now = datetime.now(UTC)
    found = [one for one in disputes(state.repository()) if one.overdue(now)]
    known = {header.id: header for header in look_up.rosters(state.repository())} if found else {}
    found = [one for one in found if one.roster_id in known]
    for dispute in found[:MOST]:
        header = known[dispute.roster_id]
        names = state.names_of(header.id)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"Overdue: {plain(names(dispute.organisation_id))} refused"
                f" {version_of(header.id, header.start)} of the week from"
                f" {day_label(header.start)}, and nobody has settled it:"
                f" {plain(dispute.events[0].words)}",
                icon=":material/gavel:",
                width="stretch",
            )
            st.page_link(
                "app_pages/operations.py",
                label="Settle it",
                icon=":material/open_in_new:",
                query_params={
                    "collaborative": header.collaborative_id,
                    "week": header.start.isoformat(),
                    "roster": header.id,
                    "view": "Publish",
                },
            )
    if found[MOST:]:
        st.caption(f"{counted(len(found) - MOST, 'more dispute is', 'more disputes are')} overdue.")
