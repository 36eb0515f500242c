"""Names of versions, differences, previews, withdrawal: answers for people and programs."""

import pytest

from tests.scheduler.cli.conftest import START, World


@pytest.fixture
def second(own_world: World) -> str:
    """Another version of the week, in which fewer people work."""
    policy = own_world.folder.parent / "cheap.toml"
    policy.write_text("[minimum_cover]\nweight = 0\n[preferred_cover]\nweight = 0\n")
    made = own_world.call(
        "solve", "-c", "COL", "-s", START, "-p", policy, "--time-limit", 5, "--json"
    ).json()
    assert made["assignments"] < len(
        own_world.call("show", own_world.roster_id, "--json").json()["assignments"]
    )
    return str(made["roster_id"])


def test_a_name_stands_in_the_list_and_can_be_taken_away(own_world: World) -> None:
    first = own_world.roster_id
    said = own_world.call("versions", "rename", first, "Plan B", "--why", "More bank")
    assert said.out == f"{first} is called “Plan B”: More bank\n"
    [listed] = own_world.call("rosters", "--json").json()
    assert (listed["name"], listed["reason"], listed["made_from"]) == ("Plan B", "More bank", None)
    assert listed["author"].endswith("on the command line") or listed["author"] == "the program"
    assert "Plan B" in own_world.call("rosters").out
    assert "More bank · called “Plan B”" in own_world.call("show", first).out
    named = own_world.call("versions", "rename", first, "", "--json").json()
    assert (named["result"], named["name"]) == ("renamed", None)


def test_a_draft_is_deleted_and_what_was_published_is_not(own_world: World, second: str) -> None:
    assert own_world.call("publish", own_world.roster_id).code == 0
    refused = own_world.call("versions", "delete", own_world.roster_id)
    assert (refused.code, "was published" in refused.err) == (2, True)
    deleted = own_world.call("versions", "delete", second, "--json").json()
    assert deleted == {"status": "done", "result": "deleted", "roster_id": second}
    assert own_world.call("show", second).code == 2
    assert "deleted roster" in own_world.call("audit", "list").out


def test_what_differs_is_told(own_world: World, second: str) -> None:
    first = own_world.roster_id
    same = own_world.call("diff", first, first)
    assert same.out.startswith("Nothing differs")
    said = own_world.call("diff", first, second)
    assert said.code == 0
    assert "changed shift" in said.out
    assert "Synthetic P" in said.out
    assert "Opens: " in said.out
    document = own_world.call("diff", first, second, "--json").json()
    assert document["shifts"] == sum(
        max(len(cell["lost"]), len(cell["got"])) for cell in document["cells"]
    )
    assert {one["staff_id"] for one in document["cells"]} <= {
        one["who"] for one in document["people"]
    }
    assert document["pence"] == sum(
        one["pence_after"] - one["pence_before"] for one in document["pay"]
    )


def test_publishing_is_seen_beforehand_and_changes_want_a_reason(
    own_world: World, second: str
) -> None:
    first = own_world.roster_id
    before = own_world.call("publish", first, "--preview")
    assert "nothing is published yet" in before.out
    assert f"Publish it: scheduler publish {first}\n" in before.out
    assert own_world.call("publish", first).code == 0
    document = own_world.call("publish", second, "--preview", "--json").json()
    assert document["needs_reason"]
    assert document["replaces"] == [first]
    assert document["told"][0]["shifts"][0]["lost"]
    shown = own_world.call("publish", second, "--preview").out
    assert "no longer works" in shown
    assert f"scheduler publish {second} --reason TEXT" in shown
    refused = own_world.call("publish", second)
    assert (refused.code, "Say why: --reason" in refused.err) == (2, True)
    done = own_world.call("publish", second, "--reason", "too dear", "--json").json()
    assert (done["status"], done["published_reason"]) == ("published", "too dear")
    assert "Reason: too dear" in own_world.call("show", second).out
    assert "already" in own_world.call("publish", second, "--preview").out


def test_a_publication_is_withdrawn(own_world: World, second: str) -> None:
    first = own_world.roster_id
    assert own_world.call("publish", first).code == 0
    assert own_world.call("publish", second, "--reason", "too dear").code == 0
    said = own_world.call("versions", "withdraw", second, "--reason", "too few")
    assert said.out == (
        f"{second} is withdrawn and counts on no date any more.\n{first} counts again: published.\n"
    )
    assert "Withdrawn. Reason: too few" in own_world.call("show", second).out
    last = own_world.call("versions", "withdraw", first, "--reason", "that too", "--json").json()
    assert (last["status"], last["again"]) == ("withdrawn", [])
    again = own_world.call("versions", "withdraw", first, "--reason", "again")
    assert (again.code, "withdrawn already" in again.err) == (2, True)
