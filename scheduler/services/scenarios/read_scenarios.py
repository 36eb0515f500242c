"""Scenarios read from TOML files, with every fault named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, get_args

from pydantic import BaseModel, ValidationError

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts.clearance import Route
from scheduler.domain.problem import Period
from scheduler.domain.wording import either, nearest
from scheduler.services.scenarios.changes.part import ScenarioPart, Wrong
from scheduler.services.scenarios.scenario import (
    CHANGES,
    MOST_LETTERS,
    Scenario,
    composed,
    in_order,
)
from scheduler.storage.toml_file import read_tables
from solver.policy.policy import Policy

MOST_FILES = 500
"""Files of a folder that are looked through for a name in `with`."""


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario and what its file is called."""

    file: str
    scenario: Scenario


class NamedScenarios(Protocol):
    """Scenarios that go by a name, such as those that are kept."""

    def find(self, wanted: str) -> Scenario | None:
        """The one of this name, None where there is none. Raises BadInput where it cannot be read
        any more.
        """

    def names(self) -> list[str]:
        """By which they are found."""


class NoneKept:
    """Where there are files alone."""

    def find(self, wanted: str) -> Scenario | None:
        """There is none."""
        return None

    def names(self) -> list[str]:
        """There are none."""
        return []


def read_scenarios(
    paths: Sequence[Path],
    dataset: Dataset,
    period: Period,
    policy: Mapping[str, Any] | None,
    kept: NamedScenarios | None = None,
) -> list[ScenarioFile]:
    """Scenarios that fit the dataset and the policy: those in files, and where no file is, those
    that are `kept` under the name that stands there.

    Each is composed of those that it names `with`: one in a file among these files, then in the
    folder of its own file, by the name of the file or of the scenario, then among those kept; one
    that is kept among those kept alone. Raises BadInput with every fault of every scenario.
    """
    shelf = NoneKept() if kept is None else kept
    faults: list[Fault] = []
    found = []
    for path in paths:
        try:
            named = None if path.is_file() else shelf.find(str(path))
            if named is None:
                require_there(path, shelf)
            source = path.name if named is None else named.name
            scenario = named or parse_scenario(read_tables(path), source)
            known = shelf if named is not None else _Shelf(path, paths, shelf)
            whole = fitting(scenario, known, dataset, period, source, policy)
        except BadInput as error:
            faults += error.faults
        else:
            found.append(ScenarioFile(source, whole))
    if faults:
        raise BadInput(faults)
    return _told_apart(found)


AS_IT_IS = "As it is"
"""What the weeks without any change are called."""


def _told_apart(files: Sequence[ScenarioFile]) -> list[ScenarioFile]:
    """Those of a name that another before them has, or the weeks as they are, with a number."""
    taken, found = {AS_IT_IS}, []
    for file in files:
        name, number = file.scenario.name, 1
        while name in taken:
            number += 1
            more = f" ({number})"
            name = file.scenario.name[: MOST_LETTERS - len(more)] + more
        taken.add(name)
        found.append(replace(file, scenario=file.scenario.model_copy(update={"name": name})))
    return found


def read_whole(path: Path) -> tuple[Scenario, Scenario]:
    """The scenario in a file as it was written, and with the changes of those beside it that it
    names `with`. Raises BadInput.
    """
    scenario = parse_scenario(read_tables(path), path.name)
    beside = _Shelf(path, [path], NoneKept())
    return scenario, composed(scenario, beside.find, source=path.name, known=beside.names())


def require_there(path: Path, kept: NamedScenarios) -> None:
    """Raises BadInput for what is no file and looks like a name: nothing is kept under it."""
    if path.exists() or path.suffix == ".toml" or len(path.parts) != 1 or not kept.names():
        return
    names = kept.names()
    expected = f"a file, or a scenario that is kept: {', '.join(names)}"
    raise BadInput([Fault(str(path), 0, "", "", expected + _nearest(str(path), names))])


def fitting(
    scenario: Scenario,
    known: NamedScenarios,
    dataset: Dataset,
    period: Period,
    source: str,
    policy: Mapping[str, Any] | None = None,
) -> Scenario:
    """The scenario composed of those that it names, if it fits the facts and the policy. Raises
    BadInput naming all that does not.
    """
    whole = composed(scenario, known.find, source=source, known=known.names())
    wrong = list(_wrong(in_order(scenario, known.find), whole, dataset, period, source))
    if wrong:
        raise BadInput(wrong)
    Policy.from_tables(
        policy or {},
        *whole.overlays(whole.apply(dataset, period), period),
        source=f"{source} [policy]",
    )
    return whole


class _Shelf:
    """The scenarios that one in a file may name."""

    def __init__(self, path: Path, paths: Sequence[Path], kept: NamedScenarios) -> None:
        beside = sorted(path.parent.glob("*.toml"))[:MOST_FILES] if path.parent.is_dir() else []
        self._paths = [one for one in dict.fromkeys([*paths, *beside]) if one.is_file()]
        self._kept = kept
        self._read: dict[Path, Scenario | None] = {}

    def find(self, wanted: str) -> Scenario | None:
        """By the name of the file, with its ending or without, else by that of the scenario, else
        by that under which it is kept. Raises BadInput where the file of this name holds no
        scenario.
        """
        for path in self._paths:
            if wanted in (path.name, path.stem):
                return parse_scenario(read_tables(path), path.name)
        for path in self._paths:
            scenario = self._readable(path)
            if scenario is not None and scenario.name == wanted:
                return scenario
        return self._kept.find(wanted)

    def _readable(self, path: Path) -> Scenario | None:
        if path not in self._read:
            try:
                self._read[path] = parse_scenario(read_tables(path), path.name)
            except BadInput:  # whatever it is, nobody has named it
                self._read[path] = None
        return self._read[path]

    def names(self) -> list[str]:
        """What may stand in `with`."""
        called = [self._readable(path) for path in self._paths]
        return [
            *(path.name for path in self._paths),
            *(scenario.name for scenario in called if scenario is not None),
            *self._kept.names(),
        ]


