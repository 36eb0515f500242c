"""The description of the API: the one in the repository, and that the API keeps to it, whatever it
is sent.
"""

import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from scheduler.rest.openapi import described
from scheduler.services.jobs import jobs
from tests.at_random import examples
from tests.scheduler.rest.conftest import ROSTER, Program

FILE = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
"""Made anew by `make docs`."""
DOCUMENT = json.loads(described())
OPERATIONS = sorted(
    (path, method) for path, operations in DOCUMENT["paths"].items() for method in operations
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REAL = {
    "roster_id": ROSTER,
    "other_id": ROSTER,
    "file": "staff",
    "number": 1,
    "collaborative_id": "COL",
    "staff_id": "ANN",
    "organisation_id": "A",
    "start": "2027-01-11",
}
"""What stands at every second turn where the address asks for it, so that it leads somewhere."""


def test_the_repository_holds_the_description_as_it_is() -> None:
    assert FILE.read_text(encoding="utf-8") == described(), "make docs writes it anew"


def test_every_operation_is_in_words() -> None:
    for path, method in OPERATIONS:
        found = DOCUMENT["paths"][path][method]
        assert found["description"], (path, method)
        assert {"401", "422"} <= found["responses"].keys(), (path, method)
        assert found["security"], (path, method)
    names = [DOCUMENT["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(set(names)) == len(names)


def test_it_is_served_to_whoever_asks(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["info"] == DOCUMENT["info"]
    assert client.get("/docs").status_code == 404


def as_file(part: Any) -> Any:
    """What a client can send as a part of a form: numbers and the like as text."""
    if isinstance(part, tuple):
        name, content, *kind = part
        return (name, content if isinstance(content, str | bytes) else str(content), *kind)
    return part if isinstance(part, str | bytes) else str(part)


@pytest.mark.at_random
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=str)
def test_whatever_is_sent_the_answer_is_one_that_is_described(
    program: Program, path: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "ensure_worker", lambda _: None)
    askers = cycle([program(role) for role in ("operations", "approver", "administrator")])
    really = cycle([True, False])
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    sensible = operation.as_strategy(GenerationMode.POSITIVE)
    senseless = operation.as_strategy(GenerationMode.NEGATIVE)

    @settings(
        max_examples=examples(5),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sensible | senseless)
    def check(case: Case) -> None:
        if next(really):
            for sent in (case.path_parameters, case.query):
                for name in sent or {}:
                    sent[name] = REAL.get(name, sent[name])
        sending = case.as_transport_kwargs(base_url="http://localhost")
        sending.pop("cookies", None)
        if sending.get("files"):
            sending["files"] = [(name, as_file(part)) for name, part in sending["files"]]
        asks = next(askers)
        request = asks.build_request(**sending)
        request.read()  # files come as a stream otherwise, which the checks cannot read again
        answer = asks.send(request)
        case.validate_response(answer, checks=CHECKS)

    check()
