"""Operations: build a roster of one week or more, look at it from every side, pin, approve."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from scheduler.services.data.saved_policies import find_policy
from scheduler.services.jobs.order import Order
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import RosterTables, day_label
from solver.search.strategy import Limits
from ui import address, state
from ui.components import coverage, roster_board
from ui.components.build_panel import launch, running_build, watch
from ui.components.feasibility_panel import feasibility_panel
from ui.components.frame import choose_collaborative, message
from ui.components.headline import headline, in_a_line
from ui.components.pins_panel import pins
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.policy.under import say_policy
from ui.components.publish_panel import downloads, publish_panel
from ui.components.repair_panel import repair_panel
from ui.components.vacancies_panel import vacancies_panel
from ui.components.version import choose_version, follow_link
from ui.components.week import choose_week
from ui.components.why_panel import why_panel

STYLE = """<style>
.stMainBlockContainer > .stVerticalBlock { gap: 0.4rem; }
.stMainBlockContainer h1 { padding-bottom: 0.9rem; }
.stMainBlockContainer [role=tabpanel] { padding-top: 0.6rem; }
.stMainBlockContainer [role=tabpanel] .stVerticalBlock { gap: 0.6rem; }
@media (min-width: 641px) {
  .stMainBlockContainer { padding-left: 2rem; padding-right: 2rem; } }
</style>"""
# the board has the room


def build_form(collaborative_id: str, monday: date) -> None:
    """Order a build of the week, or of several from it on."""
    busy = running_build(collaborative_id, "solve") is not None
    builds = state.may("build_rosters", "collaborative", collaborative_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not builds:
            state.stand_number("weeks", "weeks", 1, 1, 12)
            st.number_input("Weeks", 1, 12, width=110, key="weeks", help="to look at")
            return
        state.stand_number("seconds", "build_seconds", 60, 5, 3600)
        seconds = st.number_input(
            "Time limit [seconds]",
            5,
            3600,
            step=15,
            width=190,
            key="build_seconds",
            help=(
                "for all of it: building, searching, checking and storing. A longer search finds"
                " better rosters and proves more; the best so far can be kept at any time"
            ),
        )
        state.stand_number("weeks", "weeks", 1, 1, 12)
        weeks = st.number_input(
            "Weeks",
            1,
            12,
            width=110,
            key="weeks",
            help="length of the roster, from the week chosen on",
        )
        policy = choose_policy(
            collaborative_id,
            width=230,
            help="which rules hold, at what price: the page Policies shows what each says",
        )
        order = Order(
            "solve",
            collaborative_id,
            monday,
            days=7 * int(weeks),
            limits=Limits(float(seconds)),
            policy=tables_of(policy, collaborative_id),
        )
        asked = order.plan.sentence(order.limits.seconds)
        if st.button(
            "Build",
            type="primary",
            icon=":material/play_arrow:",
            disabled=busy,
            key="build",
            help=asked,
        ):
            launch(order)
            st.rerun()


def choose_part(header: RosterHeader, monday: date) -> Callable[[], RosterTables]:
    """What reads the roster's tables for the chosen week, or where that is wanted for the whole of
    a longer roster, as they are by then.
    """
    first, last = header.start, header.last
    if header.days > 7:
        whole = st.toggle(
            f"All {header.days} days", key="whole", help="otherwise the week chosen above"
        )
        if not whole:
            first, last = max(first, monday), min(last, monday + timedelta(days=6))
    return lambda: state.part(header.id, first, last)


def _policy_to_build(collaborative_id: str) -> Mapping[str, Any] | None:
    """The tables of the policy that is chosen for the next build."""
    name = st.session_state.get("choose_policy")
    return find_policy(state.repository(), name, collaborative_id).tables if name else None


def sides(
    header: RosterHeader | None, collaborative_id: str, monday: date
) -> dict[str, Callable[[], None]]:
    """Name of each side from which the week can be looked at -> what shows it."""
    days = 7 * int(st.session_state["weeks"])
    builds = state.may("build_rosters", "collaborative", collaborative_id)
    facts: dict[str, Callable[[], None]] = {
        **({"Pins": lambda: pins(collaborative_id, monday)} if builds else {}),
        "Feasibility": lambda: feasibility_panel(
            collaborative_id, monday, days, _policy_to_build(collaborative_id)
        ),
    }
    if header is None:
        return facts
    tables = choose_part(header, monday)
    kept = header.kind == "roster"  # what was tested is looked at alone
    return {
        "By person": lambda: fragment(roster_board.by_person)(header, tables),
        "By service and place": lambda: fragment(roster_board.by_work)(header, tables),
        "Coverage": lambda: coverage.heat_map(tables()),
        "Vacancies": lambda: fragment(vacancies_panel)(tables()),
        **({"Repair": lambda: repair_panel(header)} if builds and kept else {}),
        "Why": lambda: fragment(why_panel)(header),
        **facts,
        **({"Publish": lambda: publish_panel(header)} if kept else {}),
        "Download": lambda: downloads(header.id),
    }


def fragment(panel: Callable[..., None]) -> Callable[..., None]:
    """A panel that runs again by itself."""
    return st.fragment(state.with_errors_shown(panel))


def views(header: RosterHeader | None, collaborative_id: str, monday: date) -> None:
    """One side of the roster at a time: only what is looked at is worked out."""
    shown = sides(header, collaborative_id, monday)
    names = list(shown)
    state.stand_one("view", "view", names, names[0])
    address.write()  # a side may take its time
    for name, tab in zip(names, st.tabs(names, key="view", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                shown[name]()


def page() -> None:
    st.html(STYLE)
    title, left, middle, right, build = st.columns([3, 4, 4, 8, 3], vertical_alignment="bottom")
    beneath = st.container()
    with title:
        st.title("Operations")
    message()
    follow_link()
    with left:
        collaborative = choose_collaborative()
    if collaborative is None:
        return
    with middle:
        monday = choose_week(collaborative.id)
    if monday is None:
        return
    watch(collaborative.id, "solve")
    watch(collaborative.id, "repair")
    with right:
        header = choose_version(collaborative.id, monday, beneath)
    builds = state.may("build_rosters", "collaborative", collaborative.id)
    label, icon = ("Build a roster", "construction") if builds else ("Weeks", "date_range")
    with build, st.popover(label, icon=f":material/{icon}:"):
        build_form(collaborative.id, monday)
    if header is None and running_build(collaborative.id, "solve") is None:
        st.info(
            "No roster of this week yet. *Build a roster*: the first valid one comes within"
            " seconds, better ones follow."
            if builds
            else "No roster of this week yet. Operations builds one; then it stands here."
        )
    elif header is not None:
        figures(header)
    views(header, collaborative.id, monday)


def figures(header: RosterHeader) -> None:
    """The roster's figures in a line, and all of them where somebody asks."""
    with st.container(horizontal=True, vertical_alignment="center", key="figures"):
        in_a_line(header.summary)
        with st.popover("All figures", icon=":material/analytics:"):
            headline(header.summary)
            say_policy(header.id)
            if header.days > 7:
                st.caption(
                    f"These figures are of all {header.days} days, {day_label(header.start)} to"
                    f" {day_label(header.last)}."
                )


page()
