"""The queue of work keeps its promises on every database: one job for one request, one worker for
one job, all or nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.errors import NotFound
from scheduler.domain.sentence import ref, said
from scheduler.storage import stored_jobs
from scheduler.storage.job_queue import JobQueue, KeptRoster, Made, NotOurs
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job, Moment
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample

MONDAY = date(2027, 1, 11)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=20)
OVER = timedelta(seconds=-1)
"""A lease that has run out as soon as it is given."""


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as repository:
        repository.store(sample.dataset())
        yield repository


@pytest.fixture
def queue(repository: Repository) -> JobQueue:
    return repository.jobs


def submit(queue: JobQueue, fingerprint: str = "f1", **request: Any) -> Job:
    return queue.submit("solve", "ESX", MONDAY, request, fingerprint)[0]


def claim(queue: JobQueue, worker: str = "w", lease: timedelta = MINUTE) -> Job:
    found = queue.claim(worker, lease)
    assert found is not None
    return found


def kept(number: int = 1) -> KeptRoster:
    return KeptRoster(f"(unstored {number})", sample.document(), sample.dataset(), "roster")


def test_the_same_request_is_one_job_until_it_has_ended(queue: JobQueue) -> None:
    first = submit(queue)
    assert (first.id, first.state) == ("ESX-2027-01-11-J1", "queued")
    assert queue.submit("solve", "ESX", MONDAY, {}, "f1") == (queue.job(first.id), False)
    job = claim(queue)
    assert submit(queue).id == first.id, "while it runs"
    assert submit(queue, "f2").id == "ESX-2027-01-11-J2"
    queue.finish(job, Made((kept(),)))
    assert submit(queue).id == "ESX-2027-01-11-J3"


def test_many_that_submit_the_same_at_once_have_one_job(queue: JobQueue) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: submit(queue, f"f{number % 2}").id, range(8)))
    assert sorted(set(found)) == ["ESX-2027-01-11-J1", "ESX-2027-01-11-J2"]


def test_unknown_ids_are_answered_with_the_nearest(queue: JobQueue) -> None:
    with pytest.raises(NotFound, match="Maybe ESX"):
        queue.submit("solve", "ESY", MONDAY, {}, "f")
    with pytest.raises(NotFound, match="There is no job yet"):
        queue.cancel("x")
    submit(queue)
    with pytest.raises(NotFound, match="Maybe ESX-2027-01-11-J1"):
        queue.job("ESX-2027-01-11-J")


def test_jobs_are_taken_up_in_their_order_each_by_one_worker(queue: JobQueue) -> None:
    ids = [submit(queue, f"f{number}").id for number in range(5)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: queue.claim(f"w{number}", MINUTE), range(8)))
    assert sorted(job.id for job in found if job) == ids
    assert queue.claim("w", MINUTE) is None
    assert [job.state for job in queue.latest("ESX", "solve", only_open=True)] == ["running"] * 5
    assert queue.latest("ESX", "compare") == []


def test_a_beat_tells_how_far_it_is_and_hears_a_wish_to_stop(queue: JobQueue) -> None:
    submit(queue)
    job = claim(queue)
    course = [Moment(0.5, "pricing weeks", None, 50), Moment(2.0, "improving", 100, 75)]
    assert queue.beat(job, MINUTE, course) is False
    queue.cancel(job.id)
    assert queue.beat(job, MINUTE, course) is True
    now = queue.job(job.id)
    assert (now.phase, now.best, now.bound, now.gap, now.course) == (
        "improving",
        100,
        75,
        0.25,
        tuple(course),
    )
    assert now.state == "running"
    assert queue.live_workers() == ["w"]


def test_what_was_made_is_stored_with_the_end_of_the_job(
    repository: Repository, queue: JobQueue
) -> None:
    submit(queue)
    done = queue.finish(claim(queue), Made((kept(),)), [Moment(3.0, "improving", 9, 9)])
    assert (done.state, done.roster_id, done.phase, done.lease_until) == (
        "done",
        "ESX-2027-01-11-1",
        "improving",
        None,
    )
    assert repository.roster("ESX-2027-01-11-1").document.decision() == sample.document().decision()


def test_a_comparison_names_its_rosters_by_the_ids_that_they_are_given(
    repository: Repository, queue: JobQueue
) -> None:
    repository.save_roster(sample.document(), sample.dataset())
    queue.submit("compare", "ESX", MONDAY, {}, "f")
    document = {
        "period": {"start": "2027-01-11", "days": 7},
        "base": {"roster_id": "(unstored 1)"},
        "scenarios": [{"roster_id": "(unstored 2)"}],
    }
    done = queue.finish(claim(queue), Made((kept(1), kept(2)), document))
    assert (done.comparison_id, done.roster_id) == ("ESX-2027-01-11-C1", None)
    stored = repository.comparison("ESX-2027-01-11-C1")
    assert [stored["base"]["roster_id"], stored["scenarios"][0]["roster_id"]] == [
        "ESX-2027-01-11-2",
        "ESX-2027-01-11-3",
    ]


def test_nothing_is_half_written(repository: Repository, queue: JobQueue) -> None:
    submit(queue)
    job = claim(queue)
    with pytest.raises(KeyError):
        queue.finish(job, Made((kept(),), {"base": "a comparison without a period"}))
    assert repository.rosters() == []
    assert queue.job(job.id).state == "running"


def test_a_stopped_job_keeps_the_best_and_is_cancelled(queue: JobQueue) -> None:
    submit(queue)
    job = claim(queue)
    queue.cancel(job.id)
    ended = queue.finish(job, Made((kept(),)))
    assert (ended.state, ended.roster_id) == ("cancelled", "ESX-2027-01-11-1")
    assert queue.cancel(job.id).state == "cancelled", "again: nothing happens"


def test_a_job_that_waits_is_cancelled_at_once(queue: JobQueue) -> None:
    job = submit(queue)
    assert queue.cancel(job.id).state == "cancelled"
    assert queue.claim("w", MINUTE) is None


def test_a_failed_job_says_why(queue: JobQueue) -> None:
    submit(queue)
    ended = queue.fail(claim(queue), "clash", "ANN is pinned twice.")
    assert (ended.state, ended.failure, ended.message) == (
        "failed",
        "clash",
        "ANN is pinned twice.",
    )
    assert ended.message.arguments == {}, "a plain text has no parts"


def test_a_failed_job_keeps_the_parts_of_why(queue: JobQueue) -> None:
    submit(queue)
    why = said("{person} is pinned twice.", person=ref("person", "ANN"))
    ended = queue.fail(claim(queue), "clash", why)
    assert ended.message == why
    assert ended.message.arguments == why.arguments
    assert queue.job(ended.id).message.arguments == why.arguments


def test_a_lost_worker_can_no_longer_say_anything_about_its_job(
    repository: Repository, queue: JobQueue
) -> None:
    submit(queue)
    lost = claim(queue, "lost", OVER)
    assert queue.job(lost.id).silent
    taken = claim(queue, "other")
    assert (taken.id, taken.attempts, taken.worker) == (lost.id, 2, "other")
    with pytest.raises(NotOurs):
        queue.finish(lost, Made((kept(),)))
    with pytest.raises(NotOurs):
        queue.beat(lost, MINUTE, [])
    with pytest.raises(NotOurs):
        queue.fail(lost, "fault", "x")
    with pytest.raises(NotOurs):
        queue.hand_back(lost, counted=True)
    assert repository.rosters() == []
    assert queue.finish(taken, Made((kept(),))).roster_id == "ESX-2027-01-11-1"


def test_a_worker_that_was_only_slow_may_still_end_its_job(queue: JobQueue) -> None:
    submit(queue)
    assert queue.finish(claim(queue, "slow", OVER), Made((kept(),))).state == "done"


def test_after_three_lost_workers_it_is_given_up(queue: JobQueue) -> None:
    job = submit(queue)
    assert [claim(queue, f"w{number}", OVER).attempts for number in range(3)] == [1, 2, 3]
    assert queue.claim("w", MINUTE) is None
    ended = queue.job(job.id)
    assert (ended.state, ended.failure) == ("failed", "lost")
    assert "taken up 3 times" in ended.message


def test_a_cancelled_job_is_not_taken_up_again(queue: JobQueue) -> None:
    submit(queue)
    job = claim(queue, "lost", OVER)
    queue.cancel(job.id)
    assert queue.claim("w", MINUTE) is None
    assert queue.job(job.id).state == "cancelled"


@pytest.mark.parametrize(("counted", "attempts"), [(True, 2), (False, 1)])
def test_a_job_that_is_handed_back_is_taken_up_again(
    queue: JobQueue, counted: bool, attempts: int
) -> None:
    submit(queue)
    queue.hand_back(claim(queue), counted=counted)
    assert queue.latest()[0].state == "queued"
    assert claim(queue).attempts == attempts


def test_of_many_that_would_start_a_worker_one_does(queue: JobQueue) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert (
            sum(
                pool.map(lambda number: queue.add_worker(f"w{number}", MINUTE, only=True), range(8))
            )
            == 1
        )


def test_names_of_workers_are_their_own_as_long_as_they_live(queue: JobQueue) -> None:
    assert queue.add_worker("a", OVER)
    assert queue.live_workers() == []
    assert queue.add_worker("a", MINUTE)
    assert not queue.add_worker("a", MINUTE)
    assert queue.add_worker("b", MINUTE)
    queue.worker_lives("c", MINUTE)
    assert queue.live_workers() == ["a", "b", "c"]
    queue.retire("b")
    assert queue.live_workers() == ["a", "c"]


def test_an_idle_worker_stays_where_a_job_was_submitted_for_it_meanwhile(queue: JobQueue) -> None:
    queue.add_worker("a", MINUTE)
    submit(queue)
    assert not queue.retire("a", only_if_idle=True)
    claim(queue)
    assert queue.retire("a", only_if_idle=True)


# --- a clock that was set back


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the database's clock: so much from now."""

    def set_to(offset: timedelta) -> None:
        monkeypatch.setattr(stored_jobs, "clock", lambda _: datetime.now(UTC) + offset)

    return set_to


