"""What a release is refused for, and what it says of its dependencies; the whole of it is
`make release`.
"""

import importlib.util
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release() -> ModuleType:
    path = ROOT / "deploy" / "release" / "make_release.py"
    spec = importlib.util.spec_from_file_location("make_release", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHANGELOG = """# Changelog

## Unreleased

- Something.

## 1.2.0 (2027-02-01)

For staff

- More.

## 1.1.0 (2027-01-02)
"""


@pytest.mark.parametrize(
    ("number", "expected"),
    [("1.2.0", "For staff\n\n- More."), ("1.1.0", ""), ("1.0.0", ""), ("1.2", "")],
)
def test_what_the_changelog_says_of_a_version(
    release: ModuleType, number: str, expected: str
) -> None:
    assert release.said_of(number, CHANGELOG) == expected


def test_the_changelog_says_something_of_this_version(release: ModuleType) -> None:
    number = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert release.said_of(number, (ROOT / "CHANGELOG.md").read_text("utf-8"))


def component(name: str, *stated: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "version": "1", "licenses": list(stated)}


def test_licences_are_told_and_those_that_do_not_go_with_ours_refused(release: ModuleType) -> None:
    named = release.licences(
        [
            component("plain", {"license": {"id": "MIT"}}),
            component(
                "twice",
                {"license": {"id": "BSD-3-Clause"}},
                {"license": {"name": "License :: OSI Approved :: BSD License"}},
            ),
            component("choice", {"expression": "GPL-2.0-or-later OR MIT"}),
            component("called", {"license": {"id": "LGPL-3.0-only"}}),
            component("strict", {"license": {"name": "GNU General Public License v3 (GPLv3)"}}),
            component("network", {"license": {"id": "AGPL-3.0"}}),
            component("silent"),
            component("protobuf"),
        ]
    )
    assert named["twice"] == ("1", "BSD-3-Clause or BSD License")
    assert named["protobuf"] == ("1", "BSD-3-Clause")
    refused = [sentence.split()[0] for sentence in release.not_allowed(named)]
    assert refused == ["network", "silent", "strict"]
    assert "| plain | 1 | MIT |" in release.as_table(named)


def test_what_is_not_committed_is_no_release(
    release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match="not committed") as told:
        release.refuse_unless_ready("1.2.0")
    assert "CHANGELOG" not in str(told.value)
    with pytest.raises(SystemExit, match="says|no section"):
        release.refuse_unless_ready("1.1.0")


def test_the_program_says_its_version() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "scheduler.cli.app", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == version("workforce-deployment-scheduler")
