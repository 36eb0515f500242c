"""Coverage against demand as a heat map."""

import altair as alt
import streamlit as st

from scheduler.services.viewing import RosterTables, coverage, day_label

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
