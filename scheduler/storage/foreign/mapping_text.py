"""A column mapping written down as a document, and as a file that people can edit and hand on."""

from typing import Any

from scheduler.storage.foreign.mapping import (
    CellSource,
    ColumnMapping,
    RowCondition,
    TargetFile,
)
from scheduler.storage.foreign.mapping_document import LEAVE_OUT
from scheduler.storage.toml_text import toml_value


def document_of(mapping: ColumnMapping) -> dict[str, Any]:
    """The document of a mapping, which reads back as the same mapping."""
    plain = ColumnMapping("")
    found: dict[str, Any] = {"name": mapping.name}
    if mapping.organisation_id:
        found["organisation"] = mapping.organisation_id
    for key in ("layout", "sheet", "header_row", "header_rows", "hours", "money"):
        if getattr(mapping, key) != getattr(plain, key):
            found[key] = getattr(mapping, key)
    found["date"] = list(mapping.date)
    for key in ("ignored", "fill_down"):
        if getattr(mapping, key):
            found[key] = list(getattr(mapping, key))
    for key in ("skip", "until"):
        if getattr(mapping, key):
            found[key] = [_condition(one) for one in getattr(mapping, key)]
    if mapping.into:
        found["into"] = [_target(one) for one in mapping.into]
    found["values"] = {
        name: {key: False if value is None else value for key, value in table.items()}
        for name, table in mapping.values.items()
    }
    return found if found["values"] else {k: v for k, v in found.items() if k != "values"}


def _condition(condition: RowCondition) -> dict[str, Any]:
    found: dict[str, Any] = {"column": condition.column}
    if condition.among:
        found["is"] = list(condition.among)
    elif condition.not_among:
        found["is_not"] = list(condition.not_among)
    elif condition.begins:
        found["begins"] = condition.begins
    else:
        found["empty"] = bool(condition.empty)
    return found


def _target(target: TargetFile) -> dict[str, Any]:
    found: dict[str, Any] = {"file": target.file}
    if target.record:
        found["record"] = target.record
    if target.when:
        found["when"] = [_condition(one) for one in target.when]
    found["columns"] = {name: _source(one) for name, one in target.columns.items()}
    return found


def _source(source: CellSource) -> str | dict[str, Any]:
    if source == CellSource(columns=source.columns) and len(source.columns) == 1:
        return source.columns[0]
    found: dict[str, Any] = {}
    if source.time_column:
        found["date"], found["time"] = source.columns[0], source.time_column
    elif len(source.columns) == 1:
        found["column"] = source.columns[0]
    elif source.columns:
        found["columns"] = list(source.columns)
        found["between"] = source.between
    for key in ("constant", "kept", "empty"):
        if getattr(source, key) is not None:
            found[key] = getattr(source, key)
    for key in ("values", "prefix", "hours", "money", "after", "less"):
        if getattr(source, key):
            found[key] = getattr(source, key)
    if source.unknown_left_out:
        found["unknown"] = LEAVE_OUT
    if source.date:
        found["date"] = list(source.date)
    if source.times is not None:
        found["times"] = source.times
    if source.length_of:
        found["length_of"] = list(source.length_of)
    if source.otherwise is not None:
        found["otherwise"] = _source(source.otherwise)
    return found


def mapping_toml(mapping: ColumnMapping) -> str:
    """The text of a TOML file, laid out for people."""
    document = document_of(mapping)
    lines = [
        f"{key} = {toml_value(value)}"
        for key, value in document.items()
        if key not in ("skip", "until", "into", "values")
    ]
    for key in ("skip", "until"):
        for condition in document.get(key, ()):
            lines += ["", f"[[{key}]]"]
            lines += [f"{name} = {toml_value(value)}" for name, value in condition.items()]
    for target in document.get("into", ()):
        lines += ["", "[[into]]"]
        lines += [
            f"{key} = {toml_value(value)}" for key, value in target.items() if key != "columns"
        ]
        lines += ["[into.columns]"]
        lines += [f"{name} = {toml_value(source)}" for name, source in target["columns"].items()]
    for name, table in document.get("values", {}).items():
        lines += ["", f"[values.{_key(name)}]"]
        lines += [f"{_key(key)} = {toml_value(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return toml_value(name)
