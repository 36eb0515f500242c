"""The site as it is built: pages brought together, then made by the generator, strictly."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.site import pages

OWN = pages.ROOT / "docs" / "site"
"""The site's settings, and the few files of its own."""
COLOURS = re.compile(r"\x1b\[[\d;]*m")


class SiteFault(Exception):
    """The generator has found what is wrong, or a page is missing in the navigation."""


def navigation() -> list[str]:
    """The pages of the navigation, in its order."""
    settings = tomllib.loads((OWN / "zensical.toml").read_text(encoding="utf-8"))
    return list(_leaves(settings["project"]["nav"]))


def _leaves(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    else:
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _leaves(inner)


def build(to: Path) -> None:
    """Build the site into a folder, which is made anew. Raises SiteFault and BrokenLink."""
    there, listed = set(pages.pages().values()), navigation()
    if wrong := sorted(there.symmetric_difference(listed)):
        raise SiteFault(
            f"docs/site/zensical.toml and the pages there are differ in {', '.join(wrong)}: every"
            " page stands in `nav` once."
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix=".site-") as made:
        work = Path(made)
        shutil.copy(OWN / "zensical.toml", work)
        pages.write(work / "pages")
        for file in OWN.iterdir():
            if file.suffix in {".css", ".js"}:
                shutil.copy(file, work / "pages")
        done = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
            cwd=work,
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = COLOURS.sub("", done.stdout + done.stderr)
        if done.returncode or not (work / "site" / "index.html").exists():
            raise SiteFault(said.partition("Traceback")[0].strip() or said)
        shutil.rmtree(to, ignore_errors=True)
        (work / "site").rename(to)
