"""Record: who did what, when, to what, from where; and whether every byte of it is as it was."""

import pandas as pd
import streamlit as st

from scheduler.services.accounts import audit
from scheduler.services.data.import_export import table_bytes
from ui import state
from ui.components.frame import message
from ui.components.words import plain

MOST = 500


def verified() -> None:
    """The whole record looked through, where one may."""
    if not state.may("read_audit", "everything"):
        st.caption(
            "You see what concerns your organisations. Whoever reads the record of all of them can"
            " verify it as a whole."
        )
        return
    if not st.button("Verify the record", icon=":material/verified_user:", key="verify_record"):
        return
    with st.spinner("Looking through every entry …"):
        found = audit.verify(state.repository())
    if found.broken:
        st.error("The record does not hold:", icon=":material/error:")
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in found.broken[:20]))
        return
    st.success(f"{found.entries:,} entries, each as it was written.")
    st.caption("To be noted elsewhere, so that a record written anew as a whole would be found:")
    st.code(f"{found.number}:{found.hash}", language=None)


def page() -> None:
    st.title("Record")
    message()
    found = audit.deeds(state.repository(), most=MOST)
    if not found:
        st.info("Nothing is on record yet that concerns your organisations.")
        verified()
        return
    table = pd.DataFrame(
        {
            "When": pd.to_datetime([one.entry.at for one in found], utc=True),
            "What": [one.what for one in found],
            "Who": [one.who + (f" (truly {one.behind})" if one.behind else "") for one in found],
            "From": [one.entry.origin for one in found],
        }
    )[::-1]
    people = sorted(set(table["Who"]))
    left, right = st.columns(2)
    who = left.selectbox("Who", people, index=None, placeholder="everybody", key="record_who")
    text = right.text_input(
        "What", placeholder="published, a staff number, a roster", key="record_what"
    )
    shown = table
    if who:
        shown = shown[shown["Who"] == who]
    if text.strip():
        shown = shown[shown["What"].str.contains(text.strip(), case=False, regex=False)]
    if shown.empty:
        st.info("Nothing on record fits. Take a filter out.")
    else:
        st.dataframe(
            shown,
            hide_index=True,
            key="record",
            alt="What was done, the latest first",
            column_config={
                "When": st.column_config.DatetimeColumn("When, UTC", format="D MMM YYYY, HH:mm:ss"),
                "What": st.column_config.TextColumn(width=520),
            },
        )
        st.download_button(
            "This list as a file (csv)",
            lambda: table_bytes(shown),
            "record.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    if len(found) == MOST:
        st.caption(
            f"The last {MOST} entries. `scheduler audit list` and `export` give all of them."
        )
    verified()


page()
