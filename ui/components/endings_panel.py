"""What of somebody's ends within weeks, or has ended lately, with the tap that says they know."""

from collections.abc import Collection
from datetime import date

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.sentence import of_error
from scheduler.services.inbox.known_endings import know_endings, known_since, told_endings_in
from scheduler.services.view.my_words import ends_when, thing
from ui import state
from ui.components.frame import say
from ui.components.words import plain


def ends_soon(staff_id: str, on: date) -> None:
    """What ends, and they have not said yet that they know; nothing where there is none. One tap
    for all of it: it is read together, and on a telephone there is one target to hit.
    """
    known = known_since(state.repository(), staff_id)
    news = [one for one in told_endings_in(state.dataset(), known, staff_id, on) if one.is_news]
    if not news:
        return
    with st.container(border=True, key="what_ends"):
        st.markdown(":material/event_busy: **What ends, or has ended**")
        lines = [
            f"- **{plain(thing(one.ending.kind, one.what))}**"
            f" {ends_when(one.ending, on)}. {plain(one.who)} can renew it."
            for one in news
        ]
        st.markdown("\n".join(lines))
        with st.container(horizontal=True):
            if state.may("acknowledge_changes", "person", staff_id):
                own = state.whoever_looks().staff_id == staff_id
                st.button(
                    "I know" if own else "They know",
                    key="know_endings",
                    icon=":material/check:",
                    type="primary",
                    on_click=_know,
                    args=(staff_id, {one.ending.mark for one in news}, on),
                )
            st.button(
                f"Which shifts need {'it' if len(news) == 1 else 'them'}",
                key="to_clearance",
                icon=":material/verified_user:",
                on_click=_to_clearance,
            )


def _know(staff_id: str, marks: Collection[str], on: date) -> None:
    try:
        know_endings(state.repository(), staff_id, marks, on)
    except SchedulerError as error:
        say("error", plain(of_error(error)))
        return
    say("success", "Noted. It stays listed under *Clearance*.")


def _to_clearance() -> None:
    st.session_state["my_view"] = "Clearance"
