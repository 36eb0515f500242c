"""Solve, rosters, show, publish: answers for people and programs, and exit codes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.rosters import solve
from scheduler.services.view import look_up
from scheduler.storage.writing import write_folder
from tests.factories import need, person, plain_tables
from tests.scheduler.cli.conftest import START, World, call


def test_solve_says_what_it_found_and_where_to_look(own_world: World) -> None:
    found = own_world.call("solve", "-c", "COL", "-s", START, "--time-limit", 10)
    assert found.code == 0
    assert found.out.startswith("Roster COL-2027-01-11-2\nRequired ")
    assert "proven best" in found.out
    assert "scheduler show COL-2027-01-11-2" in found.out
    assert "searching" in found.err
    assert "gap 0.00 %" in found.err


def test_solve_writes_the_contract_s_files(world: World) -> None:
    assert sorted(file.name for file in world.out.iterdir()) == [
        "assignment.csv",
        "summary.json",
        "vacancy.csv",
    ]
    summary = json.loads((world.out / "summary.json").read_text())
    assert summary["status"] == "optimal"
    assert summary["hours"]["missing"] == 11.0
    assert summary["lent"][0]["hours"] > 0


def test_progress_as_json_lines_on_stderr(own_world: World) -> None:
    found = own_world.call(
        "solve", "-c", "COL", "-s", START, "--time-limit", 10, "--progress", "json", "--json"
    )
    told = [json.loads(line) for line in found.err.splitlines()]
    assert {tuple(line) for line in told} == {
        ("phase", "seconds", "best_pence", "bound_pence", "gap")
    }
    assert told[0]["best_pence"] is None
    assert told[-1]["best_pence"] == found.json()["summary"]["objective_pence"]


def test_no_progress_where_none_is_wanted(own_world: World) -> None:
    assert own_world.call("solve", "-c", "COL", "-s", START, "--progress", "none").err == ""


def test_a_start_that_is_no_monday_is_allowed_and_said(own_world: World) -> None:
    found = own_world.call(
        "solve", "-c", "COL", "-s", "2027-01-13", "--days", 2, "--time-limit", 10, "--json"
    )
    assert found.code == 0
    assert "is a Wednesday" in found.json()["notes"][0]
    assert "is a Wednesday" in found.err


@pytest.mark.parametrize("day", ["11.1.2027", "2027-1-11", "2027-02-30", "monday", "20270111"])
def test_a_date_that_is_none(day: str) -> None:
    found = call("solve", "-c", "COL", "-s", day)
    assert found.code == 2
    assert "2027" in found.err or "monday" in found.err
    assert "Traceback" not in found.err


def test_bad_requests_are_code_2_with_a_sentence(world: World, tmp_path: Path) -> None:
    unknown = world.call("solve", "-c", "COLL", "-s", START)
    assert (unknown.code, unknown.out) == (2, "")
    assert "No collaborative 'COLL'" in unknown.err
    empty = world.call("solve", "-c", "COL", "-s", "2028-01-10", "--json")
    assert empty.code == 2
    assert empty.json()["status"] == "bad_input"
    assert "no demand" in empty.err
    (tmp_path / "policy.toml").write_text("[daily_rst]\nhours = 12\n")
    policy = world.call("solve", "-c", "COL", "-s", START, "--policy", tmp_path / "policy.toml")
    assert policy.code == 2
    assert "nearest: daily_rest" in policy.err


def test_a_policy_file_is_heeded(own_world: World, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[minimum_cover]\npounds_per_hour = [1, 1, 1, 1, 1]\n")
    found = own_world.call(
        "solve", "-c", "COL", "-s", START, "--policy", tmp_path / "policy.toml", "--json"
    ).json()
    assert found["summary"]["policy"]["minimum_cover"]["pounds_per_hour"] == [1, 1, 1, 1, 1]
    assert found["vacancies"] > 0


def clash(tmp_path: Path) -> World:
    tables = plain_tables()
    person(tables, "P1")
    tables["pin"] = [
        {"staff_id": "P1", "demand_id": need(tables, 0, shift)} for shift in ("E", "L")
    ]
    write_folder(Dataset.from_cells(tables), tmp_path / "clash")
    db = f"sqlite:///{tmp_path}/clash.db"
    assert call("import", tmp_path / "clash", db=db).code == 0
    return World(tmp_path / "clash", db, "", tmp_path)


def test_facts_that_clash_are_named_with_code_4(tmp_path: Path) -> None:
    world = clash(tmp_path)
    said = world.call("solve", "-c", "COL", "-s", START, "--out", tmp_path / "out")
    assert said.code == 4
    assert "Pin: P1 does SA-0111-E-RN" in said.out
    assert "Pin: P1 does SA-0111-L-RN" in said.out
    assert not (tmp_path / "out").exists()
    found = world.call("solve", "-c", "COL", "-s", START, "--json")
    assert found.code == 4
    assert found.json()["status"] == "clash"
    assert sorted(fact["ids"][1] for fact in found.json()["facts"]) == [
        "SA-0111-E-RN",
        "SA-0111-L-RN",
    ]
    assert world.call("rosters", "--json").json() == []


def test_a_refused_roster_is_code_3(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from scheduler.domain.errors import RosterRefused

    def refuse(*_: object, **__: object) -> None:
        raise RosterRefused("The roster breaks hard rules: planted.")

    monkeypatch.setattr(solve, "solve", refuse)
    found = world.call("solve", "-c", "COL", "-s", START, "--json")
    assert (found.code, found.json()["status"]) == (3, "refused")


def test_an_unexpected_error_is_a_sentence_unless_debugging(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(look_up, "rosters", fail)
    found = world.call("rosters")
    assert found.code == 1
    assert "KeyError: 'planted'" in found.err
    assert "SCHEDULER_DEBUG=1" in found.err
    assert "Traceback" not in found.err


def test_rosters_newest_first(own_world: World) -> None:
    own_world.call("solve", "-c", "COL", "-s", START, "--time-limit", 10)
    listed = own_world.call("rosters", "--json").json()
    assert [roster["version"] for roster in listed] == [2, 1]
    assert own_world.roster_id in own_world.call("rosters", "-c", "COL").out
    assert own_world.call("rosters", "-c", "NOPE").code == 2


def test_show_a_roster_and_its_parts(world: World) -> None:
    whole = world.call("show", world.roster_id)
    assert whole.code == 0
    assert "SB-0117-N-RN" in whole.out  # the vacancy
    monday = world.call("show", world.roster_id, "--day", START, "--json").json()
    assert {line["start"][:10] for line in monday["assignments"]} == {START}
    own = world.call("show", world.roster_id, "--staff", "P1", "--json").json()
    assert {line["staff_id"] for line in own["assignments"]} == {"P1"}
    assert "Synthetic P1" in world.call("show", world.roster_id, "--staff", "P1").out
    place = world.call("show", world.roster_id, "--place", "PB", "--json").json()
    assert {line["place_id"] for line in place["assignments"]} == {"PB"}
    wrong = world.call("show", world.roster_id, "--place", "PZ")
    assert wrong.code == 2
    assert "PA, PB" in wrong.err


def test_publish_supersedes_the_earlier_one(own_world: World) -> None:
    assert own_world.call("publish", own_world.roster_id).code == 0
    assert own_world.call("publish", own_world.roster_id).code == 2
    later = own_world.call("solve", "-c", "COL", "-s", START, "--time-limit", 10, "--json").json()[
        "roster_id"
    ]
    why = ("--reason", "a better one")
    published = own_world.call("publish", later, *why, "--json").json()
    assert (published["status"], published["superseded"]) == ("published", [own_world.roster_id])


def test_a_roster_can_be_made_to_change_little_against_another(
    own_world: World, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[stability]\nweight = 100000\n")
    before = {
        (row["demand_id"], row["staff_id"])
        for row in own_world.call("show", own_world.roster_id, "--json").json()["assignments"]
    }
    solved = own_world.call(
        "solve",
        "-c",
        "COL",
        "-s",
        START,
        "-p",
        policy,
        "--stable-against",
        own_world.roster_id,
        "--seed",
        7,
        "--json",
    )
    assert solved.code == 0, solved.err
    after = own_world.call("show", solved.json()["roster_id"], "--json").json()
    assert {
        (row["demand_id"], row["staff_id"]) for row in after["assignments"] if row["staff_id"]
    } == {pair for pair in before if pair[1]}
    assert after["summary"]["stable_against"] == own_world.roster_id


def test_the_roster_to_change_little_against_must_be_there_and_of_these_dates(
    own_world: World,
) -> None:
    unknown = own_world.call(
        "solve", "-c", "COL", "-s", START, "--stable-against", own_world.roster_id + "1"
    )
    assert unknown.code == 2
    assert f"Maybe {own_world.roster_id}?" in unknown.err
    later = own_world.call(
        "solve", "-c", "COL", "-s", "2027-01-18", "--stable-against", own_world.roster_id
    )
    assert later.code == 2
    assert "it says nothing about COL from 2027-01-18" in later.err


def test_a_week_published_into_four_shortens_them_and_both_are_listed(own_world: World) -> None:
    four = own_world.call(
        "solve", "-c", "COL", "-s", START, "--days", 28, "--time-limit", 1, "--json"
    ).json()["roster_id"]
    assert own_world.call("publish", four).code == 0
    said = own_world.call("publish", own_world.roster_id, "--reason", "better").out
    assert (
        said == f"{own_world.roster_id} is published.\nPublished over what was published before."
        f" Reason: better\n{four} stays published for 18 Jan to 7 Feb.\n"
    )
    listed = {roster["roster_id"]: roster for roster in own_world.call("rosters", "--json").json()}
    assert {roster["status"] for roster in listed.values()} == {"published"}
    assert listed[four]["in_force"] == [{"from": "2027-01-18", "to": "2027-02-07"}]
    assert listed[own_world.roster_id]["in_force"] == [{"from": START, "to": "2027-01-17"}]
    assert (
        "roster, published for 18 Jan to 7 Feb, 2027-01-11 to 2027-02-07"
        in own_world.call("show", four).out
    )


def test_shifts_are_shown_with_names_beside_ids(world: World) -> None:
    said = world.call("show", world.roster_id, "--day", START).out
    assert all(f"({ident})" in said for ident in ("SA", "UCR", "RN"))
    whole = world.call("show", world.roster_id).out
    assert "(UCR)" in whole
    assert "(A) lends" in whole


def test_a_gap_that_is_not_known_and_that_of_a_repair_are_said_in_words(own_world: World) -> None:
    from scheduler.storage.repository import Repository

    with Repository(own_world.db) as repository:
        document, facts = (
            repository.roster(own_world.roster_id).document,
            repository.snapshot(own_world.roster_id),
        )
        unknown = {
            **document.summary,
            "objective_pence": 100.0,
            "bound_pence": 0.0,
            "gap": 1.0,
            "status": "feasible",
        }
        reach = {
            "repaired_from": own_world.roster_id,
            "people_within_reach": 1,
            "shifts_within_reach": 2,
        }
        repair = {**reach, "proven_within_reach": True, "gap_within_reach": 0.0}
        dearer = {**reach, "proven_within_reach": False, "gap_within_reach": 0.05}
        ids = [
            repository.save_roster(replace(document, summary=summary), facts)
            for summary in (unknown, {**unknown, "repair": repair}, {**unknown, "repair": dearer})
        ]
    listed = {
        line.split()[0]: line
        for line in own_world.call("rosters").out.splitlines()
        if "COL-" in line
    }
    for roster_id, words in zip(
        ids,
        ("not known", "repaired: cheapest within reach", "repaired: at most 5.0 % within reach"),
        strict=True,
    ):
        assert words in listed[roster_id]
        assert "100.00 %" not in listed[roster_id] + own_world.call("show", roster_id).out
    assert "by 1 person on 2 shifts" in own_world.call("show", ids[1]).out
