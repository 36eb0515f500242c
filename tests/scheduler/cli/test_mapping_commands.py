"""Files of other systems on the command line: mappings kept and shared, looked at, brought in."""

import json
from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import World
from tests.scheduler.services.data.test_esr import TABLES, brought, first

MAPPING = """
name = "Worked shifts"
organisation = "A"
[[into]]
file = "worked_shift"
[into.columns]
staff_id = "Staff No"
organisation_id = { constant = "A" }
start = { date = "Date", time = "Start" }
end = { date = "Date", time = "End", after = "start" }
paid_minutes = { length_of = ["start", "end"], less = "Break", hours = "minutes" }
pay = { column = "Paid As", values = "pay" }
[values.pay]
"Norm" = "contracted"
"""
SHEET = "Staff No,Date,Start,End,Break,Paid As,Note\nP1,04/01/2027,19:30,07:30,60,Norm,x\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


def test_a_mapping_goes_out_and_comes_back_as_the_same(
    own_world: World, mapping: Path, tmp_path: Path
) -> None:
    assert own_world.call("mappings", "list").out.startswith("None is saved yet")
    saved = own_world.call("mappings", "save", mapping)
    assert "Saved 'Worked shifts' for A." in saved.out
    shown = own_world.call("mappings", "show", "worked shifts").out
    for ending, text in (
        ("toml", shown),
        (
            "json",
            json.dumps(
                own_world.call("mappings", "show", "worked shifts", "--json").json()["mapping"]
            ),
        ),
    ):
        shared = tmp_path / f"shared.{ending}"
        shared.write_text(text, encoding="utf-8")
        found = own_world.call("mappings", "save", shared, "--organisation", "B", "--json").json()
        assert (found["organisation_id"], found["name"]) == ("B", "Worked shifts")
    both = own_world.call("mappings", "list", "--json").json()["mappings"]
    assert [one["organisation_id"] for one in both] == ["A", "B"]
    which = own_world.call("mappings", "show", "Worked shifts")
    assert (which.code, "Say which is meant" in which.err) == (2, True)
    gone = own_world.call("mappings", "remove", "Worked shifts", "--organisation", "B")
    assert "Removed 'Worked shifts' of B." in gone.out
    assert own_world.call("mappings", "remove", "Worked shifts", "--organisation", "B").code == 2


def test_faults_of_a_mapping_are_named_at_once(own_world: World, mapping: Path) -> None:
    mapping.write_text(MAPPING.replace("staff_id", "staf_id").replace('"pay"', '"pays"'))
    found = own_world.call("mappings", "save", mapping)
    assert found.code == 2
    for words in ("Maybe staff_id?", "worked_shift.staff_id", "Maybe pay?"):
        assert words in found.err, words


def test_a_file_is_looked_at_and_then_brought_in(
    own_world: World, mapping: Path, sheet: Path
) -> None:
    own_world.call("mappings", "save", mapping)
    by = ("--mapping", "Worked shifts")
    seen = own_world.call("import", sheet, *by, "--preview")
    assert seen.code == 0
    assert "2027-01-05T07:30" in seen.out
    assert "Columns that nothing reads: Note." in seen.out
    assert seen.out.rstrip().endswith("Nothing was written.")
    as_json = own_world.call("import", sheet, *by, "--preview", "--json").json()
    assert as_json["rows"]["worked_shift"][0]["row"] == 2
    assert as_json["counts"] == {
        "worked_shift": {"added": 1, "same": 0, "replaced": 0, "withdrawn": 0}
    }
    found = own_world.call("import", sheet, *by, "--why", "export of May", "--json").json()
    assert found["total"]["added"] == 1
    assert "export of May" in own_world.call("facts", "history").out
    assert (
        found["change"]
        == own_world.call("facts", "history", "--json").json()["changes"][0]["change"]
    )
    assert "roster.csv: columns that nothing reads: Note." in found["notes"]
    listed = own_world.call("facts", "list", "worked_shift", "P1", "--json").json()
    assert listed["rows"][0]["pay"] == "contracted"


def test_a_bad_cell_is_named_as_it_stands_in_the_file(
    own_world: World, mapping: Path, sheet: Path
) -> None:
    own_world.call("mappings", "save", mapping)
    sheet.write_text(SHEET.replace("04/01/2027", "31/04/2027").replace("Norm", "Nrm"))
    by = ("--mapping", "Worked shifts")
    found = own_world.call("import", sheet, *by)
    assert found.code == 2
    assert "roster.csv, row 2, column Date: '31/04/2027': expected a date DD/MM/YYYY" in found.err
    assert "roster.csv, row 2, column Paid As: 'Nrm'" in found.err
    seen = own_world.call("import", sheet, *by, "--preview")
    assert (seen.code, "2 faults would stand against it" in seen.out) == (0, True)
    assert "Values that nothing explains" in seen.out


def test_a_mapping_is_guessed_and_written_down(
    own_world: World, sheet: Path, tmp_path: Path
) -> None:
    to = tmp_path / "guessed.toml"
    found = own_world.call("mappings", "guess", sheet, "--organisation", "A", "--to", to, "--json")
    assert found.json()["unused"] == ["Note"]
    assert own_world.call("mappings", "save", to).code == 0
    assert 'start = {date = "Date", time = "Start"}' in to.read_text(encoding="utf-8")


def test_options_of_other_systems_files_go_with_these_alone(own_world: World) -> None:
    found = own_world.call("import", own_world.folder, "--preview")
    assert (found.code, "--preview goes with --mapping" in found.err) == (2, True)
    found = own_world.call("import", "x.DAT", "--esr")
    assert (found.code, "--esr needs --organisation" in found.err) == (2, True)
    found = own_world.call("import", "x.DAT", "--esr", "--organisation", "A", "--replace")
    assert (found.code, "--esr needs neither" in found.err) == (2, True)


def test_runs_of_esr_come_in_and_a_gap_is_said(own_world: World, tmp_path: Path) -> None:
    codes = tmp_path / "codes.toml"
    plain = TABLES.split("[values.competency]")[0]
    codes.write_text(plain, encoding="utf-8")
    assert own_world.call("mappings", "save", codes).code == 0

    def file(made: tuple[str, bytes]) -> Path:
        path = tmp_path / made[0]
        path.write_bytes(made[1])
        return path

    by = ("--esr", "--organisation", "A", "--mapping", "Codes")
    full = file(first())
    seen = own_world.call("import", full, *by, "--preview", "--json").json()
    assert (seen["faults"], seen["counts"]["staff"]["added"]) == ([], 2)
    asked = own_world.call("import", full, *by, "--json")
    assert (asked.code, asked.json()["status"]) == (2, "to_confirm")
    done = own_world.call("import", full, *by, "--yes", "--why", "the first", "--json").json()
    assert "the first" in own_world.call("facts", "history").out
    assert done["files"]["staff"]["added"] == 2
    gap = own_world.call("import", file(brought(119)), *by)
    assert (gap.code, "run 118 was not taken in" in gap.err) == (2, True)
