"""Shifts that change hands: what colleagues offer, what one offers, open places; as a nurse reads
it on a phone.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.sentence import of_error
from scheduler.domain.trade import Trade, TradeAsked
from scheduler.domain.wording import counted
from scheduler.services.trades import trades as service
from scheduler.services.trades.who_could import open_places
from ui import state
from ui.components.frame import say
from ui.components.words import plain

STATES = {
    "open": "waits for somebody to take it",
    "taken": "taken, waits for approval",
    "done": "has changed hands",
    "refused": "was refused",
    "withdrawn": "was taken back",
    "lapsed": "nobody took it in time",
}
AHEAD = timedelta(days=84)
"""So far ahead work is called by its name."""
SHOWN = 5
"""Trades that have ended of which one is told."""


def offers_to(staff_id: str) -> None:
    """What colleagues offer somebody, with yes and no; nothing where nobody offers anything."""
    if not state.may("trade_shifts", "person", staff_id):
        return
    now = datetime.now(UTC)
    offered = [
        trade
        for trade in service.trades_of(state.repository(), staff_id)
        if trade.state(now) == "open" and trade.giver not in (None, staff_id)
    ]
    called = service.colleagues(state.repository(), staff_id) if offered else {}
    for trade in offered:
        for asked in trade.asks(staff_id):
            _offer(trade, asked, called.get(trade.giver or "", "A colleague"))


def _offer(trade: Trade, asked: TradeAsked, giver: str) -> None:
    """`giver`: what they are called."""
    names = state.names_of(trade.roster_id)
    key = f"{trade.id}_{asked.demand_id or ''}"
    with st.container(border=True, key=f"offered_{key}"):
        if asked.demand_id is None:
            text = f"**{plain(giver)} offers you a shift**  \n{plain(names.work(trade.demand_id))}"
        else:
            text = (
                f"**{plain(giver)} asks to swap**  \nYou would do:"
                f" {plain(names.work(trade.demand_id))}  \ninstead of:"
                f" {plain(names.work(asked.demand_id))}"
            )
        st.markdown(text)
        others = len({one.staff_id for one in trade.asked if not one.declined}) - 1
        if others:
            st.caption(
                f"{counted(others, 'other colleague is', 'other colleagues are')} asked too: the"
                " first to say yes has it."
            )
        with st.container(horizontal=True):
            st.button(
                "Yes, I take it",
                key=f"accept_{key}",
                type="primary",
                icon=":material/check:",
                on_click=_tried,
                args=(
                    lambda: service.accept(
                        state.repository(), asked.staff_id, trade.id, taken_for=asked.demand_id
                    ),
                    "It is yours once it is approved. Until then nothing changes.",
                ),
            )
            st.button(
                "No",
                key=f"decline_{key}",
                icon=":material/close:",
                on_click=_tried,
                args=(
                    lambda: service.decline(state.repository(), asked.staff_id, trade.id),
                    "You are not asked again.",
                ),
            )


def offer_buttons(staff_id: str, demand_id: str) -> None:
    """Under a shift to come of somebody: give it away, or swap it."""
    if not state.may("trade_shifts", "person", staff_id):
        return
    database = state.repository()
    with st.popover("Give or swap", icon=":material/swap_horiz:"):
        st.caption(
            "Only colleagues are asked who may do it within all rules. You keep the shift until"
            " somebody takes it and it is approved."
        )
        st.button(
            "Offer it",
            key=f"give_{demand_id}",
            icon=":material/volunteer_activism:",
            on_click=_asked,
            args=(lambda: service.offer_shift(database, staff_id, demand_id),),
        )
        st.button(
            "Ask for a swap",
            key=f"swap_{demand_id}",
            icon=":material/swap_horiz:",
            on_click=_asked,
            args=(lambda: service.ask_swap(database, staff_id, demand_id),),
        )


def own_trades(staff_id: str) -> None:
    """What somebody offers or has taken, how that stands, and places that nobody fills."""
    if not state.may("trade_shifts", "person", staff_id):
        return
    st.header("Give, swap, take")
    now = datetime.now(UTC)
    mine = [
        trade
        for trade in service.trades_of(state.repository(), staff_id)
        if staff_id in (trade.giver, trade.taken_by)
    ]
    going = [trade for trade in mine if trade.state(now) in ("open", "taken")]
    called = service.colleagues(state.repository(), staff_id) if going else {}
    for trade in going:
        _mine(trade, staff_id, now, called)
    over = [trade for trade in mine if trade not in going][:SHOWN]
    for trade in over:
        why = f": {trade.words}" if trade.words else ""
        st.markdown(
            f"- {plain(_work(trade))}: {plain(STATES[trade.state(now)])}{plain(why) if why else ''}"
        )
    if not mine:
        st.write("You offer nothing. Each shift of yours to come can be given away or swapped.")
    _open_places(staff_id)


def _mine(trade: Trade, staff_id: str, now: datetime, called: Mapping[str, str]) -> None:
    """`called`: names of those with whom they trade."""
    other = trade.giver if trade.taken_by == staff_id else trade.taken_by
    whom = f" ({called[other]})" if other is not None and other in called else ""
    with st.container(border=True, key=f"trade_{trade.id}"):
        st.markdown(f"{plain(_work(trade))}  \n**{plain(STATES[trade.state(now)] + whom)}**")
        asked = len({one.staff_id for one in trade.asked if not one.declined})
        if trade.stored == "open":
            st.caption(f"{counted(asked, 'colleague is', 'colleagues are')} asked.")
        st.button(
            "Take it back",
            key=f"take_back_{trade.id}",
            icon=":material/undo:",
            on_click=_tried,
            args=(
                lambda: service.take_back(state.repository(), staff_id, trade.id),
                "Taken back: everything stays as it is.",
            ),
        )


def _work(trade: Trade) -> str:
    names = state.names_of(trade.roster_id)
    work = names.work(trade.demand_id)
    return work if trade.taken_for is None else f"{work}, for {names.work(trade.taken_for)}"


def _open_places(staff_id: str) -> None:
    key = f"open_places_{staff_id}"
    st.button(
        "Show open shifts that I could do",
        key="show_open",
        icon=":material/search:",
        on_click=st.session_state.__setitem__,
        args=(key, True),
    )
    if not st.session_state.get(key):
        return
    found = open_places(state.repository(), staff_id)
    if not found:
        st.info("No published shift is open that you could do within the rules.")
    for place in found:
        names = state.names_of(place.header.id)
        with st.container(border=True, key=f"open_{place.duty.id}"):
            st.markdown(plain(names.work(place.duty.id)))
            st.button(
                "I take it",
                key=f"take_{place.duty.id}",
                icon=":material/add:",
                on_click=_tried,
                args=(
                    lambda roster_id, demand_id: service.take_open(
                        state.repository(), staff_id, roster_id, demand_id
                    ),
                    "It is yours once it is approved.",
                    place.header.id,
                    place.duty.id,
                ),
            )


def _with_names(error: SchedulerError) -> str:
    """What was refused, with what people call each other, places and work."""
    today = date.today()
    return state.names_now(today, today + AHEAD).said(of_error(error))


def _asked(make: Callable[[], Trade]) -> None:
    try:
        trade = make()
    except SchedulerError as error:
        say("error", plain(_with_names(error)))
        return
    state.answered()
    people = len({one.staff_id for one in trade.asked})
    asked = counted(people, "colleague is", "colleagues are")
    say("success", f"{asked} asked. What they answer stands under *Swap*.")


def _tried(change: Callable[..., object], done: str, *arguments: str) -> None:
    try:
        change(*arguments)
    except SchedulerError as error:
        say("error", plain(_with_names(error)))
        return
    state.answered()
    say("success", done)
