"""Approve a roster, and take it away as files."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import assert_never
from zipfile import ZIP_DEFLATED, ZipFile

import streamlit as st

from scheduler.domain.access import Action
from scheduler.domain.errors import SchedulerError
from scheduler.domain.publication import stretches_text
from scheduler.domain.sentence import Part, Sentence
from scheduler.domain.version_words import version_of
from scheduler.domain.wording import counted, plural
from scheduler.services.accounts.accounts import who
from scheduler.services.data.import_export import calendar_remark, export_roster, file_name
from scheduler.services.publish.preview import Preview, ToTell
from scheduler.services.publish.publish import (
    DoesNotStand,
    NeedsReason,
    NotSignedOff,
    publish,
    publish_signed,
    standing,
)
from scheduler.services.publish.short_notice import short_notice
from scheduler.services.sign_off.standing import SignOffState
from scheduler.services.versions.versions import Version, in_words
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.difference_panel import difference_panel
from ui.components.frame import say
from ui.components.sign_off_panel import sign_off_panel, who_approved
from ui.components.versions_list import published_words, withdraw_form
from ui.components.words import plain, plain_lines


def publish_panel(header: RosterHeader) -> None:
    """A person approves every roster: nothing else publishes one. What it changes stands there
    before.
    """
    version = in_words(header, lambda account_id: who(state.repository(), account_id))
    match header.status:
        case "published":
            by = version.publisher
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
            _was_published(version)
        case "superseded":
            st.info("This version was published and has been superseded by a later one.")
            _was_published(version)
        case "withdrawn":
            st.info(
                "Its publication was withdrawn: it counts on no date. It can be published again."
            )
            published_words(version)
            _draft(header)
        case "draft":
            _draft(header)
        case _:
            assert_never(header.status)


def _was_published(version: Version) -> None:
    header = version.header
    published_words(version)
    _published_anyway(header)
    who_approved(header)
    _late(header)
    if state.may("publish_rosters", "roster", header.id):
        with st.expander("Withdraw this publication", icon=":material/undo:"):
            withdraw_form(header, "publish")


def _late(header: RosterHeader) -> None:
    """What of these dates was changed at short notice, by whichever version."""
    found = short_notice(state.repository(), header.collaborative_id, header.start, header.last)
    if found.notice_days is None:
        return
    people = len({one.staff_id for one in found.late})
    of_all = counted(found.changes, "change")
    with st.expander(
        f"Changed at short notice: {len(found.late):,} of {of_all} to published shifts"
    ):
        st.write(
            f"Less than {counted(found.notice_days, 'day')} before the shift, for"
            f" {counted(people, 'person', 'people')}."
            if found.late
            else "Nothing that was published for these dates was changed so late."
        )
        for one in found.late:
            lost, got = "; ".join(one.lost) or "nothing", "; ".join(one.got) or "nothing"
            why = f" {one.reason}" if one.reason else ""
            st.markdown(
                f"- **{plain(one.name)}**: {plain(got)} instead of {plain(lost)}.{plain(why)}"
            )


def _draft(header: RosterHeader) -> None:
    """A draft can be published: by somebody who has seen it, and what it changes."""
    st.write(
        "A person approves every roster. Publishing makes this version the one that staff see and"
        " that later weeks and other collaboratives count with. On its dates it takes the place of"
        " what was published before; a longer roster stays published on its other dates."
    )
    signed = sign_off_panel(header)
    found = state.preview(header.id)
    _will_change(found, signed)
    missing = float(header.summary["hours"]["missing"])
    if missing:
        st.warning(f"{missing:,.1f} required hours are empty in this version: see Vacancies.")
    if found.refusal is not None:
        st.error(plain(_with_versions(found.refusal, header)), icon=":material/block:")
        return
    if not signed.complete:
        _what_does_not_hold(found)
        st.info(
            "Not all have approved it: it can be published once every step under *Sign-off* is"
            " approved.",
            icon=":material/hourglass_empty:",
        )
        return
    action: Action = "publish_rosters" if signed.scheme is None else "publish_signed_rosters"
    if not state.may(action, "roster", header.id):
        _what_does_not_hold(found)
        st.info(
            "You may look at this draft, not publish it: that takes an approver of all its"
            " organisations.",
            icon=":material/lock:",
        )
        return
    _approve(found)


def _with_versions(sentence: Sentence, header: RosterHeader) -> str:
    """The sentence with versions instead of ids of rosters."""

    def named(part: Part | date) -> str:
        if isinstance(part, Part) and part.kind == "roster":
            return version_of(str(part.id), header.start)
        return str(part)

    words = sentence.written(named)
    return words[:1].upper() + words[1:]


def _will_change(found: Preview, signed: SignOffState) -> None:
    """Who is told of what, and how soon; what comes at short notice, as the scheme counts it."""
    notice = 0 if signed.scheme is None else signed.scheme.terms.notice_days
    with st.container(border=True, key="publish_preview"):
        st.markdown("**What publishing it changes**")
        for sentence in found.sentences:
            st.markdown(plain(sentence))
        late = sum(shift.days_ahead < notice for one in found.told for shift in one.shifts)
        if late:
            st.warning(
                f"{counted(late, 'change comes', 'changes come')} at short notice: less than"
                f" {counted(notice, 'day')} before the shift. That is counted, and stays so.",
                icon=":material/notification_important:",
            )
        cards = [_card(one, notice) for one in found.told]
        for card in cards[:MOST_TOLD]:
            st.markdown(card)
        if cards[MOST_TOLD:]:
            with st.expander(f"{counted(len(cards) - MOST_TOLD, 'more person', 'more people')}"):
                for card in cards[MOST_TOLD:]:
                    st.markdown(card)
        if found.difference is not None and not found.difference.equal:
            with st.expander("Places and money"):
                difference_panel(found.difference, people=False)


def _card(one: ToTell, notice: int) -> str:
    short = " · :orange-badge[short notice]" if one.shifts[0].days_ahead < notice else ""
    lines = [f"**{plain(one.name)}** · {plain(_how_soon(one))}{short}"]
    for shift in one.shifts:
        lines += [f":material/remove: ~~{plain(shift.lost)}~~"] if shift.lost else []
        lines += [f":material/add: {plain(shift.got)}"] if shift.got else []
    return "  \n".join(lines)


def _how_soon(one: ToTell) -> str:
    """`in 3 days`, `first in 3 days`."""
    soonest = one.shifts[0].soon
    return soonest if len(one.shifts) == 1 else f"first {soonest}"


MOST_TOLD = 8
REASON = "publish_reason"


def _approve(found: Preview) -> None:
    """Approval, the reason where one is due, and the button that says what it does."""
    roster_id = found.header.id
    _what_does_not_hold(found)
    sure = st.checkbox(
        "I have looked through this roster and approve it.", key=f"approve_{roster_id}"
    )
    if found.against:
        if state.may("publish_rosters", "roster", roster_id):
            _all_the_same(roster_id, sure)
        else:
            st.info(
                "What does not hold is mended before it is published, or published all the same by"
                " an approver of all its organisations.",
                icon=":material/lock:",
            )
        return
    if found.needs_reason:
        st.text_input(
            "Why these published shifts change",
            key=REASON,
            placeholder="a reason, for those whose shifts change",
        )
    st.button(
        f"Publish {found.what}" if found.what else "Publish this version",
        type="primary",
        icon=":material/verified:",
        disabled=not sure,
        on_click=_publish_changes,
        args=(roster_id, found.needs_reason),
        key="publish_version",
    )


def _publish_changes(roster_id: str, needs_reason: bool) -> None:
    reason = str(st.session_state.get(REASON, "")).strip()
    if needs_reason and not reason:
        say("error", "Publishing this changes published shifts: say why under *Publish*.")
    else:
        _publish(roster_id, reason=reason or None)


MOST_FINDINGS = 10


def _listed(roster_id: str, findings: Sequence[Sentence]) -> None:
    """With names instead of ids, the rest behind a button."""
    names = state.names_of(roster_id)
    lines = [f"- {plain(names.said(finding))}" for finding in findings]
    st.markdown("\n".join(lines[:MOST_FINDINGS]))
    if lines[MOST_FINDINGS:]:
        with st.expander(f"{len(lines) - MOST_FINDINGS:,} more"):
            st.markdown("\n".join(lines[MOST_FINDINGS:]))


def _what_does_not_hold(found: Preview) -> None:
    if found.against:
        _does_not_hold(found.header.id, [finding.whole for finding in found.against])
    accepted = [finding.to_the_end for finding in found.findings if finding.accepted]
    if accepted:
        with st.container(border=True):
            st.warning(
                f"{counted(len(accepted), 'broken rule')} of this version"
                f" {plural(len(accepted), 'was', 'were')} accepted by hand."
                " That stands with what is published.",
                icon=":material/warning:",
            )
            _listed(found.header.id, accepted)


def _does_not_hold(roster_id: str, findings: Sequence[Sentence]) -> None:
    """What keeps it from being published, and the way to mend it."""
    with st.container(border=True, key="publish_refused_box"):
        things = counted(len(findings), "thing does", "things do")
        st.error(
            f"{things} not hold under the facts of now and beside what is published.",
            icon=":material/error:",
        )
        _listed(roster_id, findings)
        if state.may("build_rosters", "roster", roster_id):
            st.button(
                "Open Repair",
                icon=":material/healing:",
                key="open_repair",
                on_click=state.open_view,
                args=("Repair",),
            )


def _all_the_same(roster_id: str, sure: bool) -> None:
    """Publish what does not stand, and say why."""
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
        _publish(roster_id, anyway=reason)
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


def _publish(roster_id: str, anyway: str | None = None, reason: str | None = None) -> None:
    database = state.repository()
    try:
        if anyway is None and not state.may("publish_rosters", "roster", roster_id):
            done = publish_signed(database, roster_id, reason=reason)
        else:
            done = publish(database, roster_id, anyway=anyway, reason=reason)
    except (DoesNotStand, NeedsReason, NotSignedOff):
        say("error", "Something has changed since you looked: see under *Publish* what it is now.")
        return
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    finally:
        state.publications_changed()
    header = done.header
    before = [version_of(each, header.start) for each in done.superseded]
    instead = f" in place of {', '.join(before)}" if before else ""
    beside = "".join(
        f" {version_of(other.id, header.start).capitalize()} stays {standing(other)}."
        for other in done.shortened
    )
    say("success", plain(f"Version {header.version} is published{instead}.{beside}"))


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
