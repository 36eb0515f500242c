"""Scenarios that are kept under a name within a collaborative: found, listed, saved, withdrawn;
every version stays.

Who may look and save: whoever may test scenarios in the collaborative. A scenario is kept as it was
written, with the names of those that it is built on: whenever it is used, their newest versions
count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import ndiff
from pathlib import Path
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.problem import Period
from scheduler.services.accounts.gate import asks
from scheduler.services.data.kept_versions import (
    KeptVersion,
    SavedVersion,
    last_of,
    name_expected,
    newest,
    not_found,
    plain_name,
    reason,
    says_the_same,
    to_withdraw,
    with_savers,
)
from scheduler.services.scenarios.read_scenarios import (
    NamedScenarios,
    fitting,
    parse_scenario,
    require_there,
)
from scheduler.services.scenarios.scenario import Scenario, composed
from scheduler.services.scenarios.scenario_text import scenario_tables, scenario_text, tables_text
from scheduler.services.view.roster_tables import weeks
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import read_tables, tables_of
from solver.policy.policy import Policy

WEEK = 7


@dataclass(frozen=True)
class KeptScenario:
    """A version of a kept scenario. `scenario`: as it was written; `whole`: with the changes of
    those on which it is built, as they are now.
    """

    version: KeptVersion
    scenario: Scenario
    whole: Scenario

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return self.version.name

    @property
    def text(self) -> str:
        """Its TOML, as it was written."""
        return scenario_text(self.scenario)

    @property
    def whole_text(self) -> str:
        """Its TOML with all on which it is built: needs nothing else to be read."""
        return scenario_text(self.whole)


@dataclass(frozen=True)
class TriedScenario:
    """What can be said of a scenario before it is saved. `faults`: why it cannot be; `remarks`:
    what does not fit the facts of the week that begins on `week`, the key of the change with what
    is wrong there; it can be saved all the same. `scenario`, `whole`: None where it does not read.
    """

    week: date
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    scenario: Scenario | None = None
    whole: Scenario | None = None

    def notes(self) -> list[str]:
        """The remarks in words."""
        beginning = f"It does not fit the week of {self.week:%-d %B %Y}: "
        return [
            f"{beginning}{one.column}: expected {one.expected}"
            + (f", not {one.value!r}" if one.value else "")
            for one in self.remarks
        ]


@dataclass(frozen=True)
class ScenarioSaved:
    """A version that was added, and what whoever uses it should know."""

    version: KeptVersion
    notes: tuple[str, ...]


class KeptScenarios:
    """What is kept in a collaborative, to be found by name; whoever asks has been let in. `being`:
    one that goes by its name before it is saved.
    """

    def __init__(
        self, repository: Repository, collaborative_id: str, being: Scenario | None = None
    ) -> None:
        versions = newest(repository.scenarios.versions(collaborative_id))
        self._known = {plain_name(one.name): one for one in versions}
        self._being = being

    def find(self, wanted: str) -> Scenario | None:
        """The newest version of this name. Raises BadInput where it does not read any more."""
        if self._being is not None and plain_name(wanted) == plain_name(self._being.name):
            return self._being
        version = self.version(wanted)
        return None if version is None else read_version(version)

    def version(self, wanted: str) -> KeptVersion | None:
        """The newest version of this name; None where there is none, or it was withdrawn."""
        return self._known.get(plain_name(wanted))

    def spelt(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names as they were spelt when they were first saved; others as they are."""
        found = [(self.version(name), name) for name in names]
        return tuple(name if version is None else version.name for version, name in found)

    def names(self) -> list[str]:
        """Of those kept, sorted."""
        return sorted((one.name for one in self._known.values()), key=plain_name)


# --- look


@asks("test_scenarios", collaborative="collaborative_id")
def kept_scenarios(repository: Repository, collaborative_id: str) -> list[SavedVersion]:
    """The newest version of each scenario that is kept, by name; those that were withdrawn are left
    out.
    """
    every = repository.scenarios.versions(collaborative_id)
    found = sorted(newest(every), key=lambda one: plain_name(one.name))
    return with_savers(repository, found, every)


@asks("test_scenarios", collaborative="collaborative_id")
def scenario_history(
    repository: Repository, name: str, collaborative_id: str
) -> list[SavedVersion]:
    """Every version of a name, the newest first. Raises NotFound."""
    every = repository.scenarios.versions(collaborative_id)
    found = [one for one in every if plain_name(one.name) == plain_name(name)]
    if not found:
        raise not_found(name, every, "scenario")
    return with_savers(repository, found, every)


@asks("test_scenarios", collaborative="collaborative_id")
def find_scenario(repository: Repository, name: str, collaborative_id: str) -> KeptScenario:
    """The newest version of this name, whatever its letters' case, with all on which it is built.
    Raises NotFound, also where it was withdrawn, and BadInput where it or another on which it is
    built does not read any more.
    """
    shelf = KeptScenarios(repository, collaborative_id)
    version = shelf.version(name)
    if version is None:
        known = newest(repository.scenarios.versions(collaborative_id))
        raise not_found(name, known, "scenario")
    scenario = read_version(version)
    whole = composed(scenario, shelf.find, source=version.name, known=shelf.names())
    return KeptScenario(version, scenario, whole)


def read_version(version: KeptVersion) -> Scenario:
    """A version as scenarios are understood now. Raises BadInput for what has no meaning any
    more.
    """
    source = f"the scenario {version.name}, version {version.version}"
    return parse_scenario({**version.tables, "name": version.name}, source)


def tables_of_text(text: bytes, source: str) -> dict[str, Any]:
    """The tables of a scenario's TOML. Raises BadInput."""
    return tables_of(text, source)


