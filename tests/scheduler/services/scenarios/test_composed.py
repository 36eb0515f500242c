"""Scenarios made of others, and what a comparison says of the newer kinds of change."""

from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.services.rosters.reopen import reopen
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.read_scenarios import parse_scenario, read_scenarios
from scheduler.services.scenarios.scenario import Scenario, composed
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, need, person, plain_tables, supply

REQUEST = Request("COL", MONDAY)


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


def scenarios(**tables: dict[str, Any]) -> dict[str, Scenario]:
    return {
        name: parse_scenario({"name": name, **table}, f"{name}.toml")
        for name, table in tables.items()
    }


def percent(*values: float) -> dict[str, Any]:
    return {"supply": [{"kind": "agency", "hourly_percent": value} for value in values]}


def percents(scenario: Scenario) -> list[float | None]:
    return [change.hourly_percent for change in scenario.supply]


def test_the_parts_of_those_named_come_first_each_once() -> None:
    shelf = scenarios(
        base=percent(1),
        left={"with": ["base"], **percent(2), "alone": True},
        right={"with": ["base"], **percent(3), "policy": {"daily_rest": {"hours": 12}}},
        top={
            "with": ["left", "right", "base"],
            **percent(4, 5),
            "policy": {"daily_rest": {"weight": 3}, "travel": {"off": True}},
        },
    )
    found = composed(shelf["top"], shelf.get)
    assert percents(found) == [1, 2, 3, 4, 5]
    assert (found.name, found.alone, found.based_on) == ("top", True, ())
    assert found.policy == {"daily_rest": {"hours": 12, "weight": 3}, "travel": {"off": True}}
    assert percents(shelf["top"]) == [4, 5]


def test_a_scenario_of_nothing_else_is_itself() -> None:
    [alone] = scenarios(alone=percent(1)).values()
    assert composed(alone, lambda _: None) is alone


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"a": ["a"]}, "with[1]: 'a': expected a scenario that does not name this one in its turn"),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, "with[1] of c of b: 'a'"),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, "with[1] of c of b: 'b'"),
        ({"a": ["bee"], "been": []}, "with[1]: 'bee': expected the name of a scenario (nearest: "),
    ],
)
def test_circles_and_unknown_names_are_faults(names: dict[str, list[str]], expected: str) -> None:
    shelf = scenarios(**{name: {"with": others} for name, others in names.items()})
    with pytest.raises(BadInput) as caught:
        composed(shelf["a"], shelf.get, source="a.toml", known=shelf)
    assert expected in str(caught.value.faults[0])


def write(folder: Path, **texts: str) -> list[Path]:
    files = []
    for name, text in texts.items():
        files.append(folder / f"{name}.toml")
        files[-1].write_text(text)
    return files


@pytest.fixture
def tables() -> Tables:
    """Three shifts at A that agency alone can fill, one of them; nobody is employed."""
    tables = plain_tables()
    supply(tables, "AG", hourly_pence="4000", max_shifts_per_week="1")
    for day in range(3):
        need(tables, day, "E")
    return tables


@pytest.mark.parametrize("named", ["cheap", "cheap.toml", "Cheaper agency"])
def test_files_name_each_other_beside_them_or_by_what_they_are_called(
    tables: Tables, tmp_path: Path, named: str
) -> None:
    [*_, top] = write(
        tmp_path,
        broken="name = ",
        cheap='name = "Cheaper agency"\n[[supply]]\nkind = "agency"\nhourly_percent = 50\n',
        top=f'name = "Both"\nwith = ["{named}"]\n[[supply]]\nid = "AG"\nhourly_percent = 90\n',
    )
    dataset = Dataset.from_cells(tables)
    [found] = read_scenarios([top], dataset, REQUEST.period, None)
    assert (found.file, found.scenario.name) == ("top.toml", "Both")
    [row] = found.scenario.apply(dataset, REQUEST.period).temporary_supply
    assert row.hourly_pence == 1800  # 90 % of half of 4000


def test_a_fault_of_a_scenario_that_is_named_says_whose_it_is(
    tables: Tables, tmp_path: Path
) -> None:
    [_, one, other] = write(
        tmp_path,
        bank='name = "Bank"\n[[supply]]\nkind = "bank"\nhourly_percent = 5\n',
        one='name = "One"\nwith = ["bank"]\n[[supply]]\nkind = "agency"\nhourly_percent = 5\n',
        other='name = "Other"\nwith = ["bnk"]\n',
    )
    with pytest.raises(BadInput) as caught:
        read_scenarios([one, other], Dataset.from_cells(tables), REQUEST.period, None)
    first, second = map(str, caught.value.faults)
    assert "one.toml, key supply[1] of Bank: expected supplies that fit" in first
    assert "other.toml, key with[1]: 'bnk': expected the name of a scenario (nearest: " in second


