"""A fact as a signed credential and back: W3C Verifiable Credentials 2.0, secured as a JWT
(https://www.w3.org/TR/vc-jose-cose/). Touches no database.
"""

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey

from scheduler.domain.attestation import ATTESTED, key_of
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON, Fact, Passport, ProcedureSignOff
from scheduler.storage.whole_files import whole_files

SigningKey = OKPKey | ECKey
TYPE = "vc+jwt"
ALGORITHMS: Mapping[str, str] = {"EdDSA": "Ed25519", "Ed25519": "Ed25519", "ES256": "P-256"}
"""Those that are taken, with the curve of their keys."""
CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]
ENVELOPE = f"data:application/{TYPE},"
MOST_BYTES = 5_000_000
"""Of a file of credentials, keys or trust: thousands of them."""
_MADE_OF = UUID("0b7c1d1e-5a7b-5d5c-9a52-6a5f6f7a3a10")
_DATES = ("valid_from", "valid_to")


# --- keys


def make_key(private: Path, public: Path) -> None:
    """A new pair of keys (Ed25519): the private one as PEM, readable by its owner alone, the public
    one as a JWKS. No private key is overwritten. Raises BadRequest where that file is there.
    """
    key = OKPKey.generate_key("Ed25519")
    try:
        descriptor = os.open(private, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise BadRequest(f"{private} is there already, and no key is overwritten.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.as_pem(private=True))
    with whole_files([public]) as [place]:
        place.write_text(json.dumps({"keys": [public_key(key)]}, indent=2) + "\n", "utf-8")


def public_key(key: SigningKey) -> dict[str, Any]:
    """What others need to verify by it."""
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"}


def read_key(path: Path) -> SigningKey:
    """A private key from a PEM file. Raises BadRequest for anything but Ed25519 or P-256."""
    content = read_bytes(path)
    for kind in (OKPKey, ECKey):
        try:
            key = kind.import_key(content)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, (OKPKey, ECKey)) and key.is_private and _algorithm(key):
            return key
    raise BadRequest(
        f"{path} holds no private key of the kind Ed25519 or P-256, as PEM without a password."
    )


def read_trust(path: Path) -> dict[str, list[SigningKey]]:
    """Organisation id -> its public keys. Raises BadRequest where it is anything else, or holds
    what only the owner of a key should have.
    """
    document, found = read_json(path), dict[str, list[SigningKey]]()
    try:
        for organisation_id, keys in document.items():
            found[organisation_id] = [_public(one) for one in keys["keys"]]
    except (AttributeError, KeyError, TypeError, ValueError, JoseError):
        raise BadRequest(
            f"{path} does not say whom to trust: expected JSON that gives for the id of each"
            " organisation its public keys (a JWKS of Ed25519 or P-256 keys, without private parts)"
        ) from None
    return found


def _public(document: Mapping[str, Any]) -> SigningKey:
    kinds: Mapping[str, type[OKPKey] | type[ECKey]] = {"OKP": OKPKey, "EC": ECKey}
    kind = kinds[document["kty"]]
    known = {name: document[name] for name in ("kty", "crv", "x", "y") if name in document}
    if "d" in document:
        raise ValueError("a private key")
    key = kind.import_key(known)
    if not isinstance(key, (OKPKey, ECKey)) or not _algorithm(key):
        raise ValueError("another curve")
    return key


def _algorithm(key: SigningKey) -> str | None:
    return next((name for name, curve in ALGORITHMS.items() if key.curve_name == curve), None)


def read_bytes(path: Path) -> bytes:
    """Raises BadRequest for a file that cannot be read or holds too much."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise BadRequest(f"{path} holds more than {MOST_BYTES // 10**6} MB.")
    return content


def read_json(path: Path) -> Any:
    """Raises BadRequest for what is no JSON."""
    try:
        return json.loads(read_bytes(path))
    except (ValueError, RecursionError):
        raise BadRequest(f"{path} holds no JSON.") from None


# --- facts as credentials


def signed(fact: Fact, organisation_id: str, key: SigningKey, at: datetime) -> str:
    """A credential for a fact, as a compact JWT."""
    cells = fact.cells()
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": _urn(organisation_id, fact.file, key_of(fact)),
        "type": ["VerifiableCredential"],
        "issuer": {"id": _urn(organisation_id), "organisation": organisation_id},
        "validFrom": _begin(fact).isoformat(),
        "credentialSubject": {
            "staffNumber": cells["staff_id"],
            "organisation": organisation_id,
            "kind": fact.file,
            "what": {
                name: text
                for name, text in cells.items()
                if name not in ("staff_id", "status", *_DATES) and text
            },
            "firstDay": cells["valid_from"],
            "lastDay": cells["valid_to"] or None,
            "status": cells.get("status", "held"),
        },
        "iat": int(at.timestamp()),
    }
    if (end := _end(fact)) is not None:
        document["validUntil"] = end.isoformat()
    algorithm = _algorithm(key) or ""
    header = {"alg": algorithm, "typ": TYPE, "kid": key.thumbprint()}
    with _no_warning():
        return jws.serialize_compact(
            header, json.dumps(document, ensure_ascii=False).encode(), key, [algorithm]
        )


def presentation(tokens: Iterable[str]) -> dict[str, Any]:
    """Several credentials in one document, each as it was signed; the whole is not signed."""
    envelope = {"@context": CONTEXT[0], "type": "EnvelopedVerifiableCredential"}
    return {
        "@context": [CONTEXT[0]],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [{**envelope, "id": ENVELOPE + one} for one in tokens],
    }


def tokens_of(path: Path) -> list[str]:
    """The credentials of such a document, or of a list of JWTs. Raises BadRequest."""
    document = read_json(path)
    ones = document.get("verifiableCredential") if isinstance(document, dict) else document
    ones = [one.get("id") if isinstance(one, dict) else one for one in _list(ones)]
    if not ones or not all(isinstance(one, str) for one in ones):
        raise BadRequest(
            f"{path} holds no signed credentials: expected what `scheduler credentials issue`"
            " writes, or a list of JWTs."
        )
    return [one.removeprefix(ENVELOPE) for one in ones]


@dataclass(frozen=True)
class Claims:
    """What a credential says. `speaks_for`: the organisation of which it says that it gave the
    fact.
    """

    credential_id: str
    organisation_id: str
    speaks_for: frozenset[str | None]
    fact: Fact
    begins: datetime
    ends: datetime | None
    signed_at: datetime


def claims_of(document: Mapping[str, Any]) -> Claims:
    """What a credential says, which is believed only once its signature is verified. Raises
    ValueError, KeyError, TypeError, AttributeError or OverflowError where it is none of ours.
    """
    subject, issuer = document["credentialSubject"], issuer_of(document)
    if "VerifiableCredential" not in document["type"] or CONTEXT[0] not in document["@context"]:
        raise ValueError("no credential")
    cells = {
        **subject["what"],
        "staff_id": subject["staffNumber"],
        "valid_from": subject["firstDay"],
        "valid_to": subject["lastDay"] or "",
    }
    fact_type = ATTESTED[subject["kind"]]
    if "status" in fact_type.model_fields:
        cells["status"] = subject["status"]
    if not all(isinstance(one, str) for one in (*cells.values(), document["id"])):
        raise ValueError("a cell that is no text")
    fact = fact_type.model_validate(cells)
    until = document.get("validUntil")
    ends = [one for one in (_end(fact), _instant(until) if until else None) if one is not None]
    return Claims(
        document["id"],
        issuer,
        frozenset({subject["organisation"], *giver_of(fact)}),
        fact,
        max(_begin(fact), _instant(document["validFrom"])),
        min(ends, default=None),
        datetime.fromtimestamp(document["iat"], LONDON),
    )


def issuer_of(document: Mapping[str, Any]) -> str:
    """The id of the organisation that says it has signed. Raises ValueError, and what
    `claims_of` does.
    """
    found = document["issuer"]["organisation"]
    if not isinstance(found, str) or document["issuer"]["id"] != _urn(found):
        raise ValueError("an issuer by another name")
    return found


def giver_of(fact: Fact) -> tuple[str | None, ...]:
    """Which organisation gave it, as far as the fact itself says: a competency names none."""
    match fact:
        case Passport():
            return (fact.issued_by_organisation_id,)
        case ProcedureSignOff():
            return (fact.organisation_id,)
        case _:
            return ()


def verified_by(token: str, keys: Iterable[SigningKey], algorithm: str) -> bool:
    """Whether one of these keys has signed it, by this algorithm and no other."""
    for key in keys:
        if key.curve_name != ALGORITHMS[algorithm]:
            continue
        try:
            with _no_warning():
                jws.deserialize_compact(token, key, [algorithm])
        except (JoseError, ValueError):
            continue
        return True
    return False


def _begin(fact: Fact) -> datetime:
    return _midnight(date.fromisoformat(fact.cell("valid_from")))


def _end(fact: Fact) -> datetime | None:
    """The last second of its last day."""
    last = fact.cell("valid_to")
    if not last:
        return None
    return _midnight(date.fromisoformat(last) + timedelta(days=1)) - timedelta(seconds=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without an offset")
    return found


def _urn(*parts: str) -> str:
    """The same for the same thing, in every file."""
    return uuid5(_MADE_OF, json.dumps(parts)).urn


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@contextmanager
def _no_warning() -> Iterator[None]:
    """EdDSA has another name by now, Ed25519, which most programs do not know yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        yield
