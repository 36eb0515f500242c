"""What was changed, by whom, when and why, and the button that takes it back."""

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.wording import counted
from scheduler.services.facts.change import Changed
from scheduler.services.facts.history import (
    PastChange,
    Search,
    history,
    past_change,
    propose_revert,
    revert,
)
from scheduler.services.facts.words import FactNames, file_title
from ui import state
from ui.components.facts.proposal import proposal
from ui.components.words import plain, plain_lines

AT_ONCE = 20
"""Changes that are listed, until more are asked for."""
ROWS = 100
"""Rows of one change that are told."""


def past_changes(search: Search, names: FactNames, key: str) -> None:
    """Changes that fit a search, the newest first; each opens to its rows."""
    most = st.session_state.get(f"past_{key}", AT_ONCE)
    found = history(
        state.repository(),
        Search(search.file, search.key, search.staff_id, search.account, None, most + 1),
    )
    if not found:
        st.info("Nothing was changed here since changes are kept.")
        return
    for one in found[:most]:
        _one(one, names, key)
    if len(found) > most:
        st.button(
            "Older changes",
            key=f"older_{key}",
            icon=":material/expand_more:",
            on_click=_more,
            args=(f"past_{key}", most + AT_ONCE),
        )


def _more(key: str, most: int) -> None:
    st.session_state[key] = most


def _one(one: PastChange, names: FactNames, key: str) -> None:
    made = one.change_set
    when = made.at.astimezone(LONDON)
    what = ", ".join(
        f"{file_title(file).lower()} {' and '.join(f'{n:,} {word}' for word, n in counts.items())}"
        for file, counts in list(made.files.items())[:4]
    )
    more = ", …" if len(made.files) > 4 else ""
    title = f"{when:%-d %b %Y %H:%M}, {one.by}: {what}{more}"
    with st.expander(plain(title)):
        st.caption(plain(_how(one)))
        shown = f"show_{key}_{made.number}"
        every = st.session_state.get(shown, False)
        whole = past_change(state.repository(), made.number) if every else one
        lines = [f"- {plain(names.change(row))}" for row in whole.changes[:ROWS]]
        st.markdown("\n".join(lines))
        if (left := one.rows - len(lines)) > 0:
            st.caption(f"… and {counted(left, 'row')} more.")
            if not every:
                st.button("Show more", key=f"b_{shown}", on_click=_more, args=(shown, True))
        if one.hidden:
            st.caption(
                f"{counted(one.hidden, 'row')} of it you may not see, or it is not kept any more."
            )
        if made.reverted_by is None:
            _take_back(made.number, names, key)


def _how(one: PastChange) -> str:
    made = one.change_set
    words = [f"Change {made.number}."]
    if made.kind == "import":
        words.append("Brought in from files.")
    if made.reverts is not None:
        words.append(f"Took change {made.reverts} back.")
    if made.reverted_by is not None:
        words.append(f"Taken back by change {made.reverted_by}.")
    words.append(f"Reason: {made.why}" if made.why else "No reason was given.")
    return " ".join(words)


def _to_take_back(number: int) -> None:
    st.session_state["taking_back"] = number


def _take_back(number: int, names: FactNames, key: str) -> None:
    asked = f"back_{key}_{number}"
    st.button(  # by its callback: a run that is broken off would lose the click
        "Take back …",
        key=asked,
        icon=":material/undo:",
        help="shows first what that changes",
        on_click=_to_take_back,
        args=(number,),
    )
    if st.session_state.get("taking_back") != number:
        return
    try:
        found = propose_revert(state.repository(), number)
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return

    def save(why: str) -> Changed:
        st.session_state.pop("taking_back", None)
        return revert(state.repository(), number, why=why)

    proposal(found, names, save, key=f"{key}_{number}")
