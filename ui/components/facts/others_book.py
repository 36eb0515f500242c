"""Mappings that an organisation has saved: chosen, kept under a name, handed on, removed."""

from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.services.data import mappings
from scheduler.services.data.import_export import file_name
from scheduler.services.data.mappings import ColumnMapping, SavedMapping
from ui import state
from ui.components.facts.draft import Document
from ui.components.facts.said import fault_rows
from ui.components.finder import find_one
from ui.components.frame import say
from ui.components.words import plain, plain_lines

GUESSED, UPLOADED = "\x1fguessed", "\x1fuploaded"
NAMED = "others_named"
"""(organisation, mapping) that was saved last, to be chosen from then on."""


def whose(key: str) -> str | None:
    """The organisation whose file it is, of those whose facts may be changed; None until one is
    chosen.
    """
    found = {
        row.id: row.name
        for row in sorted(state.dataset().organisation, key=lambda row: row.name)
        if state.may("change_facts", "organisation", row.id)
    }
    if not found:
        st.info(
            "Files of other systems are brought in by those who may change facts of the whole"
            " organisation. Whoever administers its accounts can say who that is, or let you.",
            icon=":material/lock:",
        )
        return None
    if len(found) == 1:
        [(only, name)] = found.items()
        st.caption(plain(f"A file of {name}."))
        return only
    chosen = find_one("Whose file it is", found, key=key)
    if chosen is None:
        st.caption(
            "An organisation whose facts you may not change is not offered: whoever administers its"
            " accounts can say who may."
        )
    return chosen


def chosen_mapping(organisation_id: str, esr: bool, first: str) -> tuple[str, Document | None]:
    """(what was chosen, its document); no document where `first` was chosen, which is what there
    is to choose without any that is saved, or nothing has been uploaded yet.
    """
    there = {
        one.name: one
        for one in mappings.saved(state.repository(), organisation_id)
        if bool(one.mapping.layout) == esr
    }
    key = f"mapping_{organisation_id}_{esr}"
    options = [*there, GUESSED, UPLOADED]
    if st.session_state.get(key) not in (None, *options):
        del st.session_state[key]
    words = {GUESSED: first, UPLOADED: "a mapping in a file (.toml), of somebody else"}
    named = st.session_state.pop(NAMED, None)
    if named is not None and named[0] == organisation_id and named[1] in options:
        st.session_state[key] = named[1]
    chosen = st.selectbox(
        "How it is read",
        options,
        format_func=lambda one: words.get(one) or _saved_words(there[one]),
        key=key,
    )
    if chosen == UPLOADED:
        return str(chosen), _uploaded(organisation_id, esr)
    if chosen == GUESSED:
        return str(chosen), None
    return str(chosen), mappings.document_of(there[str(chosen)].mapping)


def _saved_words(saved: SavedMapping) -> str:
    return f"as saved: {saved.name} ({saved.made_at:%-d %b %Y})"


def _uploaded(organisation_id: str, esr: bool) -> Document | None:
    file = st.file_uploader("The mapping", type=["toml", "json"], key=f"mapping_file_{esr}")
    if file is None:
        return None
    try:
        found = mappings.read_mapping((file.name, file.getvalue()), organisation_id)
    except BadInput as error:
        st.error("This mapping cannot be read as it is:", icon=":material/error:")
        st.table(fault_rows(error.faults, "Row", "Part"))
        return None
    if bool(found.layout) != esr:
        st.error(
            "This mapping holds code tables for ESR: it goes with a file of ESR."
            if found.layout
            else "This mapping is for spreadsheets; a file of ESR needs code tables alone."
        )
        return None
    return mappings.document_of(found)


def keeping(organisation_id: str, document: Document, key: str, chosen: str) -> None:
    """Save what was said of the file under a name, take it away as a file, remove what is saved."""
    there = chosen not in (GUESSED, UPLOADED)
    with st.expander("Keep how it is read, for next time"):
        row = st.columns([5, 2, 2], vertical_alignment="bottom")
        name = row[0].text_input(
            "Name", value=str(document["name"]), key=f"{key}_name", max_chars=80
        )
        renamed = {**document, "name": " ".join(name.split()) or "mapping"}
        row[1].button(
            "Save it",
            icon=":material/bookmark:",
            key=f"{key}_save",
            on_click=_save,
            args=(organisation_id, renamed),
            width="stretch",
        )
        text = _text(organisation_id, renamed)
        row[2].download_button(
            "As a file",
            data=text,
            file_name=f"{file_name(str(renamed['name']))}.toml",
            mime="application/toml",
            icon=":material/download:",
            key=f"{key}_download",
            width="stretch",
        )
        st.caption("Saved once, a file of this kind needs no more than to be chosen and looked at.")
        if there:
            st.button(
                plain(f"Remove “{chosen}”"),
                icon=":material/delete:",
                key=f"{key}_remove",
                on_click=_remove,
                args=(organisation_id, chosen),
            )


def _text(organisation_id: str, document: Document) -> str:
    return mappings.written(_unfinished(document, organisation_id))


def _unfinished(document: dict[str, Any], organisation_id: str) -> ColumnMapping:
    return mappings.mapping_from(document, organisation_id, unfinished=True)


def _save(organisation_id: str, document: Document) -> None:
    try:
        saved = mappings.save(state.repository(), _unfinished(document, organisation_id))
    except BadInput as error:
        needed = "; ".join(dict.fromkeys(one.expected for one in error.faults))
        say("error", plain(f"It cannot be saved before all is said that every row needs: {needed}"))
        return
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    st.session_state[NAMED] = (organisation_id, saved.name)
    say("success", plain(f"Saved as “{saved.name}”."))


def _remove(organisation_id: str, name: str) -> None:
    try:
        mappings.remove(state.repository(), organisation_id, name)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    say("success", plain(f"“{name}” is removed; what was brought in by it stays."))
