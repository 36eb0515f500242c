"""The figures of a roster that everybody asks for first."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.view.proof_words import gap_in_words
from ui.components.words import plain

STYLE = """<style>
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 8px;
  margin: 0 !important; padding: 0 !important; }
.figures div { border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: 4px; padding: 6px 10px; }
.figures dt { font-size: 14px; }
.figures dd { margin: 0; font-size: 21px; font-weight: 600; white-space: nowrap; }
.figures dd.note { font-size: 13px; font-weight: 400; opacity: 0.78; white-space: normal; }
</style>"""


def pounds(pence: float) -> str:
    """Pence in whole pounds."""
    sign = "−" if round(pence / 100) < 0 else ""
    return f"{sign}£{abs(pence) / 100:,.0f}"


def signed_pounds(pence: float) -> str:
    """With a sign of its own on either side of nothing."""
    whole = round(pence / 100)
    return "±£0" if not whole else f"{'+' if whole > 0 else '−'}£{abs(whole):,}"


def headline(summary: Mapping[str, Any]) -> None:
    """Hours, pay beyond the contract, lending, and how good the roster is proven to be."""
    hours, by_pay, cost = summary["hours"], summary["hours_by_pay"], summary["cost_pence_by_pay"]
    required, missing = float(hours["required"]), float(hours["missing"])
    gap = gap_in_words(summary)
    lent = sum(float(pair["hours"]) for pair in summary["lent"])
    recharge = sum(float(pair["recharge_pence"]) for pair in summary["lent"])
    figures = [
        ("Required", f"{required:,.0f} h", "minimum of demand"),
        ("Filled", f"{hours['filled']:,.1f} h", _share(float(hours["filled"]), required)),
        ("Missing", f"{missing:,.1f} h", _share(missing, required)),
        ("Lent", f"{lent:,.1f} h", f"recharge {pounds(recharge)}"),
        *(
            (kind.capitalize(), f"{by_pay[kind]:,.1f} h", pounds(cost[kind]))
            for kind in ("agency", "bank", "overtime", "extra")
        ),
        (
            "Objective",
            pounds(summary["objective_pence"]),
            (
                f"bound {pounds(summary['bound_pence'])}"
                if summary["bound_pence"]
                else "no bound known"
            ),
        ),
    ]
    tiles(figures)
    found = (
        counted(len(summary["breaches"]), "breach", "breaches")
        if summary["breaches"]
        else "no breach"
    )
    st.markdown(
        f"{plain(gap.words)} The independent check found {found} of the hard rules. "
        "The objective is pay together with the policy’s notional prices; less is better."
    )


def in_a_line(summary: Mapping[str, Any]) -> None:
    """What everybody asks first, in one line of text."""
    hours, by_pay = summary["hours"], summary["hours_by_pay"]
    required, missing = float(hours["required"]), float(hours["missing"])
    beyond = [
        f"{kind} {by_pay[kind]:,.4g} h"
        for kind in ("agency", "bank", "overtime", "extra")
        if by_pay[kind]
    ]
    broken = len(summary["breaches"])
    parts = [
        f"**{hours['filled']:,.1f} h** filled of {required:,.0f} h",
        f"**{missing:,.1f} h** missing" if missing else "nothing missing",
        *beyond,
        f"**{counted(broken, 'breach', 'breaches')}**" if broken else "no breach",
        f"objective {pounds(summary['objective_pence'])}",
        plain(gap_in_words(summary).labelled),
    ]
    st.markdown(" · ".join(parts))


def tiles(figures: Sequence[tuple[str, str, str]]) -> None:
    """(label, figure, note) side by side, as many in a row as fit."""
    shown = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd><dd"
        f" class='note'>{escape(note)}</dd></div>"
        for label, value, note in figures
    )
    st.html(f"{STYLE}<dl class='figures'>{shown}</dl>")


def _share(part: float, required: float) -> str:
    return f"{part / required:.1%} of required" if required else "nothing required"
