"""Passports, competencies and sign-offs as signed credentials: issued, verified, and told apart
from what was only typed in.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from scheduler.domain.attestation import ATTESTED, Attestation, key_of, sha256_of
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON, Fact, StaffCompetency
from scheduler.services.accounts.gate import asks, employers, open_to_all, require, thing_of
from scheduler.services.facts import credential_form as form
from scheduler.services.facts.credential_form import Claims, SigningKey
from scheduler.services.view.my_words import long_day
from scheduler.services.view.roster_tables import Names
from scheduler.storage.repository import Repository
from scheduler.storage.whole_files import whole_files

CredentialVerdict = Literal[
    "valid",
    "unreadable",
    "algorithm",
    "unknown issuer",
    "signature",
    "organisation",
    "not yet valid",
    "expired",
]
HeldAs = tuple[str, tuple[str | None, ...], str]
Here = Literal["same", "otherwise", "none"]
CLOCKS_DIFFER = timedelta(minutes=5)
HELD_AS: Mapping[str, str] = {
    "passport": "passport",
    "staff_competency": "competency",
    "procedure_sign_off": "sign-off",
}
"""File -> what is held is called."""


@dataclass(frozen=True)
class CheckedCredential:
    """What is to be said of one credential. `claims`: None where it cannot be read; `here`: whether
    a stored fact says the same, of a valid one; `cells`: where that says otherwise, column -> what
    is signed and what is stored.
    """

    verdict: CredentialVerdict
    sentence: str
    claims: Claims | None = None
    here: Here | None = None
    cells: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True)
class SignedFact:
    """A stored fact of a person, and whether it is signed. `state`: "changed" where it was signed
    as something else; `organisation`: who signed it.
    """

    fact: Fact
    state: Literal["signed", "changed", "entered"]
    organisation: str = ""
    signed_at: datetime | None = None

    @property
    def words(self) -> str:
        """`Signed by Trust A on 11 January 2027.`"""
        if self.signed_at is None:
            return "Entered, not signed."
        by = f"{self.organisation} on {long_day(self.signed_at.astimezone(LONDON).date())}"
        if self.state == "signed":
            return f"Signed by {by}."
        return f"Changed since it was signed by {by}."

    @property
    def held_as(self) -> HeldAs:
        """Which thing that is held, as `HeldThing` has it: kind, key, first day."""
        columns = {
            "passport": ("route", "host_organisation_id"),
            "staff_competency": ("competency_id",),
            "procedure_sign_off": ("procedure_id", "organisation_id", "version"),
        }[self.fact.file]
        key = tuple(getattr(self.fact, name) for name in columns)
        return HELD_AS[self.fact.file], key, self.fact.cell("valid_from")


@asks("see_people", person="staff_id", looks=True)
def issue(
    repository: Repository, staff_id: str, organisation_id: str, key: Path, to: Path
) -> list[Fact]:
    """Write down, signed with a key, what an organisation has given a person and is not over; what
    was written. A competency is an employer's to sign. The key is read and kept nowhere.

    Raises NotFound, and BadRequest where there is nothing, or the key is none.
    """
    repository.require_staff(staff_id)
    private, now = form.read_key(key), datetime.now(UTC)
    today = now.astimezone(LONDON).date().isoformat()
    employed = organisation_id in employers(repository, [staff_id])[staff_id]
    found = [
        fact
        for fact in _facts(repository, staff_id)
        if (fact.cell("valid_to") or today) >= today
        and (employed if isinstance(fact, StaffCompetency) else True)
        and set(form.giver_of(fact)) <= {organisation_id}
    ]
    if not found:
        raise BadRequest(
            f"{organisation_id} has given {staff_id} no passport, competency or sign-off that is"
            " not over: there is nothing to sign."
        )
    tokens = [form.signed(fact, organisation_id, private, now) for fact in found]
    with whole_files([to]) as [place]:
        place.write_text(json.dumps(form.presentation(tokens), indent=2) + "\n", "utf-8")
    repository.audit.append(
        "see_people",
        {"signed": len(found), "organisation": organisation_id, "staff_id": staff_id},
    )
    return found


@open_to_all
def verify(
    repository: Repository, file: Path, trust: Path, *, keep: bool = False
) -> list[CheckedCredential]:
    """What is to be said of each credential of a file, by the keys of those who are trusted. With
    `keep` it is remembered which stored facts are signed; all or nothing. Who may see the people
    (to keep: change what is kept of them) is asked before anything stored is told.

    Raises NotPermitted, and BadRequest for files that cannot be read.
    """
    keys, now = form.read_trust(trust), datetime.now(UTC)
    found = [checked(token, keys, now) for token in form.tokens_of(file)]
    valid = [one.claims for one in found if one.verdict == "valid" and one.claims is not None]
    for staff_id in sorted({one.fact.cell("staff_id") for one in valid}):
        thing = thing_of(repository, "person", staff_id)
        require(repository, "change_people" if keep else "see_people", thing)
    answers = [_beside(repository, one) for one in found]
    if keep:
        repository.attestations.keep(
            _attestation(one.claims, now, repository.actor.account)
            for one in answers
            if one.here == "same" and one.claims is not None
        )
    return answers


@asks("see_people", person="staff_id", looks=True)
def signed_of(repository: Repository, staff_id: str) -> list[SignedFact]:
    """Every passport, competency and sign-off of somebody: signed, changed since, or entered."""
    names = Names.of({"organisation": repository.facts("organisation")})
    known = repository.attestations.of_person(staff_id)
    found = []
    for fact in _facts(repository, staff_id):
        own = [one for one in known if (one.file, one.fact_key) == (fact.file, key_of(fact))]
        still = [one for one in own if one.cells_sha256 == sha256_of(fact)]
        last = max(still or own, key=lambda one: one.signed_at, default=None)
        if last is None:
            found.append(SignedFact(fact, "entered"))
            continue
        by = names.organisation(last.organisation_id)
        found.append(SignedFact(fact, "signed" if still else "changed", by, last.signed_at))
    return found


def checked(
    token: str, trust: Mapping[str, Sequence[SigningKey]], now: datetime
) -> CheckedCredential:
    """As `verify`, of one credential and beside no database."""
    try:
        header, document = (_part(part) for part in token.split(".")[:2])
        issuer = form.issuer_of(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return CheckedCredential("unreadable", "It is no signed credential.")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in form.ALGORITHMS:
        return CheckedCredential(
            "algorithm",
            f"It is signed by {str(algorithm)[:20]!r}, which is not taken: only"
            f" {' and '.join(form.ALGORITHMS)}.",
        )
    if issuer not in trust:
        return CheckedCredential("unknown issuer", f"No key of {issuer!r} is trusted.")
    if not form.verified_by(token, trust[issuer], algorithm):
        others = (other for other in trust if form.verified_by(token, trust[other], algorithm))
        if (other := next(others, None)) is not None:
            return CheckedCredential(
                "organisation", f"The key is that of {other}, which does not speak for {issuer}."
            )
        return CheckedCredential("signature", f"No trusted key of {issuer} has signed it so.")
    try:
        claims = form.claims_of(document)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        claims = None
    if claims is None or str(header.get("typ", "")).lower() != form.TYPE:
        return CheckedCredential("unreadable", "It is signed, and says nothing that is known here.")
    return _in_time(claims, now)


def _in_time(claims: Claims, now: datetime) -> CheckedCredential:
    if claims.speaks_for != {claims.organisation_id}:
        others = sorted(one or "nobody" for one in claims.speaks_for - {claims.organisation_id})
        return CheckedCredential(
            "organisation",
            f"{claims.organisation_id} has signed it, and does not speak for"
            f" {' and '.join(others)}, of whom it says that they have given it.",
            claims,
        )
    if claims.signed_at > now + CLOCKS_DIFFER or claims.begins > now:
        begins = max(claims.begins, claims.signed_at).astimezone(LONDON).date()
        return CheckedCredential("not yet valid", f"It holds from {long_day(begins)}.", claims)
    if claims.ends is not None and claims.ends < now:
        ended = claims.ends.astimezone(LONDON).date()
        return CheckedCredential("expired", f"It ended on {long_day(ended)}.", claims)
    at = long_day(claims.signed_at.date())
    return CheckedCredential("valid", f"Signed by {claims.organisation_id} on {at}.", claims)


def _part(text: str) -> dict[str, Any]:
    """A part of a token, read without believing it."""
    found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _beside(repository: Repository, one: CheckedCredential) -> CheckedCredential:
    """With what is stored of it."""
    if one.verdict != "valid" or one.claims is None:
        return one
    fact = one.claims.fact
    rows = repository.facts(fact.file, fact.cell("staff_id"))
    stored = next((row for row in rows if row.identity() == fact.identity()), None)
    if stored is None:
        said = f"{one.sentence} No fact here says so."
        return CheckedCredential(one.verdict, said, one.claims, "none")
    theirs, ours = fact.cells(), stored.cells()
    cells = {name: (theirs[name], ours[name]) for name in theirs if theirs[name] != ours[name]}
    if not cells:
        said = f"{one.sentence} A fact here says the same."
        return CheckedCredential(one.verdict, said, one.claims, "same")
    parts = [
        f"{name} {mine or 'empty'!r}, not {it or 'empty'!r}" for name, (it, mine) in cells.items()
    ]
    said = f"{one.sentence} The fact here says otherwise: {'; '.join(parts)}."
    return CheckedCredential(one.verdict, said, one.claims, "otherwise", cells)


def _attestation(claims: Claims, now: datetime, account: str) -> Attestation:
    fact = claims.fact
    return Attestation(
        staff_id=fact.cell("staff_id"),
        file=fact.file,
        fact_key=key_of(fact),
        cells_sha256=sha256_of(fact),
        organisation_id=claims.organisation_id,
        credential_id=claims.credential_id,
        signed_at=claims.signed_at,
        verified_at=now,
        verified_by=account,
    )


def _facts(repository: Repository, staff_id: str) -> list[Fact]:
    found = [fact for file in ATTESTED for fact in repository.facts(file, staff_id)]
    return sorted(found, key=lambda fact: (fact.file, key_of(fact)))
