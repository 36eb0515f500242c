"""What lifting barriers is worth: sentences, ranked as far as the proofs tell, one chart of
intervals, and what the others are worth at most.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted
from ui.components.axis_names import names_axis, on_lines
from ui.components.comparison_charts import settling
from ui.components.headline import pounds
from ui.components.words import plain

COLOURS = {"worth it": "#1b6ca8", "not distinguishable": "#9aa7b2", "at most": "#d9e0e6"}
MOST_BARS = 15
Entry = Mapping[str, Any]


def show_worth(document: Mapping[str, Any], organisations: Mapping[str, str]) -> None:
    """A valuation as it is stored."""
    start = date.fromisoformat(document["period"]["start"])
    base, lifts = document["base"], document["lifts"]
    solved = [entry for entry in lifts if "gain_pence" in entry]
    others = [entry for entry in lifts if "gain_pence" not in entry]
    st.header(f"What lifting barriers is worth, week of {start:%-d %B %Y}")
    st.markdown(
        f"{counted(document['candidates'], 'barrier')} that somebody could lift, {len(solved)}"
        f" solved for. As it is, {base['hours']['missing']:,.1f} of"
        f" {base['hours']['required']:,.0f} required hours stay empty, with"
        f" {base['hours_by_pay']['agency']:,.1f} agency and {base['hours_by_pay']['bank']:,.1f}"
        " bank hours."
    )
    if document["bundle"] is not None:
        st.subheader(f"Best {document['bundle']['size']} together")
        st.markdown(
            f"**{plain('; '.join(document['bundle']['parts']))}**:"
            f" {in_words(document['bundle'], organisations)}"
        )
    surely = [entry for entry in solved if entry["gain_pence"]["low"] > 0]
    unclear = [entry for entry in solved if entry not in surely]
    if surely:
        st.subheader("Worth it for certain")
        for entry, place in zip(surely, places(surely), strict=True):
            st.markdown(f"- {place}**{plain(title(entry))}**: {in_words(entry, organisations)}")
    if unclear:
        st.subheader("Not told apart from nothing")
        for entry in unclear:
            st.markdown(f"- **{plain(title(entry))}**: {in_words(entry, organisations)}")
    gain_chart([*surely, *unclear, *others])
    if others:
        with st.expander(
            f"{counted(len(others), 'barrier that was', 'barriers that were')} not solved for"
        ):
            st.dataframe(
                at_most_table(others),
                hide_index=True,
                key="others",
                alt="Barriers that were not solved for",
            )
    st.caption(plain(document["reading"]))


def places(entries: Sequence[Entry]) -> list[str]:
    """`1st: `, or `2nd to 4th: ` where the intervals leave that open; nothing where there is one
    alone.
    """
    if len(entries) == 1:
        return [""]
    gains = [entry["gain_pence"] for entry in entries]
    told = []
    for gain in gains:
        first = 1 + sum(other["low"] > gain["high"] for other in gains)
        last = len(gains) - sum(other["high"] < gain["low"] for other in gains)
        told.append(f"{_nth(first)}: " if first == last else f"{_nth(first)} to {_nth(last)}: ")
    return told


def _nth(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if 10 < number % 100 < 14 else ends.get(number % 10, "th")
    return f"{number}{end}"


def title(entry: Entry) -> str:
    """A barrier's name, as a sentence begins."""
    name = str(entry["name"])
    return name[:1].upper() + name[1:]


def in_words(entry: Entry, organisations: Mapping[str, str]) -> str:
    """What the rosters differ by, what the proofs allow, and who can lift it."""
    gain = entry["gain_pence"]
    changes = [
        _change(entry["hours_filled"], "h more filled", "h fewer filled"),
        _change(entry["agency_hours_avoided"], "agency h less", "agency h more"),
        _change(entry["bank_hours_avoided"], "bank h less", "bank h more"),
    ]
    cash = entry["cash_pence_saved"]
    money = (
        f"{pounds(abs(cash))} of cash {'saved' if cash > 0 else 'more'}"
        if round(cash / 100)
        else ""
    )
    difference = (
        ", ".join(part for part in (*changes, money) if part)
        or "the rosters do not differ in hours or cash"
    )
    who = ", ".join(
        organisations.get(name, name) or "the people themselves" for name in entry["lifted_by"]
    )
    interval = f"gain in the objective {signed(gain['low'])} to {signed(gain['high'])}"
    return (
        f"{difference}; {interval}: {plain(gain['verdict'])}."
        f" {counted(entry['people'], 'person', 'people')}; {plain(who)} can lift"
        f" it.{settling(gain)}"
    )


def _change(hours: float, more: str, less: str) -> str:
    return f"{abs(hours):,.1f} {more if hours > 0 else less}" if hours else ""


def signed(pence: float) -> str:
    """Pence in whole pounds, with a minus that stands before the pound sign."""
    return f"−{pounds(-pence)}" if round(pence / 100) < 0 else pounds(abs(pence))


def gain_chart(entries: Sequence[Entry]) -> None:
    """Intervals of the solved ones; from nothing to the most for the others."""
    rows = []
    for entry in entries[:MOST_BARS]:
        gain = entry.get(
            "gain_pence", {"low": 0.0, "high": entry["at_most_pence"], "verdict": "at most"}
        )
        rows.append(
            {
                "barrier": on_lines(title(entry)),
                "low": gain["low"] / 100,
                "high": gain["high"] / 100,
                "verdict": gain["verdict"],
            }
        )
    if not rows:
        st.info("No barrier stands between people and this demand that somebody could lift.")
        return
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height=14)
        .encode(
            x=alt.X(
                "low:Q",
                title="gain in the objective [£]",
                axis=alt.Axis(format=",.0f", tickCount=4),
            ),
            x2="high:Q",
            y=alt.Y(
                "barrier:N",
                title=None,
                sort=None,
                axis=names_axis(),
            ),
            color=alt.Color(
                "verdict:N",
                title=None,
                legend=alt.Legend(orient="bottom", columns=2),
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            ),
            tooltip=[
                "barrier",
                "verdict",
                alt.Tooltip("low", format=",.0f"),
                alt.Tooltip("high", format=",.0f"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(strokeDash=[4, 3]).encode(x="zero:Q")
    st.altair_chart(
        (chart + zero).properties(height=alt.Step(36)), alt="Interval of the gain of each barrier"
    )


def at_most_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """What barriers that were not solved for are worth at most, a row each."""
    return pd.DataFrame(
        {
            "Barrier": [title(entry) for entry in entries],
            "At most" if all(entry["at_most_certain"] for entry in entries) else "Rough estimate": [
                pounds(entry["at_most_pence"]) for entry in entries
            ],
            "People": [entry["people"] for entry in entries],
        }
    )
