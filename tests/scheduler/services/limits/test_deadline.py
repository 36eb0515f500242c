"""A time limit is that of the whole: what searches are handed, by a clock of our own."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.jobs.order import Order
from scheduler.services.limits import plan
from scheduler.services.limits.deadline import AFTER, LEAST_SECONDS, Deadline
from scheduler.services.limits.plan import (
    BATCH,
    SCREENING,
    SOLVES,
    SearchPlan,
    of_comparison,
    of_worth,
)
from scheduler.services.repair import repair
from scheduler.services.repair.disruption import Sick
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import deadlines
from scheduler.services.scenarios import compare, value_interventions
from scheduler.storage.repository import Repository
from solver.search.choose import search
from solver.search.strategy import Found, Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables

REQUEST = Request("COL", MONDAY)
HOUR = 3600.0
"""A limit beside which what these small problems really take is nothing."""


class Clock:
    """Runs as the real one does, and can be put forward."""

    def __init__(self) -> None:
        self._real, self.forward = time.monotonic, 0.0

    def __call__(self) -> float:
        return self._real() + self.forward


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")
    found = Clock()
    monkeypatch.setattr(time, "monotonic", found)
    return found


@pytest.fixture
def tables() -> Tables:
    """P1 and P2 may be lent to B but for a passport that P2 lacks; B has shifts and nobody of its
    own.
    """
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, ["P1"])
    for day in range(3):
        need(tables, day, "E", site_id="SB")
    need(tables, 1, "E")
    return tables


@pytest.fixture
def repository(tables: Tables) -> Repository:
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


@pytest.fixture
def handed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that each search is handed; all of them go by."""
    seconds: list[float] = []

    def all_of_it(problem: Any, policy: Any, limits: Limits, *others: Any) -> Found:
        seconds.append(limits.seconds)
        clock.forward += limits.seconds
        return search(problem, policy, Limits(10.0, workers=2), *others)

    monkeypatch.setattr(solve, "search", all_of_it)
    return seconds


def slow(build: Callable[..., Any], clock: Clock, seconds: float) -> Callable[..., Any]:
    def built(*given: Any, **named: Any) -> Any:
        clock.forward += seconds
        return build(*given, **named)

    return built


@pytest.mark.parametrize(("since", "built"), [(0.0, 0.0), (3.0, 0.0), (3.0, 2.0)])
def test_a_search_gets_what_is_left_after_building_and_for_storing(
    monkeypatch: pytest.MonkeyPatch, since: float, built: float
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0 + since)
    deadline = Deadline.after(10.0, 100.0).having_built(100.0 + since - built)
    assert deadline.limits(Limits(10.0)).seconds == pytest.approx(10.0 - since - AFTER * built)
    assert deadline.limits(Limits(2.0)).seconds == 2.0


def test_a_limit_that_building_uses_up_leaves_the_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 120.0)
    spent = Deadline.after(10.0, 100.0)
    assert spent.limits(Limits(10.0)).seconds == LEAST_SECONDS
    assert spent.limits(Limits(0.1)).seconds == 0.1
    assert spent.part(1, 2).left() == 0.0


def test_steps_are_steps_however_long_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 120.0)
    given = Limits(10.0, deterministic=True)
    assert Deadline.after(10.0, 100.0).having_built(100.0).limits(given) == given


def test_turns_share_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 40.0)
    whole = Deadline.after(100.0, 0.0)
    assert [whole.part(turn, 3).ends for turn in (1, 2, 3)] == pytest.approx([60.0, 80.0, 100.0])
    assert whole.part(1, 1, kept=15.0).ends == pytest.approx(85.0)


