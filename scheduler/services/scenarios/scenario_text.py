"""A scenario as the text of a TOML file, which reads back as the same scenario."""

from collections.abc import Mapping
from typing import Any

from scheduler.services.scenarios.scenario import Scenario
from scheduler.storage.toml_text import toml_value


def scenario_text(scenario: Scenario) -> str:
    """Its name first, then what it changes, a table each; what is as it is by default is left
    out.
    """
    return tables_text(scenario_tables(scenario))


def tables_text(tables: Mapping[str, Any]) -> str:
    """The same of tables as `scenario_tables` gives them."""
    lines = [
        f"{key} = {toml_value(value)}" for key, value in tables.items() if not _in_tables(value)
    ]
    blocks = ["\n".join(lines)]
    for key, value in tables.items():
        if isinstance(value, Mapping):
            for name, table in value.items():
                blocks.append("\n".join([f"[{key}.{name}]", *_lines(table)]))
        elif _in_tables(value):
            blocks += ["\n".join([f"[[{key}]]", *_lines(table)]) for table in value]
    return "\n\n".join(blocks) + "\n"


def scenario_tables(scenario: Scenario) -> dict[str, Any]:
    """What a scenario says, as its TOML has it: what JSON can hold, without what is as it is by
    default.
    """
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)


def _in_tables(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in table.items()]
