"""Renewals: what the coming weeks lose as clearances lapse, and what each organisation has to renew
first.
"""

from collections.abc import Hashable
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.domain.clock import monday
from scheduler.services.data.import_export import table_bytes
from scheduler.services.explain.names import Naming
from scheduler.services.outlook.expiries import Expiries
from ui import address, state
from ui.components.frame import choose_collaborative, message
from ui.components.headline import tiles
from ui.components.week import choose_week
from ui.components.words import plain


def choose() -> tuple[str, date, int] | None:
    """Whose weeks, from which on, and how many."""
    left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
    with left:
        collaborative = choose_collaborative()
    if collaborative is None:
        return None
    with middle:
        start = choose_week(collaborative.id, "From the week of")
    if start is None:
        return None
    state.stand_number("weeks", "renewal_weeks", 12, 1, 52)
    return collaborative.id, start, int(right.number_input("Weeks", 1, 52, key="renewal_weeks"))


def headline(found: Expiries) -> None:
    """Hours required, lost and uncoverable, and how many clearances end."""
    supplied = sum(lost.minutes for lost in found.lost if lost.may_be_supplied)
    tiles(
        [
            (
                "Required",
                f"{found.minutes_required / 60:,.0f} h",
                f"{found.period.first:%-d %b} to {found.period.last:%-d %b %Y}",
            ),
            ("Lost to lapses", f"{found.minutes_lost / 60:,.1f} h", "nobody left who is cleared"),
            ("Of them", f"{supplied / 60:,.1f} h", "temporary supply may be called"),
            (
                "Uncoverable anyway",
                f"{found.minutes_never / 60:,.1f} h",
                "even were everything renewed",
            ),
            ("Lapses", f"{found.lapsing:,}", "clearances that end in these weeks"),
        ]
    )


def by_week(found: Expiries, names: Naming) -> None:
    """Hours that nobody is left for, by week and service."""
    weeks = [f"{week:%-d %b}" for week in found.period.weeks]
    rows = [
        {
            "week": f"{monday(lost.duty.date):%-d %b}",
            "service": names(lost.duty.demand.service_id),
            "hours": lost.minutes / 60,
        }
        for lost in found.lost
    ]
    if not rows:
        st.success(
            "Every required hour keeps somebody who is cleared for it, or had nobody before."
        )
        return
    table = pd.DataFrame(rows).groupby(["week", "service"], as_index=False)["hours"].sum()
    chart = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X(
                "week:N",
                title="week of",
                sort=weeks,
                scale=alt.Scale(domain=weeks),
                axis=alt.Axis(labelAngle=-45),
            ),
            y=alt.Y("hours:Q", title="required hours lost"),
            color=alt.Color(
                "service:N",
                title=None,
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=0),
            ),
            tooltip=["week", "service", alt.Tooltip("hours", format=",.1f")],
        )
    )
    st.altair_chart(
        chart.properties(height=380), alt="Required hours lost to lapses by week and service"
    )


FIRST = 5
# so many stand there as sentences, which a phone shows whole


def in_words(row: dict[Hashable, Any]) -> str:
    """A renewal as a line of a list: what, until when, what hangs on it, who has to act."""
    lost = f"{row['Uncoverable']:,.1f} h that nobody else may do" if row["Uncoverable"] else ""
    risk = f"{row['At risk']:,.1f} h at risk" if row["At risk"] else ""
    hangs = " and ".join(part for part in (lost, risk) if part)
    return (
        f"1. **{plain(row['What'])}**, last day {row['Last day']:%-d %B %Y}: {hangs}."
        f" {plain(row['Who has to act'])} has to act."
    )


def renewal_list(found: Expiries, names: Naming) -> None:
    """Ranked by hours; of one organisation where one is chosen."""
    st.header("What to renew first")
    if not found.renewals:
        st.success("Nothing that lapses takes anybody from required work.")
        return
    table = pd.DataFrame(
        [
            {
                "Last day": renewal.lapse.last,
                "What": names.said(renewal.lapse.subject(found.dataset)),
                "Who has to act": names(renewal.organisation_id),
                "Uncoverable": renewal.minutes_uncoverable / 60,
                "At risk": renewal.minutes_at_risk / 60,
                "People": renewal.people,
                "Missed from": renewal.first_day,
            }
            for renewal in found.renewals
        ]
    )
    sums = table.groupby("Who has to act")["Uncoverable"].sum().sort_values(ascending=False)
    whose = st.segmented_control(
        "Who has to act",
        ["All", *sums.index],
        default="All",
        required=True,
        format_func=plain,
        key="renewal_whose",
    )
    shown = table if whose == "All" else table[table["Who has to act"] == whose]
    st.markdown("\n".join(in_words(row) for row in shown.head(FIRST).to_dict("records")))
    st.dataframe(
        shown,
        hide_index=True,
        height=min(620, 40 + 36 * len(shown)),
        key="renewals",
        alt="Renewals, the most urgent first",
        column_config={
            "Last day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Missed from": st.column_config.DateColumn(format="D MMM YYYY"),
            "What": st.column_config.TextColumn(width=430),
            "Uncoverable": st.column_config.NumberColumn(format="%,.1f h"),
            "At risk": st.column_config.NumberColumn(format="%,.1f h"),
        },
    )
    st.download_button(
        "This list as a file (csv)",
        lambda: table_bytes(shown),
        "renewals.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(
        "Uncoverable: required hours for which too few people are cleared as the facts stand, and"
        " to which this renewal adds somebody. At risk: required hours that can be filled through"
        " it until its last day, and no longer after. Several renewals may speak of the same hours."
    )


def page() -> None:
    st.title("Renewals")
    message()
    chosen = choose()
    if chosen is None:
        return
    address.write()  # the answer may take its time
    found = state.expiries(*chosen)
    names = state.names_now(found.period.first, found.period.last)
    headline(found)
    by_week(found, names)
    renewal_list(found, names)


page()
