"""Coverage against demand as a heat map, and what is missing with its cause."""

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.services.viewing import PRIORITIES, RosterTables, coverage, day_label, vacancies

BY = {"place": "Place", "service": "Service", "site": "Site", "host": "Accountable host", "role": "Role"}


ROOMY_DAYS = 10
"""Up to so many days a cell is wide enough for its figure."""


def _said(share: float, roomy: bool) -> str:
    """What a cell says, so that colour is never alone."""
    if share >= 0.9995:
        return f"{share:.0%}" if roomy else ""
    return f"{share:.1%} ▼" if roomy else "▼"


def heat_map(tables: RosterTables) -> None:
    """Filled ÷ required hours by day; the figure stands in every cell, so that colour is never alone."""
    by = st.segmented_control("Coverage by", list(BY), default="place", required=True, format_func=lambda key: BY[key])
    found = coverage(tables, str(by))
    if found.empty:
        st.info("Nobody is required on these days.")
        return
    roomy = len(tables.days) <= ROOMY_DAYS
    found = found.assign(text=[_said(share, roomy) for share in found["share"]])
    base = alt.Chart(found).encode(
        x=alt.X("label:N", title=None, sort=[day_label(day) for day in tables.days], axis=alt.Axis(orient="top", labelAngle=0 if roomy else -90)),
        y=alt.Y("what:N", title=None, axis=alt.Axis(labelLimit=260)),
        tooltip=[alt.Tooltip("what", title=BY[str(by)]), alt.Tooltip("label", title="Day"), alt.Tooltip("required", title="Required h", format=",.1f"),
                 alt.Tooltip("covered", title="Filled h", format=",.1f"), alt.Tooltip("missing", title="Missing h", format=",.1f")],
    )  # fmt: skip
    floor = min(0.9, float(found["share"].min()))
    boxes = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "share:Q", title="filled", scale=alt.Scale(domain=[floor, 1], range=["#f0a35e", "#d6e8f4"], interpolate="rgb"), legend=None
        )
    )
    texts = base.mark_text(color="#1b2733", fontSize=13).encode(text="text:N")
    st.altair_chart(
        (boxes + texts).properties(height=max(160, 34 * found["what"].nunique() + (40 if roomy else 100))),
        alt=f"Filled share of required hours by {by} and day",
    )
    st.caption("▼ marks days on which somebody is missing. Required is the minimum; people above it do not count.")


def vacancy_list(tables: RosterTables) -> None:
    """Demand that is not filled, the most urgent first, each with why."""
    found = vacancies(tables)
    if found.empty:
        st.success("Every required place is filled.")
        return
    st.write(f"{int(found['missing'].sum()):,} places ({found['missing_hours'].sum():,.1f} h) are empty, the most urgent first.")
    work = found["service"] + ", " + found["site"] + ", " + found["role"]
    shown = pd.DataFrame({
        "Priority": [PRIORITIES[priority] for priority in found["priority"]], "When": found["when"], "Work": work, "People": found["missing"],
        "Hours": found["missing_hours"], "Why": found["cause"], "Accountable": found["host"], "Demand": found["demand_id"],
    })  # fmt: skip
    st.dataframe(
        shown, hide_index=True, height=min(620, 40 + 64 * len(shown)), row_height=64, key="vacancies", alt="Vacancies with their cause",
        column_config={
            "Priority": st.column_config.TextColumn(width=110), "When": st.column_config.TextColumn(width=170), "Work": st.column_config.TextColumn(width=250),
            "Why": st.column_config.TextColumn(width=580), "Hours": st.column_config.NumberColumn(format="%.1f", width=60),
            "People": st.column_config.NumberColumn(help="people missing", width=60),
        },
    )  # fmt: skip
