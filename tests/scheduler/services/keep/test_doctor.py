"""What a look at a database finds: nothing where it is well, and each thing that can be wrong."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from scheduler.services.keep import doctor, surroundings
from scheduler.services.keep.backup import back_up
from scheduler.services.keep.checkup import LookedAt, worst
from scheduler.services.keep.doctor import examine
from scheduler.services.keep.last_backup import last_backup
from scheduler.storage import schema, stored_jobs
from scheduler.storage.database import database_file, with_driver
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample


@pytest.fixture(autouse=True)
def a_roomy_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the machine is like on which the tests run."""
    monkeypatch.setattr(surroundings, "default_file", lambda: tmp_path / "own" / "scheduler.db")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 4, 2**43))


@pytest.fixture
def well(new_database: NewDatabase, tmp_path: Path) -> str:
    """The address of a database with which nothing is wrong."""
    url = new_database()
    with Repository(url) as repository:
        repository.store(sample.dataset())
    back_up(url, tmp_path / "backups" / "last")
    return url


def look(url: str, what: str) -> LookedAt:
    return next(one for one in examine(url) if one.what == what)


def changed(url: str, statement: str, **values: object) -> None:
    engine = sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def test_a_database_that_is_well(well: str) -> None:
    found = examine(well)
    assert [one.state for one in found] == ["ok"] * len(found), found
    assert worst(found) == "ok"
    assert not [one for one in found if one.todo]
    whats = {one.what for one in found}
    assert {"database", "integrity", "version", "record", "backup", "clock", "work"} <= whats
    assert ("disk" in whats) == well.startswith("sqlite")


def test_when_the_last_backup_was_taken_is_known(new_database: NewDatabase, tmp_path: Path) -> None:
    url = new_database()
    with Repository(url) as repository:
        repository.store(sample.dataset())
        repository.audit.append("run_program", {"jobs": "taken_at is a word of no backup"})
        assert last_backup(repository) is None
        taken = [back_up(url, tmp_path / name).manifest.taken_at for name in ("first", "second")]
        repository.audit.append("run_program", {"jobs": "later"})
        assert last_backup(repository) == max(taken) == taken[1]


def test_the_page_says_what_to_do_about_each(well: str, tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "keeping.md").read_text(encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "worker.log").write_text("")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    told = {name.strip() for row in rows for name in row.split(",")}
    assert {one.what for one in examine(well)} <= told


def test_nothing_is_changed_by_looking(well: str) -> None:
    with Repository(well, reading_only=True) as repository:
        before = repository.audit.verify()
    examine(well)
    with Repository(well, reading_only=True) as repository:
        assert repository.audit.verify() == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_pages_that_are_damaged_are_seen(well: str) -> None:
    file = database_file(well)
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='passport'")
        page, size = root.fetchone()[0], connection.execute("PRAGMA page_size").fetchone()[0]
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\x55" * size)
    found = look(well, "integrity")
    assert (found.state, "restore the last backup" in found.todo) == ("wrong", True), found


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_rows_that_name_what_is_not_there_are_seen(well: str) -> None:
    changed(well, "DELETE FROM role WHERE id = 'RN5'")  # without the program's own settings
    found = look(well, "integrity")
    assert (found.state, "names one of role that is not there" in found.said) == ("wrong", True)


def test_tables_of_another_version(well: str, empty_database: str) -> None:
    changed(well, "UPDATE alembic_version SET version_num = '9999'")
    found = look(well, "version")
    assert (found.state, found.todo) == ("wrong", "Update the program on this machine.")
    engine = sa.create_engine(with_driver(sa.make_url(empty_database)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        schema.migrate(connection, "0020")
    found = look(empty_database, "version")
    assert (found.state, "version 0020" in found.said) == ("look", True)


def test_a_record_that_somebody_changed_is_seen(well: str) -> None:
    changed(well, "UPDATE audit_entry SET account = 'os:nobody' WHERE number = 1")
    found = look(well, "record")
    assert (found.state, "does not hold" in found.said) == ("wrong", True)


def test_when_a_backup_was_last(well: str, new_database: NewDatabase) -> None:
    assert look(well, "backup").state == "ok"
    without = new_database()
    Repository(without).close()
    assert look(without, "backup").said == "No backup is on record."
    with Repository(well) as repository:
        for entry in repository.audit.entries():
            assert "last" not in entry.thing.split('"taken_at"')[0]  # no path


def test_a_backup_of_long_ago(well: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLD", timedelta(seconds=-1))
    found = look(well, "backup")
    assert (found.state, "scheduler backup" in found.todo) == ("look", True)


def test_clocks_that_are_apart(well: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Repository(well) as repository:
        repository.audit.append("read_audit", {"exported": 1})

    def ahead(_: object) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=3)

    monkeypatch.setattr(stored_jobs, "clock", ahead)
    assert look(well, "clock").state == "wrong"


def test_a_clock_that_was_set_back(well: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(doctor, "_latest", lambda _: later)
    found = look(well, "clock")
    assert (found.state, "the clock was set back" in found.said) == ("look", True)


def test_work_that_nobody_does(well: str) -> None:
    with Repository(well) as repository:
        repository.jobs.submit("solve", "ESX", date(2027, 1, 11), {}, "1")
        assert look(well, "work").said == "1 job waits, and no worker is alive."
        repository.jobs.add_worker("w", timedelta(seconds=60))
        assert look(well, "work").state == "ok"
        assert repository.jobs.claim("w", timedelta(seconds=60)) is not None
        assert look(well, "work").said.startswith("1 job under way, 0 waiting")
    changed(well, "UPDATE job SET lease_until = :past", past=datetime(2020, 1, 1))
    found = look(well, "work")
    assert (found.state, "nothing was heard" in found.said) == ("look", True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_killed_leaves(well: str) -> None:
    file = database_file(well)
    assert file is not None
    left = file.parent / ".0123abcd-unfinished"
    left.mkdir()
    assert look(well, "leftovers").state == "ok"  # somebody may be writing it
    os.utime(left, (0, 0))
    found = look(well, "leftovers")
    assert (found.state, str(left) in found.said) == ("look", True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_log_that_nobody_could_write_back(well: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "LONG_LOG", 10)
    with Repository(well) as repository:
        repository.audit.append("read_audit", {"exported": 1})
        found = look(well, "leftovers")
    assert (found.state, "Never remove it" in found.todo) == ("look", True)


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_that_others_may_read(well: str) -> None:
    file = database_file(well)
    assert file is not None
    file.chmod(0o644)
    found = look(well, "rights")
    assert (found.state, f"chmod 600 {file}" in found.todo) == ("look", True)


@pytest.mark.parametrize(("free", "state"), [(2**20, "wrong"), (2**28, "look"), (2**40, "ok")])
def test_room(well: str, free: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 4, free))
    assert look(well, "temporary folder").state == state


def test_a_long_log_of_workers(well: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "worker.log").write_text("x" * 100)
    assert look(well, "log of workers").state == "ok"
    monkeypatch.setattr(surroundings, "LOG", 10)
    assert look(well, "log of workers").state == "look"


def test_no_database(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE other (x)")
    (tmp_path / "text.db").write_text("no database" * 100)
    for name in ("none.db", "text.db", "other.db"):
        found = look(f"sqlite:///{tmp_path}/{name}", "database")
        assert (found.state, found.todo != "") == ("wrong", True)
    assert not (tmp_path / "none.db").exists()
    found = look("postgresql://me:s3cr3tWord@127.0.0.1:9/none", "database")
    assert (found.state, "s3cr3tWord" in f"{found}") == ("wrong", False)
