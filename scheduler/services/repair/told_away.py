"""Who was told to be away, as a repair is written down."""

from collections.abc import Mapping
from typing import Any


def told_away(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`staff_id`, `from` and `to` of each; why they are away is theirs and their employer's.
    Earlier versions of this program wrote `sick`.
    """
    found: list[dict[str, Any]] = asked.get("away", asked.get("sick", []))
    return found
