"""Drafts and rosters over the API: changed against an edition, refused with the rules, approved,
published, withdrawn.
"""

from typing import Any

import pytest
from starlette.testclient import TestClient

from scheduler.domain.dataset import Dataset
from scheduler.storage.repository import Repository
from tests.factories import Tables
from tests.scheduler.rest.conftest import ROSTER, Program
from tests.scheduler.rest.test_door import problem
from tests.scheduler.services.sign_off.conftest import post, with_scheme


@pytest.fixture
def asks(program: Program) -> TestClient:
    return program("operations")


def a_seat(asks: TestClient) -> dict[str, str]:
    """Somebody's place in the roster."""
    lines = asks.get(f"/rosters/{ROSTER}").json()["assignments"]
    line = next(line for line in lines if line["staff_id"] == "ANN")
    return {"who": line["staff_id"], "demand_id": line["demand_id"]}


def test_a_change_is_tried_made_and_taken_back(asks: TestClient) -> None:
    given = {"leave": [a_seat(asks)]}
    before = asks.get(f"/rosters/{ROSTER}").json()
    tried = asks.post(f"/rosters/{ROSTER}/edits?dry_run=true", json=given).json()
    assert (tried["status"], tried["change"]) == ("would_do", None)
    assert asks.get(f"/rosters/{ROSTER}").json() == before
    done = asks.post(f"/rosters/{ROSTER}/edits", json=given)
    assert done.status_code == 201
    assert done.json()["effect"] == tried["effect"]
    after = asks.get(f"/rosters/{ROSTER}").json()
    assert len(after["assignments"]) == len(before["assignments"]) - 1
    cost = after["objective_pence"] - before["objective_pence"]
    assert cost == pytest.approx(tried["effect"]["objective_pence"])
    assert asks.get(done.headers["Location"]).json()["kind"] == "unassign"
    back = asks.post(f"/rosters/{ROSTER}/undo", json={"what": "undo"})
    assert back.status_code == 201
    assert asks.get(f"/rosters/{ROSTER}").json()["assignments"] == before["assignments"]
    assert asks.post(f"/rosters/{ROSTER}/undo", json={"what": "redo"}).status_code == 201
    assert len(asks.get(f"/rosters/{ROSTER}/edits").json()) == 3


def test_only_what_was_read_is_changed(asks: TestClient) -> None:
    tag = asks.get(f"/rosters/{ROSTER}").headers["ETag"]
    given = {"leave": [a_seat(asks)]}
    match = {"If-Match": tag}
    assert asks.post(f"/rosters/{ROSTER}/edits", json=given, headers=match).status_code == 201
    other = {"leave": [a_seat(asks)]}
    problem(asks.post(f"/rosters/{ROSTER}/edits", json=other, headers=match), 412)
    problem(asks.post(f"/rosters/{ROSTER}/edits", json=other, headers={"If-Match": '"x"'}), 412)
    assert len(asks.get(f"/rosters/{ROSTER}/edits").json()) == 1
    fresh = {"If-Match": asks.get(f"/rosters/{ROSTER}").headers["ETag"]}
    assert asks.post(f"/rosters/{ROSTER}/edits", json=other, headers=fresh).status_code == 201


def test_a_change_with_a_key_is_made_once(asks: TestClient) -> None:
    given, key = {"leave": [a_seat(asks)]}, {"Idempotency-Key": "e1"}
    first = asks.post(f"/rosters/{ROSTER}/edits", json=given, headers=key)
    again = asks.post(f"/rosters/{ROSTER}/edits", json=given, headers=key, follow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    assert len(asks.get(f"/rosters/{ROSTER}/edits").json()) == 1


def test_two_programs_may_call_their_changes_the_same(asks: TestClient, program: Program) -> None:
    second, key = program("operations", called="second"), {"Idempotency-Key": "e1"}
    assert asks.get("/me").json()["account_id"] != second.get("/me").json()["account_id"]
    for one in (asks, second):
        given = {"leave": [a_seat(asks)]}
        assert one.post(f"/rosters/{ROSTER}/edits", json=given, headers=key).status_code == 201
    assert len(asks.get(f"/rosters/{ROSTER}/edits").json()) == 2


def test_what_breaks_a_rule_is_refused_with_all_rules_in_its_way(asks: TestClient) -> None:
    seat = a_seat(asks)
    given = {"take": [{"who": "CAL", "demand_id": seat["demand_id"]}]}
    tried = asks.post(f"/rosters/{ROSTER}/edits?dry_run=true", json=given).json()
    assert tried["status"] == "would_be_refused"
    found = problem(asks.post(f"/rosters/{ROSTER}/edits", json=given), 409)
    assert found["type"].endswith("breaks-rules")
    assert [one["rule"] for one in found["broken"]] == [
        one["rule"] for one in tried["effect"]["broken"]
    ]
    assert found["broken"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"take": [{"who": "NOBODY", "demand_id": "NOTHING"}]}, 404),
        ({"take": [{"who": "ANN"}]}, 422),
        ({"takes": []}, 422),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    asks: TestClient, given: dict[str, Any], status: int
) -> None:
    problem(asks.post(f"/rosters/{ROSTER}/edits", json=given), status)


