"""Rows of another system's file that are not wanted, such as totals."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from scheduler.services.data.source_shape import SourceShape
from ui.components.facts.others_columns import condition_words
from ui.components.words import plain

HOW = {"is": "is", "begins": "begins with", "empty": "is empty"}


def leaving_out(base: Mapping[str, Any], shape: SourceShape, key: str) -> Sequence[dict[str, Any]]:
    """Conditions by which rows are left out: those of the document `base` and those that were
    added here.
    """
    skip: list[dict[str, Any]] = st.session_state.setdefault(
        f"{key}_skip", [dict(one) for one in base.get("skip", ())]
    )
    with st.expander(f"Rows that are left out ({len(skip)})", key=f"{key}_skipping"):
        for place, one in enumerate(skip):
            row = st.columns([8, 3], vertical_alignment="center")
            row[0].markdown(plain(f"Every row {condition_words(one)}."))
            row[1].button(
                "Read them", key=f"{key}_unskip_{place}", on_click=skip.remove, args=(one,)
            )
        row = st.columns([4, 3, 3, 2], vertical_alignment="bottom")
        heading = row[0].selectbox("Leave out rows where", shape.headings, key=f"{key}_skip_at")
        how = row[1].selectbox(
            "Condition", list(HOW), format_func=lambda one: HOW[one], key=f"{key}_skip_how"
        )
        text = row[2].text_input("Text", key=f"{key}_skip_text", disabled=how == "empty")
        row[3].button(
            "Leave out",
            key=f"{key}_skip_add",
            on_click=_add,
            args=(skip, str(heading), str(how), text.strip()),
            disabled=how != "empty" and not text.strip(),
        )
    return skip


def _add(skip: list[dict[str, Any]], heading: str, how: str, text: str) -> None:
    said: dict[str, Any] = {"is": [text]} if how == "is" else {"begins": text}
    one = {"column": heading, **({"empty": True} if how == "empty" else said)}
    if one not in skip:
        skip.append(one)
