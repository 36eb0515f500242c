"""Commands that read wait for no writer and need no room: beside a transaction held open, in a
folder that cannot be written, on a full disk.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scheduler.cli.app import app
from scheduler.domain.request import LeaveAsked
from scheduler.services.data import mappings
from scheduler.services.jobs import jobs
from scheduler.services.jobs.order import Order
from scheduler.services.publish.publish import publish
from scheduler.storage import schema
from scheduler.storage.job_queue import Made
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.scheduler.cli.conftest import START, Answer, World, call
from tests.scheduler.cli.signing import credentials_of
from tests.scheduler.cli.test_ranges import commands

ROOT = Path(__file__).parents[3]
READING = {
    ("rosters",): [],
    ("show",): ["ROSTER"],
    ("diff",): ["ROSTER", "ROSTER"],
    ("export",): ["ROSTER", "--to", "PLACE/out"],
    ("jobs", "list"): [],
    ("jobs", "show"): ["JOB"],
    ("jobs", "watch"): ["JOB"],
    ("barriers",): ["P5", "DEMAND"],
    ("feasibility",): ["-c", "COL", "-s", START],
    ("expiries",): ["-c", "COL", "-s", START],
    ("kpis",): ["-c", "COL"],
    ("recharge",): ["-c", "COL", "--to", "PLACE/recharge"],
    ("organisations", "check"): ["--against", str(ROOT / "data" / "registers" / "trusts.csv")],
    ("pack",): ["-c", "COL", "--to", "PLACE/pack.pdf"],
    ("facts", "list"): ["staff"],
    ("facts", "show"): ["staff", "P1"],
    ("facts", "history"): [],
    ("leave", "team"): ["--organisation", "A", "--role", "RN"],
    ("mappings", "list"): [],
    ("mappings", "show"): ["Worked shifts"],
    ("mappings", "guess"): ["SHEET", "--organisation", "A"],
    ("why", "vacancy"): ["ROSTER", "EMPTY"],
    ("why", "vacancies"): ["ROSTER"],
    ("why", "person"): ["ROSTER", "P5", "DEMAND"],
    ("why", "assignment"): ["ROSTER", "WHO", "WHAT"],
    ("replacements",): ["ROSTER", "EMPTY"],
    ("policy", "show"): ["Kept"],
    ("policy", "check"): ["Kept"],
    ("policy", "diff"): ["Kept", "fair-shares"],
    ("policy", "list"): [],
    ("policy", "history"): ["Kept"],
    ("policy", "effect"): ["ROSTER", "Kept"],
    ("scenario", "list"): ["-c", "COL"],
    ("scenario", "show"): ["Kept", "-c", "COL"],
    ("scenario", "history"): ["Kept", "-c", "COL"],
    ("edits",): ["ROSTER"],
    ("sign-off", "show"): ["ROSTER"],
    ("disputes", "list"): [],
    ("inbox",): [],
    ("notices", "list"): ["P1"],
    ("notices", "untold"): [],
    ("outbox", "list"): [],
    ("trades", "list"): ["P1"],
    ("trades", "open"): ["P1"],
    ("trades", "waiting"): [],
    ("requests", "list"): [],
    ("requests", "show"): ["1"],
    ("short-notice",): ["-c", "COL", "--from", START, "--to", START],
    ("accounts", "list"): [],
    ("tokens", "list"): [],
    ("audit", "list"): [],
    ("people", "left"): [],
    ("calendar", "show"): ["P1"],
    ("my", "time"): ["P1", "--from", START],
    ("my", "clearance"): ["P1", "--on", START],
    ("credentials", "list"): ["P1"],
    ("credentials", "verify"): ["SIGNED", "--trust", "TRUST"],
    ("audit", "verify"): [],
    ("doctor",): [],
}
"""Those that only read from the database, with what they are given."""
WRITING = {
    ("import",): ["DATA", "--replace"],
    ("facts", "remove"): ["staff", "P1"],
    ("facts", "add"): ["preference", "staff_id=P1", f"date={START}", "weight=2"],
    ("facts", "change"): ["staff", "P1", "wtr_opt_out=yes"],
    ("facts", "end"): ["staff", "P1", "--on", "2031-01-01"],
    ("facts", "revert"): ["1"],
    ("leave", "add"): ["P1", START],
    ("leave", "remove"): ["P1", START],
    ("mappings", "save"): ["MAPPING"],
    ("mappings", "remove"): ["Worked shifts"],
    ("solve",): ["-c", "COL", "-s", START, "--time-limit", "5"],
    ("publish",): ["ROSTER"],
    ("edit",): ["ROSTER", "--assign", "P1", "D1"],
    ("undo",): ["ROSTER"],
    ("where",): ["ROSTER", "D1"],
    ("fill",): ["ROSTER"],
    ("versions", "rename"): ["ROSTER", "Plan B"],
    ("versions", "delete"): ["ROSTER"],
    ("versions", "withdraw"): ["ROSTER", "--reason", "the wrong week"],
    ("sign-off", "offer"): ["ROSTER"],
    ("sign-off", "recall"): ["ROSTER"],
    ("sign-off", "approve"): ["ROSTER", "A"],
    ("trades", "offer"): ["P1", "D1"],
    ("trades", "take-open"): ["P1", "ROSTER", "D1"],
    ("trades", "accept"): ["P1", "1"],
    ("trades", "decline"): ["P1", "1"],
    ("trades", "take-back"): ["P1", "1"],
    ("trades", "approve"): ["1"],
    ("trades", "refuse"): ["1", "--reason", "not this week"],
    ("notices", "seen"): ["P1", "--up-to", "1"],
    ("outbox", "send"): [],
    ("requests", "grant"): ["1"],
    ("requests", "refuse"): ["1", "--reason", "too few"],
    ("tell", "sick"): ["--person", "P1"],
    ("tell", "well"): ["--person", "P1"],
    ("tell", "leave"): [START, "--person", "P1"],
    ("tell", "wish"): [START, "2", "--person", "P1"],
    ("tell", "pattern"): [START, "1:E", "--person", "P1"],
    ("tell", "consent"): ["no", "--person", "P1"],
    ("tell", "take-back"): ["1", "--person", "P1"],
    ("tell", "know"): ["1", "--person", "P1"],
    ("accounts", "mail"): ["somebody", "--none"],
    ("sign-off", "refuse"): ["ROSTER", "A", "--reason", "too few"],
    ("sign-off", "take-back"): ["ROSTER", "A", "--reason", "a second look"],
    ("disputes", "answer"): ["1", "changed"],
    ("disputes", "insist"): ["1", "all the same"],
    ("disputes", "decide"): ["1", "uphold", "--reason", "so it is"],
    ("jobs", "cancel"): ["JOB"],
    ("jobs", "retry"): ["JOB"],
    ("jobs", "release"): ["WAITING"],
    ("compare",): ["-c", "COL", "-s", START, "SCENARIO"],
    ("value",): ["-c", "COL", "-s", START],
    ("frontier",): ["-c", "COL", "-s", START],
    ("partners",): ["-c", "COL", "-s", START],
    ("waterfall",): ["-c", "COL", "-s", START, "SCENARIO"],
    ("repair",): ["ROSTER", "--sick", "P1", START, START, "--record"],
    ("policy", "save"): ["Mine", "fair-shares"],
    ("policy", "withdraw"): ["Kept"],
    ("scenario", "save"): ["Mine", "Kept", "-c", "COL"],
    ("scenario", "withdraw"): ["Kept", "-c", "COL"],
    ("tokens", "make"): ["somebody", "wages"],
    ("tokens", "withdraw"): ["t-1"],
    ("accounts", "add"): ["https://provider", "somebody"],
    ("accounts", "give"): ["somebody", "auditor"],
    ("accounts", "withdraw"): ["g-1"],
    ("accounts", "person"): ["somebody", "P1"],
    ("audit", "export"): ["--to", "PLACE/out.jsonl"],
    ("people", "forget"): ["P1"],
    ("people", "export"): ["P1", "--to", "PLACE/p1.json"],
    ("calendar", "issue"): ["P1"],
    ("credentials", "issue"): ["P1", "--issuer", "A", "--key", "A.pem", "--to", "PLACE/p1.json"],
    ("calendar", "withdraw"): ["P1"],
    ("worker",): ["--once"],
    ("backup",): ["--to", "PLACE/backup"],
    ("restore",): ["PLACE/backup"],
    ("ui",): [],
}
WITHOUT_DATABASE = {
    ("template",),
    ("generate",),
    ("check",),
    ("rules",),
    ("settings",),
    ("demo",),
    ("accounts", "roles"),
    ("people", "kept"),
    ("credentials", "key"),
}


def test_of_each_command_it_is_known_whether_it_reads() -> None:
    found = {path for path, _ in commands(app)}
    assert found == {*READING, *WRITING, *WITHOUT_DATABASE}


@pytest.fixture(scope="module")
def filled(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small collaborative, with a job that is done, and a week without work, published."""
    db = tmp_path_factory.mktemp("filled") / "own.db"
    shutil.copy(world.db.removeprefix("sqlite:///"), db)
    with Repository(f"sqlite:///{db}") as repository:
        jobs.submit(
            repository,
            Order("solve", "COL", date.fromisoformat(START), limits=Limits(5, workers=1)),
        )
        job = repository.jobs.claim("w", jobs.timedelta(seconds=60))
        assert job is not None
        repository.jobs.finish(job, Made())
        repository.jobs.retire("w")
        mappings.save(repository, mappings.read_mapping(("m.toml", MAPPING), "A"))
        repository.policies.add("COL", "Kept", {"daily_rest": {"hours": 12}}, why="")
        made = repository.roster(world.roster_id).document
        later = made.start + timedelta(days=70)
        idle = replace(
            made,
            start=later,
            assignments=(),
            vacancies=(),
            summary={**made.summary, "period": {"start": later.isoformat(), "days": 7}},
        )
        publish(repository, repository.save_roster(idle, repository.snapshot(world.roster_id)))
        repository.scenarios.add("COL", "Kept", {"alone": True}, why="")
        away = date.fromisoformat(START)
        repository.requests.ask("P1", LeaveAsked(away, away), datetime.now(UTC))
    return World(world.folder, f"sqlite:///{db}", world.roster_id, world.out)


