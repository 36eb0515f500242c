"""Approve a roster, and take it away as files."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never
from zipfile import ZIP_DEFLATED, ZipFile

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.publication import stretches_text
from scheduler.domain.sentence import Sentence
from scheduler.domain.wording import counted
from scheduler.services.accounts.accounts import who
from scheduler.services.data.import_export import calendar_remark, export_roster, file_name
from scheduler.services.publish.publish import DoesNotStand, publish, standing
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.frame import say
from ui.components.words import plain, plain_lines


def publish_panel(header: RosterHeader) -> None:
    """A person approves every roster: nothing else publishes one."""
    match header.status:
        case "published":
            by = who(state.repository(), header.published_by)
            st.success(
                f"Published on {header.published_at:%-d %B %Y, %H:%M} UTC"
                f"{f' by {plain(by)}' if by else ''}. Staff see it in My shifts; later weeks count"
                " it as history."
            )
            if header.in_part:
                st.info(
                    "A later publication has taken its place on some dates. It counts for"
                    f" {stretches_text(header.in_force)}."
                )
            _published_anyway(header)
        case "superseded":
            st.info("This version was published and has been superseded by a later one.")
            _published_anyway(header)
        case "withdrawn":
            st.info(f"Its publication was withdrawn: {plain(header.withdrawn_reason or '')}")
            _draft(header)
        case "draft":
            _draft(header)
        case _:
            assert_never(header.status)


def _draft(header: RosterHeader) -> None:
    """A draft can be published: by somebody who has seen it."""
    st.write(
        "A person approves every roster. Publishing makes this version the one that staff see and"
        " that later weeks and other collaboratives count with. On its dates it takes the place of"
        " what was published before; a longer roster stays published on its other dates."
    )
    missing = float(header.summary["hours"]["missing"])
    if missing:
        st.warning(f"{missing:,.1f} required hours are empty in this version: see Vacancies.")
    if not state.may("publish_rosters", "roster", header.id):
        st.info(
            "You may look at this draft, not publish it: that takes an approver of all its"
            " organisations.",
            icon=":material/lock:",
        )
        return
    sure = st.checkbox(
        "I have looked through this roster and approve it.", key=f"approve_{header.id}"
    )
    st.button(
        "Publish this version",
        type="primary",
        icon=":material/verified:",
        disabled=not sure,
        on_click=_publish,
        args=(header.id,),
        key="publish_version",
    )
    if header.id in st.session_state.get(REFUSED, {}):
        _refused(header.id, st.session_state[REFUSED][header.id], sure)


REFUSED = "publish_refused"
"""Roster id -> what of it did not stand when somebody last wanted to publish it."""
MOST_FINDINGS = 10


def _listed(roster_id: str, findings: Sequence[Sentence]) -> None:
    """With names instead of ids, the rest behind a button."""
    names = state.names_of(roster_id)
    lines = [f"- {plain(names.said(finding))}" for finding in findings]
    st.markdown("\n".join(lines[:MOST_FINDINGS]))
    if lines[MOST_FINDINGS:]:
        with st.expander(f"{len(lines) - MOST_FINDINGS:,} more"):
            st.markdown("\n".join(lines[MOST_FINDINGS:]))


def _refused(roster_id: str, findings: Sequence[Sentence], sure: bool) -> None:
    """What does not stand, and the two ways on: repair it, or publish it all the same and
    say why.
    """
    with st.container(border=True, key="publish_refused_box"):
        things = counted(len(findings), "thing does", "things do")
        st.error(
            f"Not published: {things} not hold under the facts of now and beside what is"
            " published.",
            icon=":material/error:",
        )
        _listed(roster_id, findings)
        st.button(
            "Open Repair",
            icon=":material/healing:",
            key="open_repair",
            on_click=state.open_view,
            args=("Repair",),
        )
        with st.form(f"anyway_form_{roster_id}", border=False):
            st.text_input(
                "Why publish it all the same",
                key=ANYWAY,
                placeholder="a reason, for whoever reads this roster later",
            )
            st.form_submit_button(
                "Publish all the same",
                icon=":material/warning:",
                key="publish_anyway",
                on_click=_publish_anyway,
                args=(roster_id,),
                disabled=not sure,
                help=(
                    "needs your approval above and a reason; the reason and what did not hold are"
                    " kept with the roster"
                ),
            )


ANYWAY = "publish_anyway_reason"


def _publish_anyway(roster_id: str) -> None:
    reason = str(st.session_state.get(ANYWAY, "")).strip()
    if reason:
        _publish(roster_id, reason)
    else:
        say(
            "error",
            "To publish what does not stand needs a reason in words: say why under *Publish*.",
        )


def _published_anyway(header: RosterHeader) -> None:
    """The reason of a roster that was published although not all of it stood."""
    note = header.published_anyway
    if note is None:
        return
    st.warning(
        f"Published although {counted(len(note.findings), 'thing')} did not hold. The reason given:"
        f" {plain(note.reason)}"
    )
    with st.expander("What did not hold"):
        _listed(header.id, note.findings)


def _publish(roster_id: str, anyway: str | None = None) -> None:
    try:
        done = publish(state.repository(), roster_id, anyway=anyway)
    except DoesNotStand as refused:
        st.session_state[REFUSED] = {
            roster_id: tuple(finding.whole for finding in refused.findings)
        }
        return
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    st.session_state.pop(REFUSED, None)
    instead = f" in place of {plain(', '.join(done.superseded))}" if done.superseded else ""
    beside = "".join(
        f" {plain(header.id)} stays {plain(standing(header))}." for header in done.shortened
    )
    say("success", f"{plain(roster_id)} is published{instead}.{beside}")


def downloads(roster_id: str) -> None:
    """The roster as CSV files, a workbook and a calendar. The files are made when they are asked
    for.
    """
    st.write("Files for other programs; names of people are in the workbook and in the calendar.")
    if remark := calendar_remark(state.repository(), roster_id):
        st.caption(f"Calendar: {plain(remark)}")
    with st.container(horizontal=True):
        st.download_button(
            "CSV files (zip)",
            lambda: _zip(roster_id),
            f"{file_name(roster_id)}.zip",
            "application/zip",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Excel workbook",
            lambda: _file(roster_id, "xlsx"),
            f"{file_name(roster_id)}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/grid_on:",
            on_click="ignore",
        )
        st.download_button(
            "Calendar (ics)",
            lambda: _file(roster_id, "ics"),
            f"{file_name(roster_id)}.ics",
            "text/calendar",
            icon=":material/event:",
            on_click="ignore",
        )


def _file(roster_id: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"roster.{suffix}"
        export_roster(state.repository(), roster_id, path)
        return path.read_bytes()


def _zip(roster_id: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.zip"
        with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
            for path in export_roster(state.repository(), roster_id, Path(folder) / "files"):
                archive.write(path, path.name)
        return whole.read_bytes()
