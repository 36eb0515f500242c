"""Which week: any week can be chosen and linked to, and what is no week is said."""

from datetime import date, timedelta

import streamlit as st

from scheduler.domain.clock import monday
from scheduler.services.view.roster_tables import week_label
from ui import state

REACH = timedelta(days=5 * 366)
"""So far beyond the weeks that are known a link still opens its week; farther off it is a slip."""
NO_DEMAND = (
    "This collaborative has no demand yet: add rows to demand.csv or demand_template.csv and import"
    " them again."
)


def week_asked(text: str, first: date, last: date) -> tuple[date, str]:
    """The Monday of the week that an address asks for, or the nearest sensible one from `first` to
    `last` and why.
    """
    try:
        wanted = monday(date.fromisoformat(text))
    except ValueError:
        return first, f"“{text}” is not a date such as 2027-01-11."
    nearest = min(
        max(wanted, first - min(REACH, first - date.min)), last + min(REACH, date.max - last)
    )
    if nearest == wanted:
        return wanted, ""
    return (
        last if wanted > last else first
    ), f"The week of {week_label(wanted)} is too far from the weeks known here."


def choose_week(collaborative_id: str, label: str = "Week") -> date | None:
    """None where there is no demand yet, and the page says what to do."""
    mondays = state.weeks(collaborative_id)
    if not mondays:
        st.info(NO_DEMAND)
        return None

    def read(text: str) -> tuple[date, str]:
        return week_asked(text, mondays[0], mondays[-1])

    texts, _ = state.asked("week", "choose_week")
    asked = {read(text)[0] for text in texts or []} | {
        st.session_state.get("choose_week") or mondays[0]
    }
    # a week outside the list can be linked to, and stays chosen
    return state.choose(
        label,
        sorted({*mondays, *asked}),
        "week",
        week_label,
        lambda day: day.isoformat(),
        default=mondays[0],
        read=read,
    )
