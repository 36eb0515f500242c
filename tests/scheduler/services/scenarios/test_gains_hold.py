"""What steps and partners bring where a scenario leaves out a pin, and to the penny: what is found
lies between both bounds.
"""

from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.rosters.solve import Request, problem_of
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.gains import Cost, core
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
CHEAPER = 'name = "Cheaper"\n[[supply]]\nkind = "agency"\nhourly_percent = 80\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def pinned() -> Tables:
    """P1 of A is pinned to B's shift of priority 1, so that A's of priority 5 at the same time
    stays empty: working together is dearer than being alone, where the pin is left out.
    """
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB", priority="1")
    need(tables, 0, "E", priority="5")
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="0")
    tables["pin"] = [{"staff_id": "P1", "demand_id": tables["demand"][0]["id"]}]
    return tables


def asked(kind: str, repository: Repository, folder: Path) -> dict[str, Any]:
    if kind == "partners":
        return partners(repository, REQUEST, LIMITS)
    file = folder / "cheaper.toml"
    file.write_text(CHEAPER)
    return waterfall(repository, REQUEST, [file], LIMITS)


@pytest.mark.parametrize("kind", ["waterfall", "partners"])
def test_no_roster_that_leaves_out_a_pin_stands_for_a_group_that_keeps_it(
    pinned: Tables, tmp_path: Path, kind: str
) -> None:
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(pinned))
        found = asked(kind, repository, tmp_path)
        together = next(
            case
            for case in found["cases"]
            if case.get("levers") == ["pooling"] or case.get("partners") == ["A", "B"]
        )
        stored = repository.roster(together["roster_id"])
        problem, policy, _ = problem_of(repository, REQUEST)
        again = verify(problem, policy, stored.document.decision())
    assert not again.breaches
    assert again.objective_pence == pytest.approx(together["objective_pence"], abs=1)
    assert found["whole"]["found"] < 0
    held(found)


def held(found: dict[str, Any]) -> None:
    """Every amount lies between its ends."""
    rows = [found["whole"], *found.get("shares", {}).values()]
    for one in found.get("brings", []):
        rows += [one[name] for name in ("step", "share", "least", "most")]
    assert all(row["low"] <= row["found"] <= row["high"] for row in rows), rows
    assert all(case["bound_pence"] <= case["objective_pence"] for case in found["cases"])
    splits = [split["pence"] for split in found.get("splits", {}).values()]
    sums = [sum(split.values()) for split in splits]
    sums += (
        [sum(one[name]["found"] for one in found["brings"]) for name in ("step", "share")]
        if ("brings" in found)
        else [sum(share["found"] for share in found["shares"].values())]
    )
    assert sums == [found["whole"]["found"]] * len(sums)


@pytest.mark.parametrize("kind", ["waterfall", "partners"])
@pytest.mark.parametrize("pence", [4001, 4003, 4007])
def test_thirds_of_a_penny_leave_no_amount_outside_its_ends(
    tmp_path: Path, kind: str, pence: int
) -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    lending(tables, ["P1", "P2"])
    for day in (0, 1, 3):
        need(tables, day, "E", site_id="SB")
    need(tables, 4, "N")
    supply(tables, "AG", "agency", "B", hourly_pence=str(pence))
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        held(asked(kind, repository, tmp_path))


@pytest.mark.parametrize(
    ("saved", "verdict"),
    [(100.4, "stable"), (100.6, "not stable")],
)
def test_less_than_half_a_penny_short_is_not_short(saved: float, verdict: str) -> None:
    groups = {frozenset(""): 300.0, frozenset("A"): 300.0, frozenset("B"): 300.0}
    groups |= {frozenset("C"): 300.0, frozenset("AB"): 300 - saved, frozenset("AC"): 300.0}
    groups |= {frozenset("BC"): 300.0, frozenset("ABC"): 100.0}
    costs = {group: Cost(cost, cost) for group, cost in groups.items()}
    assert core("ABC", costs, {"A": 50, "B": 50, "C": 100}).verdict == verdict


EMPTY = 'name = "Empty"\n[[demand]]\npercent = 0\n'


def test_a_scenario_that_empties_all_demand_leaves_out_the_pins_of_it(
    pinned: Tables, tmp_path: Path
) -> None:
    file = tmp_path / "empty.toml"
    file.write_text(EMPTY)
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(pinned))
        case = compare(repository, REQUEST, [file], LIMITS)["scenarios"][0]
        steps = waterfall(repository, REQUEST, [file], LIMITS)
        gains = partners(repository, REQUEST, LIMITS, scenario_files=[file])
    assert case["status"] == "optimal"
    assert "is left out: the scenario does not allow it" in case["notes"][0]
    assert case["hours"]["filled"] == 0
    for found in (steps, gains):
        held(found)
    assert gains["whole"]["found"] == 0


def test_of_more_pins_than_a_scenario_has_places_the_first_are_kept(tmp_path: Path) -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    need(tables, 0, "E", minimum="2")
    tables["pin"] = [
        {"staff_id": one, "demand_id": tables["demand"][0]["id"]} for one in ("P1", "P2")
    ]
    file = tmp_path / "fewer.toml"
    file.write_text('name = "Fewer"\n[[demand]]\nadd = -1\n')
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        case = compare(repository, REQUEST, [file], LIMITS)["scenarios"][0]
    assert case["status"] == "optimal"
    assert [note.split()[2] for note in case["notes"]] == ["P2"]
    assert case["hours"]["missing"] == 0


def test_facts_that_clash_are_told_where_a_step_has_no_roster(
    pinned: Tables, tmp_path: Path
) -> None:
    need(pinned, 1, "E", site_id="SB")
    pinned["pin"].append({"staff_id": "P1", "demand_id": pinned["demand"][-1]["id"]})
    file = tmp_path / "rest.toml"
    file.write_text('name = "Rest"\n[policy.daily_rest]\nhours = 17\n')
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(pinned))
        with pytest.raises(BadRequest) as told:
            waterfall(repository, REQUEST, [file], LIMITS)
        assert not repository.rosters()
    assert "no roster can keep all hard rules" in str(told.value)
    assert "Pin: P1 does" in str(told.value)
    assert "more time" not in str(told.value)


def test_a_pin_of_a_template_s_work_is_left_out_under_its_own_name(tmp_path: Path) -> None:
    """The scenario writes the template's work as rows of their dates, under other ids."""
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    row = tables["demand"].pop()
    weekly = {key: row[key] for key in ("service_id", "site_id", "shift_type_id", "role_id")}
    tables["demand_template"] = [
        {
            **weekly,
            "weekday": str(MONDAY.isoweekday()),
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
    ]
    template_id = f"T:{row['service_id']}:{row['site_id']}:{MONDAY}:E:{row['role_id']}"
    tables["pin"] = [{"staff_id": "P1", "demand_id": template_id}]
    files = [tmp_path / name for name in ("empty.toml", "nobody.toml")]
    files[0].write_text(EMPTY)
    files[1].write_text('name = "Nobody"\n[[demand]]\nrole_id = "RN"\nadd = -5\n')
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        cases = compare(repository, REQUEST, files, LIMITS)["scenarios"]
    for case in cases:
        assert case["status"] == "optimal"
        assert f"Pin of P1 to {template_id} is left out" in case["notes"][0]
