"""Everything that belongs to a release, into one folder: wheel, source archive, what it depends on
(CycloneDX), under which licences, and checksums.

    make release

It is refused where the tree holds what is not committed, or the changelog says nothing of the
version. Wheel and archive are built twice and have to be the same bytes; the wheel is installed
into an environment of its own with the locked dependencies, and asked for its version: what the
lists name is what that environment holds.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TO = ROOT / "build" / "release"
BY_HAND = {
    "partd": "BSD-3-Clause",
    "protobuf": "BSD-3-Clause",
    "pydeck": "Apache-2.0",
}
"""What says nothing of its licence where it is installed, and says it in its source."""
NOT_BESIDE_OURS = re.compile(r"\b(A?GPL|SSPL|BUSL)|GNU (Affero )?General Public", re.IGNORECASE)
"""Licences under which a dependency would ask more of whoever passes this program on than its own
does. Those that leave a choice, and the LGPL of a library that is only called, do not.
"""


def main() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    refuse_unless_ready(version)
    shutil.rmtree(TO, ignore_errors=True)
    TO.mkdir(parents=True)
    with TemporaryDirectory() as folder:
        wheel = _built_twice(Path(folder))
        python = _installed(wheel, Path(folder), version)
        bill = _bill(python)
    (TO / "sbom.cdx.json").write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    named = licences(bill["components"])
    (TO / "licences.md").write_text(as_table(named), encoding="utf-8")
    if faults := not_allowed(named):
        sys.exit("\n".join(["No release:", *faults]))
    files = sorted(path for path in TO.iterdir())
    sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in files)
    (TO / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(f"Version {version} is in {TO.relative_to(ROOT)}:")
    for path in sorted(TO.iterdir()):
        print(f"  {path.stat().st_size:>12,}  {path.name}")
    print("How to tag, sign and publish it: docs/releasing.md")


def refuse_unless_ready(version: str) -> None:
    """Ends where this is not what anybody could make again."""
    faults = []
    if _git("status", "--porcelain"):
        faults.append("There are changes that are not committed.")
    if not said_of(version, (ROOT / "CHANGELOG.md").read_text("utf-8")):
        faults.append(f"CHANGELOG.md has no section '## {version} (YYYY-MM-DD)' with a line in it.")
    if faults:
        sys.exit("\n".join(["No release:", *faults]))


def said_of(version: str, changelog: str) -> str:
    """What a changelog says of a version; empty where that is nothing, or without its day."""
    title = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$"
    found = re.search(rf"{title}(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else ""


def licences(components: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Name -> version and licence of what a bill of materials lists; an empty licence is not
    stated.
    """
    return {
        str(one["name"]): (
            str(one.get("version", "")),
            _licence(one.get("licenses", ())) or BY_HAND.get(str(one["name"]), ""),
        )
        for one in components
    }


def _licence(stated: Sequence[Mapping[str, Any]]) -> str:
    texts = []
    for one in stated:
        inner = one.get("license", {})
        text = one.get("expression") or inner.get("id") or inner.get("name") or ""
        text = re.sub(r"^License :: (OSI Approved(?: :: )?)?", "", text.splitlines()[0])
        if text and text not in texts:
            texts.append(text)
    return " or ".join(texts)


def not_allowed(named: Mapping[str, tuple[str, str]]) -> list[str]:
    """A sentence for each dependency whose licence is not known, or does not go with ours."""
    faults = []
    for name, (_, licence) in sorted(named.items()):
        choices = re.split(r"\bor\b", licence, flags=re.IGNORECASE)
        if not licence:
            faults.append(f"{name} does not say its licence: look it up, and write it down here.")
        elif all(NOT_BESIDE_OURS.search(choice) for choice in choices):
            faults.append(f"{name} is under {licence}.")
    return faults


def as_table(named: Mapping[str, tuple[str, str]]) -> str:
    """For people."""
    rows = [f"| {name} | {version} | {text} |" for name, (version, text) in sorted(named.items())]
    heading = "| package | version | licence |\n|---|---|---|\n"
    return (
        "What an installation holds, and under which licence.\n\n"
        + heading
        + "\n".join(rows)
        + "\n"
    )


def _built_twice(folder: Path) -> Path:
    """The wheel. Wheel and archive are put into the release."""
    when = {"SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct")}
    for turn in ("first", "second"):
        command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder / turn)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **when})
    for path in (folder / "first").iterdir():
        if path.read_bytes() != (folder / "second" / path.name).read_bytes():
            sys.exit(f"No release: {path.name} was another file when it was built again.")
        shutil.copy(path, TO)
    [wheel] = TO.glob("*.whl")
    return wheel


def _installed(wheel: Path, folder: Path, version: str) -> Path:
    """The Python of an environment that holds the wheel and what it needs, as the lock has it."""
    place = folder / "installed"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*pip, "install", "-c", lock, str(wheel)], check=True)
    said = subprocess.run(
        [str(place / "bin" / "scheduler"), "--version"], check=True, capture_output=True, text=True
    )
    if version not in said.stdout:
        sys.exit(f"No release: what was installed says {said.stdout.strip()!r} of its version.")
    subprocess.run([*pip, "uninstall", "-y", "pip", "setuptools"], check=True)
    return python


def _bill(python: Path) -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment"]
    command += [
        "--output-reproducible",
        "--short-PURLs",
        "--pyproject",
        str(ROOT / "pyproject.toml"),
    ]
    made = subprocess.run([*command, str(python)], check=True, capture_output=True, text=True)
    bill: dict[str, Any] = json.loads(made.stdout)
    return bill


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
