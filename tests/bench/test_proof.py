"""The bench of the proof: which cases there are, to which half they belong, and one tiny run."""

import json
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.problem import Period
from scheduler.synthetic import NATURES
from solver.search.strategy import Progress
from tests.bench import bench_proof
from tests.bench.bench_proof import CASES, MOMENTS_KEPT, Case, Effort, NoCase

POLICIES = Path(__file__).parents[2] / "data" / "policies"


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("usual:300", Case("usual", "300")),
        ("many-organisations:40:14", Case("many-organisations", "40", 14)),
        ("example:2027-01-18", Case("example", "2027-01-18")),
        ("example:2027-01-18+published", Case("example", "2027-01-18", published=True)),
        (
            "example:2027-01-18+published:28@cover-only",
            Case("example", "2027-01-18", 28, True, "cover-only"),
        ),
        ("dense:20@fair-shares", Case("dense", "20", policy="fair-shares")),
    ],
)
def test_a_case_is_read_and_says_itself_again(text: str, case: Case) -> None:
    assert Case.read(text) == case
    assert str(case) == text


def test_a_folder_is_called_by_its_name_wherever_it_lies(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place / "theirs").mkdir(parents=True)
    one, two = (
        Case.read(f"folder:{tmp_path / place / 'theirs'}:14@cover-only") for place in ("one", "two")
    )
    assert (one.days, one.policy) == (14, "cover-only")
    assert one.data == two.data == "folder:theirs"
    assert one.half == two.half


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("300", "is no case"),
        ("kind:300", "no nature 'kind'; there are usual"),
        ("usual:many", "'many' is no number of staff"),
        ("usual:4", "at least 5 staff"),
        ("usual:300:0", "at least one day"),
        ("usual:300+published", "only the example"),
        ("example:18 January", "is no date"),
        ("example:2027-01-19", "is no Monday from 2027-01-11 on"),
        ("example:2027-01-04", "is no Monday from 2027-01-11 on"),
        ("folder:/no/such/folder", "there is no folder"),
        ("usual:300@cheap", "no policy 'cheap' in data/policies or tests/bench/policies"),
    ],
)
def test_what_is_no_case_is_named_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NoCase, match=why):
        Case.read(text)


def test_every_text_that_is_no_case_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench_proof.main(["--cases", "usual:x", "usual:20", "kind:20"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "usual:x" in said
    assert "kind:20" in said
    assert "usual:20:" not in said


def test_the_half_goes_by_the_data_alone() -> None:
    week = Case.read("example:2027-01-18").half
    assert {
        Case.read(f"example:2027-01-18{more}").half for more in ("+published", ":28", "@cover-only")
    } == {week}


def test_each_nature_each_policy_and_each_length_is_measured_in_both_halves_or_at_all() -> None:
    cases = [Case.read(text) for text in CASES]
    for nature in NATURES:
        assert {case.half for case in cases if case.source == nature} == {"tune", "report"}, nature
    for policy in ("cover-only", "fair-shares", "shorter-runs"):
        assert {case.half for case in cases if case.policy == policy} == {"tune", "report"}, policy
    assert {case.half for case in cases if case.days == 28} == {"tune", "report"}
    assert {file.stem for file in POLICIES.glob("*.toml")} - {"default"} <= {
        case.policy for case in cases
    }


def test_a_course_keeps_where_something_moved_and_the_end() -> None:
    history = [
        Progress("x", 0.1),
        *(
            Progress("x", step / 10, 60 * (5000 - step), 60 * step)
            for step in range(1, 1000)
            for _ in range(2)
        ),
    ]
    kept = bench_proof.course(history)
    assert 50 < len(kept) <= MOMENTS_KEPT + 1
    assert kept[0] == {"seconds": 0.1, "best_pence": None, "bound_pence": None}
    assert kept[-1] == {"seconds": 99.9, "best_pence": 4001, "bound_pence": 999}
    assert bench_proof.course([]) == []


def test_a_folder_is_solved_in_the_week_of_its_first_dated_demand() -> None:
    folder = Path(__file__).parents[2] / "data" / "examples" / "north-east-essex"
    dataset, start = bench_proof.facts(Case.read(f"folder:{folder}"), 1)
    assert start == date(2027, 1, 11)
    assert start <= min(demand.date for demand in dataset.demand)


def test_a_tiny_run_is_measured_in_its_own_process_and_written_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench_proof.main(
        [
            "--cases",
            "usual:8",
            "tight-supply:8@cover-only",
            "--time-limit",
            "2",
            "--to",
            str(tmp_path),
            "--note",
            "a test",
        ]
    )
    (file,) = tmp_path.glob("*-proof.json")
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["options"]["note"] == "a test"
    assert {"measured_at", "commit", "machine", "protocol"} <= written.keys()
    first, second = written["results"]
    assert (first["case"], second["case"]) == ("usual:8", "tight-supply:8@cover-only")
    for result in (first, second):
        assert result["staff"] == 8
        assert result["accepted"] is True
        assert result["breaches"] == 0
        assert 0 <= result["bound_pence"] <= result["objective_pence"]
        assert result["seconds"]["search"] <= result["seconds"]["whole"]
        assert result["course"]
    assert set(second["objective_by_rule"]) - {"minimum_cover"} == {
        rule for rule, cost in second["objective_by_rule"].items() if not cost
    }
    assert capsys.readouterr().out.count("usual:8") == 2


def test_a_longer_period_is_compared_with_its_weeks_in_turn() -> None:
    result = bench_proof.run(Case.read("plenty:8:14"), Effort(4.0, 1.0, 8, 1))
    assert result["status"] in ("optimal", "feasible")
    assert result["in_turn_breaches"] == 0
    assert result["bound_pence"] <= result["in_turn_pence"]


def test_a_week_with_published_weeks_before_knows_their_shifts() -> None:
    case = Case.read("example:2027-01-18+published")
    known = bench_proof.earlier_weeks(case, Effort(2.0, 2.0, 8, 1))
    assert len(known) > 500
    dataset, start = bench_proof.facts(case, 1)
    problem = bench_proof.problem_of(case, dataset, Period(start, 7), known)[0]
    people = {
        person.id: {(shift.start, shift.end) for shift in person.known} for person in problem.people
    }
    theirs = [shift for shift in known if shift.staff_id in people]
    assert len(theirs) > 300
    assert all((shift.start, shift.end) in people[shift.staff_id] for shift in theirs)


def test_what_fails_is_a_result_and_stands_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    failed = bench_proof.run(Case.read(f"folder:{tmp_path / 'empty'}"), Effort(1.0, 1.0, 1, 1))
    assert failed["status"] == "failed"
    assert failed["case"] == "folder:empty"
    proven = {
        "case": "usual:8",
        "half": "tune",
        "people": 8,
        "demand_rows": 9,
        "gap": 0.1,
        "objective_pence": 100,
        "bound_pence": 90,
        "seconds": {"search": 1.0, "whole": 1.0},
        "first_roster_seconds": 0.1,
        "peak_mebibytes": 100,
        "breaches": 0,
    }
    lines = bench_proof.table(
        [proven, {**proven, "case": "usual:9", "gap": 0.2}, failed]
    ).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["folder:empty", "usual:9", "usual:8"]
