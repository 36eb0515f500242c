"""A stored comparison as charts and sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.services.view.roster_tables import PRIORITIES
from ui.components.axis_names import names_axis, on_lines
from ui.components.headline import pounds
from ui.components.words import plain

PAY_ORDER = ["contracted", "extra", "overtime", "bank", "agency"]
Case = Mapping[str, Any]


def case_names(cases: Sequence[Case]) -> list[str]:
    """What the cases are called, in their order."""
    return [on_lines(str(case["name"])) for case in cases]


def in_words(case: Case) -> str:
    """What the two bounds allow to say about a scenario's objective against the base."""
    change = case["change"]["objective_pence"]
    interval = f"between {_signed(change['low'])} and {_signed(change['high'])}"
    money = (
        " The two are priced differently, so this is a change of prices too."
        if change["different_prices"]
        else ""
    )
    if change["verdict"] == "better":
        return f"**Better** for certain: the best possible objective changes by {interval}.{money}"
    if change["verdict"] == "worse":
        return f"**Worse** for certain: the best possible objective changes by {interval}.{money}"
    return (
        f"**Not distinguishable**: the best possible objective changes by {interval}, and that may"
        f" be nothing.{money}{settling(change)}"
    )


def settling(change: Mapping[str, Any]) -> str:
    """What would tell a difference that is not distinguishable, as another sentence."""
    settle = change.get("would_settle")
    return f" {plain(settle['sentence'])}" if settle else ""


def _signed(pence: float) -> str:
    return ("+" if pence >= 0 else "−") + pounds(abs(pence))


def interval_chart(cases: Sequence[Case]) -> None:
    """The interval of each scenario's change of the objective; the line at zero is the week as it
    is.
    """
    rows = [
        {
            "case": on_lines(case["name"]),
            "low": case["change"]["objective_pence"]["low"] / 100,
            "high": case["change"]["objective_pence"]["high"] / 100,
            "verdict": case["change"]["objective_pence"]["verdict"],
        }
        for case in cases
        if "change" in case
    ]
    if not rows:
        return
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=_case_axis([case for case in cases if "change" in case])
    )
    bars = base.mark_bar(height=14).encode(
        x=alt.X("low:Q", title="change of the objective [£]"),
        x2="high:Q",
        color=alt.Color(
            "verdict:N",
            title=None,
            legend=alt.Legend(orient="bottom", columns=1),  # whole on a phone too
            scale=alt.Scale(
                domain=["better", "not distinguishable", "worse"],
                range=["#1b6ca8", "#9aa7b2", "#b4541a"],
            ),
        ),
        tooltip=[
            "case",
            "verdict",
            alt.Tooltip("low", format=",.0f"),
            alt.Tooltip("high", format=",.0f"),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(strokeDash=[4, 3]).encode(x="zero:Q")
    st.altair_chart(
        (bars + zero).properties(height=alt.Step(34)),
        alt="Interval of the change of the objective for each scenario",
    )


def stacked(
    cases: Sequence[Case],
    figure: str,
    title: str,
    order: Sequence[str],
    names: Mapping[str, str],
    scale: float = 1.0,
) -> None:
    """One bar per case, split by the keys of a figure such as `hours_by_pay`."""
    rows = [
        {
            "case": on_lines(case["name"]),
            "part": names.get(key, key),
            "value": value * scale,
            "rank": order.index(key) if key in order else len(order),
        }
        for case in cases
        for key, value in case[figure].items()
    ]
    if not any(row["value"] for row in rows):
        st.caption(f"{plain(title)}: none in any of them.")
        return
    parts = [names.get(key, key) for key in order]
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=150) if len(parts) > 1 else None
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height=18)
        .encode(
            x=alt.X("value:Q", title=title),
            y=_case_axis(cases),
            color=alt.Color("part:N", title=None, sort=parts, legend=legend),
            order="rank:Q",
            tooltip=["case", "part", alt.Tooltip("value", format=",.1f")],
        )
    )
    st.altair_chart(chart.properties(height=alt.Step(34)), alt=f"{title} of each case")


def _case_axis(cases: Sequence[Case]) -> alt.Y:
    """Every case in its order, also one without anything to draw."""
    return alt.Y(
        "case:N",
        title=None,
        scale=alt.Scale(domain=case_names(cases)),
        axis=names_axis(),
    )


def charts(cases: Sequence[Case], places: Mapping[str, str]) -> None:
    """Hours and pounds by pay, missing hours by priority and place, lent hours, gap."""
    beyond = PAY_ORDER[1:]
    bought = [
        {**case, "beyond": {kind: case["hours_by_pay"].get(kind, 0) for kind in beyond}}
        for case in cases
    ]
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Hours beyond contracts")
        stacked(bought, "beyond", "hours", beyond, {})
        st.subheader("Missing hours by priority")
        stacked(
            cases,
            "missing_by_priority",
            "hours",
            ["5", "4", "3", "2", "1"],
            {str(key): name for key, name in PRIORITIES.items()},
        )
        st.subheader("Lent between organisations")
        stacked(
            [{**case, "lent_hours_": {"lent": case["lent_hours"]}} for case in cases],
            "lent_hours_",
            "hours",
            ["lent"],
            {},
        )
    with right:
        st.subheader("Pay of these rosters (cash)")
        stacked(cases, "cost_pence_by_pay", "£", PAY_ORDER, {}, 0.01)
        st.subheader("Missing hours by place")
        stacked(cases, "missing_by_place", "hours", list(places), places)
        st.subheader("Gap")
        stacked(
            [{**case, "gap_": {"gap": case["gap"]}} for case in cases],
            "gap_",
            "% of the objective",
            ["gap"],
            {},
            100,
        )


def figures(cases: Sequence[Case], places: Mapping[str, str]) -> pd.DataFrame:
    """The figures behind the charts, a column for each case."""
    rows: dict[str, list[str]] = {
        "Objective": [pounds(case["objective_pence"]) for case in cases],
        "Bound": [pounds(case["bound_pence"]) for case in cases],
        "Gap": [f"{case['gap']:.1%}" for case in cases],
        "Missing hours": [f"{case['hours']['missing']:,.1f}" for case in cases],
        "Lent hours": [f"{case['lent_hours']:,.1f}" for case in cases],
    }
    for kind in PAY_ORDER:
        rows[f"{kind.capitalize()} hours"] = [
            f"{case['hours_by_pay'].get(kind, 0):,.1f}" for case in cases
        ]
        rows[f"{kind.capitalize()} pay"] = [
            pounds(case["cost_pence_by_pay"].get(kind, 0)) for case in cases
        ]
    for priority in sorted(cases[0]["missing_by_priority"], reverse=True):
        rows[f"Missing, priority {PRIORITIES[int(priority)]}"] = [
            f"{case['missing_by_priority'].get(priority, 0):,.1f}" for case in cases
        ]
    for place, name in places.items():
        rows[f"Missing in {name}"] = [
            f"{case['missing_by_place'].get(place, 0):,.1f}" for case in cases
        ]
    table = pd.DataFrame(rows, index=[str(case["name"]) for case in cases]).T
    return table.rename_axis("Figure").reset_index()
