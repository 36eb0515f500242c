"""Which pages there are, and to whom each is open."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from scheduler.domain.access import IN_WORDS, Action, Actor
from ui.components.words import plain


@dataclass(frozen=True)
class PageOf:
    """One page. `file`: in `app_pages`, and what stands in its address; `action`: what one may do
    to whom it is open, and `of_others`: not only to what is one's own.
    """

    file: str
    title: str
    icon: str
    action: Action
    of_others: bool = False

    @property
    def script(self) -> str:
        """Where its script lies within `ui`."""
        return f"app_pages/{self.file}.py"

    def open_to(self, actor: Actor) -> bool:
        """Whether it stands in the menu of somebody."""
        if not self.of_others:
            return actor.ever_may(self.action)
        return bool(actor.organisations(self.action))


PAGES: tuple[PageOf, ...] = (
    PageOf("operations", "Operations", "grid_on", "see_rosters"),
    PageOf("my_shifts", "My shifts", "person", "see_people"),
    PageOf("facts", "Facts", "dataset", "see_people", of_others=True),
    PageOf("renewals", "Renewals", "event_repeat", "see_people", of_others=True),
    PageOf("policies", "Policies", "tune", "test_scenarios"),
    PageOf("director", "Director", "compare_arrows", "test_scenarios"),
    PageOf("accounts", "Accounts", "manage_accounts", "manage_accounts"),
    PageOf("record", "Record", "history", "read_audit"),
)


def offered(actor: Actor | None) -> list[PageOf]:
    """Those that are open to somebody, the first of which they come to."""
    return [] if actor is None else [one for one in PAGES if one.open_to(actor)]


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
