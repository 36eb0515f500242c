"""What the policy on the page would make of a stored roster."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.clock import monday as monday_of
from scheduler.domain.wording import counted
from scheduler.services.publish.publish import standing
from scheduler.services.rosters.policy_effect import MAY_BE_BETTER, PolicyEffect
from scheduler.services.view import look_up
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.headline import tiles
from ui.components.words import plain

MOST_BREACHES = 20


def effect_panel(collaborative_id: str, tables: Mapping[str, Any]) -> None:
    """Choose a roster, and see it under its own policy and under these tables over the default."""
    found = rosters_to_try(look_up.rosters(state.repository(), collaborative_id), date.today())
    if not found:
        st.info("There is no roster of this collaborative yet: build one on the page Operations.")
        return
    header = state.choose("Roster", found, "of_roster", roster_words, lambda one: str(one.id))
    effect = state.policy_effect(header.id, state.canonical_tables(tables))
    for note in effect.notes:
        st.warning(plain(state.names_of(header.id).said(note)), icon=":material/info:")
    tiles(
        [
            ("Objective now", _pounds(effect.before), "under the policy it was built under"),
            ("It would be", _pounds(effect.after), "under this policy, with the same shifts"),
            ("Difference", _signed(effect.difference), "less is better"),
            (
                "Breaches to come",
                f"{len(effect.new_breaches):,}",
                "of rules that would be hard",
            ),
        ]
    )
    if not effect.changed:
        st.success("Nothing would be different for this roster.")
        return
    st.markdown(plain(MAY_BE_BETTER))
    st.dataframe(
        table(effect),
        hide_index=True,
        height="content",
        key="policy_effect",
        alt="Each rule of which something would be different, before and after",
    )
    if effect.new_breaches:
        breaches(effect)


def rosters_to_try(headers: list[RosterHeader], today: date) -> list[RosterHeader]:
    """Rosters, no scenarios: what is published for the next week first, then as they come."""
    monday = monday_of(today) + timedelta(days=7)
    week = {monday + timedelta(days=offset) for offset in range(7)}
    rosters = [one for one in headers if one.kind == "roster"]
    return sorted(rosters, key=lambda one: not one.in_force & week)


def roster_words(header: RosterHeader) -> str:
    """A roster in a list: its week, version and standing."""
    days = "" if header.days == 7 else f", {header.days} days"
    start = f"{header.start:%-d %B %Y}"
    return f"From {start}{days}, version {header.version}, {standing(header)}"


def table(effect: PolicyEffect) -> pd.DataFrame:
    """A row for each rule of which something would be different, and one for all."""
    rows = [
        {
            "Rule": rule.title,
            "Counts now": rule.counts_before,
            "Would count": rule.counts_after,
            "Costs now": _pounds(rule.before),
            "Would cost": _pounds(rule.after),
            "Difference": _signed(rule.difference),
            "Hard breaches now": rule.broken_before,
            "Hard breaches then": rule.broken_after,
        }
        for rule in effect.changed
    ]
    rows.append(
        {
            "Rule": "All rules together",
            "Counts now": "",
            "Would count": "",
            "Costs now": _pounds(effect.before),
            "Would cost": _pounds(effect.after),
            "Difference": _signed(effect.difference),
            "Hard breaches now": sum(rule.broken_before for rule in effect.rules),
            "Hard breaches then": sum(rule.broken_after for rule in effect.rules),
        }
    )
    return pd.DataFrame(rows)


def breaches(effect: PolicyEffect) -> None:
    """What would break a hard rule, one by one."""
    names = state.names_of(effect.roster_id)
    what = counted(len(effect.new_breaches), "breach", "breaches")
    with st.expander(f"{what} of a hard rule to come, one by one"):
        lines = [
            f"- {plain(f'{names.rule(one.rule)}: {names.said(one.sentence)}')}"
            for one in effect.new_breaches[:MOST_BREACHES]
        ]
        if (more := len(effect.new_breaches) - MOST_BREACHES) > 0:
            lines.append(f"- … and {more:,} more")
        st.markdown("\n".join(lines))


def _signed(pence: float) -> str:
    if not round(pence, 2):
        return "±£0.00"
    return f"{'+' if pence > 0 else '−'}£{abs(pence) / 100:,.2f}"


def _pounds(pence: float | None) -> str:
    return "no price" if pence is None else f"£{pence / 100:,.2f}"
