"""What stands beside the board of what was opened on it: a person, a shift, an open place, a day,
or what the program proposes, each with what can be done about it.
"""

from datetime import date
from typing import Any

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.sentence import of_error
from scheduler.domain.wording import counted
from scheduler.services.edit import commands, verdicts
from scheduler.services.edit.commands import EditCommand, Seat
from scheduler.services.explain.names import Naming
from scheduler.services.explain.replacements import Candidate, Offer
from scheduler.services.view.look_up import RosterHeader
from scheduler.services.view.roster_tables import RosterTables, day_label, vacancies
from ui import state
from ui.components.board import Spot
from ui.components.headline import signed_pounds
from ui.components.roster_board.doing import all_the_same, changed_by_hand, do, may, offer
from ui.components.roster_board.obey import BoardShown, Desk
from ui.components.roster_board.rows import day_of
from ui.components.roster_board.tokens import Meant, meant, token
from ui.components.roster_board.words import effect_words
from ui.components.why_panel import why_form
from ui.components.words import plain

MOST = 8
"""Ways that are offered before all the others."""


def panel(
    header: RosterHeader, tables: RosterTables, shown: BoardShown, at: Desk, view: str
) -> None:
    """What was opened, if anything."""
    if at.opened is None and at.proposal is None and at.refused is None:
        return
    with st.container(key="cell_panel"):
        st.button(
            "Close",
            icon=":material/close:",
            key=f"close_{view}",
            on_click=at.leave,
        )
        if at.refused is not None:
            all_the_same(header, shown, at)
        elif at.proposal is not None:
            _proposal(header, shown, at)
        else:
            _opened(header, tables, shown, at)


def _opened(header: RosterHeader, tables: RosterTables, shown: BoardShown, at: Desk) -> None:
    spot = at.opened
    assert spot is not None
    day, picked = day_of(tables, spot.column), meant(spot.entry)
    if spot.row == "cover":
        _day(tables, at, day)
    elif picked is not None and picked.who:
        _shift(header, tables, shown, at, picked)
    elif picked is not None:
        _place(header, shown, at, picked.demand_id)
    elif shown.demand_of is not None:
        ids = dict(zip(shown.days, shown.demand_of.get(spot.row, ()), strict=False))
        demand_id = ids.get(day, "") if day else ""
        if demand_id:
            _place(header, shown, at, demand_id)
        else:
            st.write("Nobody is needed there that day.")
    else:
        _person(header, tables, shown, at, spot.row, day)


# --- a person


def _person(
    header: RosterHeader,
    tables: RosterTables,
    shown: BoardShown,
    at: Desk,
    staff_id: str,
    day: date | None,
) -> None:
    people = tables.people[tables.people["staff_id"] == staff_id]
    if people.empty:
        return
    st.subheader(plain(people["name"].iloc[0]))
    if day is not None and may(header):
        _what_they_could_do(header, shown, at, staff_id, day)
    _shifts_in_words(tables, staff_id)
    st.page_link(
        "app_pages/my_shifts.py",
        label="Open in My shifts",
        icon=":material/person:",
        query_params={"person": staff_id, "week": tables.days[0].isoformat()},
    )
    changed_by_hand(header, staff_id)


def _shifts_in_words(tables: RosterTables, staff_id: str) -> None:
    own = tables.shifts[tables.shifts["staff_id"] == staff_id].sort_values("start")
    if own.empty:
        st.write("No shift on these days.")
    for shift in own.itertuples():
        st.markdown(f"- {_in_words(shift)}")


def _in_words(shift: Any) -> str:
    """One row of the roster's shifts."""
    lent = (
        f"; lent by {shift.employer}" + (f" by {shift.route}" if shift.route else "")
        if shift.lent
        else ""
    )
    pounds = f", £{shift.cost_pence / 100:,.2f} beyond contracted pay" if shift.cost_pence else ""
    return (
        f"**{day_label(shift.day)} {shift.start:%H:%M}–{shift.end:%H:%M}**:"
        f" {plain(shift.role)}, {plain(shift.service)}, {plain(shift.site)}; accountable:"
        f" {plain(shift.host)}{plain(lent)}; {shift.pay}{pounds}"
    )


