"""What the pages remember between reruns: the database, facts and rosters read once."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import update_wrapper, wraps
from inspect import signature
from threading import Lock, Thread
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

import pandas as pd
import streamlit as st

from scheduler.domain.access import Action, Actor, Everywhere
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError, Unavailable
from scheduler.domain.roster_edit import RosterEdit
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.gate import ThingKind, allowed
from scheduler.services.data.aside import aside
from scheduler.services.data.built_under import built_under
from scheduler.services.data.open import Repository, database_url, open_repository
from scheduler.services.edit import board as board_service
from scheduler.services.edit.candidates import candidates
from scheduler.services.explain import replacements as replacement_service
from scheduler.services.explain import why_person as why_service
from scheduler.services.explain import why_vacant as vacancy_service
from scheduler.services.explain.names import Naming
from scheduler.services.facts.words import FactNames
from scheduler.services.inbox import inbox as inbox_service
from scheduler.services.jobs import jobs
from scheduler.services.kpis import kpis as kpi_service
from scheduler.services.outlook import expiries as expiry_service
from scheduler.services.outlook.feasibility import Feasibility
from scheduler.services.outlook.feasibility import feasibility as feasibility_of
from scheduler.services.publish import preview as preview_service
from scheduler.services.rosters.policy_effect import PolicyEffect, what_it_would_cost
from scheduler.services.rosters.solve import Request
from scheduler.services.sign_off import standing as standing_service
from scheduler.services.versions import difference as difference_service
from scheduler.services.view import look_up, roster_grids, roster_tables
from ui import address, sign_in
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

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 1.0
"""Seconds for which a page waits for a worker to be noted down, which takes longer only beside
somebody who writes.
"""
FACTS_SECONDS = 60
"""Facts that somebody imports on the command line are seen after so long at the latest."""
ROSTER_SECONDS = 3_600
"""Somebody who is forgotten on the command line is gone from here after so long at the latest; and
whoever still looks at a roster then is put on record as looking at it, if that is due.
"""


@st.cache_resource(show_spinner=False)
def _open(address: str) -> Repository:
    return open_repository(address)


def opened() -> Repository:
    """The database before it is known who asks: for finding that out, and nothing else. Raises
    BadRequest where it cannot be opened.
    """
    return _open(database_url())


def repository() -> Repository:
    """The database of these pages as whoever looks at them has it, for services to be called with.
    Raises NotSignedIn, and BadRequest where it cannot be opened.
    """
    found = opened()
    return found.acting(sign_in.actor(found))


def whoever_looks() -> Actor:
    """Who that is, with what they may do at this moment."""
    return sign_in.actor(opened())


def may(action: Action, kind: ThingKind | None = None, named: str | None = None) -> bool:
    """Whether whoever looks at the page may do this, here or to anything at all: what a page
    offers. What is done is asked once more by the service that does it.
    """
    return allowed(repository(), action, kind, named)


ACTORS = 4
"""So many different people at once find again what was kept for them, on average."""


class Kept(Generic[P, T]):
    """What a service reads of this database for whoever asks, read once for each of its arguments.

    Nothing that was kept for one account is ever handed to another, nor to the same one once its
    grants are others.
    """

    def __init__(self, read: Callable[Concatenate[Repository, P], T], how: dict[str, Any]) -> None:
        # the cache tells databases by their address and people by what they hold; what begins with
        # an underscore it leaves out
        def at(
            address: str, standing: str, _actor: Actor, *arguments: P.args, **named: P.kwargs
        ) -> T:
            return read(_open(address).acting(_actor), *arguments, **named)

        # it tells functions apart by name and source, which are those of `read`; which parameter is
        # which it must see of `at`
        own = signature(at)
        update_wrapper(at, read)
        at.__dict__["__signature__"] = own
        settings = {"show_spinner": False, **how}
        if "max_entries" in settings:
            settings["max_entries"] *= ACTORS
        cached: Any = st.cache_resource(**settings)(at)
        self._cached = cached

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> T:
        return self.asked_by(sign_in.actor(opened()), *arguments, **named)

    def asked_by(self, actor: Actor, *arguments: P.args, **named: P.kwargs) -> T:
        """The same for somebody in particular."""
        return cast(T, self._cached(database_url(), standing(actor), actor, *arguments, **named))

    def clear(self) -> None:
        """Forget all that was kept, for everybody."""
        self._cached.clear()


def standing(actor: Actor) -> str:
    """All that decides what an actor is shown, as a text."""
    held = sorted(
        (
            grant.role,
            ["everywhere"]
            if isinstance(grant.organisations, Everywhere)
            else ["of", *sorted(grant.organisations)],
            grant.post_id,
        )
        for grant in actor.grants
    )
    return repr((actor.account, actor.behind, actor.program, actor.staff_id, held))


def kept(**how: Any) -> Callable[[Callable[Concatenate[Repository, P], T]], Kept[P, T]]:
    """Keep a function's answers, as `st.cache_resource` does with these settings; the database is
    put in for its first argument, whose name must not begin with an underscore: the cache would
    leave it out of what it tells apart.
    """
    return lambda read: Kept(read, how)


# --- facts, until they change


@kept(ttl=ROSTER_SECONDS, max_entries=1, show_spinner="Reading the facts …")
def _dataset(database: Repository, stamp: str) -> Dataset:
    return look_up.facts(database)


def dataset() -> Dataset:
    """The facts that hold now, as far as whoever looks may see them: read anew only where some have
    changed, for they are many, and what is made anew is looked through after every run of a page.
    """
    return _dataset(look_up.facts_stamp(opened()))


def dataset_for(actor: Actor) -> Dataset:
    """The same for somebody in particular."""
    return _dataset.asked_by(actor, look_up.facts_stamp(opened()))


@kept(ttl=FACTS_SECONDS, max_entries=2)
def people_in_full(database: Repository) -> dict[str, str]:
    """Staff number -> name, of those of whom whoever looks may see everything: of others a roster
    shows the name.
    """
    return look_up.people_in_full(database)


@kept(ttl=FACTS_SECONDS, max_entries=20)
def weeks(database: Repository, collaborative_id: str) -> list[date]:
    """The Mondays of a collaborative's weeks that there are to look at, and to build."""
    return roster_tables.weeks(database, collaborative_id)