def parse_scenario(tables: Mapping[str, Any], source: str) -> Scenario:
    """Raises BadInput naming every key that is unknown, missing or has no meaning."""
    try:
        return Scenario.model_validate(dict(tables), by_name=False)
    except ValidationError as error:
        raise BadInput([_fault(source, item) for item in error.errors()]) from None


A_TABLE, A_TEXT, YES_OR_NO = "a table", "a text", "true or false"
A_DAY, A_NUMBER, A_WHOLE_NUMBER = "a date, such as 2027-01-01", "a number", "a whole number"
KINDS = {
    "tuple_type": "a list, or tables that are written [[like this]]",
    "dict_type": A_TABLE,
    "model_type": A_TABLE,
    "model_attributes_type": A_TABLE,
    "string_type": A_TEXT,
    "string_too_short": "a text that is not empty",
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "int_type": A_WHOLE_NUMBER,
    "int_parsing": A_WHOLE_NUMBER,
    "int_parsing_size": A_WHOLE_NUMBER,
    "int_from_float": A_WHOLE_NUMBER,
    "float_type": A_NUMBER,
    "float_parsing": A_NUMBER,
    "date_type": A_DAY,
    "date_parsing": A_DAY,
    "date_from_datetime_parsing": A_DAY,
    "date_from_datetime_inexact": A_DAY,
}
"""What was expected where the kind of a value is wrong."""


def _fault(source: str, item: Any) -> Fault:
    location: list[str | int] = list(item["loc"])
    column = "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location
    ).lstrip(".")
    if item["type"] == "missing":
        return Fault(source, 0, column, "", "a value: this key is needed")
    if item["type"] == "extra_forbidden":
        known = keys_of(_model_at(location[:-1]))
        return Fault(
            source,
            0,
            column,
            "",
            f"a known key{_nearest(str(location[-1]), known)}; known are {', '.join(known)}",
        )
    kind, limit = item["type"], item.get("ctx", {})
    expected = KINDS.get(kind) or item["msg"].removeprefix("Value error, ").removeprefix(
        "Input should be "
    )
    if kind == "string_too_long":
        expected = f"at most {limit['max_length']} letters"
    if column.endswith("route"):
        expected += _nearest(str(item["input"]), get_args(Route))
    return Fault(source, 0, column, str(item["input"])[:80], expected)


def keys_of(part: type[BaseModel]) -> list[str]:
    """The keys that a table of this kind may have, as they are written."""
    return [field.alias or name for name, field in part.model_fields.items()]


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    """The part of a scenario that a location lies in."""
    found: type[BaseModel] = Scenario
    for name in location:
        if isinstance(name, str) and name in found.model_fields:
            annotation = found.model_fields[name].annotation
            inner = [annotation, *get_args(annotation)]
            found = next(
                (kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)),
                found,
            )
    return found


REFERENCES = {
    "id": "temporary_supply",
    "procedure_id": "procedure",
    "role_id": "role",
    "service_id": "service",
    "move_to_service_id": "service",
    "competency_id": "competency",
    "site_id": "site",
    "home_site_id": "site",
    "base_site_id": "site",
    "move_to_site_id": "site",
    "shift_type_id": "shift_type",
    "staff_ids": "staff",
    "organisation_id": "organisation",
    "from_organisation_id": "organisation",
    "home_organisation_id": "organisation",
    "host_organisation_id": "organisation",
    "organisation_ids": "organisation",
}
"""Key of a change -> the file whose ids it names."""


def _wrong(
    order: Sequence[Scenario], whole: Scenario, dataset: Dataset, period: Period, source: str
) -> Iterator[Fault]:
    """What is wrong with the changes of a scenario, each beside the facts as those before it leave
    them. `order`: the scenarios of which it is composed.
    """
    if whole.alone and whole.agreement:
        yield Fault(
            source,
            0,
            "agreement",
            "",
            "no new agreement where `alone = true`: no agreement is used then",
        )
    changed = dataset.with_facts(sharing_agreement=()) if whole.alone else dataset
    for key in CHANGES:
        for one in order:
            of = "" if one is order[-1] else f" of {one.name}"
            for number, part in enumerate(getattr(one, key), start=1):
                place = f"{key}[{number}]"
                faults = list(_unknown_ids(part, dataset)) or list(part.faults(changed, period))
                for wrong in faults:
                    column = f"{place}.{wrong.key}" if wrong.key else place
                    yield Fault(source, 0, column + of, wrong.value, wrong.expected)
                if not faults:
                    changed = part.apply(changed, period)


def _unknown_ids(part: ScenarioPart, dataset: Dataset) -> Iterator[Wrong]:
    for column, value in part:
        file = REFERENCES.get(column)
        if file is None or value is None:
            continue
        # files of different classes: only those with ids are named here, which types cannot tell
        known = [str(getattr(fact, "id")) for fact in dataset.rows(file)]  # noqa: B009
        for wanted in value if isinstance(value, tuple) else (value,):
            if wanted not in known:
                yield Wrong(
                    column, wanted, f"the id of a row of {file}.csv{_nearest(wanted, known)}"
                )


def _nearest(name: str, known: Iterable[str]) -> str:
    found = nearest(name, known)
    return f" (nearest: {either(found)})" if found else ""
