"""Which version of a week's roster: the published one unless another is asked for, and what else
there is, in a word.
"""

from datetime import date, datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from scheduler.domain.clock import monday as monday_of
from scheduler.domain.errors import NotFound
from scheduler.domain.wording import counted
from scheduler.services.publish.publish import standing
from scheduler.services.scenarios.quantities import people_to_ask
from scheduler.services.versions.versions import Version, versions
from scheduler.services.view import look_up
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import day_label, week_label
from ui import state
from ui.address import open_next
from ui.components.difference_panel import compared
from ui.components.versions_list import versions_popover
from ui.components.words import plain

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
    if "week" not in st.query_params and "choose_week" not in st.session_state:
        open_next(
            {"collaborative": header.collaborative_id, "week": monday_of(header.start).isoformat()}
        )
    else:
        st.session_state[ELSEWHERE] = header


def choose_version(
    collaborative_id: str, monday: date, beneath: DeltaGenerator
) -> RosterHeader | None:
    """The header of the version to look at; None where there is none. Beside the choice all
    versions of the week can be named, compared, deleted and withdrawn. `beneath`: where there is
    room for what is said of it.
    """
    sunday = monday + timedelta(days=6)
    tested = st.query_params.get("roster") or getattr(
        st.session_state.get("choose_roster"), "id", None
    )
    known = {
        one.header.id: one
        for one in versions(state.repository(), collaborative_id)
        if (one.header.kind == "roster" or one.header.id == tested)
        and one.header.start <= sunday
        and monday <= one.header.last
    }
    found = [one.header for one in known.values()]
    with beneath:
        _elsewhere(found)
        _tested(known.get(tested or ""))
    if not found:
        return None

    week = {monday + timedelta(days=offset) for offset in range(7)}
    # of as many dates, the newest
    in_force = max(found, key=lambda header: len(header.in_force & week))
    default = in_force if in_force.in_force & week else found[0]

    def read(wanted: str) -> tuple[RosterHeader | None, str]:
        header = next((header for header in found if header.id == wanted), None)
        told = header is not None or ELSEWHERE in st.session_state
        return header, "" if told else f"There is no roster “{wanted}”."

    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = state.choose(
            "Roster version",
            found,
            "roster",
            lambda header: version_label(known[header.id], monday),
            lambda header: str(header.id),
            default=default,
            read=read,
        )
        versions_popover(list(known.values()), chosen)
    with beneath:
        _newer(known[chosen.id], list(known.values()))
        compared(list(known.values()), chosen)
    return chosen


def version_label(version: Version, monday: date) -> str:
    """`Version 4 · published · Repair for … · by Operations · Thu 26 Nov 10:12`."""
    header = version.header
    whole = (header.start, header.days) == (monday, 7)
    period = "" if whole else f"{counted(header.days, 'day')} from {day_label(header.start)} · "
    by = [f"by {version.author}"] if version.author else []
    if header.kind == "scenario":
        return f"{period}Tested: {header.summary.get('scenario', {}).get('name', 'a scenario')}"
    parts = [f"Version {header.version}", standing(header), version.called, *by, version.made_at]
    return period + " · ".join(parts)


def _tested(version: Version | None) -> None:
    """Says what a roster is that a question of a director was worked out with."""
    if version is not None and version.header.kind == "scenario":
        tested = version.header.summary.get("scenario", {})
        name, asked = tested.get("name", ""), tested.get("people_asked", 0)
        st.info(
            f"This roster was made for a test on the page *Director*: {plain(name)}. It can be"
            " looked at, and neither changed nor published."
            + (f" In it {people_to_ask(asked)}." if asked else ""),
            icon=":material/science:",
        )


def _newer(chosen: Version, found: list[Version]) -> None:
    """Who looks at what is published hears of the newest draft made after it."""
    drafts = [one for one in found if one.header.status == "draft" and _age(one) > _age(chosen)]
    if chosen.header.status != "published" or not drafts:
        return
    newest = max(drafts, key=_age)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"This is the published roster. A newer draft, version {newest.header.version}, exists:"
            f" {plain(newest.called)}, {newest.made_at}.",
            width="content",
        )
        st.button(
            "Open the draft",
            key="open_draft",
            icon=":material/edit_note:",
            on_click=open_next,
            args=({"roster": newest.header.id},),
        )


def _age(version: Version) -> tuple[datetime, int]:
    return version.header.created_at, version.header.version


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