def test_a_part_of_a_roster_is_read(asks: TestClient) -> None:
    lines = asks.get(f"/rosters/{ROSTER}", params={"staff_id": "ANN"}).json()["assignments"]
    assert {line["staff_id"] for line in lines} == {"ANN"}
    day = lines[0]["start"][:10]
    some = asks.get(f"/rosters/{ROSTER}", params={"staff_id": "ANN", "date": day}).json()
    assert 1 <= len(some["assignments"]) < len(lines)
    problem(asks.get(f"/rosters/{ROSTER}", params={"service_id": "NOPE"}), 400)


def test_it_is_published_as_it_was_looked_at(
    asks: TestClient, program: Program, repository: Repository
) -> None:
    approver = program("approver")
    seen = {"If-Match": asks.get(f"/rosters/{ROSTER}").headers["ETag"]}
    assert asks.post(f"/rosters/{ROSTER}/edits", json={"leave": [a_seat(asks)]}).status_code == 201
    problem(approver.post(f"/rosters/{ROSTER}/publication", json={}, headers=seen), 412)
    assert repository.roster_header(ROSTER).status == "draft"
    now = {"If-Match": asks.get(f"/rosters/{ROSTER}").headers["ETag"]}
    given = {"anyway": "it has to be", "reason": "it has to be"}
    done = approver.post(f"/rosters/{ROSTER}/publication", json=given, headers=now)
    assert (done.status_code, done.json()["status"]) == (200, "published")
    problem(asks.post(f"/rosters/{ROSTER}/withdrawal", json={"reason": "no"}), 403)
    problem(approver.post(f"/rosters/{ROSTER}/withdrawal", json={"reason": ""}), 422)
    gone = approver.post(f"/rosters/{ROSTER}/withdrawal", json={"reason": "the wrong week"})
    assert gone.json()["withdrawn_reason"] == "the wrong week"


def test_each_organisation_answers_what_it_has_seen(
    asks: TestClient, program: Program, repository: Repository
) -> None:
    problem(asks.post(f"/rosters/{ROSTER}/offer"), 400)  # no scheme, nobody to ask
    scheme: Tables = {}
    with_scheme(scheme, post("A-COO", "approve", "A"), post("B-COO", "approve", "B"))
    repository.store(Dataset.from_cells(scheme))
    assert asks.post(f"/rosters/{ROSTER}/offer").status_code == 200
    assert asks.delete(f"/rosters/{ROSTER}/offer").status_code == 200
    steps = asks.get(f"/rosters/{ROSTER}/sign-off").json()["steps"]
    [mark] = [one["mark"] for one in steps if one["organisation_id"] == "A"]
    approver, given = program("approver"), {"organisation_id": "A", "answer": "approve"}
    stale = {**given, "seen": "another"}
    problem(approver.post(f"/rosters/{ROSTER}/sign-off", json=stale), 412)
    done = approver.post(f"/rosters/{ROSTER}/sign-off", json={**given, "seen": mark}).json()
    assert {one["organisation_id"]: one["standing"] for one in done["steps"]}["A"] == "approved"
    refused = approver.post(
        f"/rosters/{ROSTER}/sign-off",
        json={"organisation_id": "B", "answer": "refuse", "reason": "too few"},
    )
    assert refused.status_code == 200
    answer = approver.post(f"/rosters/{ROSTER}/publication", json={"reason": "now"})
    found = problem(answer, 409)
    assert found["waiting"] == [{"organisation_id": "B", "step": "approve"}]


def test_answers_of_services_are_handed_on(asks: TestClient) -> None:
    [place, *_] = asks.get(f"/rosters/{ROSTER}/vacancies").json()["vacancies"]
    asked = {"demand_id": place["demand_id"]}
    told = asks.get(f"/rosters/{ROSTER}/vacancy", params=asked).json()
    assert told["missing"] == place["missing"]
    assert told["sentences"]
    who = asks.get(f"/rosters/{ROSTER}/replacements", params=asked).json()
    assert who["demand_id"] == place["demand_id"]
    seat = a_seat(asks)
    why = {"staff_id": seat["who"], "demand_id": seat["demand_id"]}
    assert asks.get(f"/rosters/{ROSTER}/why", params=why).json()["assigned"] is True
    why_not = {"staff_id": "CAL", "demand_id": seat["demand_id"], "seconds": 1}
    assert asks.get(f"/rosters/{ROSTER}/why", params=why_not).json()["assigned"] is False
