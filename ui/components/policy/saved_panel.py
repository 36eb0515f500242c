"""Policies that were saved: by whom, when and why, their versions, what differs between two; save
the one on the page, withdraw one.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import LONDON
from scheduler.domain.wording import counted
from scheduler.services.data.kept_versions import LONGEST_NAME, LONGEST_WHY, SavedVersion
from scheduler.services.data.policies import (
    DEFAULT,
    ParameterChange,
    PolicyDifference,
    difference_between,
    rules,
)
from scheduler.services.data.saved_policies import (
    policy_history,
    read_version,
    save_policy,
    saved_policies,
    withdraw_policy,
)
from solver.policy.policy import Policy
from ui import state
from ui.components.frame import say
from ui.components.policy.draft import forget
from ui.components.policy.rule_fields import values_in_words
from ui.components.words import plain, plain_lines

FOR_ALL = "all collaboratives"


def change_words(change: ParameterChange, other: str) -> str:
    """One difference, as a sentence: the rule and the parameter by what they are called."""
    one, second = (
        values_in_words(value) or words
        for value, words in (
            (change.one, change.one_in_words),
            (change.other, change.other_in_words),
        )
    )
    return f"{change.title}, {_what(change)}: {one}; {other} {second}"


def _what(change: ParameterChange) -> str:
    """What differs: how the rule counts, a parameter, or a part of one with what it is part of."""
    if change.parameter == "weight":
        return "how it counts"
    name, _, part = change.parameter.partition(".")
    if not part:
        return change.meaning
    [rule] = rules(change.rule)
    whole = next(one.meaning for one in rule.parameters if one.name == name)
    return f"{whole}, {part.replace('_', ' ')} ({change.meaning})"


def listed(found: PolicyDifference, other: str) -> None:
    """What differs, line by line. `other`: how the second policy's values are introduced."""
    st.markdown("\n".join(f"- {plain(change_words(one, other))}" for one in found.changes))


# --- save


def save_form(name: str, collaborative_id: str, tables: Mapping[str, Any] | None) -> None:
    """Save the policy on the page. `name`: from which it was begun; `tables`: None where it is
    wrong, and cannot be saved.
    """
    if not may_save(collaborative_id):
        st.caption(
            "Saving a policy changes what rosters mean for everybody in the collaborative: that"
            " is for those who may change the facts of all its organisations."
        )
        return
    known = [one.name for one in saved_policies(state.repository(), collaborative_id)]
    whose = [collaborative_id]
    if may_save(None):
        whose.append("")
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    key = f"{collaborative_id}_{name}"
    spoken = left.text_input(
        "Save as",
        value=name if name in known else "",
        key=f"policy_name_{key}",
        max_chars=LONGEST_NAME,
        placeholder="a name for it",
    )
    why = right.text_input(
        "Reason, kept with it",
        key=f"policy_why_{key}",
        max_chars=LONGEST_WHY,
        placeholder="who asked for it, where it is written down",
    )
    names = {collaborative_id: "this collaborative", "": FOR_ALL}
    given = whose[0]
    if len(whose) > 1:
        given = st.radio(
            "For", whose, format_func=lambda one: names[one], key="policy_whose", horizontal=True
        )
    if spoken and any(spoken.casefold() == one.casefold() for one in known):
        st.caption(f"That is the next version of {plain(spoken)}; those before stay.")
    st.button(
        "Save this policy",
        type="primary",
        icon=":material/save:",
        key="policy_save",
        disabled=tables is None or not spoken.strip(),
        on_click=_save,
        args=(spoken, tables, given, why, name, collaborative_id),
    )


def _save(
    spoken: str,
    tables: Mapping[str, Any],
    whose: str,
    why: str,
    begun: str,
    collaborative_id: str,
) -> None:
    try:
        made = save_policy(
            state.repository(), spoken, tables, collaborative_id=whose or None, why=why
        )
    except SchedulerError as error:
        say("error", _said(error))
        return
    state.policies_changed()
    st.session_state[f"policy_why_{collaborative_id}_{begun}"] = ""
    forget(begun, collaborative_id)
    forget(made.name, collaborative_id)
    state.choose_next("policy", made.name)
    say(
        "success",
        f"Saved as {plain(made.name)}, version {made.version}. Builds and comparisons can be asked"
        " for under it now.",
    )


