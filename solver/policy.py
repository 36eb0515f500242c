"""A policy: which rules hold, which are priced, and their parameters. Data, as TOML over the default."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.problem import Problem
from solver.constraint import Constraint
from solver.constraints import catalogue
from solver.constraints.pay import Pay


class Policy:
    """Every rule of the catalogue that is on, with its parameters. Immutable."""

    def __init__(self, rules: Mapping[str, Constraint], *, pay: Pay) -> None:
        self.rules = dict(sorted(rules.items()))
        self.pay = pay

    @classmethod
    def from_tables(cls, *overlays: Mapping[str, Any], source: str = "policy") -> "Policy":
        """The default policy with tables of rule id -> parameters over it, the later over the earlier.

        `off = true` in a table switches a rule off. Raises BadInput naming every fault.
        """
        merged: dict[str, dict[str, Any]] = {rule_id: {} for rule_id in catalogue()}
        faults: list[Fault] = []
        for overlay in overlays:
            for rule_id, parameters in overlay.items():
                if rule_id not in merged:
                    faults.append(Fault(source, 0, rule_id, "", f"the id of a rule{_nearest(rule_id, list(merged))}"))
                elif not isinstance(parameters, Mapping):
                    faults.append(Fault(source, 0, rule_id, str(parameters), f"a table, such as [{rule_id}] with weight = 5 below it"))
                else:
                    merged[rule_id].update(parameters)
        rules: dict[str, Constraint] = {}
        for rule_id, rule_class in catalogue().items():
            parameters = dict(merged[rule_id])
            off = parameters.pop("off", False)
            try:
                rule = rule_class(**parameters)
            except ValidationError as error:
                faults.extend(_faults(source, rule_id, rule_class, error))
                continue
            if not isinstance(off, bool):
                faults.append(Fault(source, 0, f"{rule_id}.off", str(off), "true or false"))
            elif off and not rule_class.may_be_off:
                faults.append(Fault(source, 0, f"{rule_id}.off", "true", "false: this rule always holds"))
            if rule_id == "pay":
                pay = rule
            if not off:
                rules[rule_id] = rule
        if faults:
            raise BadInput(faults)
        assert isinstance(pay, Pay)
        return cls(rules, pay=pay)

    @classmethod
    def from_file(cls, path: Path) -> "Policy":
        return cls.from_tables(read_tables(path), source=path.name)

    def to_tables(self) -> dict[str, dict[str, Any]]:
        """Rule id -> all parameters; rules that are off have `off = true`. Reads back as the same policy."""
        tables: dict[str, dict[str, Any]] = {}
        for rule_id in catalogue():
            if rule_id in self.rules:
                tables[rule_id] = self.rules[rule_id].model_dump(mode="json", exclude_none=True)
            else:
                kept = self.pay.model_dump(mode="json", exclude_none=True) if rule_id == "pay" else {}
                tables[rule_id] = {**kept, "off": True}
        return tables

    def applying(self, problem: Problem) -> list[Constraint]:
        """The rules that can say something about a problem, sorted by id."""
        return [rule for rule in self.rules.values() if rule.applies(problem)]


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; faults of form become BadInput."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput([Fault(str(path), 0, "", "", "a file that exists")]) from None
    except UnicodeDecodeError:
        raise BadInput([Fault(path.name, 0, "", "", "text in UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput([Fault(path.name, 0, "", "", f"TOML: {error}")]) from None


def _nearest(name: str, known: list[str]) -> str:
    match = get_close_matches(name, known, n=1, cutoff=0.6)
    return f" (nearest: {match[0]})" if match else ""


def _faults(source: str, rule_id: str, rule_class: type[Constraint], error: ValidationError) -> list[Fault]:
    found = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"] if part != "literal['hard']" and part != "float")
        expected = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        if item["type"] == "extra_forbidden":
            expected = f"a parameter of {rule_id}: {', '.join(rule_class.model_fields)}{_nearest(name, list(rule_class.model_fields))}"
        found.append(Fault(source, 0, f"{rule_id}.{name}", str(item["input"]), expected))
    return found
