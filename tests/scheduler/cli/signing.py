"""Signed credentials for commands to verify."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from joserfc.jwk import OKPKey

from scheduler.domain.facts import StaffCompetency
from scheduler.services.facts import credential_form as form


def credentials_of(staff_id: str, place: Path) -> None:
    """Write `signed.json`, what B has signed of somebody, and `trust.json`, which trusts B."""
    key = OKPKey.generate_key("Ed25519")
    fact = StaffCompetency(staff_id=staff_id, competency_id="LS", valid_from=date(2026, 1, 1))
    tokens = [form.signed(fact, "B", key, datetime.now(UTC))]
    (place / "signed.json").write_text(json.dumps(form.presentation(tokens)))
    (place / "trust.json").write_text(json.dumps({"B": {"keys": [form.public_key(key)]}}))