MAPPING = b"""
name = "Worked shifts"
[[into]]
file = "worked_shift"
[into.columns]
staff_id = "Staff No"
organisation_id = { constant = "A" }
start = "Start"
end = "End"
paid_minutes = "Minutes"
"""


def words(world: World, place: Path) -> dict[tuple[str, ...], list[str]]:
    """Each reading command with what it is given."""
    sheet = world.folder.parent / "sheet.csv"
    sheet.write_text("Staff No,Start,End\n", encoding="utf-8")
    shown = world.call("show", world.roster_id, "--json").json()
    line = next(line for line in shown["assignments"] if line["staff_id"])
    credentials_of("P1", sheet.parent)
    meant = {
        "SIGNED": str(sheet.parent / "signed.json"),
        "TRUST": str(sheet.parent / "trust.json"),
        "ROSTER": world.roster_id,
        "JOB": "COL-2027-01-11-J1",
        "DEMAND": line["demand_id"],
        "EMPTY": shown["vacancies"][0]["demand_id"],
        "WHO": line["staff_id"],
        "WHAT": line["demand_id"],
        "SHEET": str(sheet),
        "PLACE/out": str(place / "out"),
        "PLACE/pack.pdf": str(place / "pack.pdf"),
        "PLACE/recharge": str(place / "recharge"),
    }
    return {
        path: [*path, *(meant.get(word, word) for word in given)] for path, given in READING.items()
    }


