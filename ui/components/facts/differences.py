"""What files would change, before they are brought in: in numbers, row by row, what falls."""

import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.data.import_export import ImportReport
from scheduler.services.facts.arriving import Arriving
from scheduler.services.facts.words import FactNames, file_title
from ui.components.facts.proposal import upset_words
from ui.components.facts.said import in_titles
from ui.components.words import plain

SHOWN = 40
"""Differences and notes that are listed."""


def totals(report: ImportReport) -> str:
    """How many rows an import adds, changes, withdraws and knows already."""
    total = report.total
    return (
        f"{counted(total.added, 'row')} added, {total.replaced:,} changed, {total.withdrawn:,}"
        f" withdrawn, {total.same:,} known already"
    )


def differences(found: Arriving, names: FactNames) -> None:
    """All that an import would do, by kind of facts, by person and row by row."""
    report = found.report
    st.markdown(f"**{plain(totals(report))}.**")
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
        new_names = {
            one.fact.cell("id"): one.fact.cell("name")
            for one in report.changes
            if one.file == "staff" and one.before is None
        }
        told = ", ".join(
            f"{new_names.get(staff_id) or names('staff', staff_id)} ({number:,})"
            for staff_id, number in people[:12]
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
            lines = [f"- {plain(in_titles(note))}" for note in report.notes[:SHOWN]]
            st.markdown("\n".join(lines))
