"""Approve a roster, and take it away as files."""

import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.publication import stretches_text
from scheduler.services.data import calendar_remark, export_roster
from scheduler.services.publishing import publish, standing
from ui import state
from ui.components.frame import say


def publish_panel(header: Any) -> None:
    """A person approves every roster: nothing else publishes one."""
    if header.status == "published":
        st.success(f"Published on {header.published_at:%-d %B %Y, %H:%M} UTC. Staff see it in My shifts; later weeks count it as history.")
        if header.in_part:
            st.info(f"A later publication has taken its place on some dates. It counts for {stretches_text(header.in_force)}.")
        return
    if header.status == "superseded":
        st.info("This version was published and has been superseded by a later one.")
        return
    st.write(
        "A person approves every roster. Publishing makes this version the one that staff see and that later weeks and other "
        "collaboratives count with. On its dates it takes the place of what was published before; a longer roster stays published "
        "on its other dates."
    )
    missing = float(header.summary["hours"]["missing"])
    if missing:
        st.warning(f"{missing:,.1f} required hours are empty in this version: see Vacancies.")
    sure = st.checkbox("I have looked through this roster and approve it.", key=f"approve_{header.id}")
    st.button("Publish this version", type="primary", icon=":material/verified:", disabled=not sure, on_click=_publish, args=(header.id,))


def _publish(roster_id: str) -> None:
    try:
        done = publish(state.repository(), roster_id)
    except SchedulerError as error:
        say("error", str(error))
        return
    instead = f" in place of {', '.join(done.superseded)}" if done.superseded else ""
    beside = "".join(f" {header.id} stays {standing(header)}." for header in done.shortened)
    say("success", f"{roster_id} is published{instead}.{beside}")


def downloads(roster_id: str) -> None:
    """The roster as CSV files, a workbook and a calendar. The files are made when they are asked for."""
    st.write("Files for other programs; names of people are in the workbook and in the calendar.")
    if remark := calendar_remark(state.repository(), roster_id):
        st.caption(f"Calendar: {remark}")
    with st.container(horizontal=True):
        st.download_button(
            "CSV files (zip)", lambda: _zip(roster_id), f"{roster_id}.zip", "application/zip", icon=":material/table:", on_click="ignore"
        )
        st.download_button("Excel workbook", lambda: _file(roster_id, "xlsx"), f"{roster_id}.xlsx",
                           "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", icon=":material/grid_on:", on_click="ignore")  # fmt: skip
        st.download_button(
            "Calendar (ics)",
            lambda: _file(roster_id, "ics"),
            f"{roster_id}.ics",
            "text/calendar",
            icon=":material/event:",
            on_click="ignore",
        )


def _file(roster_id: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{roster_id}.{suffix}"
        export_roster(state.repository(), roster_id, path)
        return path.read_bytes()


def _zip(roster_id: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.zip"
        with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
            for path in export_roster(state.repository(), roster_id, Path(folder) / "files"):
                archive.write(path, path.name)
        return whole.read_bytes()
