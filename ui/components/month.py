"""A month as a table that fits a phone: the date, and a short word for what is on."""

from calendar import Calendar
from collections.abc import Mapping
from datetime import date
from html import escape

import streamlit as st

STYLE = """<style>
.month { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 13px; }
.month th, .month td { border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  padding: 3px; text-align: left; vertical-align: top; }
.month td { height: 56px; overflow: hidden; }
.month td.other { background: color-mix(in srgb, currentColor 5%, transparent); }
.month td.other > span:first-child { opacity: 0.75; }
.month .mark { display: block; margin-top: 2px; padding: 0 2px; border-left: 3px solid #7fa8c9;
  background: #e8f1f8; color: #1b2733; font-size: 12px; overflow-wrap: anywhere; }
.month .leave { border-color: #4c8a3f; background: #e4f1e0; }
.month .today { font-weight: 700; text-decoration: underline; }
</style>"""


def month_table(of: date, marks: Mapping[date, list[tuple[str, str]]]) -> None:
    """`marks`: date -> (text, kind), kind `shift` or `leave`."""
    weeks = Calendar().monthdatescalendar(of.year, of.month)
    head = "".join(
        f'<th scope="col">{day}</th>' for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    body = "".join(
        "<tr>" + "".join(_cell(day, of.month, marks.get(day, [])) for day in week) + "</tr>"
        for week in weeks
    )
    st.html(
        f"{STYLE}<table class='month'><caption>{of:%B %Y}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(day: date, month: int, marks: list[tuple[str, str]]) -> str:
    texts = "".join(f'<span class="mark {kind}">{escape(text)}</span>' for text, kind in marks)
    number = f'<span class="{"today" if day == date.today() else ""}">{day.day}</span>'
    return f'<td class="{"" if day.month == month else "other"}">{number}{texts}</td>'
