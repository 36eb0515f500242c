"""scenario list, show, save, withdraw, history, and `compare NAME`: what people and programs read,
and exit codes.
"""

from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import START, World

COL = ("-c", "COL")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text('name = "As the file calls it"\nalone = true\n', encoding="utf-8")
    return path


def test_a_scenario_is_saved_shown_changed_and_withdrawn(
    own_world: World, mine: Path, tmp_path: Path
) -> None:
    assert "None is kept yet" in own_world.call("scenario", "list", *COL).out
    saved = own_world.call("scenario", "save", "Each alone", mine, *COL, "--why", "asked for")
    assert saved.code == 0
    assert "Saved as “Each alone”, version 1, of COL" in saved.out
    top = tmp_path / "top.toml"
    top.write_text('name = "x"\nwith = ["each alone"]\n[overtime]\nallowed = false\n')
    made = own_world.call("scenario", "save", "Top", top, *COL, "--json").json()
    assert (made["name"], made["version"], made["notes"]) == ("Top", 1, [])
    assert made["scenario"] == {"with": ["Each alone"], "overtime": [{"allowed": False}]}
    rows = own_world.call("scenario", "list", *COL, "--json").json()["scenarios"]
    assert [(row["name"], row["version"], row["why"]) for row in rows] == [
        ("Each alone", 1, "asked for"),
        ("Top", 1, ""),
    ]
    assert "with Each alone" in own_world.call("scenario", "list", *COL).out
    shown = own_world.call("scenario", "show", "top", *COL).out
    assert shown.startswith('name = "Top"\nwith = ["Each alone"]\n')
    whole = own_world.call("scenario", "show", "top", *COL, "--whole", "--json").json()
    assert 'name = "Top"\nalone = true\n' in whole["toml"]
    assert "No overtime" in whole["changes"]
    # what is shown is what can be saved again
    own = tmp_path / "own.toml"
    own.write_text(shown)
    assert "says the same" in own_world.call("scenario", "save", "Top", own, *COL).err
    assert own_world.call("scenario", "save", "EACH ALONE", "top", *COL).code == 2, "a circle"
    refused = own_world.call("scenario", "withdraw", "Each alone", *COL)
    assert refused.code == 2
    assert "built on it: Top" in refused.err
    top.write_text('name = "x"\nalone = true\n')
    assert own_world.call("scenario", "save", "top", top, *COL).code == 0
    history = own_world.call("scenario", "history", "Top", *COL)
    assert "Version 2 differs from version 1:" in history.out
    assert "  + alone = true" in history.out
    gone = own_world.call("scenario", "withdraw", "Top", *COL, "--why", "over")
    assert gone.code == 0
    versions = own_world.call("scenario", "history", "Top", *COL, "--json").json()["versions"]
    assert [one["withdrawn"] for one in versions] == [True, False, False]
    assert own_world.call("scenario", "show", "Top", *COL).code == 2


def test_what_is_wrong_is_named_and_nothing_is_kept(own_world: World, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('name = "x"\nalonne = true\n[policy.dayly_rest]\n', encoding="utf-8")
    answer = own_world.call("scenario", "save", "a/b", bad, *COL)
    assert answer.code == 2
    assert "nearest: alone" in answer.err
    assert "a name that is not taken for a file" in answer.err
    near = own_world.call("scenario", "save", "Bad", tmp_path / "gone.toml", *COL)
    assert near.code == 2
    assert "None is kept yet" in own_world.call("scenario", "list", *COL).out


def test_what_does_not_fit_the_facts_is_kept_and_noted(own_world: World, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text(
        'name = "x"\n[[journey]]\norganisation_id = "A"\nsite_id = "NOWHERE"\n', encoding="utf-8"
    )
    answer = own_world.call("scenario", "save", "Odd", odd, *COL)
    assert answer.code == 0
    assert "Note: It does not fit the week of" in answer.err
    assert "NOWHERE" in answer.err


def test_compare_takes_names_beside_files(own_world: World, mine: Path) -> None:
    assert own_world.call("scenario", "save", "Each alone", mine, *COL).code == 0
    compared = ("compare", *COL, "-s", START, "--time-limit", "2", "--progress", "none", "--json")
    found = own_world.call(*compared, "each ALONE", mine)
    assert found.code == 0, found.err
    names = [case["name"] for case in found.json()["scenarios"]]
    assert names == ["Each alone", "As the file calls it"]
    unknown = own_world.call(*compared, "Each aloan")
    assert unknown.code == 2
    assert "nearest: Each alone" in unknown.out + unknown.err
