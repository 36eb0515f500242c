"""What another system's file would become: its first rows, every fault, what falls, and the button
that brings it in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.wording import counted
from scheduler.services.data.import_export import ImportReport
from scheduler.services.data.mappings import SourcePreview
from scheduler.services.facts.arriving import Arriving
from scheduler.services.facts.change import LONGEST_REASON
from scheduler.services.facts.words import FactNames, column_title, file_title
from ui import state
from ui.components.facts.differences import differences, totals
from ui.components.facts.said import fault_rows, in_titles, shown_cells
from ui.components.frame import say
from ui.components.words import plain, plain_lines

LOOKED = "others_looked"
"""What was last looked at, with what it was worked out from."""
REASONS_SHOWN = 20


@dataclass(frozen=True)
class Looked:
    """A file as it was looked at. `arriving`: what it would do, None while something stands
    against it; `refused`: what stood against it once its rows were understood.
    """

    preview: SourcePreview
    arriving: Arriving | None
    gone: tuple[str, ...] = ()
    refused: SchedulerError | None = None


def looked_once(key: tuple[Any, ...], look: Callable[[], Looked]) -> Looked:
    """Work it out, or find it again where neither the file, nor what is said of it, nor the facts
    have changed since.
    """
    facts = state.dataset()
    kept = st.session_state.get(LOOKED)
    if kept is None or kept[0] != key or kept[1] is not facts:
        with st.spinner("Looking at what it would become …"):
            kept = (key, facts, look())
        st.session_state[LOOKED] = kept
    found: Looked = kept[2]
    return found


def shown_preview(
    found: Looked, names: FactNames, *, row: str = "Row", heading: str = "Heading"
) -> bool:
    """All that was found; whether it can be brought in. `row`, `heading`: what these are called in
    such a file.
    """
    preview = found.preview
    made = ", ".join(f"{file_title(file)}: {rows:,}" for file, rows in preview.made.items() if rows)
    st.markdown(
        plain(f"{counted(preview.read, row.lower())} read; they become {made or 'nothing yet'}.")
    )
    first = next(iter(preview.rows), "")
    for file, rows in preview.rows.items():
        title = f"{file_title(file)}: the first {len(rows)} as they would become"
        with st.expander(title, expanded=file == first):
            st.dataframe(
                [{row: one.row, **shown_cells(file, dict(one.cells), names)} for one in rows],
                hide_index=True,
                key=f"first_{file}",
            )
    if preview.left_out:
        with st.expander(f"Left out: {counted(sum(preview.left_out.values()), row.lower())}"):
            commonest = sorted(preview.left_out.items(), key=lambda one: -one[1])
            lines = [f"- {plain(f'{rows:,} {in_titles(why)}')}" for why, rows in commonest]
            st.markdown("\n".join(lines[:REASONS_SHOWN]))
    if preview.missing:
        st.warning(
            "Not said yet, and needed: "
            + plain(
                "; ".join(
                    f"{column_title(one.file, one.column)} of {file_title(one.file)}"
                    for one in preview.missing
                )
            ),
            icon=":material/pending:",
        )
    if preview.faults:
        number = len(preview.faults) + preview.more
        st.error(
            f"{counted(number, 'cell needs', 'cells need')} another value, or another meaning;"
            " nothing can be brought in before.",
            icon=":material/error:",
        )
        asked = {(one.heading, one.value) for one in preview.unknown}
        words = [one for one in preview.faults if (one.column, one.value) in asked]
        others = [one for one in preview.faults if (one.column, one.value) not in asked]
        if others:
            st.table(fault_rows(others, row, heading))
        if words:
            with st.expander(
                f"Cells whose words are asked for above ({len(words)})", expanded=not others
            ):
                st.table(fault_rows(words, row, heading))
        if preview.more:
            st.caption(f"… and {preview.more:,} more.")
    if found.refused is not None:
        st.error(plain_lines(in_titles(str(found.refused))), icon=":material/error:")
    if found.arriving is None:
        return False
    differences(found.arriving, names)
    return True


def confirming(
    key: str, bring: Callable[[str], ImportReport], *, disabled: bool = False, again: bool = False
) -> None:
    """The reason and the button. `bring`: brings it in with a reason; `again`: that it was brought
    in is worth noting even where no fact changes.
    """
    columns = st.columns([5, 2], vertical_alignment="bottom")
    why = columns[0].text_input(
        "Reason, kept with the change",
        key=f"why_{key}",
        max_chars=LONGEST_REASON,
        placeholder="whose export it is, of when; never why somebody is away",
    )
    columns[1].button(
        "Take note of it" if again else "Bring it in",
        type="primary",
        icon=":material/input:",
        key=f"bring_{key}",
        on_click=_bring,
        args=(bring, why),
        disabled=disabled,
        width="stretch",
    )


def _bring(bring: Callable[[str], ImportReport], why: str) -> None:
    try:
        report = bring(why)
    except SchedulerError as error:
        say("error", plain_lines(in_titles(str(error))))
        return
    state.facts_changed()
    st.session_state.pop(LOOKED, None)
    st.session_state["grids"] = st.session_state.get("grids", 0) + 1
    if report.number is None:
        say("success", "Taken in; no fact was changed by it.")
        return
    say(
        "success",
        f"Brought in, as change {report.number}: {totals(report)}. It can be taken back under"
        " *Changes*.",
    )
