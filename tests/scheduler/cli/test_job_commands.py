"""Work in the background from the command line."""

import json
from datetime import timedelta

import pytest

from scheduler.services.jobs import jobs
from scheduler.storage.job_queue import KeptRoster, Made
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job, Moment
from tests.scheduler.cli.conftest import START, World, start_process

ASK = ("solve", "--in-background", "-c", "COL", "-s", START, "--time-limit", 5, "--workers", 2)
JOB = f"COL-{START}-J1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is started by itself."""
    monkeypatch.setattr(jobs, "ensure_worker", lambda repository: None)


def claimed(world: World, lease: timedelta = MINUTE) -> Job:
    with Repository(world.db) as repository:
        found = repository.jobs.claim("w", lease)
    assert found is not None
    return found


@pytest.mark.usefixtures("nobody_works")
def test_a_job_is_submitted_once_and_says_how_to_watch_it(own_world: World) -> None:
    first = own_world.call(*ASK)
    assert (first.code, first.out.splitlines()[0]) == (0, f"Job {JOB}")
    assert f"scheduler jobs watch {JOB}" in first.out
    assert "the same request has not ended yet" in own_world.call(*ASK).out
    again = own_world.call(*ASK, "--json").json()
    assert (again["job_id"], again["new"], again["state"]) == (JOB, False, "queued")


@pytest.mark.usefixtures("nobody_works")
def test_what_cannot_be_ordered_is_bad_input(own_world: World) -> None:
    with_files = own_world.call(*ASK, "--out", "somewhere")
    assert (with_files.code, "scheduler export" in with_files.err) == (2, True)
    nobody = own_world.call("solve", "--in-background", "-c", "COLL", "-s", START, "--json")
    assert (nobody.code, nobody.json()["status"]) == (2, "bad_input")
    assert "Maybe COL" in nobody.err


def test_a_worker_is_started_where_none_lives(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "ensure_worker", lambda repository: "own-1")
    assert "started one" in own_world.call(*ASK).err
    assert own_world.call(*ASK, "--json").json()["worker_started"] == "own-1"


@pytest.mark.usefixtures("nobody_works")
def test_lists_say_where_jobs_stand_and_whether_anybody_works(own_world: World) -> None:
    assert "No job yet" in own_world.call("jobs", "list").out
    own_world.call(*ASK)
    waiting = own_world.call("jobs", "list").out
    assert "waits for a worker" in waiting
    assert "No worker is alive" in waiting
    job = claimed(own_world)
    with Repository(own_world.db) as repository:
        repository.jobs.beat(job, MINUTE, [Moment(1.0, "improving", 600_000, 300_000)])
    running = own_world.call("jobs", "list").out
    assert "improving" in running
    assert "50.00 %" in running
    assert "Workers alive: w" in running
    document = own_world.call("jobs", "list", "--open", "--json").json()
    assert (document["workers"], [one["best_pence"] for one in document["jobs"]]) == (
        ["w"],
        [10_000],
    )
    assert own_world.call("jobs", "list", "-c", "X").code == 2


@pytest.mark.usefixtures("nobody_works")
def test_show_tells_what_was_asked_for_and_the_course(own_world: World) -> None:
    own_world.call(*ASK)
    job = claimed(own_world)
    with Repository(own_world.db) as repository:
        repository.jobs.beat(
            job,
            MINUTE,
            [Moment(float(second), "improving", 900_000 - second, 300_000) for second in range(50)],
        )
    shown = own_world.call("jobs", "show", JOB).out
    assert "solve COL from 2027-01-11, 7 days, 5 s, 2 workers, seed 1" in shown
    assert "49.0 s" in shown
    assert shown.count("improving") < 20, "a person reads no thousand lines"
    assert len(own_world.call("jobs", "show", JOB, "--json").json()["course"]) == 50
    unknown = own_world.call("jobs", "show", "COL-J1")
    assert (unknown.code, f"Maybe {JOB}" in unknown.err) == (2, True)


@pytest.mark.usefixtures("nobody_works")
def test_cancel_says_what_will_happen(own_world: World) -> None:
    own_world.call(*ASK)
    job = claimed(own_world)
    assert "with the best" in own_world.call("jobs", "cancel", JOB).out
    with Repository(own_world.db) as repository:
        repository.jobs.fail(
            job, "bad_input", "Stopped before there was any roster; nothing was stored."
        )
    assert "had ended already: cancelled" in own_world.call("jobs", "cancel", JOB).out
    own_world.call(*ASK)
    assert (
        own_world.call("jobs", "cancel", f"COL-{START}-J2", "--json").json()["state"] == "cancelled"
    )
    watched = own_world.call("jobs", "watch", JOB)
    assert (watched.code, "nothing was stored" in watched.out) == (2, True)


