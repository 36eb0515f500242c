"""The paper as a tagged PDF. All that people wrote goes in as data, so that nothing of it is taken
for markup.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import typst

from scheduler.services.pack.charts import svg
from scheduler.services.pack.letters import in_letters

TEMPLATE = "paper.typ"
STANDARD = "ua-1"


def pdf_bytes(document: Mapping[str, Any]) -> bytes:
    """PDF/UA-1; the same document gives the same bytes."""
    made: bytes = typeset(document, pdf_standards=[STANDARD], timestamp=0)
    return made


def typeset(document: Mapping[str, Any], **how: Any) -> Any:
    """The paper as the typesetter gives it; `how`: its own arguments, such as format="png"."""
    compile_files: Any = typst.compile  # files in memory are not among the library's own types
    return compile_files(_inputs(document), ignore_system_fonts=True, **how)


def _inputs(document: Mapping[str, Any]) -> dict[str, bytes]:
    template = files("scheduler.services.pack").joinpath(TEMPLATE).read_bytes()
    drawn: dict[str, bytes] = {}
    paper = _with_drawings(
        in_letters(document), drawn, (f"chart-{number}.svg" for number in range(10_000))
    )
    return {"main.typ": template, "paper.json": json.dumps(paper).encode(), **drawn}


def _with_drawings(part: Any, drawn: dict[str, bytes], names: Iterator[str]) -> Any:
    """The same with `file` in each chart, and the files that these name."""
    if isinstance(part, Mapping):
        if "kind" in part and "alt" in part:
            if not part["rows"]:
                return None
            name = next(names)
            drawn[name] = svg(part)
            return {"title": part["title"], "alt": part["alt"], "file": name}
        return {key: _with_drawings(each, drawn, names) for key, each in part.items()}
    if isinstance(part, list):
        made = [_with_drawings(each, drawn, names) for each in part]
        return [each for each in made if each is not None]
    return part
