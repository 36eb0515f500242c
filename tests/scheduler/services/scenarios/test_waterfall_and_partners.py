"""What levers and partners bring: against every combination compared by itself."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.joining import joined, only_opens
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.read_scenarios import parse_scenario
from scheduler.services.scenarios.standard_levers import standard_levers
from scheduler.services.scenarios.waterfall import ALONE, waterfall
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import tables_of
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
PASSPORT = 'name = "Passports"\n[[passport]]\nstaff_ids = ["P2"]\nroute = "portability_agreement"\n'
CHEAPER = 'name = "Cheaper agency"\n[[supply]]\nkind = "agency"\nhourly_percent = 80\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def tables() -> Tables:
    """P1 of A has a passport for B, P2 has none; B has no one and four shifts, A has one; B can
    call agency, which is dear.
    """
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    lending(tables, ["P1"])
    for day in (0, 1, 2):
        need(tables, day, "E", site_id="SB", minimum="2")
    need(tables, 3, "E")
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="2")
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


@pytest.mark.parametrize("weeks", [1, 2])
def test_steps_and_shares_against_every_combination_compared(
    tables: Tables, tmp_path: Path, weeks: int
) -> None:
    need(tables, 8, "E", site_id="SB")  # the week after
    levers = {"pooling": "", "lever 1": PASSPORT, "lever 2": CHEAPER}
    with stored(tables) as repository:
        found = waterfall(
            repository, REQUEST, written(tmp_path, PASSPORT, CHEAPER), LIMITS, weeks=weeks
        )
        texts = []
        for case in found["cases"]:
            inside = [levers[key] for key in case["levers"] if key != "pooling"]
            body = "".join(text.split("\n", 1)[1] for text in inside)
            alone = "" if "pooling" in case["levers"] else "alone = true\n"
            texts.append(f'name = "{len(texts)}"\n{alone}{body}')
        compared = compare(repository, REQUEST, written(tmp_path, *texts), LIMITS, weeks=weeks)
        again = repository.comparison(found["id"])
    assert {**again, "id": found["id"]} == found
    costs = {}
    for case, other in zip(found["cases"], compared["scenarios"], strict=True):
        assert case["objective_pence"] == pytest.approx(other["objective_pence"], abs=1)
        costs[frozenset(case["levers"])] = round(other["objective_pence"])
    assert found["cases"][0]["name"] == ALONE
    keys = [lever["key"] for lever in found["levers"]]
    assert keys == list(levers)
    whole = costs[frozenset()] - costs[frozenset(keys)]
    assert found["whole"]["found"] == pytest.approx(whole, abs=1)
    assert whole > 0
    brings = {row["key"]: row for row in found["brings"]}
    assert sum(row["step"]["found"] for row in found["brings"]) == found["whole"]["found"]
    assert sum(row["share"]["found"] for row in found["brings"]) == found["whole"]["found"]
    for key in keys:
        steps = []
        for order in permutations(keys):
            before = frozenset(order[: order.index(key)])
            steps.append(costs[before] - costs[before | {key}])
        row = brings[key]
        assert row["share"]["found"] == pytest.approx(sum(steps) / len(steps), abs=2)
        assert row["least"]["found"] == pytest.approx(min(steps), abs=2)
        assert row["most"]["found"] == pytest.approx(max(steps), abs=2)
        for share in (row["share"], row["step"], row["least"], row["most"]):
            assert share["low"] <= share["found"] + 1 <= share["high"] + 2
    # a passport is worth nothing without pooling; agency that costs less is no opening
    assert brings["lever 1"]["least"]["found"] == 0
    assert [brings[key]["sure"] for key in keys] == [True, True, False]
    assert brings["lever 1"]["figures"]["minutes"]["missing"] <= 0


def test_the_order_given_holds_rosters_and_figures(tables: Tables, tmp_path: Path) -> None:
    with stored(tables) as repository:
        found = waterfall(repository, REQUEST, written(tmp_path, PASSPORT), LIMITS)
        kinds = {header.id: header.kind for header in repository.rosters()}
    with_rosters = [case for case in found["cases"] if "roster_id" in case]
    assert [case["levers"] for case in with_rosters] == [[], ["pooling"], ["pooling", "lever 1"]]
    assert {kinds[case["roster_id"]] for case in with_rosters} == {"scenario"}
    missing = [case["figures"]["minutes"]["missing"] for case in with_rosters]
    assert missing == sorted(missing, reverse=True)


def test_the_standard_levers_are_made_from_the_facts(tables: Tables) -> None:
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": organisation_id,
            "version": f"{organisation_id}1",
            "from_date": "2020-01-01",
            "to_date": "",
        }
        for organisation_id in "AB"
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_sign_off"] = [
        {
            "staff_id": staff_id,
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "A1",
            "valid_from": "2020-01-01",
            "valid_to": "",
        }
        for staff_id in ("P1", "P2")
    ]
    with stored(tables) as repository:
        found = waterfall(repository, REQUEST, [], LIMITS, standard=True)
        dataset = repository.dataset()
    names = [lever["name"] for lever in found["levers"]]
    assert names == [
        "Pooling",
        "Passports for all whom an agreement covers",
        "All procedures harmonised",
    ]
    assert len(found["cases"]) == 8
    # neither pooling nor passports bring anything before procedures are accepted
    steps = [row["step"]["found"] for row in found["brings"]]
    assert steps[:2] == [0, 0]
    assert steps[2] == found["whole"]["found"] > 0
    assert all(row["sure"] for row in found["brings"])
    passports, procedures = standard_levers(dataset, "COL", REQUEST.period)
    assert [
        (one.organisation_id, one.host_organisation_id, one.route) for one in passports.passport
    ] == [("A", "B", "portability_agreement")]
    assert [(one.procedure_id, one.both_ways) for one in procedures.equivalence] == [("IPC", True)]


def test_where_nothing_is_lent_and_nothing_to_harmonise_there_are_none(tables: Tables) -> None:
    tables["sharing_agreement"] = []
    assert standard_levers(Dataset.from_cells(tables), "COL", REQUEST.period) == []


def test_too_many_levers_are_refused(tables: Tables, tmp_path: Path) -> None:
    with stored(tables) as repository, pytest.raises(BadRequest, match="at most 5 more levers"):
        waterfall(repository, REQUEST, written(tmp_path, *[PASSPORT] * 6), LIMITS)


def parsed(text: str) -> Any:
    return parse_scenario(tables_of(text.encode(), "a.toml"), "a.toml")


def test_joined_scenarios_hold_all_changes_and_the_later_rules() -> None:
    one = parsed('name = "1"\nalone = true\n[policy.daily_rest]\nhours = 12\noverride = true\n')
    other = parsed(f"{PASSPORT}[policy.daily_rest]\nhours = 13\n[policy.travel]\noff = true\n")
    both = joined("both", [one, other])
    assert both.name == "both"
    assert both.alone
    assert both.passport == other.passport
    assert both.policy == {
        "daily_rest": {"hours": 13, "override": True},
        "travel": {"off": True},
    }
    assert only_opens(parsed(PASSPORT))
    assert not only_opens(one)
    assert not only_opens(parsed(CHEAPER))


# --- partners


@pytest.fixture
def three(tables: Tables) -> Tables:
    """C, with two people who may go to B as well."""
    tables["organisation"].append({**tables["organisation"][0], "id": "C", "name": "Trust C"})
    tables["membership"].append({**tables["membership"][0], "organisation_id": "C"})
    tables["site"].append({**tables["site"][0], "id": "SC", "name": "Site C"})
    for staff_id in ("P3", "P4"):
        person(tables, staff_id, "C")
    lending(tables, ["P3", "P4"], home="C")
    return tables


def test_what_groups_of_partners_gain_and_how_it_falls(three: Tables) -> None:
    with stored(three) as repository:
        found = partners(repository, REQUEST, LIMITS)
        alone = repository.roster(found["cases"][0]["roster_id"]).document
    assert found["partners"] == ["A", "B", "C"]
    assert [case["partners"] for case in found["cases"]] == [
        [],
        ["A", "B"],
        ["A", "C"],
        ["B", "C"],
        ["A", "B", "C"],
    ]
    assert not any(line.route for line in alone.assignments)
    costs = {tuple(case["partners"]): case["objective_pence"] for case in found["cases"]}
    whole = costs[()] - costs["A", "B", "C"]
    assert found["whole"] == {"low": whole, "found": whole, "high": whole}
    assert costs["A", "C"] == costs[()]  # neither may work for the other
    ab, bc = costs[()] - costs["A", "B"], costs[()] - costs["B", "C"]
    assert 0 < ab < bc < whole <= ab + bc
    shapley = found["splits"]["shapley"]["pence"]
    by_hand = {
        "A": (ab + 2 * (whole - bc)) / 6,
        "B": (ab + bc + 2 * whole) / 6,
        "C": (bc + 2 * (whole - ab)) / 6,
    }
    assert shapley == pytest.approx(by_hand, abs=1)
    for split in found["splits"].values():
        assert sum(split["pence"].values()) == whole
        pence = split["pence"]
        lasts = (
            pence["A"] + pence["B"] >= ab
            and pence["B"] + pence["C"] >= bc
            and (min(pence.values()) >= 0)
        )
        assert split["verdict"] == ("stable" if lasts else "not stable")
    assert found["any_split"] == "stable"  # B takes all
    for partner, row in found["by_partner"].items():
        for when in ("alone", "together"):
            assert set(row[when]) == {"borne_pence", "recharge_pence", "figures"}
        assert found["splits"]["as_it_falls"]["pence"][partner] == pytest.approx(
            row["alone"]["borne_pence"]
            + row["alone"]["recharge_pence"]
            - row["together"]["borne_pence"]
            - row["together"]["recharge_pence"],
            abs=1,
        )
    for when, cost in (("alone", costs[()]), ("together", costs["A", "B", "C"])):
        rows = [row[when] for row in found["by_partner"].values()]
        assert sum(row["borne_pence"] for row in rows) == cost
        assert sum(row["recharge_pence"] for row in rows) == 0
    assert found["by_partner"]["B"]["together"]["recharge_pence"] > 0


def test_a_scenario_beside(three: Tables, tmp_path: Path) -> None:
    with stored(three) as repository:
        plain = partners(repository, REQUEST, LIMITS)
        files = written(tmp_path, PASSPORT)
        more = partners(repository, REQUEST, LIMITS, scenario_files=files)
    assert plain["scenario"] is None
    assert more["scenario"]["name"] == "Passports"
    assert more["whole"]["found"] > plain["whole"]["found"]


def test_one_partner_has_nobody_to_gain_with(tables: Tables) -> None:
    tables["membership"] = [row for row in tables["membership"] if row["organisation_id"] == "B"]
    tables["sharing_agreement"] = []
    with stored(tables) as repository, pytest.raises(BadRequest, match="has 1 in these weeks"):
        partners(repository, REQUEST, LIMITS)
