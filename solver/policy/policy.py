"""A policy: which rules hold, which are priced, and their parameters. Data, as TOML over the
default.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from scheduler.domain import wording
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence, joined, ref, said
from solver.constraints import catalogue
from solver.constraints.minimum_cover import MinimumCover
from solver.constraints.pay import Pay
from solver.constraints.preferred_cover import PreferredCover
from solver.policy.faults import kind_faults, no_table, off_faults, parameter_faults, unknown_rule
from solver.rule.constraint import SIXTIETHS, Constraint

R = TypeVar("R", bound=Constraint)


class Policy:
    """Every rule of the catalogue that is on, with its parameters. Immutable.

    `notes`: what of a stored policy the catalogue no longer knows, each in a sentence.
    """

    def __init__(
        self, rules: Mapping[str, Constraint], *, pay: Pay, notes: Sequence[Sentence] = ()
    ) -> None:
        self.rules = dict(sorted(rules.items()))
        self.pay = pay
        self.notes = tuple(notes)

    @classmethod
    def from_tables(cls, *overlays: Mapping[str, Any], source: str = "policy") -> "Policy":
        """The default policy with tables of rule id -> parameters over it, the later over the
        earlier.

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
            if rule_id == Pay.id:
                pay = rule
            if not off:
                rules[rule_id] = rule
        if faults:
            raise BadInput(faults)
        assert isinstance(pay, Pay)
        return cls(rules, pay=pay)

    @classmethod
    def from_stored(cls, tables: Mapping[str, Any], *, source: str) -> "Policy":
        """The policy that a roster was made under, as `to_tables` wrote it then: nothing is added
        to it.

        A rule that it does not name was off, whether or not it was in the catalogue then; a rule or
        parameter that the catalogue no longer has becomes a note. Raises BadInput for values that
        no rule takes.
        """
        known, notes = catalogue(), list[Sentence]()
        gone = sorted(set(tables) - set(known))
        if gone:
            notes.append(
                said(
                    "{count} under which this was made {are} no longer in the catalogue and {are}"
                    " not judged: {rules}. Every other rule holds as it did.",
                    count=wording.counted(len(gone), "rule"),
                    are="is" if len(gone) == 1 else "are",
                    rules=joined((ref("rule", rule_id) for rule_id in gone), ", "),
                )
            )
        named = {rule_id: table for rule_id, table in tables.items() if rule_id in known}
        for rule_id, table in named.items():
            if not isinstance(table, Mapping):
                continue  # a fault, which from_tables names
            lost = sorted(set(table) - {*known[rule_id].model_fields, "off"})
            if lost:
                named[rule_id] = {name: value for name, value in table.items() if name not in lost}
                notes.append(
                    said(
                        "Of the rule {rule} under which this was made the catalogue no longer has:"
                        " {parameters}.",
                        rule=ref("rule", rule_id),
                        parameters=", ".join(lost),
                    )
                )
        policy = cls.from_tables(named, source=source)
        rules = {rule_id: rule for rule_id, rule in policy.rules.items() if rule_id in named}
        return cls(rules, pay=policy.pay, notes=notes)

    def to_tables(self) -> dict[str, dict[str, Any]]:
        """Rule id -> all parameters; rules that are off have `off = true`. Reads back as the same
        policy.
        """
        tables: dict[str, dict[str, Any]] = {}
        for rule_id in catalogue():
            if rule_id in self.rules:
                tables[rule_id] = self.rules[rule_id].model_dump(mode="json", exclude_none=True)
            else:
                kept = (
                    self.pay.model_dump(mode="json", exclude_none=True) if rule_id == Pay.id else {}
                )
                tables[rule_id] = {**kept, "off": True}
        return tables

    def rule(self, kind: type[R]) -> R | None:
        """The rule of a class as this policy has it; None where it is off."""
        found = self.rules.get(kind.id)
        return found if isinstance(found, kind) else None

    def rule_or_default(self, kind: type[R]) -> R:
        """The rule of a class as this policy has it, or with its defaults where it is off."""
        return self.rule(kind) or kind.model_validate({})

    def hard_rule(self, kind: type[R]) -> R | None:
        """The rule of a class where this policy has it as a hard one."""
        found = self.rule(kind)
        return found if found is not None and found.hard else None

    def empty_pence(self, duty: Duty, *, required: bool = True) -> float | None:
        """What one empty place of a duty costs in the objective [pence], required or preferred
        above that; None where it has no price.
        """
        cover = self.rule(MinimumCover) if required else self.rule(PreferredCover)
        return None if cover is None or cover.hard else cover.each(duty) * cover.price() / SIXTIETHS

    def applying(self, problem: Problem) -> list[Constraint]:
        """The rules that can say something about a problem, sorted by id."""
        return [rule for rule in self.rules.values() if rule.applies(problem)]
