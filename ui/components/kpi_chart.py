"""One measure over the weeks: a line for each organisation, with the target as a line of its own,
and the same as a table.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.services.kpis.words import number_words, target_words, value_words
from ui import state
from ui.components.plain_table import plain_table

Document = Mapping[str, Any]
ENDS = (("at_least", "at least"), ("at_most", "at most"))
UNBROKEN = "\u00a0"
FEW = 4
"""Weeks whose dates stand side by side on a phone."""
PLOT, LEGEND_ROW = 320, 24
"""Heights of what is drawn and of a line of the legend, which stands below it [px]."""
TARGET_GREYS = {"light": "#4a5763", "dark": "#b6c2cd"}
"""Of the target and its words, with contrast enough on either ground."""
WEEKS_SHOWN = 26
"""The latest, of more: a table of a whole year is read by nobody."""


def over_weeks(found: Document, names: Mapping[str | None, str]) -> None:
    """Choose a measure and see it. `names`: organisation id, or None for all -> what it is
    called.
    """
    st.subheader("Over the weeks")
    measures = {one["measure"]: one for one in found["measures"]}
    code = state.choose(
        "Measure",
        list(measures),
        "measure",
        lambda one: str(measures[one]["title"]),
        default="fill_share",
    )
    measure, weeks = measures[code], list(found["weeks"])[-WEEKS_SHOWN:]
    of = {
        (row["week"], row["organisation_id"]): row["measures"][code]
        for row in found["rows"]
        if row["week"] in weeks
    }
    shown = [one for one in names if any((week, one) in of for week in weeks)]
    left, right = st.columns([3, 2], gap="large")
    with left:
        _chart(measure, weeks, of, {one: names[one] for one in shown})
    with right:
        plain_table(
            ("Week from", *(names[one] for one in shown)),
            [
                (
                    _day(week),
                    *(
                        value_words(of[week, one], measure["unit"]) if (week, one) in of else "–"
                        for one in shown
                    ),
                )
                for week in weeks
            ],
            caption=f"{measure['title']}, by week",
            right=range(1, len(shown) + 1),
        )
    if len(found["weeks"]) > WEEKS_SHOWN:
        st.caption(f"The latest {WEEKS_SHOWN} of {len(found['weeks']):,} published weeks.")


def _day(week: str) -> str:
    day = date.fromisoformat(week)
    return f"{day.day}{UNBROKEN}{day:%b}{UNBROKEN}{day.year}"


def _chart(
    measure: Document,
    weeks: Sequence[str],
    of: Mapping[tuple[str, str | None], Document],
    names: Mapping[str | None, str],
) -> None:
    points = pd.DataFrame(
        [
            {"week": week, "label": _day(week), "whose": names[one], "value": told["value"]}
            for (week, one), told in of.items()
            if told["value"] is not None and one in names
        ]
    )
    if points.empty:
        st.caption("There is nothing to draw of this measure in these weeks.")
        return
    labels, whose = [_day(week) for week in weeks], list(names.values())
    axis = alt.Axis(labelAngle=-45 if len(labels) > FEW else 0, labelOverlap=True)
    x = alt.X("label:N", sort=labels, scale=alt.Scale(domain=labels), title="week from", axis=axis)
    base = alt.Chart(points).encode(
        x=x,
        y=alt.Y("value:Q", title=measure["unit"], scale=alt.Scale(zero=False, padding=12)),
        color=alt.Color(
            "whose:N",
            title=None,
            sort=whose,
            legend=alt.Legend(orient="bottom", columns=1, labelLimit=280, symbolSize=80),
        ),
        tooltip=["whose", "label", alt.Tooltip("value", format=",.1f", title=measure["unit"])],
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("whose:N", sort=whose, legend=None)
    )
    marks = base.mark_point(size=70, filled=True).encode(shape=alt.Shape("whose:N", sort=whose))
    layers = [lines, marks, *_target_layers(weeks, of, x)]
    st.altair_chart(
        alt.layer(*layers).properties(height=PLOT + LEGEND_ROW * len(whose)),
        alt=_in_words(measure, weeks, of, names),
    )


def _common(weeks: Sequence[str], of: Mapping[tuple[str, str | None], Document]) -> list[Document]:
    """Of each week the target that holds for all, or for the only one that is shown."""
    found: list[Document] = []
    for week in weeks:
        told = [each["target"] for (at, _), each in of.items() if at == week and each["target"]]
        for_all = [target for target in told if not target["own"]]
        for target in (for_all or told)[:1]:
            found.append({"label": _day(week), **target})
    return found


def _target_layers(
    weeks: Sequence[str], of: Mapping[tuple[str, str | None], Document], x: alt.X
) -> list[alt.Chart]:
    targets = _common(weeks, of)
    layers: list[alt.Chart] = []
    grey = TARGET_GREYS[st.context.theme.type or "light"]
    for end, word in ENDS:
        rows = [
            {
                "label": one["label"],
                "target": one[end],
                "words": f"target: {word} {number_words(one[end], one['unit'])}",
            }
            for one in targets
            if one[end] is not None
        ]
        if rows:
            table = pd.DataFrame(rows)
            line = alt.Chart(table).encode(x=x, y=alt.Y("target:Q"))
            layers.append(
                line.mark_line(strokeDash=[2, 3], strokeWidth=2, color=grey, point={"color": grey})
            )
            said = alt.Chart(table.tail(1)).encode(x=x, y=alt.Y("target:Q"), text="words:N")
            layers.append(
                said.mark_text(align="right", baseline="bottom", dx=-4, dy=-6, color=grey)
            )
    return layers


def _in_words(
    measure: Document,
    weeks: Sequence[str],
    of: Mapping[tuple[str, str | None], Document],
    names: Mapping[str | None, str],
) -> str:
    """The chart for who does not see it: from the first to the last week of each line."""
    parts = []
    for one, name in names.items():
        known = [of[week, one] for week in weeks if (week, one) in of]
        values = [told for told in known if told["value"] is not None]
        if values:
            ends = " to ".join(
                value_words(told, measure["unit"]) for told in (values[0], values[-1])
            )
            parts.append(f"{name} {ends}" if len(values) > 1 else f"{name} {ends.split(' to ')[0]}")
    target = next((each["target"] for each in of.values() if each["target"]), None)
    said = f" Target: {target_words(target)}." if target else " No target is in force."
    return (
        f"Line chart of {measure['title']} by week, from {_day(weeks[0])} to {_day(weeks[-1])}:"
        f" {'; '.join(parts)}.{said} The table beside it has every week."
    )
