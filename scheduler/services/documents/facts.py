"""Changes of facts as documents for programs."""

from typing import Any

from scheduler.domain.change_set import RowChange
from scheduler.services.data.import_export import ImportReport
from scheduler.services.facts.change import Changed, Proposed
from scheduler.services.facts.history import PastChange


def change_document(change: RowChange) -> dict[str, Any]:
    """For a program: the row before and after, null where there is none."""
    return {
        "file": change.file,
        "what": change.what,
        "before": None if change.before is None else change.before.cells(),
        "after": None if change.after is None else change.after.cells(),
    }


def upsets_document(proposed: Proposed) -> list[dict[str, Any]]:
    """For a program: roster by roster."""
    return [
        {"roster": upset.roster.id, "sentences": list(upset.sentences)} for upset in proposed.upsets
    ]


def past_document(one: PastChange) -> dict[str, Any]:
    """For a program: a change set with the rows of it that were read."""
    made = one.change_set
    return {
        "change": made.number,
        "at": made.at.isoformat(),
        "by": one.by,
        "why": made.why,
        "kind": made.kind,
        "reverts": made.reverts,
        "reverted_by": made.reverted_by,
        "rows": [change_document(change) for change in one.changes],
        "rows_in_all": one.rows,
        "hidden": one.hidden,
    }


def change_made_document(proposed: Proposed, made: Changed | None) -> dict[str, Any]:
    """What a change comes to, for a program; `made`: None where it was to be tried alone."""
    return {
        "status": "done" if made else "would_do",
        "change": made.number if made else None,
        "rows": [change_document(one) for one in proposed.changes],
        "notes": list(proposed.notes),
        "upsets": upsets_document(proposed),
    }


def import_document(report: ImportReport, trial: bool) -> dict[str, Any]:
    """What an import brought, or with `trial` would bring, for a program."""
    return {
        "status": "would_do" if trial else "done",
        "change": report.number,
        "collaboratives": [
            {"id": collaborative.id, "name": collaborative.name}
            for collaborative in report.collaboratives
        ],
        "total": report.total._asdict(),
        "files": {file: counts._asdict() for file, counts in report.counts.items()},
        "notes": list(report.notes),
        "rows": [change_document(one) for one in report.changes] if trial else [],
    }
