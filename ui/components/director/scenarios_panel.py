"""Scenarios of a collaborative: those that are kept and those of the example, what each changes,
its versions; make one, save it, share it by its link, compare it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.wording import counted
from scheduler.services.data.kept_versions import LONGEST_WHY, SavedVersion
from scheduler.services.scenarios.kept import (
    find_scenario,
    kept_scenarios,
    read_version,
    scenario_history,
    tables_of_text,
    withdraw_scenario,
)
from scheduler.services.scenarios.read_scenarios import parse_scenario, read_whole
from scheduler.services.scenarios.scenario import Scenario
from scheduler.services.scenarios.scenario_text import scenario_tables, scenario_text
from scheduler.services.scenarios.scenario_words import names_in
from ui import state
from ui.components.director.asking import COMPARED, OPENED, example_files, example_titles
from ui.components.director.scenario_draft import begin, draft_in_hand
from ui.components.director.scenario_editor import editor
from ui.components.frame import say
from ui.components.words import plain, plain_lines


@dataclass(frozen=True)
class OfferedScenario:
    """One from which to choose. `name`: as it stands in the address: under which it is kept, or the
    name of its file in the example; `kept`: its newest version.
    """

    name: str
    title: str
    kept: SavedVersion | None = None


def scenarios_panel(collaborative_id: str) -> None:
    """All of it."""
    offered = _offered(collaborative_id)
    draft = draft_in_hand(collaborative_id)
    if draft is not None:  # nothing else stands here, by which it might be lost
        editor(collaborative_id, draft, [one.name for one in offered if one.kept])
        return
    _ways_in(collaborative_id)
    if not offered:
        st.info(
            "No scenario is kept yet. Press *Make a scenario*, add what would change, such as"
            " people hired or less agency, and save it under a name. Or bring a scenario's file."
        )
        return
    chosen = state.choose(
        "Scenario",
        offered,
        "scenario",
        lambda one: one.title,
        lambda one: one.name,
    )
    with st.container(border=True):
        _one(collaborative_id, chosen)
    _all(collaborative_id, offered)


def _offered(collaborative_id: str) -> list[OfferedScenario]:
    found = [
        OfferedScenario(one.name, one.name, one)
        for one in kept_scenarios(state.repository(), collaborative_id)
    ]
    for name, title in example_titles(collaborative_id).items():
        found.append(OfferedScenario(name, f"{title} (of the example)"))
    return found


# --- ways in


def _ways_in(collaborative_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Make a scenario",
            key="scenario_new",
            icon=":material/add:",
            on_click=begin,
            args=(collaborative_id, {}),
        )
    with st.expander("Bring a scenario's file"):
        turn = int(st.session_state.get("scenario_file_turn", 0))
        file = st.file_uploader(
            "A scenario as a TOML file; it opens here, and is kept once you save it.",
            type="toml",
            key=f"scenario_file_{turn}",
        )
        if file is not None:
            try:
                read = parse_scenario(tables_of_text(file.getvalue(), file.name), file.name)
            except BadInput as error:
                st.error(plain_lines(error))
                return
            st.session_state["scenario_file_turn"] = turn + 1
            begin(collaborative_id, _own_tables(read), read.name)
            st.rerun()


def _own_tables(scenario: Scenario) -> dict[str, Any]:
    return {key: value for key, value in scenario_tables(scenario).items() if key != "name"}


# --- one


def _one(collaborative_id: str, chosen: OfferedScenario) -> None:
    try:
        scenario, whole = _read(collaborative_id, chosen)
    except SchedulerError as error:
        st.warning(plain_lines(error), icon=":material/error:")
        if chosen.kept is not None:
            _buttons(collaborative_id, chosen, dict(chosen.kept.version.tables), None)
            _history(collaborative_id, chosen.kept)
        return
    if chosen.kept is not None:
        st.caption(f"Version {chosen.kept.version.version}, {plain(_made(chosen.kept))}")
    if scenario.description:
        st.markdown(plain(scenario.description))
    if scenario.based_on:
        st.markdown(f"Built on {plain(', '.join(scenario.based_on))}: their changes come first.")
    sentences(whole)
    # a file's name in `with` is nothing that is kept: what is begun from one holds all of it
    _buttons(collaborative_id, chosen, _own_tables(scenario if chosen.kept else whole), scenario)
    if chosen.kept is not None:
        st.caption("The address of this page is a link to it: copy it to share this scenario.")
        _history(collaborative_id, chosen.kept)


def sentences(scenario: Scenario) -> None:
    """What a scenario changes, a line each."""
    lines = scenario.sentences(names_in(state.dataset()))
    if lines:
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    else:
        st.markdown("It changes nothing yet.")


def _read(collaborative_id: str, chosen: OfferedScenario) -> tuple[Scenario, Scenario]:
    """As it was written, and with all on which it is built."""
    if chosen.kept is not None:
        found = find_scenario(state.repository(), chosen.name, collaborative_id)
        return found.scenario, found.whole
    return read_whole(example_files(collaborative_id)[chosen.name])


def _buttons(
    collaborative_id: str,
    chosen: OfferedScenario,
    tables: Mapping[str, Any],
    scenario: Scenario | None,
) -> None:
    begun = None if chosen.kept is None else (chosen.name, chosen.kept.version.version)
    name = chosen.name if chosen.kept is not None or scenario is None else scenario.name
    with st.container(horizontal=True):
        if scenario is not None:
            st.button(
                "Compare it",
                key="scenario_compare",
                type="primary",
                icon=":material/compare_arrows:",
                help="opens the view Compare with it chosen",
                on_click=_compare,
                args=(chosen.name,),
            )
        st.button(
            "Change it" if chosen.kept is not None else "Begin from it",
            key="scenario_change",
            icon=":material/edit:",
            on_click=begin,
            args=(collaborative_id, tables, name, begun),
        )
        if scenario is not None:
            st.download_button(
                "Download it as TOML",
                scenario_text(scenario),
                file_name=f"{_file_name(name)}.toml",
                mime="application/toml",
                key="scenario_toml",
                icon=":material/download:",
            )


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.casefold())
    return "-".join(part for part in kept.split("-") if part) or "scenario"


def _compare(name: str) -> None:
    st.session_state[COMPARED] = [name]
    st.session_state[OPENED] = True
    st.session_state["director_view"] = "Compare"


# --- versions


def _made(one: SavedVersion) -> str:
    at = one.version.at.astimezone(LONDON)
    done = "withdrawn" if one.version.withdrawn else "saved"
    return f"{done} {at:%-d %b %Y %H:%M} by {one.by}"


def _history(collaborative_id: str, kept: SavedVersion) -> None:
    box = st.expander(
        f"Its {counted(kept.versions, 'version')}",
        key=f"scenario_versions_{kept.name}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        versions = scenario_history(state.repository(), kept.name, collaborative_id)
        for place, one in enumerate(versions):
            why = plain(one.version.why) if one.version.why else "no reason was given"
            st.markdown(f"Version {one.version.version}, {plain(_made(one))}: {why}")
            before = versions[place + 1] if place + 1 < len(versions) else None
            if before is not None and (lines := _changed(before, one)):
                st.markdown("\n".join(f"- {plain(line)}" for line in lines))
            if place:
                st.button(
                    f"Begin from version {one.version.version}",
                    key=f"scenario_again_{kept.name}_{one.version.version}",
                    icon=":material/history:",
                    on_click=begin,
                    args=(
                        collaborative_id,
                        dict(one.version.tables),
                        kept.name,
                        (kept.name, versions[0].version.version),
                    ),
                )
        left, right = st.columns([5, 2], vertical_alignment="bottom")
        key = f"scenario_gone_why_{kept.name}"
        left.text_input("Reason for withdrawing it", key=key, max_chars=LONGEST_WHY)
        right.button(
            "Withdraw",
            key=f"scenario_gone_{kept.name}",
            icon=":material/block:",
            help="nobody is offered it any more; comparisons made with it stay as they are",
            on_click=partial(_withdraw, collaborative_id, kept.name, key),
        )


def _changed(before: SavedVersion, after: SavedVersion) -> list[str]:
    """What a version says otherwise than the one before, in sentences; nothing where one of them
    cannot be read any more.
    """
    try:
        old, new = (_said(read_version(one.version)) for one in (before, after))
    except BadInput:
        return []
    gone = [f"No longer: {line}" for line in old if line not in new]
    return gone + [f"New: {line}" for line in new if line not in old]


def _said(scenario: Scenario) -> list[str]:
    """All that a scenario says itself."""
    found = scenario.sentences(names_in(state.dataset()))
    if scenario.based_on:
        found.insert(0, f"Built on {', '.join(scenario.based_on)}")
    if scenario.description:
        found.insert(0, f"About: {scenario.description}")
    return found


def _withdraw(collaborative_id: str, name: str, key: str) -> None:
    try:
        withdraw_scenario(
            state.repository(), name, collaborative_id, why=st.session_state.get(key, "")
        )
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    say("success", f"Withdrew {plain(name)}. Comparisons made with it stay as they are.")


# --- all


def _all(collaborative_id: str, offered: list[OfferedScenario]) -> None:
    st.subheader("All scenarios")
    called = names_in(state.dataset())
    lines = []
    for one in offered:
        try:
            if one.kept is None:
                scenario, _ = read_whole(example_files(collaborative_id)[one.name])
            else:
                scenario = read_version(one.kept.version)
        except BadInput:
            lines.append(f"- **{plain(one.title)}**: cannot be read any more")
            continue
        said = scenario.sentences(called)
        if scenario.based_on:
            said.insert(0, f"Built on {', '.join(scenario.based_on)}")
        lines.append(f"- **{plain(one.title)}**: {plain('; '.join(said) or 'changes nothing')}")
    st.markdown("\n".join(lines))
