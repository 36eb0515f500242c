"""What the views of the page for directors have in common: over which weeks, for how long, and
which of the answers that are kept is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.wording import counted
from scheduler.services.jobs.jobs import JobKind
from scheduler.services.jobs.order import Order
from scheduler.services.limits.plan import in_words
from scheduler.services.scenarios.kept import find_scenario, kept_scenarios
from scheduler.services.scenarios.read_scenarios import read_whole
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.view import look_up
from scheduler.services.view.look_up import ComparisonHeader
from ui import state
from ui.components.build_panel import launch, running_build
from ui.components.frame import example_folder
from ui.components.words import plain, plain_lines

KINDS: tuple[JobKind, ...] = ("compare", "value", "frontier", "waterfall", "partners")
"""What this page asks for: one at a time, for each takes all of the machine."""
COMPARED = "comparison_scenarios"
"""Where the scenarios stand that the view *Compare* has chosen: names of kept ones and of files."""
OPENED = "comparison_opened"
"""Whether the form of the view *Compare* stands open, because a scenario was brought to it."""
WEEKS = {"1 week": 1, "4 weeks": 4, "13 weeks": 13}
NO_DEMAND = (
    "This collaborative has no demand yet: add rows to demand.csv or demand_template.csv and import"
    " them again."
)


def busy(collaborative_id: str) -> bool:
    """Whether something that this page asks for is under way."""
    return any(running_build(collaborative_id, kind) is not None for kind in KINDS)


def has_answers(collaborative_id: str, kind: JobKind) -> bool:
    """Whether anything of this kind is kept."""
    headers = look_up.comparisons(state.repository(), collaborative_id)
    return any(header.kind == kind for header in headers)


def choose_week(collaborative_id: str, view: str) -> date | None:
    """The first week; None, with a word on what to do, where there is no demand."""
    mondays = state.weeks(collaborative_id)
    if not mondays:
        st.info(NO_DEMAND)
        return None
    return st.selectbox(
        "First week", mondays, format_func=lambda day: f"{day:%A %-d %B %Y}", key=f"{view}_week"
    )


def choose_weeks(view: str) -> int:
    """Over how many weeks."""
    words = st.segmented_control(
        "Over", list(WEEKS), default="1 week", required=True, key=f"{view}_weeks"
    )
    return WEEKS[words or "1 week"]


def choose_seconds(view: str) -> float:
    """The time limit of each search."""
    return float(
        st.number_input(
            "Time limit for each search [seconds]",
            5,
            3600,
            60,
            step=15,
            width=220,
            key=f"{view}_seconds",
        )
    )


def example_files(collaborative_id: str) -> dict[str, Path]:
    """Name of the file -> where it lies, of the scenarios that come with the example."""
    folder = example_folder(collaborative_id)
    found = sorted((folder / "scenarios").glob("*.toml")) if folder else []
    return {path.name: path for path in found}


def example_titles(collaborative_id: str) -> dict[str, str]:
    """Name of the file -> what the scenario in it is called; the file's own where none is read."""
    found: dict[str, str] = {}
    for name, path in example_files(collaborative_id).items():
        try:
            found[name] = read_whole(path)[0].name
        except BadInput:
            found[name] = name
    return found