@pytest.mark.parametrize(
    ("engine", "workers", "ends"),
    [
        ("inline", "", [10, 20, 30, 40, 50]),
        ("local", "2", [17, 17, 33, 33, 50]),
        ("local", "8", [50] * 5),
        ("tcp://elsewhere:1", "", None),
    ],
)
def test_a_task_has_to_end_with_its_turn(
    monkeypatch: pytest.MonkeyPatch, engine: str, workers: str, ends: list[int] | None
) -> None:
    """On a cluster of other machines' clocks no time of ours says anything."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    monkeypatch.setenv("SCHEDULER_ENGINE", engine)
    monkeypatch.setenv("SCHEDULER_ENGINE_WORKERS", workers)
    found = deadlines(5, Deadline(50.0))
    assert [one and round(one.ends) for one in found] == (ends or [None] * 5)
    assert deadlines(2, None) == [None, None]


def test_what_is_said_beforehand() -> None:
    two, one, cluster = (
        {"SCHEDULER_ENGINE": "local", "SCHEDULER_ENGINE_WORKERS": "2"},
        {"SCHEDULER_ENGINE": "inline"},
        {"SCHEDULER_ENGINE": "tcp://elsewhere:1"},
    )
    assert (
        of_comparison(4, environment=two).sentence(5)
        == "5 searches of at most 5 s each, 2 at once: at most 15 s in all."
    )
    assert (
        of_comparison(4, environment=one).sentence(30)
        == "5 searches of at most 30 s each: at most 2 min 30 s in all."
    )
    assert "as many at once as the cluster does" in of_comparison(4, environment=cluster).sentence(
        5
    )
    assert of_worth(0, 1, two).turns == 1 + SCREENING + 6
    assert of_worth(0, 2, one).turns == 1 + SCREENING + 1 + SOLVES + 2 * BATCH
    assert of_worth(3, 2, one).sentence(10).startswith("Up to 15 searches of at most 10 s each")
    assert SearchPlan(1).sentence(60) == "At most 60 s in all."


def test_an_order_says_how_long_it_takes_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")
    limits = Limits(20.0)
    assert Order("solve", "COL", MONDAY, limits=limits).seconds_at_most == 20
    assert Order("repair", "COL", MONDAY, limits=limits).seconds_at_most == 20
    assert (
        Order(
            "compare", "COL", MONDAY, limits=limits, scenarios={"a.toml": "", "b.toml": ""}
        ).seconds_at_most
        == 60
    )
    assert (
        Order("value", "COL", MONDAY, limits=limits, bundle=1).seconds_at_most
        == 20 * of_worth(0, 1).turns
    )


def test_a_solve_counts_from_when_its_command_began(
    repository: Repository, handed: list[float], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading 40 s, building 100 s: the search gets the rest without what storing will take."""
    monkeypatch.setattr(solve, "build_problem", slow(solve.build_problem, clock, 100.0))
    began = time.monotonic()
    clock.forward += 40.0
    outcome = solve.solve(
        repository, REQUEST, Limits(HOUR, 2), deadline=Deadline.after(HOUR, began)
    )
    assert handed == [pytest.approx(HOUR - 40 - 100 - 100 * AFTER, abs=60)]
    assert time.monotonic() - began <= HOUR
    assert outcome.document is not None
    assert outcome.document.summary["time_limit"] == HOUR, "what was asked for"


def test_a_comparison_takes_no_longer_than_is_said(
    repository: Repository,
    handed: list[float],
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scheduler.services.scenarios import solve_scenario

    monkeypatch.setattr(
        solve_scenario, "build_problem", slow(solve_scenario.build_problem, clock, 100.0)
    )
    files = []
    for name in ("one", "two"):
        files.append(tmp_path / f"{name}.toml")
        files[-1].write_text(f'name = "{name}"\n[policy.travel]\noff = true\n')
    began = time.monotonic()
    compare.compare(repository, REQUEST, files, Limits(HOUR, 2), began=began)
    assert len(handed) == 3
    assert time.monotonic() - began <= of_comparison(2).seconds(HOUR)
    assert all(0.75 * HOUR < seconds <= HOUR for seconds in handed), "and wastes little of it"


def test_valuing_takes_no_longer_than_is_said(
    repository: Repository, handed: list[float], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Screening small problems takes no time, so that the searches may have all of theirs."""
    monkeypatch.setattr(
        value_interventions, "build_problem", slow(value_interventions.build_problem, clock, 100.0)
    )
    began = time.monotonic()
    document = value_interventions.value(
        repository, REQUEST, Limits(HOUR, 2), bundle=2, began=began
    )
    assert len(handed) >= 3
    assert time.monotonic() - began <= plan.of_worth(0, 2).seconds(HOUR)
    assert all(0.8 * HOUR < seconds <= HOUR for seconds in handed)
    assert document["lifts"]


def test_a_repair_counts_from_when_its_command_began(
    repository: Repository, handed: list[float], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster_id = solve.solve(repository, REQUEST, Limits(HOUR, 2)).roster_id
    worker = next(
        line.staff_id for line in repository.roster(roster_id).document.assignments if line.staff_id
    )
    given: list[float] = []

    def heard(upset: Any, limits: Limits, should_stop: Any) -> Any:
        given.append(limits.seconds)
        return attempt(upset, Limits(10.0, 2), should_stop)

    attempt = repair._attempt
    monkeypatch.setattr(repair, "_attempt", heard)
    began = time.monotonic()
    clock.forward += 500.0
    repair.repair(
        repository,
        roster_id,
        sick=[Sick(worker, MONDAY, MONDAY.replace(day=17))],
        since=MONDAY,
        limits=Limits(HOUR, 2),
        began=began,
    )
    assert given
    assert all(seconds == pytest.approx(HOUR - 500, abs=60) for seconds in given)
