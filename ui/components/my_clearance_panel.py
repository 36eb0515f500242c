"""My clearance: what is held and when it ends, and what one thing more would open."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import streamlit as st

from scheduler.domain.held_ending import HeldEnding
from scheduler.services.data.open import Repository
from scheduler.services.facts.credentials import HeldAs, signed_of
from scheduler.services.inbox.known_endings import known_since
from scheduler.services.view import look_up, my_words
from scheduler.services.view import my_clearance as my_clearance_service
from scheduler.services.view.held_things import SOON_DAYS
from scheduler.services.view.my_clearance import HeldThing, MyClearance
from ui import state
from ui.components.my_time_panel import listed
from ui.components.words import plain


@state.kept(ttl=state.FACTS_SECONDS, max_entries=4)
def _my_clearance(
    database: Repository, staff_id: str, on: date, facts: str, published: str
) -> MyClearance:
    return my_clearance_service.my_clearance(database, staff_id, on)


def my_clearance_panel(staff_id: str, on: date) -> None:
    """What ends within SOON_DAYS first, then all that is held, then what would open more."""
    database = state.repository()
    found = _my_clearance(
        staff_id, on, look_up.facts_stamp(database), look_up.published_stamp(database)
    )
    known = known_since(database, staff_id)
    signed = {one.held_as: one.words for one in signed_of(database, staff_id)}
    st.header("My clearance")
    st.caption(
        f"As on {my_words.long_day(on)}: passports (leave to work for another employer),"
        " competencies, sign-offs for procedures, contracts. Without one, a shift that needs it"
        " cannot be given to you. What is entered counts; what is signed other employers can check"
        " too."
    )
    soon = [one for one in found.held if one.ends_within(SOON_DAYS) and not one.renewed]
    if soon:
        st.subheader(f"Ends within {SOON_DAYS} days")
        _held(soon, found, known, signed)
    else:
        st.success(f"Nothing ends within {SOON_DAYS} days of {my_words.long_day(on)}.")
    rest = [one for one in found.held if one not in soon]
    if rest:
        with st.expander(f"What {'else ' if soon else ''}you hold ({len(rest)})"):
            _held(rest, found, known, signed)
    if found.most_elsewhere is not None:
        st.subheader("Shifts for other employers")
        listed(my_words.elsewhere_lines(found))
        st.caption("You can change that under *Tell and ask*: *Where I would work*.")
    st.subheader("What one thing more would open")
    listed(my_words.opening_lines(found))


def _held(
    those: Iterable[HeldThing],
    found: MyClearance,
    known: Mapping[HeldEnding, datetime],
    signed: Mapping[HeldAs, str],
) -> None:
    lines = [
        my_words.held_line(
            one,
            found,
            known.get(end) if (end := one.ending(found.on)) else None,
            signed.get(one.held_as, ""),
        )
        for one in those
    ]
    st.markdown("\n".join(f"- **{plain(what)}** {plain(rest)}" for what, rest in lines))
