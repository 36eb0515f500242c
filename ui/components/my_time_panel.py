"""My time: hours against what is owed, pay in words, what the law allows on average, leave."""

from collections.abc import Iterable
from datetime import date, timedelta

import streamlit as st

from scheduler.domain.clock import monday
from scheduler.services.data.open import Repository
from scheduler.services.view import look_up, my_words
from scheduler.services.view import my_time as my_time_service
from scheduler.services.view.my_time import MyTime
from scheduler.services.view.person_tables import published_weeks
from ui import state
from ui.components.words import plain

MOST_WEEKS = 4
"""So many published weeks from the one that is shown are counted together."""


@state.kept(ttl=state.FACTS_SECONDS, max_entries=4)
def _my_time(
    database: Repository, staff_id: str, first: date, last: date, facts: str, published: str
) -> MyTime:
    return my_time_service.my_time(database, staff_id, first, last)


def my_time_panel(staff_id: str, first: date | None = None) -> None:
    """The published weeks from a Monday on, without a gap, four at most; the week alone where it is
    not published. Without a Monday, from the earliest published week that is not over, else the
    latest.
    """
    database = state.repository()
    weeks, today = published_weeks(database, staff_id), monday(date.today())
    if first is None:
        first = ([week for week in weeks if week >= today] or weeks[-1:] or [today])[0]
    last = first + timedelta(days=6)
    while last < first + timedelta(days=7 * MOST_WEEKS - 1) and last + timedelta(days=1) in weeks:
        last += timedelta(days=7)
    found = _my_time(
        staff_id,
        first,
        last,
        look_up.facts_stamp(database),
        look_up.published_stamp(database),
    )
    st.header("My time")
    st.caption(f"From {my_words.long_day(first)} to {my_words.long_day(last)}.")
    listed(my_words.hours_lines(found))
    st.subheader("On average")
    listed(my_words.average_lines(found))
    if found.shifts:
        with st.expander("What each shift is paid as"):
            listed(my_words.pay_lines(found))
    with st.expander("Leave taken, and leave to come"):
        listed(my_words.leave_lines(found))


def listed(lines: Iterable[str]) -> None:
    """Sentences one under the other, as narrow as a telephone."""
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
