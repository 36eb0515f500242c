"""Coverage against demand as a heat map: a table, so that its figures can be read on a phone and by
a screen reader too.
"""

from html import escape
from typing import Any

import streamlit as st

from scheduler.services.view.roster_tables import RosterTables, coverage, day_label
from ui import state

BY = {
    "place": "Place",
    "service": "Service",
    "site": "Site",
    "host": "Accountable host",
    "role": "Role",
}
FULL = 0.9995
"""So much of the required hours is shown as 100 %."""
STYLE = """<style>
.coverage { overflow-x: auto; }
.coverage table { border-collapse: separate; border-spacing: 2px; font-size: 14px; width: 100%; }
.coverage th { text-align: left; font-weight: 600; padding: 4px 8px; }
.coverage thead th { white-space: nowrap; }
.coverage tbody th { position: sticky; left: 0; min-width: 110px; max-width: 260px;
  background: var(--ground, Canvas); }
.coverage td { min-width: 74px; height: 30px; padding: 2px 6px; text-align: center;
  color: #1b2733; white-space: nowrap; border-radius: 2px; }
</style>"""
SHORT_COLOUR, FULL_COLOUR = "#f0a35e", "#d6e8f4"


def heat_map(tables: RosterTables) -> None:
    """Filled ÷ required hours by day; the figure stands in every cell, so that colour is never
    alone.
    """
    state.stand_one("coverage", "coverage_by", list(BY), "place")
    by = st.segmented_control(
        "Coverage by", list(BY), required=True, format_func=lambda key: BY[key], key="coverage_by"
    )
    found = coverage(tables, str(by))
    if found.empty:
        st.info("Nobody is required on these days.")
        return
    floor = min(0.9, float(found["share"].min()))
    cells = {(row.what, row.day): _cell(row, floor) for row in found.itertuples()}
    head = "".join(f"<th scope='col'>{escape(day_label(day))}</th>" for day in tables.days)
    lines = {
        what: "".join(cells.get((what, day), "<td></td>") for day in tables.days)
        for what in sorted(set(found["what"]))
    }
    body = "".join(
        f"<tr><th scope='row'>{escape(what)}</th>{line}</tr>" for what, line in lines.items()
    )
    label = f"Filled share of required hours by {BY[str(by)].lower()} and day"
    st.html(
        f"{STYLE}<div class='coverage' style='--ground: {_ground()}' tabindex='0' role='region'"
        f" aria-label='{label}'><table><thead><tr><th"
        f" scope='col'>{BY[str(by)]}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.caption(
        "▼ marks days on which somebody is missing; an empty cell requires nobody. Required is the"
        " minimum; people above it do not count."
    )


def _ground() -> str:
    """The page's own colour, behind names under which the days move."""
    return str(st.get_option(f"theme.{st.context.theme.type or 'light'}.backgroundColor"))


def _cell(row: Any, floor: float) -> str:
    full = row.share >= FULL
    text = f"{row.share:.0%}" if full else f"{row.share:.1%} ▼"
    colour = (
        f"color-mix(in srgb, {FULL_COLOUR} {100 * (row.share - floor) / (1 - floor):.0f}%,"
        f" {SHORT_COLOUR})"
    )
    hours = f"{row.covered:,.1f} of {row.required:,.1f} h filled, {row.missing:,.1f} h missing"
    return f"<td style='background: {colour}' title='{hours}'>{text}</td>"
