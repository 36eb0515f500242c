"""All versions of a week in a popover: open one, name it, compare it, delete a draft, withdraw a
publication.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.version_words import version_of
from scheduler.services.publish.publish import standing
from scheduler.services.publish.withdraw import withdraw
from scheduler.services.versions.versions import Version, delete_draft, rename_version
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.proof_words import gap_in_words
from ui import state
from ui.address import open_next
from ui.components.difference_panel import compare_with
from ui.components.frame import say
from ui.components.words import plain, plain_lines

OPEN = "versions_open"
DOING = "versions_doing"
"""(what somebody is about to do, to which roster)."""
NAME, WHY = "version_name", "version_why"


def versions_popover(found: Sequence[Version], chosen: RosterHeader) -> None:
    """A button that opens the list."""
    popover = st.popover(
        "Versions", icon=":material/history:", key=OPEN, on_change="rerun", width="content"
    )
    if popover.open:
        with popover:
            st.markdown("**All versions of this week**, the newest first")
            for version in found:
                with st.container(border=True):
                    _one(version, chosen)


def _one(version: Version, chosen: RosterHeader) -> None:
    header = version.header
    here = " · open now" if header.id == chosen.id else ""
    name = f" · “{plain(header.name)}”" if header.name else ""
    st.markdown(f"**Version {header.version}**{name} · {plain(standing(header))}{here}")
    by = f" by {version.author}" if version.author else ""
    proof = gap_in_words(header.summary).labelled
    st.caption(plain(f"{header.reason} · made {version.made_at}{by} · {proof}"))
    published_words(version)
    _buttons(version, chosen)
    doing, named = st.session_state.get(DOING, ("", ""))
    if named == header.id:
        {"rename": _rename, "delete": _delete, "withdraw": withdraw_form}[doing](header)


def published_words(version: Version) -> None:
    """What was written when it was published, and when that was taken back."""
    header = version.header
    if header.published_reason:
        st.caption(f"Published over what counted before: {plain(header.published_reason)}")
    if header.withdrawn_reason:
        by = f" by {version.withdrawer}" if version.withdrawer else ""
        st.caption(plain(f"Withdrawn{by}: {header.withdrawn_reason}"))


def _buttons(version: Version, chosen: RosterHeader) -> None:
    header = version.header
    counts = header.status in ("published", "superseded")
    builds = state.may("build_rosters", "roster", header.id)

    def button(label: str, icon: str, click: Callable[..., None], *args: object) -> None:
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"version_{label.lower().split()[0]}_{header.id}",
            on_click=click,
            args=args,
        )

    with st.container(horizontal=True, gap="small"):
        if header.id != chosen.id:
            button("Open", "visibility", _open, header.id)
        button("Compare with…", "difference", _compare, header.id)
        if builds:
            button("Rename", "edit", _begin, "rename", header.id)
        if builds and header.status == "draft":
            button("Delete", "delete", _begin, "delete", header.id)
        if counts and state.may("publish_rosters", "roster", header.id):
            button("Withdraw", "undo", _begin, "withdraw", header.id)


def _begin(what: str, roster_id: str) -> None:
    st.session_state[DOING] = (what, roster_id)


def _stop() -> None:
    st.session_state.pop(DOING, None)


def _open(roster_id: str) -> None:
    st.session_state[OPEN] = False
    open_next({"roster": roster_id})


def _compare(roster_id: str) -> None:
    st.session_state[OPEN] = False
    compare_with(roster_id)


# --- what changes one


def _rename(header: RosterHeader) -> None:
    with st.form(f"rename_{header.id}", border=False):
        st.text_input("Name", header.name or "", key=NAME, max_chars=80)
        if header.status == "draft":
            st.text_input("Why it was made", header.reason, key=WHY)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save", type="primary", key="rename_save", on_click=_renamed, args=(header,)
            )
            st.form_submit_button("Cancel", key="rename_cancel", on_click=_stop)


def _renamed(header: RosterHeader) -> None:
    why = str(st.session_state.get(WHY, header.reason)).strip()
    changed = header.status == "draft" and why != header.reason
    _tried(
        lambda: rename_version(
            state.repository(),
            header.id,
            str(st.session_state[NAME]),
            reason=why if changed else None,
        ),
        f"Version {header.version} is saved.",
    )


def _delete(header: RosterHeader) -> None:
    st.warning(
        f"Delete version {header.version} for good? Nothing else changes: what was made from it"
        " stays."
    )
    with st.container(horizontal=True):
        st.button(
            "Delete for good",
            icon=":material/delete:",
            type="primary",
            key="delete_for_good",
            on_click=_deleted,
            args=(header,),
        )
        st.button("Keep it", key="delete_not", on_click=_stop)


def _deleted(header: RosterHeader) -> None:
    if _tried(
        lambda: delete_draft(state.repository(), header.id),
        f"Version {header.version} is deleted.",
    ):
        shown = st.session_state.get("choose_roster")
        if st.query_params.get("roster") == header.id or shown == header:
            st.session_state.pop("choose_roster", None)
            st.query_params.pop("roster", None)


def withdraw_form(header: RosterHeader, place: str = "list") -> None:
    """Take a publication back, with the reason that it takes. `place`: where on the page it
    stands, as more than one may.
    """
    st.write(
        "It counts on no date any more: on each of its dates what was published before it counts"
        " again, or nothing. Staff see that in My shifts and in their calendars."
    )
    why = f"{place}_withdraw_why"
    with st.form(f"{place}_withdraw_{header.id}", border=False):
        st.text_input("Why it is withdrawn", key=why)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Withdraw it",
                type="primary",
                icon=":material/undo:",
                key=f"{place}_withdraw_it",
                on_click=_withdrawn,
                args=(header, why),
            )
            if place == "list":
                st.form_submit_button("Keep it", key="withdraw_not", on_click=_stop)


def _withdrawn(header: RosterHeader, why: str) -> None:
    try:
        done = withdraw(state.repository(), header.id, str(st.session_state.get(why, "")))
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    _stop()
    state.publications_changed()
    again = [
        f" {version_of(other.id, header.start).capitalize()} counts again: {standing(other)}."
        for other in done.again
    ]
    nothing = " Nothing counts on its dates now."
    say(
        "success",
        plain(f"Version {header.version} is withdrawn.{''.join(again) or nothing}"),
    )


def _tried(change: Callable[[], object], done: str) -> bool:
    try:
        change()
    except SchedulerError as error:
        say("error", plain_lines(error))
        return False
    _stop()
    say("success", done)
    return True
