"""The way in: sign in, be told what is missing, choose a persona; and out."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from scheduler.domain.access import Actor
from scheduler.domain.errors import SchedulerError
from scheduler.services.accounts import accounts
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.personas import (
    IN_WORDS,
    OF_ONE,
    PERSONAS,
    PersonaKind,
    persona,
)
from ui import providers, sign_in, state
from ui.components.frame import show_error
from ui.components.words import plain
from ui.guard import FAILED

STYLE = """<style>
.st-key-demo {
  background: #fff1cc; color: #3d2e00; border-left: 6px solid #b97a00;
  padding: 0.35rem 0.8rem; border-radius: 4px; margin-top: 0.9rem; row-gap: 0.3rem;
}
.st-key-demo p { color: #3d2e00; }
.st-key-visitor { margin-top: 0.4rem; margin-bottom: -0.8rem; }
</style>"""
NAMED_AT_MOST = 3
"""Administrators whom somebody without a role is told to ask."""
ROLES = {
    "operations": "operations",
    "approver": "approver",
    "director": "director",
    "staff": "member of staff",
    "auditor": "auditor",
    "administrator": "administrator",
}


@dataclass(frozen=True)
class Visitor:
    """Who has come. Without an actor, `refusal` says why."""

    actor: Actor | None
    refusal: SchedulerError | None = None

    @property
    def admitted(self) -> bool:
        """Whether somebody is known who may do anything at all."""
        return self.actor is not None and bool(self.actor.grants)


def visitor() -> Visitor:
    """Who is here in this run."""
    try:
        return Visitor(sign_in.actor(state.opened()))
    except SchedulerError as refusal:
        return Visitor(None, refusal)


def entrance(found: Visitor) -> bool:
    """What stands above every page: who looks at it. False where there is no page to be shown, and
    what to do instead has been said.
    """
    st.html(STYLE)
    if found.actor is None:
        if isinstance(found.refusal, NotSignedIn):
            sign_in_page(str(found.refusal))
        elif found.refusal is not None:
            show_error(found.refusal)
        return False
    if providers.configured().demo:
        _demo()
        return True
    if not found.admitted:
        _without_a_role(found.actor)
        return False
    _signed_in(found.actor)
    return True


# --- sign-in


def sign_in_page(words: str) -> None:
    """One button for each provider."""
    with st.container(width=520, gap="small"):
        st.title("Workforce deployment scheduler", anchor=False)
        st.write("Who works where: shared clinical staff across neighbouring health organisations.")
        if FAILED in (f"{name}={text}" for name, text in st.query_params.items()):
            st.warning(
                "Signing in did not work: the provider could not be reached, or did not say who"
                " you are. Try once more. If it fails again, tell whoever runs this program, whose"
                " log says why.",
                icon=":material/error:",
            )
        else:
            st.info(plain(words), icon=":material/login:")
        named = providers.configured().providers
        for provider in named:
            st.button(
                f"Sign in with {plain(provider.label)}" if provider.label else "Sign in",
                key=f"sign_in_{provider.name}",
                type="primary" if len(named) == 1 else "secondary",  # none before another
                width="stretch",
                on_click=sign_in.begin,
                args=(provider,),
            )
        st.caption(
            "You sign in with your organisation’s own account; no password is kept here. If you"
            " cannot sign in there, ask whoever looks after that account."
        )


def _signed_in(actor: Actor) -> None:
    roles = ", ".join(ROLES[role] for role in sorted(actor.roles))
    with st.container(
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        gap="small",
        key="visitor",
    ):
        st.caption(f"{plain(actor.name)}, {roles}", width="content")
        _way_out("tertiary")


def _way_out(kind: str) -> None:
    st.button(
        "Sign out",
        key="sign_out",
        icon=":material/logout:",
        type="tertiary" if kind == "tertiary" else "secondary",
        on_click=_leave,
    )


def _leave() -> None:
    sign_in.end(state.opened())


def _without_a_role(actor: Actor) -> None:
    with st.container(width=640, gap="small"):
        st.title("You are signed in, but nothing is open to you yet", anchor=False)
        label = sign_in.provider_label()
        by = f", signed in with {plain(label)}" if label else ""
        st.write(
            f"You are **{plain(actor.name)}**{by}. This account has not been given a role here, so"
            " there is nothing that it may see."
        )
        st.info(_whom_to_ask(actor), icon=":material/contact_support:")
        with st.container(horizontal=True, gap="small"):
            st.button("Look again", key="look_again", type="primary", icon=":material/refresh:")
            _way_out("secondary")


def _whom_to_ask(actor: Actor) -> str:
    named = _administrators()
    shown = [plain(name) for name in named[:NAMED_AT_MOST]] or ["whoever runs this program"]
    listed = ", ".join(shown[:-1]) + (" or " if len(shown) > 1 else "") + shown[-1]
    return f"Ask {listed} to give {plain(actor.name)} a role here, then look again."


def _administrators() -> Sequence[str]:
    """Who can give roles today."""
    return [
        found.account.name
        for found in accounts.accounts(state.opened())
        if any(grant.role == "administrator" for grant in found.in_force_today)
    ]


# --- the demo


def _demo() -> None:
    """Marked as what it is; one looks around as somebody of one's choice."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="demo", width="stretch"
    ):
        st.markdown(
            "**Demo, on this machine only.** Nobody signs in, so keep real people’s data out. You"
            " look around as",
            width="content",
        )
        kind = state.choose(
            "Persona",
            list(PERSONAS),
            "as",
            lambda kind: IN_WORDS[kind],
            default="operations",
            label_visibility="collapsed",
            width=290,
        )
        named = _named(kind)
    sign_in.persona_changed(kind, named)


def _named(kind: PersonaKind) -> str | None:
    """The organisation or the person as whom one looks around."""
    if kind not in (*OF_ONE, "staff"):
        return None
    everything = state.dataset_for(persona("operations", sign_in.origin()))
    of_organisation = kind in OF_ONE
    named = (
        [(row.name, row.id) for row in everything.organisation]
        if of_organisation
        else [(row.name, row.id) for row in everything.staff]
    )
    names = {row_id: name for name, row_id in sorted(named)}
    if not names:
        return None
    return state.choose(
        "Organisation" if of_organisation else "Member of staff",
        list(names),
        "as_organisation" if of_organisation else "as_person",
        lambda found: names[found],
        label_visibility="collapsed",
        width=200,
    )
