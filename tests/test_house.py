"""What CONTRIBUTING says of the house, where no linter can hold it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OUTSIDE = [
    *sorted((ROOT / "ui").rglob("*.py")),
    *sorted((ROOT / "scheduler" / "cli").rglob("*.py")),
]


def asked_of_the_repository(source: str) -> list[str]:
    """What a text of code asks of a repository itself, instead of handing it to a service."""

    def is_repository(node: ast.expr) -> bool:
        name = node.func if isinstance(node, ast.Call) else node
        return (name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")) in (
            "repository",
            "database",
        )

    return [
        f"{ast.unparse(node)} in line {node.lineno}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and is_repository(node.value)
    ]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_and_commands_call_services_only(path: Path) -> None:
    assert asked_of_the_repository(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "state.repository().rosters()",
        "repository.jobs.latest()",
        "getattr(x, 'y')(repository.dataset())",
    ],
)
def test_a_page_that_asked_the_repository_would_be_seen(source: str) -> None:
    assert len(asked_of_the_repository(source)) == 1


PRODUCT = [
    path
    for room in ("scheduler", "solver", "ui")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "versions" not in path.parts
]
BY_POSITION = {
    "add": "the cells of a row, in the order of the file's columns",
    "substantive": "remembered by what it is given, in this order",
    "_hours": "remembered by what it is given, in this order",
}
"""What may be given eight things and more without their names, and why."""


def long_calls(source: str) -> list[str]:
    """Calls of a text of code that give eight things and more without saying what each is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and len(node.args) >= 8:
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            if name not in BY_POSITION:
                found.append(f"{name} in line {node.lineno}")
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_long_calls_name_what_they_give(path: Path) -> None:
    assert long_calls(path.read_text(encoding="utf-8")) == []


def test_a_long_call_would_be_seen() -> None:
    assert long_calls("f(1, 2, 3, 4, 5, 6, 7, 8)") == ["f in line 1"]
    assert long_calls("f(1, 2, 3, 4, 5, 6, 7, a=8)") == []


# --- pages -----------------------------------------------------------------------------------

PAGES = sorted((ROOT / "ui" / "app_pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_text_stands_by_itself_in_a_page(path: Path) -> None:
    """Streamlit would show it to people, where nobody has told it not to."""
    statements = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    texts = [node for node in statements if isinstance(node, ast.Expr)]
    assert [ast.unparse(node) for node in texts] in ([], ["page()"])
