"""The least agency, bank or pay for each level of cover, pay, lending or consent, between both
bounds.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.services.jobs.order import Order
from scheduler.services.kpis.goals import HoursGoal, hours_goals
from scheduler.services.scenarios.quantities import QUANTITIES, people_to_ask
from solver.search.strategy import Limits
from ui import state
from ui.components.build_panel import watch
from ui.components.director.asking import (
    busy,
    choose_answer,
    choose_seconds,
    choose_week,
    has_answers,
    order_button,
    roster_link,
    span,
)
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.words import plain

REDUCE = ("agency", "bank", "temporary", "pay")
AGAINST = ("cover", "pay", "lent", "consent")
POINTS = 20
NOTHING = (
    "No frontier is stored yet. Choose above what there should be less of, and press *Draw it*."
)


def frontier_panel(collaborative_id: str) -> None:
    """The whole view."""
    st.markdown(
        "How little agency, bank or pay would do, at each level of something else that matters."
    )
    _form(collaborative_id)
    watch(collaborative_id, "frontier")
    document = choose_answer(collaborative_id, "frontier", "Frontier", "frontier", NOTHING)
    if document is not None:
        show(document)


def _form(collaborative_id: str) -> None:
    working = busy(collaborative_id)
    first = not has_answers(collaborative_id, "frontier") and not working
    with st.expander("Draw a frontier", expanded=first):
        monday = choose_week(collaborative_id, "frontier")
        if monday is None:
            return
        reduce = st.selectbox(
            "Less of", REDUCE, format_func=lambda key: QUANTITIES[key].title, key="frontier_reduce"
        )
        against = st.selectbox(
            "against",
            [key for key in AGAINST if key != reduce],
            format_func=lambda key: QUANTITIES[key].title,
            key="frontier_against",
        )
        policy = choose_policy(collaborative_id, "frontier_policy")
        seconds = choose_seconds("frontier")
        order = Order(
            "frontier",
            collaborative_id,
            monday,
            limits=Limits(seconds),
            policy=tables_of(policy, collaborative_id),
            reduce=reduce,
            against=against,
            points=POINTS,
        )
        order_button(
            order, "Draw it", ":material/show_chart:", key="draw_frontier", disabled=working
        )


def show(document: Mapping[str, Any]) -> None:
    """A frontier: a sentence, the chart, the rosters behind it, the table, how to read it."""
    reduce, against = document["reduce"], document["against"]
    st.header(f"{reduce['title']} against {_small(against['title'])}")
    st.caption(span(document))
    rosters, points = document["rosters"], document["points"]
    st.markdown(_sentence(document))
    goals, remarks = _goals(document)
    if len(rosters) > 1:
        st.altair_chart(
            chart(document, goals),
            alt=(
                f"The least of {_small(reduce['title'])} at each level of"
                f" {_small(against['title'])}, between both bounds"
            ),
        )
    for goal in goals:
        reached = next((one for one in rosters if one["reduced"] <= goal.hours), None)
        needs = next((one for one in points if one["low"] <= goal.hours), None)
        st.markdown(f"- **Target** {plain(goal.words)}: {_reached(goal, reached, needs, against)}")
        st.caption(plain(goal.source))
    for remark in remarks:
        st.caption(plain(remark))
    st.subheader("The rosters behind it")
    for roster in rosters:
        bend = " · the knee" if roster["roster_id"] == document["knee"] else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            empty = (
                ""
                if against["key"] == "cover"
                else f", {roster['missing_hours']:,.1f} h left empty"
            )
            st.markdown(
                f"**{_amount(roster['reduced'], reduce)}** of {plain(_small(reduce['title']))} at"
                f" {_amount(roster['level'], against)} of {plain(_small(against['title']))}"
                f"{empty}{_asked(roster)}{bend}"
            )
            roster_link(document, roster["roster_id"])
    with st.expander(f"All {len(points)} levels" if len(points) > 1 else "The only level"):
        st.dataframe(
            _table(document),
            hide_index=True,
            height="content",
            key="frontier_levels",
            alt="Each level with both bounds",
        )
    st.caption(plain(document["reading"]))
    st.caption(
        "The knee is the roster that lies furthest below the straight line between the two ends,"
        f" both scaled to the same length. {document['searches']} searches bound all levels."
    )


def _asked(roster: Mapping[str, Any]) -> str:
    """How many people would first have to agree; their names are nobody's business before that."""
    if not roster.get("people_asked"):
        return ""
    return f"; {people_to_ask(roster['people_asked'])}"


def _goals(document: Mapping[str, Any]) -> tuple[list[HoursGoal], list[str]]:
    """The targets for what is reduced, and why others are not drawn."""
    key = document["reduce"]["key"]
    if key not in ("agency", "bank"):
        return [], []
    start = date.fromisoformat(document["period"]["start"])
    return hours_goals(state.repository(), document["collaborative_id"], start, key)


def _reached(
    goal: HoursGoal,
    reached: Mapping[str, Any] | None,
    needs: Mapping[str, Any] | None,
    against: Mapping[str, str],
) -> str:
    """At which level a target is met for certain, and from which on it may be."""
    small = plain(_small(against["title"]))
    if reached is None:
        return f"no roster that was found has at most {goal.hours:,.1f} h."
    level = _amount(reached["level"], against)
    if needs is None or needs["level"] >= reached["level"]:
        return f"met at {level} of {small}."
    return f"met at {level} of {small}; not below {_amount(needs['level'], against)} for certain."


