"""Who has to approve a roster, who has, and the buttons by which they do; what was refused, and
how that is settled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from scheduler.domain.approval import STEPS, Dispute, Scheme, StepStanding
from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.sentence import of_error
from scheduler.domain.wording import counted
from scheduler.services.accounts.accounts import who
from scheduler.services.facts.history import Search, history
from scheduler.services.sign_off import answer, disputes
from scheduler.services.sign_off import offer as offering
from scheduler.services.sign_off.standing import SignOffState, sign_off_state
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.frame import say
from ui.components.words import plain

STEP_WORDS: Mapping[str, str] = {"bank": "May go to the bank", "approve": "May be published"}
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
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**Sign-off: {done} of {counted(len(found.steps), 'step')} approved**",
                width="stretch",
            )
            if not found.complete:
                _offer(header)
        names = state.names_of(header.id)
        for organisation_id in dict.fromkeys(one.organisation_id for one in found.steps):
            own = [one for one in found.steps if one.organisation_id == organisation_id]
            _organisation(header, found, own, names(organisation_id))
        for dispute in disputes.disputes(state.repository(), roster_id=header.id):
            dispute_card(dispute, names(dispute.organisation_id), found.scheme)
    return found


def who_approved(header: RosterHeader) -> None:
    """By whom what is published was approved; nothing where no scheme asks for that."""
    found = sign_off_state(state.repository(), header.id)
    if not found.steps:
        return
    names = state.names_of(header.id)
    with st.expander("Who approved it", icon=":material/how_to_reg:"):
        for one in found.steps:
            sign, words = SIGNS[one.standing]
            if one.standing != "approved":
                words = "not approved as it stands"
            by = _by(found, one) if one.standing == "approved" else ""
            name = plain(names(one.organisation_id))
            told = plain(f"{STEP_WORDS[one.step]}: {words}{by}")
            st.markdown(f":material/{sign}: **{name}**, {told}")


def _offer(header: RosterHeader) -> None:
    """Whether it waits in the inboxes of those who approve, and the button that lets it."""
    builds = state.may("build_rosters", "roster", header.id)
    if header.offered_at is None:
        if builds:
            st.button(
                "Ask for approval",
                key="offer_roster",
                icon=":material/outgoing_mail:",
                help="It then waits in the inbox of everybody who has to approve it.",
                on_click=_tried,
                args=(
                    header.id,
                    lambda: offering.offer(state.repository(), header.id),
                    "It waits in the inbox of everybody who has to approve it.",
                ),
            )
        return
    st.caption(f"waits in their inboxes since {_when(header.offered_at)}", width="content")
    if builds:
        st.button(
            "Not yet",
            key="recall_roster",
            icon=":material/undo:",
            help="Something is still to be done: it leaves the inboxes. What was approved stays.",
            on_click=_tried,
            args=(
                header.id,
                lambda: offering.recall(state.repository(), header.id),
                "It waits for nobody now. What was approved stays approved.",
            ),
        )


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
            first = "" if one.standing == "approved" else _before(own, one)
            by = "; ".join([_by(found, one), *([first] if first else [])])
            st.markdown(
                f":material/{sign}: {plain(f'{STEP_WORDS[one.step]}: {words}{by}')}",
                width="stretch",
            )
            if state.may("sign_off", "organisation", one.organisation_id):
                step_buttons(header, one, name, first)


def _before(own: list[StepStanding], one: StepStanding) -> str:
    """What comes before a step and is not approved yet, in words; nothing if there is nothing."""
    earlier = [
        each
        for each in own
        if STEPS.index(each.step) < STEPS.index(one.step) and each.standing != "approved"
    ]
    return f"“{STEP_WORDS[earlier[0].step]}” comes first" if earlier else ""


def _backstop(scheme: Scheme | None) -> str:
    """Who decides what the organisations do not settle."""
    posts = () if scheme is None else scheme.backstops
    return " or ".join(post.name for post in posts) or "the backstop, which nobody is today"


def _by(found: SignOffState, one: StepStanding) -> str:
    """By whom and when, or for whom it waits."""
    assert found.scheme is not None
    posts = {post.id: post.name for post in found.scheme.posts}
    last = one.last
    if last is not None and one.standing in ("approved", "refused"):
        by = posts.get(last.post_id) or who(state.repository(), last.account) or "an approver"
        why = f": {last.reason}" if last.reason else ""
        return f" by {by}, {_when(last.at)}{why}"
    again = "; waits " if one.standing == "changed" else " "
    if one.beyond_all:
        return f"{again}for {_backstop(found.scheme)}: beyond what its own posts may approve"
    named = " or ".join(post.name for post in one.posts)
    return f"{again}for {named}" if named else f"{again}for a deputy: no post of it acts today"


def _when(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{day_label(local.date())} {local:%H:%M}"


def step_buttons(header: RosterHeader, one: StepStanding, name: str, first: str = "") -> None:
    """What an organisation can answer to a step. `name`: of it; `first`: what has to be approved
    before.
    """
    key = f"{one.organisation_id}_{one.step}"
    if one.standing == "approved":
        _with_reason("Take back", "undo", f"take_back_{key}", name, _take_back, (header.id, one))
        return
    st.button(
        "Approve after all" if one.standing == "refused" else "Approve",
        key=f"approve_{key}",
        icon=":material/check:",
        type="secondary" if first else "primary",
        disabled=bool(first),
        help=first or f"{STEP_WORDS[one.step]}, for {name}",
        on_click=_approve,
        args=(header.id, one, name),
    )
    if one.standing != "refused":
        _with_reason("Refuse", "block", f"refuse_{key}", name, _refuse, (header.id, one))


def _with_reason(
    label: str,
    icon: str,
    key: str,
    name: str,
    does: Callable[[str, StepStanding, str], None],
    about: tuple[str, StepStanding],
) -> None:
    """What takes a reason in words, which `does` finds under its last argument."""
    with st.popover(label, icon=f":material/{icon}:"), st.form(f"form_{key}", border=False):
        st.text_input("Why", key=f"why_{key}", placeholder="a reason, which is kept")
        st.form_submit_button(
            f"{label} for {name}", key=key, on_click=does, args=(*about, f"why_{key}")
        )


def _approve(roster_id: str, one: StepStanding, name: str) -> None:
    def change() -> None:
        mark = one.share.digests[one.step]
        answer.approve(state.repository(), roster_id, one.organisation_id, one.step, seen=mark)

    _tried(roster_id, change, f"{STEP_WORDS[one.step]}, for {plain(name)}.")


def _take_back(roster_id: str, one: StepStanding, key: str) -> None:
    why = str(st.session_state.get(key, ""))

    def change() -> None:
        answer.take_back(state.repository(), roster_id, one.organisation_id, one.step, why)

    _tried(roster_id, change, "Taken back. It waits for approval again.")


def _refuse(roster_id: str, one: StepStanding, key: str) -> None:
    why = str(st.session_state.get(key, ""))

    def change() -> None:
        mark = one.share.digests[one.step]
        answer.refuse(state.repository(), roster_id, one.organisation_id, one.step, why, seen=mark)

    done = "Refused. Whoever builds the roster answers that; it stands under *Publish*."
    _tried(roster_id, change, done)


def _tried(roster_id: str, change: Callable[[], object], done: str) -> None:
    try:
        change()
    except SchedulerError as error:
        say("error", plain(state.names_of(roster_id).said(of_error(error))))
        return
    state.answered()
    say("success", done)


# --- disputes

DEEDS: Mapping[str, str] = {
    "raised": "refused",
    "answered": "answered",
    "insisted": "did not agree",
    "settled": "settled it",
    "decided": "decided",
}


def dispute_card(dispute: Dispute, name: str, scheme: Scheme | None) -> None:
    """What was said in a dispute, and what can be said next. `name`: of the organisation that
    refused.
    """
    now, backstop = datetime.now(UTC), _backstop(scheme)
    standing = dispute.state(now)
    ended = standing in ("settled", "decided")
    last = dispute.events[-1]
    states: Mapping[str, str] = {
        "open": "waits for an answer",
        "answered": f"answered; waits for {name} to approve, or to ask {backstop}",
        "escalated": f"waits for {backstop}",
        "settled": "settled",
        "decided": f"decided: {_decision(upheld=bool(last.upheld))}",
    }
    until = "" if ended else f", until the end of {_last_day(dispute.waits_until(now))}"
    late = " :red-badge[overdue]" if dispute.overdue(now) else ""
    about = STEP_WORDS[dispute.step].lower()
    with st.expander(
        f"Dispute {dispute.id}, {plain(name)}, “{about}”: {plain(states[standing])}{until}{late}",
        expanded=not ended,
    ):
        for event in dispute.events:
            by = who(state.repository(), event.account) or "somebody"
            how = "" if event.upheld is None else f": {_decision(upheld=event.upheld)}"
            if event.change_set is not None:
                how += f", as change {event.change_set} of facts"
            st.markdown(
                f"- {_when(event.at)}, {plain(by)} {DEEDS[event.deed]}{how}. {plain(event.words)}"
            )
        if not ended:
            _what_can_be_said(dispute, standing, name, backstop)


def _decision(*, upheld: bool) -> str:
    return "the refusal stands" if upheld else "it counts as approved"


def _last_day(due: datetime) -> str:
    """The day at whose end, in London, something is due."""
    return day_label((due.astimezone(LONDON) - timedelta(seconds=1)).date())


@dataclass(frozen=True)
class Way:
    """Something that can be said in a dispute. `done`: what is said of it then."""

    key: str
    label: str
    say: Callable[[str], object]
    done: str


def _what_can_be_said(dispute: Dispute, standing: str, name: str, backstop: str) -> None:
    last = dispute.events[-1].deed
    database, number = state.repository(), dispute.id
    ways: list[Way] = []
    field, hint = "", ""
    if last == "raised" and state.may("settle_disputes", "collaborative", dispute.collaborative_id):
        field, hint = "Your answer", "what was changed, or why not"
        ways.append(
            Way(
                "answer",
                "Answer",
                lambda words: disputes.answer_dispute(database, number, words),
                f"Answered. {name} approves now, or asks {backstop}.",
            )
        )
    if last == "answered" and state.may("sign_off", "organisation", dispute.organisation_id):
        field, hint = "Why the answer does not do", "or approve it above"
        ways.append(
            Way(
                "insist",
                f"Ask {backstop}",
                lambda words: disputes.insist(database, number, words),
                f"{backstop} decides it now.",
            )
        )
    if standing == "escalated" and disputes.may_decide(database, number):
        field = "In words" if field else "Your decision"
        hint = "with the reasons, which are kept"
        ways += [
            Way(
                key,
                label,
                partial(_decide, number, upheld=upheld),
                f"Decided: {_decision(upheld=upheld)}.",
            )
            for key, label, upheld in (
                ("uphold", "Uphold the refusal", True),
                ("approve", "Approve it all the same", False),
            )
        ]
    if not ways:
        return
    key = f"dispute_words_{number}_{len(dispute.events)}"
    with st.form(f"dispute_form_{number}", border=False):
        st.text_input(field, key=key, placeholder=hint)
        if any(way.key == "uphold" for way in ways):
            _which_fact(number)
        with st.container(horizontal=True):
            for way in ways:
                st.form_submit_button(
                    way.label,
                    key=f"dispute_{number}_{way.key}",
                    on_click=_say,
                    args=(dispute.roster_id, way, key),
                )


LATEST_CHANGES = 10


def _which_fact(number: int) -> None:
    """A decision can have become a fact, such as a pin or an agreement's end."""
    latest = {
        one.change_set.number: f"{_when(one.change_set.at)}, {one.by}:"
        f" {one.change_set.why or counted(one.rows, 'row')}"
        for one in history(state.repository(), Search(most=LATEST_CHANGES))
    }
    st.selectbox(
        "What was changed in the facts for it",
        [None, *latest],
        format_func=lambda change: "nothing" if change is None else latest[change],
        key=f"dispute_change_{number}",
        help="Where the decision is a fact from now on, such as a pin, a limit or an agreement's"
        " end: change it on the page Facts first, then choose that change here.",
    )


def _decide(number: int, words: str, *, upheld: bool) -> None:
    change = st.session_state.get(f"dispute_change_{number}")
    disputes.decide(state.repository(), number, words, upheld=upheld, change_set=change)


def _say(roster_id: str, way: Way, key: str) -> None:
    words = str(st.session_state.get(key, ""))
    _tried(roster_id, lambda: way.say(words), plain(way.done))
