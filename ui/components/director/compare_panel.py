"""Scenarios side by side with the weeks as they are: ask, see what is sure, settle what is not."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from scheduler.services.explain.names import Naming
from scheduler.services.jobs.order import Order
from scheduler.services.limits.plan import in_words as in_time
from scheduler.services.scenarios.scenario_words import unsolved_words
from scheduler.services.view import look_up
from solver.search.strategy import Limits
from ui import state
from ui.components.build_panel import launch, watch
from ui.components.comparison_charts import charts, figures, in_words, interval_chart
from ui.components.director.asking import (
    OPENED,
    busy,
    choose_answer,
    choose_scenarios,
    choose_seconds,
    choose_week,
    choose_weeks,
    has_answers,
    last_day,
    order_button,
    span,
)
from ui.components.director.two_cases import five_figures, impact_panel, in_hours, table_of
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.policy.under import say_policy
from ui.components.words import plain

MOST_OTHERS = 5
"""Of the newest other comparisons of the same weeks, cases can be set beside this one's."""
NOTHING = (
    "No comparison is stored yet. Choose scenarios above and press *Compare*: each is the same"
    " weeks, solved again under named changes."
)


PIN_NOTE = re.compile(r"Pin of (\S+) to (\S+) is left out")


def compare_panel(collaborative_id: str) -> None:
    """The whole view."""
    _form(collaborative_id)
    watch(collaborative_id, "compare")
    document = choose_answer(collaborative_id, "compare", "Comparison", "comparison", NOTHING)
    if document is not None:
        show(document)
        reading(document)


def _form(collaborative_id: str) -> None:
    working = busy(collaborative_id)
    if working:
        st.session_state.pop(OPENED, None)
    first = not has_answers(collaborative_id, "compare") and not working
    with st.expander("Run a comparison", expanded=first or OPENED in st.session_state):
        monday = choose_week(collaborative_id, "comparison")
        if monday is None:
            return
        weeks = choose_weeks("comparison")
        texts = choose_scenarios(collaborative_id, "comparison", "Scenarios of the example")
        policy = choose_policy(collaborative_id)
        seconds = choose_seconds("comparison")
        baseline = _baseline(collaborative_id, monday, weeks)
        order = Order(
            "compare",
            collaborative_id,
            monday,
            limits=Limits(seconds),
            policy=tables_of(policy, collaborative_id),
            scenarios=texts,
            weeks=weeks,
            baseline=baseline,
        )
        order_button(
            order,
            "Compare",
            ":material/compare_arrows:",
            key="compare",
            disabled=working or not texts,
            why="Longer searches tell scenarios apart better.",
        )


def _baseline(collaborative_id: str, monday: date, weeks: int) -> str | None:
    """A comparison of the same weeks whose weeks as they are hold on, if one is chosen."""
    database = state.repository()
    same = []
    for header in look_up.comparisons(database, collaborative_id):
        if header.kind == "compare" and (header.start, header.days) == (monday, 7):
            document = look_up.comparison(database, header.id)
            if document.get("weeks", 1) == weeks and document["base"].get("roster_ids"):
                same.append(header)
    if not same:
        return None
    made = {one.id: f"As they were on {one.created_at:%-d %b, %H:%M} UTC" for one in same}
    return st.selectbox(
        "The weeks as they are",
        [None, *made],
        format_func=lambda name: "As they are now" if name is None else made[name],
        help=(
            "A locked baseline keeps facts, policy and rosters of an earlier comparison, whatever"
            " has changed since, and needs no search of its own."
        ),
        key="comparison_baseline",
    )


def unsolved(case: Mapping[str, Any], names: Naming) -> str:
    """Why a scenario has no roster: its status, its notes and the facts that clash."""
    found = []
    for fact in case.get("facts", []):
        sentence = str(fact["sentence"])
        for one in sorted(fact.get("ids", ()), key=len, reverse=True):
            sentence = _called(sentence, one, names)
        found.append(sentence)
    said = f"{unsolved_words(str(case['status']))}. {notes_of(case, names)} {' '.join(found)}"
    return f"**{plain(case['name'])}**: {plain(said)}"


def notes_of(case: Mapping[str, Any], names: Naming) -> str:
    """What is remarked of a case, with names where it has ids."""
    found = []
    for note in case.get("notes", []):
        for one in () if (ids := PIN_NOTE.match(note)) is None else ids.groups():
            note = _called(note, one, names)
        found.append(note)
    return " ".join(found)


def _called(sentence: str, one: str, names: Naming) -> str:
    """The sentence with the name of a person, of work, or of a rule, in place of its id."""
    name = names.staff.get(one) or names.demand.get(one)
    if name is None:
        return sentence.replace(f" ({one})", "") if one in names.rules else sentence
    return re.sub(rf"(?<!\S){re.escape(one)}(?![^\s.,;:)])", lambda _: name, sentence)


