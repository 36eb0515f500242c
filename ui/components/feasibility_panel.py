"""Before a roster is built: what nobody can fill, the most hours that can be covered, who has no
shift, what ends.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.near_misses import THE_PERSON, BarrierGroup, group_in_words
from scheduler.domain.wording import counted
from scheduler.services.explain.names import Naming
from scheduler.services.outlook.feasibility import (
    DemandSlice,
    Feasibility,
    Unfillable,
    skipped_sentence,
)
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.headline import tiles
from ui.components.words import plain

MOST_GROUPS = 4


def feasibility_panel(
    collaborative_id: str, start: date, days: int, policy: Mapping[str, Any] | None = None
) -> None:
    """What can be said of these days without solving; bounds hold whatever the roster. `policy`:
    its tables over the default.
    """
    found, names = (
        state.feasibility(collaborative_id, start, days, policy),
        state.names_now(start, start + timedelta(days=days - 1)),
    )
    if not found.problem.duties:
        st.info("There is no demand on these days.")
        return
    whole = found.whole
    tiles(
        [
            (
                "Required",
                f"{whole.required / 60:,.0f} h",
                counted(len(found.problem.duties), "demand row"),
            ),
            (
                "Staff at most",
                f"{whole.by_staff / 60:,.0f} h",
                f"{counted(whole.people, 'person', 'people')} cleared",
            ),
            (
                "With supply at most",
                f"{whole.with_supply / 60:,.0f} h",
                "bank and agency within their limits",
            ),
            ("Short for certain", f"{whole.short / 60:,.1f} h", "whatever the roster"),
            (
                "Too few cleared",
                f"{sum(row.minutes for row in found.unfillable) / 60:,.1f} h",
                "nobody else may do it",
            ),
            ("Without a shift", f"{len(found.without_shift):,}", "people"),
            ("Ends in these days", f"{len(found.ending):,}", "clearances, agreements, contracts"),
        ]
    )
    st.caption(
        "The most that could be covered were nothing else asked of anybody: shorter than that is"
        " certain, enough is not."
    )
    for duty in found.skipped:
        st.warning(plain(names.said(skipped_sentence(found.problem, duty))))
    st.subheader("Hours required and hours that can be covered")
    sides: dict[str, tuple[Sequence[DemandSlice], Callable[[DemandSlice], str]]] = {
        "Role": (found.by_role, lambda part: names(part.name[0])),
        "Place": (found.by_place, lambda part: names(part.name[0])),
        "Day": (found.by_day, lambda part: day_label(date.fromisoformat(part.name[0]))),
        "Role and place": (
            found.by_role_and_place,
            lambda part: f"{names(part.name[0])}, {names(part.name[1])}",
        ),
    }
    by = st.segmented_control(
        "By",
        list(sides),
        default="Role",
        required=True,
        key="feasibility_by",
        label_visibility="collapsed",
    )
    _parts(str(by), *sides[str(by)])
    _unfillable(found, names)
    _without_shift(found, names)
    _ending(found, names)


def _parts(what: str, parts: Sequence[DemandSlice], name: Callable[[DemandSlice], str]) -> None:
    shown = pd.DataFrame(
        [
            {
                what: name(part),
                "Required": part.required / 60,
                "Staff at most": part.by_staff / 60,
                "With supply at most": part.with_supply / 60,
                "Short for certain": part.short / 60,
                "People": part.people,
                "They owe": None if part.owed is None else part.owed / 60,
                "They may work": None if part.allowed is None else part.allowed / 60,
            }
            for part in parts
        ]
    ).dropna(axis="columns", how="all")
    hours = {
        column: st.column_config.NumberColumn(format="%,.1f h")
        for column in shown.columns[1:]
        if column != "People"
    }
    st.dataframe(
        shown,
        hide_index=True,
        height=min(420, 40 + 36 * len(shown)),
        key="feasibility_parts",
        column_config=hours,
        alt=f"Required and coverable hours by {what.lower()}",
    )


def _unfillable(found: Feasibility, names: Naming) -> None:
    st.subheader("Demand for which too few people are cleared")
    if not found.unfillable:
        st.success("For every demand row enough people are cleared.")
        return
    st.write("Whatever else these people do. Lifting one of the barriers named opens it.")
    for row in sorted(found.unfillable, key=lambda row: -row.minutes):
        days = ", ".join(dict.fromkeys(day_label(duty.date) for duty in row.duties))
        supply = (
            "Temporary supply may be called."
            if row.supply_ids
            else "No temporary supply may be called."
        )
        st.markdown(
            f"- **{plain(names(row.role_id))}, {plain(names(row.service_id))},"
            f" {plain(names(row.site_id))}** (accountable: {plain(names(row.host_id))}),"
            f" {row.minutes / 60:,.1f} h: {days}.  \n{plain(_nearest(found, names, row))} {supply}"
        )


def _nearest(found: Feasibility, names: Naming, row: Unfillable) -> str:
    index = found.problem.index
    if row.nearly:
        listed = "; ".join(
            f"{names.said(group_in_words(index, group.kind, group.missing))}"
            f" ({_lifted(names, group)}): {_people(names, group.staff_ids)}"
            for group in row.nearly[:MOST_GROUPS]
        )
        return f"One barrier away: {listed}."
    if row.nearest is None:
        return "Nobody employed holds a role that fits."
    lacking = " ".join(names.said(barrier.sentence) for barrier in row.nearest.barriers)
    return (
        f"Nobody is one barrier away; {names.person(row.nearest.staff_id)} is nearest,"
        f" {counted(len(row.nearest.barriers), 'barrier')} away: {lacking}"
    )


def _lifted(names: Naming, group: BarrierGroup) -> str:
    return (
        "each person decides"
        if group.lifted_by == THE_PERSON
        else f"{names(group.lifted_by)} can lift it"
    )


def _people(names: Naming, staff_ids: Sequence[str]) -> str:
    return ", ".join(names.person(staff_id) for staff_id in staff_ids[:5]) + (
        f" and {len(staff_ids) - 5} more" if len(staff_ids) > 5 else ""
    )


def _without_shift(found: Feasibility, names: Naming) -> None:
    st.subheader("People for whom there is no shift at all")
    if not found.without_shift:
        st.success("Everybody employed here can do some of it.")
        return
    shown = pd.DataFrame(
        [
            {
                "Person": names.person(one.staff.id),
                "Role": names(one.contract.role_id),
                "Employer": names(one.contract.organisation_id),
                "Why": names.said(one.sentence),
            }
            for one in sorted(
                found.without_shift, key=lambda one: one.on_leave
            )  # those who could be helped first
        ]
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=min(320, 40 + 36 * len(shown)),
        key="without_shift",
        alt="People without any possible shift, and why",
        column_config={"Why": st.column_config.TextColumn(width=640)},
    )


def _ending(found: Feasibility, names: Naming) -> None:
    st.subheader("What ends in these days")
    if not found.ending:
        st.success("Nothing ends.")
        return
    dataset, index = found.problem.dataset, found.problem.index
    # agreements and versions concern many people
    first = sorted(found.ending, key=lambda lapse: bool(lapse.staff_id))
    shown = pd.DataFrame(
        [
            {
                "Last day": lapse.last,
                "What": names.said(lapse.subject(dataset)),
                "Who can renew it": ", ".join(names(acting) for acting in lapse.acting(index)),
            }
            for lapse in first
        ]
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=min(320, 40 + 36 * len(shown)),
        key="ending",
        alt="What ends in the period",
        column_config={
            "Last day": st.column_config.DateColumn(format="D MMM YYYY"),
            "What": st.column_config.TextColumn(width=480),
        },
    )
    st.page_link(
        "app_pages/renewals.py",
        label="What it costs in hours: Renewals",
        icon=":material/event_repeat:",
    )
