"""Director: what a change would bring, scenarios side by side with the week as it is."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from scheduler.services.jobs.jobs import JobKind
from scheduler.services.jobs.order import Order
from scheduler.services.limits.plan import in_words as in_time
from scheduler.services.view import look_up
from solver.search.strategy import Limits
from ui import state
from ui.components.build_panel import launch, running_build, watch
from ui.components.comparison_charts import charts, figures, in_words, interval_chart
from ui.components.frame import choose_collaborative, example_folder, message
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.policy.under import say_policy
from ui.components.words import plain
from ui.components.worth import show_worth

# what this page asks for
KINDS: tuple[JobKind, ...] = ("compare", "value")


def scenario_texts(collaborative_id: str) -> dict[str, str]:
    """Name of the file -> TOML text of the scenarios chosen: those of the example, and files
    brought along.
    """
    found: dict[str, str] = {}
    folder = example_folder(collaborative_id)
    paths = (
        {path.name: path for path in sorted((folder / "scenarios").glob("*.toml"))}
        if folder
        else {}
    )
    if paths:
        chosen = st.multiselect(
            "Scenarios of the example",
            list(paths),
            default=list(paths),
            format_func=lambda name: name.removesuffix(".toml").replace("-", " "),
        )
        found |= {name: paths[name].read_text(encoding="utf-8") for name in chosen}
    for file in (
        st.file_uploader("Scenario files of your own", type="toml", accept_multiple_files=True)
        or []
    ):
        try:
            found[file.name] = file.getvalue().decode("utf-8")
        except UnicodeDecodeError:
            st.error(f"{plain(file.name)} is not a text file in UTF-8.")
    return found


def _busy(collaborative_id: str) -> bool:
    return any(running_build(collaborative_id, kind) is not None for kind in KINDS)


def order_form(collaborative_id: str) -> None:
    """Run a comparison."""
    mondays = state.weeks(collaborative_id)
    if not mondays:
        st.info(
            "This collaborative has no demand yet: add rows to demand.csv or demand_template.csv"
            " and import them again."
        )
        return
    busy = _busy(collaborative_id)
    with st.expander(
        "Run a comparison",
        expanded=not look_up.comparisons(state.repository(), collaborative_id) and not busy,
    ):
        monday = st.selectbox(
            "Week", mondays, format_func=lambda day: f"{day:%A %-d %B %Y}", key="comparison_week"
        )
        texts = scenario_texts(collaborative_id)
        policy = choose_policy(collaborative_id)
        seconds = st.number_input(
            "Time limit for each [seconds]",
            5,
            3600,
            60,
            step=15,
            width=220,
            key="comparison_seconds",
        )
        order = Order(
            "compare",
            collaborative_id,
            monday,
            limits=Limits(float(seconds)),
            policy=tables_of(policy, collaborative_id),
            scenarios=texts,
        )
        st.caption(
            f"{order.plan.sentence(seconds)} The week as it is, then each scenario. Longer searches"
            " tell scenarios apart better."
        )
        label = f"Compare, at most {in_time(order.seconds_at_most)}"
        if st.button(
            label,
            type="primary",
            icon=":material/compare_arrows:",
            disabled=busy or not texts,
            key="compare",
        ):
            launch(order)
            st.rerun()


def barriers_form(collaborative_id: str) -> None:
    """Ask what lifting barriers is worth."""
    mondays = state.weeks(collaborative_id)
    if not mondays:
        return
    busy = _busy(collaborative_id)
    with st.expander("Ask what lifting barriers is worth"):
        monday = st.selectbox(
            "Week", mondays, format_func=lambda day: f"{day:%A %-d %B %Y}", key="value_week"
        )
        policy = choose_policy(collaborative_id, "value_policy")
        seconds = st.number_input(
            "Time limit for each search [seconds]",
            5,
            3600,
            60,
            step=15,
            width=220,
            key="value_seconds",
        )
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
            limits=Limits(float(seconds)),
            policy=tables_of(policy, collaborative_id),
            bundle=int(size),
        )
        st.caption(order.plan.sentence(seconds))
        label = f"Value barriers, at most {in_time(order.seconds_at_most)}"
        if st.button(
            label, type="primary", icon=":material/lock_open:", disabled=busy, key="value"
        ):
            launch(order)
            st.rerun()


def unsolved(case: Mapping[str, Any]) -> str:
    """Why a scenario has no roster: its status, its notes and the facts that clash."""
    facts = " ".join(fact["sentence"] for fact in case.get("facts", []))
    said = f"{str(case['status']).replace('_', ' ')}. {' '.join(case.get('notes', []))} {facts}"
    return f"**{plain(case['name'])}**: {plain(said)}"


def show(document: Mapping[str, Any]) -> None:
    """A comparison: what is certain, what each scenario changes, charts and figures."""
    base, scenarios = document["base"], document["scenarios"]
    solved = [case for case in scenarios if "roster_id" in case]
    start = date.fromisoformat(document["period"]["start"])
    st.header(f"Week of {start:%-d %B %Y}")
    if "roster_id" in base:
        say_policy(base["roster_id"])
    st.subheader("What can be said for certain")
    for case in solved:
        st.markdown(f"- {plain(case['name'])}: {in_words(case)}")
    for case in scenarios:
        if case not in solved:
            st.markdown(f"- {unsolved(case)}")
        elif case.get("notes"):
            st.caption(plain(f"{case['name']}: {' '.join(case['notes'])}"))
    interval_chart(scenarios)
    with st.expander("What each scenario changes"):
        for case in scenarios:
            st.markdown(f"- **{plain(case['name'])}**: {plain(case['description'])}")
    cases = [base, *solved]
    places = {place.id: place.name for place in state.dataset().place}
    named = {key: places.get(key, key) for key in base["missing_by_place"]}
    charts(cases, named)
    st.subheader("Figures")
    st.dataframe(
        figures(cases, named),
        hide_index=True,
        height="content",
        key="figures",
        alt="Figures of each case",
    )


def reading(document: Mapping[str, Any]) -> None:
    """What the figures of a comparison mean."""
    st.subheader("How to read this")
    st.markdown(
        f"- {plain(document['reading'])}\n- **Cash**: pay by kind, in the pounds that leave a"
        " budget. Contracted hours are paid already and cost only their enhancement; on-costs,"
        " travel and recharges between the partners are not in it.\n- **Notional**: the objective"
        " is pay together with the policy’s prices for what has no invoice: an empty place, an"
        " hour owed but not used, a wish not met, a journey. It says which roster the policy"
        " prefers, not what it costs.\n- **Not distinguishable**: the interval that the two proven"
        " bounds allow holds zero, so these searches cannot tell which is better."
    )


def page() -> None:
    st.title("Director")
    message()
    collaborative = choose_collaborative()
    if collaborative is None:
        return
    order_form(collaborative.id)
    barriers_form(collaborative.id)
    for kind in KINDS:
        watch(collaborative.id, kind)
    found = look_up.comparisons(state.repository(), collaborative.id)
    if not found:
        st.info(
            "No comparison is stored yet. Choose scenarios above and press *Compare*: each is the"
            " same week, re-solved under named changes."
        )
        return
    header = state.choose(
        "Comparison",
        found,
        "comparison",
        lambda h: (
            f"{'Barriers, week' if h.of_barriers else 'Week'} of {h.start:%-d %b %Y}, made"
            f" {h.created_at:%-d %b %H:%M} UTC ({h.id})"
        ),
        lambda h: str(h.id),
    )
    document = look_up.comparison(state.repository(), header.id)
    if header.of_barriers:
        show_worth(
            document,
            {organisation.id: organisation.name for organisation in state.dataset().organisation},
        )
        return
    show(document)
    reading(document)


page()