BACK = [timedelta(seconds=-90), timedelta(hours=-1), timedelta(days=-3650)]


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_job_of_a_worker_that_died_before_the_clock_was_set_back_is_taken_up(
    queue: JobQueue, set_clock: Callable[[timedelta], None], back: timedelta
) -> None:
    submit(queue)
    queue.add_worker("dead", LEASE)
    claim(queue, "dead", LEASE)
    set_clock(back)
    assert queue.job("ESX-2027-01-11-J1").silent
    assert queue.live_workers() == [], "so that another is started"
    assert queue.add_worker("next", LEASE, only=True)
    taken = claim(queue, "next", LEASE)
    assert (taken.attempts, taken.worker) == (2, "next")
    assert queue.live_workers() == ["next"]


@pytest.mark.parametrize("back", [timedelta(seconds=-1), *BACK], ids=str)
def test_a_worker_that_lives_keeps_its_job_when_the_clock_is_set_back(
    queue: JobQueue, set_clock: Callable[[timedelta], None], back: timedelta
) -> None:
    submit(queue)
    queue.add_worker("alive", LEASE)
    job = claim(queue, "alive", LEASE)
    set_clock(back)
    assert queue.beat(job, LEASE, []) is False
    assert queue.claim("other", LEASE) is None
    assert not queue.job(job.id).silent


