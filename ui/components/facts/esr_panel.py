"""A file of the Electronic Staff Record: its codes, what it would change, what a full one lacks."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.wording import counted
from scheduler.services.data import esr, mappings
from scheduler.services.data.import_export import ImportReport
from scheduler.services.facts.arriving import arriving
from ui import state
from ui.components.facts.draft import Document, words_of
from ui.components.facts.others_book import GUESSED, chosen_mapping, keeping, whose
from ui.components.facts.others_preview import Looked, confirming, looked_once, shown_preview
from ui.components.facts.others_words import Meanings, words_step
from ui.components.facts.said import fault_rows
from ui.components.words import plain, plain_lines

DRAFT = "esr_draft"
"""What the codes were begun from: (what of, document, meanings, number)."""
LISTED = 40
"""Facts that a full file lacks that are listed."""


def esr_panel() -> None:
    """Choose whose, upload, say what its codes mean, look, confirm."""
    st.caption(
        "A file of the Electronic Staff Record's Generic Outbound interface: a full one first, then"
        " each day's changes, one after another. Nothing is written before you confirm."
    )
    organisation_id = whose("esr_whose")
    if organisation_id is None:
        return
    last = esr.last_run(state.repository(), organisation_id)
    st.markdown(
        "No file has been taken in for it yet: begin with a full one."
        if last is None
        else plain(
            f"Taken in last: run {last.number}, of {last.day:%a %-d %b %Y}, on"
            f" {_local(last.taken_at):%a %-d %b %Y at %H:%M}."
        )
    )
    row = st.columns([6, 6])
    with row[0]:
        file = st.file_uploader(
            "The file (.DAT)",
            type=["dat", "txt"],
            key=f"esr_file_{st.session_state.get('grids', 0)}",
        )
    with row[1]:
        chosen, document = chosen_mapping(
            organisation_id, True, "without code tables; codes are asked for here"
        )
    if file is None:
        st.info("Choose the file: what it would change is shown then.")
        return
    if document is None and chosen != GUESSED:
        return
    brought = (str(file.name), bytes(file.getvalue()))
    try:
        _steps(organisation_id, brought, str(file.file_id), chosen, document)
    except BadInput as error:
        st.error("This file cannot be taken in as it is:", icon=":material/error:")
        st.table(fault_rows(error.faults, "Line", "Field"))
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")


def _local(moment: datetime) -> datetime:
    """As the clock on the wall showed it; what one database keeps without a zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(LONDON)


def _steps(
    organisation_id: str,
    brought: tuple[str, bytes],
    file_id: str,
    chosen: str,
    document: Document | None,
) -> None:
    base, meanings, key = _begun(organisation_id, chosen, document)
    draft: dict[str, Any] = {
        **base,
        "values": {name: dict(table) for name, table in meanings.tables.items() if table},
    }
    mapping = mappings.mapping_from(draft, organisation_id)
    names = state.fact_names()
    found = looked_once(
        (organisation_id, file_id, repr(draft)), lambda: _looked(organisation_id, brought, mapping)
    )
    unknown = found.preview.unknown
    with st.expander("**1. Codes of the file**", expanded=bool(unknown), key=f"{key}_step_words"):
        words_step([one for one in unknown if one.table], meanings, names, key)
    with st.expander("**2. What it would change**", expanded=True, key=f"{key}_step_preview"):
        ready = shown_preview(found, names, row="Line", heading="Field")
        keeping(organisation_id, draft, key, chosen)
        if not ready:
            return
        agreed = not found.gone or _agreed(found.gone, key)
        assert found.arriving is not None
        confirming(
            "esr",
            lambda why: _brought_in(organisation_id, brought, mapping, why),
            disabled=not agreed,
            again=not found.arriving.report.changes,
        )


def _agreed(gone: tuple[str, ...], key: str) -> bool:
    """Whether somebody has seen what a full file lacks, and says that it may go."""
    number = counted(len(gone), "person or contract", "people and contracts")
    st.warning(
        f"This file is full, and lacks {number} that stand here. They end with the day before it,"
        " or go where they were never used:",
        icon=":material/person_remove:",
    )
    lines = [f"- {plain(one)}" for one in gone[:LISTED]]
    if (more := len(gone) - LISTED) > 0:
        lines.append(f"- … and {more:,} more")
    st.markdown("\n".join(lines))
    return st.checkbox("I have looked: these may end or go", key=f"{key}_agreed_{len(gone)}")


def _begun(
    organisation_id: str, chosen: str, document: Document | None
) -> tuple[Document, Meanings, str]:
    kept = st.session_state.get(DRAFT)
    told = (organisation_id, chosen, repr(document))
    if kept is None or kept[0] != told:
        document = document or {"name": "ESR codes", "layout": "esr_go"}
        number = 1 if kept is None else kept[3] + 1
        kept = (told, document, Meanings(words_of(document)), number)
        st.session_state[DRAFT] = kept
    return kept[1], kept[2], f"esr_{kept[3]}"


def _looked(
    organisation_id: str, brought: tuple[str, bytes], mapping: mappings.ColumnMapping
) -> Looked:
    repository = state.repository()
    shown = esr.preview(repository, brought, organisation_id, mapping)
    if shown.faults:
        return Looked(shown, None)
    gone: tuple[str, ...] = ()
    try:
        try:
            report = esr.bring_in(repository, brought, organisation_id, mapping, trial=True)
        except esr.ToConfirm as lacking:
            names = state.fact_names()
            gone = tuple(names.row(fact) for fact in lacking.gone)
            report = esr.bring_in(
                repository, brought, organisation_id, mapping, confirmed=True, trial=True
            )
        return Looked(shown, arriving(repository, report), gone)
    except SchedulerError as error:
        return Looked(shown, None, refused=error)


def _brought_in(
    organisation_id: str, brought: tuple[str, bytes], mapping: mappings.ColumnMapping, why: str
) -> ImportReport:
    return esr.bring_in(
        state.repository(), brought, organisation_id, mapping, confirmed=True, why=why
    )
