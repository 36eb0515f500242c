"""What a service asks for at a site: a week as a grid, every week as a grid, and copies of weeks
and days.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
import streamlit as st

from scheduler.domain.clock import monday, public_holidays
from scheduler.domain.demand_copy import DemandCopy, How
from scheduler.domain.demand_weeks import DateCell, template_grid, week_grid
from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.service_demand import PeopleWanted
from scheduler.services.facts.change import Changed, change
from scheduler.services.facts.demand_week import (
    DemandProposed,
    propose_copy,
    propose_dates,
    propose_weekdays,
    targets_after,
)
from scheduler.services.facts.words import WEEKDAYS
from scheduler.services.view.roster_tables import day_label
from ui import state
from ui.components.facts.proposal import faults_at_cells, proposal
from ui.components.words import plain, plain_lines

NUMBERS = {"People required": "minimum", "People wanted": "preferred", "Priority": "priority"}
"""What a cell can show and change -> which number of it that is."""
HELP = (
    "Required: the least that is safe. Wanted: what would be good, where that is more. Priority: 1"
    " may wait … 5 unsafe if empty."
)
STAYS, BECOMES = "stays, what is missing is added", "becomes as the copy"
SHIFT, ROLE, OWN = "shift_type_id", "role_id", "own"
Cells = dict[tuple[Any, str, str], PeopleWanted | None]
Now = Mapping[tuple[Any, str, str], PeopleWanted]


def demand_week(service_id: str, site_id: str) -> None:
    """One week of dates; cells that are not as every week are rows of that date."""
    first = _week()
    found = week_grid(state.dataset(), service_id, site_id, first)
    now = {
        (day, row.shift_type_id, row.role_id): cell.wanted
        for row in found.rows
        for day, cell in zip(found.dates, row.cells, strict=True)
        if cell is not None
    }
    own = {
        (row.shift_type_id, row.role_id): ", ".join(
            f"{day:%a}" for day, cell in zip(found.dates, row.cells, strict=True) if _differs(cell)
        )
        for row in found.rows
    }
    titles = {day: _day_title(day) for day in found.dates}
    cells = _grid(now, titles, own, f"week_{service_id}_{site_id}_{first}")
    st.caption(
        "An emptied cell is as every week again. “Own days” are those that differ from every week;"
        " ☼ marks public holidays."
    )
    if cells:
        _propose(lambda: propose_dates(state.repository(), service_id, site_id, cells), "week")


def _week() -> date:
    chosen = st.date_input(
        "Week of", monday(date.today()), format="DD/MM/YYYY", key="demand_week", width=180
    )
    return monday(chosen if isinstance(chosen, date) else date.today())


def _day_title(day: date) -> str:
    return f"{day:%a %-d %b}{' ☼' if day in public_holidays(day.year) else ''}"


def _differs(cell: DateCell | None) -> bool:
    return cell is not None and cell.source != "template"


def demand_every_week(service_id: str, site_id: str) -> None:
    """What comes back each week."""
    found = template_grid(state.dataset(), service_id, site_id)
    now = {
        (weekday, row.shift_type_id, row.role_id): wanted
        for row in found.rows
        for weekday, wanted in enumerate(row.cells, start=1)
        if wanted is not None
    }
    titles = {weekday: WEEKDAYS[weekday - 1][:3] for weekday in range(1, 8)}
    cells = _grid(now, titles, None, f"every_{service_id}_{site_id}")
    if cells:
        _propose(lambda: propose_weekdays(state.repository(), service_id, site_id, cells), "every")


def _grid(
    now: Now, titles: Mapping[Any, str], own: Mapping[tuple[str, str], str] | None, key: str
) -> Cells:
    """Shows the numbers and gives back the cells that were changed."""
    number = NUMBERS[
        str(
            st.segmented_control(
                "Cells say",
                list(NUMBERS),
                default="People required",
                required=True,
                key=f"number_{key}",
                help=HELP,
            )
        )
    ]
    names, dataset = state.fact_names(), state.dataset()
    begins = {row.id: row for row in dataset.shift_type}
    works = list(dict.fromkeys((shift, role) for _, shift, role in now))
    columns = [str(place) for place in titles]
    table = pd.DataFrame(
        [
            {
                SHIFT: shift,
                ROLE: role,
                **{
                    str(place): getattr(now[place, shift, role], number)
                    if (place, shift, role) in now
                    else None
                    for place in titles
                },
                **({} if own is None else {OWN: own.get((shift, role), "")}),
            }
            for shift, role in works
        ],
        columns=[SHIFT, ROLE, *columns, *([] if own is None else [OWN])],
        dtype=object,
    )
    editor = f"demand_{key}_{number}_{st.session_state.get('grids', 0)}"
    st.data_editor(
        table,
        key=editor,
        hide_index=True,
        num_rows="dynamic",
        height=min(560, 35 * (len(works) + 2) + 3),
        column_config={
            SHIFT: st.column_config.SelectboxColumn(
                "Shift",
                options=list(begins),
                format_func=lambda one: (
                    f"{begins[one].name} {begins[one].start_time:%H:%M}"
                    if one in begins
                    else str(one)
                ),
                required=True,
                pinned=True,
                width=170,
            ),
            ROLE: st.column_config.SelectboxColumn(
                "Role",
                options=[row.id for row in dataset.role],
                format_func=lambda one: names("role", str(one)),
                required=True,
                pinned=True,
                width=190,
            ),
            **{
                str(place): st.column_config.NumberColumn(title, min_value=0, step=1, width=70)
                for place, title in titles.items()
            },
            OWN: st.column_config.TextColumn("Own days", disabled=True),
        },
        alt="Demand by shift and role, to be changed",
    )
    return _changed(
        st.session_state[editor], works, {str(place): place for place in titles}, now, number
    )


def _changed(
    edits: Mapping[str, Any],
    works: list[tuple[str, str]],
    places: Mapping[str, Any],
    now: Now,
    number: str,
) -> Cells:
    cells: Cells = {}
    for row, changed in edits.get("edited_rows", {}).items():
        shift, role = works[int(row)]
        if SHIFT in changed or ROLE in changed:
            st.warning(
                "A shift or role of a row that is there is not changed: withdraw the row, and add"
                " another."
            )
        for place, value in changed.items():
            if place in places:
                key = (places[place], shift, role)
                cells[key] = _wanted(now.get(key), number, value)
    for row in edits.get("deleted_rows", []):
        shift, role = works[int(row)]
        for place in places.values():
            if (place, shift, role) in now:
                cells[place, shift, role] = None
    for added in edits.get("added_rows", []):
        shift, role = added.get(SHIFT), added.get(ROLE)
        if shift and role:
            for place, value in added.items():
                if place in places and value is not None:
                    key = (places[place], shift, role)
                    cells[key] = _wanted(now.get(key), number, value)
    return cells


def _wanted(now: PeopleWanted | None, number: str, value: Any) -> PeopleWanted | None:
    """The cell with one number changed; None where it is emptied, as far as that empties it."""
    before = now or PeopleWanted(0)
    if value is None:
        if number == "minimum":
            return None
        return PeopleWanted(
            before.minimum,
            None if number == "preferred" else before.preferred,
            3 if number == "priority" else before.priority,
        )
    return PeopleWanted(**{**vars(before), number: int(value)})


def _propose(found: Any, key: str) -> None:
    """`found`: a function that proposes, called here so that what is wrong is said here."""
    try:
        proposed: DemandProposed | None = found()
    except BadInput as error:
        faults_at_cells(error)
        return
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return
    if proposed is None:
        return
    changes = proposed.proposed.changes

    def save(why: str) -> Changed:
        return change(state.repository(), changes, why=why)

    names = state.names_now(date.today(), date.today())
    proposal(
        proposed.proposed,
        state.fact_names(),
        save,
        key=f"demand_{key}",
        extra=[names.said(note) for note in proposed.notes],
    )


def copying(service_id: str, site_id: str | None) -> None:
    """Copy a week or a day of demand to those that follow."""
    row = st.columns([2, 2, 2, 2], vertical_alignment="bottom")
    what = row[0].segmented_control(
        "Copy", ["A week", "A day"], default="A week", required=True, key="copy_what"
    )
    days: Literal[1, 7] = 7 if what == "A week" else 1
    chosen = row[1].date_input(
        "The week of" if days == 7 else "The day",
        monday(date.today()),
        format="DD/MM/YYYY",
        key="copy_source",
    )
    if not isinstance(chosen, date):
        return
    source = monday(chosen) if days == 7 else chosen
    number = row[2].number_input(
        "To so many that follow", 1, 52, 1, key="copy_number", help="weeks, or days"
    )
    keeping = row[3].selectbox("What is there", [STAYS, BECOMES], key="copy_how")
    how: How = "merge" if keeping == STAYS else "overwrite"
    left, right = st.columns(2)
    skip = left.checkbox("Leave public holidays as they are", True, key="copy_holidays")
    people = right.checkbox(
        "With the people who are published there",
        False,
        key="copy_people",
        help="each is pinned to the same work, as far as they may do it then",
    )
    targets = targets_after(source, int(number), days)
    st.caption(
        f"From {plain(day_label(source))} to {plain(day_label(targets[0]))}"
        + (
            f" … {plain(day_label(targets[-1] + timedelta(days=days - 1)))}."
            if number > 1 or days > 1
            else "."
        )
    )
    if not st.checkbox("Show what that changes", key="copy_show"):
        return
    wanted = DemandCopy(service_id, site_id, source, tuple(targets), days, how, skip_holidays=skip)
    _propose(lambda: propose_copy(state.repository(), wanted, with_people=people), "copy")
