"""Several weeks as one run, a locked baseline, and figures that add up."""

from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.rosters.reopen import reopen
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.figures import PARTS, agency_share, figures, less, summed
from scheduler.services.scenarios.read_scenarios import parse_scenario
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import tables_of
from solver.evaluate.verify import verify
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
ALONE = 'name = "Alone"\nalone = true\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def tables() -> Tables:
    """P1 of A may be lent to B, which has two nights, one at a weekend, and no more than agency."""
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    need(tables, 1, "E")
    need(tables, 5, "N", site_id="SB")
    need(tables, 7, "E", site_id="SB")  # the week after
    supply(tables, "AG", "agency", "B", hourly_pence=4000)
    return tables


def stored(tables: Tables) -> Repository:
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


def written(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"{number}.toml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return files


def numbers(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], float]:
    if isinstance(value, dict):
        return {
            key: number
            for name, one in value.items()
            for key, number in numbers(one, (*path, name)).items()
        }
    return {path: value}


def test_two_weeks_are_the_sum_of_each_by_itself(tables: Tables, tmp_path: Path) -> None:
    files = written(tmp_path, ALONE)
    with stored(tables) as repository:
        both = compare(repository, REQUEST, files, LIMITS, weeks=2)
        first = compare(repository, REQUEST, files, LIMITS)
        second = compare(
            repository, Request("COL", MONDAY.replace(day=MONDAY.day + 7)), files, LIMITS
        )
    assert both["weeks"] == 2
    for case, one, other in (
        (both["base"], first["base"], second["base"]),
        (both["scenarios"][0], first["scenarios"][0], second["scenarios"][0]),
    ):
        for key in ("objective_pence", "bound_pence", "lent_hours"):
            assert case[key] == pytest.approx(one[key] + other[key])
        assert case["figures"] == summed([one["figures"], other["figures"]])
        assert [week["start"] for week in case["weeks"]] == ["2027-01-11", "2027-01-18"]
        assert len(set(case["roster_ids"])) == 2
        assert "roster_id" not in case
    interval = both["scenarios"][0]["change"]["objective_pence"]
    parts = [one["scenarios"][0]["change"]["objective_pence"] for one in (first, second)]
    assert interval["low"] == pytest.approx(sum(part["low"] for part in parts), abs=0.01)
    assert "Each week is solved by itself" in both["reading"]
    assert "Each week is solved by itself" not in first["reading"]


def test_figures_add_up_by_every_way_of_counting(tables: Tables, tmp_path: Path) -> None:
    with stored(tables) as repository:
        found = compare(repository, REQUEST, written(tmp_path, ALONE), LIMITS)
        opened = reopen(repository, found["base"]["roster_id"])
        report = verify(opened.problem, opened.policy, opened.roster)
        again = figures(opened.problem, opened.policy, opened.roster, report)
    base, alone = found["base"]["figures"], found["scenarios"][0]["figures"]
    assert again == base
    for one in (base, alone):
        rows = one["by_organisation"].values()
        for kind in ("required", "filled", "missing"):
            assert one["minutes"][kind] == sum(row[kind] for row in rows)
        for dimension in ("priority", "service", "place", "part"):
            assert sum(one["missing_by"][dimension].values()) == one["minutes"]["missing"]
            assert sum(one["required_by"][dimension].values()) == one["minutes"]["required"]
        for kind in one["minutes_by_pay"]:
            assert one["minutes_by_pay"][kind] == sum(row["minutes_by_pay"][kind] for row in rows)
            assert one["pence_by_pay"][kind] == sum(row["pence_by_pay"][kind] for row in rows)
        assert sum(row["lent"] for row in rows) == sum(row["borrowed"] for row in rows)
        assert sum(row["recharge_in"] for row in rows) == sum(row["recharge_out"] for row in rows)
        assert set(one["missing_by"]["part"]) <= set(PARTS)
        assert one["breaches"] == 0
    # P1 owes 37.5 h and works four shifts at most; one is A's own
    assert base["by_organisation"]["B"]["borrowed"] == base["by_organisation"]["A"]["lent"] > 0
    assert alone["by_organisation"]["B"]["borrowed"] == 0
    assert alone["minutes_by_pay"]["agency"] > base["minutes_by_pay"]["agency"]
    assert base["staff"]["moved"] == 1
    assert base["staff"]["basic_pence"] == 37.5 * 1800  # a whole week, worked or not
    assert less(alone, base)["minutes_by_pay"]["agency"] == (
        alone["minutes_by_pay"]["agency"] - base["minutes_by_pay"]["agency"]
    )
    share = agency_share(alone)
    assert share is not None
    assert share == alone["pence_by_pay"]["agency"] / (
        sum(alone["pence_by_pay"].values()) + alone["staff"]["basic_pence"]
    )


