"""Files are brought in: looked at first, with every fault and every difference, then confirmed."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import BY_FILE
from scheduler.services.data.import_export import import_data
from scheduler.services.facts.arriving import try_import
from scheduler.services.facts.change import LONGEST_REASON
from scheduler.services.facts.words import file_title
from ui import state
from ui.components.facts.differences import differences, totals
from ui.components.facts.esr_panel import esr_panel
from ui.components.facts.others_panel import others_panel
from ui.components.facts.proposal import faults_at_cells
from ui.components.frame import say
from ui.components.words import plain_lines


def import_panel() -> None:
    """What kind of file, then: upload, look, confirm."""
    if not state.may("change_facts"):
        st.info(
            "Bringing in files is for those who may change facts of whole organisations. Whoever"
            " administers the accounts of your organisation can say who that is, or let you.",
            icon=":material/lock:",
        )
        return
    state.stand_one("from", "import_from", list(FROM), next(iter(FROM)))
    chosen = st.radio(
        "What kind of file", list(FROM), key="import_from", horizontal=True, captions=None
    )
    FROM[str(chosen)]()


def _in_our_layout() -> None:
    st.caption(
        "A workbook or CSV files in the layout of the template, all or some of them: what is"
        " stored and not in the files stays. Nothing is written before you confirm."
    )
    files = st.file_uploader(
        "Files",
        type=["csv", "xlsx"],
        accept_multiple_files=True,
        key=f"files_{st.session_state.get('grids', 0)}",
    )
    whole = st.multiselect(
        "These files are whole: withdraw what they no longer hold",
        list(BY_FILE),
        format_func=file_title,
        key="whole_files",
        placeholder="none: what is not in the files stays",
    )
    if not files:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = _laid_down(files, Path(folder))
        if path is None:
            return
        try:
            with st.spinner("Looking at what would change …"):
                found = try_import(state.repository(), path, complete=whole)
        except BadInput as error:
            faults_at_cells(error)
            return
        except SchedulerError as error:
            st.error(plain_lines(error), icon=":material/error:")
            return
    differences(found, state.fact_names())
    if not found.report.changes:
        st.success("All of it is stored already: there is nothing to bring in.")
        return
    columns = st.columns([5, 2], vertical_alignment="bottom")
    why = columns[0].text_input(
        "Reason, kept with the change", key="why_import", max_chars=LONGEST_REASON
    )
    columns[1].button(
        "Bring it in",
        type="primary",
        icon=":material/input:",
        key="bring_in",
        on_click=_bring_in,
        args=(files, whole, why),
        width="stretch",
    )


FROM: dict[str, Callable[[], None]] = {
    "In our template's layout": _in_our_layout,
    "From another rostering system": others_panel,
    "From ESR": esr_panel,
}
"""Kind of file -> what brings it in."""


def _laid_down(files: Sequence[Any], folder: Path) -> Path | None:
    """The uploaded files where an import finds them; None where they do not go together."""
    books = [one for one in files if one.name.lower().endswith(".xlsx")]
    if books and len(files) > 1:
        st.error("One workbook, or CSV files: not both at once, and not several workbooks.")
        return None
    for one in files:
        (folder / Path(one.name).name).write_bytes(one.getvalue())
    return folder / Path(books[0].name).name if books else folder


def _bring_in(files: Sequence[Any], whole: Sequence[str], why: str) -> None:
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = _laid_down(files, Path(folder))
            assert path is not None
            report = import_data(
                state.repository(), path, replace=True, complete=whole, confirmed=True, why=why
            )
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.facts_changed()
    st.session_state["grids"] = st.session_state.get("grids", 0) + 1
    say("success", f"Brought in, as change {report.number}: {totals(report)}.")
