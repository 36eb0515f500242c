"""Scenarios with planted answers, and what may be said of a change."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest
from scheduler.engine.executor import Call, TaskLost
from scheduler.services.rosters.reopen import reopen
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import Timed
from scheduler.services.scenarios import value_interventions
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.read_scenarios import parse_scenario, read_scenarios
from scheduler.services.scenarios.solve_scenario import (
    ComparisonBase,
    SolvedCase,
    WantedCase,
    solve_scenario,
)
from scheduler.services.scenarios.what_changes import (
    INDISTINGUISHABLE,
    change,
    different_prices,
    verdict,
)
from scheduler.storage.repository import Repository
from solver.evaluate.verify import pence, verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits, Progress
from tests.factories import ALL_CHECKS, MONDAY, Tables, lending, need, person, plain_tables

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
EXAMPLES = Path(__file__).parents[4] / "data" / "examples"


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def tables() -> Tables:
    """P1 of A may be lent to B, which has a shift and nobody of its own."""
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    need(tables, 1, "E")
    return tables


def run(tables: Tables, folder: Path, *scenarios: str, **options: Any) -> dict[str, Any]:
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        return compare(repository, REQUEST, written(folder, *scenarios), LIMITS, **options)


def written(folder: Path, *scenarios: str) -> list[Path]:
    files = [folder / f"scenario-{number}.toml" for number in range(1, len(scenarios) + 1)]
    for file, text in zip(files, scenarios, strict=True):
        file.write_text(text)
    return files


# --- planted answers


def test_alone_loses_the_lent_shift(tables: Tables, tmp_path: Path) -> None:
    found = run(tables, tmp_path, 'name = "Alone"\nalone = true\n')
    base, alone = found["base"], found["scenarios"][0]
    assert (base["lent_hours"], base["hours"]["missing"]) == (7.5, 0)
    assert (alone["lent_hours"], alone["hours"]["missing"]) == (0, 7.5)
    assert alone["missing_by_place"] == {"PA": 0, "PB": 7.5}
    assert alone["missing_by_priority"]["3"] == 7.5
    assert alone["change"]["missing_by_priority"] == {"1": 0, "2": 0, "3": 7.5, "4": 0, "5": 0}
    assert alone["change"]["lent_hours"] == -7.5
    interval = alone["change"]["objective_pence"]
    assert interval["verdict"] == "worse"
    difference = alone["objective_pence"] - base["objective_pence"]
    # both are proven best
    assert (interval["low"], interval["high"]) == pytest.approx((difference, difference), abs=1)
    assert not interval["different_prices"]


def test_a_pin_that_the_scenario_forbids_is_left_out_and_said(
    tables: Tables, tmp_path: Path
) -> None:
    tables["pin"] = [{"staff_id": "P1", "demand_id": tables["demand"][0]["id"]}]
    alone = run(tables, tmp_path, 'name = "Alone"\nalone = true\n')["scenarios"][0]
    assert alone["status"] == "optimal"
    assert "Pin of P1 to SB-0111-E-RN is left out" in alone["notes"][0]


@pytest.mark.parametrize(
    ("direction", "both_ways", "missing"),
    [(("A", "B"), "false", 0), (("B", "A"), "false", 7.5), (("B", "A"), "true", 0)],
)
def test_an_equivalence_in_the_right_direction_fills_the_vacancy(
    tables: Tables, tmp_path: Path, direction: tuple[str, str], both_ways: str, missing: float
) -> None:
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": o,
            "version": f"{o}1",
            "from_date": "2020-01-01",
            "to_date": "",
        }
        for o in "AB"
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_sign_off"] = [
        {
            "staff_id": "P1",
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "A1",
            "valid_from": "2020-01-01",
            "valid_to": "",
        }
    ]
    scenario = (
        'name = "Harmonised"\n[[equivalence]]\nprocedure_id = "IPC"\nfrom_organisation_id ='
        f' "{direction[0]}"\nhost_organisation_id = "{direction[1]}"\nboth_ways = {both_ways}\n'
    )
    found = run(tables, tmp_path, scenario)
    assert found["base"]["hours"]["missing"] == 7.5
    assert found["scenarios"][0]["hours"]["missing"] == missing


AGREEMENT = (
    '[[agreement]]\nhome_organisation_id = "A"\nhost_organisation_id = "B"\nroute ='
    ' "honorary_contract"\n'
)


@pytest.mark.parametrize(
    ("group", "missing"),
    [
        ('organisation_id = "A"', 0),
        ('organisation_id = "A"\nrole_id = "HCA"', 7.5),
        ('staff_ids = ["P1"]', 0),
        ('organisation_id = "A"\nhost_organisation_id = "A"', 7.5),
    ],
)
def test_passports_for_a_group(tables: Tables, tmp_path: Path, group: str, missing: float) -> None:
    person(tables, "P2", role_id="HCA")
    del tables["sharing_agreement"], tables["passport"]
    scenario = (
        f'name = "Passports"\n{AGREEMENT}[[passport]]\nroute = "honorary_contract"\n{group}\n'
    )
    found = run(tables, tmp_path, scenario)
    assert found["base"]["hours"]["missing"] == 7.5
    assert found["scenarios"][0]["hours"]["missing"] == missing


def test_an_agreement_s_limit_holds(tables: Tables, tmp_path: Path) -> None:
    del tables["sharing_agreement"], tables["passport"]
    passports = '[[passport]]\nroute = "honorary_contract"\norganisation_id = "A"\n'
    texts = [
        f'name = "{hours} h"\n{AGREEMENT}max_hours_per_week = {hours}\n{passports}'
        for hours in (7, 8)
    ]
    assert [case["hours"]["missing"] for case in run(tables, tmp_path, *texts)["scenarios"]] == [
        7.5,
        0,
    ]


def agency(tables: Tables) -> Tables:
    """Two shifts at B that only B's agencies can fill, and one that A's can."""
    tables["staff"], tables["contract"] = [], []
    del tables["sharing_agreement"], tables["passport"]
    need(tables, 2, "E", site_id="SB")
    tables["temporary_supply"] = [
        {
            "id": f"AG{o}",
            "kind": "agency",
            "organisation_id": o,
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": "4000",
            "max_shifts_per_week": "",
        }
        for o in "AB"
    ]
    return tables


@pytest.mark.parametrize(
    ("change", "hours_left"),
    [
        ('kind = "agency"\nhours_percent = 70', 15),
        ('kind = "agency"\nhours_percent = 66', 7.5),
        ('kind = "agency"\nhours_percent = 0', 0),
        ('organisation_id = "B"\nhours_percent = 50', 15),
        ('id = "AGA"\nhours_percent = 0', 15),
        ('kind = "agency"\nmax_shifts_per_week = 1', 15),
        ('kind = "agency"\nhours_percent = 100', 22.5),
    ],
)
def test_caps_on_supply_are_shares_of_what_the_base_takes_from_those_chosen(
    tables: Tables, tmp_path: Path, change: str, hours_left: float
) -> None:
    found = run(agency(tables), tmp_path, f'name = "Capped"\n[[supply]]\n{change}\n')
    assert found["base"]["hours_by_pay"]["agency"] == 22.5
    assert found["scenarios"][0]["hours_by_pay"]["agency"] == hours_left


def test_a_cap_keeps_the_caps_that_there_are(tables: Tables, tmp_path: Path) -> None:
    policy = {"temporary_limit": {"caps": [{"supply_ids": ["AGB"], "hours": 7.5}]}}
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(agency(tables)))
        files = written(tmp_path, 'name = "Capped"\n[[supply]]\nid = "AGA"\nhours_percent = 0\n')
        found = compare(repository, Request("COL", MONDAY, policy=policy), files, LIMITS)
    assert [case["hours_by_pay"]["agency"] for case in (found["base"], *found["scenarios"])] == [
        15,
        7.5,
    ]


def test_other_prices_are_said(tables: Tables, tmp_path: Path) -> None:
    texts = (
        'name = "Dearer"\n[[supply]]\nkind = "agency"\nhourly_percent = 120\n',
        'name = "Weights"\n[policy.minimum_cover]\npounds_per_hour = [500, 500, 500, 500, 500]\n',
        'name = "Rest"\n[policy.daily_rest]\nhours = 12\n',
    )
    dearer, weights, rest = run(agency(tables), tmp_path, *texts)["scenarios"]
    assert dearer["change"]["cost_pence_by_pay"]["agency"] == 3 * 7.5 * 800
    assert [
        case["change"]["objective_pence"]["different_prices"] for case in (dearer, weights, rest)
    ] == [True, True, False]


# --- over the same people

PASSPORT = (
    'name = "Passports"\n[[passport]]\nstaff_ids = ["P2", "P3"]\nroute ='
    ' "portability_agreement"\nhost_organisation_id = "B"\n'
)


@pytest.fixture
def stranded(tables: Tables) -> Tables:
    """A's only work is P1's; P2 and P3 of A could do B's shift but for a passport, and owe a week
    each that they work in no case.
    """
    for staff_id in ("P2", "P3"):
        person(tables, staff_id)
        lending(tables, [])
    tables["demand"] = [row for row in tables["demand"] if row["site_id"] == "SB"]
    return tables


def test_passports_are_no_loss_for_whom_they_bring_in(stranded: Tables, tmp_path: Path) -> None:
    stranded["passport"] = []
    found = run(stranded, tmp_path, PASSPORT)
    base, passports = found["base"], found["scenarios"][0]
    assert base["counted_too"]["people"] == 2
    # the default price of an hour owed and not rostered
    assert base["counted_too"]["pence"] == 2 * 37.5 * 500
    assert passports["counted_too"] == {"people": 0, "pence": 0}
    assert passports["change"]["objective_pence"]["verdict"] == "better"


def test_forbidding_all_lending_is_no_gain(stranded: Tables, tmp_path: Path) -> None:
    found = run(stranded, tmp_path, 'name = "Alone"\nalone = true\n')
    interval = found["scenarios"][0]["change"]["objective_pence"]
    assert interval["low"] > 0
    assert interval["verdict"] == "worse"


def test_it_says_what_value_says(stranded: Tables, tmp_path: Path) -> None:
    stranded["passport"] = []
    stranded["staff"] = [row for row in stranded["staff"] if row["id"] != "P1"]
    stranded["contract"] = [row for row in stranded["contract"] if row["staff_id"] != "P1"]
    interval = run(stranded, tmp_path, PASSPORT)["scenarios"][0]["change"]["objective_pence"]
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(stranded))
        gain = value_interventions.value(repository, REQUEST, LIMITS)["lifts"][0]["gain_pence"]
    assert (gain["low"], gain["high"]) == pytest.approx(
        (-interval["high"], -interval["low"]), abs=0.1
    )
    assert gain["low"] == pytest.approx(gain["high"], abs=0.1)


def test_a_stored_case_says_what_follows_from_its_own_facts(
    stranded: Tables, tmp_path: Path
) -> None:
    stranded["passport"] = []
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(stranded))
        found = compare(repository, REQUEST, written(tmp_path, PASSPORT), LIMITS)
        opened = reopen(repository, found["base"]["roster_id"])
    summary = opened.stored.document.summary
    report = verify(opened.problem, opened.policy, opened.roster)
    assert summary["objective_pence"] == report.objective_pence
    assert summary["objective_by_rule"] == {
        rule: pence(cost) for rule, cost in report.by_rule.items()
    }
    assert (
        summary["objective_pence"]
        == found["base"]["objective_pence"] - found["base"]["counted_too"]["pence"]
    )
    best = direct(opened.problem, opened.policy, LIMITS, lambda _: None, lambda: False)
    assert best.objective is not None
    assert summary["bound_pence"] <= pence(best.objective)


def test_the_bound_of_a_stored_case_holds_where_shares_are_measured_among_more(
    stranded: Tables, tmp_path: Path
) -> None:
    stranded["passport"] = []
    for staff_id in ("P4", "P5"):
        person(stranded, staff_id, "B")
    stranded["demand"] = []
    for day in range(4):
        need(stranded, day, "N", site_id="SB")
    # P4 and P5 of B share these nights; two more who are based there could do them with a passport
    for staff_id in ("P2", "P3"):
        next(row for row in stranded["contract"] if row["staff_id"] == staff_id)["base_site_id"] = (
            "SB"
        )
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(stranded))
        found = compare(repository, REQUEST, written(tmp_path, PASSPORT), LIMITS)
        opened = reopen(repository, found["base"]["roster_id"])
    summary = opened.stored.document.summary
    best = direct(opened.problem, opened.policy, LIMITS, lambda _: None, lambda: False)
    assert best.objective is not None
    added = found["base"]["counted_too"]["pence"]
    assert added > 2 * 37.5 * 500  # shares of the nights are dearer too
    assert 0 < summary["bound_pence"] <= pence(best.objective) <= summary["objective_pence"]


# --- what may be said of a change


@pytest.mark.parametrize(
    ("base", "case", "low", "high", "said"),
    [
        ((100, 90), (80, 70), -30, -10, "better"),
        ((100, 90), (130, 110), 10, 40, "worse"),
        ((100, 90), (95, 80), -20, 5, INDISTINGUISHABLE),
        ((100, 90), (90, 80), -20, 0, INDISTINGUISHABLE),
        ((100, 90), (110, 100), 0, 20, INDISTINGUISHABLE),
        ((100, 100), (100, 100), 0, 0, INDISTINGUISHABLE),
    ],
)
def test_the_interval_is_what_both_bounds_allow(
    base: tuple[int, int], case: tuple[int, int], low: int, high: int, said: str
) -> None:
    figures: dict[str, Any] = {
        name: {}
        for name in (
            "hours",
            "hours_by_pay",
            "cost_pence_by_pay",
            "missing_by_priority",
            "missing_by_place",
        )
    } | {"lent_hours": 0}
    documents = [
        {"objective_pence": objective, "bound_pence": bound, **figures}
        for objective, bound in (base, case)
    ]
    found = change(*documents, different_prices=False)["objective_pence"]
    assert (found["low"], found["high"], found["verdict"]) == (low, high, said)
    assert verdict(low, high) == said


def test_which_policies_price_differently() -> None:
    default = Policy.from_tables()
    assert not different_prices(default, Policy.from_tables({"longest_week": {"hours": 50}}))
    assert not different_prices(default, Policy.from_tables({"longest_week": {"off": True}}))
    assert different_prices(default, Policy.from_tables({"longest_week": {"weight": 3}}))
    assert different_prices(default, Policy.from_tables({"travel": {"off": True}}))
    assert different_prices(default, Policy.from_tables({"pay": {"overtime_factor": 2}}))


# --- storing, telling, stopping


def test_rosters_and_comparison_are_stored_and_facts_are_not_touched(
    tables: Tables, tmp_path: Path
) -> None:
    told: list[Progress] = []
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        before = repository.dataset().sha256()
        found = compare(
            repository,
            REQUEST,
            written(tmp_path, 'name = "Alone"\nalone = true\n'),
            LIMITS,
            on_progress=told.append,
        )
        assert repository.dataset().sha256() == before
        headers = {header.id: header for header in repository.rosters()}
        assert {header.kind for header in headers.values()} == {"scenario"}
        assert set(headers) == {found["base"]["roster_id"], found["scenarios"][0]["roster_id"]}
        assert headers[found["scenarios"][0]["roster_id"]].summary["scenario"]["name"] == "Alone"
        assert repository.snapshot(found["scenarios"][0]["roster_id"]).sharing_agreement == ()
        stored = repository.comparison(found["id"])
        assert {**stored, "id": found["id"]} == found
    assert {progress.phase.split(":")[0] for progress in told} == {
        "who may work",
        "0 of 1 solved; base",
        "0 of 1 solved; Alone",
    }


def test_after_a_stop_the_rest_is_left_out(tables: Tables, tmp_path: Path) -> None:
    stop: list[Progress] = []

    def on_progress(progress: Progress) -> None:
        if progress.best is not None and "One: " in progress.phase:
            stop.append(progress)

    texts = [f'name = "{name}"\nalone = true\n' for name in ("One", "Two")]
    found = run(tables, tmp_path, *texts, on_progress=on_progress, should_stop=lambda: bool(stop))
    assert [case["status"] for case in found["scenarios"]] == ["optimal", "not_solved"]


def test_the_same_comparison_in_other_processes(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables["pin"] = [{"staff_id": "P1", "demand_id": tables["demand"][0]["id"]}]
    texts = ('name = "Alone"\nalone = true\n', 'name = "Same"\n')
    here = run(tables, tmp_path, *texts)
    monkeypatch.setenv("SCHEDULER_ENGINE", "local")
    monkeypatch.setenv("SCHEDULER_ENGINE_WORKERS", "2")
    assert without_seconds(run(tables, tmp_path, *texts)) == without_seconds(here)


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: without_seconds(part)
            for key, part in value.items()
            if key not in ("seconds", "created_at")
        }
    return [without_seconds(part) for part in value] if isinstance(value, list) else value


def test_a_scenario_whose_process_was_lost_takes_none_of_the_others_with_it(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(weeks: Sequence[ComparisonBase], timed: Timed[WantedCase], call: Call) -> SolvedCase:
        if timed.task.file.scenario.name == "Huge":
            raise TaskLost("It needs more memory.")
        return solve_scenario(weeks, timed, call)

    monkeypatch.setattr("scheduler.services.scenarios.compare.solve_scenario", solve)
    huge, same = run(tables, tmp_path, 'name = "Huge"\n', 'name = "Same"\n')["scenarios"]
    assert (huge["status"], huge["notes"]) == ("not_solved", ["It needs more memory."])
    assert same["status"] == "optimal"


def test_a_scenario_that_clashes_does_not_end_the_comparison(
    tables: Tables, tmp_path: Path
) -> None:
    # Monday and Tuesday
    tables["pin"] = [{"staff_id": "P1", "demand_id": row["id"]} for row in tables["demand"]]
    texts = ('name = "Rest"\n[policy.daily_rest]\nhours = 17\n', 'name = "Same"\n')
    clash, same = run(tables, tmp_path, *texts)["scenarios"]
    assert clash["status"] == "clash"
    assert sorted(fact["kind"] for fact in clash["facts"]) == ["pin", "pin"]
    assert same["change"]["objective_pence"]["verdict"] == INDISTINGUISHABLE


def test_nothing_to_compare(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        run(tables, tmp_path)


# --- faults of scenario files


def faults(tables: Tables, folder: Path, *texts: str) -> Sequence[str]:
    with pytest.raises(BadInput) as caught:
        read_scenarios(written(folder, *texts), Dataset.from_cells(tables), REQUEST.period, None)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alone = true", "key name: expected a value"),
        ('name = "x"\nalon = true', "key alon: expected a known key (nearest: alone)"),
        (
            'name = "x"\n[[supply]]\nkind = "agncy"\nhours_percent = 5',
            "key supply[1].kind: 'agncy'",
        ),
        (
            'name = "x"\n[[supply]]\nkind = "agency"\nhour_percent = 5',
            "key supply[1].hour_percent: expected a known key (nearest: hour",
        ),
        ('name = "x"\n[[supply]]\nkind = "agency"', "key supply[1]: expected hours_percent"),
        ('name = "x"\n[[supply]]\nkind = "bank"\nhours_percent = 5', "supplies that fit all of"),
        ('name = "x"\n[[passport]]\nroute = "secondment"', "whom it is for"),
        (
            'name = "x"\n[[passport]]\nroute = "secondmnt"\norganisation_id = "A"',
            "(nearest: secondment)",
        ),
        (
            'name = "x"\n[[passport]]\nroute = "secondment"\nstaff_ids = ["P1", "P2x"]',
            "'P2x': expected the id of a row of staff.csv",
        ),
        (
            'name = "x"\n[[passport]]\nroute = "secondment"\norganisation_id = "B"',
            "there is nobody",
        ),
        (
            (
                'name = "x"\n[[equivalence]]\nprocedure_id = "IPC"\nfrom_organisation_id ='
                ' "A"\nhost_organisation_id = "B"'
            ),
            "row of procedure.csv",
        ),
        ('name = "x"\nalone = true\n' + AGREEMENT, "no new agreement where"),
        ('name = "x"\n[policy.daily_rst]\nhours = 1', "nearest: daily_rest"),
        ('name = "x"\n[policy.daily_rest]\nhuors = 1', "nearest: hours"),
        ("name = ", "TOML"),
    ],
)
def test_each_fault_is_named_with_advice(
    tables: Tables, tmp_path: Path, text: str, expected: str
) -> None:
    assert expected in faults(agency_too(tables), tmp_path, text)[0]


def agency_too(tables: Tables) -> Tables:
    tables["temporary_supply"] = [
        {
            "id": "AG",
            "kind": "agency",
            "organisation_id": "B",
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": "4000",
            "max_shifts_per_week": "",
        }
    ]
    return tables


def test_faults_of_several_files_come_together(tables: Tables, tmp_path: Path) -> None:
    assert (
        len(faults(tables, tmp_path, "alone = true", 'name = "fine"', 'name = "x"\nalon = true'))
        == 2
    )


@pytest.mark.parametrize(
    "file", sorted(EXAMPLES.glob("*/scenarios/*.toml")), ids=lambda file: file.stem
)
def test_the_examples_scenarios_can_be_read(file: Path) -> None:
    import tomllib

    scenario = parse_scenario(tomllib.loads(file.read_text()), file.name)
    assert scenario.name
    assert scenario.description


def test_a_passport_of_a_scenario_has_all_checks(tables: Tables) -> None:
    scenario = parse_scenario(
        {"name": "x", "passport": [{"organisation_id": "A", "route": "secondment"}]}, "x.toml"
    )
    added = scenario.apply(Dataset.from_cells(tables), REQUEST.period).passport[-1]
    assert (added.staff_id, added.route, added.checks, added.status) == (
        "P1",
        "secondment",
        ALL_CHECKS,
        "active",
    )
    assert added.valid_from <= REQUEST.period.first
    assert added.valid_to is not None
    assert added.valid_to > REQUEST.period.last
