"""Stored rosters as documents for programs."""

from dataclasses import asdict
from typing import Any

from scheduler.domain.publication import stretches
from scheduler.storage.stored_rosters import RosterHeader


def header_document(header: RosterHeader) -> dict[str, Any]:
    """A roster without its lines, for a program."""
    names = ("objective_pence", "bound_pence", "gap", "seconds", "hours")
    return {
        "roster_id": header.id,
        "collaborative_id": header.collaborative_id,
        "start": header.start.isoformat(),
        "days": header.days,
        "version": header.version,
        "kind": header.kind,
        "status": header.status,
        "created_at": header.created_at.isoformat(),
        "published_at": header.published_at.isoformat() if header.published_at else None,
        "in_force": [
            {"from": first.isoformat(), "to": last.isoformat()}
            for first, last in stretches(header.in_force)
        ],
        "published_anyway": (
            None if header.published_anyway is None else asdict(header.published_anyway)
        ),
        "published_reason": header.published_reason,
        "withdrawn_at": header.withdrawn_at.isoformat() if header.withdrawn_at else None,
        "withdrawn_reason": header.withdrawn_reason,
        "name": header.name,
        "reason": header.reason,
        "made_from": header.made_from,
        **{name: header.summary.get(name) for name in names},
    }
