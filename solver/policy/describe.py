"""What a rule says of itself: meaning, source, parameters with unit, range and default. Read from
its class alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from types import MappingProxyType
from typing import Any, Literal

from solver.rule.constraint import Constraint, Unit

ONE = {Unit.HOURS: "hour", Unit.POINTS: "point", Unit.SHIFTS: "shift", Unit.DAYS: "day"}
"""What a price is for, in words; a unit that is not here goes by its symbol."""
ONE_PERSON, PEOPLE = "one person's shifts", "links people"
"""What a rule concerns."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a rule, or a part of one that is a table. `unit` is empty where it is no
    quantity.
    """

    name: str
    meaning: str
    unit: str
    kind: str
    """Type and range in words, such as "number from 0 to 48"."""
    numeric: bool
    bounds: Mapping[str, float]
    """Any of `least`, `most`, `above` and `below`, in the unit; of a list: of each that it
    holds.
    """
    default: Any
    """As TOML holds it; None where there is none."""
    needed: bool
    """Whether it has to be given: a part of something that the policy adds, such as a cap."""
    parts: tuple["Parameter", ...] = ()

    @property
    def expected(self) -> str:
        """What a value has to be, as a fault says it."""
        article = "" if self.kind.startswith(("true", "one of", '"')) else "a "
        unit = f" [{self.unit}]" if self.unit else ""
        default = (
            "" if self.default is None or self.parts else f"; the default is {plain(self.default)}"
        )
        return f"{article}{self.kind}{unit} ({self.meaning}){default}"

    def flat(self, above: str = "") -> Iterator[tuple[str, "Parameter"]]:
        """This parameter and its parts, each with its path such as `on_cost_percent.bank`."""
        path = f"{above}.{self.name}" if above else self.name
        yield path, self
        for part in self.parts:
            yield from part.flat(path)


@dataclass(frozen=True)
class RuleDescription:
    """A rule of the catalogue for people: what its class says, in words."""

    id: str
    title: str
    meaning: str
    remarks: str
    """What the class adds to its first paragraph; often nothing."""
    source: str
    scope: str
    unit: str
    """What its amount is counted in."""
    weight: Literal["hard"] | float
    """The default: "hard", or the price of one unit."""
    default: str
    """The default weight in words."""
    may_be_hard: bool
    may_be_soft: bool
    may_be_off: bool
    price_unit: str
    """What a weight that is a number counts."""
    parameters: tuple[Parameter, ...]

    @property
    def may_be(self) -> str:
        """Which of hard, priced and off a policy may choose."""
        allowed = (
            ["hard"] * self.may_be_hard + ["priced"] * self.may_be_soft + ["off"] * self.may_be_off
        )
        return " or ".join(allowed) if len(allowed) < 3 else "hard, priced or off"


@cache
def describe(rule_class: type[Constraint]) -> RuleDescription:
    """Everything that the class of a rule says about it."""
    paragraphs = cleandoc(rule_class.__doc__ or "").split("\n\n")
    schema = rule_class.model_json_schema()
    definitions = schema.get("$defs", {})
    parameters = tuple(_parameters(schema, definitions, {}, leave_out="weight"))
    weight = rule_class.model_fields["weight"].default
    return RuleDescription(
        id=rule_class.id,
        title=rule_class.title,
        meaning=_line(paragraphs[0]),
        remarks="\n\n".join(_line(paragraph) for paragraph in paragraphs[1:]),
        source=rule_class.source,
        scope=ONE_PERSON if rule_class.links.one_person else PEOPLE,
        unit=rule_class.unit.symbol,
        weight=weight,
        default=weight_in_words(rule_class, weight),
        may_be_hard=rule_class.may_be_hard,
        may_be_soft=rule_class.may_be_soft,
        may_be_off=rule_class.may_be_off,
        price_unit=_price_unit(rule_class),
        parameters=parameters,
    )


def weight_in_words(rule_class: type[Constraint], weight: Literal["hard"] | float) -> str:
    """ "hard", or the price of one unit of the rule's amount; an amount in pence has its price in
    itself.
    """
    if weight == "hard":
        return "hard"
    if rule_class.unit is Unit.PENCE:
        return (
            "priced as it comes"
            if weight == 1
            else f"priced at {plain(weight)} times what it comes to"
        )
    return f"priced at £{plain(weight)}{_price_unit(rule_class).removeprefix('£')}"


def _price_unit(rule_class: type[Constraint]) -> str:
    return (
        "factor"
        if rule_class.unit is Unit.PENCE
        else f"£ per {ONE.get(rule_class.unit, rule_class.unit.symbol)}"
    )


def plain(value: Any) -> str:
    """A value as a policy file holds it, without needless decimals: 11, 15.5, [80, 140], true."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(plain(each) for each in value) + "]"
    return str(value)


