"""What is wrong with the tables of a policy, each fault with what was expected and a suggestion."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from scheduler.domain import wording
from scheduler.domain.errors import Fault
from solver.policy.describe import Parameter, describe, plain
from solver.rule.constraint import Constraint

LONGEST = 80
"""Characters of a wrong value that a fault shows."""


def nearest(name: str, known: Sequence[str]) -> str:
    """The nearest of the known names in brackets, to stand behind a fault; empty where none is."""
    found = wording.nearest(name, known)
    return f" (nearest: {wording.either(found)})" if found else ""


def unknown_rule(source: str, rule_id: str, known: Sequence[str]) -> Fault:
    """The fault of a table that is named like no rule."""
    found = nearest(rule_id, known)
    return Fault(
        source, 0, rule_id, "", "the id of a rule" + (found or "; `scheduler rules` lists them")
    )


def no_table(source: str, rule_id: str, value: object) -> Fault:
    """The fault of a rule whose value is no table."""
    return Fault(
        source, 0, rule_id, _shown(value), f"a table, such as [{rule_id}] with weight = 5 below it"
    )


def off_faults(source: str, rule_class: type[Constraint], off: object) -> Iterator[Fault]:
    """What is wrong with the key `off`."""
    column = f"{rule_class.id}.off"
    if not isinstance(off, bool):
        yield Fault(source, 0, column, _shown(off), "true or false")
    elif off and not rule_class.may_be_off:
        yield Fault(source, 0, column, "true", "false, or no `off` at all: this rule always holds")


def parameter_faults(
    source: str, rule_class: type[Constraint], error: ValidationError
) -> Iterator[Fault]:
    """One fault for each value that the class of a rule does not take."""
    known = describe(rule_class).parameters
    for item in error.errors():
        if item["loc"][:1] == ("weight",):
            yield _weight_fault(
                source,
                rule_class,
                item["input"],
                item["msg"] if item["type"] == "value_error" else "",
            )
            continue
        location = (
            item["loc"][:-1] if item["type"] in ("extra_forbidden", "missing") else item["loc"]
        )
        path, parameter = _walk(rule_class.id, known, location)
        last = str(item["loc"][-1]) if item["loc"] else ""
        if item["type"] == "extra_forbidden":
            yield Fault(
                source,
                0,
                f"{path}.{last}",
                _shown(item["input"]),
                _unknown_parameter(rule_class, parameter, last),
            )
        elif (
            item["type"] == "missing"
            and parameter
            and last in (names := {part.name: part for part in parameter.parts})
        ):
            yield Fault(
                source, 0, f"{path}.{last}", "", f"{names[last].expected}: it has to be given"
            )
        elif item["type"] == "value_error" or parameter is None:
            yield Fault(
                source,
                0,
                path,
                _shown(item["input"]),
                item["msg"].removeprefix("Value error, ").removeprefix("Input should be "),
            )
        else:
            yield Fault(source, 0, path, _shown(item["input"]), parameter.expected)


def kind_faults(
    source: str, rule_class: type[Constraint], parameters: Mapping[str, Any]
) -> Iterator[Fault]:
    """Values that a class would take for a number though none was written: true, "11", infinity."""
    weight = parameters.get("weight")
    if weight != "hard" and _no_number(weight):
        yield _weight_fault(source, rule_class, weight, "")
    for parameter in describe(rule_class).parameters:
        if parameter.name in parameters:
            yield from _kind_faults(
                source, f"{rule_class.id}.{parameter.name}", parameter, parameters[parameter.name]
            )


def _kind_faults(source: str, path: str, parameter: Parameter, value: Any) -> Iterator[Fault]:
    if isinstance(value, (list, tuple)):
        for number, each in enumerate(value, start=1):
            yield from _kind_faults(source, f"{path}[{number}]", parameter, each)
    elif isinstance(value, Mapping):
        for part in parameter.parts:
            if part.name in value:
                yield from _kind_faults(source, f"{path}.{part.name}", part, value[part.name])
    elif parameter.numeric and _no_number(value):
        yield Fault(source, 0, path, _shown(value), parameter.expected)


def _no_number(value: object) -> bool:
    return isinstance(value, (bool, str)) or (isinstance(value, float) and not math.isfinite(value))


def _weight_fault(source: str, rule_class: type[Constraint], value: object, said: str) -> Fault:
    default = rule_class.model_fields["weight"].default
    ways = ['"hard"'] * rule_class.may_be_hard + [
        "a price from 0 to 100,000"
    ] * rule_class.may_be_soft
    expected = said.removeprefix("Value error, ") or " or ".join(ways)
    shown = '"hard"' if default == "hard" else plain(default)
    return Fault(
        source, 0, f"{rule_class.id}.weight", _shown(value), f"{expected}; the default is {shown}"
    )


def _unknown_parameter(rule_class: type[Constraint], parameter: Parameter | None, name: str) -> str:
    if parameter is not None:
        inner = [part.name for part in parameter.parts]
        return f"a part of {parameter.name}: {', '.join(inner)}{nearest(name, inner)}"
    known = ["weight", *(each.name for each in describe(rule_class).parameters), "off"]
    return f"a parameter of {rule_class.id}: {', '.join(known)}{nearest(name, known)}"


def _walk(
    rule_id: str, level: Sequence[Parameter], location: Sequence[int | str]
) -> tuple[str, Parameter | None]:
    """The path of a location, and the innermost parameter on it; names that are ways of a type,
    such as `float`, are no part of it.
    """
    path, found = rule_id, None
    for part in location:
        if isinstance(part, int):
            path += f"[{part + 1}]"
            continue
        inner = next((parameter for parameter in level if parameter.name == part), None)
        if inner is not None:
            path, found, level = f"{path}.{part}", inner, inner.parts
    return path, found


def _shown(value: object) -> str:
    text = plain(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
