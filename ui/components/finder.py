"""A field that finds a person, a place, a piece of work by any parts of its names, in any order."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from scheduler.services.view.by_words import found_by_words
from ui.components.words import plain

OFFERED = 12
"""So many things are offered where words mean several."""


def find_one(
    label: str,
    things: Mapping[str, str],
    *,
    key: str,
    placeholder: str = "any part of the name, or the number",
    **more: Any,
) -> str | None:
    """The id of one of these things; None until one is chosen. `things`: id -> what it is called.

    The list filters as one types; words that no list shows, such as `smith jo`, are looked for when
    they are confirmed.
    """
    chosen = st.selectbox(
        label,
        list(things),
        index=None,
        format_func=lambda one: things.get(one, one),
        key=key,
        placeholder=placeholder,
        accept_new_options=True,
        **more,
    )
    if chosen is None or chosen in things:
        return chosen
    found = found_by_words(things, chosen)
    if len(found) == 1:
        st.caption(f"Taken as {plain(things[found[0]])}.")
        return found[0]
    if not found:
        st.warning(f"Nothing here is called “{plain(chosen)}”. Try fewer or shorter words.")
        return None
    if len(found) <= OFFERED:
        return st.radio(
            f"{len(found)} are called so. Which one?",
            found,
            index=None,
            format_func=lambda one: plain(things[one]),
            key=f"{key}_of_several",
        )
    st.caption(f"{len(found):,} are called so: say more of the name, or choose.")
    return st.selectbox(
        "Which one?",
        found,
        index=None,
        format_func=lambda one: things[one],
        key=f"{key}_of_many",
        placeholder="choose one",
    )