@kept(ttl=FACTS_SECONDS, max_entries=6)
def names_now(database: Repository, first: date, last: date) -> Naming:
    """What the ids in the facts of now are called, between two dates."""
    return Naming.of(dataset(), first, last)


@kept(ttl=FACTS_SECONDS, max_entries=2)
def fact_names(database: Repository) -> FactNames:
    """What ids in the facts of now are called, grid by grid."""
    return FactNames.of(dataset())


@kept(ttl=FACTS_SECONDS, max_entries=60, show_spinner="Ranking replacements …")
def _replacements(
    database: Repository, roster_id: str, number: int, demand_id: str
) -> replacement_service.Replacements:
    return aside(database, candidates, roster_id, demand_id)


def replacements(roster_id: str, demand_id: str) -> replacement_service.Replacements:
    """Who could take a place of a roster as it stands, as the service gives them."""
    return _replacements(roster_id, edition(roster_id), demand_id)


@kept(ttl=ROSTER_SECONDS, max_entries=3, show_spinner="Looking at the facts …")
def _feasibility(
    database: Repository,
    collaborative_id: str,
    start: date,
    days: int,
    policy: Mapping[str, Any] | None,
    stamp: str,
) -> Feasibility:
    return aside(database, feasibility_of, Request(collaborative_id, start, days, policy))


def feasibility(
    collaborative_id: str, start: date, days: int, policy: Mapping[str, Any] | None = None
) -> Feasibility:
    """What can be said of these days before they are solved, under a policy's tables."""
    return _feasibility(collaborative_id, start, days, policy, _facts_and_publications())


@kept(ttl=ROSTER_SECONDS, max_entries=3, show_spinner="Looking at what ends …")
def _expiries(
    database: Repository, collaborative_id: str, start: date, weeks: int, stamp: str
) -> expiry_service.Expiries:
    return aside(database, expiry_service.expiries, collaborative_id, start, weeks)


def expiries(collaborative_id: str, start: date, weeks: int) -> expiry_service.Expiries:
    """What so many weeks lose to lapses."""
    return _expiries(collaborative_id, start, weeks, _facts_and_publications())


def _facts_and_publications() -> str:
    """A text that is another whenever either is."""
    return f"{look_up.published_stamp(opened())}:{look_up.facts_stamp(opened())}"


def facts_changed() -> None:
    """To be called by whoever has written facts."""
    for of_facts in (
        people_in_full,
        weeks,
        names_now,
        fact_names,
        _replacements,
        _preview,
    ):
        of_facts.clear()


# --- a stored roster, which changes only where it is edited, or somebody is forgotten


AN_EDITION = 1
"""Of what there is of each edition of a roster only the last is worth keeping: more would be looked
through after every run of a page.
"""


