"""Who is let in, as whom, and how what goes wrong is told."""

from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from scheduler.domain.errors import Unavailable
from scheduler.rest import crowd
from scheduler.services.accounts import access_tokens
from scheduler.services.view import look_up
from scheduler.storage.repository import Repository
from tests.scheduler.rest.conftest import ROSTER, Program

READABLE = (
    "/me",
    "/collaboratives",
    "/facts",
    "/facts/staff",
    "/facts/changes",
    "/facts/changes/1",
    "/jobs",
    "/rosters",
    f"/rosters/{ROSTER}",
    f"/rosters/{ROSTER}/edits",
    f"/rosters/{ROSTER}/sign-off",
    f"/rosters/{ROSTER}/publication",
    f"/rosters/{ROSTER}/vacancies",
    f"/rosters/{ROSTER}/difference/{ROSTER}",
    "/feasibility?collaborative_id=COL&start=2027-01-11",
    "/expiries?collaborative_id=COL&start=2027-01-11",
    "/measures?collaborative_id=COL",
    "/recharge?collaborative_id=COL",
    "/recharge/lines?collaborative_id=COL",
    "/answers",
)


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["detail"]
    assert "Traceback" not in answer.text
    return found


@pytest.mark.parametrize("path", READABLE)
def test_a_program_with_a_role_reads_and_one_without_a_token_does_not(
    program: Program, client: TestClient, path: str
) -> None:
    assert program("operations").get(path).status_code == 200
    answer = client.get(path)
    assert problem(answer, 401)["detail"].startswith("Bring a token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("said", ["Bearer wds_nothing", "Bearer ", "Basic YTpi", "wds_nothing"])
def test_what_is_no_token_opens_nothing(client: TestClient, said: str) -> None:
    problem(client.get("/me", headers={"Authorization": said}), 401)


def test_a_program_is_told_who_it_is(program: Program) -> None:
    found = program("director", organisation_ids=["A"], reading_only=True).get("/me").json()
    assert found["name"] == "a director program"
    assert found["grants"] == [{"role": "director", "organisations": ["A"]}]


def test_a_token_that_only_reads_changes_nothing(program: Program, repository: Repository) -> None:
    asks = program("operations", reading_only=True)
    before = repository.facts_stamp()
    given = {"changes": [{"file": "place", "after": {"id": "X"}}]}
    found = problem(asks.post("/facts/changes", json=given), 403)
    assert "changes nothing" in found["detail"]
    problem(asks.delete(f"/rosters/{ROSTER}/offer"), 403)
    assert repository.facts_stamp() == before


def test_what_a_role_may_not_a_program_with_it_may_not(program: Program) -> None:
    order = {"kind": "solve", "collaborative_id": "COL", "start": "2027-01-11"}
    for role in ("director", "auditor", "approver"):
        problem(program(role).post("/jobs", json=order), 403)
    problem(program("auditor").get("/answers/COL-2027-01-11-C1"), 403)
    assert program("director").get("/facts/leave").json()["items"] == []


def test_a_token_that_ends_ends_at_once(program: Program, repository: Repository) -> None:
    asks = program("operations")
    assert asks.get("/me").status_code == 200
    [token] = repository.tokens.tokens()
    access_tokens.withdraw(repository, token.id)
    problem(asks.get("/me"), 401)


def test_the_record_names_the_account_and_the_token(
    program: Program, repository: Repository
) -> None:
    asks = program("operations")
    row = asks.get("/facts/place", params={"key": "PA"}).json()["items"][0]
    given = {"changes": [{"file": "place", "before": row, "after": {**row, "name": "New"}}]}
    assert asks.post("/facts/changes", json=given).status_code == 201
    [token] = repository.tokens.tokens()
    entry = repository.audit.entries()[-1]
    assert (entry.account, entry.action) == (token.account_id, "change_facts")
    assert entry.origin == f"API, token {token.id}, from testclient"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/rosters/NOPE", 404),
        ("GET", "/facts/NOPE", 404),
        ("GET", "/facts/changes/999999", 404),
        ("GET", f"/rosters/{ROSTER}/edits/9", 404),
        ("PUT", "/rosters", 405),
        ("GET", "/facts/changes/nine", 422),
        ("GET", "/rosters?limit=0", 422),
        ("GET", "/rosters?after=!!", 400),
        ("GET", "/rosters?after=Tk9QRQ", 400),
        ("GET", "/feasibility", 422),
        ("POST", "/jobs", 422),
    ],
)
def test_what_goes_wrong_is_a_problem_document(
    program: Program, method: str, path: str, status: int
) -> None:
    found = problem(program("operations").request(method, path), status)
    if status == 422:
        assert all(fault["expected"] for fault in found["faults"])


def test_a_fault_of_the_programs_own_says_nothing_of_its_inside(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(look_up, "collaboratives", broken)
    answer = program("operations").get("/collaboratives")
    assert "secret" not in problem(answer, 500)["detail"]


def test_a_database_that_is_away_is_said_to_be(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("The database cannot be reached.")

    monkeypatch.setattr(look_up, "collaboratives", away)
    answer = program("operations").get("/collaboratives")
    assert problem(answer, 503)["detail"] == "The database cannot be reached."
    assert answer.headers["Retry-After"] == "5"


def test_too_much_at_once_is_not_read(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "LARGEST", 1_000)
    asks = program("operations")
    problem(asks.post("/jobs", content=b"x" * 1_001), 413)

    def in_parts() -> Any:
        for _ in range(5):
            yield b"x" * 300

    headers = {"Content-Type": "application/json"}
    problem(asks.post("/jobs", content=in_parts(), headers=headers), 413)


async def _slowly(app: Any, seconds: float) -> list[dict[str, Any]]:
    """What is answered to whoever sends one part, and then nothing more for so long."""
    sent: list[dict[str, Any]] = []
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Any:
        for part in parts:
            return part
        await anyio.sleep(seconds)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"9")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/jobs",
        "raw_path": b"/jobs",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    await app(scope, receive, send)
    return sent


def test_who_sends_too_slowly_holds_nobody_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "PATIENCE", 0.05)
    sent = anyio.run(_slowly, client.app, 30.0)
    assert sent[0]["status"] == 408


def test_what_is_read_again_is_said_to_be_as_it_was(program: Program) -> None:
    asks = program("operations")
    for path in READABLE[1:]:
        tag = asks.get(path).headers["ETag"]
        again = asks.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == tag
        assert asks.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_lists_come_in_pieces(program: Program) -> None:
    asks = program("operations")
    whole = asks.get("/facts/shift_type").json()
    assert whole["next"] is None
    found, after = [], None
    while True:
        asked = {"limit": 2, **({"after": after} if after else {})}
        piece = asks.get("/facts/shift_type", params=asked).json()
        assert 1 <= len(piece["items"]) <= 2
        found += piece["items"]
        after = piece["next"]
        if after is None:
            break
    assert found == whole["items"]
    assert len(found) > 2
