"""What somebody tells of themselves: sickness, leave, wishes, where they would work, a pattern; and
what became of it. Plain forms, for a thumb.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from scheduler.domain.clock import WEEKDAYS, monday
from scheduler.domain.errors import SchedulerError
from scheduler.domain.request import (
    Asked,
    AskedLeave,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    StaffRequest,
    WellAsked,
    WishAsked,
    ruled_as,
)
from scheduler.domain.version_words import span
from scheduler.services.inbox.words import moment
from scheduler.services.requests.becoming import LONGEST_SICK, MOST_IN_A_MONTH
from scheduler.services.requests.sickness import own_sickness
from scheduler.services.requests.telling import (
    ask,
    becomes_fact,
    requests_of,
    take_back,
    today_here,
)
from scheduler.services.requests.words import asked_words, state_words
from ui import state
from ui.components.frame import say
from ui.components.words import plain, plain_lines

MOST_SHOWN = 20
STYLE = "<style>[class*=st-key-tell_what] button { min-height: 44px; }</style>"
"""As high as a thumb needs."""
MOST_WEEKS = 4
"""Weeks of a pattern that a page asks for; the command line takes a year."""
WISHES: dict[str, float | None] = {
    "I would like to work": 5,
    "I would rather not work": -5,
    "I have no wish any more": None,
}
LEAVE: dict[AskedLeave, str] = {
    "annual": "Annual leave",
    "study": "Study leave",
    "parental": "Parental leave",
    "carer": "Carer's leave",
    "other": "Other leave",
}
WELL = "I am well again"


def tell_panel(staff_id: str) -> None:
    """What a person can tell, for them; what they have told, for whoever may see it."""
    told = requests_of(state.repository(), staff_id)
    can = state.may("tell_own", "person", staff_id)
    if not can and not told:
        return
    st.header("Tell and ask")
    if can:
        _forms(staff_id)
    # what is answered and not seen yet stands above all else
    waiting = [one for one in told if one.state == "open"]
    for one in waiting:
        _told(one, can=can)
    if done := [one for one in told if one not in waiting]:
        with st.expander(f"What {'you' if can else 'they'} told before ({len(done)})"):
            for one in done[:MOST_SHOWN]:
                _told(one, can=can)
            if done[MOST_SHOWN:]:
                st.caption(f"and {len(done) - MOST_SHOWN} earlier")


def _forms(staff_id: str) -> None:
    st.html(STYLE)
    sick = own_sickness(state.repository(), staff_id)
    forms: dict[str, Callable[[], Asked]] = {
        "I am sick": _sick,
        **({WELL: lambda: _well(sick)} if sick else {}),
        "Leave": _leave,
        "A wish": _wish,
        "Where I would work": lambda: _consent(staff_id),
        "My pattern": _pattern,
    }
    # another choice after each sending: a choice that is only cleared stays lit in the browser
    key = f"tell_what{st.session_state.get('tells_sent') or ''}"
    if st.session_state.get(key) not in forms:  # no longer sick
        st.session_state.pop(key, None)
    chosen = st.pills(
        "What would you like to tell?", list(forms), key=key, label_visibility="collapsed"
    )
    if chosen is None:
        return
    form = forms[chosen]
    with st.container(border=True, key=f"tell_form_{chosen.replace(' ', '_').lower()}"):
        asked = form()
        at_once = becomes_fact(state.repository(), staff_id, ruled_as(asked))
        st.caption(
            "It counts at once, and your manager sees it."
            if at_once
            else "Your manager answers it; the answer then stands below."
        )
        st.button(
            "Tell" if at_once else "Ask",
            key="tell_send",
            type="primary",
            icon=":material/send:",
            on_click=_send,
            args=(staff_id, asked),
        )


def _send(staff_id: str, asked: Asked) -> None:
    try:
        told = ask(state.repository(), staff_id, asked)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.facts_changed()
    state.answered()
    st.session_state["tells_sent"] = st.session_state.get("tells_sent", 0) + 1
    say("success", "Noted: it counts now." if told.at_once else "Asked: your manager answers it.")


def _told(one: StaffRequest, *, can: bool) -> None:
    """One thing that was told, with what became of it."""
    what = asked_words(one.asked, lambda shift: state.fact_names()("shift_type", shift))
    became = state_words(one)
    with st.container(border=True, key=f"told_{one.id}"):
        st.markdown(
            f"{plain(what[:1].upper() + what[1:])}  \n**{plain(became[:1].upper() + became[1:])}**"
            f" · {plain(moment(one.answered_at or one.at))}"
        )
        if can and one.state == "open":
            st.button(
                "Take back", key=f"take_back_{one.id}", on_click=_back, args=(one.staff_id, one.id)
            )


def _back(staff_id: str, number: int) -> None:
    try:
        take_back(state.repository(), staff_id, number)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.answered()
    say("success", "Taken back.")


# --- forms


def _day(label: str, key: str, first: date, *, value: date | None = None, days: int = 730) -> date:
    """A date from `first` on; at first `value`, or the first."""
    last = first + timedelta(days=days)
    if key in st.session_state and not first <= st.session_state[key] <= last:
        st.session_state[key] = first
    if key not in st.session_state:
        st.session_state[key] = value or first
    found = st.date_input(label, key=key, format="DD/MM/YYYY", min_value=first, max_value=last)
    return found if isinstance(found, date) else first


def _sick() -> Asked:
    today = today_here()
    first = st.segmented_control(
        "From",
        [today, today + timedelta(days=1)],
        format_func=lambda day: "today" if day == today else "tomorrow",
        default=today,
        key="tell_sick_from",
    )
    begin = first or today
    return SickAsked(begin, _day("Until", "tell_sick_until", begin, days=LONGEST_SICK - 1))


def _well(sick: Sequence[WellAsked]) -> Asked:
    """The first day of work after the latest sickness that they have told."""
    last = sick[-1]
    first = _day(
        "I am well again from",
        "tell_well_from",
        last.first,
        value=min(max(today_here(), last.first), last.last),
        days=(last.last - last.first).days,
    )
    st.caption(
        f"You had told sickness until {plain(span(last.last, last.last))}. Shifts that were given"
        " to others meanwhile stay theirs; leave that gave way to it does not come back by itself."
    )
    return WellAsked(first, last.last)


def _leave() -> Asked:
    kind = st.selectbox("Kind", list(LEAVE), format_func=LEAVE.__getitem__, key="tell_leave_kind")
    first = _day("First day", "tell_leave_first", today_here())
    return LeaveAsked(first, _day("Last day", "tell_leave_last", first), kind)


def _wish() -> Asked:
    day = _day("Day", "tell_wish_day", today_here())
    shift = st.selectbox(
        "Shift", [None, *_shifts()], format_func=_shift_words, key="tell_wish_shift"
    )
    wish = st.radio("Wish", list(WISHES), key="tell_wish")
    return WishAsked(day, shift, WISHES[wish])


def _consent(staff_id: str) -> Asked:
    [row] = [one for one in state.dataset().staff if one.id == staff_id]
    others = st.toggle(
        "I work for other hosts too", value=row.accepts_other_hosts, key="tell_consent"
    )
    employers = {
        one.organisation_id for one in state.dataset().contract if one.staff_id == staff_id
    }
    named = {one.id: one.name for one in state.dataset().organisation if one.id not in employers}
    hosts = st.multiselect(
        "Only for these (none: for any)",
        list(named),
        default=[each for each in named if each in row.host_set],
        format_func=lambda each: named[each],
        key="tell_hosts",
        disabled=not others,
    )
    most = st.number_input(
        "Longest journey, minutes (empty: no limit)",
        min_value=0,
        max_value=1440,
        step=5,
        value=None if row.max_travel_minutes is None else int(row.max_travel_minutes),
        key="tell_minutes",
    )
    often = st.number_input(
        "Most shifts a month for other hosts (empty: no limit)",
        min_value=0,
        max_value=MOST_IN_A_MONTH,
        step=1,
        value=row.most_shifts_elsewhere,
        key="tell_most_shifts",
        help="A shift counts in the month in which it begins.",
        disabled=not others,
    )
    return ConsentAsked(others, most, tuple(hosts) if others else (), often if others else None)


def _pattern() -> Asked:
    start = _day(
        "From", "tell_pattern_from", today_here(), value=monday(today_here()) + timedelta(days=7)
    )
    weeks = st.segmented_control(
        "Comes back after",
        range(1, MOST_WEEKS + 1),
        format_func=lambda number: "a week" if number == 1 else f"{number} weeks",
        default=1,
        key="tell_weeks",
    )
    days = []
    for week in range(weeks or 1):
        if (weeks or 1) > 1:
            st.markdown(f"**Week {week + 1}**")
        for day in range(7):
            shift = st.selectbox(
                WEEKDAYS[(start.weekday() + day) % 7],
                [None, *_shifts()],
                format_func=lambda one: "off" if one is None else _shift_words(one),
                key=f"tell_pattern_{week}_{day}",
            )
            if shift is not None:
                days.append((week * 7 + day + 1, shift))
    return PatternAsked(start, weeks or 1, tuple(days))


def _shifts() -> list[str]:
    """Ids of the kinds of shift, by their hours."""
    rows = sorted(state.dataset().shift_type, key=lambda row: (row.start_time, row.end_time))
    return [row.id for row in rows]


def _shift_words(shift_type_id: str | None) -> str:
    for row in state.dataset().shift_type:
        if row.id == shift_type_id:
            return f"{row.name}, {row.start_time:%H:%M}–{row.end_time:%H:%M}"
    return "any shift"
