"""What differs between two versions, in words and numbers: people, places, money."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.publish.publish import standing
from scheduler.services.versions.amounts import Amounts
from scheduler.services.versions.difference import Difference
from scheduler.services.versions.sides import DatedShift
from scheduler.services.versions.versions import Version
from scheduler.services.view import look_up
from scheduler.services.view.look_up import RosterHeader
from ui import state
from ui.components.headline import signed_pounds, tiles
from ui.components.words import plain

MOST_PEOPLE = 12
MOST_PLACES = 10
COMPARED = "versions_compared"
"""The roster with which the open one is compared."""


def compare_with(roster_id: str) -> None:
    """Let the next run of the page show what differs from this version to the open one."""
    st.session_state[COMPARED] = roster_id
    st.session_state.pop("compared_with", None)


def compared(found: Sequence[Version], chosen: RosterHeader) -> None:
    """The comparison that somebody has asked for, if any: from the version that they choose to the
    open one.
    """
    if COMPARED not in st.session_state:
        return
    others = {one.header.id: one for one in found if one.header.id != chosen.id}
    with st.container(border=True, key="difference_box"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if others:
                wanted = st.session_state[COMPARED]
                if wanted not in others:  # the open one itself: with what it was made from
                    wanted = chosen.made_from if chosen.made_from in others else next(iter(others))
                if st.session_state.get("compared_with") not in others:
                    st.session_state["compared_with"] = wanted
                before = st.selectbox(
                    f"What differs in version {chosen.version} from",
                    list(others),
                    format_func=lambda each: _label(others[each]),
                    key="compared_with",
                )
            st.button("Close", icon=":material/close:", key="close_compared", on_click=_close)
        if others:
            difference_panel(state.difference(before, chosen.id))
        else:
            st.info("This is the only version of the week: build or repair another to compare.")


def compared_with(chosen: RosterHeader) -> tuple[Difference, int] | None:
    """What differs from the version that the open one is compared with, and that one's number;
    None while nothing is compared.
    """
    before = st.session_state.get("compared_with")
    if COMPARED not in st.session_state or before in (None, chosen.id):
        return None
    number = look_up.header(state.repository(), before).version
    return state.difference(before, chosen.id), number


def _label(version: Version) -> str:
    header = version.header
    return f"Version {header.version} · {standing(header)} · {version.called}"


def _close() -> None:
    st.session_state.pop(COMPARED, None)


def difference_panel(found: Difference, *, people: bool = True) -> None:
    """A difference; without `people` its places and money alone."""
    if found.equal:
        st.success(found.sentence)
        return
    empty = found.empty_after - found.empty_before
    hours = sum(one.hours_after - one.hours_before for one in found.pay)
    tiles(
        [
            (
                "Changed shifts",
                f"{found.shifts:,}",
                f"of {counted(found.persons, 'person', 'people')}",
            ),
            ("Places", _places_figure(found), "opened and filled"),
            ("Hours worked", _signed_hours(hours), "paid, all kinds"),
            ("Pay", signed_pounds(found.pence), "without on-costs"),
            ("Required hours empty", _signed_hours(empty), f"now {found.empty_after:,.1f} h"),
        ]
    )
    if people and (found.people or found.felt or found.otherwise):
        number = len(found.people) + len(found.felt)
        with st.expander(f"Who gains and loses what: {counted(number, 'person', 'people')}"):
            _people(found)
    _places(found)
    _money(found)
    for said, breaches in (
        ("Rules broken only here", found.breaches_after),
        ("Rules no longer broken", found.breaches_before),
    ):
        if breaches:
            st.markdown("\n".join([f"**{said}**", "", *(f"- {plain(one)}" for one in breaches)]))


def _places_figure(found: Difference) -> str:
    opened, filled = (sum(one.places for one in those) for those in (found.opened, found.filled))
    return f"−{opened} +{filled}"


def _signed_hours(value: float) -> str:
    rounded = round(value, 1)
    return "±0 h" if not rounded else f"{'+' if rounded > 0 else '−'}{abs(rounded):,.1f} h"


def _people(found: Difference) -> None:
    cards = [_person(one.name, one.loses, one.gets) for one in found.people]
    cards += [_person(one.name, (one.before,), (one.after,)) for one in found.felt]
    _some(cards, MOST_PEOPLE)
    if found.otherwise:
        with st.expander(f"Shifts paid, lent or hosted otherwise: {len(found.otherwise):,}"):
            _some(
                [
                    f"**{plain(one.name)}**  \n{plain(one.after.words)}: another"
                    f" {plain(' and another '.join(one.what))}"
                    for one in found.otherwise
                ],
                MOST_PEOPLE,
            )


def _some(cards: Sequence[str], most: int) -> None:
    """The first, and the rest behind a line that says how many there are."""
    for card in cards[:most]:
        st.markdown(card)
    if cards[most:]:
        with st.expander(f"{len(cards) - most:,} more"):
            for card in cards[most:]:
                st.markdown(card)


def _person(name: str, loses: Sequence[DatedShift], gets: Sequence[DatedShift]) -> str:
    lines = [f"**{plain(name)}**"]
    lines += [f":material/remove: ~~{plain(shift.words)}~~" for shift in loses]
    lines += [f":material/add: {plain(shift.words)}" for shift in gets]
    return "  \n".join(lines)


def _places(found: Difference) -> None:
    for title, those in (
        ("Places that nobody fills any more", found.opened),
        ("Places that somebody fills now", found.filled),
    ):
        if not those:
            continue
        lines = [
            f"- {plain(one.shift.words)}" + (f" × {one.places}" if one.places > 1 else "")
            for one in those
        ]
        with st.expander(f"{title}: {sum(one.places for one in those):,}"):
            st.markdown("\n".join(lines[:MOST_PLACES]))
            if lines[MOST_PLACES:]:
                st.caption(f"… and {len(lines) - MOST_PLACES:,} more.")


def _money(found: Difference) -> None:
    pay = [one for one in found.pay if not one.same]
    organisations = [one for one in found.organisations if not one.same]
    if not pay and not organisations:
        return
    with st.expander("Hours and pounds"):
        for title, amounts, hosted in (
            ("Kind of pay", pay, False),
            ("Employer", organisations, True),
        ):
            if amounts:
                st.dataframe(_table(title, amounts, hosted), hide_index=True, width="stretch")
        st.caption(
            "Each shift’s pounds count to the kind of pay of most of its minutes. Hosted hours are"
            " those for which an organisation is accountable, whoever works them."
        )


def _table(title: str, amounts: Sequence[Amounts], hosted: bool) -> pd.DataFrame:
    rows = {
        title: [one.name.capitalize() if not hosted else one.name for one in amounts],
        "Hours": [_signed_hours(one.hours_after - one.hours_before) for one in amounts],
        "Pounds": [signed_pounds(one.pence_after - one.pence_before) for one in amounts],
    }
    if hosted:
        rows["Hosted hours"] = [
            _signed_hours(one.hosted_after - one.hosted_before) for one in amounts
        ]
    return pd.DataFrame(rows)
