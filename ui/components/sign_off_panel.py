"""Who has to approve a roster, who has, and the buttons by which they do; what was refused, and
how that is settled.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st

from scheduler.domain.approval import Dispute, StepStanding
from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.wording import counted
from scheduler.services.accounts.accounts import who
from scheduler.services.sign_off import answer, disputes
from scheduler.services.sign_off.standing import SignOffState, sign_off_state
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.frame import say
from ui.components.words import plain, plain_lines

STEPS: Mapping[str, str] = {"bank": "Fit to go to the bank", "approve": "Approved for publication"}
SIGNS: Mapping[str, tuple[str, str]] = {
    "approved": ("check_circle", "approved"),
    "waits": ("hourglass_empty", "waits"),
    "changed": ("sync_problem", "approved before, and changed since"),
    "refused": ("block", "refused"),
}


def sign_off_panel(header: RosterHeader) -> SignOffState:
    """How the approval stands, with what whoever looks can do about it."""
    found = sign_off_state(state.repository(), header.id)
    if found.scheme is None:
        return found
    done = sum(one.standing == "approved" for one in found.steps)
    with st.container(border=True, key="sign_off"):
        st.markdown(f"**Sign-off: {done} of {counted(len(found.steps), 'step')} approved**")
        names = state.names_of(header.id)
        for organisation_id in dict.fromkeys(one.organisation_id for one in found.steps):
            own = [one for one in found.steps if one.organisation_id == organisation_id]
            _organisation(header, found, own, names(organisation_id))
        for dispute in disputes.disputes(state.repository(), roster_id=header.id):
            _dispute(dispute, names(dispute.organisation_id))
    return found


def _organisation(
    header: RosterHeader, found: SignOffState, own: list[StepStanding], name: str
) -> None:
    share = own[0].share
    parts = [
        f"hosts {share.hosted:,.4g} h",
        f"lends {share.lent:,.4g} h",
        f"{share.beyond:,.4g} h beyond contract (£{share.pence / 100:,.0f})",
        f"{share.empty:,.4g} h empty",
    ]
    st.markdown(f"**{plain(name)}**: {', '.join(parts)}")
    for one in own:
        with st.container(horizontal=True, vertical_alignment="center"):
            sign, words = SIGNS[one.standing]
            st.markdown(
                f":material/{sign}: {STEPS[one.step]}: {words}{plain(_by(found, one))}",
                width="stretch",
            )
            if one.standing != "approved" and state.may(
                "sign_off", "organisation", one.organisation_id
            ):
                _buttons(header, one, name)


def _by(found: SignOffState, one: StepStanding) -> str:
    """By whom and when, or for whom it waits."""
    assert found.scheme is not None
    posts = {post.id: post.name for post in found.scheme.posts}
    last = one.last
    if last is not None and one.standing in ("approved", "refused"):
        by = posts.get(last.post_id) or who(state.repository(), last.account) or "an approver"
        why = f": {last.reason}" if last.reason else ""
        return f" by {by}, {_when(last.at)}{why}"
    if one.beyond_all:
        named = " or ".join(post.name for post in found.scheme.backstops) or "nobody in the scheme"
        return f", for {named}: beyond what its own posts may approve"
    named = " or ".join(post.name for post in one.posts)
    return f", for {named}" if named else ", and no post of it acts today: name a deputy"


def _when(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{day_label(local.date())} {local:%H:%M}"


def _buttons(header: RosterHeader, one: StepStanding, name: str) -> None:
    key = f"{one.organisation_id}_{one.step}"
    st.button(
        "Approve",
        key=f"approve_{key}",
        icon=":material/check:",
        type="primary",
        help=f"{STEPS[one.step]}, for {name}",
        on_click=_approve,
        args=(header.id, one, name),
    )
    if one.standing == "refused":
        return
    with st.popover("Refuse", icon=":material/block:"), st.form(f"refuse_form_{key}", border=False):
        st.text_input("Why", key=f"refuse_why_{key}", placeholder="a reason that can be answered")
        st.form_submit_button(
            f"Refuse for {name}", key=f"refuse_{key}", on_click=_refuse, args=(header.id, one, key)
        )


def _approve(roster_id: str, one: StepStanding, name: str) -> None:
    def change() -> None:
        mark = one.share.digests[one.step]
        answer.approve(state.repository(), roster_id, one.organisation_id, one.step, seen=mark)

    _tried(change, f"{STEPS[one.step]}, for {plain(name)}.")


def _refuse(roster_id: str, one: StepStanding, key: str) -> None:
    why = str(st.session_state.get(f"refuse_why_{key}", ""))

    def change() -> None:
        mark = one.share.digests[one.step]
        answer.refuse(state.repository(), roster_id, one.organisation_id, one.step, why, seen=mark)

    _tried(change, "Refused. Whoever builds the roster answers that; it stands under *Publish*.")


def _tried(change: Callable[[], object], done: str) -> None:
    try:
        change()
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    say("success", done)


# --- disputes

WORDS: Mapping[str, str] = {
    "raised": "refused",
    "answered": "answered",
    "insisted": "insisted",
    "settled": "settled",
    "decided": "decided",
}
STATES: Mapping[str, str] = {
    "open": "waits for an answer until",
    "answered": "answered; waits for approval, or for the backstop to be asked, until",
    "escalated": "waits for the backstop, until",
    "settled": "settled",
    "decided": "decided by the backstop",
}


def _dispute(dispute: Dispute, name: str) -> None:
    now = datetime.now(UTC)
    standing = dispute.state(now)
    ended = standing in ("settled", "decided")
    until = "" if ended else f" {_when(dispute.waits_until(now))}"
    late = " :red-badge[overdue]" if dispute.overdue(now) else ""
    with st.expander(
        f"Dispute {dispute.id}, {plain(name)}: {STATES[standing]}{until}{late}",
        expanded=not ended,
    ):
        for event in dispute.events:
            by = who(state.repository(), event.account) or "somebody"
            how = ""
            if event.upheld is not None:
                how = ": the refusal stands" if event.upheld else ": it counts as approved"
            st.markdown(
                f"- {_when(event.at)}, {plain(by)} {WORDS[event.deed]}{how}. {plain(event.words)}"
            )
        if not ended:
            _what_can_be_said(dispute, standing)


def _what_can_be_said(dispute: Dispute, standing: str) -> None:
    last = dispute.events[-1].deed
    ways: dict[str, Callable[[str], object]] = {}
    database, number = state.repository(), dispute.id
    if last == "raised" and state.may("settle_disputes", "collaborative", dispute.collaborative_id):
        ways["Answer"] = lambda words: disputes.answer_dispute(database, number, words)
    if last == "answered" and state.may("sign_off", "organisation", dispute.organisation_id):
        ways["Leave it to the backstop"] = lambda words: disputes.insist(database, number, words)
    if standing == "escalated" and disputes.may_decide(database, number):
        ways["Uphold the refusal"] = lambda words: disputes.decide(
            database, number, words, upheld=True
        )
        ways["Approve it all the same"] = lambda words: disputes.decide(
            database, number, words, upheld=False
        )
    if not ways:
        return
    key = f"dispute_words_{number}"
    with st.form(f"dispute_form_{number}", border=False):
        st.text_input("In words", key=key, placeholder="what was changed, or why not")
        with st.container(horizontal=True):
            for label, way in ways.items():
                st.form_submit_button(
                    label,
                    key=f"dispute_{number}_{label.split()[0].lower()}",
                    on_click=_say,
                    args=(way, key),
                )


def _say(way: Callable[[str], object], key: str) -> None:
    _tried(lambda: way(str(st.session_state.get(key, ""))), "It is written down.")
