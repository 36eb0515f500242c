"""The repository's pages as the site has them: where each lies there, and its links turned to
what is there. The files themselves stay plain Markdown, with links as they hold in the repository.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
OUTSIDE = {
    "README.md": "overview.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security-policy.md",
    "data/policies/RULES.md": "rules.md",
    "data/benchmarks/README.md": "benchmarks.md",
    "data/benchmark-set/README.md": "benchmark-set.md",
}
"""Pages that lie outside docs -> where they lie on the site."""
NOTEBOOK = "docs/notebook.ipynb"
SHOWN = {".png", ".svg", ".json", ".ipynb"}
"""Endings of files that the site brings along where a page links to them."""
CODE = re.compile(
    r"^(```|~~~).*?^\1[^\n]*$|`(?:[^`\n]|\n(?!\s*\n))+`|<!--.*?-->", re.DOTALL | re.MULTILINE
)
LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]+)\)")


class BrokenLink(Exception):
    """A page links to what is not in the repository, or to a page that the site does not have."""


def pages(root: Path = ROOT) -> dict[str, str]:
    """Every page by its path in the repository -> its path on the site."""
    ours = {f"docs/{path.name}": path.name for path in sorted((root / "docs").glob("*.md"))}
    return ours | OUTSIDE | {NOTEBOOK: "notebook.md"}


def write(to: Path, root: Path = ROOT) -> None:
    """Write the pages and what they show into a folder. Raises BrokenLink."""
    found = pages(root)
    for page, place in found.items():
        target = to / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (root / page).read_text(encoding="utf-8")
        if page == NOTEBOOK:
            text = from_notebook(text)
        text, brought = turned(text, page, found, root)
        target.write_text(text, encoding="utf-8")
        for file, beside in brought.items():
            (to / beside).parent.mkdir(parents=True, exist_ok=True)
            (to / beside).write_bytes((root / file).read_bytes())


def from_notebook(text: str) -> str:
    """The cells of a notebook as a page, its code as blocks."""
    cells = (
        ("".join(cell["source"]).strip(), cell["cell_type"] == "code")
        for cell in json.loads(text)["cells"]
    )
    return "\n\n".join(f"```python\n{cell}\n```" if code else cell for cell, code in cells) + "\n"


def turned(
    text: str, page: str, found: dict[str, str], root: Path = ROOT
) -> tuple[str, dict[str, str]]:
    """A page's text with its links as they hold on the site, and the files that it brings along:
    path in the repository -> path on the site. Raises BrokenLink.
    """
    brought: dict[str, str] = {}

    def turn(link: re.Match[str]) -> str:
        target, _, anchor = link["target"].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return link[0]
        file = os.path.normpath(PurePosixPath(page).parent / target)
        if not (root / file).exists():
            raise BrokenLink(f"{page} links to {target}, which is not there.")
        if file in found and not (file == NOTEBOOK and link["picture"]):
            place = found[file]
        elif PurePosixPath(file).suffix in SHOWN:
            place = brought[file] = beside(file)
        elif PurePosixPath(file).suffix == ".md":
            raise BrokenLink(f"{page} links to {target}, which is no page of the site.")
        else:  # code, and what else one reads in the repository
            return link["text"] if "`" in link["text"] else f"{link['text']} (`{file}`)"
        here = PurePosixPath(found[page]).parent
        return (
            f"{link['picture']}[{link['text']}]({os.path.relpath(place, here)}"
            f"{'#' + anchor if anchor else ''})"
        )

    return "".join(LINK.sub(turn, part) if prose else part for part, prose in parts(text)), brought


def beside(file: str) -> str:
    """Where a file that is brought along lies on the site."""
    path = PurePosixPath(file)
    return str(path.relative_to("docs")) if path.parts[0] == "docs" else f"pictures/{path.name}"


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """A page's text in pieces, each with whether it is prose and no code."""
    end = 0
    for code in CODE.finditer(text):
        yield text[end : code.start()], True
        yield code[0], False
        end = code.end()
    yield text[end:], True
