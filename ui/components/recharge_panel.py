"""What is recharged, as a file for the finance departments of both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from scheduler.services.kpis.recharge_file import recharge_csv
from scheduler.services.kpis.recharge_lines import recharge_lines
from scheduler.services.view.roster_tables import short_name
from ui import state
from ui.components.words import plain

Pair = tuple[str, str]


def recharge_panel(
    collaborative_id: str, organisation_id: str | None, lending: Sequence[Mapping[str, Any]]
) -> None:
    """Choose a pair of those that lend, and take its file. `organisation_id`: whose pairs these
    are; None: all.
    """
    names = {
        (one["from"], one["to"]): f"{short_name(one['from_name'])} to {short_name(one['to_name'])}"
        for one in lending
    }
    pair = st.selectbox(
        "Lent by and to",
        list(names),
        format_func=lambda one: plain(names[one]),
        key=f"recharge_pair_{organisation_id or ''}",
    )
    if pair is None:
        return
    st.download_button(
        "Recharge, shift by shift (CSV)",
        lambda: _file(collaborative_id, pair),
        f"recharge-{pair[0]}-to-{pair[1]}.csv",
        "text/csv",
        icon=":material/receipt_long:",
        on_click="ignore",
        key=f"recharge_file_{organisation_id or ''}",
    )
    st.caption(
        "A line for each published shift, for the finance departments of both sides: staff numbers"
        " and no names. Cost centres and how value added tax treats it are those of *Accounts of"
        " recharges* among the facts; without a row there the file says not stated."
    )


def _file(collaborative_id: str, pair: Pair) -> bytes:
    found = recharge_lines(state.repository(), collaborative_id, organisation_id=pair[0])
    return recharge_csv(one for one in found.pairs if (one.home, one.host) == pair).encode()
