"""What is recharged between organisations, as a document for programs."""

from collections.abc import Mapping
from typing import Any

from scheduler.services.kpis.recharge_file import cells
from scheduler.services.kpis.recharge_lines import RechargeLines


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


def recharge_lines_document(found: RechargeLines) -> dict[str, Any]:
    """Pair by pair, with an entry for each lent shift; its cells are those of the file, but minutes
    and pence, which are whole numbers.
    """
    return {
        "collaborative_id": found.collaborative_id,
        "first": found.first,
        "last": found.last,
        "pairs": [
            {
                "from": pair.home,
                "from_name": pair.home_name,
                "to": pair.host,
                "to_name": pair.host_name,
                "minutes": pair.minutes,
                "recharge_pence": pair.amount,
                "entries": [
                    {**cells(one), "paid_minutes": one.minutes, "amount_pence": one.amount}
                    for one in pair.entries
                ],
            }
            for pair in found.pairs
        ],
    }
