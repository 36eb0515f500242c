"""What each lever brings on the way from every organisation alone to all of them together."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.domain.problem import Period
from scheduler.services.jobs.order import Order
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.scenarios.standard_levers import standard_levers
from scheduler.services.scenarios.waterfall import MOST_LEVERS
from solver.search.strategy import Limits
from ui import state
from ui.components.axis_names import names_axis, on_lines
from ui.components.build_panel import watch
from ui.components.director.asking import (
    busy,
    choose_answer,
    choose_scenarios,
    choose_seconds,
    choose_week,
    choose_weeks,
    has_answers,
    interval,
    order_button,
    roster_link,
    signed_hours,
    span,
)
from ui.components.headline import pounds, signed_pounds, tiles
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.words import plain

NOTHING = (
    "No steps are stored yet. Choose above which changes come after pooling, and press *Work it"
    " out*."
)
AGAINST = "against every organisation alone"
WAYS = ("In this order", "Whatever the order")


def steps_panel(collaborative_id: str) -> None:
    """The whole view."""
    st.markdown(
        "From every organisation alone, over pooling staff under the agreements, to each further"
        " change: what every step brings, and what it would bring on average if it came in"
        " elsewhere."
    )
    _form(collaborative_id)
    watch(collaborative_id, "waterfall")
    document = choose_answer(collaborative_id, "waterfall", "Steps", "steps", NOTHING)
    if document is not None:
        show(document)


def _form(collaborative_id: str) -> None:
    working = busy(collaborative_id)
    first = not has_answers(collaborative_id, "waterfall") and not working
    with st.expander("Work out the steps", expanded=first):
        monday = choose_week(collaborative_id, "waterfall")
        if monday is None:
            return
        weeks = choose_weeks("waterfall")
        period = Period(monday, 7 * weeks)
        ready = {
            lever.name: scenario_text(lever)
            for lever in standard_levers(state.dataset(), collaborative_id, period)
        }
        texts = choose_scenarios(
            collaborative_id, "waterfall", "After pooling, in this order", ready
        )
        policy = choose_policy(collaborative_id, "waterfall_policy")
        seconds = choose_seconds("waterfall")
        if len(texts) >= MOST_LEVERS:
            st.warning(
                f"At most {MOST_LEVERS - 1} changes after pooling: each doubles the number of"
                " combinations."
            )
        order = Order(
            "waterfall",
            collaborative_id,
            monday,
            limits=Limits(seconds),
            policy=tables_of(policy, collaborative_id),
            # what is written down has its names sorted: the order stands in them
            scenarios={f"{n:02} {name}": text for n, (name, text) in enumerate(texts.items(), 1)},
            weeks=weeks,
        )
        order_button(
            order,
            "Work it out",
            ":material/stairs:",
            key="waterfall",
            disabled=working or not 1 <= len(texts) < MOST_LEVERS,
            why="Every combination is solved, so that no order is favoured.",
        )


def show(document: Mapping[str, Any]) -> None:
    """The steps as figures, sentences, a chart with intervals, and a table."""
    st.header(span(document))
    whole, brings = document["whole"], document["brings"]
    names = {lever["key"]: lever["name"] for lever in document["levers"]}
    alone, last = _ends(document)
    rows = [
        (
            "Worth together",
            pounds(whole["found"]),
            f"{interval(whole['low'], whole['high'])} for certain",
        )
    ]
    empty = [case["figures"]["minutes"]["missing"] for case in (alone, last)]
    rows.append(("Hours left empty", signed_hours(empty[1] - empty[0]), AGAINST))
    for kind in ("agency", "bank"):
        before, after = (case["figures"]["minutes_by_pay"][kind] for case in (alone, last))
        rows.append((f"{kind.capitalize()} hours", signed_hours(after - before), AGAINST))
    paid = [sum(case["figures"]["pence_by_pay"].values()) for case in (alone, last)]
    rows.append(("Pay beyond basic pay", signed_pounds(paid[1] - paid[0]), AGAINST))
    tiles(rows)
    way = st.segmented_control("Show", WAYS, default=WAYS[0], required=True, key="steps_way")
    key = "step" if way == WAYS[0] else "share"
    for row in brings:
        st.markdown(f"- **{plain(names[row['key']])}**: {_in_words(row, key)}")
    st.altair_chart(
        chart(document, key), alt=f"What each step is worth, {str(way).lower()}, with both bounds"
    )
    st.subheader("Step by step")
    st.dataframe(
        _table(document),
        hide_index=True,
        height="content",
        key="steps",
        alt="Each step with its worth in order, on average and at its least and most",
    )
    with st.container(horizontal=True):
        for case in document["cases"]:
            if case.get("roster_id"):
                levers = case["levers"]
                label = f"With {names[levers[-1]]}" if levers else str(case["name"])
                roster_link(document, case["roster_id"], plain(label))
    st.caption(plain(document["reading"]))


def _ends(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    cases = [case for case in document["cases"] if "figures" in case]
    return (
        min(cases, key=lambda case: len(case["levers"])),
        max(cases, key=lambda case: len(case["levers"])),
    )


def _in_words(row: Mapping[str, Any], key: str) -> str:
    told, figures = row[key], row["figures"]
    words = f"{pounds(told['found'])}, {interval(told['low'], told['high'])} for certain"
    if key == "share":
        least, most = row["least"], row["most"]
        return f"{words}; {pounds(least['found'])} to {pounds(most['found'])} by the order"
    changes = [
        (figures["minutes"]["missing"], "left empty"),
        (figures["minutes_by_pay"]["agency"], "agency"),
        (figures["minutes_by_pay"]["bank"], "bank"),
    ]
    said = ", ".join(
        f"{signed_hours(minutes)} {what}" for minutes, what in changes if abs(minutes) >= 3
    )
    nothing = " It changes nothing here." if not said and not told["found"] else ""
    return f"{words}{f'; {said}' if said else ''}.{nothing}"


def chart(document: Mapping[str, Any], key: str) -> alt.LayerChart | alt.FacetChart:
    """A bar from nothing to what was found, with the interval over it; the whole last."""
    names = {lever["key"]: lever["name"] for lever in document["levers"]}
    told = [(names[row["key"]], row[key]) for row in document["brings"]]
    rows, before = [], 0.0
    for name, one in told:
        start = before if key == "step" else 0.0
        rows.append(_bar(name, start, one, "a step"))
        before += one["found"]
    rows.append(_bar("All together", 0.0, document["whole"], "the whole"))
    data = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=names_axis())
    )
    bars = data.mark_bar(height=16).encode(
        x=alt.X("start:Q", title="worth by the policy's prices [£]"),
        x2="end:Q",
        color=alt.Color(
            "what:N",
            title=None,
            legend=None,
            scale=alt.Scale(domain=["a step", "the whole"], range=["#7a96b8", "#24506e"]),
        ),
        tooltip=[
            alt.Tooltip("name", title="Step"),
            alt.Tooltip("low", format=",.0f", title="at least £"),
            alt.Tooltip("high", format=",.0f", title="at most £"),
        ],
    )
    lines = data.mark_rule(strokeWidth=3, color="#c2541a").encode(x="from:Q", x2="to:Q")
    ends = [
        data.mark_tick(thickness=3, size=16, color="#c2541a").encode(x=f"{end}:Q")
        for end in ("from", "to")
    ]
    return alt.layer(bars, lines, *ends).properties(height=alt.Step(42))


def _bar(name: str, start: float, one: Mapping[str, float], what: str) -> dict[str, Any]:
    return {
        "name": on_lines(name),
        "start": start / 100,
        "end": (start + one["found"]) / 100,
        "from": (start + one["low"]) / 100,
        "to": (start + one["high"]) / 100,
        "low": one["low"] / 100,
        "high": one["high"] / 100,
        "what": what,
    }


def _table(document: Mapping[str, Any]) -> pd.DataFrame:
    names = {lever["key"]: lever["name"] for lever in document["levers"]}
    rows = []
    for row in [*document["brings"], None]:
        if row is None:
            whole = document["whole"]
            rows.append(
                ["All together", _exact(whole["found"]), "", _exact(whole["found"]), "", ""]
            )
            continue
        step, share = row["step"], row["share"]
        rows.append(
            [
                names[row["key"]],
                _exact(step["found"]),
                interval(step["low"], step["high"]),
                _exact(share["found"]),
                interval(share["low"], share["high"]),
                f"{pounds(row['least']['found'])} to {pounds(row['most']['found'])}",
            ]
        )
    columns = [
        "Step",
        "In this order",
        "certain",
        "On average over all orders",
        "certain, on average",
        "Least and most by the order",
    ]
    return pd.DataFrame(rows, columns=columns)


def _exact(pence: float) -> str:
    """To the penny, so that columns are seen to add up."""
    return f"{'−' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"
