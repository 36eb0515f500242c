"""What lifting each barrier is worth: ask, and see it ranked."""

import streamlit as st

from scheduler.services.jobs.order import Order
from solver.search.strategy import Limits
from ui import state
from ui.components.build_panel import watch
from ui.components.director.asking import (
    busy,
    choose_answer,
    choose_seconds,
    choose_week,
    has_answers,
    order_button,
)
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.worth import show_worth

NOTHING = "Nothing is valued yet. Press *Value barriers* above."


def barriers_panel(collaborative_id: str) -> None:
    """The whole view."""
    _form(collaborative_id)
    watch(collaborative_id, "value")
    document = choose_answer(collaborative_id, "value", "Answer", "barriers", NOTHING)
    if document is not None:
        organisations = {one.id: one.name for one in state.dataset().organisation}
        show_worth(document, organisations)


def _form(collaborative_id: str) -> None:
    working = busy(collaborative_id)
    first = not has_answers(collaborative_id, "value") and not working
    with st.expander("Ask what lifting barriers is worth", expanded=first):
        monday = choose_week(collaborative_id, "value")
        if monday is None:
            return
        policy = choose_policy(collaborative_id, "value_policy")
        seconds = choose_seconds("value")
        size = st.number_input(
            "Best bundle of so many barriers", 1, 5, 2, width=220, key="value_bundle"
        )
        st.caption(
            "Passports, agreements, procedures, competencies, consent, longer journeys: all are"
            " looked at, the ten that could be worth most are solved for, and then the best"
            " together."
        )
        order = Order(
            "value",
            collaborative_id,
            monday,
            limits=Limits(seconds),
            policy=tables_of(policy, collaborative_id),
            bundle=int(size),
        )
        order_button(order, "Value barriers", ":material/lock_open:", key="value", disabled=working)
