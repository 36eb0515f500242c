"""Under which policy something was built, said where that is not the default."""

import streamlit as st

from scheduler.domain.errors import NotFound
from ui import state
from ui.components.words import plain


def say_policy(roster_id: str) -> None:
    """A sentence on the policy of a stored roster, where it is not the default."""
    try:
        words = state.policy_words(roster_id)
    except NotFound:  # a comparison may outlive its rosters
        return
    if words:
        st.markdown(plain(words))
