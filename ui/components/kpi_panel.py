"""How the published weeks of a collaborative have gone: five figures, one measure over the weeks,
all of them with their targets, what they mean, and what cannot be said.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.kpis.words import (
    TOGETHER,
    source_words,
    target_words,
    value_words,
    verdict_words,
)
from scheduler.services.view.roster_tables import short_name, week_label
from ui import state
from ui.components.headline import tiles
from ui.components.kpi_chart import over_weeks
from ui.components.kpi_details import details
from ui.components.plain_table import plain_table
from ui.components.recharge_panel import recharge_panel
from ui.components.words import plain

Document = Mapping[str, Any]
FIGURES = (
    "fill_share",
    "temporary_share",
    "unused_hours_share",
    "lead_days",
    "changes_after_publication_share",
)
"""Those that stand first."""


def show_kpis(collaborative_id: str) -> None:
    """All of it, for whoever looks, as far as they may see it."""
    found = state.kpis(collaborative_id)
    if not found["totals"]:
        _nothing(found)
        return
    names = {None: TOGETHER} | {
        one["id"]: short_name(one["name"]) for one in found["organisations"]
    }
    totals = {one["organisation_id"]: one for one in found["totals"]}
    whose = (
        state.choose(
            "Figures of",
            [one or "" for one in sorted(totals, key=lambda one: (one is not None, names[one]))],
            "figures",
            lambda one: names[one or None],
        )
        or None
    )
    _sentence(found, totals[whose], names[whose])
    if not found["all_together"]:
        st.caption(
            "You see the figures of the organisations whose rosters you may look at; all together"
            " is for who may look at every member’s."
        )
    over_weeks(found, names)
    st.subheader("Every measure")
    plain_table(
        ("Measure", "Value", "Target", "Which is"),
        [
            (
                measure["title"],
                value_words(measured, measure["unit"]),
                target_words(measured["target"]),
                verdict_words(measured),
            )
            for measure in found["measures"]
            for measured in (totals[whose]["measures"][measure["measure"]],)
        ],
        caption=f"{names[whose]}, {_weeks(found['weeks'])}",
    )
    details(
        totals[whose],
        found["notice_days"],
        lambda: recharge_panel(collaborative_id, whose, totals[whose]["lending"]),
    )
    _definitions(found, totals[whose])
    _cannot(found)


def _nothing(found: Document) -> None:
    st.info(
        "No week is published yet, so there is nothing to measure. Build a roster on *Operations*,"
        " have it approved and publish it; its figures then stand here at once.",
        icon=":material/monitoring:",
    )
    _definitions(found, None)
    _cannot(found)


def _weeks(weeks: Sequence[str]) -> str:
    first, last = (week_label(date.fromisoformat(weeks[end])) for end in (0, -1))
    if len(weeks) == 1:
        return f"the week from {first}"
    return f"{counted(len(weeks), 'published week')}, the first from {first}, the last from {last}"


def _sentence(found: Document, total: Document, name: str) -> None:
    measured = total["measures"]
    judged = [one for one in measured.values() if one["met"] is not None]
    met = sum(one["met"] for one in judged)
    targets = (
        f"{met} of {counted(len(judged), 'target')} {'is' if met == 1 else 'are'} met"
        if judged
        else "no target is in force"
    )
    fill = measured["fill_share"]
    filled = (
        f"{value_words(fill, '%')} of the required hours are filled"
        if fill["value"] is not None
        else "no hours are asked for"
    )
    st.markdown(f"**{plain(name)}**, {_weeks(found['weeks'])}: {filled}, and {targets}.")
    of = {one["measure"]: one for one in found["measures"]}
    tiles([_tile(of[code], measured[code]) for code in FIGURES])
    st.caption(
        "As planned: figures are of what was published, not of what was worked. A target that says"
        " *unconfirmed* was not read in its source."
    )


def _tile(measure: Document, measured: Document) -> tuple[str, str, str]:
    if measured["value"] is None:
        return measure["title"], "–", measured["why_none"]
    target = target_words(measured["target"])
    note = f"{verdict_words(measured)}: {target}" if target else "no target"
    return measure["title"], value_words(measured, measure["unit"]), note


def _definitions(found: Document, total: Document | None) -> None:
    with st.expander("What these measures are, and who sets the targets"):
        for measure in found["measures"]:
            line = f"- **{plain(measure['title'])}**: {plain(measure['definition'])}"
            if not measure["organisations_add_up"]:
                line += " Organisations do not add up to all together."
            target = None if total is None else total["measures"][measure["measure"]]["target"]
            if target is not None:
                line += f" Target: {plain(target_words(target))}, by {plain(source_words(target))}."
            st.markdown(line)
        st.caption(
            "Registered is a role whose staff group is a registered profession; support and"
            " administration are not. A shift that starts on a Saturday or Sunday is one of the"
            " weekend whenever it lies, and else one of the night where three of its hours lie"
            " between 23:00 and 06:00. Targets are kept under *Facts*, *Targets* (target.csv)."
        )


def _cannot(found: Document) -> None:
    st.subheader("What cannot be said, and why")
    for one in found["cannot"]:
        st.markdown(
            f"- **{plain(one['title'])}**: {plain(one['why'])} What would bring it:"
            f" {plain(one['bring'])}"
        )
