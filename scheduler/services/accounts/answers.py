"""What of an answer somebody sees who may test scenarios for some of the partners alone: their own
figures and those of all together, and no other partner's.
"""

from collections.abc import Mapping
from typing import Any

from scheduler.domain.access import Everywhere
from scheduler.services.accounts.gate import require, thing_of
from scheduler.storage.repository import Repository

OF_EACH = ("by_organisation", "borne")
"""Figures by organisation id."""


def within_reach(repository: Repository, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as the actor may see it. Raises NotPermitted for what each partner gains, where
    they do not reach all of them.
    """
    thing = thing_of(repository, "collaborative", document["collaborative_id"])
    if document.get("kind") == "partners":
        require(repository, "ask_who_gains", thing)
    reached = repository.actor.organisations("test_scenarios")
    if isinstance(reached, Everywhere) or repository.actor.may("ask_who_gains", thing):
        return dict(document)
    return {key: _seen(key, value, reached) for key, value in document.items()}


def _seen(key: str, value: Any, reached: frozenset[str]) -> Any:
    if key in OF_EACH:
        return {name: row for name, row in value.items() if name in reached}
    if key == "lent" and isinstance(value, Mapping):
        return {pair: row for pair, row in value.items() if not reached.isdisjoint(pair.split(">"))}
    if key == "lent" and isinstance(value, list):
        return [row for row in value if row["from"] in reached or row["to"] in reached]
    if key == "impact":
        return _of_impact(value, reached)
    if isinstance(value, Mapping):
        return {name: _seen(name, one, reached) for name, one in value.items()}
    if isinstance(value, list):
        return [_seen("", one, reached) for one in value]
    return value


def _of_impact(value: Mapping[str, Any], reached: frozenset[str]) -> dict[str, Any]:
    """Without what other partners gain and lose; `losers` are positions among the effects."""
    kept = [
        number
        for number, one in enumerate(value["effects"])
        if one["of"] != "organisation" or one["key"] in reached
    ]
    return {
        **value,
        "effects": [value["effects"][number] for number in kept],
        "losers": [place for place, number in enumerate(kept) if number in value["losers"]],
    }
