"""When a backup was last taken, by the record of what was done."""

from collections.abc import Iterable
from datetime import datetime

from scheduler.services.accounts.gate import open_to_all
from scheduler.storage import stored_audit
from scheduler.storage.as_it_lies import looking
from scheduler.storage.repository import Repository
from scheduler.storage.stored_audit import AuditEntry
from scheduler.storage.tables import table

ACTION, TAKEN_AT = "run_program", "taken_at"


@open_to_all
def last_backup(repository: Repository) -> datetime | None:
    """When that was taken which is the last on record; None where none is. Nobody is kept waiting,
    and of the record no more is read than what backups have left. Raises Unavailable, BadRequest.
    """
    rows = table("audit_entry")
    with looking(repository.url) as connection:
        return latest(
            stored_audit.entries(
                connection,
                rows.c.action == ACTION,
                rows.c.thing.contains(f'"{TAKEN_AT}"', autoescape=True),
            )
        )


def latest(entries: Iterable[AuditEntry]) -> datetime | None:
    """The last of the backups that entries tell of: that from which a database was put back is
    one, too.
    """
    return max(
        (
            datetime.fromisoformat(entry.contents()[TAKEN_AT])
            for entry in entries
            if entry.action == ACTION and TAKEN_AT in entry.contents()
        ),
        default=None,
    )
