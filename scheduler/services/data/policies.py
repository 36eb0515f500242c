"""Policies as data: find one by its name, show all of it, check it, say how two differ; and the
catalogue of rules.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.domain.errors import BadInput, Fault, NotFound
from scheduler.domain.wording import either, nearest
from scheduler.services.data.shipped import shipped
from scheduler.storage.toml_file import read_tables
from scheduler.storage.toml_text import toml_text, toml_value
from solver.constraints import catalogue
from solver.policy.describe import Parameter, RuleDescription, describe, weight_in_words
from solver.policy.policy import Policy

FOLDER = Path("data/policies")
"""Where policies lie that go by their name alone, from the working folder or from the program's
own.
"""
DEFAULT = "the default policy"


@dataclass(frozen=True)
class Shown:
    """A whole policy: what it is called, its tables (rule id -> all parameters), and as the text of
    a TOML file.
    """

    name: str
    tables: dict[str, dict[str, Any]]
    text: str


@dataclass(frozen=True)
class ParameterChange:
    """One thing in which two policies differ. `parameter`: its path, or `weight` for how the rule
    counts (hard, a price, off).
    """

    rule: str
    title: str
    parameter: str
    meaning: str
    unit: str
    one: Any
    """Its value in the first policy, as TOML holds it; None where there is none."""
    other: Any
    one_in_words: str
    other_in_words: str


@dataclass(frozen=True)
class PolicyDifference:
    """All that two policies differ in, by rule and parameter."""

    one: str
    other: str
    changes: tuple[ParameterChange, ...]
    rules: int
    """How many rules there are."""

    @property
    def changed_rules(self) -> dict[str, str]:
        """Id -> title of the rules that differ."""
        return {change.rule: change.title for change in self.changes}


# --- what a user does


def show(given: Path | None = None) -> Shown:
    """The whole policy that results from the default with a file over it. Raises BadInput naming
    every fault.
    """
    return shown(_name(given), read_policy(given))


def shown(name: str, policy: Policy) -> Shown:
    """A policy in hand as `show` gives one that lies in a file."""
    tables = policy.to_tables()
    heading = f"A whole policy: {name if name == DEFAULT else f'{DEFAULT} with {name} over it'}."
    described = [describe(catalogue()[rule_id]) for rule_id in tables]
    titles = {rule.id: f"{rule.title} ({rule.source})" for rule in described}
    return Shown(
        name,
        tables,
        toml_text(tables, heading=heading, titles=titles, remarks=_remarks(described, tables)),
    )


def check(given: Path) -> PolicyDifference:
    """What a sound policy changes of the default. Raises BadInput naming every fault, each with a
    suggestion.
    """
    return difference(given)


def difference(one: Path, other: Path | None = None) -> PolicyDifference:
    """How two policies differ; the second is the default if none is given. Raises BadInput for
    faults of both at once.
    """
    policies, faults = [], []
    for given in (one, other):
        try:
            policies.append(read_policy(given))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return difference_between(_name(one), policies[0], _name(other), policies[1])


def difference_between(one: str, first: Policy, other: str, second: Policy) -> PolicyDifference:
    """How two policies in hand differ, each with what it is called."""
    changes = _changes(first.to_tables(), second.to_tables())
    return PolicyDifference(one, other, tuple(changes), len(catalogue()))


def rules(rule_id: str | None = None) -> list[RuleDescription]:
    """The catalogue, or one rule of it. Raises NotFound with the nearest."""
    described = {known: describe(rule_class) for known, rule_class in catalogue().items()}
    if rule_id is None:
        return list(described.values())
    if rule_id in described:
        return [described[rule_id]]
    names = {rule.title.lower(): known for known, rule in described.items()} | {
        known: known for known in described
    }
    near = dict.fromkeys(names[name] for name in nearest(rule_id, names, cutoff=0.5))
    advice = f"Maybe {either(list(near))}?" if near else "`scheduler rules` lists them all."
    raise NotFound(f"No rule {rule_id!r} in the catalogue. {advice}")


def sample(rule: RuleDescription) -> str:
    """A rule's table with its defaults, ready to be put into a policy file."""
    tables = {rule.id: Policy.from_tables().to_tables()[rule.id]}
    return toml_text(tables, remarks=_remarks([rule], tables))


# --- files


