"""Files are brought in: looked at first, with every fault and every difference, then confirmed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import BY_FILE
from scheduler.domain.wording import counted
from scheduler.services.data.import_export import ImportReport, import_data
from scheduler.services.facts.arriving import Arriving, try_import
from scheduler.services.facts.change import LONGEST_REASON
from scheduler.services.facts.words import FactNames, file_title
from ui import state
from ui.components.facts.proposal import faults_at_cells, upset_words
from ui.components.frame import say
from ui.components.words import plain, plain_lines

SHOWN = 40
"""Differences and notes that are listed."""


def import_panel() -> None:
    """Upload, look, confirm."""
    if not state.may("change_facts"):
        st.info("Bringing in files is for those who may change facts of whole organisations.")
        return
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
    _differences(found, state.fact_names())
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
    say("success", f"Brought in, as change {report.number}: {_totals(report)}.")


def _totals(report: ImportReport) -> str:
    total = report.total
    return (
        f"{counted(total.added, 'row')} added, {total.replaced:,} changed, {total.withdrawn:,}"
        f" withdrawn, {total.same:,} known already"
    )


def _differences(found: Arriving, names: FactNames) -> None:
    report = found.report
    st.markdown(f"**{plain(_totals(report))}.**")
    by_file = [
        {
            "Facts": file_title(file),
            "Added": counts.added,
            "Changed": counts.replaced,
            "Withdrawn": counts.withdrawn,
            "Known already": counts.same,
        }
        for file, counts in report.counts.items()
        if any(counts)
    ]
    st.dataframe(by_file, hide_index=True, key="by_file")
    if found.by_person:
        people = list(found.by_person.items())
        told = ", ".join(
            f"{names('staff', staff_id)} ({number:,})" for staff_id, number in people[:12]
        )
        more = f" and {len(people) - 12:,} more" if len(people) > 12 else ""
        st.caption(plain(f"Rows by person: {told}{more}."))
    telling = [one for one in report.changes if one.before is not None]
    new = [one for one in report.changes if one.before is None]
    for title, rows in (("Changed or withdrawn", telling), ("Added", new)):
        if rows:
            with st.expander(f"{title} ({len(rows):,})", expanded=rows is telling):
                st.markdown("\n".join(f"- {plain(names.change(one))}" for one in rows[:SHOWN]))
                if len(rows) > SHOWN:
                    st.caption(f"… and {len(rows) - SHOWN:,} more.")
    for upset in found.upsets:
        upset_words(upset)
    if report.notes:
        with st.expander(f"Please note ({len(report.notes):,})"):
            st.markdown("\n".join(f"- {plain(note)}" for note in report.notes[:SHOWN]))