def test_with_is_a_key_and_its_name_in_code_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="known are name, description, with, alone"):
        parse_scenario({"name": "x", "based_on": ["y"]}, "x.toml")


# --- compared


def run(tables: Tables, files: list[Path]) -> dict[str, Any]:
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        before = repository.dataset().sha256()
        found = compare(repository, REQUEST, files, Limits(seconds=10, workers=2))
        assert repository.dataset().sha256() == before
        for case in (found["base"], *found["scenarios"]):
            opened = reopen(repository, case["roster_id"])
            report = verify(opened.problem, opened.policy, opened.roster)
            assert report.objective_pence == opened.stored.document.summary["objective_pence"]
        return found


def test_people_who_are_in_no_other_case_fill_its_places(tables: Tables, tmp_path: Path) -> None:
    files = write(
        tmp_path,
        hired='name = "Hired"\n[[hire]]\norganisation_id = "A"\nrole_id = "RN"\npeople = 2\n'
        'home_site_id = "SA"\nhourly_pence = 1800\n',
        joint='name = "Joint"\n[[joint_post]]\norganisation_ids = ["A", "B"]\nrole_id = "RN"\n'
        'hours_per_week = [15, 15]\nhome_site_id = "SA"\nhourly_pence = 1800\n',
    )
    found = run(tables, files)
    assert found["base"]["hours"]["missing"] == 15
    hired, joint = found["scenarios"]
    assert (hired["hours"]["missing"], hired["hours_by_pay"]["agency"]) == (0, 0)
    assert "about £1,350 a week without on-costs, is not in these figures" in hired["notes"][0]
    assert joint["hours_by_pay"]["contracted"] == 15
    assert joint["hours"]["missing"] == 0


def test_demand_that_is_in_no_other_case(tables: Tables, tmp_path: Path) -> None:
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SA",
            "weekday": "4",
            "shift_type_id": "E",
            "role_id": "RN",
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
    ]
    person(tables, "P1", "B", hours="15")
    files = write(
        tmp_path,
        moved='name = "Moved"\n[[demand]]\nsite_id = "SA"\nmove_to_site_id = "SB"\n',
        more='name = "More"\n[[demand]]\npercent = 200\n',
    )
    found = run(tables, files)
    moved, more = found["scenarios"]
    assert found["base"]["missing_by_place"] == {"PA": 22.5}
    assert moved["missing_by_place"]["PA"] == 0  # rows of nobody, in the place of the template's
    assert moved["missing_by_place"]["PB"] < 30
    assert moved["hours_by_pay"]["agency"] == 0  # A's agency is not called by B
    assert more["hours"]["required"] == 2 * found["base"]["hours"]["required"]


def test_what_changes_nothing_is_said(tables: Tables, tmp_path: Path) -> None:
    files = write(
        tmp_path,
        same='name = "Same"\n[[demand]]\npercent = 100\n',
        cap='name = "Cap"\n[[supply]]\nkind = "agency"\nhours = 1000\n',
    )
    same, cap = run(tables, files)["scenarios"]
    assert same["notes"] == [
        "It changes nothing here: facts and rules are those of the week as it is."
    ]
    assert cap["notes"] == []


def test_calls_overtime_and_grades_reach_the_search(tables: Tables, tmp_path: Path) -> None:
    tables["demand"] = []
    need(tables, 0, "E")
    need(tables, 1, "E", "HCA")
    supply(tables, "BK", "bank", organisation_id="B", hourly_pence="2000")
    person(tables, "BN", kind="bank", hours="0", hourly_pence="2000")
    files = write(
        tmp_path,
        late='name = "Late"\n[call_notice]\ndays = 5\nplanned_days_ahead = 5\nkind = "agency"\n',
        never='name = "Never"\n[call_notice]\ndays = 5\nplanned_days_ahead = 42\n',
        grade='name = "Grade"\n[grade_of_work.hourly_pence_by_band]\nband_3 = 1000\n',
    )
    tables["staff"], tables["contract"] = tables["staff"][:0], tables["contract"][:0]
    late, never, _ = run(tables, files)["scenarios"]
    assert late["hours_by_pay"]["agency"] == 7.5  # the first day alone is near enough
    assert never["hours_by_pay"]["agency"] == 0
    person(tables, "BN", kind="bank", hours="0", hourly_pence="2000")
    tables["temporary_supply"] = []
    found = run(tables, files[2:])
    # 7.5 h x £20 and, at the grade of the work, £10, with on-costs of 29 %
    assert found["base"]["cost_pence_by_pay"]["bank"] == 30000
    assert found["scenarios"][0]["cost_pence_by_pay"]["bank"] == 22500
