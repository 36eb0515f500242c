"""Leave and sickness in three clicks, and who of a team is away when."""

from datetime import date, timedelta
from html import escape

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.wording import counted
from scheduler.services.facts.change import Changed
from scheduler.services.facts.leave import (
    KINDS,
    BandDay,
    LeaveTeam,
    TeamLeave,
    propose_leave,
    take_leave_back,
    team_leave,
    teams_with_a_band,
    tell_leave,
)
from scheduler.services.view.by_words import people_called
from ui import state
from ui.components.facts.proposal import proposal
from ui.components.finder import find_one
from ui.components.frame import say
from ui.components.words import plain_lines

WEEKS = 5
STYLE = """<style>
.away { overflow-x: auto; }
.away table { border-collapse: collapse; font-size: 13px; }
.away th { text-align: left; font-weight: 600; padding: 3px 6px; white-space: nowrap; }
.away tbody th { position: sticky; left: 0; background: var(--ground, Canvas); }
.away td { min-width: 30px; padding: 2px 4px; text-align: center; border: 1px solid #d5dbe1; }
.away td.on { background: #d6e8f4; color: #1b2733; }
.away td.rest { background: #f2f4f6; }
.away td.beyond { background: #f0a35e; color: #1b2733; font-weight: 600; }
</style>"""


def leave_panel() -> None:
    """Tell somebody's leave; below it a team's."""
    if state.may("change_people"):
        _telling()
        st.divider()
    _team()


def _telling() -> None:
    dataset, full = state.dataset(), state.people_in_full()
    people = people_called(dataset.staff, dataset.contract, dataset.role)
    things = {
        key: people[key] for key in sorted(people, key=lambda one: people[one]) if key in full
    }
    columns = st.columns([5, 3, 2], vertical_alignment="bottom")
    with columns[0]:
        staff_id = find_one("Who is away", things, key="leave_who")
    days = columns[1].date_input(
        "First and last day",
        value=[],
        format="DD/MM/YYYY",
        key=f"leave_days_{st.session_state.get('grids', 0)}",
    )
    kind = columns[2].selectbox(
        "Kind",
        [*KINDS, BACK],
        key="leave_kind",
        help="never why; “back after all” takes leave on these days away",
    )
    span = days if isinstance(days, tuple) else (days,)
    if staff_id is None or not span:
        st.caption(
            "Choose who and when: what falls of a published week, and whether too many of the team"
            " would be away, is said before it is saved."
        )
        return
    first, last = span[0], span[-1]
    own = [
        row
        for row in dataset.leave
        if row.staff_id == staff_id and row.to_date >= first - timedelta(days=60)
    ]
    for row in sorted(own, key=lambda row: row.from_date)[:6]:
        st.caption(f"Away already: {row.kind}, {_span(row.from_date, row.to_date)}.")
    _deciding(staff_id, first, last, str(kind))


BACK = "back after all"


def _deciding(staff_id: str, first: date, last: date, kind: str) -> None:
    repository, key = state.repository(), "leave"
    if kind == BACK:
        st.button(
            f"Back from {_span(first, last)}",
            type="primary",
            key="leave_back",
            on_click=_take_back,
            args=(staff_id, first, last),
        )
        return
    try:
        found = propose_leave(repository, staff_id, first, last, kind)
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return

    def save(why: str) -> Changed:
        return tell_leave(state.repository(), staff_id, first, last, kind, why=why)

    proposal(found.proposed, state.fact_names(), save, key=key, extra=found.beyond)


def _take_back(staff_id: str, first: date, last: date) -> None:
    try:
        made = take_leave_back(state.repository(), staff_id, first, last)
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.facts_changed()
    st.session_state["grids"] = st.session_state.get("grids", 0) + 1
    say("success", f"Saved, as change {made.number}.")


def _span(first: date, last: date) -> str:
    if first == last:
        return f"{first:%a %-d %b %Y}"
    return f"{first:%a %-d %b} to {last:%a %-d %b %Y}"


def _team() -> None:
    dataset, names = state.dataset(), state.fact_names()
    held = {(row.organisation_id, row.role_id) for row in dataset.contract}
    banded = teams_with_a_band(dataset)
    teams = {
        f"{team.organisation_id}\x1f{team.role_id}\x1f{team.service_id or ''}": team
        for team in [*banded, *(LeaveTeam(*one) for one in sorted(held))]
    }
    called = {
        key: ", ".join(
            filter(
                None,
                (
                    names("role", team.role_id),
                    names("organisation", team.organisation_id),
                    names("service", team.service_id) if team.service_id else "",
                    "with a band" if team in banded else "",
                ),
            )
        )
        for key, team in teams.items()
    }
    st.subheader("Who of a team is away")
    columns = st.columns([5, 2], vertical_alignment="bottom")
    with columns[0]:
        chosen = find_one(
            "Team", called, key="leave_team", placeholder="role and organisation, in any words"
        )
    first = columns[1].date_input("From", date.today(), format="DD/MM/YYYY", key="leave_from")
    if chosen is None or not isinstance(first, date):
        st.caption("Choose a team: who is away on which day, against how many may be.")
        return
    found = team_leave(
        state.repository(), teams[chosen], first, first + timedelta(days=7 * WEEKS - 1)
    )
    _calendar(found)
    most = next((one.most for one in found.days if one.most is not None), None)
    if most is None:
        st.caption(
            "How many of this team may be away at once is not said yet: add it under An"
            " organisation, How many may be away."
        )


def _calendar(found: TeamLeave) -> None:
    away = [one for one in found.people if any(one[2])]
    if not found.days:
        st.info("These are people of whom you may not see leave.")
        return
    head = "".join(
        f"<th scope='col'>{one.day:%a}<br>{one.day:%-d}/{one.day:%-m}</th>" for one in found.days
    )
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        + "".join(_cell(kind, day) for kind, day in zip(kinds, found.days, strict=True))
        + "</tr>"
        for _, name, kinds in away
    )
    counts = "".join(
        f"<td class='{'beyond' if one.beyond else ''}'>{one.away}{'▲' if one.beyond else ''}</td>"
        for one in found.days
    )
    st.html(
        f"{STYLE}<div class='away' tabindex='0' role='region' aria-label='Leave of the team by"
        f" day'><table><thead><tr><th scope='col'>Away</th>{head}</tr></thead><tbody>{body}"
        f"<tr><th scope='row'>People away</th>{counts}</tr></tbody></table></div>"
    )
    st.caption(
        f"{counted(len(away), 'person', 'people')} of {len(found.people):,} in the team away in"
        " these weeks. A letter is the first of the kind; ▲ marks days with more away than may be."
    )


def _cell(kind: str, day: BandDay) -> str:
    if kind:
        return f"<td class='on' title='{escape(kind)}'>{escape(kind[:1].upper())}</td>"
    return f"<td class='{'rest' if day.day.isoweekday() > 5 else ''}'></td>"
