"""Who could do a piece of work, as a document for programs."""

from dataclasses import asdict
from typing import Any

from scheduler.services.explain.replacements import Replacements


def replacements_document(found: Replacements) -> dict[str, Any]:
    """Who could do a piece of work, for a program."""
    return {
        "roster_id": found.roster_id,
        "demand_id": found.duty.id,
        "open_places": found.open_places,
        "empty_pence": found.empty_pence,
        "candidates": [{**asdict(one), "offered": one.offered} for one in found.candidates],
        "supply": [{**asdict(offer), "offered": offer.offered} for offer in found.supply],
    }