def _sentence(document: Mapping[str, Any]) -> str:
    reduce, against = document["reduce"], document["against"]
    rosters = document["rosters"]
    first, last = rosters[0], rosters[-1]
    if len(rosters) == 1:
        least = _amount(document["points"][0]["low"], reduce)
        longer = (
            ""
            if least == _amount(first["reduced"], reduce)
            else " Between the two nothing was told: draw it again with a longer time limit."
        )
        return (
            f"One roster is best in both, as far as was found: {_amount(first['reduced'], reduce)}"
            f" of {plain(_small(reduce['title']))} at {_amount(first['level'], against)} of"
            f" {plain(_small(against['title']))}; no roster there can do with less than"
            f" {least}.{longer}"
        )
    words = (
        f"From **{_amount(first['reduced'], reduce)}** at {_amount(first['level'], against)} of"
        f" {plain(_small(against['title']))} down to **{_amount(last['reduced'], reduce)}** at"
        f" {_amount(last['level'], against)}."
    )
    bend = next((one for one in rosters if one["roster_id"] == document["knee"]), None)
    if bend is not None:
        words += (
            f" Beyond {_amount(bend['level'], against)} (the knee,"
            f" {_amount(bend['reduced'], reduce)}) each further step brings less."
        )
    return words


def chart(
    document: Mapping[str, Any], goals: Sequence[HoursGoal] = ()
) -> alt.LayerChart | alt.FacetChart:
    """Both bounds over the levels, the rosters as points, the knee and targets with their names."""
    reduce, against = document["reduce"], document["against"]
    points = pd.DataFrame(_stairs(document["points"]))
    x = alt.X(
        "level:Q", title=f"{against['title']} [{against['unit']}]", scale=alt.Scale(zero=False)
    )
    y_title = f"{reduce['title']} [{reduce['unit']}]"
    between = (
        alt.Chart(points)
        .mark_area(opacity=0.3, color="#7a96b8")
        .encode(x=x, y=alt.Y("low:Q", title=y_title), y2="high:Q")
    )
    edges = [
        alt.Chart(points)
        .mark_line(color="#24506e", strokeDash=dash)
        .encode(x=x, y=f"{end}:Q", order="number:O")
        for end, dash in (("high", [1, 0]), ("low", [5, 4]))
    ]
    rosters = pd.DataFrame(
        [
            {
                "level": one["level"],
                "reduced": one["reduced"],
                "what": "the knee" if one["roster_id"] == document["knee"] else "",
                "shape": "the knee" if one["roster_id"] == document["knee"] else "a roster",
            }
            for one in document["rosters"]
        ]
    )
    found = alt.Chart(rosters)
    marks = found.mark_point(filled=True, size=90, color="#24506e").encode(
        x=x,
        y="reduced:Q",
        shape=alt.Shape(
            "shape:N",
            title=None,
            scale=alt.Scale(domain=["a roster", "the knee"], range=["circle", "diamond"]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("level", title=against["title"], format=",.1f"),
            alt.Tooltip("reduced", title=reduce["title"], format=",.1f"),
        ],
    )
    names = found.mark_text(align="left", dx=9, dy=-8).encode(x=x, y="reduced:Q", text="what:N")
    lines = []
    if goals:
        wanted = alt.Chart(
            pd.DataFrame([{"hours": one.hours, "what": f"target: {one.words}"} for one in goals])
        )
        rule = wanted.mark_rule(color="#b4541a", strokeDash=[7, 4], strokeWidth=2)
        text = wanted.mark_text(align="left", dx=6, dy=-7, color="#b4541a")
        lines = [
            rule.encode(y="hours:Q"),
            text.encode(y="hours:Q", x=alt.value(0), text="what:N"),
        ]
    return alt.layer(between, *edges, *lines, marks, names).properties(height=320)


def _stairs(points: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Both bounds between the levels too: what a roster has at a level it has at higher ones, and
    what none can do without at a level none can at lower ones.
    """
    known = [point for point in points if point["high"] is not None]
    corners = [(one["level"], one["low"], one["high"]) for one in known[:1]]
    for one, other in pairwise(known):
        corners += [
            (one["level"], other["low"], one["high"]),
            (other["level"], other["low"], one["high"]),
            (other["level"], other["low"], other["high"]),
        ]
    return [
        {"number": number, "level": level, "low": low, "high": high}
        for number, (level, low, high) in enumerate(corners)
    ]


def _table(document: Mapping[str, Any]) -> pd.DataFrame:
    reduce, against = document["reduce"], document["against"]
    return pd.DataFrame(
        {
            against["title"]: [_amount(one["level"], against) for one in document["points"]],
            f"{reduce['title']}: no roster needs less than": [
                _amount(one["low"], reduce) for one in document["points"]
            ],
            "A roster needs": [
                "none was found" if one["high"] is None else _amount(one["high"], reduce)
                for one in document["points"]
            ],
        }
    )


def _amount(value: float, quantity: Mapping[str, str]) -> str:
    return f"£{value:,.0f}" if quantity["unit"] == "£" else f"{value:,.1f} h"


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]
