"""Which pages there are, and to whom each is open."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from scheduler.domain.access import IN_WORDS, Action, Actor
from ui.components.words import plain


@dataclass(frozen=True)
class PageOf:
    """One page. `file`: in `app_pages`, and what stands in its address; `action`: what one may do
    to whom it is open, and `of_others`: not only to what is one's own; `or_else`: what else opens
    it, though it is not what they come for.
    """

    file: str
    title: str
    icon: str
    action: Action
    of_others: bool = False
    or_else: Action | None = None

    @property
    def script(self) -> str:
        """Where its script lies within `ui`."""
        return f"app_pages/{self.file}.py"

    def open_to(self, actor: Actor) -> bool:
        """Whether it stands in the menu of somebody."""
        return self.made_for(actor) or (
            self.or_else is not None and bool(actor.organisations(self.or_else))
        )

    def made_for(self, actor: Actor) -> bool:
        """Whether somebody may do what the page is for."""
        if not self.of_others:
            return actor.ever_may(self.action)
        return bool(actor.organisations(self.action))


PAGES: tuple[PageOf, ...] = (
    PageOf("operations", "Operations", "grid_on", "see_rosters"),
    PageOf("inbox", "Inbox", "inbox", "settle_disputes"),
    PageOf("my_shifts", "My shifts", "person", "see_people"),
    PageOf("facts", "Facts", "dataset", "see_people", of_others=True, or_else="change_facts"),
    PageOf("renewals", "Renewals", "event_repeat", "see_people", of_others=True),
    PageOf("policies", "Policies", "tune", "test_scenarios"),
    PageOf("director", "Director", "compare_arrows", "test_scenarios"),
    PageOf("accounts", "Accounts", "manage_accounts", "manage_accounts"),
    PageOf("record", "Record", "history", "read_audit"),
)


def offered(actor: Actor | None) -> list[PageOf]:
    """Those that are open to somebody, the first of which they come to."""
    if actor is None:
        return []
    found = [one for one in PAGES if one.open_to(actor)]
    return sorted(found, key=lambda one: not one.made_for(actor))


def not_for_them(chosen: PageOf, open_to_them: Sequence[PageOf]) -> None:
    """A link to a page that is not open to whoever follows it."""
    st.title(chosen.title)
    st.info(
        f"This page is for those who may {IN_WORDS[chosen.action]}, which your role does not let"
        " you. Whoever administers the accounts of your organisation can give you one that does.",
        icon=":material/lock:",
    )
    for one in open_to_them:
        st.page_link(one.script, label=plain(one.title), icon=f":material/{one.icon}:")
