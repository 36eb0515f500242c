"""The program as it is installed from its wheel, far from any checkout: commands, pages, API,
examples, policies and migrations are all there.
"""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.processes import end
from tests.security.conftest import free_port, wait_for

ROOT = Path(__file__).parents[2]
BUILD = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")


def built(to: Path) -> Path:
    """The wheel of this checkout."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1798761600"}
    command = [sys.executable, "-m", "pip", *BUILD, "-w", str(to), str(ROOT)]
    subprocess.run(command, check=True, env=environment)
    [wheel] = to.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


class Installed:
    """What was installed; its dependencies are those of these tests."""

    def __init__(self, folder: Path) -> None:
        self.packages, self.home = folder / "packages", folder / "home"
        self.home.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if "SCHEDULER" not in name},
            "PYTHONPATH": str(self.packages),
            "XDG_DATA_HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
        }

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command, in a folder where there is nothing else."""
        return subprocess.run(
            [sys.executable, str(self.packages / "bin" / "scheduler"), *words],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def told(self, script: str) -> str:
        """What a script writes that imports the program from there."""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    found = Installed(tmp_path_factory.mktemp("installed"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*command, str(found.packages), str(wheel)], check=True)
    return found


def test_it_holds_all_that_the_program_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    tracked = subprocess.run(
        ["git", "ls-files", "scheduler", "solver", "ui"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    assert set(tracked) <= set(names)
    policies = {f"scheduler/shipped/policies/{f.name}" for f in (ROOT / "data/policies").iterdir()}
    assert policies <= set(names)
    strange = [
        name
        for name in names
        if not name.startswith(("scheduler/", "solver/", "ui/", "workforce_deployment_scheduler-"))
    ]
    assert strange == []


def test_the_same_sources_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_its_code_is_its_own(installed: Installed) -> None:
    script = "import scheduler, ui, solver; print(scheduler.__file__, ui.__file__, solver.__file__)"
    told = installed.told(script)
    for file in told.split():
        assert file.startswith(str(installed.packages))


def test_policies_examples_and_migrations_come_with_it(installed: Installed) -> None:
    listed = json.loads(installed.run("policy", "list", "--json").stdout)
    names = set(listed["presets"])
    assert {file.stem for file in (ROOT / "data" / "policies").glob("*.toml")} <= names
    example = installed.packages / "scheduler" / "shipped" / "examples" / "north-east-essex"
    done = installed.run("import", str(example), "--json")
    assert json.loads(done.stdout)["status"] == "done", done.stderr
    assert installed.run("facts", "list", "collaborative", "--json").returncode == 0
    assert (installed.home / "workforce-deployment-scheduler" / "scheduler.db").exists()


def test_the_demo_says_which_of_its_steps_does_not_work(installed: Installed) -> None:
    done = installed.run("demo", "nowhere", "--time-limit", "1")
    assert (done.returncode, "nowhere" in done.stdout + done.stderr) == (1, True)
    assert "loading the examples" in done.stdout


def test_pages_and_api_are_served_in_their_own_colours(installed: Installed) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "ui.server", f"--port={port}"],
        env=installed.environment,
        cwd=installed.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health")
        with urlopen(f"http://localhost:{port}/api/v1/openapi.json") as answer:
            assert json.load(answer)["openapi"].startswith("3.")
        with urlopen(f"http://localhost:{port}/") as answer:
            assert answer.status == 200
    finally:
        end(server)


def test_the_colours_come_along_wherever_the_pages_are_started(installed: Installed) -> None:
    script = "from ui.own_config import own_config; import json; print(json.dumps(own_config()))"
    told = installed.told(script)
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    found = json.loads(told.splitlines()[-1])
    assert found["theme.light.primaryColor"] == theme["light"]["primaryColor"]
    assert found["theme.dark.chartCategoricalColors"] == theme["dark"]["chartCategoricalColors"]
