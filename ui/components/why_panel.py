"""Why me, why not me: what stands between a person and a shift, or what made them the best choice
for it.
"""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.explain.names import Naming
from scheduler.services.explain.own_words import OwnAnswer, own_answer
from scheduler.services.explain.why_person import PART_WORDS, Parts, WhyNot, WhyThis
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.finder import find_one
from ui.components.headline import signed_pounds
from ui.components.words import plain

MOST_ALTERNATIVES = 10
SHIFT_ORDER = ["day", "hours", "service", "site", "role"]
"""Columns of a roster's demand, in the order in which a list of shifts is read."""


def why_form(
    roster_id: str,
    staff_id: str | None,
    demand_id: str | None,
    key: str,
    label: str = "Ask why",
    *,
    colleagues: bool = True,
) -> None:
    """A button that asks, and the answer to what was asked last. Answers of a roster never change.

    `colleagues`: whether it is said by name who else could do it and who would have to move;
    without, it is an answer for the person, in other words.
    """
    asked = (roster_id, staff_id, demand_id)
    complete = staff_id is not None and demand_id is not None
    st.button(
        label,
        icon=":material/help:",
        key=f"ask_{key}",
        disabled=not complete,
        on_click=st.session_state.__setitem__,
        args=(f"asked_{key}", asked),
    )
    if complete and st.session_state.get(f"asked_{key}") == asked:
        _answer(roster_id, str(staff_id), str(demand_id), colleagues)


def _answer(roster_id: str, staff_id: str, demand_id: str, colleagues: bool) -> None:
    found, names = state.why_person(roster_id, staff_id, demand_id), state.names_of(roster_id)
    with st.container(border=True):
        if not colleagues:
            _in_own_words(own_answer(found, names))
            return
        for note in found.notes:
            st.caption(plain(names.said(note)))
        if isinstance(found, WhyThis):
            _why_this(found, names)
        else:
            _why_not(found, names)


def _in_own_words(answer: OwnAnswer) -> None:
    st.markdown(f"**{plain(answer.question)}**")
    for words, points in answer.paragraphs:
        st.markdown("\n".join([plain(words), "", *(f"- {plain(point)}" for point in points)]))


def why_panel(header: RosterHeader) -> None:
    """Any person and any shift of a roster."""
    roster_id, first, last = header.id, header.start, header.last
    names = state.names_of(roster_id)
    st.caption(
        "Why somebody does a shift, or does not: every barrier and rule between them, or what the"
        " roster would lose by the change."
    )
    left, right = st.columns(2)
    with left:
        people = {
            key: names.person(key) for key in sorted(names.staff, key=lambda key: names.staff[key])
        }
        staff_id = find_one("Person", people, key="why_person")
    needs = state.part(roster_id, first, last).needs
    with right:
        shifts = list(needs.sort_values(SHIFT_ORDER)["demand_id"]) if len(needs) else []
        demand_id = find_one(
            "Shift",
            {key: names.work(key) for key in shifts},
            key="why_shift",
            placeholder="day, hours, role, service, site, in any order",
        )
    why_form(roster_id, staff_id, demand_id, "operations")


# --- why not


def _why_not(found: WhyNot, names: Naming) -> None:
    st.markdown(
        f"**Why does {plain(names.person(found.staff_id))} not do"
        f" {plain(names.work(found.duty.id))}?**"
    )
    if not found.deployable:
        st.markdown("Because they are not cleared for it: no roster could have put them there.")
    for own in found.contracts:
        if own.barriers:
            st.markdown(
                f"Through the contract with {plain(names(own.contract.organisation_id))} as"
                f" {plain(names(own.contract.role_id))} ({plain(own.contract.id)}):"
            )
            for barrier in own.barriers:
                st.markdown(
                    f"- **{plain(barrier.kind)}**: {plain(names.said(barrier.sentence))} Can be"
                    f" lifted by {plain(names.who(barrier.lifted_by))}."
                )
    if not found.deployable:
        return
    there = ", ".join(names.person(who) for who in found.there_now) or "nobody"
    st.markdown(
        f"There now: {plain(there)}."
        + (
            f" At that time {plain(names.person(found.staff_id))} does"
            f" {plain(_works(names, found.instead))}."
            if found.instead
            else ""
        )
    )
    for added in found.added:
        if added.effect.blocked:
            st.markdown("Simply added, hard rules would break:")
            st.markdown(
                "\n".join(
                    f"- {plain(names.said(blocked.sentence))}" for blocked in added.effect.blocked
                )
            )
        else:
            st.markdown(
                "Simply added, no hard rule breaks; the objective changes by"
                f" {signed_pounds(added.effect.objective_pence)}."
            )
    _forced(found, names)