# --- from the schema of a class, where a new kind of field needs no code of its own

_BOUNDS = {
    "minimum": "least",
    "maximum": "most",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
}
_TYPES = {
    "number": ("number", "numbers"),
    "integer": ("whole number", "whole numbers"),
    "string": ("text", "texts"),
    "object": ("table", "tables"),
    "boolean": ("true or false", "of true or false"),
    "null": ("none", "nones"),
    "date": ("date", "dates"),
    "time": ("time", "times"),
}


def _parameters(
    schema: Mapping[str, Any],
    definitions: Mapping[str, Any],
    given: Mapping[str, Any],
    leave_out: str = "",
) -> Iterator[Parameter]:
    """`given`: defaults that the parameter around these has for them, which go before their own."""
    for name, raw in schema.get("properties", {}).items():
        if name == leave_out:
            continue
        field = _resolved(raw, definitions)
        found = re.fullmatch(r"(.*?)(?: \[([^\]]+)\])?", field.get("description", ""), re.DOTALL)
        meaning, unit = (found.group(1), found.group(2) or "") if found else ("", "")
        default = given.get(name, field.get("default"))
        item = _item(field, definitions)
        parts = _parameters(item, definitions, default if isinstance(default, Mapping) else {})
        yield Parameter(
            name=name,
            meaning=_line(meaning),
            unit=unit,
            kind=_kind(field, definitions),
            numeric=item.get("type") in ("number", "integer"),
            bounds=_bounds(item),
            default=default,
            needed=name in schema.get("required", ()) and name not in given,
            parts=tuple(parts),
        )


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """With what it refers to; what stands beside the reference goes before."""
    reference = schema.get("$ref")
    return {**definitions[reference.rsplit("/", 1)[1]], **schema} if reference else dict(schema)


def _item(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """What a value or each of a list's values is, without the possibility of none."""
    schema = _resolved(schema, definitions)
    if "anyOf" in schema:
        return _item(next(way for way in schema["anyOf"] if way.get("type") != "null"), definitions)
    if "prefixItems" in schema:
        return _item(schema["prefixItems"][0], definitions)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), Mapping):
            return _item(schema[inner], definitions)
    return dict(schema)


def _kind(schema: Mapping[str, Any], definitions: Mapping[str, Any], *, many: bool = False) -> str:
    schema = _resolved(schema, definitions)
    if "anyOf" in schema:
        return " or ".join(_kind(way, definitions, many=many) for way in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return "one of " + ", ".join(
            f'"{each}"' for each in schema.get("enum", [schema.get("const")])
        )
    if schema.get("type") == "array":
        count = f"{len(schema['prefixItems'])} " if "prefixItems" in schema else ""
        item = schema["prefixItems"][0] if count else schema.get("items", {})
        return f"list{'s' if many else ''} of {count}{_kind(item, definitions, many=True)}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return (
            f"table{'s' if many else ''} of"
            f" {_kind(schema['additionalProperties'], definitions, many=True)}"
        )
    name = schema.get("format") if schema.get("format") in _TYPES else schema.get("type", "")
    return _TYPES.get(str(name), ("value", "values"))[many] + _range(_bounds(schema), many=many)


def _bounds(schema: Mapping[str, Any]) -> Mapping[str, float]:
    return MappingProxyType({word: schema[key] for key, word in _BOUNDS.items() if key in schema})


def _range(bounds: Mapping[str, float], *, many: bool) -> str:
    if not bounds:
        return ""
    limits = {word: plain(value) for word, value in bounds.items()}
    if limits.keys() == {"least", "most"}:
        text = f"from {limits['least']} to {limits['most']}"
    else:
        words = {"least": "of at least", "most": "of at most", "above": "above", "below": "below"}
        text = " and ".join(f"{words[word]} {value}" for word, value in limits.items())
    return f", each {text}" if many else f" {text}"


def _line(paragraph: str) -> str:
    return " ".join(paragraph.split())
