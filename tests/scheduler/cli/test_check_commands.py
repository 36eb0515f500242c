"""Check and barriers: answers for people and programs, and exit codes."""

from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import START, Rewrite, World, call


def test_a_solved_roster_has_no_breach(world: World) -> None:
    found = call("check", world.folder, world.out / "assignment.csv")
    assert found.code == 0
    assert "no breach" in found.out
    document = call("check", world.folder, world.out / "assignment.csv", "--json").json()
    assert (document["status"], document["breaches"], document["period"]) == (
        "done",
        [],
        {"start": START, "days": 7},
    )


def test_the_question_may_come_from_options(own_world: World) -> None:
    (own_world.out / "summary.json").unlink()
    unsaid = call("check", own_world.folder, own_world.out / "assignment.csv")
    assert unsaid.code == 2
    assert "--collaborative and --start" in unsaid.err
    said = call(
        "check", own_world.folder, own_world.out / "assignment.csv", "-c", "COL", "-s", START
    )
    assert said.code == 0


def test_planted_breaches_are_code_3(own_world: World, rewrite: Rewrite) -> None:
    file = own_world.out / "assignment.csv"
    rewrite(file, lambda rows: rows[0].update(cost_pence="123456"))
    rewrite(
        file,
        lambda rows: rows[1].update(
            host_organisation_id="B" if rows[1]["host_organisation_id"] == "A" else "A"
        ),
    )
    said = call("check", own_world.folder, file)
    assert said.code == 3
    assert "row 2: cost_pence is 123456" in said.out
    assert "row 3: host_organisation_id is" in said.out
    document = call("check", own_world.folder, file, "--json")
    assert document.code == 3
    assert [(b["rule"], b["where"]) for b in document.json()["breaches"]] == [
        ("derived", "row 2"),
        ("derived", "row 3"),
    ]


def test_a_file_that_is_no_roster_is_code_2(world: World) -> None:
    assert (
        call("check", world.folder, world.folder / "staff.csv", "-c", "COL", "-s", START).code == 2
    )
    assert call("check", world.folder / "staff.csv", world.out / "assignment.csv").code == 2
    assert call("check", world.folder, world.out / "assignment.csv", "-c", "NOPE").code == 2


def test_barriers_by_contract_and_who_can_lift_them(world: World) -> None:
    said = world.call("barriers", "P2", "SB-0111-E-RN")
    assert said.code == 0
    assert "Contract C-P2: RN, employed by A" in said.out
    found = world.call("barriers", "P2", "SB-0111-E-RN", "--json").json()
    assert not found["deployable"]
    [barrier] = found["contracts"][0]["barriers"]
    assert (barrier["kind"], barrier["lifted_by"]) == ("passport", "A")
    assert barrier["sentence"].startswith("No passport by ")
    assert (
        barrier["sentence_parts"]["template"]
        == "No passport{by} good for {host} on {day}: {reasons}.{hint}"
    )
    assert barrier["sentence_parts"]["arguments"]["host"] == {"kind": "organisation", "id": "B"}
    assert barrier["sentence_parts"]["arguments"]["day"] == {"date": "2027-01-11"}
    assert world.call("barriers", "P1", "SB-0111-E-RN", "--json").json()["deployable"]


def test_barriers_of_nobody_name_the_nearest(world: World) -> None:
    person = world.call("barriers", "P22", "SB-0111-E-RN")
    assert person.code == 2
    assert "Maybe P2?" in person.err
    demand = world.call("barriers", "P2", "SB-0111-E-R")
    assert demand.code == 2
    assert "Maybe SB-0111-E-RN?" in demand.err


def test_a_roster_made_to_change_little_is_checked_against_the_one_that_it_names(
    own_world: World, tmp_path: Path
) -> None:
    out = tmp_path / "second"
    policy = tmp_path / "policy.toml"
    # so that something changes after all
    policy.write_text("[minimum_cover]\npounds_per_hour = [1, 1, 1, 1, 1]\n")
    arguments = (
        "-c",
        "COL",
        "-s",
        START,
        "-p",
        policy,
        "--stable-against",
        own_world.roster_id,
        "--time-limit",
        20,
        "--out",
        out,
        "--json",
    )
    solved = own_world.call("solve", *arguments)
    assert solved.code == 0, solved.err
    summary = solved.json()["summary"]
    assert summary["stable_against"] == own_world.roster_id
    changes = summary["objective_by_rule"]["stability"]
    assert changes > 0
    told = call(
        "check",
        own_world.folder,
        out / "assignment.csv",
        "--stable-against",
        own_world.out,
        "--json",
    )
    assert told.code == 0
    assert told.json()["objective_pence"] == summary["objective_pence"]
    assert (told.json()["objective_by_rule"]["stability"], told.json()["notes"]) == (changes, [])
    assert (
        call(
            "check",
            own_world.folder,
            out / "assignment.csv",
            "--stable-against",
            own_world.out / "assignment.csv",
        ).code
        == 0
    )
    untold = call("check", own_world.folder, out / "assignment.csv", "--json")
    assert untold.code == 0
    assert untold.json()["objective_pence"] == pytest.approx(summary["objective_pence"] - changes)
    assert "--stable-against" in untold.json()["notes"][0]
    assert own_world.roster_id in untold.json()["notes"][0]
    another = call("check", own_world.folder, out / "assignment.csv", "--stable-against", out)
    assert another.code == 2
    assert f"names the roster {own_world.roster_id}" in another.err


def test_what_changes_cost_can_also_be_asked_of_a_roster_by_hand(
    own_world: World, rewrite: Rewrite
) -> None:
    (own_world.out / "summary.json").unlink()
    file = own_world.out / "changed.csv"
    file.write_bytes((own_world.out / "assignment.csv").read_bytes())
    rewrite(file, lambda rows: rows.remove(next(row for row in rows if row["staff_id"])))

    def changes(roster: Path) -> float:
        found = call(
            "check",
            own_world.folder,
            roster,
            "-c",
            "COL",
            "-s",
            START,
            "--stable-against",
            own_world.out,
            "--json",
        ).json()
        return float(found["objective_by_rule"]["stability"])

    assert changes(own_world.out / "assignment.csv") == 0
    assert changes(file) == 2500


def test_every_path_that_leads_nowhere_is_named_at_once(world: World, tmp_path: Path) -> None:
    nothing = [
        tmp_path / name for name in ("data", "assignment.csv", "published.csv", "more", "reference")
    ]
    said = call(
        "check",
        nothing[0],
        nothing[1],
        "--published",
        nothing[2],
        "--with",
        nothing[3],
        "--stable-against",
        nothing[4],
    )
    assert said.code == 2
    assert all(str(path) in said.err for path in nothing)
    assert "5 faults" in said.err
    assert "there is no such file" in said.err
    folder = call("check", world.folder, world.out)
    assert folder.code == 2
    assert "this is a folder" in folder.err


def test_people_of_another_dataset_are_hinted_at(own_world: World, rewrite: Rewrite) -> None:
    file = own_world.out / "assignment.csv"
    rewrite(file, lambda rows: rows[0].update(staff_id="NEIGHBOUR", contract_id="C-NEIGHBOUR"))
    said = call("check", own_world.folder, file)
    assert said.code == 3
    assert "1 person (NEIGHBOUR) and 1 contract (C-NEIGHBOUR)" in said.err
    assert "--with DATASET" in said.err
    own = call("check", own_world.folder, own_world.out / "assignment.csv", "--json")
    assert len(own.json()["notes"]) == 1
