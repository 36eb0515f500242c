"""Jobs as people see them: what is the same request, what is said of a job, who works."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import Pin
from scheduler.services.jobs import jobs
from scheduler.services.jobs.course import MOST_MOMENTS, Course
from scheduler.services.jobs.order import Order
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Moment
from solver.search.strategy import Limits
from tests.factories import MONDAY, need, person, plain_tables

MINUTE = timedelta(minutes=1)
ORDER = Order("solve", "COL", MONDAY)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """One person, one shift."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    tables = plain_tables()
    person(tables, "ANN", "A")
    need(tables, 0, "E")
    with Repository(f"sqlite:///{tmp_path}/small.db") as found:
        found.store(Dataset.from_cells(tables))
        yield found


def test_an_order_survives_being_written_down() -> None:
    order = Order(
        kind="compare",
        collaborative_id="COL",
        start=MONDAY,
        days=14,
        limits=Limits(30, 4, 7),
        policy={"travel": {"off": True}},
        stable_against="COL-1",
        scenarios={"a.toml": "name = 'Ä'"},
    )
    assert Order.from_document(json.loads(json.dumps(order.to_document()))) == order


def test_the_same_request_is_one_job_however_its_policy_was_written(repository: Repository) -> None:
    first = jobs.submit(repository, ORDER)
    default_rest = {"daily_rest": {"weight": "hard"}}
    same = [
        ORDER,
        Order("solve", "COL", MONDAY, limits=Limits(60)),
        Order("solve", "COL", MONDAY, policy={}),
        Order("solve", "COL", MONDAY, policy=default_rest),
    ]
    assert first.new
    assert [
        (found.job.id, found.new) for found in (jobs.submit(repository, order) for order in same)
    ] == [(first.job.id, False)] * 4


@pytest.mark.parametrize(
    "other",
    [
        Order("solve", "COL", MONDAY, 14),
        Order("solve", "COL", MONDAY + timedelta(days=7)),
        Order("solve", "COL", MONDAY, limits=Limits(61)),
        Order("solve", "COL", MONDAY, limits=Limits(seed=2)),
        Order("solve", "COL", MONDAY, policy={"travel": {"off": True}}),
        Order("compare", "COL", MONDAY, scenarios={"a.toml": "x"}),
    ],
)
def test_another_request_is_another_job(repository: Repository, other: Order) -> None:
    assert jobs.submit(repository, ORDER).job.id != jobs.submit(repository, other).job.id


def test_the_same_request_on_other_facts_is_another_job(repository: Repository) -> None:
    first = jobs.submit(repository, ORDER)
    repository.add_pin(Pin(staff_id="ANN", demand_id="SA-0111-E-RN"))
    assert jobs.submit(repository, ORDER).job.id != first.job.id


def test_what_makes_no_sense_is_refused_at_once(repository: Repository) -> None:
    with pytest.raises(NotFound, match="Maybe COL"):
        jobs.submit(repository, Order("solve", "COLL", MONDAY))
    with pytest.raises(NotFound, match="no roster"):
        jobs.submit(repository, Order("solve", "COL", MONDAY, stable_against="COL-1"))
    with pytest.raises(BadInput, match="daily_rest"):
        jobs.submit(
            repository, Order("solve", "COL", MONDAY, policy={"daily_rest": {"hours": "many"}})
        )
    with pytest.raises(BadRequest, match="at least one scenario"):
        jobs.submit(repository, Order("compare", "COL", MONDAY))
    with Repository("sqlite://") as passing, pytest.raises(BadRequest, match="in memory"):
        jobs.submit(passing, ORDER)
    with pytest.raises(NotFound, match="No collaborative 'X'"):
        jobs.latest(repository, "X")
    assert jobs.latest(repository) == []