def test_beside_a_writer_that_does_not_end(filled: World, tmp_path: Path) -> None:
    called = words(filled, tmp_path)
    with closing(
        sqlite3.connect(filled.db.removeprefix("sqlite:///"), isolation_level=None)
    ) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM assignment_line")
        with transactions_begun() as begun:
            for path, given in called.items():
                answer = filled.call(*given)
                assert (answer.code, answer.out != "") == (0, True), (path, answer)
        writer.execute("ROLLBACK")
    assert set(begun) == {"BEGIN"}, "whoever means to write waits for a writer"


@contextmanager
def transactions_begun() -> Iterator[list[str]]:
    """How every transaction of this process begins meanwhile."""
    found: list[str] = []

    def hear(*said: Any) -> None:
        statement = said[2].strip().upper()
        if statement.startswith("BEGIN"):
            found.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


def test_a_writer_would_be_heard(filled: World) -> None:
    with transactions_begun() as begun:
        assert filled.call("jobs", "cancel", "COL-2027-01-11-J1").code == 0
    assert "BEGIN IMMEDIATE" in begun


@pytest.fixture
def locked_away(filled: World, tmp_path: Path) -> Iterator[World]:
    """The same in a folder that can be read and not written."""
    file = tmp_path / "data" / "own.db"
    file.parent.mkdir()
    shutil.copy(filled.db.removeprefix("sqlite:///"), file)
    file.chmod(0o444)
    file.parent.chmod(0o555)
    yield World(filled.folder, f"sqlite:///{file}", filled.roster_id, filled.out)
    file.parent.chmod(0o755)


