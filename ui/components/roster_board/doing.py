"""What is done beside the board, and what was done before."""

from uuid import uuid4

import streamlit as st

from scheduler.domain.facts import LONDON
from scheduler.services.accounts.accounts import who as called
from scheduler.services.data.aside import aside
from scheduler.services.edit import edit, fill, history
from scheduler.services.edit.commands import EditCommand
from scheduler.services.edit.edit import Edited, Refused
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.board import Answer
from ui.components.roster_board.obey import BoardShown, Desk, answering
from ui.components.roster_board.words import effect_words
from ui.components.words import plain

MOST_EDITS = 12
REASON = "override_reason"
"""The key of the field that says why a rule is broken."""


def may(header: RosterHeader) -> bool:
    """Whether whoever looks may change the roster."""
    return state.may("build_rosters", "roster", header.id)


def offer(
    header: RosterHeader,
    shown: BoardShown,
    at: Desk,
    who: str,
    figure: str,
    wish: EditCommand,
    key: str,
) -> None:
    """Somebody, what it would mean, and the button that does it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(who)}  \n{plain(figure)}", width="stretch")
        if may(header):
            st.button(
                "Put them there",
                key=f"put_{key}_{wish.take[0].demand_id}",
                on_click=do,
                args=(header, shown, at, wish),
            )


def do(
    header: RosterHeader, shown: BoardShown, at: Desk, wish: EditCommand, reason: str | None = None
) -> None:
    """Change the roster; what became of it stands on the desk, and is said by the board. `reason`:
    the key of the field that says why a rule is broken for it.
    """
    number = str(uuid4())
    why = None if reason is None else str(st.session_state.get(reason, ""))
    at.refused = None
    with answering(number, header.id, at, shown.edition):
        database = state.repository()
        try:
            done = edit.edit(
                database, header.id, wish, override=why, base=shown.edition, command_id=number
            )
        except Refused as refused:
            if refused.effect.overridable and edit.may_override(database, header.id):
                at.refused = wish
            raise
        _done(number, header, at, done)
        at.leave()


def _done(number: str, header: RosterHeader, at: Desk, done: Edited) -> None:
    words = effect_words(done.effect, state.names_of(header.id))
    at.answer = Answer(number, True, f"Done: {words}", undo=True)
    at.moved_on = done.roster_id if done.roster_id != header.id else ""


def all_the_same(header: RosterHeader, shown: BoardShown, at: Desk) -> None:
    """What a rule stood against that the policy lets an approver break, with their name on it."""
    wish = at.refused
    if wish is None:
        return
    st.subheader("A rule stands against it")
    if at.answer is not None:
        st.write(plain(at.answer.say))
    st.write(
        "The policy lets an approver do it all the same. Your name and your reason stand with the"
        " roster from then on, and with what is published of it."
    )
    st.text_input("Why it is done all the same", key=REASON)
    st.button(
        "Do it all the same",
        icon=":material/warning:",
        key="override",
        on_click=do,
        args=(header, shown, at, wish, REASON),
    )


def do_more(header: RosterHeader, at: Desk) -> None:
    """What concerns the whole of a draft."""
    if header.kind != "roster" or not may(header):
        return
    with st.popover("Do more", icon=":material/more_horiz:"):
        st.button(
            "Fill everything that is open",
            icon=":material/auto_fix_high:",
            key="fill_all",
            help="everybody keeps what they have; what is found is shown before it is taken",
            on_click=_fill_all,
            args=(header, at),
        )
        st.button(
            "Back to what is published",
            icon=":material/history:",
            key="restore_published",
            help="one change, which can be taken back",
            on_click=_restore,
            args=(header, at),
        )


def _fill_all(header: RosterHeader, at: Desk) -> None:
    with answering(str(uuid4()), header.id, at):
        at.proposal, at.opened = aside(state.repository(), fill.fill, header.id), None


def _restore(header: RosterHeader, at: Desk) -> None:
    number = str(uuid4())
    with answering(number, header.id, at):
        done = history.restore_published(state.repository(), header.id, command_id=number)
        _done(number, header, at, done)


def changed_by_hand(header: RosterHeader, who: str) -> None:
    """What was changed by hand of somebody's shifts, the latest first."""
    found = history.edits_of(state.repository(), header.id, staff_id=who)
    with st.expander(f"Changed by hand ({len(found)})" if found else "Never changed by hand"):
        if not found:
            st.write("Every change that somebody makes on the board is listed here.")
        names = state.names_of(header.id)
        for one in found[:MOST_EDITS]:
            at = one.at.astimezone(LONDON)
            by = called(state.repository(), one.account) or "somebody"
            gone = [
                names.work(a.demand_id) for a in one.removed if who in (a.staff_id, a.supply_id)
            ]
            come = [names.work(a.demand_id) for a in one.added if who in (a.staff_id, a.supply_id)]
            words = "; ".join(
                [*(f"no longer {work}" for work in gone), *(f"now {work}" for work in come)]
            )
            reason = f" Reason: {one.reason}" if one.reason else ""
            st.markdown(
                f"- {day_label(at.date())} {at:%H:%M}, {plain(by)}: {plain(words)}.{plain(reason)}"
            )
