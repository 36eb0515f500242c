"""What somebody is told of their own published shifts, with the tap that says that they know; and
who has to be told by a person.
"""

from datetime import datetime

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.notice import Notice
from scheduler.domain.sentence import of_error
from scheduler.domain.version_words import span
from scheduler.services.inbox.notices import Untold, acknowledge, notices
from scheduler.services.inbox.words import Wording, moment, title
from ui import state
from ui.components.frame import say
from ui.components.words import plain

MOST_SHIFTS = 6


def notice_card(
    notice: Notice, wording: Wording, *, up_to: int | None = None, knows: str = "I know"
) -> None:
    """One notice. `up_to`: the last of several that the tap says they know, where it has one;
    `knows`: what the tap says.
    """
    with st.container(border=True, key=f"notice_{notice.id}"):
        st.markdown(f"**{plain(title(notice))}** · {plain(moment(notice.at))}")
        if notice.only_new:
            stand = "it stands" if len(notice.got) == 1 else "they stand"
            st.markdown(f"{plain(_from_to(notice))}; {stand} under *Shifts*.")
        else:
            shifts_told(notice, wording)
        if up_to is not None:
            st.button(
                knows,
                key=f"know_{notice.id}",
                icon=":material/check:",
                type="primary",
                on_click=_know,
                args=(notice.staff_id, up_to, "Noted."),
            )


def told_of_shifts(staff_id: str) -> None:
    """What somebody was told and has not said yet that they know; nothing where there is none."""
    found = notices(state.repository(), staff_id, unseen=True)
    if not found:
        return
    own = state.whoever_looks().staff_id == staff_id
    can = state.may("acknowledge_changes", "person", staff_id)
    wording = Wording.of(state.repository())
    for one in found:
        notice_card(
            one, wording, up_to=one.id if can else None, knows="I know" if own else "They know"
        )


def _from_to(notice: Notice) -> str:
    """`Mon 11 to Fri 15 January`, of the shifts that are new."""
    days = [shift.start.astimezone(LONDON).date() for shift in notice.got]
    return span(min(days), max(days))


def changed_shifts(staff_id: str) -> frozenset[datetime]:
    """When those shifts of somebody begin that have come in the place of others since they last
    said that they know.
    """
    found = notices(state.repository(), staff_id, unseen=True)
    return frozenset(shift.start for one in found if not one.only_new for shift in one.got)


def shifts_told(notice: Notice, wording: Wording) -> None:
    """What is gone and what has come, a line each; what is much, behind a button."""
    lines = [f":material/remove: No longer: {plain(wording.shift(one))}" for one in notice.lost]
    new = "" if notice.only_new else "New: "
    lines += [f":material/add: {new}{plain(wording.shift(one))}" for one in notice.got]
    st.markdown("  \n".join(lines[:MOST_SHIFTS]))
    if lines[MOST_SHIFTS:]:
        with st.expander(f"{len(lines) - MOST_SHIFTS} more"):
            st.markdown("  \n".join(lines[MOST_SHIFTS:]))


def untold_card(person: Untold, wording: Wording) -> None:
    """Somebody who does not know yet of what is near, for whoever tells them."""
    with st.container(border=True, key=f"untold_{person.staff_id}"):
        st.markdown(
            f"**{plain(person.name)} does not know yet**: the first shift that changed begins"
            f" {plain(moment(person.first_start))}. Call them."
        )
        for notice in person.notices:
            shifts_told(notice, wording)
        st.button(
            f"I have told {person.name}",
            key=f"told_{person.staff_id}",
            icon=":material/call:",
            on_click=_know,
            args=(person.staff_id, person.up_to, f"Noted: {plain(person.name)} knows."),
        )


def _know(staff_id: str, up_to: int, done: str) -> None:
    try:
        acknowledge(state.repository(), staff_id, up_to)
    except SchedulerError as error:
        say("error", plain(of_error(error)))
        return
    state.answered()
    say("success", done)
