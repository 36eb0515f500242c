"""The policy that is being changed on the page: kept for each policy from which one begins, until
it is saved or put back.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal, cast

import streamlit as st

from scheduler.domain.errors import BadInput, Fault
from scheduler.services.data.policies import DEFAULT, PolicyDifference, difference_between
from scheduler.services.data.saved_policies import differing, find_policy
from solver.policy.describe import RuleDescription
from solver.policy.policy import Policy
from ui import state

Counting = Literal["hard", "priced", "off"]
"""How a rule counts."""
NEW_PRICE, NEW_FACTOR = 10.0, 1.0
"""With what a rule begins that is hard by default, once it is given a price."""
DRAFTS = "policy_drafts"


@dataclass
class Draft:
    """Tables of rule id -> what differs from the default, as somebody has typed them: they may be
    wrong. `key`: tells drafts apart; `turn`: grows when something is put back, so that every field
    is a new one.
    """

    key: str
    begun: Mapping[str, Any]
    tables: dict[str, dict[str, Any]]
    turn: int = 0

    @property
    def touched(self) -> bool:
        """Whether it differs from what it was begun from."""
        return self.tables != self.begun

    def judged(self) -> tuple[Policy | None, dict[str, Fault]]:
        """The policy, or what is wrong by rule and parameter: `daily_rest.hours`."""
        try:
            return Policy.from_tables(self.tables), {}
        except BadInput as error:
            return None, {fault.column: fault for fault in error.faults}

    def whole(self, rule: RuleDescription) -> dict[str, Any]:
        """All of a rule: what was typed over the default."""
        usual = {parameter.name: parameter.default for parameter in rule.parameters}
        return {**usual, "weight": rule.weight, **self.tables.get(rule.id, {})}

    def counting(self, rule: RuleDescription) -> Counting:
        """How a rule counts in it."""
        table = self.whole(rule)
        if table.get("off"):
            return "off"
        return "hard" if table["weight"] == "hard" else "priced"

    def count(self, rule: RuleDescription, how: Counting) -> None:
        """Let a rule count so; a price that it had is its price again."""
        table = self.tables.setdefault(rule.id, {})
        table.pop("off", None)
        if how == "off":
            table["off"] = True
        elif how == "hard":
            table["weight"] = "hard"
        elif self.whole(rule)["weight"] == "hard":
            price = NEW_FACTOR if rule.price_unit == "factor" else NEW_PRICE
            table["weight"] = price if rule.weight == "hard" else rule.weight
        self._tidy(rule)

    def put(self, rule: RuleDescription, path: str, value: Any) -> None:
        """Set a parameter, or a part of one: `on_cost_percent.bank`. None: as by default."""
        name, _, part = path.partition(".")
        table = self.tables.setdefault(rule.id, {})
        if part:
            usual = next(one.default for one in rule.parameters if one.name == name)
            inner = dict(self.whole(rule)[name])
            inner[part] = usual[part] if value is None else value
            value = inner
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value
        self._tidy(rule)

    def _tidy(self, rule: RuleDescription) -> None:
        """Leave out what is as by default."""
        usual = {parameter.name: parameter.default for parameter in rule.parameters}
        usual |= {"weight": rule.weight, "off": False}
        table = self.tables[rule.id]
        kept = {name: value for name, value in table.items() if usual[name] != value}
        if kept:
            self.tables[rule.id] = kept
        else:
            del self.tables[rule.id]

    def reset(self) -> None:
        """Put everything back to what it was begun from."""
        self.tables = _copy(self.begun)
        self.turn += 1


def draft_of(name: str, collaborative_id: str) -> Draft:
    """What was typed over this policy in this visit, or the policy as it is. Raises BadInput for a
    policy that no rule takes any more.
    """
    drafts = cast(dict[str, Draft], st.session_state.setdefault(DRAFTS, {}))
    key = f"{collaborative_id}/{name}"
    begun = differing(find_policy(state.repository(), name, collaborative_id).policy)
    if key not in drafts or (drafts[key].begun != begun and not drafts[key].touched):
        turn = drafts[key].turn + 1 if key in drafts else 0
        drafts[key] = Draft(key, begun, _copy(begun), turn)
    return drafts[key]


def forget(name: str, collaborative_id: str) -> None:
    """Once it was saved."""
    st.session_state.get(DRAFTS, {}).pop(f"{collaborative_id}/{name}", None)


def from_default(policy: Policy) -> PolicyDifference:
    """How a policy differs from the default."""
    return difference_between("here", policy, DEFAULT, Policy.from_tables())


def _copy(tables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return deepcopy(dict(tables))


Taken = Callable[[Any], None]
"""What is done with the value of a field, once it is changed."""


def field(key: str, now: Any, taken: Taken) -> dict[str, Any]:
    """Settings of a widget that shows `now` and hands on what is typed, before anything is shown
    anew.
    """
    if key not in st.session_state:
        st.session_state[key] = now
    return {"key": key, "on_change": lambda: taken(st.session_state[key])}
