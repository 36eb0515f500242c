"""Accounts: who signs in, what they may do, and giving and taking that."""

from datetime import date, timedelta
from typing import assert_never

import streamlit as st

from scheduler.domain.access import ACCESS_ROLES, ACTIONS, IN_WORDS, REACHES, AccessRole, Reach
from scheduler.domain.errors import SchedulerError
from scheduler.domain.wording import counted
from scheduler.services.accounts import accounts
from scheduler.services.accounts.access_tokens import INTEGRATION
from scheduler.services.accounts.accounts import AccessGrant, Account, AccountWithGrants
from scheduler.services.view import look_up
from scheduler.services.view.by_words import meant_or_itself
from ui import state
from ui.components.entrance import ROLES
from ui.components.frame import message, say
from ui.components.tokens_panel import tokens_panel
from ui.components.words import plain, plain_lines

# staff comes with the person that an account is
GIVEN: tuple[AccessRole, ...] = tuple(role for role in ACCESS_ROLES if role != "staff")
EVERYWHERE = ""
# before the id of a post, among what a role can be given for
POST = "post "
SOON = timedelta(days=30)


def reach_in_words(reach: Reach | None) -> str:
    """How far a role reaches; empty where it may not."""
    match reach:
        case None:
            return ""
        case "own":
            return "their own"
        case "part":
            return "what concerns them"
        case "whole":
            return "what is theirs alone"
        case _:
            assert_never(reach)


def scope_in_words(grant: AccessGrant, names: dict[str, str]) -> str:
    """Within what a grant holds."""
    if grant.role == "staff":
        return "what is their own"
    named = grant.organisation_id or grant.collaborative_id
    if grant.post_id is not None:
        named = f"{POST}{grant.post_id}"
    if named is None:
        return "everywhere"
    return names.get(named, named)


def until(grant: AccessGrant) -> str:
    """Until when a grant holds, and whether that is soon; of one without an end, since when."""
    if grant.to_date is None:
        return f"since {grant.from_date:%-d %B %Y}"
    soon = ", soon" if grant.to_date - date.today() <= SOON else ""
    return f"to {grant.to_date:%-d %B %Y}{soon}"


def names_of_scopes() -> dict[str, str]:
    """Id -> name, of organisations and collaboratives, and of the posts that approve."""
    facts = state.dataset()
    found = {row.id: row.name for row in facts.organisation}
    found |= {one.id: one.name for one in look_up.collaboratives(state.repository())}
    return found | {f"{POST}{post.id}": f"as {post.name}" for post in facts.approval_post}


def waiting(found: list[AccountWithGrants]) -> None:
    """Who has signed in and may do nothing yet."""
    without = [one for one in found if not one.in_force_today]
    if not without:
        st.success("Nobody waits for a role.")
        return
    st.info(
        f"{counted(len(without), 'account has', 'accounts have')} no role today:"
        f" {', '.join(plain(one.account.name) for one in without)}."
    )


def choose_account(label: str, found: list[AccountWithGrants], key: str) -> str | None:
    """The id of one of them; None until one is chosen."""
    by_id = {one.account.id: one.account for one in found}
    return st.selectbox(
        label,
        list(by_id),
        index=None,
        format_func=lambda account_id: f"{by_id[account_id].name}, {by_id[account_id].subject}",
        placeholder="somebody who has signed in",
        key=key,
    )


def giving(found: list[AccountWithGrants], names: dict[str, str]) -> None:
    """A form that gives somebody a role."""
    scopes = {**names, EVERYWHERE: "everywhere, also what is to come"}
    with st.form("give_role"):
        columns = st.columns([4, 3, 4, 2, 2], vertical_alignment="bottom")
        with columns[0]:
            who = choose_account("Who", found, "give_who")
        role = columns[1].selectbox(
            "Role", GIVEN, format_func=lambda role: ROLES[role], key="give_role_name"
        )
        scope = columns[2].selectbox(
            "Within",
            list(scopes),
            index=None,  # nobody is given everything by forgetting to choose
            format_func=lambda key: scopes[key],
            placeholder="an organisation, a collaborative or a post",
            key="give_scope",
        )
        first = columns[3].date_input("From", date.today(), format="DD/MM/YYYY", key="give_from")
        last = columns[4].date_input("Until", None, format="DD/MM/YYYY", key="give_to")
        if st.form_submit_button("Give the role", type="primary", icon=":material/add:"):
            _give(who, role, scope, first, last)


