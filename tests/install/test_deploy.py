"""What lies in `deploy`: read by the linters that the machine has, and held to the program."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scheduler.cli.app import app
from scheduler.services.settings.settings import Settings, variable
from tests.scheduler.cli.test_ranges import commands
from ui import providers

ROOT = Path(__file__).parents[2]
DEPLOY, DOCS = ROOT / "deploy", (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
CONTAINER = DEPLOY / "container"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))
OF_POSTGRESQL = {"PGPASSFILE"}


def a_command(words: list[str]) -> bool:
    """Whether these begin a command of the program, with options that it has."""
    known = [path for path, _ in commands(app)]
    path = tuple(word for word in words if not word.startswith("-"))
    return any(path[: len(one)] == one for one in known)


def test_the_containers_file_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("no hadolint for this machine")
    done = subprocess.run(
        [str(hadolint), str(CONTAINER / "Containerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_what_the_container_is_built_of_is_there() -> None:
    ignored = (CONTAINER / "Containerfile.dockerignore").read_text().splitlines()
    for line in ignored:
        if line.startswith("!"):
            assert (ROOT / line[1:]).exists(), line
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = shipped["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {f"!{name}" for name in needed} <= set(ignored)


def test_services_are_set_up_by_settings_that_there_are() -> None:
    known = {variable(name) for name in Settings.model_fields} | OF_POSTGRESQL
    for name in ("pages", "worker"):
        service = COMPOSE["services"][name]
        assert set(service["environment"]) <= known
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "ports" not in service, "only the proxy is reached from outside"
    assert a_command(COMPOSE["services"]["worker"]["command"])


def test_the_provider_for_trying_is_reached_from_this_machine_alone() -> None:
    trying = yaml.safe_load((CONTAINER / "compose.trying.yaml").read_text(encoding="utf-8"))
    assert trying["services"]["pages"]["ports"] == ["127.0.0.1:5556:5556"]
    assert trying["services"]["provider"]["network_mode"] == "service:pages"
    dex = yaml.safe_load((CONTAINER / "dex.yaml").read_text(encoding="utf-8"))
    shown = tomllib.loads((CONTAINER / "sign-in.example.toml").read_text(encoding="utf-8"))["auth"]
    [client] = dex["staticClients"]
    assert client["redirectURIs"] == [shown["redirect_uri"]]
    assert client["secret"] == shown["trying"]["client_secret"]
    assert shown["trying"]["server_metadata_url"].startswith(dex["issuer"])


def test_everything_that_is_mounted_is_declared_there_or_told() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (CONTAINER / source).exists() or f"`{source[2:]}`" in DOCS, source
            else:
                assert source in COMPOSE["volumes"]
    for secret in COMPOSE["secrets"].values():
        assert secret["file"][2:] in DOCS
        assert not (CONTAINER / secret["file"]).exists(), "no secret in the repository"


def test_what_the_image_s_user_has_to_read_is_given_to_it() -> None:
    """A password's file is its owner's alone, or PostgreSQL's library would not take it."""
    file = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    [user] = re.findall(r"^USER (\d+)$", file, re.MULTILINE)
    assert f"--uid {user} " in file
    assert f"chown {user} secrets/pgpass" in DOCS


def test_folders_are_made_before_something_is_put_into_them() -> None:
    assert DOCS.index("install -d /etc/scheduler\n") < DOCS.index(" /etc/scheduler/sign-in.toml\n")


def test_sign_in_as_it_is_shown_is_sound_but_for_its_secret() -> None:
    shown = tomllib.loads((CONTAINER / "sign-in.example.toml").read_text(encoding="utf-8"))["auth"]
    [fault] = providers.read(shown).faults
    assert "cookie_secret" in fault
    found = providers.read({**shown, "cookie_secret": "x" * 48})
    assert (found.faults, found.public) == ((), "https://localhost")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_commands_that_there_are(unit: Path) -> None:
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("ExecStart="):
            program, *words = line.removeprefix("ExecStart=").split()
            assert program == "/opt/scheduler/bin/scheduler"
            assert a_command(words), words
    assert re.search(rf"`?{re.escape(unit.name)}", DOCS), "it is told of"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_understands_the_units() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    strange = [
        line
        for line in done.stderr.splitlines()
        if DEPLOY.name in line or ("scheduler-" in line and "is not executable" not in line)
    ]
    assert strange == []
