"""Backup, restore and doctor on the command line, and a newer program's database, which is refused
wherever it is opened.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from scheduler.storage import schema
from scheduler.storage.database import with_driver
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.scheduler.cli.conftest import World, call
from tests.scheduler.storage import sample


def test_a_backup_a_restore_and_a_look(own_world: World, tmp_path: Path) -> None:
    file, target = tmp_path / "backup", f"sqlite:///{tmp_path}/again.db"
    taken = own_world.call("backup", "--to", file)
    assert taken.code == 0, taken
    assert f"in {file}.\nIt was read again after it was written" in taken.out
    said = own_world.call("backup", "--to", file, "--json").json()
    assert (said["status"], said["tables"], said["on_record"]) == ("done", schema.HEAD, True)
    assert said["rows"]["staff"] == 5

    put_back = call("restore", file, "--to", target)
    assert put_back.code == 0, put_back
    assert "See whether it is well: scheduler doctor" in put_back.out
    assert call("rosters", db=target).out == own_world.call("rosters").out

    well = call("doctor", "--json", db=target)
    assert well.code == 0
    assert {one["what"]: one["state"] for one in well.json()["checks"]}["record"] == "ok"
    # the machine of this test may be short of room
    ends = ("All is well.\n", "somebody should look at what is marked.\n")
    assert call("doctor", db=target).out.endswith(ends)


def test_before_something_is_lost_it_is_asked(own_world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    own_world.call("backup", "--to", file)
    before = own_world.call("rosters").out
    refused = own_world.call("restore", file)
    assert (refused.code, "--over" in refused.err) == (2, True)
    # nobody is there to answer
    silent = own_world.call("restore", file, "--over")
    assert silent.code != 0
    assert "Put" in silent.err
    assert own_world.call("versions", "delete", own_world.roster_id).code == 0
    assert own_world.call("rosters").out != before
    done = own_world.call("restore", file, "--over", "--yes", "--json")
    assert (done.code, done.json()["forgotten_since"]) == (0, [])
    assert own_world.call("rosters").out == before


def test_who_was_forgotten_is_told(own_world: World, tmp_path: Path) -> None:
    own_world.call("backup", "--to", tmp_path / "backup")
    own_world.call("audit", "export", "--to", tmp_path / "record")
    told = own_world.call(
        *("restore", tmp_path / "backup", "--over", "--yes", "--record", tmp_path / "record")
    )
    assert "Nobody was forgotten since it was taken." in told.out
    untold = call("restore", tmp_path / "backup", "--to", f"sqlite:///{tmp_path}/n.db")
    assert "nobody can tell here who that was" in untold.out


def test_what_is_wrong_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    answer = call("doctor", "--json", db=f"sqlite:///{tmp_path}/none.db")
    assert (answer.code, answer.json()["status"]) == (3, "wrong")
    answer = call("doctor", db=f"sqlite:///{tmp_path}/none.db")
    assert (answer.code, "Something is wrong." in answer.out) == (3, True)


@pytest.mark.parametrize(
    "words", [("backup", "--to", "x"), ("restore", "x"), ("doctor",)], ids=lambda words: words[0]
)
def test_nobody_does_that_as_an_account(words: tuple[str, ...], own_world: World) -> None:
    answer = own_world.call("--as", "somebody", *words)
    assert (answer.code, "whoever runs the program" in answer.err) == (5, True)


# --- a newer program's database


@pytest.fixture
def newer(new_database: NewDatabase) -> str:
    url = new_database()
    with Repository(url) as repository:
        repository.store(sample.dataset())
    engine = sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    return url


SENTENCE = (
    "The database has tables of version 9999, which this program does not know: it is older than"
    " the database. Update the program."
)


@pytest.mark.parametrize(
    "words",
    [
        ("rosters",),
        ("facts", "list", "staff"),
        ("facts", "add", "preference", "staff_id=S1", "date=2027-01-11", "weight=2"),
        ("solve", "-c", "ESX", "-s", "2027-01-11"),
        ("worker", "--once"),
        ("outbox", "send"),
        ("audit", "verify"),
    ],
    ids=" ".join,
)
def test_commands_refuse_a_newer_programs_database(words: tuple[str, ...], newer: str) -> None:
    answer = call(*words, db=newer)
    assert (answer.code, answer.err) == (2, f"{SENTENCE}\n")


def test_the_pages_do_not_start_on_it(newer: str) -> None:
    command = [sys.executable, "-P", "-m", "ui.server", "--port=8630"]
    done = subprocess.run(
        command,
        env={**os.environ, "SCHEDULER_DB": newer},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"The pages are not served.\n{SENTENCE}\n")


def test_a_backup_of_it_can_be_taken_and_not_be_restored(newer: str, tmp_path: Path) -> None:
    """Whoever goes back to the program of before has to have something to go back from."""
    taken = call("backup", "--to", tmp_path / "backup", db=newer)
    assert taken.code == 0, taken
    assert "not on record" in taken.err
    refused = call("restore", tmp_path / "backup", "--to", f"sqlite:///{tmp_path}/n.db")
    assert (refused.code, "it is older than the backup" in refused.err) == (2, True)
    assert call("doctor", db=newer).code == 3
