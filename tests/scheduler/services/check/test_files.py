"""The check on files alone, on rosters written by hand: every planted breach is found, and nothing
else.
"""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.services.check.files import Checked, Given, check_files
from scheduler.storage.writing import write_folder
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables

Line = dict[str, str]
QUESTION = Given("COL", MONDAY, 7)


@pytest.fixture
def tables() -> Tables:
    """P1 and P2 of A, P3 of B; demand at A's site early and late, at B's site early."""
    tables = plain_tables()
    for staff_id, organisation_id in (("P1", "A"), ("P2", "A"), ("P3", "B")):
        person(tables, staff_id, organisation_id)
    need(tables, 0, "E")
    need(tables, 0, "L")
    need(tables, 1, "E")
    need(tables, 2, "E", site_id="SB")
    tables["temporary_supply"] = [
        {
            "id": "AG",
            "kind": "agency",
            "organisation_id": "A",
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": "4001",
            "max_shifts_per_week": "",
        },
    ]
    return tables


def line(staff_id: str, demand_id: str, **changes: str) -> Line:
    """An early shift at A's site as contracted work, which costs nothing more; `changes` make it
    another.
    """
    day = f"2027-{demand_id[3:5]}-{demand_id[5:7]}"
    return {
        "roster_id": "R1",
        "demand_id": demand_id,
        "staff_id": staff_id,
        "temporary_supply_id": "",
        "contract_id": f"C-{staff_id}",
        "employer_organisation_id": "A",
        "host_organisation_id": "A",
        "place_id": "PA",
        "site_id": "SA",
        "service_id": "UCR",
        "role_id": "RN",
        "start": f"{day}T07:00+00:00",
        "end": f"{day}T15:00+00:00",
        "paid_minutes": "450",
        "pay": "contracted",
        "cost_pence": "0",
        **changes,
    }


LATE = {"start": "2027-01-11T13:30+00:00", "end": "2027-01-11T21:30+00:00", "cost_pence": "759"}
"""20:00 to 21:30 with 30 %: 90 min x 450/480 x £18 x 0.3 = 759.375p."""


