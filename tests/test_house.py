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
