"""Repair a roster with the fewest changes: say who is sick, see what changes for whom, and what
else could be better.
"""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from scheduler.domain.clock import days_between
from scheduler.domain.errors import SchedulerError
from scheduler.domain.wording import counted, plural
from scheduler.services.explain.names import Naming
from scheduler.services.jobs.order import Order
from scheduler.services.limits.plan import SearchPlan
from scheduler.services.repair.answer import PersonChange, Repaired, stored_answer
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.record_sickness import record_sickness
from scheduler.services.repair.repair import LIMITS
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.build_panel import launch, running_build
from ui.components.finder import find_one
from ui.components.frame import say
from ui.components.headline import pounds, signed_pounds, tiles
from ui.components.words import plain, plain_lines

MOST_IMPROVEMENTS = 5


def repair_panel(header: RosterHeader) -> None:
    """Ask for a repair of this roster; what a repair has changed stands here for good."""
    kept = stored_answer(header.id, header.summary)
    if kept is not None:
        _answer(kept)
        st.divider()
    st.markdown(
        "Somebody has called in sick, or facts have changed since this roster was made: a passport"
        " suspended, demand added, an agreement ended. A repair covers what was disturbed at the"
        " lowest cost with the fewest changes elsewhere, and is a new draft for you to publish."
        " Shifts that have begun stay as they are."
    )
    days = list(days_between(header.start, header.last))
    today = min(max(date.today(), header.start), header.last)
    known = state.people_in_full()
    people = {key: f"{known[key]} ({key})" for key in sorted(known, key=lambda key: known[key])}
    columns = st.columns([4, 2, 2, 2], vertical_alignment="bottom")
    with columns[0]:
        who = find_one(
            "Who has called in sick",
            people,
            key="sick_who",
            placeholder="nobody: only what has changed",
        )
    first = columns[1].selectbox(
        "Away from",
        days,
        index=days.index(today),
        format_func=day_label,
        key="sick_first",
        disabled=who is None,
    )
    last = columns[2].selectbox(
        "Away until",
        days[days.index(first) :],
        format_func=day_label,
        key="sick_last",
        disabled=who is None,
    )
    since = columns[3].selectbox(
        "Repair from",
        days,
        index=days.index(today),
        format_func=day_label,
        key="repair_since",
        help="earlier days stay as they are; of today, what has begun",
    )
    record = st.checkbox(
        "Keep it as sick leave, so that later builds know it too",
        value=True,
        key="record_sick",
        disabled=who is None,
        help="without it only this repair, and repairs of it, know that the person is away",
    )
    busy = running_build(header.collaborative_id, "repair") is not None
    st.button(
        "Repair",
        type="primary",
        icon=":material/healing:",
        key="repair",
        disabled=busy,
        on_click=_repair,
        help=SearchPlan(1).sentence(LIMITS.seconds),
        args=(header, who, (first, last), since, record),
    )


def _repair(
    header: RosterHeader, who: str | None, span: tuple[date, date], since: date, record: bool
) -> None:
    sick = [Sick(who, *span)] if who else []
    try:
        if record:
            record_sickness(state.repository(), sick)
            state.facts_changed()
        asked = {
            "roster_id": header.id,
            "away": [one.to_json() for one in sick],
            "since": None if since == date.today() else since.isoformat(),
        }
        launch(
            Order(
                "repair", header.collaborative_id, header.start, header.days, LIMITS, repair=asked
            )
        )
    except SchedulerError as error:
        say("error", plain_lines(error))


def _answer(found: Repaired) -> None:
    names = state.names_of(found.roster_id)
    people = sum(bool(change.gets or change.loses) for change in found.changes)
    assert found.proof is not None
    st.subheader(f"Repair of {plain(found.repaired_from)} from {day_label(found.since)} on")
    tiles(
        [
            (
                "Changes",
                f"{found.changed_pairs}",
                (
                    f"{plural(found.changed_pairs, 'shift')}, for"
                    f" {counted(people, 'person', 'people')}"
                ),
            ),
            ("Stays open", f"{sum(left.places for left in found.left_open)}", "places"),
            ("Pay", signed_pounds(found.cash_pence), "cash, against leaving it open"),
            (
                "Objective",
                pounds(found.objective_pence),
                f"left alone {pounds(found.left_alone_pence)}; changes not priced",
            ),
            (
                "Gap",
                f"{found.proof.gap:.2%}",
                "within reach" if found.proof.proven else "within reach, not proven",
            ),
        ]
    )
    st.caption(f"{plain(found.proof.sentence)} {found.seconds:.1f} s.")
    for note in found.notes:
        st.caption(plain(names.said(note)))
    if found.left_open:
        lines = [
            f"- {plain(names.work(left.shift.demand_id))}, priced at {pounds(left.price_pence)}."
            f" {plain(names.said(left.cause))}"
            for left in found.left_open
        ]
        st.warning("\n".join(["Stays open:", *lines]))
    _changes(names, found.changes)
    _besides(names, found)


def _changes(names: Naming, changes: Iterable[PersonChange]) -> None:
    """A readable difference, person by person."""
    for change in changes:
        who = names.person(change.who) if change.who in names.staff else names(change.who)
        lines = [f"**{plain(who)}**"]
        lines += [
            f":material/remove: ~~{plain(names.work(shift.demand_id))}~~" for shift in change.loses
        ]
        lines += [f":material/add: {plain(names.work(shift.demand_id))}" for shift in change.gets]
        lines += [f":small[{plain(names.said(reason))}]" for reason in change.why]
        with st.container(border=True):
            st.markdown("  \n".join(lines))


def _besides(names: Naming, found: Repaired) -> None:
    if not found.improvements_searched:
        st.caption("What else could be better was not looked for: the time was over.")
        return
    if not found.improvements:
        st.caption("Besides, nothing within reach was found that is worth a change.")
        return
    with st.expander(
        f"Besides, and not done: {counted(len(found.improvements), 'change')} that would make the"
        " roster better"
    ):
        for number, one in enumerate(found.improvements[:MOST_IMPROVEMENTS], start=1):
            st.markdown(
                f"**{number}.** Saves {pounds(one.saves_pence)} after the price of changes; pay"
                f" {signed_pounds(one.cash_pence)}."
            )
            _changes(names, one.changes)
