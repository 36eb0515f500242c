"""My shifts: where, when, for whom, who is accountable, and what expires. Made for a phone too."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.clock import days_between, monday
from scheduler.domain.facts import LONDON, Staff
from scheduler.domain.wording import counted
from scheduler.services.view import look_up
from scheduler.services.view.my_time import PAY_WORDS
from scheduler.services.view.person_tables import (
    published_shifts,
    published_weeks,
    shifts_to_ask_about,
    time_off,
    wishes,
)
from scheduler.services.view.roster_tables import day_label, week_label
from ui import state
from ui.components.calendar_panel import calendar_panel
from ui.components.endings_panel import ends_soon
from ui.components.finder import find_one
from ui.components.frame import message, no_data
from ui.components.mail_panel import mail_panel
from ui.components.month import month_table
from ui.components.my_clearance_panel import my_clearance_panel
from ui.components.my_time_panel import my_time_panel
from ui.components.notices_panel import changed_shifts, told_of_shifts
from ui.components.request_cards import answers_to
from ui.components.tables import rows
from ui.components.tell_panel import tell_panel
from ui.components.today_panel import small_page, today_panel
from ui.components.trade_panel import offer_buttons, offers_to, own_trades
from ui.components.week import REACH, week_asked
from ui.components.why_panel import why_form
from ui.components.words import plain

# from a date to any that a month around it shows
NEAR = timedelta(days=62)
# every side in sight on a phone, high enough for a thumb; a long choice in two lines, not cut off
STYLE = """<style>
.st-key-my_view [role=tablist] { flex-wrap: wrap; row-gap: 0; overflow: visible; }
.st-key-my_view [role=tab] { min-height: 44px; }
[data-testid=stSelectboxVirtualDropdown] [role=option] { padding-top: 0; padding-bottom: 0; }
[data-testid=stSelectboxVirtualDropdown] [role=option] > div {
  white-space: normal; line-height: 1.15; font-size: .8rem; padding-top: 0; padding-bottom: 0; }
