"""A table that is read out as one: of few rows, with a caption, text as it is."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

STYLE = """<style>
.plain_table { overflow-x: auto; margin: 0; }
.plain_table table { border-collapse: collapse; width: 100%; font-size: 14px; }
.plain_table caption { text-align: left; font-size: 14px; opacity: 0.82; padding-bottom: 4px; }
.plain_table th, .plain_table td { text-align: left; vertical-align: top; padding: 4px 8px 4px 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
.plain_table tbody th { font-weight: 400; }
.plain_table .number { text-align: right; font-variant-numeric: tabular-nums; }
</style>"""


def plain_table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str,
    right: Sequence[int] = (),
) -> None:
    """The first cell of a row says what the row is; `right`: positions of columns of numbers."""

    def cell(position: int, text: object, *, head: bool) -> str:
        tag = "th" if head or position == 0 else "td"
        scope = f' scope="{"col" if head else "row"}"' if tag == "th" else ""
        number = ' class="number"' if position in right else ""
        return f"<{tag}{scope}{number}>{escape(str(text))}</{tag}>"

    head = "".join(cell(position, text, head=True) for position, text in enumerate(headers))
    body = "".join(
        "<tr>"
        + "".join(cell(position, text, head=False) for position, text in enumerate(row))
        + "</tr>"
        for row in rows
    )
    name = escape(caption, quote=True)
    st.html(
        f"{STYLE}<div class='plain_table' role='region' tabindex='0' aria-label=\"{name}\"><table>"
        f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</div>"
    )
