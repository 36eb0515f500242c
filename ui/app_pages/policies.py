"""Policies: which rules hold, at what price, with which parameters; change them, see what that
would do to a roster, save them under a name.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.wording import counted
from scheduler.services.data import policies
from scheduler.services.data.saved_policies import differing, find_policy, offered
from solver.policy.describe import RuleDescription
from solver.policy.policy import Policy
from ui import state
from ui.components.finder import find_one
from ui.components.frame import choose_collaborative, message
from ui.components.policy.choice import choose_policy
from ui.components.policy.draft import Draft, draft_of, from_default
from ui.components.policy.effect_panel import effect_panel
from ui.components.policy.rule_fields import rule_fields, standing_of
from ui.components.policy.saved_panel import listed, save_form, saved_panel
from ui.components.words import plain, plain_lines

LONG = 6  # so many differences are listed at once; more stand in a box


def standing(draft: Draft, policy: Policy | None, wrong: Mapping[str, Fault]) -> None:
    """What differs from the default, or what is wrong."""
    if policy is None:
        titles = {rule.id: rule.title for rule in policies.rules()}
        lines = [
            f"- {plain(titles.get(column.partition('.')[0], ''))}: expected {plain(fault.expected)}"
            for column, fault in wrong.items()
        ]
        st.error(
            f"{counted(len(wrong), 'value')} cannot be so; until that is mended nothing is worked"
            " out or saved.\n\n" + "\n".join(lines),
            icon=":material/error:",
        )
        return
    found = from_default(policy)
    unsaved = " Not saved yet: it was changed here." if draft.touched else ""
    if not found.changes:
        st.markdown(f"Nothing differs from the default policy.{unsaved}")
        return
    number = len(found.changed_rules)
    differ = "differs" if number == 1 else "differ"
    title = f"Of {found.rules} rules {number} {differ} from the default policy.{unsaved}"
    if len(found.changes) <= LONG:
        st.markdown(title)
        listed(found, "by default")
    else:
        with st.expander(title):
            listed(found, "by default")


def rules(draft: Draft, wrong: Mapping[str, Fault]) -> None:
    """The catalogue, rule by rule."""
    catalogue = {rule.id: rule for rule in policies.rules()}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        found = find_one(
            "Find a rule",
            {rule.id: rule.title for rule in catalogue.values()},
            key="policy_find",
            placeholder="any words of its title",
        )
    with right:
        changed = st.toggle("Only what was changed", key="policy_changed")
    if found is not None:
        one_rule(draft, catalogue[found], wrong, expanded=True)
        return
    shown = [
        rule
        for rule in catalogue.values()
        if not changed
        or rule.id in draft.tables
        or any(column.startswith(f"{rule.id}.") for column in wrong)
    ]
    if not shown:
        st.info("No rule differs from the default.")
    groups = {
        "Hard by default": [rule for rule in shown if rule.weight == "hard"],
        "Priced by default": [rule for rule in shown if rule.weight != "hard"],
    }
    for title, group in groups.items():
        if group:
            st.subheader(title)
            for rule in sorted(group, key=lambda rule: rule.title):
                one_rule(draft, rule, wrong)


def one_rule(
    draft: Draft, rule: RuleDescription, wrong: Mapping[str, Fault], *, expanded: bool = False
) -> None:
    """A box that opens to a rule's fields, and beside it how the rule counts: a box whose own words
    change would close, and take the field away from whoever types in it.
    """
    left, right = st.columns([5, 3], gap="xsmall")
    box = left.expander(
        plain(rule.title),
        expanded=expanded,
        key=f"policy_box_{rule.id}_{expanded}",
        on_change="rerun",
    )
    right.markdown(standing_of(draft, rule, wrong))
    if box.open:
        with box:
            rule_fields(draft, rule, wrong)


def page() -> None:
    st.title("Policies")
    message()
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        collaborative = choose_collaborative()
    if collaborative is None:
        return
    with right:
        name = choose_policy(collaborative.id, label="Begin from")
    about = {
        one.name: f"Why it was saved: {one.about}" if one.kind == "saved" else one.about
        for one in offered(state.repository(), collaborative.id)
        if one.about
    }
    try:
        draft = draft_of(name, collaborative.id)
        notes = find_policy(state.repository(), name, collaborative.id).notes
    except BadInput as error:
        st.error(plain_lines(error), icon=":material/error:")
        return
    if name in about and name:
        st.caption(plain(about[name]))
    for note in notes:
        st.warning(plain(note), icon=":material/info:")
    policy, wrong = draft.judged()
    standing(draft, policy, wrong)
    if draft.touched:
        st.button(
            "Put back what was changed here",
            key="policy_reset",
            icon=":material/undo:",
            on_click=draft.reset,
        )
    tables = None if policy is None else differing(policy)
    if draft.touched or name:
        with st.expander("Save it under a name", key="policy_save_box"):
            save_form(name, collaborative.id, tables)

    def effect() -> None:
        if tables is None:
            st.info("Mend first what is wrong.")
        else:
            effect_panel(collaborative.id, tables)

    views: dict[str, Callable[[], None]] = {
        "Rules": lambda: rules(draft, wrong),
        "What it would do to a roster": effect,
        "Saved policies": lambda: saved_panel(collaborative.id),
    }
    names = list(views)
    state.stand_one("view", "policies_view", names, names[0])
    for title, tab in zip(
        names, st.tabs(names, key="policies_view", on_change="rerun"), strict=True
    ):
        if tab.open:
            with tab:
                views[title]()


page()
