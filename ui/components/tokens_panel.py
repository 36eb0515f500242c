"""Other programs: accounts that are theirs, and the tokens that let them in over the API."""

from collections.abc import Mapping, Sequence

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.services.accounts import access_tokens, accounts
from scheduler.services.accounts.access_tokens import INTEGRATION, AccessToken
from scheduler.services.accounts.accounts import AccountWithGrants
from ui import state
from ui.components.entrance import ROLES
from ui.components.frame import say
from ui.components.words import plain, plain_lines

MADE = "token_made"
"""(account of who made it, what it is for, secret): shown the only time that it can be."""
DAYS = (30, 90, 180, 365)


def tokens_panel(found: Sequence[AccountWithGrants], names: Mapping[str, str]) -> None:
    """Add a program, make and end its tokens. `names`: of organisations, by id."""
    st.header("Other programs")
    st.write(
        "Another program, such as payroll, comes in by a token, as an account of its own, and may"
        " do what that account may: give it a role above. Your IT department finds the rest at"
        " /api/v1/openapi.json."
    )
    programs = {one.account.id: one for one in found if one.account.issuer == INTEGRATION}
    _shown_once()
    with st.form("add_program", clear_on_submit=True):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        name = left.text_input("A program that is to come in", placeholder="Payroll")
        if right.form_submit_button("Add it", icon=":material/add:"):
            _add(name)
    if programs:
        _making(programs, names)
        for token in _held(programs):
            _listed(token, programs[token.account_id].account.name, names)


def _add(name: str) -> None:
    words = " ".join(name.split())
    if not words:
        st.error("Say what the program is called.")
        return
    try:
        accounts.add(state.repository(), INTEGRATION, words.lower().replace(" ", "-"), words)
    except SchedulerError as error:
        st.error(plain_lines(error))
        return
    say("success", f"{plain(words)} has an account now. Give it a role, then make its token.")
    st.rerun()


def _making(programs: Mapping[str, AccountWithGrants], names: Mapping[str, str]) -> None:
    with st.form("make_token"):
        columns = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        who = columns[0].selectbox(
            "Program",
            list(programs),
            format_func=lambda account_id: programs[account_id].account.name,
            key="token_who",
        )
        purpose = columns[1].text_input("What for", placeholder="wages, every Friday")
        within = columns[2].multiselect(
            "Only within",
            [row.id for row in state.dataset().organisation],
            format_func=lambda one: names.get(one, one),
            placeholder="wherever its role reaches",
        )
        days = columns[3].selectbox(
            "For how long", DAYS, index=1, format_func=lambda days: f"{days} days"
        )
        reading = st.checkbox("It looks, and changes nothing", value=True)
        if st.form_submit_button("Make a token", type="primary", icon=":material/key:"):
            _make(str(who), purpose, within, reading, int(days))


def _make(who: str, purpose: str, within: Sequence[str], reading: bool, days: int) -> None:
    try:
        made = access_tokens.make(
            state.repository(),
            who,
            purpose,
            organisation_ids=within,
            reading_only=reading,
            days=days,
        )
    except SchedulerError as error:
        st.error(plain_lines(error))
        return
    st.session_state[MADE] = (state.whoever_looks().account, made.token.name, made.secret)
    st.rerun()


def _shown_once() -> None:
    by, name, secret = st.session_state.pop(MADE, ("", "", ""))
    if secret and by == state.whoever_looks().account:
        st.success(
            f"The token for “{plain(name)}”. Copy it now: it is kept nowhere, and not shown again."
        )
        st.code(secret, language=None, wrap_lines=True)


def _held(programs: Mapping[str, AccountWithGrants]) -> list[AccessToken]:
    """Those that hold, of these programs."""
    return [
        token
        for token in access_tokens.tokens(state.repository())
        if token.account_id in programs and access_tokens.holds_now(token)
    ]


def _listed(token: AccessToken, program: str, names: Mapping[str, str]) -> None:
    within = ", ".join(names.get(one, one) for one in token.organisations)
    told = [
        ", ".join(ROLES[role] for role in token.roles) or "all of its roles",
        f"within {within}" if within else "wherever its role reaches",
        "looks only" if token.reading_only else "looks and changes",
        f"to {token.expires_at:%-d %B %Y}",
        f"last used {token.last_used_at:%-d %B %Y}" if token.last_used_at else "not used yet",
    ]
    words = f"**{plain(program)}**: {plain(token.name)}  \n:small[{plain('; '.join(told))}]"
    with st.container(border=True):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.markdown(words)
        right.button(
            "End it",
            key=f"end_{token.id}",
            on_click=_end,
            args=(token.id,),
            help="from this moment on it opens nothing",
        )


def _end(token_id: str) -> None:
    try:
        access_tokens.withdraw(state.repository(), token_id)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    say("success", "Ended. It opens nothing from this moment on.")
