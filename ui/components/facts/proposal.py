"""What a change would come to, before it is saved: each row, what it upsets, the way to repair."""

from collections.abc import Callable, Iterable

import streamlit as st

from scheduler.domain.errors import BadInput, Fault, SchedulerError
from scheduler.domain.wording import counted
from scheduler.services.facts.change import LONGEST_REASON, Changed, Proposed
from scheduler.services.facts.upsets import Upset
from scheduler.services.facts.words import FactNames, column_title, file_title
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.frame import say
from ui.components.words import plain, plain_lines

SHOWN = 30
"""Rows of a change, and sentences of what it upsets, that are listed."""


def proposal(
    found: Proposed,
    names: FactNames,
    save: Callable[[str], Changed],
    *,
    key: str,
    extra: Iterable[str] = (),
) -> None:
    """What would be changed, and the button that changes it. `save`: makes the change with a
    reason; `extra`: further sentences that whoever decides should read.
    """
    with st.container(border=True, key=f"proposal_{key}"):
        st.markdown(f"**{counted(len(found.changes), 'row')} to be changed**")
        lines = [f"- {plain(names.change(one))}" for one in found.changes[:SHOWN]]
        if (more := len(found.changes) - SHOWN) > 0:
            lines.append(f"- … and {more:,} more")
        st.markdown("\n".join(lines))
        for sentence in (*found.notes, *extra):
            st.warning(plain(sentence), icon=":material/info:")
        for upset in found.upsets:
            upset_words(upset)
        columns = st.columns([5, 2], vertical_alignment="bottom")
        why = columns[0].text_input(
            "Reason, kept with the change",
            key=f"why_{key}",
            max_chars=LONGEST_REASON,
            placeholder="who asked for it, where it is written down; never why somebody is away",
        )
        columns[1].button(
            "Save" if not found.upsets else "Save all the same",
            type="primary",
            icon=":material/save:",
            key=f"save_{key}",
            on_click=_save,
            args=(save, why),
            width="stretch",
        )


def _save(save: Callable[[str], Changed], why: str) -> None:
    try:
        made = save(why)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.facts_changed()
    st.session_state["grids"] = st.session_state.get("grids", 0) + 1
    say(
        "success",
        f"Saved, as change {made.number}. It can be taken back under *Changes*.",
    )


def upset_words(upset: Upset) -> None:
    """What of a published roster would fall, with the link to where it is repaired."""
    roster = upset.roster
    naming = state.names_now(roster.start, roster.last)
    sentences = [f"- {plain(naming.said(one))}" for one in upset.sentences[:SHOWN]]
    if (more := len(upset.sentences) - SHOWN) > 0:
        sentences.append(f"- … and {more:,} more")
    st.warning(
        "\n".join(
            [
                f"The published roster of {day_label(roster.start)} to {day_label(roster.last)}"
                " would not stand as it is:",
                *sentences,
            ]
        ),
        icon=":material/event_busy:",
    )
    st.page_link(
        "app_pages/operations.py",
        label="Repair it, once this is saved",
        icon=":material/healing:",
        query_params={
            "collaborative": roster.collaborative_id,
            "week": roster.start.isoformat(),
            "roster": roster.id,
            "view": "Repair",
        },
    )


def faults_at_cells(error: BadInput) -> None:
    """Every fault with the row and column of the grid where it stands."""
    st.error(
        f"{counted(len(error.faults) + error.more, 'cell needs', 'cells need')} another value;"
        " nothing was saved.",
        icon=":material/error:",
    )
    st.table([_fault(one) for one in error.faults])
    if error.more:
        st.caption(f"… and {error.more:,} more.")


def _fault(fault: Fault) -> dict[str, str]:
    file = fault.file.removesuffix(" (stored)").removesuffix(".csv").removeprefix("sheet ")
    try:
        title, column = file_title(file), column_title(file, fault.column)
    except KeyError:
        title, column = fault.file, fault.column
    return {
        "Row": str(fault.row) if fault.row else "stored",
        "Of": title,
        "Column": column if fault.column else "the whole row",
        "Found": fault.value or "nothing",
        "Expected": fault.expected,
    }
