"""What an organisation has given is signed, verified by others, and told apart from what was only
typed in.
"""

import base64
import hmac
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.facts import LONDON, Fact, Passport, StaffCompetency
from scheduler.services.accounts import deed_words, personal_data
from scheduler.services.facts import credential_form as form
from scheduler.services.facts.change import change
from scheduler.services.facts.credentials import checked, issue, signed_of, verify
from scheduler.services.view.my_clearance import my_clearance
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import Tables, person, plain_tables, rows
from tests.scheduler.services.inbox.conftest import as_staff
from tests.scheduler.services.sign_off.conftest import acting, approver, operations

TODAY = datetime.now(LONDON).date()
LAST_YEAR, NEXT_YEAR = TODAY - timedelta(days=300), TODAY + timedelta(days=300)
NOW = datetime.now(UTC)
ROUTE = "digital_passport"
PASSPORT = Passport.model_validate(
    {
        "staff_id": "P1",
        "route": ROUTE,
        "issued_by_organisation_id": "A",
        "valid_from": LAST_YEAR,
        "valid_to": NEXT_YEAR,
        "status": "active",
        "checks": "identity|dbs",
    }
)


def holding() -> Tables:
    """P1 of A: a passport of A, one of B, one of A that is over; a competency, a sign-off of A."""
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    tables["competency"] = rows("id name kind", "LS | Life support | mandatory")
    tables["procedure"] = rows("id name", "IPC | Infection control")
    tables["passport"] = [
        PASSPORT.cells(),
        {**PASSPORT.cells(), "issued_by_organisation_id": "B"},
        {**PASSPORT.cells(), "valid_from": "2020-01-01", "valid_to": "2020-12-31"},
    ]
    tables["staff_competency"] = rows(
        "staff_id competency_id valid_from valid_to", f"P1 | LS | {LAST_YEAR} |"
    )
    tables["procedure_sign_off"] = rows(
        "staff_id procedure_id organisation_id version valid_from valid_to",
        f"P1 | IPC | A | 2 | {LAST_YEAR} | {NEXT_YEAR}",
    )
    return tables


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys of A and of B, and with a file that trusts both."""
    place = tmp_path_factory.mktemp("keys")
    trust = {}
    for name in ("A", "B"):
        form.make_key(place / f"{name}.pem", place / f"{name}.json")
        trust[name] = json.loads((place / f"{name}.json").read_text())
    (place / "trust.json").write_text(json.dumps(trust))
    return place


@pytest.fixture
def repository(new_database: NewDatabase) -> Repository:
    found = Repository(new_database())
    found.store(Dataset.from_cells(holding()))
    return found


@pytest.fixture
def issued(repository: Repository, keys: Path, tmp_path: Path) -> Path:
    """What A has given P1, signed by A."""
    issue(repository, "P1", "A", keys / "A.pem", tmp_path / "p1.json")
    return tmp_path / "p1.json"


def verdict(token: str, keys: Path, now: datetime = NOW) -> str:
    return checked(token, form.read_trust(keys / "trust.json"), now).verdict


def signed(keys: Path, fact: Fact = PASSPORT, by: str = "A", name: str = "A") -> str:
    return form.signed(fact, name, form.read_key(keys / f"{by}.pem"), NOW)


def encoded(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def states(repository: Repository) -> dict[tuple[str, ...], str]:
    """File and giver -> whether it is signed; of what is not over."""
    return {
        (one.fact.file, one.fact.cell("issued_by_organisation_id")): one.state
        for one in signed_of(repository, "P1")
        if one.fact.cell("valid_from") == str(LAST_YEAR)
    }


def test_what_a_has_given_goes_round_and_is_told_apart(
    repository: Repository, issued: Path, keys: Path
) -> None:
    found = verify(repository, issued, keys / "trust.json")
    assert [(one.verdict, one.here) for one in found] == [("valid", "same")] * 3
    assert {one.claims.fact.file for one in found if one.claims} == {
        "passport",
        "staff_competency",
        "procedure_sign_off",
    }
    assert set(states(repository).values()) == {"entered"}, "nothing was to be kept"
    for _ in range(2):  # twice is once
        verify(repository, issued, keys / "trust.json", keep=True)
    assert len(repository.attestations.of_person("P1")) == 3
    assert states(repository) == {
        ("passport", "A"): "signed",
        ("passport", "B"): "entered",
        ("staff_competency", ""): "signed",
        ("procedure_sign_off", ""): "signed",
    }
    words = {one.words for one in signed_of(repository, "P1") if one.state == "signed"}
    assert words == {f"Signed by Trust A on {TODAY:%-d %B %Y}."}
    (entry,) = [one for one in repository.audit.entries() if one.action == "change_people"]
    said = deed_words.in_words(entry, repository.audit.people(), lambda *_: "", {})
    assert said == "kept 3 verified credentials of person P1"
    held = my_clearance(repository, "P1", TODAY).held
    known = {one.held_as for one in signed_of(repository, "P1")}
    shown = [(one.kind, one.key, one.since.isoformat()) in known for one in held]
    assert shown.count(True) == 3, "all but the contract"


def test_what_a_credential_holds(issued: Path, keys: Path) -> None:
    tokens = form.tokens_of(issued)
    header = jws.extract_compact(tokens[0].encode()).headers()
    public = json.loads((keys / "A.json").read_text())["keys"][0]
    assert (header["typ"], header["kid"]) == ("vc+jwt", public["kid"])
    document = next(
        one for one in map(payload, tokens) if one["credentialSubject"]["kind"] == "passport"
    )
    assert document["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert document["validUntil"].startswith(f"{NEXT_YEAR}T23:59:59")
    assert document["credentialSubject"] == {
        "staffNumber": "P1",
        "organisation": "A",
        "kind": "passport",
        "what": {
            "route": ROUTE,
            "issued_by_organisation_id": "A",
            "checks": "identity|dbs",
        },
        "firstDay": str(LAST_YEAR),
        "lastDay": str(NEXT_YEAR),
        "status": "active",
    }
    assert payload(signed(keys))["id"] == document["id"]


def test_the_private_key_is_the_owners_alone_and_never_overwritten(keys: Path) -> None:
    assert stat.S_IMODE((keys / "A.pem").stat().st_mode) == 0o600
    before = (keys / "A.pem").read_bytes()
    with pytest.raises(BadRequest, match="already"):
        form.make_key(keys / "A.pem", keys / "other.json")
    assert (keys / "A.pem").read_bytes() == before
    private = form.read_key(keys / "A.pem").as_dict(private=True)
    (keys / "unsafe.json").write_text(json.dumps({"A": {"keys": [private]}}))
    with pytest.raises(BadRequest, match="without private parts"):
        form.read_trust(keys / "unsafe.json")


def test_a_key_of_the_other_kind_signs_too(keys: Path, tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256")
    (tmp_path / "es.pem").write_bytes(key.as_pem(private=True))
    token = form.signed(PASSPORT, "A", form.read_key(tmp_path / "es.pem"), NOW)
    (tmp_path / "trust.json").write_text(json.dumps({"A": {"keys": [form.public_key(key)]}}))
    assert verdict(token, tmp_path) == "valid"
    assert verdict(token, keys) == "signature"
    (tmp_path / "large.pem").write_bytes(ECKey.generate_key("P-384").as_pem(private=True))
    with pytest.raises(BadRequest, match="P-256"):
        form.read_key(tmp_path / "large.pem")


def test_what_is_refused_and_why(keys: Path) -> None:
    token = signed(keys)
    assert verdict(token, keys) == "valid"
    head, body, signature = token.split(".")
    changed = payload(token)
    changed["credentialSubject"]["status"] = "revoked"
    assert verdict(f"{head}.{encoded(changed)}.{signature}", keys) == "signature"
    none = encoded({"alg": "none", "typ": "vc+jwt"})
    assert verdict(f"{none}.{body}.", keys) == "algorithm"
    hs256 = encoded({"alg": "HS256", "typ": "vc+jwt"})
    for secret in (
        form.read_key(keys / "A.pem").as_pem(private=False),
        form.read_key(keys / "A.pem").as_dict(private=False)["x"].encode(),
    ):
        mac = hmac.new(secret, f"{hs256}.{body}".encode(), sha256).digest()
        forged = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        assert verdict(f"{hs256}.{body}.{forged}", keys) == "algorithm"
    assert verdict(signed(keys, by="B"), keys) == "organisation"
    assert verdict(signed(keys, name="C"), keys) == "unknown issuer"
    assert verdict("no.token", keys) == verdict("", keys) == "unreadable"


def test_b_cannot_sign_what_a_has_given(keys: Path) -> None:
    assert verdict(signed(keys, by="B", name="B"), keys) == "organisation"


def test_what_is_over_or_has_not_begun(keys: Path) -> None:
    token = signed(keys)
    last = datetime.combine(NEXT_YEAR, datetime.min.time(), UTC)
    assert verdict(token, keys, last + timedelta(hours=20)) == "valid"
    assert verdict(token, keys, last + timedelta(hours=25)) == "expired"
    assert verdict(token, keys, NOW - timedelta(days=1)) == "not yet valid"
    later = PASSPORT.model_copy(update={"valid_from": TODAY + timedelta(days=3)})
    assert verdict(signed(keys, later), keys) == "not yet valid"


def test_a_fact_that_is_changed_was_signed_as_something_else(
    repository: Repository, issued: Path, keys: Path
) -> None:
    verify(repository, issued, keys / "trust.json", keep=True)
    stored = next(
        row for row in repository.facts("passport") if row.identity() == PASSPORT.identity()
    )
    changed = stored.model_copy(update={"checks": "identity|dbs|registration"})
    change(repository, [RowChange(stored, changed)])
    assert states(repository)["passport", "A"] == "changed"
    (one,) = [one for one in signed_of(repository, "P1") if one.state == "changed"]
    assert one.words.startswith("Changed since it was signed by Trust A on ")
    found = verify(repository, issued, keys / "trust.json", keep=True)
    (other,) = [one for one in found if one.here == "otherwise"]
    assert other.cells == {"checks": ("identity|dbs", "identity|dbs|registration")}
    assert states(repository)["passport", "A"] == "changed", "what differs is not kept"
    change(repository, [RowChange(changed, stored)])
    assert states(repository)["passport", "A"] == "signed"


def test_of_what_is_not_here_nothing_is_kept(
    repository: Repository, keys: Path, tmp_path: Path
) -> None:
    competency = StaffCompetency(staff_id="P2", competency_id="LS", valid_from=LAST_YEAR)
    (tmp_path / "p2.json").write_text(json.dumps([signed(keys, competency)]))
    (found,) = verify(repository, tmp_path / "p2.json", keys / "trust.json", keep=True)
    assert (found.verdict, found.here) == ("valid", "none")
    assert repository.attestations.of_person("P2") == []


def test_there_may_be_nothing_to_sign(repository: Repository, keys: Path, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="nothing to sign"):
        issue(repository, "P2", "A", keys / "A.pem", tmp_path / "out.json")
    given = issue(repository, "P1", "B", keys / "B.pem", tmp_path / "out.json")
    assert [one.file for one in given] == ["passport"], "B does not employ P1"


def test_who_may(repository: Repository, issued: Path, keys: Path, tmp_path: Path) -> None:
    trust = keys / "trust.json"
    colleague, manager = as_staff(repository, "P2"), acting(repository, "manager", operations())
    of_a, of_b = (acting(repository, f"of {one}", approver(one)) for one in ("A", "B"))
    for other in (colleague, of_b):
        with pytest.raises(NotPermitted):
            verify(other, issued, trust)
        with pytest.raises(NotPermitted):
            signed_of(other, "P1")
        with pytest.raises(NotPermitted):
            issue(other, "P1", "A", keys / "A.pem", tmp_path / "out.json")
    for reader in (of_a, as_staff(repository, "P1")):
        assert verify(reader, issued, trust)[0].here == "same"
        assert signed_of(reader, "P1")
        with pytest.raises(NotPermitted):
            verify(reader, issued, trust, keep=True)
    assert repository.attestations.of_person("P1") == []
    verify(manager, issued, trust, keep=True)
    assert {one.verified_by for one in repository.attestations.of_person("P1")} == {"os:manager"}


def test_all_or_nothing(repository: Repository, issued: Path, keys: Path) -> None:
    verify(repository, issued, keys / "trust.json", keep=True)
    first = repository.attestations.of_person("P1")[0]
    before = len(repository.audit.entries())
    with pytest.raises(Exception, match="file_choice|CHECK"):
        repository.attestations.keep(
            [replace(first, credential_id="x"), replace(first, staff_id="P2", file="leave")]
        )
    assert len(repository.attestations.of_person("P1")) == 3
    assert len(repository.audit.entries()) == before


def test_it_is_handed_out_and_goes_when_they_leave(
    repository: Repository, issued: Path, keys: Path
) -> None:
    verify(repository, issued, keys / "trust.json", keep=True)
    kept = personal_data.all_of(repository, "P1")["attestations"]
    assert {one["organisation_id"] for one in kept} == {"A"}
    tables = holding()
    tables["contract"][0]["to_date"] = str(TODAY)
    repository.store(Dataset.from_cells(tables), replace=True)
    done = personal_data.forget(repository, "P1", TODAY + timedelta(days=1))
    assert done.rows["attestation"] == 3
    assert repository.attestations.of_person("P1") == []