def choose_scenarios(
    collaborative_id: str, view: str, label: str, ready: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Name -> TOML text of the scenarios chosen, in the order in which they were: those `ready`,
    which are chosen at first, those that are kept, with all on which each is built, those of the
    example by the names of their files, and files brought along.
    """
    found: dict[str, str] = {}
    paths, titles = example_files(collaborative_id), example_titles(collaborative_id)
    kept = [one.name for one in kept_scenarios(state.repository(), collaborative_id)]
    offered = [*ready, *(name for name in kept if name not in ready), *paths]
    if offered:
        key = f"{view}_scenarios"
        first = list(paths) if view == "comparison" else list(ready)
        chosen_now = st.session_state.get(key, first)
        st.session_state[key] = [one for one in chosen_now if one in offered]
        chosen = st.multiselect(
            "Scenarios" if kept else label,
            offered,
            format_func=lambda name: titles.get(name, name),
            key=key,
        )
        for name in chosen:
            try:
                if name in ready:
                    found[name] = ready[name]
                elif name in paths:
                    found[name] = scenario_text(read_whole(paths[name])[1])
                else:
                    kept_one = find_scenario(state.repository(), name, collaborative_id)
                    found[name] = kept_one.whole_text
            except SchedulerError as error:
                st.error(plain_lines(error))
    for file in (
        st.file_uploader(
            "Scenario files of your own", type="toml", accept_multiple_files=True, key=f"{view}_own"
        )
        or []
    ):
        try:
            found[file.name] = file.getvalue().decode("utf-8")
        except UnicodeDecodeError:
            st.error(f"{plain(file.name)} is not a text file in UTF-8.")
    return found


def order_button(
    order: Order, label: str, icon: str, *, key: str, disabled: bool, why: str = ""
) -> None:
    """Says how long it takes, and orders it."""
    st.caption(f"{order.plan.sentence(order.limits.seconds)} {why}".strip())
    if st.button(
        f"{label}, at most {in_words(order.seconds_at_most)}",
        type="primary",
        icon=icon,
        disabled=disabled,
        key=key,
    ):
        launch(order)
        st.rerun()


def choose_answer(
    collaborative_id: str, kind: JobKind, label: str, parameter: str, nothing: str
) -> dict[str, Any] | None:
    """The document of an answer that is kept, by the week it is about and when it was made; None,
    with a word on what to do, where there is none.
    """
    headers = look_up.comparisons(state.repository(), collaborative_id)
    found = [header for header in headers if header.kind == kind]
    if not found:
        st.info(nothing)
        return None
    if len(found) == 1 and parameter not in st.query_params:
        header = found[0]
    else:
        labels = _labels(found)
        header = state.choose(
            label, found, parameter, lambda one: labels[one.id], lambda one: str(one.id)
        )
    return {**look_up.comparison(state.repository(), header.id), "id": header.id}


def _labels(headers: Sequence[ComparisonHeader]) -> dict[str, str]:
    """What each is called, no two alike: the page tells them apart by that."""
    labels: dict[str, str] = {}
    for header in reversed(headers):
        made = f"From {header.start:%-d %b %Y}, made {header.created_at:%-d %b %H:%M} UTC"
        same = sum(label.startswith(made) for label in labels.values())
        labels[header.id] = f"{made}, the {same + 1}. of that minute" if same else made
    return labels


def roster_link(
    document: Mapping[str, Any], roster_id: str, label: str = "Open its roster"
) -> None:
    """The way to a roster that an answer was worked out with."""
    header = look_up.header(state.repository(), roster_id)
    st.page_link(
        "app_pages/operations.py",
        label=label,
        icon=":material/calendar_view_week:",
        query_params={
            "collaborative": document["collaborative_id"],
            "week": header.start.isoformat(),
            "roster": roster_id,
        },
    )


def span(document: Mapping[str, Any]) -> str:
    """`Week of 11 January 2027`, `4 weeks from 11 January 2027`."""
    start, weeks = date.fromisoformat(document["period"]["start"]), document.get("weeks", 1)
    days = document["period"]["days"]
    if weeks == 1:
        return (
            f"Week of {start:%-d %B %Y}"
            if days == 7
            else f"{counted(days, 'day')} from {start:%-d %B %Y}"
        )
    return f"{counted(weeks, 'week' if days == 7 else 'period')} from {start:%-d %B %Y}"


def last_day(document: Mapping[str, Any]) -> date:
    """The last day that an answer is about."""
    days = document["period"]["days"] * document.get("weeks", 1)
    return date.fromisoformat(document["period"]["start"]) + timedelta(days=days - 1)


def hours(minutes: float) -> str:
    """Minutes in hours, to a tenth where they are few."""
    found = minutes / 60
    return f"{found:,.1f} h" if abs(found) < 100 else f"{found:,.0f} h"


def signed_hours(minutes: float) -> str:
    """With a sign of its own on either side of nothing."""
    if abs(minutes) < 3:
        return "±0 h"
    return f"{'+' if minutes > 0 else '−'}{hours(abs(minutes))}"


def interval(low: float, high: float) -> str:
    """`£120 to £180`, or one amount where both ends are."""
    ends = [f"{'−' if pence < 0 else ''}£{abs(round(pence / 100)):,}" for pence in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def joined_names(names: Sequence[str]) -> str:
    """`A, B and C`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
