"""Requests of staff as cards: what granting would cost with its answers, shifts of who is sick, and
answers that the person has not seen.
"""

from collections.abc import Sequence

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.sentence import of_error
from scheduler.services.inbox.in_words import cover_words, granting_words, told_of
from scheduler.services.inbox.request_items import WaitingAnswer, WaitingCover, WaitingRequest
from scheduler.services.inbox.words import Wording, moment
from scheduler.services.requests.answering import grant, refuse
from scheduler.services.requests.telling import know_answer, requests_of
from ui import state
from ui.components.frame import say
from ui.components.words import plain


def request_card(item: WaitingRequest, wording: Wording) -> None:
    """A request with what each answer costs, and the answers."""
    words, number = told_of(item, wording), item.request.id
    with st.container(border=True, key=f"request_{number}"):
        st.markdown(f"**{plain(words.what)}** · {plain(moment(item.since))}")
        st.markdown(plain(f"Grant: {granting_words(item.cost)}{':' if item.cost.empty else '.'}"))
        _shifts(item.cost.empty, wording)
        for sentence in item.cost.beyond:
            st.warning(plain(sentence), icon=":material/group_off:")
        st.markdown(plain(f"Refuse: {words.costs['refuse']}"))
        st.text_input(
            "Words that they read with the answer",
            key=f"request_words_{number}",
            max_chars=500,
            placeholder="needed to refuse",
        )
        with st.container(horizontal=True):
            st.button(
                "Grant",
                key=f"grant_{number}",
                type="primary",
                icon=":material/check:",
                disabled=bool(item.cost.impossible),
                on_click=_answer,
                args=(number, item.name, True),
            )
            st.button(
                "Refuse",
                key=f"refuse_{number}",
                icon=":material/close:",
                on_click=_answer,
                args=(number, item.name, False),
            )


def _shifts(lines: Sequence[AssignmentLine], wording: Wording) -> None:
    """Shifts that nobody does, a line each."""
    if lines:
        st.markdown("\n".join(f"- {plain(wording.line(line))}" for line in lines))


def _answer(number: int, name: str, granting: bool) -> None:
    words = str(st.session_state.get(f"request_words_{number}", ""))
    try:
        if granting:
            grant(state.repository(), number, words=words)
        else:
            refuse(state.repository(), number, words)
    except SchedulerError as error:
        say("error", plain(of_error(error)))
        return
    state.facts_changed()
    state.answered()
    done = "Granted" if granting else "Refused"
    say("success", f"{done}. {plain(name)} sees it under My shifts.")


def cover_card(item: WaitingCover, wording: Wording) -> None:
    """Shifts of somebody who is sick, and the way to their repair."""
    with st.container(border=True, key=f"cover_{item.staff_id}_{item.header.id}"):
        st.markdown(f"**{plain(cover_words(item))}** · {plain(moment(item.since))}")
        _shifts(item.shifts, wording)
        st.page_link(
            "app_pages/operations.py",
            label="Find cover",
            icon=":material/healing:",
            query_params={
                "collaborative": item.header.collaborative_id,
                "week": item.header.start.isoformat(),
                "roster": item.header.id,
                "view": "Repair",
            },
        )


def answers_to(staff_id: str) -> None:
    """What somebody's own requests have come to, and they have not said yet that they know."""
    if not state.may("tell_own", "person", staff_id):
        return
    found = [
        one
        for one in requests_of(state.repository(), staff_id)
        if one.state in ("granted", "refused") and one.seen_at is None
    ]
    if found:
        wording = Wording.of(state.repository())
        for one in found:
            answer_card(WaitingAnswer(one.answered_at or one.at, one), wording)


def answer_card(item: WaitingAnswer, wording: Wording) -> None:
    """What became of a request, with the tap that says that they know."""
    words, request = told_of(item, wording), item.request
    with st.container(border=True, key=f"answer_{request.id}"):
        st.markdown(f"**{plain(words.what)}** · {plain(moment(item.since))}")
        st.button(
            "I know",
            key=f"know_request_{request.id}",
            icon=":material/check:",
            type="primary",
            on_click=know,
            args=(request.staff_id, request.id),
        )


def know(staff_id: str, number: int) -> None:
    """The person has seen an answer."""
    try:
        know_answer(state.repository(), staff_id, number)
    except SchedulerError as error:
        say("error", plain(of_error(error)))
        return
    state.answered()
    say("success", "Noted.")
