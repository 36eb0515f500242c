"""docs/scenarios.md says of every kind of change what its class says, with an example."""

import re
import tomllib
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scheduler.services.scenarios.changes.supply import RateStep
from scheduler.services.scenarios.read_scenarios import parse_scenario
from scheduler.services.scenarios.scenario import CHANGES, Scenario
from solver.constraints.pay import PenceByBand

PAGE = Path(__file__).parents[1] / "docs" / "scenarios.md"
INNER: dict[str, type[BaseModel]] = {"path": RateStep, "hourly_pence_by_band": PenceByBand}
"""Keys that are tables themselves."""


def row(name: str, field: FieldInfo) -> str:
    """A key of a change in the page's table."""
    needed = field.is_required()
    default = field.get_default(call_default_factory=True)
    usual = (
        "needed"
        if needed
        else f"`{str(default).lower()}`"
        if isinstance(default, (bool, int, float, str)) and default != ""
        else ""
    )
    return f"| `{field.alias or name}` | {field.description} | {usual} |"


def table(kind: type[BaseModel]) -> list[str]:
    return [row(name, field) for name, field in kind.model_fields.items()]


def meaning(kind: type[BaseModel]) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").split())


def sections() -> dict[str, str]:
    """Key of a change -> what the page says of it, heading included."""
    parts = re.split(r"^(?=### )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for part in parts:
        key = re.match(r"### `\[+(\w+)\]+`", part)
        assert key is not None, part[:80]
        found[key.group(1)] = part
    return found


def test_every_kind_of_change_has_its_section_in_order_and_no_other() -> None:
    assert list(sections()) == list(CHANGES)


@pytest.mark.parametrize("key", CHANGES)
def test_a_section_says_what_the_class_says(key: str) -> None:
    kind, text = CHANGES[key], sections()[key]
    assert text.splitlines()[0].endswith(f"` {kind.title}")
    assert meaning(kind) in " ".join(text.split())
    own = [line for line in text.splitlines() if line.startswith("| `")]
    inner = [line for name in kind.model_fields for line in table_of_inner(name)]
    assert own == [*table(kind), *inner]


def table_of_inner(name: str) -> list[str]:
    return table(INNER[name]) if name in INNER else []


@pytest.mark.parametrize("key", CHANGES)
def test_the_example_of_a_section_is_a_scenario_with_that_change(key: str) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", sections()[key], flags=re.DOTALL)
    scenario = parse_scenario({"name": "x", **tomllib.loads(example)}, key)
    assert [len(getattr(scenario, other)) > 0 for other in CHANGES] == [
        other == key for other in CHANGES
    ]


def test_the_page_names_the_keys_that_are_no_changes() -> None:
    head = PAGE.read_text(encoding="utf-8").partition("\n### ")[0]
    for name, field in Scenario.model_fields.items():
        if name not in CHANGES:
            assert f"| `{field.alias or name}` | {field.description}" in head


@pytest.mark.parametrize("kind", [*CHANGES.values(), *INNER.values()], ids=lambda k: k.__name__)
def test_each_quantity_has_its_unit(kind: type[BaseModel]) -> None:
    for name, field in kind.model_fields.items():
        kinds: set[Any] = {field.annotation, *get_args(field.annotation)}
        if kinds & {int, float} and bool not in kinds:
            assert re.search(r"\[[^\]]+\]$", field.description or ""), f"{kind.__name__}.{name}"