def walk(
    db: str, given: list[list[str]], prefix: Sequence[str] = (), room: int = -1
) -> list[Answer]:
    command = [*prefix, sys.executable, "-m", "tests.scheduler.cli.walking", db, str(room)]
    process = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, cwd=ROOT, check=False
    )
    found = [Answer(*json.loads(line)) for line in process.stdout.splitlines()]
    assert len(found) == len(given), process.stderr
    return found


def as_an_ordinary_user() -> tuple[str, ...]:
    """Rights of files bind everybody but root: a prefix that takes that from root."""
    if os.geteuid() != 0:
        return ()
    prefix = ("setpriv", "--bounding-set", "-dac_override")
    if shutil.which("setpriv") is None or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("root writes everywhere here")
    return prefix


def test_in_a_folder_that_cannot_be_written(
    filled: World, locked_away: World, tmp_path: Path
) -> None:
    called = words(filled, tmp_path)
    *answers, refused = walk(
        locked_away.db, [*called.values(), ["publish", filled.roster_id]], as_an_ordinary_user()
    )
    for path, answer in zip(called, answers, strict=True):
        assert (answer.code, answer.out != "") == (0, True), (path, answer)
    assert (refused.code, "can only be read" in refused.err) == (2, True), refused
    assert [entry.name for entry in (tmp_path / "data").iterdir()] == ["own.db"]


def test_on_a_full_disk(filled: World, tmp_path: Path) -> None:
    """Reading goes on; what was to be written is not there, not even in part, and that is said."""
    called = words(filled, tmp_path)
    exports = {path: called.pop(path) for path in [("export",), ("pack",), ("recharge",)]}
    doctor = called.pop(("doctor",))  # whose answer is that something is wrong
    more = [
        [*exports[("export",)][:-1], str(tmp_path / name)]
        for name in ("out.xlsx", "out.ics", "new/folder")
    ]
    writing = [
        ["template", str(tmp_path / "t.xlsx")],
        ["generate", "--staff", "20", "--to", str(tmp_path / "g")],
    ]
    answers = walk(
        filled.db,
        [
            doctor,
            *called.values(),
            *exports.values(),
            *more,
            *writing,
            ["backup", "--to", str(tmp_path / "backup")],
            ["publish", filled.roster_id],
        ],
        room=0,
    )
    looked = answers.pop(0)
    assert (looked.code, looked.err) == (3, "")
    assert "Nothing can be written to any temporary folder" in looked.out
    for path, answer in zip(called, answers, strict=False):
        assert (answer.code, answer.out != "") == (0, True), (path, answer)
    for answer in answers[len(called) :]:
        assert answer.code == 2, answer
        assert "Something went wrong" not in answer.err
        assert "nothing was left there" in answer.err or "nothing was changed" in answer.err, answer
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")
def test_an_answer_that_cannot_be_written_is_told(filled: World) -> None:
    command = [sys.executable, "-c", "from scheduler.cli.app import main; main()", "rosters"]
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SCHEDULER_DB": filled.db},
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (
        2,
        "The answer could not be written: No space left on device.\n",
    )


# --- what is not of this version, or not there


def test_a_reading_command_makes_no_database(tmp_path: Path) -> None:
    answer = call("rosters", db=f"sqlite:///{tmp_path}/folder/none.db")
    assert (answer.code, answer.out) == (
        0,
        "No roster yet. Build one: scheduler solve --collaborative ID --start DATE\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_reading_command_leaves_an_older_database_as_it_is(own_world: World) -> None:
    file = Path(own_world.db.removeprefix("sqlite:///"))
    # without foreign keys, in whose way the tables would be
    engine = sa.create_engine(own_world.db)
    with engine.begin() as connection:
        schema.migrate(connection, "0006")
    engine.dispose()
    assert schema.HEAD != "0006"
    before = file.read_bytes()
    assert own_world.roster_id in own_world.call("rosters").out
    assert file.read_bytes() == before
    assert own_world.call("publish", "nothing").code == 2, "which brings it up to date"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (schema.HEAD,)
        ]
    assert file.read_bytes() != before
