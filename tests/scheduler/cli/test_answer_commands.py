"""Repair, replacements, why person and why assignment: for people, as data, and with wrong
input.
"""

import pytest

from tests.scheduler.cli.conftest import World

EMPTY = "SB-0117-N-RN"


def test_replacements_for_people_and_as_data(world: World) -> None:
    found = world.call("replacements", world.roster_id, EMPTY, "--json").json()
    assert found["demand_id"] == EMPTY
    said = world.call("replacements", world.roster_id, EMPTY)
    assert said.code == 0
    for one in found["candidates"]:
        assert one["staff_id"] in said.out
    offered = [one["effect"]["objective_pence"] for one in found["candidates"] if one["offered"]]
    assert offered == sorted(offered)


def test_repair_says_who_changes_and_stores_a_draft(own_world: World) -> None:
    said = own_world.call(
        "repair",
        own_world.roster_id,
        "--sick",
        "P1",
        "2027-01-11",
        "2027-01-17",
        "--from",
        "2027-01-11",
        "--time-limit",
        5,
    )
    assert said.code == 0
    assert said.out.startswith(
        f"Roster COL-2027-01-11-2 repairs {own_world.roster_id} from 2027-01-11 on."
    )
    assert "Proven the cheapest" in said.out
    assert "The same with --record keeps it as leave" in said.err
    assert not own_world.call("facts", "list", "leave", "P1", "--json").json()["rows"]
    shown = own_world.call("show", "COL-2027-01-11-2", "--json").json()
    assert "P1" not in {line["staff_id"] for line in shown["assignments"]}
    again = own_world.call("repair", own_world.roster_id, "--from", "2027-01-11", "--json").json()
    assert (again["status"], again["roster_id"]) == ("undisturbed", "")


def test_repair_for_several_who_are_sick(own_world: World) -> None:
    sick = [word for who in ("P1", "P2") for word in ("--sick", who, "2027-01-11", "2027-01-17")]
    said = own_world.call(
        "repair", own_world.roster_id, *sick, "--from", "2027-01-11", "--time-limit", 5
    )
    assert said.code == 0
    assert "That P1, P2 cannot work" in said.err
    shown = own_world.call("show", "COL-2027-01-11-2", "--json").json()
    assert not {"P1", "P2"} & {line["staff_id"] for line in shown["assignments"]}


def test_repair_as_data_holds_what_people_read(own_world: World) -> None:
    found = own_world.call(
        "repair",
        own_world.roster_id,
        "--sick",
        "P2",
        "2027-01-11",
        "2027-01-17",
        "--from",
        "2027-01-11",
        "--time-limit",
        5,
        "--json",
    ).json()
    assert found["status"] == "done"
    assert all(gone["staff_id"] == "P2" for gone in found["dropped"])
    changed = sum(bool(change["loses"]) for change in found["changes"] if change["who"] == "P2")
    assert changed == (1 if found["dropped"] else 0)
    assert found["proof"]["proven"] in (True, False)


def test_why_person_and_why_assignment(world: World) -> None:
    shown = world.call("show", world.roster_id, "--json").json()
    line = next(line for line in shown["assignments"] if line["staff_id"])
    who = line["staff_id"]
    said = world.call("why", "assignment", world.roster_id, who, line["demand_id"])
    assert said.code == 0
    assert f"Why does Synthetic {who} ({who}) do" in said.out
    found = world.call("why", "person", world.roster_id, "P5", EMPTY, "--json").json()
    assert (found["assigned"], found["deployable"], found["forced"]) == (False, False, None)
    assert found["contracts"][0]["barriers"]
    said = world.call("why", "person", world.roster_id, "P5", EMPTY)
    assert "no roster could have put them there" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replacements", "{roster}", "SB-0117-N-R"), "Maybe SB-0117-N-RN"),
        (("replacements", "COL-2027-01-11-9", EMPTY), "COL-2027-01-11-9"),
        (
            (
                "repair",
                "{roster}",
                "--sick",
                "P9",
                "2027-01-11",
                "2027-01-12",
                "--from",
                "2027-01-11",
            ),
            "no member of staff 'P9'",
        ),
        (
            ("repair", "{roster}", "--sick", "P1", "2027-01-12", "--from", "2027-01-11"),
            "is not STAFF FROM TO",
        ),
        (
            (
                "repair",
                "{roster}",
                "--sick",
                "P1",
                "2027-01-12",
                "2027-01-11",
                "--from",
                "2027-01-11",
            ),
            "must not come before",
        ),
        (
            ("repair", "{roster}", "--sick", "P1", "monday", "2027-01-11", "--from", "2027-01-11"),
            "monday",
        ),
        (("repair", "{roster}", "--from", "2027-02-11"), "ended on 2027-01-17"),
        (("why", "person", "{roster}", "P9", EMPTY), "no member of staff 'P9'"),
        (("why", "assignment", "{roster}", "P5", EMPTY), "does not do"),
    ],
)
def test_wrong_input_is_code_2_and_a_sentence(
    own_world: World, arguments: tuple[str, ...], words: str
) -> None:
    for more in ((), ("--json",)):
        found = own_world.call(
            *(argument.format(roster=own_world.roster_id) for argument in arguments), *more
        )
        assert found.code == 2
        assert words in found.err
        assert "Traceback" not in found.err
    assert len(own_world.call("rosters", "--json").json()) == 1, "nothing was stored"


def test_what_is_proven_is_said_with_its_scope_in_words_and_as_data(world: World) -> None:
    shown = world.call("show", world.roster_id, "--json").json()
    placed = {(line["staff_id"], line["demand_id"]) for line in shown["assignments"]}
    for who, row in sorted({(who, row) for who, _ in placed for _, row in placed if who} - placed):
        forced = world.call("why", "person", world.roster_id, who, row, "--json").json()["forced"]
        if forced is not None and forced["possible"]:
            break
    else:
        raise AssertionError("nobody could be put anywhere else")
    assert (forced["proven"], forced["scope"], forced["low_pence"]) == (
        True,
        "all rosters",
        forced["high_pence"],
    )
    assert (
        "proven the least among all rosters."
        in world.call("why", "person", world.roster_id, who, row).out
    )