def test_watching_ends_with_the_job(repository: Repository) -> None:
    job_id = jobs.submit(repository, ORDER).job.id
    seen = []
    for now in jobs.watch(repository, job_id, every=0):
        seen.append((now.state, jobs.standing(now)))
        if now.state == "queued":
            claimed = repository.jobs.claim("w", MINUTE)
            assert claimed is not None
        elif now.open and now.cancel_requested:
            repository.jobs.fail(claimed, "bad_input", "Stopped before there was any roster.")
        else:
            jobs.cancel(repository, job_id)
    assert seen == [
        ("queued", "waits for a worker"),
        ("running", "starting"),
        ("running", "is asked to end with the best so far"),
        ("cancelled", "cancelled"),
    ]


def test_a_silent_job_is_said_to_be_so(repository: Repository) -> None:
    jobs.submit(repository, ORDER)
    claimed = repository.jobs.claim("w", timedelta(seconds=-1))
    assert claimed is not None
    now = jobs.show(repository, claimed.id)
    assert "was last heard of at" in jobs.standing(now)
    assert jobs.needs_a_worker(now)


def test_a_job_as_a_document_holds_pence_and_its_course(repository: Repository) -> None:
    jobs.submit(repository, ORDER)
    claimed = repository.jobs.claim("w", MINUTE)
    assert claimed is not None
    repository.jobs.beat(claimed, MINUTE, [Moment(1.5, "improving", 600, 300)])
    document = json.loads(json.dumps(jobs.document(jobs.show(repository, claimed.id))))
    assert (
        document["best_pence"],
        document["bound_pence"],
        document["gap"],
        document["request"]["start"],
    ) == (10, 5, 0.5, "2027-01-11")
    assert document["course"] == [
        {"seconds": 1.5, "phase": "improving", "best_pence": 10, "bound_pence": 5}
    ]


# --- somebody must work


class _Process:
    """Stands for a worker's process."""

    started: list[list[str]] = []

    def __init__(self, command: list[str], **options: object) -> None:
        self.started.append(command)

    def poll(self) -> None:
        return None


def test_one_worker_is_started_where_none_lives(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Process, "started", [])
    monkeypatch.setattr(subprocess, "Popen", _Process)
    name = jobs.ensure_worker(repository)
    assert repository.jobs.live_workers() == [name]
    assert jobs.ensure_worker(repository) is None, "while it is still starting"
    assert [name in command for command in _Process.started] == [True]
    assert not any(repository.url in word for command in _Process.started for word in command), (
        "everybody sees a command's words"
    )


# --- the course


def test_a_long_course_is_thinned_out_and_keeps_its_ends() -> None:
    course = Course()
    for number in range(100_000):  # a quarter of an hour
        course.add(Moment(number * 0.009, f"phase {number // 50_000}", 200_000 - number, number))
    moments = course.moments
    assert MOST_MOMENTS / 4 < len(moments) <= MOST_MOMENTS + 1
    assert (moments[0].seconds, moments[-1].best) == (0.0, 100_001)
    steps = [later.seconds - earlier.seconds for earlier, later in pairwise(moments[:-1])]
    assert max(steps) < 3 * min(steps), "evenly"


def test_a_short_course_is_kept_whole_but_for_what_nobody_can_see() -> None:
    course = Course()
    told = [
        Moment(0.0, "a"),
        Moment(1.0, "b", 9),
        Moment(1.01, "b", 8),
        Moment(1.02, "b", 7),
        Moment(3.0, "c", 6, 5),
    ]
    for moment in told:
        course.add(moment)
    assert course.moments == (told[0], told[1], told[4])
    course.add(Moment(3.01, "c", 5, 5))
    assert course.moments[-1] == Moment(3.01, "c", 5, 5), "the latest always"


def test_the_clock_of_a_course_never_runs_backwards() -> None:
    course = Course()
    course.add(Moment(2.0, "a"))
    course.add(Moment(1.0, "b"))
    assert [moment.seconds for moment in course.moments] == [2.0, 2.0]
