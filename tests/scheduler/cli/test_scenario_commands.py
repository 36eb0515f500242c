"""Compare: tables for people, a document for programs."""

from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import START, World


def test_scenarios_side_by_side(own_world: World, tmp_path: Path) -> None:
    (tmp_path / "alone.toml").write_text('name = "Each alone"\nalone = true\n')
    (tmp_path / "dearer.toml").write_text(
        'name = "Dearer bank"\n[[supply]]\nkind = "bank"\nhourly_percent = 150\n'
    )
    arguments = (
        "compare",
        "-c",
        "COL",
        "-s",
        START,
        "--time-limit",
        3,
        "--progress",
        "none",
        tmp_path / "alone.toml",
        tmp_path / "dearer.toml",
    )
    said = own_world.call(*arguments)
    assert said.code == 0, said.err
    assert "Each alone" in said.out
    assert "worse" in said.out
    assert "searches of at most" not in said.err, (
        "nothing is said of progress where none is wished for"
    )
    assert "Prices differ from the base" in said.out
    found = own_world.call(*arguments, "--json").json()
    assert [case["name"] for case in found["scenarios"]] == ["Each alone", "Dearer bank"]
    assert found["scenarios"][0]["lent_hours"] == 0
    kinds = {
        roster["roster_id"]: roster["kind"] for roster in own_world.call("rosters", "--json").json()
    }
    assert (
        kinds[found["base"]["roster_id"]] == kinds[found["scenarios"][1]["roster_id"]] == "scenario"
    )


def test_the_whole_time_is_said_before(
    own_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")
    (tmp_path / "alone.toml").write_text('name = "Each alone"\nalone = true\n')
    said = own_world.call(
        "compare",
        "-c",
        "COL",
        "-s",
        START,
        "--time-limit",
        10,
        "--progress",
        "plain",
        tmp_path / "alone.toml",
    )
    assert said.code == 0, said.err
    assert said.err.startswith("2 searches of at most 10 s each: at most 20 s in all.\n")


def test_faults_of_all_scenarios_at_once(own_world: World, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('name = "One"\nalon = true\n')
    (tmp_path / "two.toml").write_text(
        'name = "Two"\n[[passport]]\norganisation_id = "AA"\nroute = "secondment"\n'
    )
    found = own_world.call(
        "compare",
        "-c",
        "COL",
        "-s",
        START,
        tmp_path / "one.toml",
        tmp_path / "two.toml",
        tmp_path / "three.toml",
    )
    assert found.code == 2
    assert "nearest: alone" in found.err
    assert "two.toml, key passport[1].organisation_id: 'AA'" in found.err
    assert "three.toml" in found.err
