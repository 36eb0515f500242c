"""Whether somebody is told by e-mail, which is theirs to say."""

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.services.accounts.mail import my_mail, tell_me
from ui import sign_in, state
from ui.components.frame import say
from ui.components.words import plain

KEY = "by_mail"


def mail_panel(of_what: str) -> None:
    """A switch for whoever signs in with a verified address; nothing for anybody else. `of_what`:
    they would be told.
    """
    now, verified = my_mail(state.repository()), sign_in.verified_mail()
    address = now or verified
    if address is None:
        return
    st.session_state[KEY] = now is not None
    st.toggle(
        f"E-mail {of_what} to {plain(address)}",
        key=KEY,
        on_change=_switched,
        args=(address,),
        help="Only what concerns you. What you have seen here already is not sent.",
    )


def _switched(address: str) -> None:
    wanted = bool(st.session_state[KEY])
    try:
        tell_me(state.repository(), address if wanted else None)
    except SchedulerError as error:
        say("error", plain(error))
        return
    say("success", "You are told by e-mail." if wanted else "You are told nothing by e-mail.")
