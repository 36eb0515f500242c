"""Charts as vectors, in the same letters and the same bytes on every machine."""

import re
from collections.abc import Callable, Mapping
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

MEASURED = "Liberation Sans"
"""Carried by the program that draws; texts are as wide as it says."""
SHOWN = "Libertinus Serif"
"""Carried by the program that sets the paper; narrower, so that nothing overlaps."""
PARTS = ("#0b3c5d", "#4a86b5", "#a9c9e0", "#e3c567", "#e08e3c", "#b3432b", "#d9d9d9")
"""From dark to light and from cold to warm, told apart without red and green; by lightness too."""
DARK, MIDDLE, WARM = "#0b3c5d", "#7a96b8", "#b3432b"
WIDTH = 330
ON_A_LINE = 32
"""Characters of a name beside a bar: so many of these letters are within the label's limit."""
Chart = Mapping[str, Any]


def svg(chart: Chart) -> bytes:
    """A chart of `tables` as SVG."""
    drawn: Any = DRAWN[chart["kind"]](chart).configure(
        font=MEASURED,
        background="white",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelFontSize=10, titleFontSize=10, titleFontWeight="normal"),
        legend=alt.LegendConfig(labelFontSize=10, titleFontSize=10),
    )
    text = vl_convert.vegalite_to_svg(drawn.to_dict())
    return re.sub(r'font-family="[^"]*"', f'font-family="{SHOWN}"', text).encode()


def _parts(chart: Chart) -> Any:
    """Stacked bars of per cent."""
    order = {part: place for place, part in enumerate(chart["parts"])}
    rows = [{**row, "order": order[row["part"]]} for row in chart["rows"]]
    names = list(dict.fromkeys(row["row"] for row in rows))
    return (
        alt.Chart(pd.DataFrame(rows, columns=["row", "part", "share", "order"]))
        .mark_bar(height=11, stroke="white", strokeWidth=0.6)
        .encode(
            y=alt.Y("row:N", title=None, sort=names, axis=alt.Axis(labelLimit=150)),
            x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 100])),
            color=alt.Color(
                "part:N",
                title=None,
                sort=list(chart["parts"]),
                scale=alt.Scale(domain=list(chart["parts"]), range=list(PARTS)),
                legend=alt.Legend(orient="bottom", columns=4, symbolSize=60, labelLimit=140),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDTH, height=alt.Step(16))
    )


def _intervals(chart: Chart) -> Any:
    """What was found as a bar, what is certain as an interval over it."""
    names = [row["name"] for row in chart["rows"]]
    rows = [{**row, "at": f"{place}"} for place, row in enumerate(chart["rows"])]
    labels = ", ".join(f"'{place}': {_lines(name)}" for place, name in enumerate(names))
    data = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y(
            "at:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelLimit=180, labelExpr="{" + labels + "}[datum.value]"),
        )
    )
    layers: list[alt.Chart] = []
    if any(row["found"] is not None for row in rows):
        layers.append(data.mark_bar(height=12, color=MIDDLE).encode(x=alt.X("found:Q", title=None)))
    if any(row["low"] != row["high"] for row in rows) or not layers:
        layers.append(
            data.mark_rule(strokeWidth=2.5, color=WARM).encode(
                x=alt.X("low:Q", title=None), x2="high:Q"
            )
        )
        layers += [
            data.mark_tick(thickness=2.5, size=12, color=WARM).encode(x=f"{end}:Q")
            for end in ("low", "high")
        ]
    nothing = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color="#555555").encode(x="x:Q")
    return alt.layer(*layers, nothing).properties(width=WIDTH, height=alt.Step(24))


def _lines(name: str) -> str:
    """A name in full, on as many lines as it takes, as an expression of labels."""
    return f"[{', '.join(map(_literal, wrap(name, ON_A_LINE) or ['']))}]"


def _literal(text: str) -> str:
    """As a text of the language of labels, whatever stands in it."""
    escaped = "".join(f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else "?" for letter in text)
    return f"'{escaped}'"


def _frontier(chart: Chart) -> Any:
    """Both ends over the levels, and the rosters."""
    band = alt.Chart(pd.DataFrame(chart["rows"])).encode(
        x=alt.X("level:Q", title=chart["x"], scale=alt.Scale(zero=False))
    )
    rosters = alt.Chart(pd.DataFrame(chart["points"]))
    return alt.layer(
        band.mark_area(opacity=0.3, color=MIDDLE, interpolate="step-after").encode(
            y=alt.Y("low:Q", title=chart["y"]), y2="high:Q"
        ),
        band.mark_line(color=DARK, interpolate="step-after").encode(y="high:Q"),
        band.mark_line(color=DARK, interpolate="step-after", strokeDash=[4, 3]).encode(y="low:Q"),
        rosters.mark_point(filled=True, size=55, color=DARK).encode(x="level:Q", y="value:Q"),
    ).properties(width=WIDTH, height=150)


DRAWN: Mapping[str, Callable[[Chart], Any]] = {
    "parts": _parts,
    "intervals": _intervals,
    "frontier": _frontier,
}
