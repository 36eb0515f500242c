"""Texts as the paper's letters can show them: a tagged PDF refuses what no font of it has, and the
fonts are those that the typesetter brings along, so that every machine has the same.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst

from scheduler.domain.wording import one_line

INSTEAD = "?"
_LONG = re.compile(r"\S{24}(?=\S)")
"""What no line may be too narrow for: names without a space, hashes."""
MAY_BREAK = "\u200b"
_TRY = b"""#set document(title: "letters", date: none)
#set text(lang: "en", font: "Libertinus Serif")
#json("letters.json")
"""


def in_letters(part: Any) -> Any:
    """The same document with `?` for each letter that cannot be shown. The workbook has all."""
    texts = _one_lined(part)
    unusual = {letter for text in _strings(texts) for letter in text if not letter.isascii()} - {
        MAY_BREAK
    }
    gone = frozenset() if _shown("".join(sorted(unusual))) else _without(unusual)
    return _replaced(texts, str.maketrans(dict.fromkeys(gone, INSTEAD))) if gone else texts


def _without(letters: set[str]) -> frozenset[str]:
    return frozenset(letter for letter in letters if not _shown(letter))


@cache
def _shown(letters: str) -> bool:
    """Whether all of them can be."""
    compile_files: Any = typst.compile  # files in memory are not among the library's own types
    inputs = {"main.typ": _TRY, "letters.json": json.dumps(letters).encode()}
    try:
        compile_files(inputs, ignore_system_fonts=True, pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True


def _strings(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    each = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return [text for one in each for text in _strings(one)]


def _one_lined(part: Any) -> Any:
    if isinstance(part, str):
        return _LONG.sub(rf"\g<0>{MAY_BREAK}", one_line(part))
    if isinstance(part, Mapping):
        return {key: _one_lined(each) for key, each in part.items()}
    return [_one_lined(each) for each in part] if isinstance(part, list) else part


def _replaced(part: Any, letters: dict[int, str]) -> Any:
    if isinstance(part, str):
        return part.translate(letters)
    if isinstance(part, Mapping):
        return {key: _replaced(each, letters) for key, each in part.items()}
    return [_replaced(each, letters) for each in part] if isinstance(part, list) else part
