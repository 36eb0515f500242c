"""Choose a policy by its name: the default first, then those that come with the program and those
that were saved.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from scheduler.services.data.saved_policies import find_policy, offered
from ui import state
from ui.components.words import plain

DEFAULT = "default"
"""What stands in the address for the default policy, whose name is empty."""


def choose_policy(
    collaborative_id: str, parameter: str = "policy", label: str = "Policy", **more: Any
) -> str:
    """The name of a policy, empty for the default. The choice stands in the address as
    `parameter`.
    """
    titles = {one.name: one.title for one in offered(state.repository(), collaborative_id)}
    return state.choose(
        label,
        list(titles),
        parameter,
        lambda name: titles.get(name, name),
        lambda name: name or DEFAULT,
        default="",
        **more,
    )


def tables_of(name: str, collaborative_id: str) -> Mapping[str, Any] | None:
    """Its tables over the default, for an order; None for the default. What whoever uses it should
    know is said here. Raises BadInput for a policy that no rule takes any more.
    """
    if not name:
        return None
    found = find_policy(state.repository(), name, collaborative_id)
    for note in found.notes:
        st.caption(plain(note))
    return found.tables