def read_policy(given: Path | None) -> Policy:
    """The default with a file over it, or the default."""
    if given is None:
        return Policy.from_tables()
    file = policy_file(given)
    return Policy.from_tables(read_tables(file), source=str(given) if file == given else file.name)


def policy_file(given: Path) -> Path:
    """The file that is meant: a path, or the bare name of a policy in data/policies. Raises
    BadInput naming those that there are.
    """
    if given.is_file() or given.suffix or len(given.parts) != 1:
        return given
    known = named_policies()
    if str(given) in known:
        return known[str(given)]
    raise BadInput([no_such_policy(str(given))])


def no_such_policy(name: str, saved: Collection[str] = ()) -> Fault:
    """The fault of a name that no policy has, with the nearest. `saved`: names of those that lie in
    no file.
    """
    names = [*named_policies(), *saved]
    near = nearest(name, names, cutoff=0.5)
    there_are = f"; there is {', '.join(names)}" if names else ""
    expected = (
        "a file, or the name of a policy that was saved or lies in"
        f" {FOLDER}{f' (nearest: {either(near)})' if near else ''}{there_are}"
    )
    return Fault(name, 0, "", "", expected)


def named_policies() -> dict[str, Path]:
    """Name -> file of the policies that come with the program or lie below the working folder,
    which go first.
    """
    folders = (shipped("policies"), Path.cwd() / FOLDER)
    found = {file.stem: file for folder in folders for file in folder.glob("*.toml")}
    return dict(sorted(found.items()))


def _name(given: Path | None) -> str:
    return DEFAULT if given is None else str(given)


# --- words


def _remarks(
    described: Iterable[RuleDescription], tables: Mapping[str, Mapping[str, Any]]
) -> dict[tuple[str, str], str]:
    """What the keys of rules' tables mean, for the lines on which they stand."""
    found = {}
    for rule in described:
        if tables[rule.id].get("weight", "hard") != "hard":
            found[rule.id, "weight"] = f"[{rule.price_unit}]"
        for parameter in rule.parameters:
            found[rule.id, parameter.name] = parameter.meaning + (
                f" [{parameter.unit}]" if parameter.unit else ""
            )
    return found


def _changes(
    one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]
) -> Iterator[ParameterChange]:
    for rule_id, rule_class in catalogue().items():
        description, pair = describe(rule_class), (one[rule_id], other[rule_id])
        weights: list[Any] = ["off" if table.get("off") else table["weight"] for table in pair]
        if weights[0] != weights[1]:
            words = [
                "off" if weight == "off" else weight_in_words(rule_class, weight)
                for weight in weights
            ]
            yield ParameterChange(
                rule_id, description.title, "weight", "", description.price_unit, *weights, *words
            )
        # a rule that is off has no parameters, but pay has them still: they are what the roster's
        # cost is told by
        if all(len(table.keys() - {"off", "weight"}) > 0 for table in pair):
            for parameter in description.parameters:
                yield from _parameter_changes(
                    description,
                    parameter.name,
                    parameter,
                    *(table.get(parameter.name) for table in pair),
                )


def _parameter_changes(
    description: RuleDescription, path: str, parameter: Parameter, one: Any, other: Any
) -> Iterator[ParameterChange]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping) and parameter.parts:
        for part in parameter.parts:
            yield from _parameter_changes(
                description, f"{path}.{part.name}", part, one.get(part.name), other.get(part.name)
            )
        return
    words = [in_words(value, parameter.unit) for value in (one, other)]
    yield ParameterChange(
        rule=description.id,
        title=description.title,
        parameter=path,
        meaning=parameter.meaning,
        unit=parameter.unit,
        one=one,
        other=other,
        one_in_words=words[0],
        other_in_words=words[1],
    )


def in_words(value: Any, unit: str) -> str:
    """A value with its unit as people read it: 11 h, £2 per shift, 15.5 %; none for none."""
    if value is None or value == []:
        return "none"
    if isinstance(value, (list, tuple)):
        return (
            ", ".join(in_words(each, "£" if unit.startswith("£") else "") for each in value)
            + f" {unit.removeprefix('£').strip()}".rstrip()
        )
    if isinstance(value, (bool, str, Mapping)):
        return value if isinstance(value, str) else toml_value(value)
    number = toml_value(value)
    if unit.startswith("£"):
        return f"£{number}{unit[1:]}"
    return number if unit in ("", "factor") else f"{number} {unit}"
