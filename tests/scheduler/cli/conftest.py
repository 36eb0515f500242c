"""A small collaborative on disk and in a database, solved once, and ways to call the
command line.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import typer
from typer.testing import CliRunner

from scheduler.cli.app import app
from scheduler.domain.dataset import Dataset
from scheduler.storage.writing import write_folder
from tests.factories import Tables, lending, need, person, plain_tables

START = "2027-01-11"


def small_tables() -> Tables:
    """Five people at two organisations, one of whom may be lent, and a week that they can nearly
    fill.
    """
    tables = plain_tables()
    for staff_id in ("P1", "P2", "P3"):
        person(tables, staff_id)
    person(tables, "P4", "B")
    person(tables, "P5", role_id="HCA")
    lending(tables, ["P1"])
    for day in range(5):
        need(tables, day, "E")
    need(tables, 0, "L", priority="5")
    need(tables, 1, "N")
    need(tables, 2, "E", role_id="HCA")
    need(tables, 0, "E", site_id="SB", minimum="2")
    # nobody but P4, P1 and a bank worker
    need(tables, 6, "N", site_id="SB", minimum="4", priority="1")
    tables["temporary_supply"] = [
        {
            "id": "BK",
            "kind": "bank",
            "organisation_id": "B",
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": "2100",
            "max_shifts_per_week": "1",
        },
    ]
    return tables


@dataclass(frozen=True)
class Answer:
    """What a call of the command line came back with."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


_commands = cache(typer.main.get_command)


def call(*arguments: object, db: str = "sqlite://") -> Answer:
    """The command line within this process."""
    # Typer would read all commands off their functions again for each call, a tenth of a second
    with patch("typer.testing._get_command", _commands):
        result = CliRunner().invoke(
            app,
            ["--db", db, *(str(argument) for argument in arguments)],
            env={"SCHEDULER_DEBUG": ""},
        )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def start_process(*arguments: object, db: str) -> "subprocess.Popen[str]":
    """The command line as a process of its own."""
    command = [
        sys.executable,
        "-c",
        "from scheduler.cli.app import main; main()",
        *(str(argument) for argument in arguments),
    ]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SCHEDULER_DB": db},
    )


@dataclass(frozen=True)
class World:
    """The small collaborative: its folder, a database that holds it, the id of a solved roster and
    the roster's files.
    """

    folder: Path
    db: str
    roster_id: str
    out: Path

    def call(self, *arguments: object) -> Answer:
        return call(*arguments, db=self.db)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("world")
    write_folder(Dataset.from_cells(small_tables()), root / "data")
    db = f"sqlite:///{root}/small.db"
    assert call("import", root / "data", db=db).code == 0
    solved = call(
        "solve",
        "-c",
        "COL",
        "-s",
        START,
        "--time-limit",
        20,
        "--out",
        root / "out",
        "--json",
        db=db,
    )
    assert solved.code == 0, solved.err
    return World(root / "data", db, solved.json()["roster_id"], root / "out")


@pytest.fixture
def own_world(world: World, tmp_path: Path) -> World:
    """A copy that a test may change."""
    shutil.copy(world.db.removeprefix("sqlite:///"), tmp_path / "own.db")
    shutil.copytree(world.folder, tmp_path / "data")
    shutil.copytree(world.out, tmp_path / "out")
    return World(
        tmp_path / "data", f"sqlite:///{tmp_path}/own.db", world.roster_id, tmp_path / "out"
    )


Rewrite = Callable[[Path, Callable[[list[dict[str, str]]], None]], None]


@pytest.fixture
def rewrite() -> Rewrite:
    """Change the rows of a CSV file in place."""
    import csv

    def change(file: Path, how: Callable[[list[dict[str, str]]], None]) -> None:
        with file.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        names = list(rows[0])
        how(rows)
        with file.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, names)
            writer.writeheader()
            writer.writerows(rows)

    return change
