"""Compared weeks at their edges: the clock change, no demand, members who come late or have nobody;
figures against the stored rosters, and the same again.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.rosters.solve import Request, problem_of
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.storage.repository import Repository
from solver.evaluate.verify import pence, verify
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply
from tests.scheduler.services.scenarios.test_gains_hold import held

LIMITS = Limits(seconds=10, workers=2, seed=3)
CLOCKS = date(2027, 3, 28)
"""Clocks go forward."""
OVERTIME = 'name = "No overtime"\n[overtime]\nallowed = false\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "overtime.toml"
    made.write_text(OVERTIME)
    return made


def small(*, lends: bool = True, first: date = MONDAY) -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    if lends:
        lending(tables, ["P1"])
    ahead = (first - MONDAY).days
    for day in (-1, 0, 1, 7):
        need(tables, ahead + day, "N", site_id="SB")
    supply(tables, "AG", "agency", "B", hourly_pence="4000")
    return tables


def stored(tables: Tables) -> Repository:
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


@pytest.mark.parametrize(("start", "days"), [(CLOCKS, 1), (date(2027, 3, 22), 28), (CLOCKS, 7)])
def test_across_the_clock_change_figures_are_those_of_the_stored_rosters(
    file: Path, start: date, days: int
) -> None:
    request = Request("COL", start, days)
    with stored(small(first=CLOCKS)) as repository:
        base = compare(repository, request, [file], LIMITS)["base"]
        roster = repository.roster(base["roster_id"]).document
        problem, policy, _ = problem_of(repository, request)
        again = verify(problem, policy, roster.decision())
    assert not again.breaches
    assert base["objective_pence"] == pytest.approx(pence(again.objective) + added(base), abs=0.01)
    worked = sum(line.paid_minutes for line in roster.assignments)
    assert sum(base["figures"]["minutes_by_pay"].values()) == worked
    assert base["bound_pence"] <= base["objective_pence"]
    by_organisation = base["figures"]["by_organisation"].values()
    for kind, money in base["figures"]["pence_by_pay"].items():
        assert sum(one["pence_by_pay"][kind] for one in by_organisation) == pytest.approx(
            money, abs=1
        )


def added(base: dict[str, Any]) -> float:
    return float(base["counted_too"]["pence"])


@pytest.mark.parametrize(("start", "weeks"), [(date(2027, 6, 7), 1), (MONDAY, 4)])
def test_weeks_without_demand_are_told_and_nothing_is_stored(
    file: Path, start: date, weeks: int
) -> None:
    """Of four weeks in a row the last have none."""
    request = Request("COL", start)
    with stored(small()) as repository:
        asked = [
            lambda: compare(repository, request, [file], LIMITS, weeks=weeks),
            lambda: waterfall(repository, request, [file], LIMITS, weeks=weeks),
            lambda: partners(repository, request, LIMITS, weeks=weeks),
        ]
        if weeks == 1:
            asked.append(lambda: frontier(repository, request, "agency", "cover", LIMITS))
        for ask in asked:
            with pytest.raises(BadRequest, match="has no demand from 2027"):
                ask()
        assert not repository.rosters()


def test_partners_without_agreements_gain_nothing() -> None:
    with stored(small(lends=False)) as repository:
        found = partners(repository, Request("COL", MONDAY), LIMITS)
    held(found)
    assert found["whole"]["found"] == 0
    assert {row["gains_pence"] for row in found["by_partner"].values()} == {0}


def test_one_partner_is_told_so() -> None:
    tables = small(lends=False)
    del tables["membership"][1:]
    with stored(tables) as repository, pytest.raises(BadRequest, match="has 1 in these weeks"):
        partners(repository, Request("COL", MONDAY), LIMITS)


def test_a_member_with_nobody_who_joins_in_the_second_week(file: Path) -> None:
    tables = small()
    tables["organisation"].append({**tables["organisation"][0], "id": "C", "name": "Trust C"})
    tables["membership"].append(
        {**tables["membership"][0], "organisation_id": "C", "from_date": "2027-01-20"}
    )
    with stored(tables) as repository:
        found = partners(repository, Request("COL", MONDAY), LIMITS, weeks=2)
        first = partners(repository, Request("COL", MONDAY), LIMITS)
        compare(repository, Request("COL", MONDAY), [file], LIMITS, weeks=2)
    assert (found["partners"], first["partners"]) == (["A", "B", "C"], ["A", "B"])
    held(found)
    assert found["splits"]["shapley"]["pence"]["C"] == 0


def test_the_same_again_is_the_same_but_for_times(file: Path) -> None:
    request = Request("COL", MONDAY)
    told = []
    for _ in range(2):
        with stored(small()) as repository:
            told.append(
                [
                    timeless(compare(repository, request, [file], LIMITS, weeks=2)),
                    timeless(waterfall(repository, request, [file], LIMITS)),
                    timeless(partners(repository, request, LIMITS)),
                    timeless(frontier(repository, request, "agency", "cover", LIMITS)),
                ]
            )
    assert told[0] == told[1]


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: timeless(one)
            for key, one in value.items()
            if key not in ("created_at", "seconds", "time_limit_seconds")
        }
    return [timeless(one) for one in value] if isinstance(value, list) else value
