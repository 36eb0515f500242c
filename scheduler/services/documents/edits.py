"""Changes of drafts by hand as documents for programs."""

from dataclasses import asdict
from typing import Any

from scheduler.domain.roster_edit import RosterEdit
from scheduler.services.edit.edit import Edited
from scheduler.services.edit.effect import EditEffect


def edit_document(one: RosterEdit) -> dict[str, Any]:
    """One change of a draft by hand, for a program."""
    return {
        **{name: value for name, value in asdict(one).items() if name != "days"},
        "at": one.at.isoformat(),
    }


def edited_document(
    effect: EditEffect, roster_id: str, done: Edited | None = None
) -> dict[str, Any]:
    """What a change means, for a program; `done`: None where it was to be tried alone."""
    tried = "would_do" if effect.allowed else "would_be_refused"
    return {
        "status": "done" if done else tried,
        "roster_id": roster_id,
        "change": done.number if done else None,
        "fell": list(done.fell) if done else [],
        "effect": asdict(effect),
    }