def _what_they_could_do(
    header: RosterHeader, shown: BoardShown, at: Desk, staff_id: str, day: date
) -> None:
    """Open work of a day that somebody may take, the best first."""
    names = state.names_of(header.id)
    needs = state.tables(header.id).needs
    open_then = (
        []
        if needs.empty
        else needs[(needs["day"] == day) & (needs["missing"] > 0)]["demand_id"].tolist()
    )
    found = verdicts.where_they_may_go(
        state.repository(), header.id, staff_id, only=frozenset(open_then)
    ).demand
    able = sorted(
        (
            (verdict.pence, demand_id)
            for demand_id, verdict in found.items()
            if verdict.take and verdict.state in ("yes", "price")
        ),
    )
    st.markdown(f"**Open work on {day_label(day)}**")
    if not able:
        st.write("Nothing that is open then can be done by this person.")
    for pence, demand_id in able[:MOST]:
        wish = commands.assign(staff_id, demand_id)
        offer(header, shown, at, names.work(demand_id), signed_pounds(pence), wish, demand_id)


# --- a shift


def _shift(
    header: RosterHeader, tables: RosterTables, shown: BoardShown, at: Desk, picked: Meant
) -> None:
    names = state.names_of(header.id)
    st.subheader(plain(names.staff.get(picked.who) or names(picked.who)))
    own = tables.shifts[
        (tables.shifts["demand_id"] == picked.demand_id)
        & ((tables.shifts["staff_id"] == picked.who) | (tables.shifts["supply_id"] == picked.who))
    ]
    if own.empty:  # taken off since it was opened
        st.write(plain(f"No longer on {names.work(picked.demand_id)}."))
        _place(header, shown, at, picked.demand_id)
        return
    for shift in own.head(1).itertuples():
        st.markdown(_in_words(shift))
    if may(header):
        st.button(
            "Take off this shift",
            icon=":material/person_remove:",
            key="panel_unassign",
            on_click=do,
            args=(header, shown, at, commands.unassign(picked.place)),
        )
        _instead(header, shown, at, picked, names)
    if picked.who in names.staff:
        why_form(header.id, picked.who, picked.demand_id, "panel", "Why here?")
    changed_by_hand(header, picked.who)


def _instead(
    header: RosterHeader, shown: BoardShown, at: Desk, picked: Meant, names: Naming
) -> None:
    """Who could do the shift instead, the best first."""
    found = verdicts.where_it_may_go(
        state.repository(), header.id, picked.demand_id, picked.who
    ).people
    day = _days(header).get(picked.demand_id)
    able = sorted(
        (verdict.pence, staff_id)
        for (staff_id, on), verdict in found.items()
        if on == day and verdict.state in ("yes", "price")
    )
    st.markdown("**Who could do it instead**")
    if not able:
        st.write("Nobody who is free then may do it.")
    for pence, staff_id in able[:MOST]:
        wish = commands.hand_over(picked.who, picked.demand_id, staff_id)
        offer(header, shown, at, names.person(staff_id), signed_pounds(pence), wish, staff_id)


def _days(header: RosterHeader) -> dict[str, date]:
    needs = state.tables(header.id).needs
    if needs.empty:
        return {}
    return dict(zip(needs["demand_id"], needs["day"], strict=True))


# --- an open place, a day