</style>"""


def choose_person() -> Staff | None:
    """Whose shifts: of staff their own; who may look at others chooses, and nobody is shown before
    that.
    """
    own, full = state.whoever_looks().staff_id, state.people_in_full()
    people = sorted(
        (person for person in state.dataset().staff if person.id in full),
        key=lambda person: (person.name, person.id),
    )
    if len(people) == 1 and people[0].id == own:
        st.caption(plain(people[0].name))
        return people[0]
    if not people:
        if not look_up.collaboratives(state.repository()):
            no_data()
        else:
            st.info(
                "No staff are known yet: add rows to staff.csv and contract.csv and import them."
            )
        return None
    st.caption("You may look at the shifts of others too: choose whose.")
    if "staff" in st.query_params:  # what a link may call it too
        st.session_state.pop("choose_person", None)
        st.query_params.from_dict(
            {
                "person" if name == "staff" else name: st.query_params[name]
                for name in st.query_params
            }
        )
    by_id = {person.id: person for person in people}
    in_any_case = {person.id.casefold(): person.id for person in people}
    state.stand(
        "person",
        "choose_person",
        own if own in by_id else None,
        lambda texts: in_any_case.get(texts[0].strip().casefold(), texts[0]),
        lambda one: [one] if one else [],
    )
    named = {person.id: f"{person.name} ({person.id})" for person in people}
    chosen = find_one("Person", named, key="choose_person")
    person = None if chosen is None else by_id[chosen]
    if person is None:
        st.info(
            "Whose shifts are these to be? Choose a name above: published shifts, leave and what"
            " expires then stand here."
        )
    return person


def choose_monday(staff_id: str) -> date:
    """The week to show; at first the earliest published week that is not over, else the latest
    published one.
    """
    published = published_weeks(state.repository(), staff_id)
    today = monday(date.today())
    coming = [week for week in published if week >= today]
    first = (coming or published[-1:] or [today])[0]
    known = [today, *published]

    def read(texts: list[str]) -> date:
        found, remark = week_asked(texts[0], min(known), max(known))
        if remark:
            found = first
        st.session_state["my_remark"] = (found, remark)
        return found

    given = state.asked("week", "my_monday")[0]
    state.stand("week", "my_monday", first, read, lambda day: [monday(day).isoformat()])
    shown, remark = st.session_state.get("my_remark", (None, ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Earlier",
            icon=":material/chevron_left:",
            on_click=_move,
            args=(-7,),
            help="the week before",
        )
        st.button(
            "Later",
            icon=":material/chevron_right:",
            on_click=_move,
            args=(7,),
            help="the week after",
        )
        chosen = st.date_input(
            "Week of",
            key="my_monday",
            format="DD/MM/YYYY",
            width=160,
            min_value=min(known) - REACH,
            max_value=max(known) + REACH,
        )
    if remark and shown == chosen:
        st.warning(
            f"{plain(remark)} Shown is the week of {week_label(monday(chosen))}.",
            icon=":material/error:",
        )
    elif given == [] or st.session_state.get("my_opened") == chosen:
        st.session_state["my_opened"] = chosen
        st.caption(_why_this_week(first, today, published))
    return monday(chosen)


def _why_this_week(first: date, today: date, published: list[date]) -> str:
    if first not in published:
        return "Nothing is published yet, so this is the current week."
    if first == today:
        return "This is the current week."
    return (
        "This is the next published week."
        if first > today
        else "This is the latest published week; nothing later is published yet."
    )


def _move(days: int) -> None:
    moved = monday(st.session_state["my_monday"]) + timedelta(days=days)
    st.session_state["my_monday"] = moved


def week(staff_id: str, shifts: pd.DataFrame, off: pd.DataFrame, first: date) -> None:
    """Seven days of a person: shifts with the question why, and leave."""
    last = first + timedelta(days=6)
    own = shifts[(shifts["day"] >= first) & (shifts["day"] <= last)]
    changed = changed_shifts(staff_id)
    st.header(f"Week of {first:%-d %B %Y}")
    st.write(
        f"{counted(len(own), 'shift')}, {own['hours'].sum():g} paid hours."
        if len(own)
        else "No published shift in this week."
    )
    for leave in rows(off[(off["from_date"] <= last) & (off["to_date"] >= first)]):
        with st.container(border=True):
            days = list(days_between(max(first, leave.from_date), min(last, leave.to_date)))
            st.subheader(" to ".join(dict.fromkeys((day_label(min(days)), day_label(max(days))))))
            st.markdown(
                f":material/beach_access: Leave: {plain(leave.kind)}{_beyond(leave, first, last)}"
            )
    for day in days_between(first, last):
        here = own[own["day"] == day]
        if here.empty:
            continue
        with st.container(border=True):
            st.subheader(day_label(day))
            for shift in rows(here):
                shift_card(shift, changed=shift.start in changed)
                if shift.start > datetime.now(LONDON):
                    offer_buttons(staff_id, shift.demand_id)
                why_form(
                    shift.roster_id,
                    staff_id,
                    shift.demand_id,
                    f"me_{shift.demand_id}",
                    "Why me?",
                    colleagues=False,
                )


def _beyond(leave: Any, first: date, last: date) -> str:
    """Where leave reaches into other weeks, from when to when it is."""
    inside = first <= leave.from_date and leave.to_date <= last
    return "" if inside else f", from {day_label(leave.from_date)} to {day_label(leave.to_date)}"


def shift_card(shift: Any, *, changed: bool = False) -> None:
    """One shift: when, where, with whom, and who is accountable. `changed`: since they last said
    that they know.
    """
    if changed:
        st.markdown(":orange-badge[:material/notifications: changed]")
    ends = "" if shift.end.date() == shift.day else f" (ends {day_label(shift.end.date())})"
    night = ", night" if shift.night else ""
    st.markdown(
        f"**{shift.start:%H:%M}–{shift.end:%H:%M}**{ends}{night}, {shift.hours:g} h paid "
        f" \n{plain(shift.site)}, {plain(shift.place)}  \n{plain(shift.role)},"
        f" {plain(shift.service)}"
    )
    together = ", ".join(map(plain, shift.with_me))
    st.markdown(
        f":material/group: On with you: {together}." if together else ":material/person: On alone."
    )
    by = f" by {plain(shift.route)}" if shift.route else ""
    lent = f"  \nLent by {plain(shift.employer)}{by}." if shift.lent else ""
    st.markdown(
        f"Accountable: **{plain(shift.host)}**{lent}  \nPaid by {plain(shift.employer)}:"
        f" {PAY_WORDS[shift.pay]}."
    )


def month(shifts: pd.DataFrame, off: pd.DataFrame, of: date) -> None:
    """Shifts and leave in the month of this date."""
    marks: dict[date, list[tuple[str, str]]] = {}
    for shift in rows(shifts):
        marks.setdefault(shift.day, []).append(
            (f"{shift.start:%H:%M}{' night' if shift.night else ''}", "shift")
        )
    for row in rows(off):
        for day in days_between(
            max(row.from_date, of - NEAR), min(row.to_date, of + NEAR)
        ):  # leave may last for ever
            marks.setdefault(day, []).append((row.kind, "leave"))
    st.header("Month")
    month_table(of, marks)


def leave_and_wishes(staff_id: str, first: date, last: date) -> None:
    """What is known of a person's leave and wishes between two dates, both included."""
    st.header("Leave and wishes")
    off, wish = (
        time_off(state.dataset(), staff_id, first, last),
        wishes(state.dataset(), staff_id, first, last),
    )
    for row in rows(off):
        st.markdown(
            f"- Leave, {plain(row.kind)}: {day_label(row.from_date)} to {day_label(row.to_date)}"
        )
    for row in rows(wish):
        st.markdown(f"- {day_label(row.day)}: {row.wish} {plain(row.shift)}")
    if off.empty and wish.empty:
        st.write("None in these weeks.")


