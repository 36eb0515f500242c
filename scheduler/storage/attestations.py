"""Which facts of people were signed by whom, in and out of its table."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.attestation import Attestation
from scheduler.storage import stored_audit
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
COLUMNS = tuple(Attestation.__dataclass_fields__)
ONCE = ("organisation_id", "credential_id", "cells_sha256", "signed_at")
"""What is the same of a credential that is verified twice."""


class AttestationBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def of_person(self, staff_id: str) -> list[Attestation]:
        """What was signed of somebody, the first verified first."""
        with self._reading() as connection:
            return _load(connection, staff_id)

    def keep(self, found: Iterable[Attestation]) -> list[Attestation]:
        """Remember these, all or none; those that were not known before. One entry on record for
        each person.
        """
        by_person: dict[str, list[Attestation]] = {}
        for one in found:
            by_person.setdefault(one.staff_id, []).append(one)
        kept: list[Attestation] = []
        with self._writing() as connection:
            for staff_id, ones in by_person.items():
                known = {_once(one) for one in _load(connection, staff_id)}
                new = list({_once(one): one for one in ones if _once(one) not in known}.values())
                if not new:
                    continue
                connection.execute(sa.insert(table("attestation")), [vars(one) for one in new])
                stored_audit.append(
                    connection,
                    self._actor,
                    "change_people",
                    {"attested": len(new), "staff_id": staff_id},
                )
                kept += new
        return kept


def _once(one: Attestation) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in ONCE)


def _load(connection: Connection, staff_id: str) -> list[Attestation]:
    rows = table("attestation")
    found = connection.execute(
        sa.select(*(rows.c[name] for name in COLUMNS))
        .where(rows.c.staff_id == staff_id)
        .order_by(rows.c.id)
    )
    return [Attestation(*row) for row in found]
