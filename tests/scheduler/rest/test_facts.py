"""Facts over the API: brought in, changed under one's eyes, taken back."""

from typing import Any

import pytest

from scheduler.domain.facts import BY_FILE
from scheduler.storage.repository import Repository
from tests.scheduler.rest.conftest import Program
from tests.scheduler.rest.test_door import problem

EVERYTHING = tuple(BY_FILE)


def place(asks: Any) -> dict[str, str]:
    row: dict[str, str] = asks.get("/facts/place", params={"key": "PA"}).json()["items"][0]
    return row


def renamed(row: dict[str, str], name: str) -> dict[str, Any]:
    return {"changes": [{"file": "place", "before": row, "after": {**row, "name": name}}]}


def test_every_kind_is_described(program: Program) -> None:
    asks = program("operations")
    kinds = {one["file"]: one for one in asks.get("/facts").json()}
    assert (
        kinds["passport"]["key"] == ["staff_id", "route", "host_organisation_id"]
        or kinds["passport"]["key"]
    )
    assert all(column["description"] for one in kinds.values() for column in one["columns"])
    for file in kinds:
        rows = asks.get(f"/facts/{file}").json()["items"]
        names = [column["name"] for column in kinds[file]["columns"]]
        assert all(list(row) == names for row in rows)


def test_rows_are_changed_all_or_none(program: Program) -> None:
    asks = program("operations")
    row = place(asks)
    given = renamed(row, "Harbour")
    tried = asks.post("/facts/changes?dry_run=true", json=given)
    assert (tried.json()["status"], tried.json()["change"]) == ("would_do", None)
    assert place(asks) == row
    done = asks.post("/facts/changes", json={**given, "why": "its new name"})
    assert done.status_code == 201
    assert place(asks)["name"] == "Harbour"
    past = asks.get(done.headers["Location"]).json()
    assert (past["why"], past["rows"][0]["what"]) == ("its new name", "changed")
    back = asks.post(f"/facts/changes/{past['change']}/revert", json={"why": "after all not"})
    assert back.status_code == 201
    assert place(asks) == row


def test_what_somebody_else_has_changed_is_not_overwritten(program: Program) -> None:
    asks = program("operations")
    row = place(asks)
    assert asks.post("/facts/changes", json=renamed(row, "Harbour")).status_code == 201
    found = problem(asks.post("/facts/changes", json=renamed(row, "Quay")), 422)
    assert "PA" in str(found["faults"])
    assert place(asks)["name"] == "Harbour"


def test_every_fault_is_named_at_once(program: Program) -> None:
    asks = program("operations")
    given = {
        "changes": [
            {"file": "leave", "after": {"staff_id": "NOBODY", "from_date": "2027-02-30"}},
            {"file": "place", "after": {"id": "PX", "nmae": "Typo", "collaborative_id": "COL"}},
        ]
    }
    found = problem(asks.post("/facts/changes", json=given), 422)["faults"]
    assert {(fault["file"], fault["column"]) for fault in found} >= {
        ("leave.csv", "from_date"),
        ("place.csv", "nmae"),
    }


def test_an_import_is_tried_and_then_made(program: Program, repository: Repository) -> None:
    asks = program("operations")
    text = "staff_id,from_date,to_date,kind\nANN,2027-02-01,2027-02-03,annual\n"
    files = [("files", ("leave.csv", text))]
    before = repository.facts_stamp()
    tried = asks.post("/facts/imports?dry_run=true", files=files).json()
    assert (tried["status"], tried["total"]["added"], repository.facts_stamp()) == (
        "would_do",
        1,
        before,
    )
    done = asks.post("/facts/imports?why=told", files=files)
    assert (done.status_code, done.json()["total"]["added"]) == (201, 1)
    assert asks.get(done.headers["Location"]).json()["why"] == "told"
    wrong = [("files", ("leave.csv", text.replace("ANN", "NOBODY")))]
    found = problem(asks.post("/facts/imports", files=wrong), 422)
    assert [(f["file"], f["row"], f["column"]) for f in found["faults"]] == [
        ("leave.csv", 2, "staff_id")
    ]


def test_what_a_whole_file_does_not_hold_goes_once_that_is_confirmed(program: Program) -> None:
    asks = program("operations")
    files = [("files", ("leave.csv", "staff_id,from_date,to_date,kind\n"))]
    found = problem(asks.post("/facts/imports?complete=leave", files=files), 409)
    assert found["type"].endswith("to-confirm")
    assert [(row["file"], row["staff_id"]) for row in found["would_withdraw"]] == [("leave", "BEA")]
    assert len(asks.get("/facts/leave").json()["items"]) == 1
    done = asks.post("/facts/imports?complete=leave&confirmed=true", files=files)
    assert done.json()["total"]["withdrawn"] == 1
    assert asks.get("/facts/leave").json()["items"] == []


@pytest.mark.parametrize(
    "names",
    [["../leave.csv"], ["unheard_of.csv"], ["leave.csv", "leave.csv"], ["a.xlsx", "b.xlsx"]],
)
def test_files_that_mean_nothing_are_refused(program: Program, names: list[str]) -> None:
    files = [("files", (name, "staff_id\n")) for name in names]
    problem(program("operations").post("/facts/imports", files=files), 400)


def test_what_is_no_workbook_is_told_so(program: Program) -> None:
    files = [("files", ("facts.xlsx", b"no workbook"))]
    answer = program("operations").post("/facts/imports", files=files)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


def test_a_change_with_a_key_is_made_once(program: Program, repository: Repository) -> None:
    asks = program("operations")
    given = renamed(place(asks), "Harbour")
    key = {"Idempotency-Key": "7f3c"}
    first = asks.post("/facts/changes", json=given, headers=key)
    stamp = repository.facts_stamp()
    again = asks.post("/facts/changes", json=given, headers=key, follow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    followed = asks.post("/facts/changes", json=given, headers=key)
    assert followed.json()["change"] == first.json()["change"]
    assert repository.facts_stamp() == stamp
    other = renamed(place(asks), "Quay")
    problem(asks.post("/facts/changes", json=other, headers=key), 409)


def test_what_was_refused_may_be_sent_again_with_its_key(program: Program) -> None:
    asks = program("operations")
    row = place(asks)
    key = {"Idempotency-Key": "7f3d"}
    problem(asks.post("/facts/changes", json=renamed({**row, "name": "?"}, "X"), headers=key), 422)
    answer = asks.post("/facts/changes", json=renamed(row, "Harbour"), headers=key)
    assert answer.status_code == 201


def test_a_collaborative_of_which_rosters_are_kept_stays(program: Program) -> None:
    """Found by sending at random: the first import, with all that is built on it, taken back."""
    asks = program("operations")
    found = problem(asks.post("/facts/changes/1/revert", json={}), 422)
    assert {(one["file"], one["value"]) for one in found["faults"]} == {
        ("collaborative.csv", "COL")
    }
    assert "1 roster is of it" in found["detail"]
    files = [("files", (f"{kind}.csv", ",".join(asks_columns(asks, kind)))) for kind in EVERYTHING]
    whole = [("confirmed", "true"), *(("complete", kind) for kind in EVERYTHING)]
    found = problem(asks.post("/facts/imports", files=files, params=whole), 422)
    assert "1 roster is of it" in found["detail"]
    assert asks.get("/facts/collaborative").json()["items"]


def asks_columns(asks: Any, kind: str) -> list[str]:
    described = {one["file"]: one["columns"] for one in asks.get("/facts").json()}
    return [column["name"] for column in described[kind]]