def edition(roster_id: str) -> int:
    """How often a roster was changed by hand up to now."""
    return board_service.edition(repository(), roster_id)


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION, show_spinner="Reading the roster …")
def _tables(database: Repository, roster_id: str, number: int) -> roster_tables.RosterTables:
    read = board_service.tables_in_hand if number else roster_tables.roster_tables
    return read(database, roster_id)


def tables(roster_id: str) -> roster_tables.RosterTables:
    """A stored roster as tables."""
    return _tables(roster_id, edition(roster_id))


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION)
def _part(
    database: Repository, roster_id: str, number: int, first: date, last: date
) -> roster_tables.RosterTables:
    return roster_tables.part(_tables(roster_id, number), first, last)


def part(roster_id: str, first: date, last: date) -> roster_tables.RosterTables:
    """The tables of these dates of a stored roster."""
    return _part(roster_id, edition(roster_id), first, last)


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION)
def _person_grid(
    database: Repository, roster_id: str, number: int, first: date, last: date
) -> pd.DataFrame:
    return roster_grids.person_grid(_part(roster_id, number, first, last))


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION)
def _signed(
    database: Repository, roster_id: str, number: int, answered: int, facts: str
) -> frozenset[tuple[str, str]]:
    return standing_service.signed_places(database, roster_id)


def signed(roster_id: str) -> frozenset[tuple[str, str]]:
    """(staff id or supply id, demand id) of what all whose it is have approved."""
    answered = standing_service.latest_answer(repository(), roster_id)
    if not answered:
        return frozenset()
    facts = look_up.facts_stamp(opened())
    return _signed(roster_id, edition(roster_id), answered, facts)


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION)
def _put_by_hand(
    database: Repository, roster_id: str, number: int
) -> dict[tuple[str, str], RosterEdit]:
    return board_service.put_by_hand(database, roster_id)


def put_by_hand(roster_id: str) -> dict[tuple[str, str], RosterEdit]:
    """(staff id or supply id, demand id) -> the edit that put them there and still counts."""
    return _put_by_hand(roster_id, edition(roster_id))


def person_grid(shown: roster_tables.RosterTables) -> pd.DataFrame:
    """People × days of the tables that are shown, a list of entries in each cell."""
    return _person_grid(shown.roster_id, edition(shown.roster_id), shown.days[0], shown.days[-1])


@kept(ttl=ROSTER_SECONDS, max_entries=AN_EDITION)
def _work_grid(
    database: Repository, roster_id: str, number: int, first: date, last: date
) -> pd.DataFrame:
    return roster_grids.work_grid(_part(roster_id, number, first, last))


def work_grid(shown: roster_tables.RosterTables) -> pd.DataFrame:
    """Service, site, shift and role × days of the tables that are shown, entries in each cell."""
    return _work_grid(shown.roster_id, edition(shown.roster_id), shown.days[0], shown.days[-1])


@kept(ttl=ROSTER_SECONDS, max_entries=6)
def _names_of(database: Repository, roster_id: str, facts: str) -> Naming:
    first, last = look_up.dates_of(database, roster_id)
    return Naming.of(look_up.facts(database, roster_id), first, last)


def names_of(roster_id: str) -> Naming:
    """What the ids in a stored roster are called."""
    return _names_of(roster_id, look_up.facts_under(repository(), roster_id))


@kept(
    ttl=ROSTER_SECONDS,
    max_entries=60,
    show_spinner="Looking at everybody who could have filled it …",
)
def _why_vacancy(
    database: Repository, roster_id: str, number: int, demand_id: str
) -> vacancy_service.ExplainedVacancy:
    return aside(database, vacancy_service.why_vacancy, roster_id, demand_id)


def why_vacancy(roster_id: str, demand_id: str) -> vacancy_service.ExplainedVacancy:
    """Why a place is empty."""
    return _why_vacancy(roster_id, edition(roster_id), demand_id)


@kept(ttl=ROSTER_SECONDS, max_entries=6, show_spinner="Looking for what would open these places …")
def _why_vacancies(database: Repository, roster_id: str, number: int) -> vacancy_service.Vacancies:
    return aside(database, vacancy_service.why_vacancies, roster_id)


def why_vacancies(roster_id: str) -> vacancy_service.Vacancies:
    """Why each empty place of a roster is empty, the most urgent first."""
    return _why_vacancies(roster_id, edition(roster_id))


@kept(
    ttl=ROSTER_SECONDS,
    max_entries=60,
    show_spinner="Solving again near this roster; at most ten seconds …",
)
def _why_person(
    database: Repository, roster_id: str, number: int, staff_id: str, demand_id: str
) -> why_service.WhyNot | why_service.WhyThis:
    return aside(database, why_service.why_person, roster_id, staff_id, demand_id)


