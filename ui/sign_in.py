"""Who is looking at these pages: the account that a provider vouches for, or where no provider is
named and nobody but this machine can come, a persona.

All of Streamlit's own sign-in is used here alone. What a provider says of groups, roles or e-mail
decides nothing: what somebody may stands in our own database.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scheduler.domain.access import Actor
from scheduler.domain.errors import BadRequest, SchedulerError
from scheduler.engine.request_ids import begin_request
from scheduler.services.accounts import accounts
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.personas import PersonaKind, persona
from scheduler.services.data.open import Repository
from ui import metrics, providers

KNOWN = "known_actor"
"""Who was found to be there, and in which run of the page."""
WHO = "known_account"
"""Whose visit this session is."""
PERSONA = "persona"
"""(kind, organisation or person) of the demo."""
DEFAULT_PERSONA: tuple[PersonaKind, str | None] = ("operations", None)


@dataclass(frozen=True)
class _Known:
    run: object
    actor: Actor


def actor(opened: Repository) -> Actor:
    """Who asks, with what they may do at this moment: looked up once in each run of the page, of a
    panel or of a button. Raises NotSignedIn where they have to sign in first, BadRequest where
    nobody is let in.
    """
    run = _run()
    known = st.session_state.get(KNOWN)
    if known is not None and run is not None and known.run is run:
        found: Actor = known.actor
        return found
    st.session_state.pop(KNOWN, None)
    begin_request()  # a click, as far as logs and the jobs that it orders go
    found = _looked_up(opened)
    st.session_state[KNOWN] = _Known(run, found)
    return found


def _run() -> object | None:
    """What is made anew whenever Streamlit begins a run."""
    context = get_script_run_ctx()
    return None if context is None else context.cursors


def _looked_up(opened: Repository) -> Actor:
    settings = providers.configured()
    if settings.faults:
        raise BadRequest(
            "Sign-in is not set up as it must be, so nobody is let in.\n"
            + "\n".join(settings.faults)
        )
    if settings.demo:
        _refuse_other_machines()
        kind, named = st.session_state.get(PERSONA, DEFAULT_PERSONA)
        return persona(kind, origin(), named)
    claimed = _claims()
    if claimed is None:
        raise NotSignedIn("Sign in to see these pages.")
    try:
        found = accounts.sign_in(opened, accounts.identity_of(claimed), origin())
    except NotSignedIn:
        metrics.refused("pages")
        raise
    if st.session_state.get(WHO, found.account) != found.account:
        st.session_state.clear()  # what was kept of somebody else's visit
    st.session_state[WHO] = found.account
    return found


def persona_changed(kind: PersonaKind, named: str | None) -> None:
    """From now on one looks around as somebody else, to whom other pages are open; of the demo
    alone.
    """
    if st.session_state.get(PERSONA, DEFAULT_PERSONA) != (kind, named):
        st.session_state[PERSONA] = (kind, named)
        st.session_state.pop(KNOWN, None)
        st.rerun()


def _claims() -> Mapping[str, Any] | None:
    """What the provider said in the ID token that Streamlit verified; None where nobody is signed
    in.
    """
    said = st.user.to_dict()
    if said.get("is_logged_in") is not True:
        return None
    return {name: value for name, value in said.items() if name != "tokens"}


def verified_mail() -> str | None:
    """The e-mail address that the provider vouches for; None where it does not, or none is there.
    It decides nothing: it is where somebody may want to be told.
    """
    said = _claims() or {}
    address = said.get("email")
    return address if isinstance(address, str) and said.get("email_verified") is True else None


def provider_label() -> str:
    """What the provider is called that vouches for whoever is here."""
    named = (_claims() or {}).get("provider")
    return next(
        (
            provider.label
            for provider in providers.configured().providers
            if provider.name == named or (named == "default" and not provider.name)
        ),
        "",
    )


def begin(provider: providers.Provider) -> None:
    """Go to this provider, and come back signed in."""
    st.login(provider.name or None)


def end(opened: Repository) -> None:
    """The visit is over here and, where the provider can be told, there."""
    claimed = _claims()
    with suppress(SchedulerError):  # a visit that is over already needs no end
        if claimed is not None:
            accounts.sign_out(opened.acting(actor(opened)), accounts.identity_of(claimed))
    st.session_state.pop(KNOWN, None)
    st.logout()


def origin() -> str:
    """Whence this visit comes, for what is put on record."""
    peer = st.context.ip_address
    return f"pages from {peer if isinstance(peer, str) else '127.0.0.1'}"


def _refuse_other_machines() -> None:
    """Whoever starts the pages past our server finds them closed to other machines too. Raises
    BadRequest.
    """
    names = {name.lower(): value for name, value in st.context.headers.items()}
    if not names:  # not served: a test
        return
    peer = st.context.ip_address
    if not is_served_here_alone() or not providers.from_this_machine(
        names.get("host"), peer if isinstance(peer, str) else None, set(names)
    ):
        raise BadRequest(
            "Nobody can sign in here yet, so these pages are open only on the machine that runs"
            " them. Whoever runs it can name a provider for sign-in in .streamlit/secrets.toml."
        )


def is_served_here_alone() -> bool:
    """Whether the server listens at an address of this machine alone."""
    return providers.is_loopback(st.get_option("server.address"))