def _works(names: Naming, demand_ids: tuple[str, ...]) -> str:
    return " and ".join(names.work(demand_id) for demand_id in demand_ids)


def _forced(found: WhyNot, names: Naming) -> None:
    forced = found.forced
    if forced is None:
        return
    if not forced.possible:
        st.markdown(
            "Put there all the same, no roster at all keeps every hard rule."
            if forced.exact
            else (
                "Put there all the same, no roster was found near this one that keeps every hard"
                f" rule ({plain(forced.scope)})."
            )
        )
        return
    least, most = signed_pounds(forced.low_pence), signed_pounds(forced.high_pence)
    change = (
        f"by **{most}**, proven the least among all rosters"
        if forced.exact
        else f"by at least **{least}** and at most **{most}**"
        + (
            f" ({most} is proven the least {plain(forced.scope)})"
            if forced.proven
            else " (no more is proven)"
        )
    )
    st.markdown(
        f"Put there all the same and solved again, the objective changes {change}."
        f" {'Pay' if forced.exact else f'In the roster with {most}, pay'} with on-costs changes by"
        f" {signed_pounds(forced.cash_pence)}."
    )
    if parts := {rule: cost for rule, cost in (forced.by_rule or {}).items() if cost}:
        st.markdown(
            "Made of: "
            + ", ".join(
                f"{plain(names.rule(rule))} {signed_pounds(cost)}"
                for rule, cost in _largest_first(parts)
            )
            + "."
        )
    for moved in forced.changes:
        loses, gets = (
            ", ".join(names.work(shift.demand_id) for shift in shifts)
            for shifts in (moved.loses, moved.gets)
        )
        moves = "; ".join(
            part
            for part in (f"no longer {loses}" if loses else "", f"now {gets}" if gets else "")
            if part
        )
        who = names.person(moved.who) if moved.who in names.staff else names(moved.who)
        st.markdown(f"- {plain(who)}: {plain(moves)}")
    if forced.high_pence < 0:
        st.caption("The roster would gain: it was not proven best.")


# --- why this


def _why_this(found: WhyThis, names: Naming) -> None:
    st.markdown(
        f"**Why does {plain(names.person(found.staff_id))} do {plain(names.work(found.duty.id))}?**"
    )
    st.markdown(
        "It was the best choice: no single exchange would cost less."
        if found.best
        else (
            "A single exchange would cost less: the roster was not proven best. See the first line."
        )
    )
    st.markdown(
        f"Left empty, the objective would change by {signed_pounds(found.empty.objective_pence)}"
        f" ({_parts(found.parts_empty)})."
    )
    rows = [
        {
            "Instead": names.person(one.candidate.staff_id),
            "Objective": signed_pounds(one.candidate.effect.objective_pence),
            "Made of": _parts(one.parts),
            "Pay": signed_pounds(one.candidate.effect.cash_pence),
            "Would leave": "; ".join(
                names.work(demand_id) for demand_id, _ in one.candidate.leaves
            ),
        }
        for one in found.alternatives
        if one.candidate.offered
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows[:MOST_ALTERNATIVES]),
            hide_index=True,
            key=f"instead_{found.staff_id}_{found.duty.id}",
            alt="Who else could do it",
            column_config={
                "Made of": st.column_config.TextColumn(width=260),
                "Would leave": st.column_config.TextColumn(width=300),
            },
        )
    blocked = [one.candidate for one in found.alternatives if not one.candidate.offered]
    if blocked:
        with st.expander(
            f"{counted(len(blocked), 'more person is', 'more people are')} cleared, but kept from"
            " it by a hard rule"
        ):
            st.markdown(
                "\n".join(
                    f"- {plain(names.said(one.effect.blocked[0].sentence))}" for one in blocked
                )
            )
    if not found.alternatives:
        st.markdown("Nobody else is cleared for it.")


def _parts(parts: Parts) -> str:
    return (
        ", ".join(
            f"{PART_WORDS[part]} {signed_pounds(cost)}"
            for part, cost in sorted(parts.items(), key=lambda item: -abs(item[1]))
        )
        or "nothing differs"
    )


def _largest_first(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(parts.items(), key=lambda item: -abs(item[1]))