@pytest.mark.usefixtures("nobody_works")
@pytest.mark.parametrize(
    ("failure", "code"), [("clash", 4), ("refused", 3), ("bad_input", 2), ("lost", 1), ("fault", 1)]
)
def test_watch_ends_with_the_exit_code_of_solve(own_world: World, failure: str, code: int) -> None:
    own_world.call(*ASK)
    job = claimed(own_world)
    with Repository(own_world.db) as repository:
        repository.jobs.fail(job, failure, "ANN is pinned.")  # type: ignore[arg-type]
    watched = own_world.call("jobs", "watch", JOB)
    assert watched.code == code
    assert "ANN is pinned." in watched.out


@pytest.mark.usefixtures("nobody_works")
def test_a_job_that_failed_is_asked_for_again(own_world: World) -> None:
    own_world.call(*ASK)
    assert own_world.call("jobs", "retry", JOB, "--json").json()["new"] is False, (
        "it has not ended yet"
    )
    with Repository(own_world.db) as repository:
        repository.jobs.fail(claimed(own_world), "lost", "Its processes were lost.")
    again = own_world.call("jobs", "retry", JOB)
    assert (again.code, again.out.splitlines()[0]) == (0, f"Job COL-{START}-J2")
    with Repository(own_world.db) as repository:
        assert repository.jobs.job(JOB).request == repository.jobs.job(f"COL-{START}-J2").request


@pytest.mark.usefixtures("nobody_works")
def test_watch_of_a_job_that_was_stopped_with_a_roster_ends_well(own_world: World) -> None:
    own_world.call(*ASK)
    job = claimed(own_world)
    with Repository(own_world.db) as repository:
        repository.jobs.cancel(JOB)
        made = KeptRoster(
            "(1)",
            repository.roster(own_world.roster_id).document,
            repository.snapshot(own_world.roster_id),
            "roster",
        )
        repository.jobs.finish(job, Made((made,)))
    watched = own_world.call("jobs", "watch", JOB, "--json")
    assert (watched.code, watched.json()["state"], watched.json()["roster_id"]) == (
        0,
        "cancelled",
        f"COL-{START}-2",
    )


@pytest.mark.usefixtures("nobody_works")
def test_a_worker_takes_up_one_job_and_another_process_watches_it(own_world: World) -> None:
    assert own_world.call(*ASK).code == 0
    watcher = start_process("jobs", "watch", JOB, "--progress", "json", db=own_world.db)
    worker = own_world.call("worker", "--once", "--name", "north", "--json")
    assert worker.code == 0
    done = json.loads(worker.out)
    assert (done["state"], done["worker"], done["roster_id"]) == ("done", "north", f"COL-{START}-2")
    out, err = watcher.communicate(timeout=60)
    assert watcher.returncode == 0, err
    assert f"scheduler show COL-{START}-2" in out
    assert own_world.call("show", done["roster_id"]).code == 0
    idle = own_world.call("worker", "--once")
    assert (idle.code, "No job was waiting" in idle.err) == (0, True)


def test_a_worker_says_what_it_cannot_do(own_world: World) -> None:
    with Repository(own_world.db) as repository:
        repository.jobs.add_worker("north", MINUTE)
    assert "north lives already" in own_world.call("worker", "--once", "--name", "north").err
    assert own_world.call("worker", "--lease", 0.1).code == 2


@pytest.mark.usefixtures("nobody_works")
def test_cancel_promises_nothing_of_a_worker_that_may_be_lost(own_world: World) -> None:
    own_world.call(*ASK)
    claimed(own_world)
    said = own_world.call("jobs", "cancel", JOB).out
    assert "last heard of 0 s ago, is asked to end it" in said
    assert f"scheduler jobs release {JOB}" in said
    assert (
        "has ended: cancelled. Cancelled; its worker was lost"
        in own_world.call("jobs", "release", JOB).out
    )
    own_world.call("jobs", "retry", JOB)
    claimed(own_world, -MINUTE)
    assert (
        "its worker was lost, so there is nothing to keep"
        in own_world.call("jobs", "cancel", f"COL-{START}-J2").out
    )


@pytest.mark.usefixtures("nobody_works")
def test_release_hands_a_job_to_another_worker_at_once(own_world: World) -> None:
    own_world.call(*ASK)
    assert "is held by no worker: queued" in own_world.call("jobs", "release", JOB).out
    claimed(own_world)
    assert f"{JOB} waits for another worker." in own_world.call("jobs", "release", JOB).out
    assert claimed(own_world).attempts == 2
    assert own_world.call("jobs", "release", JOB, "--json").json()["state"] == "queued"
