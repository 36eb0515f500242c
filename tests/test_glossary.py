"""The glossary says what is true of the code, and one class name stands for one thing."""

import ast
import importlib
import inspect
import io
import re
import tokenize
from collections import defaultdict
from functools import reduce
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
PRODUCT = ("scheduler", "solver", "ui")

RULE_OF_FACT = "a rule and the fact that it reads; a rule's class has the name of its file"

SEVERAL = {
    "Preference": RULE_OF_FACT,
    "SkillMix": RULE_OF_FACT,
}
"""Class names that two modules of the product define, and why."""


def tables() -> list[list[list[str]]]:
    """The rows of each table, each a list of cells, without its head."""
    found: list[list[list[str]]] = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("|---"):
            found.append([])
        elif line.startswith("| ") and not line.startswith("| word "):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return found


ROWS = [row for table in tables() for row in table]


def in_code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def names_in(module: str) -> set[str]:
    source = inspect.getsource(importlib.import_module(module))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def test_every_row_says_what_where_and_nothing_else() -> None:
    assert len(ROWS) > 60
    for row in ROWS:
        assert len(row) == 4, row
        word, meaning, ours, where = row
        assert word
        assert meaning.endswith("."), word
        assert in_code(where), word
        for cell in (ours, where):
            assert not re.sub(r"`[^`]+`|[, ]", "", cell), f"{word}: names in backticks alone"


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_word_is_where_it_is_said_to_be(row: list[str]) -> None:
    _, _, ours, where = row
    there: set[str] = set()
    for place in in_code(where):
        module, _, name = place.partition(":")
        assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file() or (
            ROOT / module.replace(".", "/") / "__init__.py"
        ).is_file()
        if name:
            reduce(getattr, name.split("."), importlib.import_module(module))
        there |= names_in(module)
    assert set(in_code(ours)) <= there


def test_rows_are_sorted_and_each_word_is_said_once() -> None:
    for table in tables():
        words = [row[0].casefold() for row in table]
        assert words == sorted(words)
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_one_class_name_stands_for_one_thing() -> None:
    modules: dict[str, set[str]] = defaultdict(set)
    for top in PRODUCT:
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    modules[node.name].add(path.relative_to(ROOT).as_posix())
    several = {name: sorted(those) for name, those in modules.items() if len(those) > 1}
    new = {name: those for name, those in several.items() if name not in SEVERAL}
    assert not new, "tell them apart by their names"
    assert not SEVERAL.keys() - several.keys(), "told apart by now: take them out of SEVERAL"
