"""The calendar of My shifts: an address that one's own calendar program reads again and again, and
a file to load once.
"""

from datetime import datetime
from urllib.parse import urlsplit

import streamlit as st

from scheduler.domain.facts import LONDON
from scheduler.services.data.calendar_feed import (
    CalendarAddress,
    address_state,
    issue,
    withdraw,
)
from scheduler.services.data.import_export import calendar_bytes, file_name
from ui import providers, state

WANTED = "calendar_wanted"
"""(what, person): what a button has asked for, done when the panel is drawn next."""
MADE = "calendar_made"
"""(account, person, address): made just now, the only time that it can be shown."""
HOW = """
- **iPhone, iPad**: open Calendar, then *Calendars*, *Add Calendar*, *Add Subscription Calendar*.
  On a Mac: *File*, *New Calendar Subscription*. It follows within a day, mostly sooner.
- **Google, Android**: on a computer, open calendar.google.com, then *Other calendars*, **+**,
  *From URL*; the phone shows it too. It follows 8 to 24 hours later.
- **Outlook**: *Add calendar*, *Subscribe from web*. It follows within some hours: this calendar
  asks to be read every hour.
"""
LAG = (
    "**Every calendar lags.** What was changed a moment ago may not be there yet: this page is what"
    " counts."
)


def calendar_panel(staff_id: str) -> None:
    """Somebody's calendar: of their own the address too, of others the file alone."""
    st.header("Calendar")
    if state.may("keep_calendar", "person", staff_id):
        _address(staff_id)
        st.subheader("As a file")
    st.write(
        "All your published shifts, for the calendar of your phone. Loading a newer file updates"
        " the same entries and cancels those that are no longer yours."
    )
    st.download_button(
        "Calendar file (ics)",
        lambda: calendar_bytes(state.repository(), staff_id),
        f"{file_name(staff_id)}.ics",
        "text/calendar",
        icon=":material/event:",
        on_click="ignore",
    )


def _address(staff_id: str) -> None:
    _do_what_is_wanted(staff_id)
    known = address_state(state.repository(), staff_id)
    if known is None:
        st.session_state.pop(MADE, None)
        st.write(
            "Your calendar can follow your published shifts and your leave by itself: make an"
            " address for it, and give that to your phone once."
        )
        _button("Make my calendar’s address", "issue", staff_id, ":material/add_link:")
        return
    made = st.session_state.get(MADE)
    if made is not None and made[:2] == (state.whoever_looks().account, staff_id):
        _shown_once(made[2])
    else:
        st.write(f"Your calendar has an address, made {_when(known.given_at)}.")
    st.write(_last_read(known))
    with st.expander("How to add it to a calendar, and how long that lags"):
        st.markdown(HOW)
    st.markdown(LAG)
    with st.container(horizontal=True):
        with st.popover("Make a new address"):
            st.write(
                "For where somebody else may know the address: it ends at once, and every device"
                " that reads it has to be given the new one."
            )
            _button("Make a new one", "issue", staff_id, ":material/add_link:")
        with st.popover("End it"):
            st.write(
                "From then on nobody can read your shifts there. Entries that a device has already"
                " read stay until the calendar is taken off it."
            )
            _button("End the address", "withdraw", staff_id, ":material/link_off:")


def _shown_once(address: str) -> None:
    st.success("This is your calendar’s address. Copy it now: it is not shown again.")
    st.code(address, language=None, wrap_lines=True)
    st.write(
        "Whoever knows it can read when and where you work and when you are away: give it to your"
        " own calendar, and to nobody else."
    )
    if providers.is_loopback(urlsplit(address).netloc):
        st.info(
            "These pages run on this machine alone: a calendar on it can read the address, a phone"
            " cannot."
        )
    st.button("I have copied it", key="calendar_copied", on_click=_copied)


def _copied() -> None:
    st.session_state.pop(MADE, None)


def _button(label: str, what: str, staff_id: str, icon: str) -> None:
    def want() -> None:
        st.session_state[WANTED] = (what, staff_id)

    st.button(label, key=f"calendar_{what}", icon=icon, on_click=want)


def _do_what_is_wanted(staff_id: str) -> None:
    """Here, and not in the button's own run, so that a refusal is shown in this place."""
    what, whose = st.session_state.pop(WANTED, ("", ""))
    if whose != staff_id:
        return
    st.session_state.pop(MADE, None)
    if what == "withdraw":
        withdraw(state.repository(), staff_id)
        st.success("The address has ended.")
    elif what == "issue":
        path = issue(state.repository(), staff_id).path
        made = (state.whoever_looks().account, staff_id, f"{_origin()}{path}")
        st.session_state[MADE] = made


def _origin() -> str:
    """Scheme and host under which people open these pages."""
    if public := providers.configured().public:
        return public
    here = urlsplit(st.context.url or "")
    if here.netloc:
        return f"{here.scheme}://{here.netloc}"
    return f"http://localhost:{st.get_option('server.port')}"


def _when(at: datetime) -> str:
    return f"on {at.astimezone(LONDON):%-d %B %Y}"


def _last_read(known: CalendarAddress) -> str:
    if known.last_read_at is None:
        return "No calendar has read it yet."
    at = known.last_read_at.astimezone(LONDON)
    return f"A calendar last read it {_when(at)} at {at:%H:%M} or within the hour after."