def check(
    tables: Tables,
    lines: list[Line],
    folder: Path,
    given: Given = QUESTION,
    **files: dict[str, Any],
) -> Checked:
    write_folder(Dataset.from_cells(tables), folder / "data")
    with (folder / "assignment.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(line("P1", "SA-0111-E-RN")))
        writer.writeheader()
        writer.writerows(lines)
    for name, document in files.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return check_files(folder / "data", folder / "assignment.csv", given)


def rules(found: Checked) -> list[str]:
    return sorted({breach.rule for breach in found.breaches})


def test_a_roster_by_hand_without_fault(tables: Tables, tmp_path: Path) -> None:
    lines = [
        line("P1", "SA-0111-E-RN"),
        line("P2", "SA-0111-L-RN", **LATE),
        line("P1", "SA-0112-E-RN"),
    ]
    found = check(tables, lines, tmp_path)
    assert found.breaches == ()
    assert found.assignments == 3
    # the shift at B's site, priority 3, need weight 1.25
    assert found.objective_by_rule["minimum_cover"] == 7.5 * 300 * 1.25 * 100
    assert found.objective_pence is not None
    assert found.objective_pence > found.objective_by_rule["minimum_cover"]


def test_overlapping_shifts(tables: Tables, tmp_path: Path) -> None:
    found = check(
        tables, [line("P1", "SA-0111-E-RN"), line("P1", "SA-0111-L-RN", **LATE)], tmp_path
    )
    assert "one_place_at_a_time" in rules(found)


def test_missing_rest(tables: Tables, tmp_path: Path) -> None:
    found = check(
        tables, [line("P1", "SA-0111-L-RN", **LATE), line("P1", "SA-0112-E-RN")], tmp_path
    )
    assert [breach.rule for breach in found.breaches] == ["daily_rest"]
    assert "9.5 h" in found.breaches[0].sentence


def test_not_deployable(tables: Tables, tmp_path: Path) -> None:
    found = check(tables, [line("P3", "SA-0111-E-RN", employer_organisation_id="B")], tmp_path)
    assert rules(found) == ["deployable"]


def test_each_column_that_follows_from_the_facts(tables: Tables, tmp_path: Path) -> None:
    wrong = {
        "employer_organisation_id": "B",
        "host_organisation_id": "B",
        "place_id": "PB",
        "site_id": "SB",
        "service_id": "UCT",
        "role_id": "HCA",
        "start": "2027-01-11T07:30+00:00",
        "end": "2027-01-11T15:30+00:00",
        "paid_minutes": "480",
        "pay": "bank",
        "cost_pence": "1",
    }
    found = check(
        tables, [line("P1", "SA-0111-E-RN", **wrong), line("P1", "SA-0112-E-RN")], tmp_path
    )
    assert [(breach.rule, breach.where, breach.about[2]) for breach in found.breaches] == [
        ("derived", "row 2", column) for column in wrong
    ]


def test_ids_that_are_not_there_do_not_hide_other_breaches(tables: Tables, tmp_path: Path) -> None:
    lines = [
        line("P9", "SA-0111-E-RN"),
        line("P2", "SA-0111-E-RN", contract_id="C-P1"),
        line("P2", "SA-0118-E-RN"),
        line("", "SA-0111-L-RN", temporary_supply_id="AGG", contract_id=""),
        line("P1", "SA-0112-E-RN", cost_pence="5"),
    ]
    found = check(tables, lines, tmp_path)
    assert [(breach.rule, breach.where) for breach in found.breaches] == [
        ("well_formed", "row 2"),
        ("well_formed", "row 3"),
        ("well_formed", "row 4"),
        ("well_formed", "row 5"),
        ("derived", "row 6"),
    ]
    assert found.objective_pence is None


def test_the_same_row_twice(tables: Tables, tmp_path: Path) -> None:
    found = check(tables, [line("P1", "SA-0111-E-RN"), line("P1", "SA-0111-E-RN")], tmp_path)
    assert {"well_formed", "maximum_cover"} <= set(rules(found))


def test_supply_at_its_price(tables: Tables, tmp_path: Path) -> None:
    # 7.5 h x 4001p, half up
    called = line(
        "",
        "SA-0111-E-RN",
        temporary_supply_id="AG",
        contract_id="",
        pay="agency",
        cost_pence="30008",
    )
    (tmp_path / "right").mkdir()
    assert check(tables, [called], tmp_path / "right").breaches == ()
    (tmp_path / "wrong").mkdir()
    found = check(tables, [{**called, "cost_pence": "30007"}], tmp_path / "wrong")
    assert [breach.about[2] for breach in found.breaches] == ["cost_pence"]


def test_a_lent_shift_names_a_route_that_it_can_run_by(tables: Tables, tmp_path: Path) -> None:
    lending(tables, ["P1"])
    lent = line("P1", "SB-0113-E-RN", host_organisation_id="B", place_id="PB", site_id="SB")
    write_folder(Dataset.from_cells(tables), tmp_path / "data")
    for route, breaches in (("portability_agreement", []), ("secondment", ["derived"])):
        (tmp_path / "assignment.csv").write_text(
            ",".join([*lent, "route"]) + "\n" + ",".join([*lent.values(), route]) + "\n"
        )
        assert (
            rules(check_files(tmp_path / "data", tmp_path / "assignment.csv", QUESTION)) == breaches
        )


def summary(**changes: Any) -> dict[str, Any]:
    return {
        "collaborative_id": "COL",
        "period": {"start": "2027-01-11", "days": 7},
        "policy": {},
        **changes,
    }


def test_the_question_comes_from_the_summary_and_its_figures_are_checked(
    tables: Tables, tmp_path: Path
) -> None:
    lines = [line("P1", "SA-0111-E-RN")]
    objective = check(tables, lines, tmp_path).objective_pence
    assert objective is not None
    right = summary(objective_pence=objective, bound_pence=objective / 2, gap=0.5)
    assert check(tables, lines, tmp_path, Given(), summary=right).breaches == ()
    wrong = summary(objective_pence=objective - 1, bound_pence=objective + 1, gap=0.5)
    found = check(tables, lines, tmp_path, Given(), summary=wrong)
    assert [(breach.rule, breach.about) for breach in found.breaches] == [
        ("summary", ("objective_pence",)),
        ("summary", ("bound_pence",)),
        ("summary", ("gap",)),
    ]


def test_the_summary_s_policy_counts_unless_another_is_given(
    tables: Tables, tmp_path: Path
) -> None:
    lines = [line("P1", "SA-0111-L-RN", **LATE), line("P1", "SA-0112-E-RN")]
    relaxed = summary(policy={"daily_rest": {"hours": 9}}, objective_pence=1)
    assert rules(check(tables, lines, tmp_path, Given(), summary=relaxed)) == ["summary"]
    assert rules(check(tables, lines, tmp_path, Given(policy={"daily_rest": {"hours": 10}}))) == [
        "daily_rest"
    ]


def test_published_rosters_count_as_busy_time(tables: Tables, tmp_path: Path) -> None:
    lines = [line("P1", "SA-0112-E-RN")]
    assert check(tables, lines, tmp_path).breaches == ()
    (tmp_path / "elsewhere.csv").write_text((tmp_path / "assignment.csv").read_text())
    with_busy = Given("COL", MONDAY, 7, published=(tmp_path / "elsewhere.csv",))
    assert "one_place_at_a_time" in rules(check(tables, lines, tmp_path, with_busy))


def test_a_vacancy_file_beside_must_list_the_gaps(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "vacancy.csv").write_text(
        "roster_id,demand_id,missing,cause\nR1,SA-0111-L-RN,1,x\nR1,SA-0112-E-RN,2,x\n"
    )
    found = check(tables, [line("P1", "SA-0111-E-RN")], tmp_path)
    assert [breach.about[0] for breach in found.breaches] == ["SA-0112-E-RN", "SB-0113-E-RN"]


def test_facts_may_lie_in_several_datasets(tables: Tables, tmp_path: Path) -> None:
    lines = [line("P1", "SA-0111-E-RN"), line("P4", "SA-0112-E-RN")]
    assert rules(check(tables, lines, tmp_path)) == ["well_formed"]  # P4 is not there
    person(tables, "P4")
    write_folder(Dataset.from_cells(tables), tmp_path / "more")
    question = Given("COL", MONDAY, 7, more_facts=(tmp_path / "more",))
    assert check_files(tmp_path / "data", tmp_path / "assignment.csv", question).breaches == ()
    tables["staff"][0]["name"] = "Somebody else"
    write_folder(Dataset.from_cells(tables), tmp_path / "more")
    with pytest.raises(BadInput, match="Somebody else"):
        check_files(tmp_path / "data", tmp_path / "assignment.csv", question)


def test_what_cannot_be_asked(tables: Tables, tmp_path: Path) -> None:
    lines = [line("P1", "SA-0111-E-RN")]
    with pytest.raises(BadRequest, match="--start"):
        check(tables, lines, tmp_path, Given("COL"))
    with pytest.raises(NotFound, match="NOPE"):
        check(tables, lines, tmp_path, Given("NOPE", date(2027, 1, 11)))
    with pytest.raises(BadInput, match=r"period\.start"):
        check(tables, lines, tmp_path, Given(), summary=summary(period={"start": "soon"}))
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(BadInput, match="JSON"):
        check_files(tmp_path / "data", tmp_path / "assignment.csv", QUESTION)
