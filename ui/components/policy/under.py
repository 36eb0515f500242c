"""Under which policy something was built, said where that is not the default."""

import streamlit as st

from scheduler.domain.errors import BadInput, NotFound
from ui import state
from ui.components.words import plain


def say_policy(roster_id: str) -> None:
    """A sentence on the policy of a stored roster, where it is not the default."""
    try:
        words = state.policy_words(roster_id)
    except NotFound:  # a comparison may outlive its rosters
        return
    except BadInput:
        words = "Built under a policy with values that no rule takes any more."
    if words:
        st.markdown(plain(words))
