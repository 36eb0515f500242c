"""A scenario as somebody makes it on the page, before it is saved."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from scheduler.domain.errors import Fault
from scheduler.services.data.open import Repository
from scheduler.services.scenarios.kept import TriedScenario, try_scenario
from scheduler.services.scenarios.scenario import CHANGES
from ui import state
from ui.components.director.change_form import begun_values

OWN = ("name", "description", "with", "alone", "policy")
"""What a scenario says beside its changes."""


@dataclass
class DraftChange:
    """One change: its kind, what its fields hold, and a number that no other has, for its
    widgets.
    """

    key: str
    values: dict[str, Any]
    number: int


@dataclass
class ScenarioDraft:
    """What is on the page. `begun`: from which kept version, as (name, version)."""

    name: str = ""
    description: str = ""
    built_on: list[str] = field(default_factory=list)
    alone: bool = False
    policy: dict[str, Any] = field(default_factory=dict)
    changes: list[DraftChange] = field(default_factory=list)
    begun: tuple[str, int] | None = None
    turn: int = 0

    def add(self, key: str, values: Mapping[str, Any]) -> None:
        """One change more, at the end."""
        number = 1 + max((one.number for one in self.changes), default=0)
        self.changes.append(DraftChange(key, dict(values), number))

    def remove(self, number: int) -> None:
        """A change less."""
        self.changes = [one for one in self.changes if one.number != number]

    def tables(self) -> dict[str, Any]:
        """As its TOML says it, but for the name."""
        found: dict[str, Any] = {
            "description": self.description.strip(),
            "with": list(self.built_on),
            "alone": self.alone,
            "policy": self.policy,
        }
        found = {key: value for key, value in found.items() if value}
        for change in self.changes:
            found.setdefault(change.key, []).append(filled(change.values))
        return found

    def place(self, change: DraftChange) -> str:
        """Where faults find a change: `supply[2]`."""
        same = [one.number for one in self.changes if one.key == change.key]
        return f"{change.key}[{same.index(change.number) + 1}]"


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody filled in, without what was left empty."""
    found = {}
    for name, value in values.items():
        kept: Any = value
        if isinstance(value, Mapping):
            kept = filled(value)
        elif isinstance(value, list):
            kept = [filled(one) if isinstance(one, Mapping) else one for one in value]
            if None in kept:
                continue
        if kept not in (None, "", [], {}):
            found[name] = kept
    return found


def draft_of(
    tables: Mapping[str, Any], *, name: str, begun: tuple[str, int] | None, turn: int
) -> ScenarioDraft:
    """A draft that says what tables say."""
    made = ScenarioDraft(
        name=name,
        description=str(tables.get("description", "")),
        built_on=list(tables.get("with", ())),
        alone=bool(tables.get("alone", False)),
        policy=dict(tables.get("policy", {})),
        begun=begun,
        turn=turn,
    )
    for key in CHANGES:
        given = tables.get(key, ())
        for values in [given] if isinstance(given, Mapping) else given:
            made.add(key, begun_values(CHANGES[key], json.loads(json.dumps(values))))
    return made


def draft_in_hand(collaborative_id: str) -> ScenarioDraft | None:
    """What is being made, if anything is."""
    found = st.session_state.get(_key(collaborative_id))
    return found if isinstance(found, ScenarioDraft) else None


def begin(
    collaborative_id: str,
    tables: Mapping[str, Any],
    name: str = "",
    begun: tuple[str, int] | None = None,
) -> None:
    """Let the editor open on these tables."""
    turn = int(st.session_state.get(f"{_key(collaborative_id)}_turn", 0)) + 1
    st.session_state[f"{_key(collaborative_id)}_turn"] = turn
    st.session_state[_key(collaborative_id)] = draft_of(tables, name=name, begun=begun, turn=turn)


def put_away(collaborative_id: str) -> None:
    """Close the editor."""
    st.session_state.pop(_key(collaborative_id), None)


def _key(collaborative_id: str) -> str:
    return f"scenario_draft_{collaborative_id}"


@state.kept(ttl=state.FACTS_SECONDS, max_entries=6)
def _tried(
    database: Repository, collaborative_id: str, name: str, tables: str, stamp: str
) -> TriedScenario:
    del stamp  # tells what was kept apart
    return try_scenario(database, name, json.loads(tables), collaborative_id)


def tried(collaborative_id: str, draft: ScenarioDraft, stamp: str) -> TriedScenario:
    """What would be said of a draft if it were saved. `stamp`: of the facts and of what is kept."""
    tables = json.dumps(draft.tables(), sort_keys=True)
    # a name is asked for when it is saved: until then what it says is looked at
    return _tried(collaborative_id, draft.name.strip() or "A scenario", tables, stamp)


def at_place(faults: Iterable[Fault], place: str) -> dict[str, str]:
    """Field of a change -> what is wrong there; empty: of the change as a whole."""
    found: dict[str, str] = {}
    for fault in faults:
        if fault.column == place:
            found.setdefault("", fault.expected)
        elif fault.column.startswith(f"{place}."):
            found.setdefault(fault.column.removeprefix(f"{place}."), fault.expected)
    return found
