"""Pins: this person does this piece of work. The next build keeps them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import Demand, Pin
from scheduler.domain.sentence import of_error
from scheduler.services.rosters.pins import remove_pin, set_pin
from scheduler.services.view.look_up import barriers
from scheduler.services.view.roster_tables import day_label, shift_hours, short_name
from ui import state
from ui.components.finder import find_one
from ui.components.frame import say
from ui.components.words import plain


def pins(collaborative_id: str, monday: date, days: int = 7) -> None:
    """Those of the week, and adding one."""
    dataset = state.dataset()
    services = frozenset(
        row.id for row in dataset.service if row.collaborative_id == collaborative_id
    )
    demand = {
        row.id: row
        for row in sorted(
            demand_in_period(dataset, monday, days, services), key=lambda row: (row.date, row.id)
        )
    }
    people = state.people_in_full()
    st.caption(
        "A pin holds for every build from now on; a roster that is built already stays as it is."
    )
    st.session_state["_pins_between"] = (
        monday - timedelta(days=7),
        monday + timedelta(days=days + 6),
    )
    own = [pin for pin in dataset.pin if pin.demand_id in demand]
    if not own:
        st.write("No pins in this week.")
    for pin in own:
        row = st.columns([6, 1], vertical_alignment="center")
        row[0].markdown(
            f"**{plain(people[pin.staff_id])}** ({plain(pin.staff_id)}):"
            f" {plain(_work(demand[pin.demand_id]))}"
        )
        row[1].button(
            "Remove",
            key=f"unpin_{pin.staff_id}_{pin.demand_id}",
            help=f"Remove the pin of {plain(people[pin.staff_id])}",
            on_click=_remove,
            args=(pin,),
        )
    st.subheader("Add a pin")
    left, right = st.columns(2)
    with left:
        work = {key: _work(row) for key, row in demand.items()}
        place = "day, shift, service, site, role, in any order"
        demand_id = find_one("Work", work, key="pin_demand", placeholder=place)
    with right:
        named = {
            key: f"{people[key]} ({key})" for key in sorted(people, key=lambda key: people[key])
        }
        staff_id = find_one("Person", named, key="pin_staff")
    if demand_id and staff_id:
        able = _standing(str(staff_id), str(demand_id))
        st.button(
            "Pin",
            type="primary",
            icon=":material/push_pin:",
            disabled=not able,
            on_click=_add,
            args=(Pin(staff_id=staff_id, demand_id=demand_id),),
        )


def _work(row: Demand) -> str:
    dataset = state.dataset()
    name = _names(dataset)
    shift = name["shift_type"][row.shift_type_id]
    return (
        f"{day_label(row.date)} {shift_hours(shift)}, {name['role'][row.role_id].name},"
        f" {name['service'][row.service_id].name}, {name['site'][row.site_id].name}"
    )


def _names(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """By id; built once per run of the page."""
    key = "_facts_by_id"
    kept = st.session_state.get(key)
    if kept is None or kept[0] is not dataset:
        kept = (
            dataset,
            {
                file: {row.id: row for row in getattr(dataset, file)}
                for file in ("shift_type", "role", "service", "site")
            },
        )
        st.session_state[key] = kept
    return kept[1]


def _standing(staff_id: str, demand_id: str) -> bool:
    """Says through which contract the person may do it, or every barrier of every contract."""
    found = barriers(state.repository(), staff_id, demand_id)
    able = [one.contract for one in found.contracts if not one.barriers]
    organisation = {row.id: short_name(row.name) for row in state.dataset().organisation}
    if able:
        through = ", ".join(
            f"{contract.id} ({organisation[contract.organisation_id]})" for contract in able
        )
        st.success(
            f"Deployable through contract {plain(through)}. Whether the hours fit in with other"
            " shifts shows in the next build."
        )
        return True
    st.warning(
        "Not deployable, so a pin would leave no roster at all. What stands in the way:"
        if found.contracts
        else "This person has no contract."
    )
    names = state.names_now(found.duty.date, found.duty.date)
    for one in found.contracts:
        st.markdown(
            f"Through contract {plain(one.contract.id)}"
            f" ({plain(organisation[one.contract.organisation_id])}):"
        )
        for barrier in one.barriers:
            who = organisation.get(barrier.lifted_by, "the person")
            st.markdown(
                f"- **{plain(barrier.kind)}**: {plain(names.said(barrier.sentence))} Can be lifted"
                f" by {plain(who)}."
            )
    return False


def _person(pin: Pin) -> str:
    return next((row.name for row in state.dataset().staff if row.id == pin.staff_id), pin.staff_id)


def _add(pin: Pin) -> None:
    _write(
        lambda: set_pin(state.repository(), pin),
        f"{plain(_person(pin))} is pinned. Build again to see it in a roster.",
    )


def _remove(pin: Pin) -> None:
    _write(
        lambda: remove_pin(state.repository(), pin), f"Removed the pin of {plain(_person(pin))}."
    )


def _write(act: Callable[[], None], done: str) -> None:
    try:
        act()
    except SchedulerError as error:
        names = state.names_now(*st.session_state["_pins_between"])
        say("error", "\n\n".join(plain(line) for line in names.said(of_error(error)).splitlines()))
        return
    state.facts_changed()
    say("success", done)
