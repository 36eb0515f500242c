"""Whatever stands in names and notes: no command hands a control character on to the terminal."""

import sqlite3

import pytest

from scheduler.domain.facts import FACT_TYPES
from scheduler.domain.wording import printable
from scheduler.storage.columns import columns
from tests.scheduler.cli.conftest import START, World, call

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\rEvil"


@pytest.fixture
def evil(own_world: World) -> World:
    """The small collaborative, where every text that is no id holds escape sequences."""
    with sqlite3.connect(own_world.db.removeprefix("sqlite:///")) as connection:
        for fact_type in FACT_TYPES:
            for column in columns(fact_type):
                if (
                    column.kind == "text"
                    and column.name != "id"
                    and not column.name.endswith("_id")
                    and not column.references
                    and column.name != "checks"
                ):
                    connection.execute(
                        f"UPDATE {fact_type.file} SET {column.name} = {column.name} || ? WHERE"
                        f" {column.name} IS NOT NULL",
                        (EVIL,),
                    )
    return own_world


COMMANDS = {
    "rosters": ["rosters"],
    "show": ["show", "ROSTER"],
    "facts": ["facts", "list", "staff"],
    "feasibility": ["feasibility", "-c", "COL", "-s", START],
    "expiries": ["expiries", "-c", "COL", "-s", START],
    "barriers": ["barriers", "P5", "DEMAND"],
    "kpis": ["kpis", "-c", "COL"],
    "pack": ["pack", "-c", "COL", "--json"],
    "vacancies": ["why", "vacancies", "ROSTER"],
    "replacements": ["replacements", "ROSTER", "DEMAND"],
    "name": ["versions", "rename", "ROSTER", EVIL, "--why", EVIL],
    "difference": ["diff", "ROSTER", "ROSTER"],
    "preview": ["publish", "ROSTER", "--preview"],
    "publish": ["publish", "ROSTER", "--anyway", "--reason", EVIL],
    "nothing of this name": ["show", EVIL],
    "nobody": ["barriers", EVIL, EVIL],
    "no file": ["import", "/nowhere/" + EVIL],
    "no policy": ["policy", "check", EVIL],
}


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["", "json"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_says_what_a_terminal_would_obey(
    evil: World, command: list[str], form: list[str]
) -> None:
    with sqlite3.connect(evil.db.removeprefix("sqlite:///")) as connection:
        demand_id = connection.execute("SELECT id FROM demand ORDER BY id").fetchone()[0]
    answer = evil.call(
        *({"ROSTER": evil.roster_id, "DEMAND": demand_id}.get(part, part) for part in command),
        *form,
    )
    assert answer.code in (0, 2, 3)
    assert answer.out + answer.err
    assert printable(answer.out) == answer.out
    assert printable(answer.err) == answer.err


def test_an_id_with_a_line_break_is_refused_before_anything_is_stored(evil: World) -> None:
    (evil.folder / "staff.csv").write_text(
        (evil.folder / "staff.csv").read_text().replace("P1,", '"P\n1",', 1)
    )
    answer = call("import", evil.folder, db=f"sqlite:///{evil.folder}/new.db")
    assert answer.code == 2
    assert "staff.csv, row 2, column id: 'P\\n1': expected an id on one line" in answer.err
    assert (
        "No collaborative"
        in call("feasibility", "-c", "COL", "-s", START, db=f"sqlite:///{evil.folder}/new.db").err
    )


@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["export", "--to", "x.ics"],
        ["jobs", "show"],
        ["facts", "list"],
        ["why", "vacancies"],
        ["publish"],
        ["rosters", "-c"],
    ],
    ids=" ".join,
)
def test_a_word_that_is_no_text_is_told(world: World, words: list[str]) -> None:
    answer = world.call(*words, b"\xff\xfe".decode(errors="surrogateescape") + "\ud83d")
    assert answer.code == 2
    assert "Something went wrong" not in answer.err
    assert answer.out + answer.err
