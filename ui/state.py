"""What the pages remember between reruns: the database, facts and rosters read once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import wraps
from threading import Lock, Thread
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError, Unavailable
from scheduler.services import answering, expiring, explaining, jobs, replacing, viewing
from scheduler.services.feasibility import Feasibility
from scheduler.services.feasibility import feasibility as feasibility_of
from scheduler.services.naming import Naming
from scheduler.services.opening import database_url, open_repository
from scheduler.services.rostering import Request
from ui import address
from ui.address import asked as asked
from ui.address import choose as choose
from ui.address import choose_next as choose_next
from ui.address import open_next as open_next
from ui.address import open_view as open_view
from ui.address import stand as stand
from ui.address import stand_many as stand_many
from ui.address import stand_number as stand_number
from ui.address import stand_one as stand_one
from ui.components.words import plain_lines

PATIENCE = 1.0
"""Seconds for which a page waits for a worker to be noted down, which takes longer only beside somebody who writes."""
FACTS_SECONDS = 60
"""Facts that somebody imports on the command line are seen after so long at the latest."""


def url() -> str:
    return database_url()


@st.cache_resource(show_spinner=False)
def _repository(address: str) -> Any:
    return open_repository(address)


def repository() -> Any:
    """The database of these pages. Raises BadRequest where it cannot be opened."""
    return _repository(url())


@st.cache_resource(ttl=FACTS_SECONDS, max_entries=2, show_spinner="Reading the facts …")
def _dataset(address: str) -> Dataset:
    dataset: Dataset = _repository(address).dataset()
    return dataset


def dataset() -> Dataset:
    return _dataset(url())


@st.cache_data(ttl=FACTS_SECONDS, max_entries=20, show_spinner=False)
def _weeks(address: str, collaborative_id: str) -> list[date]:
    return viewing.weeks(_repository(address), collaborative_id)


def weeks(collaborative_id: str) -> list[date]:
    return _weeks(url(), collaborative_id)


def see_to_waiting_jobs() -> None:
    """Whoever opens the pages gets going what was left waiting, for instance by a restart of this machine. Once a visit."""
    if st.session_state.get("saw_to_jobs"):
        return
    st.session_state["saw_to_jobs"] = True
    if any(jobs.needs_a_worker(job) for job in repository().jobs.latest(only_open=True)):
        see_to_a_worker()


_seeing = Lock()


def see_to_a_worker() -> None:
    """Start one where none lives. Beside somebody who writes that may take long, and the page does not wait for it."""
    if not _seeing.acquire(blocking=False):
        return
    starting = Thread(target=_start_a_worker, args=(repository(),), daemon=True)
    starting.start()
    starting.join(PATIENCE)


def _start_a_worker(repository: Any) -> None:
    try:
        with suppress(Unavailable):  # whoever comes next tries again
            jobs.ensure_worker(repository)
    finally:
        _seeing.release()


def facts_changed() -> None:
    """To be called by whoever has written facts."""
    for kept in (_dataset, _weeks, _names_now, _feasibility, _expiries, _replacements):
        kept.clear()


@st.cache_resource(max_entries=6, show_spinner="Reading the roster …")
def _tables(address: str, roster_id: str) -> viewing.RosterTables:
    """A stored roster never changes, so it is read once."""
    return viewing.roster_tables(_repository(address), roster_id)


@st.cache_resource(max_entries=6, show_spinner=False)
def _part(address: str, roster_id: str, first: date, last: date) -> viewing.RosterTables:
    return viewing.part(_tables(address, roster_id), first, last)


def part(roster_id: str, first: date, last: date) -> viewing.RosterTables:
    """The tables of these dates of a stored roster."""
    return _part(url(), roster_id, first, last)


@st.cache_resource(max_entries=6, show_spinner=False)
def _person_grid(address: str, roster_id: str, first: date, last: date) -> pd.DataFrame:
    return viewing.person_grid(_part(address, roster_id, first, last))


def person_grid(tables: viewing.RosterTables) -> pd.DataFrame:
    return _person_grid(url(), tables.roster_id, tables.days[0], tables.days[-1])


@st.cache_resource(max_entries=6, show_spinner=False)
def _work_grid(address: str, roster_id: str, first: date, last: date) -> pd.DataFrame:
    return viewing.work_grid(_part(address, roster_id, first, last))


def work_grid(tables: viewing.RosterTables) -> pd.DataFrame:
    return _work_grid(url(), tables.roster_id, tables.days[0], tables.days[-1])


# --- answers: of a stored roster's own facts for good, of the facts of now until they change


@st.cache_resource(max_entries=6, show_spinner=False)
def _names_of(address: str, roster_id: str) -> Naming:
    header = _repository(address).roster(roster_id).header
    return Naming.of(_repository(address).snapshot(roster_id), header.start, header.last)


def names_of(roster_id: str) -> Naming:
    """What the ids in a stored roster are called."""
    return _names_of(url(), roster_id)


@st.cache_resource(ttl=FACTS_SECONDS, max_entries=6, show_spinner=False)
def _names_now(address: str, first: date, last: date) -> Naming:
    return Naming.of(_dataset(address), first, last)


def names_now(first: date, last: date) -> Naming:
    return _names_now(url(), first, last)


@st.cache_resource(max_entries=60, show_spinner="Looking at everybody who could have filled it …")
def _why_vacancy(address: str, roster_id: str, demand_id: str) -> explaining.EmptyPlace:
    return explaining.why_vacancy(_repository(address), roster_id, demand_id)


def why_vacancy(roster_id: str, demand_id: str) -> explaining.EmptyPlace:
    return _why_vacancy(url(), roster_id, demand_id)


@st.cache_resource(max_entries=6, show_spinner="Looking for what would open these places …")
def _why_vacancies(address: str, roster_id: str) -> explaining.Vacancies:
    return explaining.why_vacancies(_repository(address), roster_id)


def why_vacancies(roster_id: str) -> explaining.Vacancies:
    return _why_vacancies(url(), roster_id)


@st.cache_resource(ttl=FACTS_SECONDS, max_entries=60, show_spinner="Ranking replacements …")
def _replacements(address: str, roster_id: str, demand_id: str) -> replacing.Replacements:
    return replacing.replacements(_repository(address), roster_id, demand_id)


def replacements(roster_id: str, demand_id: str) -> replacing.Replacements:
    return _replacements(url(), roster_id, demand_id)


@st.cache_resource(max_entries=60, show_spinner="Solving again near this roster; at most ten seconds …")
def _why_person(address: str, roster_id: str, staff_id: str, demand_id: str) -> answering.WhyNot | answering.WhyThis:
    return answering.why_person(_repository(address), roster_id, staff_id, demand_id)


def why_person(roster_id: str, staff_id: str, demand_id: str) -> answering.WhyNot | answering.WhyThis:
    return _why_person(url(), roster_id, staff_id, demand_id)


@st.cache_resource(ttl=FACTS_SECONDS, max_entries=6, show_spinner="Looking at the facts …")
def _feasibility(address: str, collaborative_id: str, start: date, days: int) -> Feasibility:
    return feasibility_of(_repository(address), Request(collaborative_id, start, days))


def feasibility(collaborative_id: str, start: date, days: int) -> Feasibility:
    return _feasibility(url(), collaborative_id, start, days)


@st.cache_resource(ttl=FACTS_SECONDS, max_entries=6, show_spinner="Looking at what ends …")
def _expiries(address: str, collaborative_id: str, start: date, weeks: int) -> expiring.Expiries:
    return expiring.expiries(_repository(address), collaborative_id, start, weeks)


def expiries(collaborative_id: str, start: date, weeks: int) -> expiring.Expiries:
    return _expiries(url(), collaborative_id, start, weeks)


def with_errors_shown(panel: Callable[..., None]) -> Callable[..., None]:
    """A fragment runs on its own, past the router: what it raises for people is shown in its place."""

    @wraps(panel)
    def shown(*arguments: Any, **named: Any) -> None:
        try:
            panel(*arguments, **named)
        except SchedulerError as error:
            st.error(plain_lines(error))
        address.write()

    return shown
