"""Frontier, waterfall and partners: tables for people, documents for programs."""

from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import START, World

HOW = ("-c", "COL", "-s", START, "--time-limit", 10, "--progress", "none")


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def lever(tmp_path: Path) -> Path:
    file = tmp_path / "lever.toml"
    file.write_text('name = "No travel limit"\n[policy.travel]\noff = true\n')
    return file


def test_a_frontier(own_world: World) -> None:
    arguments = ("frontier", *HOW, "--reduce", "temporary", "--against", "cover", "--points", 5)
    found = own_world.call(*arguments, "--json")
    assert found.code == 0, found.err
    document = found.json()
    assert document["kind"] == "frontier"
    assert all(one["low"] <= one["high"] for one in document["points"])
    assert document["searches"] <= 5
    said = own_world.call(*arguments)
    assert said.code == 0, said.err
    assert "agency and bank hours against required hours left empty" in said.out
    assert document["rosters"][0]["roster_id"].rsplit("-", 1)[0] in said.out


def test_a_frontier_against_consent(own_world: World) -> None:
    arguments = ("frontier", *HOW, "--reduce", "temporary", "--against", "consent")
    document = own_world.call(*arguments, "--json").json()
    assert document["against"] == {
        "key": "consent",
        "title": "Hours by people who would first have to be asked",
        "unit": "h",
    }
    assert document["points"][0]["level"] == 0
    assert all(one["people_asked"] == 0 for one in document["rosters"]), "all have agreed"
    said = own_world.call(*arguments)
    assert "people to ask" in said.out
    assert "against hours by people who would first have to be asked" in said.out


@pytest.mark.parametrize(
    ("reduce", "against", "words"),
    [("agency", "agency", "cannot be chosen"), ("pay", "pay", "two different things")],
)
def test_what_makes_no_frontier(own_world: World, reduce: str, against: str, words: str) -> None:
    said = own_world.call("frontier", *HOW, "--reduce", reduce, "--against", against)
    assert said.code == 2
    assert words in said.err


def test_a_waterfall(own_world: World, lever: Path) -> None:
    found = own_world.call("waterfall", lever, *HOW, "--json")
    assert found.code == 0, found.err
    document = found.json()
    assert [row["key"] for row in document["brings"]] == ["pooling", "lever 1"]
    assert sum(row["share"]["found"] for row in document["brings"]) == document["whole"]["found"]
    said = own_world.call("waterfall", lever, *HOW)
    assert "Pooling" in said.out
    assert "No travel limit" in said.out
    assert "all together" in said.out


def test_partners(own_world: World, lever: Path) -> None:
    found = own_world.call("partners", *HOW, "--json")
    assert found.code == 0, found.err
    document = found.json()
    assert document["partners"] == ["A", "B"]
    said = own_world.call("partners", *HOW, "--with", lever)
    assert said.code == 0, said.err
    assert "together they gain" in said.out
    assert "Any split that lasts: stable." in said.out


def test_a_comparison_over_weeks_against_a_baseline(own_world: World, lever: Path) -> None:
    first = own_world.call("compare", lever, *HOW, "--weeks", 1, "--json")
    assert first.code == 0, first.err
    baseline = first.json()["id"]
    again = own_world.call("compare", lever, *HOW, "--baseline", baseline, "--json")
    assert again.code == 0, again.err
    assert again.json()["base"]["roster_ids"] == first.json()["base"]["roster_ids"]
    other = own_world.call("compare", lever, *HOW, "--weeks", 2, "--baseline", baseline)
    assert other.code == 2
    assert "no baseline of these weeks" in other.err
