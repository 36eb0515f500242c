"""Import, template, generate, export: answers for people and programs, and exit codes."""

import csv
import json
from pathlib import Path

from scheduler.domain.facts import FACT_TYPES
from scheduler.synthetic import NATURES
from tests.scheduler.cli.conftest import START, Rewrite, World, call


def test_import_says_what_it_did(world: World) -> None:
    again = world.call("import", world.folder)
    assert again.code == 0
    assert "Imported COL (Test collaborative): 0 rows added" in again.out


def test_import_as_json_is_one_document(world: World, tmp_path: Path) -> None:
    found = call("import", world.folder, "--json", db=f"sqlite:///{tmp_path}/new.db").json()
    assert found["collaboratives"] == [{"id": "COL", "name": "Test collaborative"}]
    assert found["files"]["staff"] == {"added": 5, "same": 0, "replaced": 0, "withdrawn": 0}


def test_notes_of_an_import_are_sentences_for_people_and_programs(own_world: World) -> None:
    file = own_world.folder / "staff.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in rows[0] if name != "max_travel_minutes"]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    note = "staff.csv has no column max_travel_minutes, which means for every row: no limit."
    found = own_world.call("import", own_world.folder, "--replace", "--json").json()
    assert note in found["notes"]
    assert f"Please note:\n  {note}" in own_world.call("import", own_world.folder).out


def test_every_fault_of_an_import_is_named_at_once(own_world: World, rewrite: Rewrite) -> None:
    rewrite(
        own_world.folder / "staff.csv", lambda rows: rows[0].update(accepts_other_hosts="maybe")
    )
    rewrite(own_world.folder / "contract.csv", lambda rows: rows[1].update(organisation_id="AA"))
    found = own_world.call("import", own_world.folder)
    assert found.code == 2
    assert "staff.csv, row 2, column accepts_other_hosts: 'maybe': expected yes or no" in found.err
    assert "contract.csv, row 3, column organisation_id: 'AA'" in found.err


def test_faults_are_json_where_a_program_reads(own_world: World, rewrite: Rewrite) -> None:
    rewrite(
        own_world.folder / "staff.csv", lambda rows: rows[0].update(accepts_other_hosts="maybe")
    )
    found = own_world.call("import", own_world.folder, "--json")
    assert found.code == 2
    fault = found.json()["faults"][0]
    assert (fault["file"], fault["row"], fault["column"], fault["value"]) == (
        "staff.csv",
        2,
        "accepts_other_hosts",
        "maybe",
    )


def test_a_different_row_needs_replace(own_world: World, rewrite: Rewrite) -> None:
    rewrite(own_world.folder / "staff.csv", lambda rows: rows[0].update(name="Somebody else"))
    assert own_world.call("import", own_world.folder).code == 2
    replaced = own_world.call("import", own_world.folder, "--replace", "--json")
    assert replaced.json()["total"]["replaced"] == 1


def test_what_cannot_be_imported(tmp_path: Path) -> None:
    assert call("import", tmp_path / "nowhere").code == 2
    (tmp_path / "x.txt").write_text("id,name\n")
    assert call("import", tmp_path / "x.txt").code == 2


