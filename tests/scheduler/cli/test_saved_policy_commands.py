"""policy list, save, withdraw, history, effect, and `--policy NAME`: what people and programs read,
and exit codes.
"""

from pathlib import Path

import pytest

from scheduler.services.jobs import jobs
from scheduler.storage.repository import Repository
from tests.scheduler.cli.conftest import START, World

SOLVE = ("solve", "-c", "COL", "-s", START, "--time-limit", "5", "--progress", "none")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("[longest_week]\nhours = 50\n", encoding="utf-8")
    return path


def test_a_policy_is_saved_found_changed_and_withdrawn(own_world: World, mine: Path) -> None:
    assert "None is saved yet" in own_world.call("policy", "list").out
    saved = own_world.call("policy", "save", "Night week", mine, "-c", "COL", "--why", "asked for")
    assert saved.code == 0
    assert "Saved as “Night week”, version 1, of COL; it changes 1 rule" in saved.out
    [row] = own_world.call("policy", "list", "--json").json()["saved"]
    assert (row["name"], row["collaborative"], row["version"]) == ("Night week", "COL", 1)
    assert row["rules"] == {"longest_week": {"hours": 50}}
    assert (
        "most hours in a week (hours): 50 h" in own_world.call("policy", "diff", "night week").out
    )
    assert own_world.call("policy", "show", "Night week").out.startswith(
        "# A whole policy: the default policy with Night week over it.\n"
    )
    again = own_world.call(
        "policy", "save", "night week", "shorter-runs", "-c", "COL", "--json"
    ).json()
    assert (again["name"], again["version"], again["status"]) == ("Night week", 2, "done")
    history = own_world.call("policy", "history", "night week")
    assert "Version 2 differs from version 1:" in history.out
    assert "most hours in a week (hours): 60 h; in version 1 50 h" in history.out
    gone = own_world.call("policy", "withdraw", "Night week", "-c", "COL", "--why", "over")
    assert gone.code == 0
    assert "None is saved yet" in own_world.call("policy", "list").out
    versions = own_world.call("policy", "history", "Night week", "--json").json()["versions"]
    assert [one["withdrawn"] for one in versions] == [True, False, False]
    assert own_world.call("policy", "show", "Night week").code == 2


def test_what_is_wrong_is_named_and_nothing_is_saved(own_world: World, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[dayly_rest]\n[longest_week]\nhours = -1\n", encoding="utf-8")
    answer = own_world.call("policy", "save", "Bad", bad)
    assert answer.code == 2
    assert "2 faults" in answer.err
    assert "nearest: daily_rest" in answer.err
    unknown = own_world.call("policy", "save", "Bad", "fair-shares", "-c", "COLL")
    assert unknown.code == 2
    assert "COLL" in unknown.err
    assert "None is saved yet" in own_world.call("policy", "list").out


def test_a_build_finds_it_by_name_the_collaborative_first(own_world: World, mine: Path) -> None:
    own_world.call("policy", "save", "fair-shares", mine, "-c", "COL")
    built = own_world.call(*SOLVE, "--policy", "fair-shares", "--json")
    assert built.code == 0
    assert "the saved one counts, its version 1" in built.err
    roster_id = built.json()["roster_id"]
    shown = own_world.call("show", roster_id, "--json").json()
    assert shown["summary"]["policy"]["longest_week"]["hours"] == 50
    assert shown["summary"]["policy"]["fair_nights"]["weight"] == 4


def test_a_job_builds_what_was_ordered_whatever_was_saved_since(
    own_world: World, mine: Path
) -> None:
    own_world.call("policy", "save", "Mine", mine, "-c", "COL")
    with Repository(own_world.db) as repository:
        repository.jobs.add_worker("w", jobs.timedelta(seconds=60))  # nobody else is started
    job = own_world.call(*SOLVE[:7], "--policy", "mine", "--in-background", "--json").json()
    own_world.call("policy", "save", "Mine", "shorter-runs", "-c", "COL")
    with Repository(own_world.db) as repository:
        order = jobs.order_of(jobs.show(repository, job["job_id"]))
    assert order.policy == {"longest_week": {"hours": 50}}


@pytest.mark.parametrize(
    "command",
    [
        ("feasibility", "-c", "COL", "-s", START),
        ("solve", "-c", "COL", "-s", START),
        ("compare", "-c", "COL", "-s", START, "scenario.toml"),
        ("value", "-c", "COL", "-s", START),
    ],
    ids=lambda command: command[0],
)
def test_a_name_that_nothing_has_is_code_2_with_the_nearest(
    own_world: World, mine: Path, command: tuple[str, ...]
) -> None:
    own_world.call("policy", "save", "Night week", mine, "-c", "COL")
    answer = own_world.call(*command, "--policy", "Night weak")
    assert answer.code == 2
    assert "nearest: Night week" in answer.err


def test_feasibility_and_the_check_find_it_too(own_world: World, mine: Path) -> None:
    own_world.call("policy", "save", "Night week", mine, "-c", "COL")
    named = ("--policy", "Night week")
    assert own_world.call("feasibility", "-c", "COL", "-s", START, *named).code == 0
    assert (
        own_world.call(
            "check", own_world.folder, own_world.out / "assignment.csv", "-c", "COL", *named
        ).code
        == 0
    )


def test_effect_says_what_a_policy_would_make_of_a_roster(own_world: World, tmp_path: Path) -> None:
    dearer = tmp_path / "dearer.toml"
    dearer.write_text("[minimum_cover]\nweight = 2\n[travel]\noff = true\n", encoding="utf-8")
    said = own_world.call("policy", "effect", own_world.roster_id, dearer)
    assert said.code == 0
    assert "under its own policy" in said.out
    assert "a search under the new policy may find a better roster" in said.out
    document = own_world.call("policy", "effect", own_world.roster_id, dearer, "--json").json()
    [cover] = [rule for rule in document["rules"] if rule["rule"] == "minimum_cover"]
    assert cover["after"] == 2 * cover["before"] > 0
    assert document["difference_pence"] == pytest.approx(
        sum(rule["difference"] for rule in document["rules"])
    )
    same = own_world.call("policy", "effect", own_world.roster_id, "default", "--json").json()
    assert (same["difference_pence"], same["rules"]) == (0, [])
    assert own_world.call("policy", "effect", "nothing", dearer).code == 2
