"""The front door for programs and notebooks: open, import, solve, ask why, compare, look at frames.

    from datetime import date
    from scheduler import api

    # in memory; api.open("sqlite:///rosters.db") keeps it
    with api.open() as scheduler:
        scheduler.import_data(api.example("mid-and-south-essex"))
        week = scheduler.solve("MSECC", date(2027, 1, 11), seconds=30)
        print(week.gap, scheduler.frames(week).shifts.head())

Money is in pence, a gap is a share, times are seconds. Errors are
`SchedulerError` of `scheduler.domain.errors` and what derives from it, sentences for people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from scheduler.domain.errors import NotFound
from scheduler.services.data.import_export import ImportReport
from scheduler.services.data.import_export import import_data as take_in
from scheduler.services.data.open import Repository, open_repository
from scheduler.services.data.shipped import shipped
from scheduler.services.explain import why_person, why_vacant
from scheduler.services.explain.why_person import WhyNot, WhyThis
from scheduler.services.explain.why_vacant import ExplainedVacancy
from scheduler.services.rosters import solve
from scheduler.services.scenarios import compare
from scheduler.services.view import roster_tables
from solver.infeasible.conflicting_facts import conflict_sentences
from solver.search.strategy import Limits, Progress

__all__ = ["Comparison", "Frames", "ScenarioResult", "Scheduler", "SolvedRoster", "example", "open"]

IN_MEMORY = "sqlite://"


@dataclass(frozen=True)
class SolvedRoster:
    """A roster that was found and checked, or why there is none.

    `roster_id`: where it is stored, empty where no roster keeps all hard rules; `clash` then names
    the facts, a sentence each. `objective_pence` and `bound_pence`: what it costs, and what every
    roster must cost at the least. `summary`: all its figures.
    """

    roster_id: str
    objective_pence: float | None
    bound_pence: float | None
    gap: float | None
    summary: Mapping[str, Any]
    clash: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frames:
    """A roster as tables. `shifts`: a row per assignment; `needs`: a row per demand, with how many
    it lacks; `people`: a row per person.
    """

    shifts: pd.DataFrame
    needs: pd.DataFrame
    people: pd.DataFrame


@dataclass(frozen=True)
class ScenarioResult:
    """A week under a scenario. `low_pence` and `high_pence`: between which the change of the
    objective lies for certain.

    `verdict`: what that says in words. All three are None where there is no roster under the
    scenario; `status` and `notes` say why.
    """

    name: str
    status: str
    roster_id: str | None
    low_pence: float | None
    high_pence: float | None
    verdict: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A week as it is and under scenarios. `document`: everything that was found, as the services
    describe it.
    """

    comparison_id: str
    base_roster_id: str
    cases: tuple[ScenarioResult, ...]
    document: Mapping[str, Any]


def open(database: str | None = None) -> "Scheduler":
    """A scheduler over a database address such as `sqlite:///rosters.db` or `postgresql://…`; None:
    in memory, gone when it is closed.

    Raises BadRequest or Unavailable where it cannot be opened.
    """
    return Scheduler(open_repository(database or IN_MEMORY))


def example(name: str) -> Path:
    """The folder of an example that comes with the program: real organisations and places,
    synthetic staff. Raises NotFound, naming those that there are.
    """
    folder = shipped("examples") / name
    known = sorted(one.parent.name for one in shipped("examples").glob("*/collaborative.csv"))
    if name not in known:
        raise NotFound(f"There is no example {name!r}: there are {', '.join(known)}.")
    return folder


class Scheduler:
    """Facts and rosters of one database, and what can be asked of them. To be closed, or used in a
    `with` statement.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def close(self) -> None:
        self._repository.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def import_data(self, path: str | Path) -> ImportReport:
        """Take in a folder of CSV files or an .xlsx workbook, all of it or nothing. Raises BadInput
        with every fault at once.
        """
        return take_in(self._repository, Path(path))

    def solve(
        self,
        collaborative_id: str,
        start: date,
        *,
        days: int = 7,
        seconds: float = 60,
        policy: Mapping[str, Any] | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> SolvedRoster:
        """Build a roster of `days` days from `start`, check it independently and store it as a
        draft, in at most `seconds`.

        `policy`: rule id -> parameters over the default. Raises NotFound for an unknown
        collaborative, BadRequest where there is nothing to roster, BadInput for a policy with
        faults, NoRosterInTime where the time was too short for any roster, RosterRefused where the
        check does not agree with the search.
        """
        request = solve.Request(collaborative_id, start, days, policy)
        outcome = solve.solve(self._repository, request, Limits(seconds), on_progress=on_progress)
        if outcome.document is None:
            return SolvedRoster("", None, None, None, {}, tuple(conflict_sentences(outcome.clash)))
        summary = outcome.document.summary
        return SolvedRoster(
            outcome.roster_id,
            summary["objective_pence"],
            summary["bound_pence"],
            summary["gap"],
            summary,
        )

    def frames(self, roster: SolvedRoster | str) -> Frames:
        """A stored roster as tables, with names. Raises NotFound."""
        tables = roster_tables.roster_tables(self._repository, _id(roster))
        return Frames(tables.shifts, tables.needs, tables.people)

    def why(
        self, roster: SolvedRoster | str, staff_id: str, demand_id: str, *, seconds: float = 10
    ) -> WhyNot | WhyThis:
        """Why a person does not do a shift of a roster, or why they do. Raises NotFound, BadRequest
        for somebody without a contract.
        """
        return why_person.why_person(
            self._repository, _id(roster), staff_id, demand_id, Limits(seconds)
        )

    def why_empty(self, roster: SolvedRoster | str, demand_id: str) -> ExplainedVacancy:
        """Why a place of a roster is empty, and who could have filled it. Raises NotFound,
        BadRequest where nobody is missing.
        """
        return why_vacant.why_vacancy(self._repository, _id(roster), demand_id)

    def compare(
        self,
        collaborative_id: str,
        start: date,
        scenarios: Sequence[str | Path],
        *,
        days: int = 7,
        seconds: float = 60,
        policy: Mapping[str, Any] | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Comparison:
        """The period as it is and under each scenario file (TOML), each with `seconds` for its
        search and what belongs to it.

        Raises what `solve` raises, and BadInput for scenarios that do not fit the facts.
        """
        request = solve.Request(collaborative_id, start, days, policy)
        paths = [Path(path) for path in scenarios]
        document = compare.compare(
            self._repository, request, paths, Limits(seconds), on_progress=on_progress
        )
        return Comparison(
            document["id"],
            document["base"]["roster_id"],
            tuple(map(_case, document["scenarios"])),
            document,
        )


def _id(roster: SolvedRoster | str) -> str:
    return roster if isinstance(roster, str) else roster.roster_id


def _case(case: Mapping[str, Any]) -> ScenarioResult:
    change = case.get("change", {}).get("objective_pence", {})
    return ScenarioResult(
        name=case["name"],
        status=case["status"],
        roster_id=case.get("roster_id"),
        low_pence=change.get("low"),
        high_pence=change.get("high"),
        verdict=change.get("verdict"),
        notes=tuple(case.get("notes", ())),
    )