def _give(who: str | None, role: str, scope: str | None, first: date, last: date | None) -> None:
    if who is None or scope is None:
        st.error("Choose who is given the role, and within what.")
        return
    organisations = {row.id for row in state.dataset().organisation}
    post_id = scope.removeprefix(POST) if scope.startswith(POST) else None
    collaborative = scope not in {*organisations, EVERYWHERE} and post_id is None
    try:
        accounts.give(
            state.repository(),
            who,
            role,
            organisation_id=scope if scope in organisations else None,
            collaborative_id=scope if collaborative else None,
            post_id=post_id,
            from_date=first,
            to_date=last,
        )
    except SchedulerError as error:
        st.error(plain_lines(error))
        return
    say(
        "success",
        "The role is given, and counts from now on."
        if first <= date.today()
        else "The role is given for later.",
    )
    st.rerun()


def linking(found: list[AccountWithGrants]) -> None:
    """A form that says which member of staff an account is: they then see what is their own."""
    with st.form("link_person"):
        columns = st.columns([4, 3, 2], vertical_alignment="bottom")
        with columns[0]:
            who = choose_account("Account", found, "link_who")
        number = columns[1].text_input(
            "Member of staff",
            placeholder="number, or words of the name; empty: nobody",
            key="link_number",
        )
        if columns[2].form_submit_button("Save", icon=":material/link:"):
            _link(who, number.strip() or None)


def _link(who: str | None, staff_id: str | None) -> None:
    if who is None:
        st.error("Choose whose account it is.")
        return
    try:
        if staff_id is not None:
            staff_id = meant_or_itself(state.repository(), "staff", staff_id)
        accounts.is_staff(state.repository(), who, staff_id)
    except SchedulerError as error:
        st.error(plain_lines(error))
        return
    say(
        "success",
        "Saved. They see what is their own from now on."
        if staff_id
        else "Saved. The account is no member of staff any more.",
    )
    st.rerun()


def where_from(account: Account) -> str:
    """By what somebody comes in: a provider, or a token."""
    if account.issuer == INTEGRATION:
        return "another program, by a token"
    return f"{account.subject} at {account.issuer}"


def listed(found: list[AccountWithGrants], names: dict[str, str]) -> None:
    """Everybody with what they may do, each of it with the button that takes it back."""
    for one in found:
        if not one.in_force_today and not any(grant.withdrawn_at is None for grant in one.grants):
            continue
        with st.container(border=True):
            person = f", staff number {one.account.staff_id}" if one.account.staff_id else ""
            st.markdown(
                f"**{plain(one.account.name)}**{plain(person)}  \n"
                f":small[{plain(where_from(one.account))}]"
            )
            for grant in one.grants:
                if grant.withdrawn_at is None:
                    _grant(grant, names)


def _grant(grant: AccessGrant, names: dict[str, str]) -> None:
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.markdown(
        f"{ROLES[grant.role].capitalize()}: {plain(scope_in_words(grant, names))}, {until(grant)}"
    )
    right.button(
        "Withdraw",
        key=f"withdraw_{grant.id}",
        on_click=_withdraw,
        args=(grant.id,),
        help="from this moment on",
    )


def _withdraw(grant_id: str) -> None:
    try:
        accounts.withdraw(state.repository(), grant_id)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    say("success", "Withdrawn. It counts for nothing from this moment on.")


def table_of_roles() -> None:
    """The table by which everything is decided."""
    with st.expander("What each role may do"):
        st.table(
            {
                "may": [IN_WORDS[action] for action in ACTIONS if REACHES[action]],
                **{
                    ROLES[role]: [
                        reach_in_words(REACHES[action].get(role))
                        for action in ACTIONS
                        if REACHES[action]
                    ]
                    for role in ACCESS_ROLES
                },
            }
        )
        st.caption(
            "“What concerns them”: whatever touches one of the organisations for which the role is"
            " given. “What is theirs alone”: only what touches no other; for a roster that takes"
            " the role for the whole collaborative."
        )


def page() -> None:
    st.title("Accounts")
    message()
    found, names = accounts.accounts(state.repository()), names_of_scopes()
    if not found:
        st.info(
            "Nobody has an account yet. Whoever signs in gets one by that; on the command line"
            " `scheduler accounts add` makes one beforehand."
        )
    else:
        waiting(found)
        st.header("Give a role")
        giving(found, names)
        st.header("Which member of staff it is")
        linking(found)
        st.header("Who may do what")
        listed(found, names)
    tokens_panel(found, names)
    table_of_roles()


page()
