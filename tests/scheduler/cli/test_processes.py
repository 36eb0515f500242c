"""What only a process of its own can show: signals, two databases at once, exit codes, pages."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler.cli import ui_command
from tests.scheduler.cli.conftest import START, Rewrite, World, call, start_process


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database with a week that takes longer than a test, and its collaborative."""
    root = tmp_path_factory.mktemp("county")
    db = f"sqlite:///{root}/county.db"
    made = call("generate", "--staff", 80, "--seed", 2, "--to", root / "data", "--json").json()
    assert call("import", root / "data", db=db).code == 0
    return db, made["collaborative_id"]


def _until(process: "subprocess.Popen[str]", *, best: bool) -> None:
    """Read progress until something is told, or until there is a best."""
    assert process.stderr is not None
    for line in process.stderr:
        if not best or json.loads(line)["best_pence"] is not None:
            return
    raise AssertionError("the process ended early")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_keeps_the_best_so_far(county: tuple[str, str]) -> None:
    db, collaborative_id = county
    before = len(call("rosters", "--json", db=db).json())
    process = start_process(
        "solve",
        "-c",
        collaborative_id,
        "-s",
        START,
        "--time-limit",
        120,
        "--progress",
        "json",
        "--json",
        db=db,
    )
    _until(process, best=True)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Stopping with the best so far" in err
    document = json.loads(out)
    assert document["status"] == "feasible"
    rosters = call("rosters", "--json", db=db).json()
    assert len(rosters) == before + 1
    assert document["roster_id"] in {roster["roster_id"] for roster in rosters}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_second_signal_gives_up_at_once(county: tuple[str, str]) -> None:
    db, collaborative_id = county
    process = start_process(
        "solve",
        "-c",
        collaborative_id,
        "-s",
        START,
        "--time-limit",
        120,
        "--progress",
        "json",
        db=db,
    )
    _until(process, best=False)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (130, 2)  # 2: it had stopped before any roster by then
    assert "Traceback" not in err


def test_two_databases_at_once(own_world: World, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    made = call("generate", "--staff", 12, "--seed", 2, "--to", tmp_path / "other", "--json").json()
    assert call("import", tmp_path / "other", db=other).code == 0
    options = ("-s", START, "--time-limit", 2, "--workers", 2, "--progress", "none", "--json")
    processes = [
        start_process("solve", "-c", made["collaborative_id"], *options, db=other),
        start_process("solve", "-c", "COL", *options, db=own_world.db),
    ]
    ids = []
    for process in processes:
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        ids.append(json.loads(out)["roster_id"])
    assert [roster["roster_id"] for roster in call("rosters", "--json", db=other).json()] == [
        ids[0]
    ]
    assert [roster["roster_id"] for roster in own_world.call("rosters", "--json").json()] == [
        ids[1],
        own_world.roster_id,
    ]


def test_exit_codes_of_the_installed_program(own_world: World, rewrite: Rewrite) -> None:
    rewrite(own_world.out / "assignment.csv", lambda rows: rows[0].update(paid_minutes="1"))
    breaches = start_process(
        "check", own_world.folder, own_world.out / "assignment.csv", db=own_world.db
    )
    wrong = start_process("solve", "-c", "COL", "-s", "yesterday", db=own_world.db)
    for process, code in ((breaches, 3), (wrong, 2)):
        _, err = process.communicate(timeout=60)
        assert process.returncode == code
        assert "Traceback" not in err


def test_help_loads_neither_solver_nor_database() -> None:
    script = (
        "import scheduler.cli.app, sys; sys.exit(any(name in sys.modules for name in ('ortools',"
        " 'numpy', 'pandas', 'sqlmodel')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_ui_hands_the_database_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        ui_command.os,
        "execve",
        lambda _, command, environment: started.append((command, environment)),
    )
    monkeypatch.setattr(
        ui_command.subprocess, "call", lambda command, env: started.append((command, env)) or 0
    )
    db = f"sqlite:///{tmp_path}/pages.db"
    sign_in = tmp_path / "sign_in.toml"
    sign_in.write_text("")
    call("ui", "--port", 8599, "--no-browser", "--sign-in", sign_in, db=db)
    command, environment = started[0]
    assert environment["SCHEDULER_DB"] == db
    assert command[1:] == [
        *("-P", "-m", "ui.server", "--port=8599", "--address=localhost"),
        f"--sign-in={sign_in}",
    ]