def why_person(
    roster_id: str, staff_id: str, demand_id: str
) -> why_service.WhyNot | why_service.WhyThis:
    """Why somebody does a shift of a roster, or does not; each of staff may ask it of themselves.

    Who may not look at rosters is answered of published ones alone, which nobody edits any more.
    """
    number = edition(roster_id) if may("see_rosters", "roster", roster_id) else 0
    return _why_person(roster_id, number, staff_id, demand_id)


@kept(ttl=ROSTER_SECONDS, max_entries=6, show_spinner="Comparing two versions …")
def _difference(
    database: Repository, before: str, after: str, numbers: tuple[int, int]
) -> difference_service.Difference:
    return aside(database, difference_service.difference, before, after)


def difference(before: str, after: str) -> difference_service.Difference:
    """What differs from one stored version to another."""
    return _difference(before, after, (edition(before), edition(after)))


@kept(ttl=FACTS_SECONDS, max_entries=6, show_spinner="Looking at what publishing it changes …")
def _preview(database: Repository, roster_id: str, number: int) -> preview_service.Preview:
    return aside(database, preview_service.preview, roster_id)


def preview(roster_id: str) -> preview_service.Preview:
    """What publishing a roster would change, under the facts and publications of now."""
    return _preview(roster_id, edition(roster_id))


def publications_changed() -> None:
    """To be called by whoever has published or withdrawn anything."""
    for of_publications in (_preview, policy_effect, _replacements, waiting):
        of_publications.clear()


@kept(ttl=FACTS_SECONDS, max_entries=1)
def waiting(database: Repository) -> int:
    """How many things wait for whoever looks."""
    return inbox_service.how_many(database)


@kept(ttl=ROSTER_SECONDS, max_entries=3, show_spinner="Reading the published weeks …")
def _kpis(database: Repository, collaborative_id: str, stamp: str) -> kpi_service.Document:
    return aside(database, kpi_service.kpis, collaborative_id)


def kpis(collaborative_id: str) -> kpi_service.Document:
    """How all published weeks have gone, by the publications and facts of now. Not to be
    changed.
    """
    return _kpis(collaborative_id, _facts_and_publications())


def answered() -> None:
    """To be called by whoever has answered something that waited for somebody."""
    waiting.clear()


# --- policies


@kept(ttl=FACTS_SECONDS, max_entries=20)
def policy_words(database: Repository, roster_id: str) -> str:
    """Under which policy a stored roster was built; empty for the default."""
    return built_under(database, roster_id).sentence


# what was published since counts in it
@kept(ttl=FACTS_SECONDS, max_entries=20, show_spinner="Judging the roster again …")
def policy_effect(database: Repository, roster_id: str, tables: str) -> PolicyEffect:
    """What a policy, as JSON of its tables over the default, would make of a stored roster."""
    return aside(database, what_it_would_cost, roster_id, json.loads(tables))


def canonical_tables(tables: Mapping[str, Any]) -> str:
    """Equal tables have equal texts."""
    return json.dumps(tables, sort_keys=True, default=str)


def policies_changed() -> None:
    """To be called by whoever has saved or withdrawn one."""
    policy_words.clear()


# --- somebody must work


def see_to_waiting_jobs() -> None:
    """Whoever opens the pages gets going what was left waiting, for instance by a restart of this
    machine. Once a visit.
    """
    if st.session_state.get("saw_to_jobs"):
        return
    st.session_state["saw_to_jobs"] = True
    if jobs.waiting(repository()):
        see_to_a_worker()


_seeing = Lock()


def see_to_a_worker() -> None:
    """Start one where none lives. Beside somebody who writes that may take long, and the page does
    not wait for it.
    """
    if not _seeing.acquire(blocking=False):
        return
    starting = Thread(target=_start_a_worker, args=(repository(),), daemon=True)
    starting.start()
    starting.join(PATIENCE)


def _start_a_worker(database: Repository) -> None:
    try:
        with suppress(Unavailable):  # whoever comes next tries again
            jobs.ensure_worker(database)
    finally:
        _seeing.release()


def with_errors_shown(panel: Callable[..., None]) -> Callable[..., None]:
    """A fragment runs on its own, past the router: what it raises for people is shown in
    its place.
    """

    @wraps(panel)
    def shown(*arguments: Any, **named: Any) -> None:
        try:
            panel(*arguments, **named)
        except NotSignedIn:
            st.rerun()  # all of the page: the way in stands there
        except SchedulerError as error:
            st.error(plain_lines(error))
        address.write()

    return shown