@pytest.mark.parametrize("back", BACK, ids=str)
def test_cancelling_what_a_lost_worker_holds_ends_it_at_once(
    queue: JobQueue, set_clock: Callable[[timedelta], None], back: timedelta
) -> None:
    submit(queue)
    job = claim(queue, "dead", LEASE)
    set_clock(back)
    assert (queue.cancel(job.id).state, queue.job(job.id).message) == (
        "cancelled",
        stored_jobs.CANCELLED_LOST,
    )
    with pytest.raises(NotOurs):
        queue.beat(job, LEASE, [])


# --- released by hand


def test_a_released_job_waits_for_another_and_its_worker_stores_nothing(queue: JobQueue) -> None:
    submit(queue)
    queue.add_worker("w", MINUTE)
    job = claim(queue)
    now = queue.release(job.id)
    assert (now.state, now.worker, now.attempts, queue.live_workers()) == ("queued", None, 1, [])
    for late in (
        lambda: queue.beat(job, MINUTE, []),
        lambda: queue.finish(job, Made((kept(),))),
        lambda: queue.hand_back(job, counted=True),
    ):
        with pytest.raises(NotOurs):
            late()
    assert claim(queue, "x").attempts == 2


def test_a_released_job_that_was_cancelled_or_lost_too_often_ends(queue: JobQueue) -> None:
    submit(queue)
    queue.cancel(claim(queue).id)
    assert queue.release("ESX-2027-01-11-J1").state == "cancelled"
    submit(queue, "f2")
    for _ in range(stored_jobs.MOST_ATTEMPTS):
        claim(queue)
        now = queue.release("ESX-2027-01-11-J2")
    assert (now.state, now.failure) == ("failed", "lost")
    assert "released by hand" in now.message


def test_releasing_what_no_worker_holds_changes_nothing(queue: JobQueue) -> None:
    job = submit(queue)
    assert queue.release(job.id) == job
    ended = queue.finish(claim(queue), Made((kept(),)))
    assert queue.release(job.id) == ended
    with pytest.raises(NotFound, match="Maybe ESX-2027-01-11-J1"):
        queue.release("ESX-2027-01-11-J")
