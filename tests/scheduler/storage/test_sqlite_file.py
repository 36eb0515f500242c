"""The file of a database: whose it is, and how it is read where nothing can be written."""

import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.services.jobs import jobs
from scheduler.storage import database, sqlite_file
from scheduler.storage.repository import Repository
from scheduler.storage.whole_files import whole_files
from tests.scheduler.storage import sample


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_database_its_log_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "new.db"
    with Repository(f"sqlite:///{file}") as repository:
        repository.store(sample.dataset())
        assert {entry.name: rights(entry) for entry in file.parent.iterdir()} == {
            f"new.db{end}": 0o600 for end in ("", "-wal", "-shm")
        }
    assert rights(file.parent) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_rights_that_somebody_gave_stay(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    Repository(f"sqlite:///{file}").close()
    file.chmod(0o660)
    Repository(f"sqlite:///{file}").close()
    assert rights(file) == 0o660


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_the_log_of_workers_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    started: list[object] = []
    monkeypatch.setattr(jobs, "_started", [])  # else later tests find what never was started
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **named: started.append(words))
    with Repository(f"sqlite:///{tmp_path}/new.db") as repository:
        (tmp_path / "workforce-deployment-scheduler").mkdir()
        (tmp_path / "workforce-deployment-scheduler" / "worker.log").touch(0o644)
        jobs.ensure_worker(repository)
    assert len(started) == 1
    assert {rights(file) for file in tmp_path.rglob("worker.log")} == {0o600}


def test_a_connection_for_reading_alone_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that somebody who found the disk full writes again as soon as there is room."""
    file = tmp_path / "new.db"
    full = False
    real = sqlite3.connect

    def connect(name: object, **options: object) -> object:
        if full and not str(name).startswith("file:"):
            error = sqlite3.OperationalError("disk full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return real(name, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(sqlite_file.sqlite3, "connect", connect)
    with Repository(f"sqlite:///{file}") as repository:
        repository.store(sample.dataset())
        stored = repository.dataset().sha256()
    full = True
    with Repository(f"sqlite:///{file}") as repository:
        assert repository.dataset().sha256() == stored
        with pytest.raises(Unavailable, match="can only be read"):
            repository.jobs.add_worker("w", jobs.timedelta(seconds=5))
        full = False
        assert repository.jobs.add_worker("w", jobs.timedelta(seconds=5))


def test_what_a_log_holds_is_not_overlooked(tmp_path: Path) -> None:
    """A file whose log holds more is not read as if it were whole."""
    file = tmp_path / "new.db"
    with Repository(f"sqlite:///{file}") as repository, closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN").execute("SELECT * FROM staff").fetchall()
        repository.store(sample.dataset())
        assert [("immutable" in way) for way in sqlite_file._readable(file)] == [False]
    assert [("immutable" in way) for way in sqlite_file._readable(file)] == [False, True]


# --- what is shown of an address

SECRET = "s3cr3tWord"
ADDRESSES = [
    "postgresql://user:{}@127.0.0.1:9/db",
    "postgresql://user:{}@127.0.0.1:notaport/db",
    "postgres:/user:{}@host/db",
    "nothing://user:{}@host/db",
    "postgresql://user:x/{}@host/db",
    "postgresql://user:x@{}@host/db",
    "postgresql://user:x?{}@host/db",
    "postgresql://user@127.0.0.1:9/db?password={}",
    "postgresql://user:{}@127.0.0.1:9/db?nosuch=1",
    "mysql://user:{}@host/db",
    "postgresql+psycopg://user:{}@/db?host=/nowhere",
    "user:{}@host/db",
    "postgresql://user:%73{}@127.0.0.1:9/db?connect_timeout=x",
    "postgresql://127.0.0.1:9/db?sslpassword={}&sslmode=none",
    "postgresql://:{}@127.0.0.1:9/db",
]


@pytest.mark.parametrize("reading_only", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_error_shows_a_password(address: str, reading_only: bool) -> None:
    with pytest.raises((BadRequest, Unavailable)) as found:
        Repository(address.format(SECRET), reading_only=reading_only)
    assert SECRET not in str(found.value)
    assert len(str(found.value)) > 40


def test_what_libraries_say_of_an_address_is_cleaned() -> None:
    url = "postgresql://user:p%40ss%2Fword@host/db"
    said = database.without_password(f"cannot reach {url}: p@ss/word is wrong for user", url)
    assert said == "cannot reach postgresql://user:***@host/db: *** is wrong for user"


# --- files for others


def write(files: list[Path], text: str, error: BaseException | None = None) -> None:
    with whole_files(files) as places:
        places[0].write_text(text)
        if error is not None:
            raise error
        for place in places[1:]:
            place.write_text(text)


def test_files_come_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(BadRequest, match="No space left on device; nothing was left there"):
        write([tmp_path / "a", tmp_path / "b"], "new", OSError(28, "No space left on device"))
    with pytest.raises(KeyboardInterrupt):
        write([tmp_path / "x" / "y" / "a"], "new", KeyboardInterrupt())
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"a": "old"}
    write([tmp_path / "a", tmp_path / "b"], "new")
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {
        "a": "new",
        "b": "new",
    }