def test_template_is_a_workbook_that_can_be_imported(tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    assert call("template", file).code == 0
    assert call("import", file).code == 0
    wrong = call("template", tmp_path / "empty.csv")
    assert wrong.code == 2
    assert "must end in .xlsx" in wrong.err


def test_generate_is_deterministic_and_prints_what_to_solve(tmp_path: Path) -> None:
    made = call("generate", "--staff", 12, "--seed", 3, "--to", tmp_path / "one", "--json").json()
    said = call("generate", "--staff", 12, "--seed", 3, "--to", tmp_path / "two")
    assert made["start"] == START
    assert f"Collaborative: {made['collaborative_id']}\nStart: {START}\n" in said.out
    files = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert files == sorted(f"{fact_type.file}.csv" for fact_type in FACT_TYPES)
    assert all(
        (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        for name in files
    )
    assert call("import", tmp_path / "one").code == 0


def test_generate_refuses_what_it_cannot_make(tmp_path: Path) -> None:
    few = call("generate", "--staff", 3, "--seed", 1, "--to", tmp_path / "few")
    assert few.code == 2
    assert "at least 5" in few.err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.csv").write_text("a\n1\n")
    spoilt = call("generate", "--staff", 12, "--seed", 1, "--to", tmp_path / "other")
    assert spoilt.code == 2
    assert "mine.csv" in spoilt.err


def test_generate_makes_any_nature_and_says_which_there_are(tmp_path: Path) -> None:
    assert (
        call("generate", "--staff", 12, "--nature", "shortage", "--to", tmp_path / "short").code
        == 0
    )
    assert call("import", tmp_path / "short").code == 0
    for words, folder in (
        (("--dense",), "one"),
        (("--nature", "dense"), "two"),
        (("--dense", "--nature", "dense"), "three"),
    ):
        assert call("generate", "--staff", 12, *words, "--to", tmp_path / folder).code == 0
    one, *others = (
        {file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()}
        for folder in ("one", "two", "three")
    )
    assert others == [one, one]
    said = " ".join(call("generate", "--help").out.split())
    for nature in NATURES:
        assert nature in said


def test_generate_refuses_a_nature_that_there_is_not_and_two_at_once(tmp_path: Path) -> None:
    misspelt = call("generate", "--staff", 12, "--nature", "shortages", "--to", tmp_path / "x")
    unknown = call("generate", "--staff", 12, "--nature", "qqq", "--to", tmp_path / "x")
    both = call("generate", "--staff", 12, "--nature", "plenty", "--dense", "--to", tmp_path / "x")
    assert misspelt.code == unknown.code == both.code == 2
    assert "Maybe shortage?" in misspelt.err
    assert all(f"{name}: {nature.meaning}" in unknown.err for name, nature in NATURES.items())
    assert "leave out --dense or --nature plenty" in both.err
    assert not (tmp_path / "x").exists()


def test_export_to_each_form(world: World, tmp_path: Path) -> None:
    folder = world.call("export", world.roster_id, "--to", tmp_path / "files", "--json")
    assert [Path(file).name for file in folder.json()["files"]] == [
        "assignment.csv",
        "vacancy.csv",
        "summary.json",
    ]
    assert (
        json.loads((tmp_path / "files" / "summary.json").read_text())["collaborative_id"] == "COL"
    )
    for name in ("roster.xlsx", "roster.ics"):
        assert world.call("export", world.roster_id, "--to", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size > 100


def test_export_of_nothing_names_the_nearest(world: World, tmp_path: Path) -> None:
    found = world.call("export", world.roster_id + "1", "--to", tmp_path / "x")
    assert found.code == 2
    assert f"Maybe {world.roster_id}?" in found.err


def test_a_folder_that_is_a_file_is_no_traceback(world: World, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    found = world.call("export", world.roster_id, "--to", tmp_path / "taken")
    assert found.code == 2
    assert "taken could not be written" in found.err


def test_a_database_that_is_none(tmp_path: Path) -> None:
    found = call("rosters", db="postgres-at-work")
    assert found.code == 2
    assert "sqlite:///path/to/file.db" in found.err


def test_an_unknown_ending_is_refused_and_a_slash_makes_a_folder(
    world: World, tmp_path: Path
) -> None:
    refused = world.call("export", world.roster_id, "--to", tmp_path / "x.pdf")
    assert refused.code == 2
    assert ".xlsx or .ics" in refused.err
    assert not (tmp_path / "x.pdf").exists()
    assert world.call("export", world.roster_id, "--to", f"{tmp_path}/x.pdf/").code == 0
    assert (tmp_path / "x.pdf" / "assignment.csv").is_file()


def test_the_calendar_of_a_draft_says_that_it_is_one(world: World, tmp_path: Path) -> None:
    said = world.call("export", world.roster_id, "--to", tmp_path / "x.ics")
    assert said.code == 0
    assert "is not published" in said.err
    assert world.call("export", world.roster_id, "--to", tmp_path / "x.xlsx").err == ""
