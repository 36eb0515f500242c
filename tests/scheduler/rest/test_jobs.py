"""Work in the background over the API: asked for, watched, cancelled."""

import json
from typing import Any

import pytest

from scheduler.services.jobs import jobs
from scheduler.services.jobs.worker import Rhythm, Worker
from scheduler.storage.repository import Repository
from tests.scheduler.rest.conftest import Program
from tests.scheduler.rest.test_door import problem

ORDER: dict[str, Any] = {
    "kind": "solve",
    "collaborative_id": "COL",
    "start": "2027-01-11",
    "limits": {"seconds": 2, "workers": 1},
}


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker is started by itself; who would have been."""
    asked: list[str] = []
    monkeypatch.setattr(jobs, "ensure_worker", lambda _: asked.append("a worker"))
    return asked


def events(text: str) -> list[dict[str, Any]]:
    return [
        json.loads(block.split("data: ", 1)[1])
        for block in text.split("\n\n")
        if block.startswith("event: job")
    ]


def test_a_roster_is_asked_for_and_found(
    program: Program, repository: Repository, nobody_works: list[str]
) -> None:
    asks = program("operations")
    made = asks.post("/jobs", json=ORDER)
    assert (made.status_code, made.json()["state"], nobody_works) == (201, "queued", ["a worker"])
    assert asks.get("/jobs?open=true").json()["items"][0]["job_id"] == made.json()["job_id"]
    Worker(repository, "here", Rhythm.of_lease(30)).run(once=True)
    job = asks.get(made.headers["Location"]).json()
    assert (job["state"], job["failure"]) == ("done", None)
    roster = asks.get(f"/rosters/{job['roster_id']}").json()
    assert roster["objective_pence"] == job["best_pence"]
    assert roster["assignments"]


def test_the_same_order_is_the_same_job_while_it_is_open(program: Program) -> None:
    asks = program("operations")
    first, again = (asks.post("/jobs", json=ORDER).json()["job_id"] for _ in range(2))
    assert first == again
    asks.post(f"/jobs/{first}/cancel")
    assert asks.post("/jobs", json=ORDER).json()["job_id"] != first


def test_with_a_key_it_is_the_same_job_for_ever(program: Program) -> None:
    asks = program("operations")
    key = {"Idempotency-Key": "week-2"}
    first = asks.post("/jobs", json=ORDER, headers=key).json()["job_id"]
    asks.post(f"/jobs/{first}/cancel")
    assert asks.post("/jobs", json=ORDER, headers=key).json()["job_id"] == first


def test_a_job_is_watched_until_it_ends(program: Program, repository: Repository) -> None:
    asks = program("operations")
    job_id = asks.post("/jobs", json=ORDER).json()["job_id"]
    assert asks.post(f"/jobs/{job_id}/cancel").json()["state"] == "cancelled"
    answer = asks.get(f"/jobs/{job_id}/events")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one["state"] for one in events(answer.text)] == ["cancelled"]


def test_who_watches_hears_of_each_step(
    program: Program, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.rest.jobs.LOOK_AGAIN", 0.01)
    asks = program("operations")
    job_id = asks.post("/jobs", json=ORDER).json()["job_id"]
    looks = iter(range(100))
    show = jobs.show

    def shown(asking: Repository, named: str) -> jobs.Job:
        if next(looks) == 3:
            jobs.cancel(repository, named)
        return show(asking, named)

    monkeypatch.setattr(jobs, "show", shown)
    found = events(asks.get(f"/jobs/{job_id}/events").text)
    assert [one["state"] for one in found] == ["queued", "cancelled"]


def test_a_connection_ends_though_the_job_does_not(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.rest.jobs.LOOK_AGAIN", 0.01)
    monkeypatch.setattr("scheduler.rest.jobs.LOOKS", 3)
    asks = program("operations")
    job_id = asks.post("/jobs", json=ORDER).json()["job_id"]
    assert [one["state"] for one in events(asks.get(f"/jobs/{job_id}/events").text)] == ["queued"]


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({**ORDER, "kind": "repair"}, 400),
        ({**ORDER, "kind": "compare"}, 400),
        ({**ORDER, "collaborative_id": "NOPE"}, 404),
        ({**ORDER, "limits": {"seconds": 0}}, 422),
        ({**ORDER, "policy": {"no_such_rule": {}}}, 422),
        ({**ORDER, "polcy": {}}, 422),
        ({**ORDER, "start": "someday"}, 422),
        ({**ORDER, "kind": "repair", "roster_id": "NOPE"}, 404),
        (
            {**ORDER, "kind": "compare", "scenarios": [{"name": "../x", "toml": "alone = true"}]},
            400,
        ),
        (
            {
                **ORDER,
                "kind": "compare",
                "scenarios": [{"name": "x", "toml": "alone = true"}] * 2,
            },
            400,
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    program: Program, repository: Repository, order: dict[str, Any], status: int
) -> None:
    problem(program("operations").post("/jobs", json=order), status)
    assert repository.jobs.latest() == []


def test_a_director_tests_and_builds_nothing(program: Program) -> None:
    asks = program("director")
    order = {**ORDER, "kind": "frontier", "reduce": "agency", "against": "cover", "points": 5}
    assert asks.post("/jobs", json=order).status_code == 201
    problem(asks.post("/jobs", json=ORDER), 403)


def test_a_waterfall_keeps_the_order_of_its_steps(program: Program, repository: Repository) -> None:
    steps = [{"name": name, "toml": f'name = "{name}"\nalone = true\n'} for name in ("Z", "A")]
    order = {**ORDER, "kind": "waterfall", "scenarios": steps}
    assert program("director").post("/jobs", json=order).status_code == 201
    [job] = repository.jobs.latest()
    assert list(job.request["scenarios"]) == ["01 Z", "02 A"]
