"""A policy: which rules hold, which are priced, and their parameters. Data, as TOML over the default."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.problem import Problem
from solver.constraint import Constraint
from solver.constraints import catalogue
from solver.constraints.pay import Pay
from solver.policy_faults import kind_faults, no_table, off_faults, parameter_faults, unknown_rule


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
                    faults.append(unknown_rule(source, rule_id, list(merged)))
                elif not isinstance(parameters, Mapping):
                    faults.append(no_table(source, rule_id, parameters))
                else:
                    merged[rule_id].update(parameters)
        rules: dict[str, Constraint] = {}
        for rule_id, rule_class in catalogue().items():
            parameters = dict(merged[rule_id])
            off = parameters.pop("off", False)
            faults.extend(off_faults(source, rule_class, off))
            wrong = {fault.column: fault for fault in kind_faults(source, rule_class, parameters)}
            try:
                rule = rule_class(**parameters)
            except ValidationError as error:
                for fault in parameter_faults(source, rule_class, error):
                    wrong.setdefault(fault.column, fault)
            faults.extend(wrong.values())
            if wrong:
                continue
            if rule_id == "pay":
                pay = rule
            if not off:
                rules[rule_id] = rule
        if faults:
            raise BadInput(faults)
        assert isinstance(pay, Pay)
        return cls(rules, pay=pay)

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