def _said(error: SchedulerError) -> str:
    if isinstance(error, BadInput):
        return plain_lines("\n".join(f"Expected {fault.expected}." for fault in error.faults))
    return plain_lines(error)


# --- what was saved


def saved_panel(collaborative_id: str) -> None:
    """Each saved policy with its versions."""
    found = saved_policies(state.repository(), collaborative_id)
    if not found:
        st.info(
            "None is saved yet. Change a rule on the side *Rules*, give it a name and a reason, and"
            " press *Save this policy*."
        )
        return
    for one in found:
        box = st.expander(
            plain(f"{one.name}, version {one.version.version}: {_made(one)}"),
            key=f"policy_saved_{one.collaborative_id or ''}_{one.name}",
            on_change="rerun",
        )
        if box.open:
            with box:
                _one(one, collaborative_id)


def _made(one: SavedVersion) -> str:
    at = one.version.at.astimezone(LONDON)
    whose = f", for {FOR_ALL}" if one.collaborative_id is None else ""
    done = "withdrawn" if one.version.withdrawn else "saved"
    return f"{done} {at:%-d %b %Y %H:%M} by {one.by}{whose}"


def _one(one: SavedVersion, collaborative_id: str) -> None:
    key = f"{one.collaborative_id or ''}_{one.name}"
    versions = [
        each
        for each in policy_history(state.repository(), one.name, collaborative_id)
        if each.collaborative_id == one.collaborative_id
    ]
    lines = [
        f"- Version {each.version.version}, {plain(_made(each))}:"
        f" {plain(each.version.why) if each.version.why else 'no reason was given'}"
        for each in versions
    ]
    st.markdown("\n".join(lines))
    left, right = st.columns(2)
    numbers = {each.version.version: each for each in versions}
    first = left.selectbox(
        "What differs in", list(numbers), format_func=_version, key=f"policy_first_{key}"
    )
    others = [0, *(number for number in numbers if number != first)]
    before = next((number for number in others if 0 < number < first), 0)
    second = right.selectbox(
        "from",
        others,
        index=others.index(before),
        format_func=_version,
        key=f"policy_second_{key}_{first}",
    )
    _difference(numbers, first, second)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Begin from it",
            key=f"policy_begin_{key}",
            icon=":material/edit:",
            on_click=partial(_begin, one.name),
        )
    if may_save(one.collaborative_id):
        _withdrawal(one, key)


def may_save(collaborative_id: str | None) -> bool:
    """Whether whoever looks may save and withdraw policies of a collaborative; None: of all."""
    if collaborative_id is None:
        return state.may("change_facts", "everything")
    return state.may("change_facts", "collaborative", collaborative_id)


def _version(number: int) -> str:
    return f"version {number}" if number else DEFAULT


def _difference(numbers: Mapping[int, SavedVersion], first: int, second: int) -> None:
    try:
        pair = [
            read_version(numbers[number].version).policy if number else Policy.from_tables()
            for number in (first, second)
        ]
    except BadInput as error:
        st.warning(
            plain_lines(
                "A version holds what no rule takes any more:\n"
                + "\n".join(f"expected {fault.expected}" for fault in error.faults)
            )
        )
        return
    found = difference_between(_version(first), pair[0], _version(second), pair[1])
    if found.changes:
        st.markdown(f"They differ in {counted(len(found.changed_rules), 'rule')} of {found.rules}:")
        listed(found, f"in {_version(second)}")
    else:
        st.markdown("They say the same.")


def _begin(name: str) -> None:
    state.choose_next("policy", name)
    st.session_state["policies_view"] = "Rules"


def _withdrawal(one: SavedVersion, key: str) -> None:
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    why = left.text_input(
        "Reason for withdrawing it", key=f"policy_gone_why_{key}", max_chars=LONGEST_WHY
    )
    right.button(
        "Withdraw",
        key=f"policy_gone_{key}",
        icon=":material/block:",
        help="nobody is offered it any more; what was built under it stays as it is",
        on_click=_withdraw,
        args=(one, why),
    )


def _withdraw(one: SavedVersion, why: str) -> None:
    try:
        withdraw_policy(
            state.repository(), one.name, collaborative_id=one.collaborative_id, why=why
        )
    except SchedulerError as error:
        say("error", _said(error))
        return
    state.policies_changed()
    say("success", f"Withdrew {plain(one.name)}. What was built under it stays as it is.")
