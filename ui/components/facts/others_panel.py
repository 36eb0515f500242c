"""A spreadsheet of another rostering system: its columns, its words, what it would become."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.services.data import mappings
from scheduler.services.data.import_export import ImportReport
from scheduler.services.data.source_shape import SourceShape, shape_of, sheets_of
from scheduler.services.facts.arriving import arriving
from ui import state
from ui.components.facts.draft import Document, assembled, words_of
from ui.components.facts.others_book import GUESSED, chosen_mapping, keeping, whose
from ui.components.facts.others_columns import (
    columns_step,
    condition_words,
    unused_headings,
)
from ui.components.facts.others_preview import Looked, confirming, looked_once, shown_preview
from ui.components.facts.others_rows import leaving_out
from ui.components.facts.others_words import Meanings, words_step
from ui.components.facts.said import fault_rows
from ui.components.words import plain, plain_lines

DRAFT = "others_draft"
"""What the steps began from: (what of, document, meanings of words, number)."""


def others_panel() -> None:
    """Choose whose, upload, say how it is read, look, confirm."""
    st.caption(
        "A sheet as another system exports it, as .csv or .xlsx: worked shifts, people and"
        " contracts, leave and more. What is stored and not in the file stays. Nothing is written"
        " before you confirm."
    )
    organisation_id = whose("others_whose")
    if organisation_id is None:
        return
    row = st.columns([6, 6])
    with row[0]:
        file = st.file_uploader(
            "The file",
            type=["csv", "xlsx", "txt", "tsv"],
            key=f"others_file_{st.session_state.get('grids', 0)}",
        )
    with row[1]:
        chosen, document = chosen_mapping(
            organisation_id, False, "guessed from its headings, to be mended here"
        )
    if file is None:
        st.info("Choose the file: the rest is asked for then, with what is likeliest filled in.")
        return
    if document is None and chosen != GUESSED:
        return
    brought = (str(file.name), bytes(file.getvalue()))
    try:
        _steps(organisation_id, brought, str(file.file_id), chosen, document)
    except BadInput as error:
        st.error("This cannot be read as it is:", icon=":material/error:")
        st.table(fault_rows(error.faults, "Row", "Part"))
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")


def _layout(
    brought: tuple[str, bytes], document: Document | None, key: str
) -> tuple[dict[str, Any], SourceShape]:
    """Where in the file the headings stand, which is asked for where it is not clear."""
    said = document or {}
    sheets = sheets_of(brought)
    sheet = str(said.get("sheet", ""))
    with st.expander(
        "Where the headings stand", expanded=len(sheets) > 1 and sheet not in sheets, key=key
    ):
        row = st.columns([4, 3, 3], vertical_alignment="bottom")
        if len(sheets) > 1:
            first = sheets.index(sheet) if sheet in sheets else 0
            sheet = str(row[0].selectbox("Sheet", sheets, index=first, key=f"{key}_sheet"))
        else:
            sheet = ""
        header_row = row[1].number_input(
            "Headings begin in row",
            min_value=1,
            max_value=1_000,
            value=int(said.get("header_row", 1)),
            key=f"{key}_row",
        )
        header_rows = row[2].number_input(
            "and go over so many rows",
            min_value=1,
            max_value=5,
            value=int(said.get("header_rows", 1)),
            key=f"{key}_rows",
        )
        top: dict[str, Any] = {
            "sheet": sheet,
            "header_row": int(header_row),
            "header_rows": int(header_rows),
        }
        shape = shape_of(brought, **top)
        st.caption(plain(f"{len(shape.headings)} headings, {shape.rows:,} rows below them."))
    return top, shape


def _steps(
    organisation_id: str,
    brought: tuple[str, bytes],
    file_id: str,
    chosen: str,
    document: Document | None,
) -> None:
    top, shape = _layout(brought, document, f"layout_{file_id}_{chosen}")
    base, meanings, key = _begun(
        organisation_id, brought, (file_id, chosen, *top.values()), document
    )
    names = state.fact_names()
    saved = document is not None
    if not base.get("into"):
        st.warning(
            "Nothing could be guessed from these headings. Choose below what the rows become, or"
            " say above in which row the headings stand."
        )
    with st.expander("**1. Columns**", expanded=not saved, key=f"{key}_step_columns"):
        picked = columns_step(base, shape, names, key)
        skip = leaving_out(base, shape, key)
        draft = assembled(
            base,
            picked.into,
            {**top, **picked.top, "skip": skip},
            meanings.tables,
            meanings.unknown_out,
        )
        mapping = mappings.mapping_from(draft, organisation_id, unfinished=True)
        read = {" ".join(one.split()).casefold() for one in mapping.headings()}
        unused = [one for one in shape.headings if one.casefold() not in read]
        draft["ignored"] = unused_headings(unused, base, key)
    mapping = mappings.mapping_from(draft, organisation_id, unfinished=True)
    found = looked_once((organisation_id, file_id, repr(draft)), lambda: _looked(brought, mapping))
    headings = {one.casefold() for one in shape.headings}
    unknown = [
        one
        for one in found.preview.unknown
        if all(part.casefold() in headings for part in one.heading.split(" + "))
    ]
    with st.expander(
        "**2. Words of the file**",
        expanded=bool(unknown) or not saved,
        key=f"{key}_step_words",
    ):
        words_step(unknown, meanings, names, key, prefixes=picked.prefixes)
    with st.expander("**3. What it would become**", expanded=True, key=f"{key}_step_preview"):
        for one in draft.get("until", ()):
            st.caption(plain(f"The table ends before the first row {condition_words(one)}."))
        ready = shown_preview(found, names)
        keeping(organisation_id, draft, key, chosen)
        if ready and found.arriving is not None:
            if found.arriving.report.changes:
                confirming("others", lambda why: _brought_in(brought, mapping, why))
            else:
                st.success("All of it is stored already: there is nothing to bring in.")


def _begun(
    organisation_id: str, brought: tuple[str, bytes], of: tuple[Any, ...], document: Document | None
) -> tuple[Document, Meanings, str]:
    """What the steps begin from: the same until another file, mapping or sheet is chosen, or the
    mapping has been saved anew. With it what its widgets' keys begin with.
    """
    kept = st.session_state.get(DRAFT)
    told = (organisation_id, of, repr(document))
    if kept is None or kept[0] != told:
        if document is None:
            sheet, header_row, header_rows = of[-3:]
            guessed = mappings.guess(
                state.repository(),
                brought,
                organisation_id,
                name=_name(brought[0]),
                sheet=sheet,
                header_row=header_row,
                header_rows=header_rows,
            )
            document = mappings.document_of(guessed.mapping)
        number = 1 if kept is None else kept[3] + 1
        kept = (told, document, Meanings(words_of(document)), number)
        st.session_state[DRAFT] = kept
    return kept[1], kept[2], f"others_{kept[3]}"


def _name(file_name: str) -> str:
    """What a mapping is called at first: as the file, as far as it can be read."""
    letters = "".join(letter if letter.isprintable() else " " for letter in Path(file_name).stem)
    return " ".join(letters.replace("_", " ").split())[:80] or "mapping"


def _looked(brought: tuple[str, bytes], mapping: mappings.ColumnMapping) -> Looked:
    repository = state.repository()
    shown = mappings.preview(repository, brought, mapping, replace=True, judge=False)
    if shown.faults or shown.missing or not any(shown.made.values()):
        return Looked(mappings.preview(repository, brought, mapping, replace=True), None)
    try:
        report = mappings.bring_in(
            repository, brought, mapping, replace=True, confirmed=True, trial=True
        )
        report = replace(
            report,
            notes=tuple(one for one in report.notes if not one.startswith(f"{shown.label}: ")),
        )
        return Looked(shown, arriving(repository, report))
    except BadInput as error:
        return Looked(replace(shown, faults=tuple(error.faults), more=error.more), None)
    except SchedulerError as error:
        return Looked(shown, None, refused=error)


def _brought_in(
    brought: tuple[str, bytes], mapping: mappings.ColumnMapping, why: str
) -> ImportReport:
    return mappings.bring_in(
        state.repository(), brought, mapping, replace=True, confirmed=True, why=why
    )
