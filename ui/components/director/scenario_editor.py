"""Make a scenario: its name, on which others it is built, its changes each with its fields, what
it comes to in sentences; save it as the next version.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from scheduler.domain.errors import BadInput, Fault, SchedulerError
from scheduler.services.data.kept_versions import LONGEST_NAME, LONGEST_WHY, plain_name
from scheduler.services.scenarios.kept import (
    TriedScenario,
    kept_scenarios,
    save_scenario,
)
from scheduler.services.scenarios.scenario import CHANGES
from scheduler.services.scenarios.scenario_words import names_in
from scheduler.services.view import look_up
from ui import state
from ui.components.director.change_form import Slots, change_fields, starting_values, tell
from ui.components.director.scenario_draft import (
    DraftChange,
    ScenarioDraft,
    at_place,
    put_away,
    tried,
)
from ui.components.frame import say
from ui.components.words import plain

LONGEST_DESCRIPTION = 1000
"""Characters."""


def editor(collaborative_id: str, draft: ScenarioDraft, kept: Sequence[str]) -> None:
    """`kept`: names of the scenarios on which it may be built."""
    if draft.begun:
        st.subheader(plain(f"Change {draft.begun[0]}"))
    else:
        st.subheader("Make a scenario")
    key = f"scenario_{collaborative_id}_{draft.turn}"
    _heading(draft, kept, key)
    slots = dict[int, Slots]()
    for change in draft.changes:
        with st.container(border=True):
            slots[change.number] = _change(draft, change, f"{key}_{change.number}")
    _add(draft, key)
    # what is wrong is known once all fields have said what they hold
    found = tried(collaborative_id, draft, _stamp(collaborative_id))
    for change in draft.changes:
        wrong = at_place([*found.faults, *found.remarks], draft.place(change))
        tell(slots[change.number], wrong)
    _other_faults(draft, found)
    st.markdown("**What it would change**")
    lines = [] if found.whole is None else found.whole.sentences(names_in(state.dataset()))
    if lines:
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    elif found.whole is None:
        st.caption("This is said once every change has what it needs.")
    else:
        st.caption("Nothing yet: add a change.")
    _save(collaborative_id, draft, found, key)


def _stamp(collaborative_id: str) -> str:
    newest = kept_scenarios(state.repository(), collaborative_id)
    numbers = max((one.version.number for one in newest), default=0)
    return f"{look_up.facts_stamp(state.opened())} {numbers} {len(newest)}"


def _heading(draft: ScenarioDraft, kept: Sequence[str], key: str) -> None:
    st.session_state.setdefault(f"{key}_name", draft.name)
    draft.name = st.text_input(
        "Name",
        key=f"{key}_name",
        max_chars=LONGEST_NAME,
        placeholder="what people call it",
        help="Of what would change, never of a person.",
    )
    st.session_state.setdefault(f"{key}_description", draft.description)
    draft.description = st.text_area(
        "What it is about",
        key=f"{key}_description",
        max_chars=LONGEST_DESCRIPTION,
        height=80,
    )
    spelt = {plain_name(one): one for one in kept}
    draft.built_on = [spelt.get(plain_name(one), one) for one in draft.built_on]
    others = [one for one in kept if plain_name(one) != plain_name(draft.name)]
    others += [one for one in draft.built_on if one not in others]
    if others:
        st.session_state.setdefault(f"{key}_with", list(draft.built_on))
        draft.built_on = st.multiselect(
            "Built on",
            others,
            key=f"{key}_with",
            help="Their changes come first, each in its newest version.",
        )
    st.session_state.setdefault(f"{key}_alone", draft.alone)
    draft.alone = st.checkbox(
        "No sharing agreement is used: each organisation alone", key=f"{key}_alone"
    )
    if draft.policy:
        st.caption(
            f"It changes {len(draft.policy)} of the rules too. Those stay as they are; to change"
            " them, download it, edit the file and bring it again."
        )


def _change(draft: ScenarioDraft, change: DraftChange, key: str) -> Slots:
    part = CHANGES[change.key]
    left, right = st.columns([5, 2], vertical_alignment="center")
    left.markdown(f"**{plain(part.title)}**", help=" ".join((part.__doc__ or "").split()))
    right.button(
        "Remove it",
        key=f"{key}_gone",
        icon=":material/delete:",
        on_click=draft.remove,
        args=(change.number,),
    )
    slots: Slots = {}
    change_fields(part, change.values, key, slots)
    return slots


def _add(draft: ScenarioDraft, key: str) -> None:
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    kind = left.selectbox(
        "Add a change",
        list(CHANGES),
        index=None,
        format_func=lambda one: CHANGES[one].title,
        key=f"{key}_kind",
        placeholder="what would be different",
    )
    right.button(
        "Add it",
        key=f"{key}_add",
        icon=":material/add:",
        disabled=kind is None,
        on_click=partial(_added, draft, kind, f"{key}_kind"),
    )


def _added(draft: ScenarioDraft, kind: str | None, menu: str) -> None:
    if kind is not None:
        draft.add(kind, starting_values(CHANGES[kind]))
    st.session_state[menu] = None


def _other_faults(draft: ScenarioDraft, found: TriedScenario) -> None:
    """What is wrong with no change in particular, or with those on which it is built."""
    places = [draft.place(change) for change in draft.changes]

    def elsewhere(fault: Fault) -> bool:
        return not any(
            fault.column == place or fault.column.startswith(f"{place}.") for place in places
        )

    for fault in filter(elsewhere, found.faults):
        st.error(plain(_said(fault)), icon=":material/error:")
    others = list(filter(elsewhere, found.remarks))
    if others:
        st.warning(
            plain(
                f"In the week of {found.week:%-d %B %Y} not all of it fits the facts:"
                f" {'; '.join(map(_said, others))}."
            )
        )


def _said(fault: Fault) -> str:
    value = f" instead of {fault.value}" if fault.value else ""
    return f"Expected {fault.expected}{value}"


def _save(collaborative_id: str, draft: ScenarioDraft, found: TriedScenario, key: str) -> None:
    newest = {
        plain_name(one.name): one for one in kept_scenarios(state.repository(), collaborative_id)
    }
    same = newest.get(plain_name(draft.name))
    st.markdown("**Save it**")
    if same is not None:
        st.caption(
            plain(f"That is version {same.version.version + 1} of {same.name}; those before stay.")
        )
        if (
            draft.begun is not None
            and draft.begun[1] < same.version.version
            and plain_name(draft.begun[0]) == plain_name(same.name)
        ):
            st.warning(
                plain(
                    f"{same.by} has saved version {same.version.version} since you began. Yours"
                    " becomes the next; theirs stays in the history."
                )
            )
    why = st.text_input(
        "Reason, kept with it",
        key=f"{key}_why",
        max_chars=LONGEST_WHY,
        placeholder="who asked for it, what it is to answer",
    )
    with st.container(horizontal=True):
        save = st.button(
            "Save this scenario",
            type="primary",
            icon=":material/save:",
            key=f"{key}_save",
            disabled=bool(found.faults) or not draft.name.strip(),
        )
        st.button(
            "Leave without saving",
            key=f"{key}_leave",
            icon=":material/close:",
            on_click=put_away,
            args=(collaborative_id,),
        )
    if found.faults:
        st.caption("It can be saved once nothing is wrong above.")
    elif found.remarks:
        st.caption(
            f"It can be saved all the same. What does not fit is said of the week of"
            f" {found.week:%-d %B %Y}, and may fit others."
        )
    if save:
        try:
            made = save_scenario(
                state.repository(), draft.name, draft.tables(), collaborative_id, why=why
            )
        except BadInput as error:
            for fault in error.faults:
                st.error(plain(_said(fault)), icon=":material/error:")
            return
        except SchedulerError as error:
            st.error(plain(error), icon=":material/error:")
            return
        put_away(collaborative_id)
        state.choose_next("scenario", made.version.name)
        say(
            "success",
            f"Saved as {plain(made.version.name)}, version {made.version.version}. The address of"
            " this page is a link to it.",
        )
        st.rerun()