def why_not_me(staff_id: str, first: date) -> None:
    """A shift of this week's published rosters that somebody else does, or nobody."""
    last = first + timedelta(days=6)
    asked = shifts_to_ask_about(state.repository(), staff_id, first, last)
    if not asked:
        return
    st.header("Why not me?")
    shifts = {shift.demand_id: shift.roster_id for shift in asked}
    names = {roster_id: state.names_of(roster_id) for roster_id in set(shifts.values())}
    chosen = st.selectbox(
        "A shift of this week",
        list(shifts),
        index=None,
        format_func=lambda key: names[shifts[key]].work(key),
        placeholder="day, hours, role, service, site",
        key="why_not_me",
    )
    why_form(
        shifts.get(chosen or "", ""), staff_id, chosen, "not_me", "Why not me?", colleagues=False
    )


def all_shifts(staff_id: str) -> None:
    """Today, then the week, then the month."""
    today_panel(staff_id)
    first = choose_monday(staff_id)
    since, until = first.replace(day=1) - timedelta(days=6), first + timedelta(days=42)
    own = published_shifts(state.repository(), staff_id, since, until)
    off = time_off(state.dataset(), staff_id, since, until)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if not published_weeks(state.repository(), staff_id):
            st.info(
                "Nothing is published yet. Operations builds a roster, looks through it and"
                " publishes it; then it stands here."
            )
        week(staff_id, own, off, first)
    with right:
        month(own, off, first)
        leave_and_wishes(staff_id, first, first + timedelta(days=27))


def ask_why_not(staff_id: str) -> None:
    """Any shift of the chosen week that somebody else does, or nobody."""
    why_not_me(staff_id, choose_monday(staff_id))


def sides(staff_id: str) -> dict[str, Callable[[], None]]:
    """Name of each side of the page -> what shows it."""
    trades = state.may("trade_shifts", "person", staff_id)
    tells = state.may("tell_own", "person", staff_id)
    return {
        "Shifts": lambda: all_shifts(staff_id),
        **({"Swap": lambda: own_trades(staff_id)} if trades else {}),
        **({"Tell": lambda: tell_panel(staff_id)} if tells else {}),
        "Clearance": lambda: my_clearance_panel(staff_id, date.today()),
        "Time": lambda: my_time_panel(staff_id),
        "Why not me?": lambda: ask_why_not(staff_id),
        "Calendar": lambda: calendar_panel(staff_id),
    }


def page() -> None:
    st.title("My shifts")
    st.html(STYLE)
    message()
    person = choose_person()
    if person is None:
        return
    small_page(person.id)
    told_of_shifts(person.id)
    answers_to(person.id)
    offers_to(person.id)
    ends_soon(person.id, date.today())
    mail_panel("how my shifts change")
    shown = sides(person.id)
    names = list(shown)
    state.stand_one("view", "my_view", names, names[0])
    for name, tab in zip(names, st.tabs(names, key="my_view", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                shown[name]()


page()
