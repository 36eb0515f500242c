"""Backups and what is made of them: whole or not at all, and over nothing that somebody would
miss.
"""

import json
import os
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.services.accounts import audit, personal_data
from scheduler.services.keep.backup import back_up
from scheduler.services.keep.forgotten import ForgottenSince
from scheduler.services.keep.restore import about, restore
from scheduler.storage import backup_file, backup_postgresql, schema
from scheduler.storage.as_it_lies import looking
from scheduler.storage.database import database_file, with_driver
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample


@pytest.fixture
def filled(new_database: NewDatabase) -> str:
    """The address of a database with facts and a roster."""
    url = new_database()
    with Repository(url) as repository:
        repository.store(sample.dataset())
        repository.save_roster(sample.document(), sample.dataset())
    return url


def facts(url: str) -> str:
    with Repository(url, reading_only=True) as repository:
        return repository.dataset().sha256()


def changed(url: str, statement: str) -> None:
    engine = sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))


def unfinished(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if "unfinished" in one.name]


# --- the backup


def test_a_backup_says_what_it_is_and_is_on_record(filled: str, tmp_path: Path) -> None:
    done = back_up(filled, tmp_path / "new" / "backup")
    said = about(tmp_path / "new" / "backup")
    assert said == done.manifest
    assert (said.revision, said.rows["roster"], done.unrecorded) == (schema.HEAD, 1, "")
    assert said.rows["staff"] == len(sample.dataset().staff)
    with Repository(filled) as repository:
        last = audit.deeds(repository)[-1]
        entries = repository.audit.entries()
    assert last.what == f"backed the database up ({said.sha256[:16]})"
    assert last.entry.account.startswith("os:")
    # its own entry came after what it holds
    assert (said.entries, said.entry_hash) == (entries[-2].number, entries[-2].hash)
    assert unfinished(tmp_path / "new") == []


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_backup_is_its_owners_alone(filled: str, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


def test_a_backup_of_an_older_database_leaves_it_as_it_is(
    empty_database: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    """One is taken before an upgrade, by the program that will bring it up."""
    engine = sa.create_engine(with_driver(sa.make_url(empty_database)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        schema.migrate(connection, "0009")
        connection.execute(sa.text("INSERT INTO collaborative (id, name) VALUES ('C', 'Col')"))
    done = back_up(empty_database, tmp_path / "backup")
    assert (done.manifest.revision, done.manifest.entries) == ("0009", None)
    assert "another version" in done.unrecorded
    with looking(empty_database) as looked:
        assert schema.revision(looked) == "0009"
    target = new_database()
    found = restore(tmp_path / "backup", target)
    assert (found.migrated, found.forgotten) == (True, None)
    with looking(target) as looked:
        assert schema.revision(looked) == schema.HEAD
    with Repository(target) as repository:
        assert [one.id for one in repository.collaboratives()] == ["C"]


def test_nothing_is_written_where_it_cannot_be(filled: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRequest, match="could not be written: .*; nothing was left there"):
        back_up(filled, tmp_path / "file" / "backup")
    if (own := database_file(filled)) is not None:
        with pytest.raises(BadRequest, match="the database itself"):
            back_up(filled, own)
        facts(filled)


def test_what_is_no_database_cannot_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="There is no database"):
        back_up(f"sqlite:///{tmp_path}/none.db", tmp_path / "backup")
    with pytest.raises(BadRequest, match="There is no database"):
        back_up("sqlite://", tmp_path / "backup")
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises((BadRequest, Unavailable), match="not a database"):
        back_up(f"sqlite:///{tmp_path}/text.db", tmp_path / "backup")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE other (x)")
    with pytest.raises(BadRequest, match="nothing to back up"):
        back_up(f"sqlite:///{tmp_path}/other.db", tmp_path / "backup")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["other.db", "text.db"]


def damage(file: Path) -> None:
    """Write over a page in the middle of a table."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        root, size = (
            connection.execute("SELECT rootpage FROM sqlite_master WHERE name='staff'").fetchone()[
                0
            ],
            connection.execute("PRAGMA page_size").fetchone()[0],
        )
    with file.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(b"\x55" * size)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_damaged_database_gives_no_backup(filled: str, tmp_path: Path) -> None:
    """One that only looks like one would take the place of the last that was good."""
    file = database_file(filled)
    assert file is not None
    back_up(filled, tmp_path / "backup")
    good = (tmp_path / "backup").read_bytes()
    damage(file)
    with pytest.raises((BadRequest, Unavailable), match="malformed|damaged"):
        back_up(filled, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == good


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_deleted_is_in_no_backup(filled: str, tmp_path: Path) -> None:
    """Pages that a database has let go hold it still."""
    file = database_file(filled)
    assert file is not None
    text = "Zebra crossing " * 400
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=OFF").fetchall()  # as some builds have it
        connection.execute("INSERT INTO collaborative (id, name) VALUES ('Z', ?)", [text])
        connection.execute("DELETE FROM collaborative WHERE id = 'Z'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert b"Zebra crossing" in file.read_bytes()
    back_up(filled, tmp_path / "backup")
    with zipfile.ZipFile(tmp_path / "backup") as archive:
        assert b"Zebra crossing" not in archive.read("database.sqlite")


def test_without_postgresqls_programs_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backup_postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadRequest, match="pg_dump is not on this machine.*postgresql-client"):
        backup_postgresql.program("pg_dump")


def test_an_address_goes_to_postgresqls_programs_whole() -> None:
    url = "postgresql://me:p%40ss@db.example:6432/rota?sslmode=verify-full&sslrootcert=/ca"
    given = backup_postgresql.surroundings(url)
    assert {name: text for name, text in given.items() if name.startswith("PG")} == {
        "PGHOST": "db.example",
        "PGPORT": "6432",
        "PGUSER": "me",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "rota",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/ca",
        "PGCONNECT_TIMEOUT": "10",
    }
    with pytest.raises(BadRequest, match="says sslpassword") as found:
        backup_postgresql.surroundings("postgresql://me@db/rota?sslpassword=s3cr3tWord")
    assert "s3cr3tWord" not in str(found.value)


# --- the restore


def test_what_comes_back_is_what_was_there(
    filled: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "backup")
    target = new_database()
    done = restore(tmp_path / "backup", target)
    assert (done.broken, done.migrated) == ((), False)
    assert facts(target) == facts(filled)
    with Repository(target) as repository:
        assert len(repository.rosters()) == 1
        assert audit.deeds(repository)[-1].what.startswith("put back the backup")
        assert repository.audit.verify().broken == ()
    if (file := database_file(target)) is not None:
        assert unfinished(file.parent) == []
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_that_somebody_would_miss_is_replaced_unless_told(
    filled: str, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "backup")
    before = facts(filled)
    changed(filled, "UPDATE staff SET name = 'Another'")
    assert facts(filled) != before
    with pytest.raises(BadRequest, match="holds something already.*--over"):
        restore(tmp_path / "backup", filled)
    assert facts(filled) != before
    restore(tmp_path / "backup", filled, over=True)
    assert facts(filled) == before


def test_nothing_is_restored_beside_workers(filled: str, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    with Repository(filled) as repository:
        repository.jobs.add_worker("busy", timedelta(seconds=60))
    with pytest.raises(BadRequest, match="Workers are alive for this database: busy"):
        restore(tmp_path / "backup", filled, over=True)


def test_who_worked_when_it_was_taken_does_not_work_any_more(
    filled: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    with Repository(filled) as repository:
        repository.jobs.add_worker("busy", timedelta(days=1))
        repository.jobs.submit("solve", "ESX", date(2027, 1, 11), {}, "1")
        assert repository.jobs.claim("busy", timedelta(days=1)) is not None
    back_up(filled, tmp_path / "backup")
    target = new_database()
    restore(tmp_path / "backup", target)
    with Repository(target) as repository:
        assert repository.jobs.live_workers() == []
        assert [job.state for job in repository.jobs.latest()] == ["queued"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_put_under_somebody_who_has_it_open(filled: str, tmp_path: Path) -> None:
    """They would write into a file that is not there any more."""
    back_up(filled, tmp_path / "backup")
    with Repository(filled) as pages:
        pages.rosters()
        with pytest.raises(BadRequest, match="Somebody has the database .* open"):
            restore(tmp_path / "backup", filled, over=True)
        pages.store(sample.dataset(), replace=True)
    restore(tmp_path / "backup", filled, over=True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_that_cannot_be_read_any_more_is_replaced(filled: str, tmp_path: Path) -> None:
    file = database_file(filled)
    assert file is not None
    back_up(filled, tmp_path / "backup")
    before = facts(filled)
    file.write_bytes(b"no database any more" * 1_000)
    file.with_name(f"{file.name}-wal").write_bytes(b"a log of something else")
    with pytest.raises(BadRequest, match="--over"):
        restore(tmp_path / "backup", filled)
    restore(tmp_path / "backup", filled, over=True)
    assert facts(filled) == before


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_rights_that_somebody_gave_and_links_stay(filled: str, tmp_path: Path) -> None:
    file = database_file(filled)
    assert file is not None
    back_up(filled, tmp_path / "backup")
    file.chmod(0o640)
    (tmp_path / "link.db").symlink_to(file)
    restore(tmp_path / "backup", f"sqlite:///{tmp_path}/link.db", over=True)
    assert (tmp_path / "link.db").is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_backup_goes_back_to_its_own_kind_of_database(filled: str, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    other = (
        "postgresql://nobody@/none" if filled.startswith("sqlite") else f"sqlite:///{tmp_path}/n.db"
    )
    with pytest.raises(BadRequest, match="goes back to the kind of database"):
        restore(tmp_path / "backup", other)


def rewritten(file: Path, to: Path, **said: object) -> Path:
    """The same backup that says something else of itself."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == backup_file.ABOUT:
                content = json.dumps({**json.loads(content), **said}).encode()
            new.writestr(name, content)
    return to


def test_what_is_not_as_it_was_written_is_not_restored(
    filled: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    file, target = tmp_path / "backup", new_database()
    said = back_up(filled, file).manifest
    (tmp_path / "text").write_text("no backup")
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-100])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "flipped").write_bytes(content)
    wrong = {
        tmp_path / "text": "no backup that scheduler backup has written",
        tmp_path / "none": "No such file",
        tmp_path / "cut": "no backup that scheduler backup has written",
        tmp_path / "flipped": "is damaged",
        rewritten(file, tmp_path / "sum", sha256="0" * 64): "is damaged",
        rewritten(file, tmp_path / "size", size=10): "is damaged",
        rewritten(file, tmp_path / "rows", rows={**said.rows, "staff": 99}): "does not hold",
        rewritten(file, tmp_path / "form", form=2): "older than the backup. Update the program",
        rewritten(file, tmp_path / "newer", revision="9999"): (
            "The backup has tables of version 9999.*older than the backup. Update the program"
        ),
        rewritten(file, tmp_path / "odd", revision="x"): "no backup that scheduler backup",
    }
    for one, sentence in wrong.items():
        with pytest.raises(BadRequest, match=sentence):
            restore(one, target)
    if (place := database_file(target)) is not None:
        assert not place.exists()
        assert unfinished(place.parent) == []
    else:
        with looking(target) as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM staff")).scalar() == 0


def test_a_restore_that_fails_leaves_what_was_there(filled: str, tmp_path: Path) -> None:
    """Also where it has begun already: the last word is what counts."""
    said = back_up(filled, tmp_path / "backup").manifest
    changed(filled, "UPDATE staff SET name = 'Another'")
    before = facts(filled)
    wrong = rewritten(tmp_path / "backup", tmp_path / "wrong", rows={**said.rows, "staff": 99})
    with pytest.raises(BadRequest, match="does not hold"):
        restore(wrong, filled, over=True)
    assert facts(filled) == before


# --- who was forgotten since


@pytest.fixture
def somebody_left(filled: str) -> str:
    """Somebody whose contracts are over for so long that nothing has to be kept of them."""
    changed(
        filled,
        "UPDATE contract SET from_date='2001-01-01', to_date='2001-12-31'"
        " WHERE staff_id IN ('S1', 'S2')",
    )
    with Repository(filled) as repository:  # so that the record knows S1 by a mark
        repository.audit.append("keep_personal_data", {"handed_out": "all", "staff_id": "S1"})
    return filled


def test_who_was_forgotten_since_is_told(somebody_left: str, tmp_path: Path) -> None:
    back_up(somebody_left, tmp_path / "backup")
    with Repository(somebody_left) as repository:
        for staff_id in ("S1", "S2"):
            assert personal_data.forget(repository, staff_id).mark
        audit.export(repository, tmp_path / "record")
    done = restore(tmp_path / "backup", somebody_left, over=True)
    # the mark of S2 was made when they were forgotten, and nobody knows any more whose it is
    assert done.forgotten == ForgottenSince(("S1",), 1)
    with Repository(somebody_left) as repository:
        assert {one.staff_id for one in personal_data.leavers(repository)} >= {"S1", "S2"}
    later = audit.exported(tmp_path / "record")
    again = restore(tmp_path / "backup", somebody_left, over=True, later=later)
    assert again.forgotten == ForgottenSince(("S1",), 1)


def test_nobody_can_tell_by_another_record(
    somebody_left: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    back_up(somebody_left, tmp_path / "backup")
    target = new_database()
    with Repository(target) as repository:
        repository.store(sample.dataset(), why="another")
    assert restore(tmp_path / "backup", target, over=True).forgotten is None