def test_a_locked_baseline_keeps_facts_policy_and_roster(tables: Tables, tmp_path: Path) -> None:
    files = written(tmp_path, ALONE)
    with stored(tables) as repository:
        first = compare(repository, REQUEST, files, LIMITS, weeks=2)
        dearer = {**tables, "temporary_supply": [dict(row) for row in tables["temporary_supply"]]}
        dearer["temporary_supply"][0]["hourly_pence"] = "9900"
        repository.store(Dataset.from_cells(dearer), replace=True)
        held = compare(repository, REQUEST, files, LIMITS, weeks=2, baseline=first["id"])
        anew = compare(repository, REQUEST, files, LIMITS, weeks=2)
    assert held["baseline"] == first["id"]
    assert held["base"]["roster_ids"] == first["base"]["roster_ids"]
    assert numbers(held["base"]["figures"]) == numbers(first["base"]["figures"])
    assert held["base"]["objective_pence"] == first["base"]["objective_pence"]
    assert held["scenarios"][0]["objective_pence"] == first["scenarios"][0]["objective_pence"]
    assert anew["scenarios"][0]["objective_pence"] > held["scenarios"][0]["objective_pence"]


def test_searched_again_from_there_it_is_no_worse(tables: Tables, tmp_path: Path) -> None:
    files = written(tmp_path, ALONE)
    with stored(tables) as repository:
        first = compare(repository, REQUEST, files, LIMITS)
        again = compare(repository, REQUEST, files, LIMITS, baseline=first["id"], again=True)
    assert again["base"]["objective_pence"] <= first["base"]["objective_pence"]
    assert again["base"]["roster_ids"] != first["base"]["roster_ids"]


def test_the_baseline_among_more_people_than_it_was_made_with(
    tables: Tables, tmp_path: Path
) -> None:
    """Whom a scenario brings in counts in the week as it is too, without a search."""
    person(tables, "P2")  # nobody's passport: may work for A alone, and not where A has nothing
    tables["demand"] = [row for row in tables["demand"] if row["site_id"] == "SB"]
    passport = (
        'name = "Passport"\n[[passport]]\nstaff_ids = ["P2"]\nroute = "portability_agreement"\n'
    )
    with stored(tables) as repository:
        first = compare(repository, REQUEST, written(tmp_path, ALONE), LIMITS)
        files = written(tmp_path, passport)
        held = compare(repository, REQUEST, files, LIMITS, baseline=first["id"])
        anew = compare(repository, REQUEST, files, LIMITS)
    assert first["base"]["counted_too"]["people"] == 0
    assert held["base"]["counted_too"] == anew["base"]["counted_too"]
    assert held["base"]["counted_too"]["people"] == 1
    assert held["base"]["objective_pence"] == anew["base"]["objective_pence"]
    assert 0 < held["base"]["bound_pence"] <= anew["base"]["objective_pence"]


def test_a_baseline_of_other_weeks_is_refused(tables: Tables, tmp_path: Path) -> None:
    files = written(tmp_path, ALONE)
    with stored(tables) as repository:
        first = compare(repository, REQUEST, files, LIMITS)
        with pytest.raises(BadRequest, match="no baseline of these weeks"):
            compare(repository, REQUEST, files, LIMITS, weeks=2, baseline=first["id"])
        with pytest.raises(BadRequest, match="at least one week"):
            compare(repository, REQUEST, files, LIMITS, weeks=0)


def test_a_week_that_clashes_is_told_by_its_date(tables: Tables, tmp_path: Path) -> None:
    tables["pin"] = [{"staff_id": "P1", "demand_id": row["id"]} for row in tables["demand"][:2]]
    files = written(tmp_path, 'name = "Rest"\n[policy.daily_rest]\nhours = 17\n')
    with stored(tables) as repository:
        case = compare(repository, REQUEST, files, LIMITS, weeks=2)["scenarios"][0]
    assert case["status"] == "clash"
    assert [week["status"] for week in case["weeks"]] == ["clash", "optimal"]
    assert "figures" not in case


@pytest.mark.parametrize(
    "text",
    [
        ALONE,
        'name = "A \\"quoted\\" one"\ndescription = "£ and é"\n',
        'name = "Much"\n[[supply]]\nkind = "agency"\nhours_percent = 70\n[[passport]]\n'
        'staff_ids = ["P1"]\nroute = "honorary_contract"\n[policy.daily_rest]\nhours = 12\n'
        "[policy.travel]\noff = true\n",
    ],
)
def test_a_scenario_reads_back_from_its_text(text: str) -> None:
    scenario = parse_scenario(tables_of(text.encode(), "a.toml"), "a.toml")
    again = scenario_text(scenario)
    assert parse_scenario(tables_of(again.encode(), "b.toml"), "b.toml") == scenario
    assert scenario_text(parse_scenario(tables_of(again.encode(), "b.toml"), "b.toml")) == again
