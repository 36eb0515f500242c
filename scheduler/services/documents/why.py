"""Why somebody does a shift, or does not, as documents for programs."""

from dataclasses import asdict
from typing import Any

from scheduler.services.explain.why_person import WhyNot, WhyThis


def not_document(found: WhyNot) -> dict[str, Any]:
    """Why somebody does not do a shift, for a program."""
    return {
        "roster_id": found.roster_id,
        "staff_id": found.staff_id,
        "name": found.name,
        "demand_id": found.duty.id,
        "assigned": False,
        "deployable": found.deployable,
        "there_now": list(found.there_now),
        "instead": list(found.instead),
        "contracts": [
            {
                "contract_id": own.contract.id,
                "deployable": not own.barriers,
                "barriers": [asdict(barrier) for barrier in own.barriers],
            }
            for own in found.contracts
        ],
        "added": [asdict(added) for added in found.added],
        "forced": None if found.forced is None else asdict(found.forced),
        "notes": list(found.notes),
    }


def this_document(found: WhyThis) -> dict[str, Any]:
    """Why somebody does a shift, for a program."""
    return {
        "roster_id": found.roster_id,
        "staff_id": found.staff_id,
        "name": found.name,
        "demand_id": found.duty.id,
        "assigned": True,
        "contract_id": found.contract_id,
        "best_of_single_exchanges": found.best,
        "empty": {**asdict(found.empty), "parts": found.parts_empty},
        "alternatives": [
            {**asdict(one.candidate), "offered": one.candidate.offered, "parts": one.parts}
            for one in found.alternatives
        ],
        "notes": list(found.notes),
    }
