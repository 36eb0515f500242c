"""Names in full on the axis of a chart: on several lines where they are long."""

from textwrap import wrap
from typing import Any

import altair as alt

WIDE = 26
"""Characters on one line."""


def on_lines(name: str) -> str:
    """A name with line breaks, as the axis below shows it."""
    return "\n".join(wrap(name, WIDE)) or name


def names_axis(**more: Any) -> alt.Axis:
    """An axis of names that went through `on_lines`."""
    return alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelLimit=0,
        labelOverlap=False,
        labelLineHeight=13,
        **more,
    )
