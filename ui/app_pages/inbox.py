"""Inbox: what waits for whoever looks, the oldest first, with what each answer would cost and the
button that gives it.
"""

from typing import assert_never

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.sentence import of_error
from scheduler.domain.trade import Trade
from scheduler.domain.wording import counted
from scheduler.services.explain.names import Naming
from scheduler.services.inbox.in_words import told_of
from scheduler.services.inbox.inbox import (
    WaitingApproval,
    WaitingDispute,
    WaitingItem,
    WaitingNotice,
    WaitingPublication,
    WaitingTrade,
    WaitingUntold,
    inbox,
)
from scheduler.services.inbox.request_items import WaitingAnswer, WaitingCover, WaitingRequest
from scheduler.services.inbox.words import Wording, moment
from scheduler.services.sign_off.standing import scheme_of_roster
from scheduler.services.trades.approval import approve_trade, refuse_trade
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.frame import message, say
from ui.components.mail_panel import mail_panel
from ui.components.notices_panel import notice_card, untold_card
from ui.components.request_cards import answer_card, cover_card, request_card
from ui.components.sign_off_panel import dispute_card, step_buttons
from ui.components.words import plain

TRADES = {
    "give": "A shift is given away",
    "swap": "Two people swap shifts",
    "open": "Somebody would take an open shift",
}
DISPUTE_ANSWERS = {
    "answer": "Answer",
    "approve": "Approve it",
    "insist": "Do not agree",
    "uphold": "Uphold the refusal",
}


def look_at(header: RosterHeader, key: str) -> None:
    """The way to the roster that something is about."""
    st.page_link(
        "app_pages/operations.py",
        label="Look at it",
        icon=":material/open_in_new:",
        query_params={
            "collaborative": header.collaborative_id,
            "week": header.start.isoformat(),
            "roster": header.id,
            "view": key,
        },
    )


def approval(item: WaitingApproval, wording: Wording) -> None:
    """A step that an organisation has to take."""
    words = told_of(item, wording)
    name = wording.names.organisation(item.step.organisation_id)
    with st.container(border=True, key=f"waits_{item.header.id}_{item.step.organisation_id}"):
        st.markdown(f"**{plain(words.what)}** · {plain(moment(item.since))}")
        verbs = {"approve": "Approve", "refuse": "Refuse"}
        for answer, cost in words.costs.items():
            st.markdown(plain(f"{verbs[answer]}: {cost}"))
        with st.container(horizontal=True, vertical_alignment="center"):
            step_buttons(item.header, item.step, name)
            look_at(item.header, "By person")


def publication(item: WaitingPublication, wording: Wording) -> None:
    """A roster that all have approved."""
    words = told_of(item, wording)
    with st.container(border=True, key=f"publish_{item.header.id}"):
        st.markdown(f"**{plain(words.what)}** · {plain(moment(item.since))}")
        st.markdown(plain(f"Publish: {words.costs['publish']}"))
        look_at(item.header, "Publish")


def trade_card(item: WaitingTrade, wording: Wording) -> None:
    """Shifts that people want to trade."""
    found = item.waiting
    names = state.names_of(found.trade.roster_id)
    with st.container(border=True, key=f"trade_{found.trade.id}"):
        kind = TRADES[found.trade.kind]
        st.markdown(f"**{kind}** · {plain(moment(item.since))}")
        for line in _who_does_what(found.trade, names):
            st.markdown(f"- {plain(line)}")
        effect = found.effect
        if effect is None or effect.broken:
            st.warning(plain(f"Approve: {names.said(item.costs['approve'])}"))
        else:
            st.markdown(plain(f"Approve: {item.pay}. Refuse: everything stays as it was."))
            if effect.paid_for:
                comes = counted(len(effect.paid_for), "thing comes", "things come")
                with st.expander(f"{comes} with it"):
                    for sentence in effect.paid_for:
                        st.markdown(f"- {plain(names.said(sentence))}")
        if found.missing - found.mine:
            others = [wording.names.organisation(one) for one in found.missing - found.mine]
            st.caption(f"It also waits for {plain(' and '.join(sorted(others)))}.")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Approve",
                key=f"approve_trade_{found.trade.id}",
                type="primary",
                icon=":material/check:",
                disabled=found.effect is None or bool(found.effect.broken),
                on_click=_answer_trade,
                args=(found.trade, None),
            )
            with (
                st.popover("Refuse", icon=":material/block:"),
                st.form(f"form_trade_{found.trade.id}", border=False),
            ):
                key = f"why_trade_{found.trade.id}"
                st.text_input("Why", key=key, placeholder="for those who want to trade")
                st.form_submit_button(
                    "Refuse it",
                    key=f"refuse_trade_{found.trade.id}",
                    on_click=_answer_trade,
                    args=(found.trade, key),
                )


def _who_does_what(trade: Trade, names: Naming) -> list[str]:
    """A line for each of the two."""
    taker, work = names.person(trade.taken_by or ""), names.work(trade.demand_id)
    if trade.giver is None:
        return [f"{taker} would do {work}"]
    giver = names.person(trade.giver)
    if trade.taken_for is None:
        return [f"{giver} would no longer do {work}", f"{taker} would do it"]
    other = names.work(trade.taken_for)
    return [f"{giver} would do {other}", f"{taker} would do {work}"]


def _answer_trade(trade: Trade, why: str | None) -> None:
    """`why`: under which key the reason of a refusal stands; None: it is approved."""
    try:
        if why is None:
            done = approve_trade(state.repository(), trade.id)
        else:
            reason = str(st.session_state.get(why, ""))
            done = refuse_trade(state.repository(), trade.id, reason)
    except SchedulerError as error:
        say("error", plain(state.names_of(trade.roster_id).said(of_error(error))))
        return
    state.answered()
    state.publications_changed()
    told = {
        "done": "Approved and published: both are told.",
        "taken": "Approved. It waits for the others whom it concerns.",
        "refused": "Refused. Both read why.",
    }
    say("success", told[done.stored])


def show(item: WaitingItem, wording: Wording) -> None:
    """One item, with what can be done about it."""
    match item:
        case WaitingApproval():
            approval(item, wording)
        case WaitingPublication():
            publication(item, wording)
        case WaitingDispute():
            named = wording.names.organisation(item.dispute.organisation_id)
            about = plain(wording.roster(item.header.id))
            st.markdown(f"**A dispute about {about}** · {plain(moment(item.since))}")
            for answer, cost in told_of(item, wording).costs.items():
                st.markdown(plain(f"{DISPUTE_ANSWERS[answer]}: {cost}"))
            look_at(item.header, "Publish")
            dispute_card(item.dispute, named, scheme_of_roster(state.repository(), item.header.id))
        case WaitingTrade():
            trade_card(item, wording)
        case WaitingUntold():
            untold_card(item.person, wording)
        case WaitingNotice():
            notice_card(item.notice, wording, up_to=item.notice.id)
        case WaitingRequest():
            request_card(item, wording)
        case WaitingCover():
            cover_card(item, wording)
        case WaitingAnswer():
            answer_card(item, wording)
        case _:
            assert_never(item)


def page() -> None:
    st.title("Inbox")
    message()
    mail_panel("what waits for you")
    found = inbox(state.repository())
    if not found:
        st.success(
            "Nothing waits for you. Rosters that are offered for approval, disputes, requests of"
            " staff, and people who have to be told of a change stand here, the oldest first.",
            icon=":material/inbox:",
        )
        return
    st.caption(f"{counted(len(found), 'thing waits', 'things wait')}, the oldest first.")
    wording = Wording.of(state.repository())
    for item in found:
        show(item, wording)


page()