@asks("test_scenarios", collaborative="collaborative_id")
def tables_given(repository: Repository, given: Path, collaborative_id: str) -> dict[str, Any]:
    """The tables of a file that is there, else of the scenario that is kept under this name. Raises
    BadInput, and NotFound where it is neither.
    """
    shelf = KeptScenarios(repository, collaborative_id)
    version = None if given.is_file() else shelf.version(str(given))
    if version is not None:
        return dict(version.tables)
    require_there(given, shelf)
    return read_tables(given)


def differences(before: KeptVersion, after: KeptVersion) -> list[str]:
    """What a version says otherwise than another, line by line of their TOML: `- ` of what is gone,
    `+ ` of what has come.
    """
    lines = [tables_text({"name": one.name, **one.tables}) for one in (before, after)]
    return [
        line
        for line in ndiff(lines[0].splitlines(), lines[1].splitlines())
        if line[:2] in ("- ", "+ ") and line[2:].strip()
    ]


@asks("test_scenarios", collaborative="collaborative_id")
def try_scenario(
    repository: Repository,
    name: str,
    tables: Mapping[str, Any],
    collaborative_id: str,
    *,
    week: date | None = None,
    source: str = "scenario",
) -> TriedScenario:
    """What would be said of a scenario under this name: all its faults at once, and what of it does
    not fit the facts of a week, by itself the one that is under way, or the next that there is.
    """
    return _tried(repository, name, tables, collaborative_id, week=week, source=source)


def _tried(
    repository: Repository,
    name: str,
    tables: Mapping[str, Any],
    collaborative_id: str,
    *,
    week: date | None = None,
    source: str = "scenario",
) -> TriedScenario:
    first = week or _week(repository, collaborative_id)
    spoken, faults = " ".join(name.split()), list[Fault]()
    if wrong := name_expected(spoken, "scenario"):
        faults.append(Fault(source, 0, "name", name, wrong))
    # a name that cannot be is one fault, whatever a scenario says of its own
    named = {**tables, "name": "a name" if wrong else spoken}
    scenario = whole = None
    remarks: Iterable[Fault] = ()
    try:
        scenario = parse_scenario(named, source)
        shelf = KeptScenarios(repository, collaborative_id, scenario)
        scenario = scenario.model_copy(update={"based_on": shelf.spelt(scenario.based_on)})
        shelf = KeptScenarios(repository, collaborative_id, scenario)
        faults += _policy_faults(scenario, source)
        whole = composed(scenario, shelf.find, source=source, known=shelf.names())
    except BadInput as error:
        faults += error.faults
    if scenario is not None and whole is not None and not faults:
        dataset = repository.dataset()
        remarks = _remarks(scenario, shelf, dataset, Period(first, WEEK), source)
    return TriedScenario(first, tuple(faults), tuple(remarks), scenario, whole)


def _policy_faults(scenario: Scenario, source: str) -> list[Fault]:
    try:
        Policy.from_tables(scenario.policy, source=f"{source} [policy]")
    except BadInput as error:
        return error.faults
    return []


def _remarks(
    scenario: Scenario, shelf: NamedScenarios, dataset: Dataset, period: Period, source: str
) -> list[Fault]:
    try:
        fitting(scenario, shelf, dataset, period, source)
    except BadInput as error:
        return error.faults
    return []


def _week(repository: Repository, collaborative_id: str) -> date:
    """The week under way if there is demand in it, else the next, else the last that there is."""
    today = date.today()
    monday = today - timedelta(days=today.weekday())
    known = sorted(weeks(repository, collaborative_id))
    return next((one for one in known if one >= monday), known[-1] if known else monday)


# --- change


@asks("test_scenarios", collaborative="collaborative_id")
def save_scenario(
    repository: Repository,
    name: str,
    tables: Mapping[str, Any],
    collaborative_id: str,
    *,
    why: str = "",
    source: str = "scenario",
    week: date | None = None,
) -> ScenarioSaved:
    """Save the tables of a scenario under a name, as its next version. What does not fit the facts
    of a week is a note: facts come and go.

    Raises BadInput naming every fault of the tables and the name, BadRequest for a reason that is
    too long and where the newest version says the same.
    """
    told = reason(why)
    tried = _tried(repository, name, tables, collaborative_id, week=week, source=source)
    if tried.faults or tried.scenario is None:
        raise BadInput(list(tried.faults))
    document = {
        key: value for key, value in scenario_tables(tried.scenario).items() if key != "name"
    }
    spoken = tried.scenario.name
    last = last_of(repository.scenarios.versions(collaborative_id), spoken, collaborative_id)
    says_the_same(last, document)
    made = repository.scenarios.add(collaborative_id, spoken, document, why=told)
    return ScenarioSaved(made, tuple(tried.notes()))


@asks("test_scenarios", collaborative="collaborative_id")
def withdraw_scenario(
    repository: Repository, name: str, collaborative_id: str, *, why: str = ""
) -> KeptVersion:
    """Let nobody be offered a scenario any more. Its versions stay, and saving it again is its
    next. Raises NotFound, and BadRequest where it was withdrawn already and where others are built
    on it.
    """
    told = reason(why)
    every = repository.scenarios.versions(collaborative_id)
    last = to_withdraw(every, name, collaborative_id, "scenario")
    built = sorted(
        one.name
        for one in newest(every)
        if plain_name(last.name) in map(plain_name, one.tables.get("with", ()))
    )
    if built:
        raise BadRequest(
            f"“{last.name}” cannot be withdrawn while others are built on it: {', '.join(built)}."
            " Change or withdraw those first."
        )
    return repository.scenarios.add(
        collaborative_id, last.name, last.tables, why=told, withdrawn=True
    )
