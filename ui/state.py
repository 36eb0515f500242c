"""What the pages remember between reruns: the database, facts and rosters read once, and choices kept in the address."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError
from scheduler.services import jobs, viewing
from scheduler.services.opening import database_url, open_repository

T = TypeVar("T")

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
        jobs.ensure_worker(repository())


def facts_changed() -> None:
    """To be called by whoever has written facts."""
    _dataset.clear()
    _weeks.clear()


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


def choose(label: str, options: Sequence[T], parameter: str, say: Callable[[T], str], text: Callable[[T], str] = str, **more: Any) -> T:
    """A drop-down whose choice stands in the page's address as `parameter`, so that a reload or a link finds it again.

    `say` gives an option's label, `text` its form in the address.
    """
    known = [text(option) for option in options]
    key = f"choose_{parameter}"
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]
    wanted = st.query_params.get(parameter)
    index = known.index(wanted) if wanted in known else 0
    initial = {} if key in st.session_state else {"index": index}
    chosen = st.selectbox(label, options, format_func=say, key=key, **initial, **more)
    st.query_params[parameter] = text(chosen)
    return chosen


def choose_next(parameter: str, text: str) -> None:
    """Let the next run of the page choose this option."""
    st.session_state.pop(f"choose_{parameter}", None)
    st.query_params[parameter] = text


def with_errors_shown(panel: Callable[..., None]) -> Callable[..., None]:
    """A fragment runs on its own, past the router: what it raises for people is shown in its place."""

    @wraps(panel)
    def shown(*arguments: Any, **named: Any) -> None:
        try:
            panel(*arguments, **named)
        except SchedulerError as error:
            st.error(str(error))

    return shown