def _place(header: RosterHeader, shown: BoardShown, at: Desk, demand_id: str) -> None:
    names = state.names_of(header.id)
    st.subheader(plain(names.work(demand_id)))
    try:
        found = state.replacements(header.id, demand_id)
    except SchedulerError as error:
        st.info(plain(names.said(of_error(error))))
        return
    st.markdown(f"**Who could fill it** ({counted(found.open_places, 'place')} open)")
    everybody: list[Candidate | Offer] = [*found.candidates, *found.supply]
    able = sorted(
        (one for one in everybody if one.offered), key=lambda one: one.effect.objective_pence
    )
    if not able:
        st.write("Nobody and nothing can fill it without breaking a rule.")
    for one in able[:MOST]:
        _candidate(header, shown, at, names, demand_id, one)
    if len(able) > MOST:
        st.caption(f"{len(able) - MOST} more: *Vacancies* lists all.")
    blocked = [one for one in everybody if not one.offered]
    if blocked:
        with st.expander(f"{len(blocked)} cleared, but kept from it by a rule"):
            for one in blocked[:40]:
                who = one.staff_id if isinstance(one, Candidate) else one.supply_id
                said = plain(names.said(one.effect.blocked[0].sentence))
                st.markdown(f"- **{plain(names.staff.get(who) or names(who))}**: {said}")


def _candidate(
    header: RosterHeader,
    shown: BoardShown,
    at: Desk,
    names: Naming,
    demand_id: str,
    one: Candidate | Offer,
) -> None:
    figure = signed_pounds(one.effect.objective_pence)
    if isinstance(one, Offer):
        wish = commands.assign(one.supply_id, demand_id)
        offer(header, shown, at, names(one.supply_id), figure, wish, one.supply_id)
        return
    leave = tuple(Seat(one.staff_id, other) for other, _ in one.leaves)
    wish = EditCommand("move" if leave else "assign", leave, (Seat(one.staff_id, demand_id),))
    notes = [
        *([f"{one.travel_minutes:.0f} min travel"] if one.travel_minutes is not None else []),
        *(["lent"] if one.lent else []),
        *(f"would leave {names.work(other)}" for other, _ in one.leaves),
    ]
    figure = ", ".join([figure, *notes])
    offer(header, shown, at, names.person(one.staff_id), figure, wish, one.staff_id)


def _day(tables: RosterTables, at: Desk, day: date | None) -> None:
    if day is None:
        st.subheader("Cover")
        st.write("Choose a day in the line *Cover* to see what is open then.")
        return
    st.subheader(f"Open on {day_label(day)}")
    found = vacancies(tables)
    found = found[found["day"] == day] if not found.empty else found
    if found.empty:
        st.success("Every required place of that day is filled.")
        return
    for row in found.itertuples():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(row.hours)}** {plain(row.role)}, {plain(row.service)},"
                f" {plain(row.site)}: {row.missing} open",
                width="stretch",
            )
            st.button(
                "Who could?",
                key=f"who_{row.demand_id}",
                on_click=_open_place,
                args=(at, str(row.demand_id)),
            )


def _open_place(at: Desk, demand_id: str) -> None:
    at.opened = Spot("place", None, token("", demand_id))


# --- what the program proposes


def _proposal(header: RosterHeader, shown: BoardShown, at: Desk) -> None:
    names, found = state.names_of(header.id), at.proposal
    assert found is not None
    st.subheader("What the program proposes")
    if found.command is None or found.effect is None:
        st.write("Nothing that is allowed is better than leaving it as it is.")
        return
    st.write(plain(effect_words(found.effect, names)))
    st.caption(
        "Nothing within reach is better."
        if found.proven
        else f"At most {signed_pounds(abs(found.least_pence))} better might be found."
    )
    for label, side in (("No longer", found.effect.removed), ("Now", found.effect.added)):
        if side:
            st.markdown(f"**{label}**")
            st.markdown(
                "\n".join(
                    f"- {plain(names.staff.get(a.staff_id) or names(a.supply_id))}:"
                    f" {plain(names.work(a.demand_id))}"
                    for a in side
                )
            )
    with st.container(horizontal=True):
        st.button(
            "Take it",
            type="primary",
            icon=":material/check:",
            key="take_proposal",
            on_click=do,
            args=(header, shown, at, found.command),
        )
        st.button("Leave it", key="leave_proposal", on_click=at.leave)
