"""policy show, check, diff: what people and programs read, and exit codes."""

import tomllib
from pathlib import Path

import pytest

from scheduler.storage.toml_file import read_tables
from solver.policy.policy import Policy
from tests.scheduler.cli.conftest import START, World, call


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("[daily_rest]\nhours = 12\n[agency_hours]\nweight = 'hard'\n", encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.toml"
    path.write_text("[dayly_rest]\n[daily_rest]\nhours = -1\n", encoding="utf-8")
    return path


def test_show_prints_a_policy_that_can_be_used(mine: Path, tmp_path: Path) -> None:
    shown = call("policy", "show", mine)
    assert shown.code == 0
    assert shown.out.startswith(f"# A whole policy: the default policy with {mine} over it.\n")
    printed = tmp_path / "printed.toml"
    printed.write_text(shown.out, encoding="utf-8")
    assert (
        call("policy", "diff", printed, mine).out == f"{printed} and {mine} are the same policy.\n"
    )
    assert (
        call("policy", "show", mine, "--json").json()["rules"]
        == Policy.from_tables(read_tables(mine), source=mine.name).to_tables()
    )


def test_show_without_a_file_is_the_default() -> None:
    assert (
        Policy.from_tables(tomllib.loads(call("policy", "show").out)).to_tables()
        == Policy.from_tables().to_tables()
    )
    assert call("policy", "show", "--json").json()["policy"] == "the default policy"


def test_check_says_what_changes(mine: Path) -> None:
    said = call("policy", "check", mine)
    assert said.code == 0
    assert f"{mine} has no fault. It changes 2 of " in said.out
    assert "rules: Agency hours, Rest between shifts." in said.out
    document = call("policy", "check", mine, "--json").json()
    assert document["status"] == "done"
    assert [change["rule"] for change in document["changes"]] == ["agency_hours", "daily_rest"]


def test_check_of_a_policy_that_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "same.toml"
    path.write_text("[daily_rest]\nhours = 11\n", encoding="utf-8")
    assert (
        call("policy", "check", path).out
        == f"{path} has no fault and changes nothing: it is the default policy.\n"
    )


def test_check_names_every_fault_and_is_code_2(bad: Path) -> None:
    said = call("policy", "check", bad)
    assert said.code == 2
    assert "2 faults" in said.err
    assert "dayly_rest: expected the id of a rule (nearest: daily_rest)" in said.err
    assert "daily_rest.hours: '-1': expected a number from 0 to 48 [h]" in said.err
    document = call("policy", "check", bad, "--json")
    assert document.code == 2
    assert [fault["column"] for fault in document.json()["faults"]] == [
        "daily_rest.hours",
        "dayly_rest",
    ]


def test_diff_has_titles_values_and_units(mine: Path) -> None:
    assert call("policy", "diff", mine).out.splitlines()[1:] == [
        "",
        "Agency hours [agency_hours]",
        "  weight: hard; in the default policy priced at £15 per hour",
        "",
        "Rest between shifts [daily_rest]",
        "  rest between two shifts (hours): 12 h; in the default policy 11 h",
    ]
    document = call("policy", "diff", "shorter-runs", mine, "--json").json()
    assert (document["a"], document["b"]) == ("shorter-runs", str(mine))
    assert {
        "rule": "daily_rest",
        "title": "Rest between shifts",
        "parameter": "hours",
        "meaning": "rest between two shifts",
        "unit": "h",
        "a": 11,
        "b": 12,
    } in document["changes"]


@pytest.mark.parametrize("command", [("show",), ("check",), ("diff",)])
@pytest.mark.parametrize("given", ["nothing.toml", "nothing", "bad.toml"])
def test_what_is_no_policy_is_code_2(
    bad: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str], given: str
) -> None:
    monkeypatch.chdir(bad.parent)
    said = call("policy", *command, given)
    assert said.code == 2
    assert given in said.err
    assert not said.out


def test_a_policy_goes_by_its_name_in_other_commands_too(world: World) -> None:
    assert (
        call("check", world.folder, world.out / "assignment.csv", "--policy", "fair-shares").code
        == 0
    )
    unknown = world.call("solve", "-c", "COL", "-s", START, "--policy", "fair-share")
    assert unknown.code == 2
    assert "nearest: fair-shares" in unknown.err
