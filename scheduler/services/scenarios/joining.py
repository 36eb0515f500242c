"""Scenarios joined into one, and what kind of change one is."""

from collections.abc import Sequence
from typing import Any

from scheduler.services.scenarios.scenario import MOST_LETTERS, Scenario

OPENS = frozenset(
    ("equivalence", "passport", "agreement", "competency", "sign_off", "consent", "journey")
)
"""Changes that let people work where they could not, and forbid nothing."""


def joined(name: str, scenarios: Sequence[Scenario]) -> Scenario:
    """One scenario with all changes of some, under another name. The later ones' rules go over the
    earlier ones'.
    """
    changes: dict[str, Any] = {}
    for scenario in scenarios:
        for field in scenario.model_fields_set - {"name", "description"}:
            value = getattr(scenario, field)
            if isinstance(value, dict):
                changes[field] = {**changes.get(field, {})}
                for key, table in value.items():
                    changes[field][key] = {**changes[field].get(key, {}), **table}
            elif isinstance(value, tuple):
                changes[field] = (*changes.get(field, ()), *value)
            elif value != Scenario.model_fields[field].default:
                changes[field] = value
    described = " ".join(scenario.description for scenario in scenarios if scenario.description)
    return Scenario(name=name[:MOST_LETTERS], description=described, **changes)


def only_opens(scenario: Scenario) -> bool:
    """Whether a scenario lets people do more and forbids nothing: no roster that was possible
    becomes impossible or dearer.
    """
    return all(
        field in OPENS
        or getattr(scenario, field) == Scenario.model_fields[field].get_default()
        or not getattr(scenario, field)
        for field in scenario.model_fields_set - {"name", "description"}
    )
