"""The drill: work goes on, a backup is taken meanwhile, everything is killed and the database
destroyed; what was confirmed before the backup began is there again, whole, and work goes on.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from scheduler.services.keep.backup import back_up
from scheduler.services.keep.checkup import worst
from scheduler.services.keep.doctor import examine
from scheduler.services.keep.restore import restore
from scheduler.storage import backup_postgresql
from scheduler.storage.database import database_file
from scheduler.storage.repository import Repository
from tests import postgresql
from tests.conftest import NewDatabase
from tests.processes import end
from tests.scheduler.storage import sample

ROOT = Path(__file__).parents[4]
Confirmed = tuple[str, str]


@contextmanager
def working(url: str, first: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """Somebody at work, in a process of their own."""
    command = [sys.executable, "-m", "tests.scheduler.services.keep.writer", url, str(first)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        end(process)
        assert process.stdout is not None
        process.stdout.close()


def confirmed(process: "subprocess.Popen[str]", most: int) -> list[Confirmed]:
    """The next things that were confirmed."""
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        kind, what = json.loads(line)
        found.append((kind, what))
        if len(found) == most:
            return found
    raise AssertionError("whoever works has ended")


def held(repository: Repository) -> set[Confirmed]:
    """All that a database holds of what is confirmed there."""
    rosters = [header.id for header in repository.rosters()]
    return {
        *(("leave", fact.cells()["from_date"]) for fact in repository.facts("leave")),
        *(("roster", roster_id) for roster_id in rosters),
        *(("edit", roster_id) for roster_id in rosters if repository.edits.edits(roster_id)),
    }


def destroy(url: str) -> None:
    """As a lost disk does; on a server, as somebody who drops the tables."""
    if (file := database_file(url)) is not None:
        file.unlink()
        # what the killed one left beside it lies there still, and must never join the new one
        assert file.with_name(f"{file.name}-wal").exists()
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@pytest.mark.skipif(os.name != "posix", reason="kills as posix does")
def test_nothing_that_was_confirmed_before_the_backup_is_missing(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    url, file = new_database(), tmp_path / "backups" / "nightly"
    with Repository(url) as repository:
        repository.store(sample.dataset())
    with working(url) as process:
        before = confirmed(process, 12)
        taken = back_up(url, file)
        meanwhile = confirmed(process, 6)  # nobody had to stop for it
        process.kill()
    destroy(url)

    done = restore(file, url)
    assert (done.broken, done.migrated) == ((), False)
    assert taken.unrecorded == ""
    with Repository(url) as repository:
        found = held(repository)
        assert set(before) <= found
        # and nothing of what lies beside a lost file has joined it
        assert len(repository.rosters()) == taken.manifest.rows["roster"]
        roster_id = dict(before)["edit"]
        assert repository.edits.edition(roster_id) == 1
        whole = len(sample.document().assignments)
        assert len(repository.roster(roster_id).document.assignments) == whole - 1
        # the state of one moment: of what followed nothing is there without what went before it
        after = [one in found for one in meanwhile]
        assert after == sorted(after, reverse=True)
    looks = examine(url)
    assert worst([one for one in looks if one.what not in AROUND]) == "ok", looks

    with working(url, first=500) as process:  # and the program goes on
        assert len(confirmed(process, 3)) == 3


AROUND = ("disk", "temporary folder", "log of workers")
"""What a doctor says of the machine on which this test happens to run."""


def test_a_password_is_on_no_command_line(
    monkeypatch: pytest.MonkeyPatch, postgresql_server: postgresql.Server, tmp_path: Path
) -> None:
    """Everybody on a machine sees the words of a command."""
    heard: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.Popen

    def popen(command: list[str], **named: object) -> object:
        heard.append((command, dict(named.get("env") or {})))  # type: ignore[call-overload]
        return real(command, **named)  # type: ignore[call-overload]

    url = postgresql_server.new_database().replace("scheduler@", "scheduler:s3cr3tWord@")
    empty = postgresql_server.empty_database().replace("scheduler@", "scheduler:s3cr3tWord@")
    monkeypatch.setattr(backup_postgresql.subprocess, "Popen", popen)
    back_up(url, tmp_path / "b")
    restore(tmp_path / "b", empty)
    programs = {Path(command[0]).name for command, _ in heard}
    assert {"pg_dump", "pg_restore", "psql"} <= programs
    assert not [word for command, _ in heard for word in command if "s3cr3tWord" in word]
    assert {env["PGPASSWORD"] for _, env in heard if "PGPASSWORD" in env} == {"s3cr3tWord"}
