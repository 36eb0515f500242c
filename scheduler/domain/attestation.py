"""That an organisation has signed what is known of a person, told apart from what was typed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from scheduler.domain.facts import Fact, Passport, ProcedureSignOff, StaffCompetency

ATTESTED: Mapping[str, type[Fact]] = {
    one.file: one for one in (Passport, StaffCompetency, ProcedureSignOff)
}
"""Facts for which a credential can speak, by their files."""


@dataclass(frozen=True)
class Attestation:
    """A credential that was verified. `fact_key` and `cells_sha256`: of the fact as it was signed,
    by `key_of` and `sha256_of`; `organisation_id`: who signed it.
    """

    staff_id: str
    file: str
    fact_key: str
    cells_sha256: str
    organisation_id: str
    credential_id: str
    signed_at: datetime
    verified_at: datetime
    verified_by: str


def key_of(fact: Fact) -> str:
    """The key of a fact as one text."""
    cells = fact.cells()
    return json.dumps([cells[column] for column in fact.key], ensure_ascii=False)


def sha256_of(fact: Fact) -> str:
    """A mark of all cells of a fact: another one as soon as any of them is changed."""
    return sha256(json.dumps(fact.cells(), sort_keys=True).encode()).hexdigest()
