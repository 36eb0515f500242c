"""What is recharged between organisations, as a document for programs."""

from collections.abc import Mapping
from typing import Any


def recharge_document(measured: Mapping[str, Any]) -> dict[str, Any]:
    """Pair by pair, from the measures of published weeks (`kpis`): each pair once, although it is
    among both organisations' figures.
    """
    pairs = {
        (pair["from"], pair["to"]): pair for row in measured["totals"] for pair in row["lending"]
    }
    return {
        "collaborative_id": measured["collaborative_id"],
        "first": measured["first"],
        "last": measured["last"],
        "pairs": [pair for _, pair in sorted(pairs.items())],
    }
