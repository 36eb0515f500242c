"""Which version of a week's roster: the published one unless another is asked for, and what else
there is, in a word.
"""

from datetime import date, timedelta

import streamlit as st

from scheduler.domain.clock import monday as monday_of
from scheduler.domain.errors import NotFound
from scheduler.domain.wording import counted
from scheduler.services.publish.publish import standing
from scheduler.services.view import look_up
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.proof_words import gap_in_words
from scheduler.services.view.roster_tables import day_label, week_label
from ui import state
from ui.address import open_next

ELSEWHERE = "roster_elsewhere"


def follow_link() -> None:
    """A link to a roster without a week opens the roster's week; one to a roster of another week is
    kept, to be told of.
    """
    wanted, (_, foreign) = st.query_params.get("roster"), state.asked("roster", "choose_roster")
    if not wanted or not foreign:
        return
    try:
        header = look_up.header(state.repository(), wanted)
    except NotFound:
        return
    if header.kind != "roster":
        return
    if "week" not in st.query_params and "choose_week" not in st.session_state:
        open_next(
            {"collaborative": header.collaborative_id, "week": monday_of(header.start).isoformat()}
        )
    else:
        st.session_state[ELSEWHERE] = header


def choose_version(collaborative_id: str, monday: date) -> RosterHeader | None:
    """The header of the version to look at; None where there is none."""
    sunday = monday + timedelta(days=6)
    found = [
        h
        for h in look_up.rosters(state.repository(), collaborative_id)
        if h.kind == "roster" and h.start <= sunday and monday <= h.last
    ]
    _elsewhere(found)
    if not found:
        return None

    def say(header: RosterHeader) -> str:
        whole = (header.start, header.days) == (monday, 7)
        period = "" if whole else f"{counted(header.days, 'day')} from {day_label(header.start)} · "
        return (
            f"{period}Version {header.version} · {standing(header)} · built"
            f" {header.created_at:%-d %b %H:%M} UTC · {gap_in_words(header.summary).labelled}"
        )

    week = {monday + timedelta(days=offset) for offset in range(7)}
    # of as many dates, the newest
    in_force = max(found, key=lambda header: len(header.in_force & week))
    default = in_force if in_force.in_force & week else found[0]

    def read(wanted: str) -> tuple[RosterHeader | None, str]:
        header = next((header for header in found if header.id == wanted), None)
        told = header is not None or ELSEWHERE in st.session_state
        return header, "" if told else f"There is no roster “{wanted}”."

    chosen = state.choose(
        "Roster version",
        found,
        "roster",
        say,
        lambda header: str(header.id),
        default=default,
        read=read,
    )
    _newer(chosen, found)
    return chosen


def _newer(chosen: RosterHeader, found: list[RosterHeader]) -> None:
    """Who looks at what is published hears of the newest draft made after it."""
    drafts = [
        h
        for h in found
        if h.status == "draft" and (h.created_at, h.version) > (chosen.created_at, chosen.version)
    ]
    if chosen.status != "published" or not drafts:
        return
    newest = max(drafts, key=lambda header: (header.created_at, header.version))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"This is the published roster. A newer draft, version {newest.version}, exists: built"
            f" {newest.created_at:%-d %b %H:%M} UTC.",
            width="content",
        )
        st.button(
            "Open the draft",
            key="open_draft",
            icon=":material/edit_note:",
            on_click=open_next,
            args=({"roster": newest.id},),
        )


def _elsewhere(found: list[RosterHeader]) -> None:
    """A roster that was asked for, or has just been made, and is not of this week."""
    header = st.session_state.get(ELSEWHERE)
    if header is None:
        return
    if any(header.id == here.id for here in found):
        del st.session_state[ELSEWHERE]
        return
    week = monday_of(header.start)
    choices = {
        "collaborative": header.collaborative_id,
        "week": week.isoformat(),
        "roster": header.id,
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Version {header.version} of the week of {week_label(week)} is not of the week shown"
            " here.",
            width="stretch",
        )
        st.button(
            "Open its week",
            key="open_elsewhere",
            icon=":material/open_in_new:",
            on_click=open_next,
            args=(choices,),
        )