def show(document: Mapping[str, Any]) -> None:
    """A comparison: what is certain, what each scenario changes, two of them side by side."""
    base, scenarios = document["base"], document["scenarios"]
    solved = [case for case in scenarios if "objective_pence" in case]
    st.header(span(document))
    if base.get("roster_ids") or base.get("roster_id"):
        say_policy((base.get("roster_ids") or [base["roster_id"]])[0])
    if document.get("baseline"):
        st.caption("Against a locked baseline: facts and rosters of an earlier comparison.")
    names = state.names_now(date.fromisoformat(document["period"]["start"]), last_day(document))
    st.subheader("What can be said for certain")
    for number, case in enumerate(solved):
        found = f"{plain(in_hours(base, case))} " if "figures" in case else ""
        st.markdown(f"- **{plain(case['name'])}**: {found}{in_words(case)}")
        _settle(document, case, number)
    for case in scenarios:
        if case not in solved:
            st.markdown(f"- {unsolved(case, names)}")
        elif case.get("notes"):
            st.caption(plain(f"{case['name']}: {notes_of(case, names)}"))
    interval_chart(scenarios)
    with st.expander("What each scenario changes"):
        for case in scenarios:
            st.markdown(f"- **{plain(case['name'])}**: {plain(case['description'])}")
    cases = [base, *solved]
    if len(cases) > 1 and all("figures" in case for case in cases):
        _side_by_side(document, cases)
    places = {place.id: place.name for place in state.dataset().place}
    named = {key: places.get(key, key) for key in base["missing_by_place"]}
    with st.expander("All cases in charts and figures"):
        st.caption(
            "These bars are hours and pounds of the rosters that were found, in the order of the"
            " cases; what is certain stands above, with its ends."
        )
        charts(cases, named)
        st.dataframe(
            figures(cases, named),
            hide_index=True,
            height="content",
            key="figures",
            alt="Figures of each case",
        )


def _settle(document: Mapping[str, Any], case: Mapping[str, Any], number: int) -> None:
    """The button that lets what could not be told be searched for longer."""
    settle = case["change"]["objective_pence"].get("would_settle") or {}
    seconds = settle.get("time_limit_seconds")
    if not seconds or not case.get("toml") or not document["base"].get("roster_ids"):
        return
    order = Order(
        "compare",
        document["collaborative_id"],
        date.fromisoformat(document["period"]["start"]),
        days=document["period"]["days"],
        limits=Limits(float(min(seconds, 3600))),
        scenarios={f"{number + 1}.toml": case["toml"]},
        weeks=document.get("weeks", 1),
        baseline=document["id"],
        again=True,
    )
    if st.button(
        f"Settle it, at most {in_time(order.seconds_at_most)}",
        icon=":material/balance:",
        key=f"settle_{number}",
        disabled=busy(document["collaborative_id"]),
        help="Searches both on from these rosters, under the same facts and policy.",
    ):
        launch(order)
        st.rerun()


def _side_by_side(document: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> None:
    st.subheader("Two cases side by side")
    own = len(cases)
    titles = [str(case["name"]) for case in cases]
    for made, other_cases in _of_other_comparisons(document):
        titles += [f"{case['name']} ({made})" for case in other_cases]
        cases = [*cases, *other_cases]
    numbers = range(len(cases))
    left, right = st.columns(2)
    with left:
        one = st.selectbox("This", numbers, format_func=titles.__getitem__, key="case_left")
    with right:
        other = st.selectbox(
            "and this", numbers, index=1, format_func=titles.__getitem__, key="case_right"
        )
    if one == other:
        st.info("Choose two different cases.")
        return
    if max(one, other) >= own:
        st.caption(
            "These two are of different comparisons: hours and pounds stand side by side; what is"
            " certain of their objectives is told within one comparison alone."
        )
    names = state.names_now(date.fromisoformat(document["period"]["start"]), last_day(document))
    five_figures(cases[one], cases[other])
    st.subheader("Who would notice")
    impact_panel(cases[one], cases[other], names)
    with st.expander("Every figure of the two"):
        st.dataframe(
            table_of(cases[one], cases[other], names),
            hide_index=True,
            height="content",
            key="two_cases",
            alt=f"Figures of {titles[one]} and {titles[other]}",
        )


def _of_other_comparisons(
    document: Mapping[str, Any],
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """(when it was made, its cases) of other comparisons of the same weeks, the newest first."""
    database = state.repository()
    found: list[tuple[str, list[Mapping[str, Any]]]] = []
    for header in look_up.comparisons(database, document["collaborative_id"]):
        if len(found) == MOST_OTHERS:
            break
        if header.kind != "compare" or header.id == document["id"]:
            continue
        if header.start.isoformat() != document["period"]["start"]:
            continue
        other = look_up.comparison(database, header.id)
        same = other["period"] == document["period"] and other.get("weeks", 1) == document.get(
            "weeks", 1
        )
        cases = [case for case in (other["base"], *other["scenarios"]) if "figures" in case]
        if same and cases:
            found.append((f"made {header.created_at:%-d %b %H:%M} UTC", cases))
    return found


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
