"""The next shift: when, where, how long the way is, for whom, with whom, and whom to call."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from scheduler.services.view.my_day import NextShift, dialled, next_shift
from scheduler.services.view.roster_tables import day_label
from ui import providers, state
from ui.components.site_map import site_map
from ui.components.words import plain


def today_panel(staff_id: str) -> None:
    """What somebody does now or next, before everything else."""
    found = next_shift(state.repository(), staff_id, datetime.now(UTC))
    if found is None:
        st.info(
            "No published shift of yours is near. What is published later stands here at once.",
            icon=":material/event_available:",
        )
        return
    with st.container(border=True, key="next_shift"):
        _when(found)
        _where(found)
        _whom(found)


def small_page(staff_id: str) -> None:
    """The way to the page that is quick on a slow connection, which shows nobody but oneself."""
    if state.whoever_looks().staff_id != staff_id:
        return
    asked = {"as": "staff", "as_person": staff_id} if providers.configured().demo else {}
    address = f"today?{urlencode(asked)}" if asked else "today"
    st.markdown(f"On a slow connection: [today on one small page]({address})")


def _when(shift: NextShift) -> None:
    ends = "" if shift.end.date() == shift.start.date() else f" ({day_label(shift.end.date())})"
    day = (
        "" if shift.when == day_label(shift.start.date()) else f", {day_label(shift.start.date())}"
    )
    st.subheader(f"{shift.when}{day}: {shift.start:%H:%M} to {shift.end:%H:%M}{ends}", anchor=False)
    st.markdown(f"{plain(shift.role)}, {plain(shift.service)}")


def _where(shift: NextShift) -> None:
    ways = [f"{way.minutes:.0f} min from {way.begins}" for way in shift.journeys] or [
        "where you begin anyway"
    ]
    st.markdown(
        f":material/location_on: **{plain(shift.site.name)}**, {plain(shift.site.postcode)}"
        f" ({plain(shift.place)})  \n:material/directions_car: {plain(', '.join(ways))}"
    )
    site_map(shift.site, [(way.begins, way.site) for way in shift.journeys], shift.sites)


def _whom(shift: NextShift) -> None:
    lent = f", lent by {plain(shift.employer)}" if shift.lent else ""
    together = ", ".join(map(plain, shift.with_me))
    lines = [
        f":material/verified_user: Accountable: **{plain(shift.host)}**{lent}",
        f":material/group: On with you: {together}" if together else ":material/person: On alone",
    ]
    lines += [
        f":material/call: {plain(one.name)}: [{plain(one.phone)}](tel:{dialled(one.phone)})"
        for one in shift.calls
    ] or [":material/call: No number is known here for this work: ask your manager."]
    st.markdown("  \n".join(lines))
