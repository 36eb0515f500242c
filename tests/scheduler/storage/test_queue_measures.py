"""How the queue of work fares, in figures, on every database."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scheduler.storage import queue_measures
from scheduler.storage.job_queue import KeptRoster, Made
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job, JobKind, Moment
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample

MONDAY = date(2027, 1, 11)
MINUTE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as repository:
        repository.store(sample.dataset())
        yield repository


def submit(repository: Repository, fingerprint: str, kind: JobKind = "solve") -> Job:
    return repository.jobs.submit(kind, "ESX", MONDAY, {}, fingerprint)[0]


def claim(repository: Repository, lease: timedelta = MINUTE) -> Job:
    found = repository.jobs.claim("w", lease)
    assert found is not None
    return found


def test_an_empty_queue(repository: Repository) -> None:
    found = repository.jobs.measures()
    assert found.jobs == {}
    assert (found.oldest_waiting, found.silent, found.workers, found.ended) == (0.0, 0, 0, ())
    assert found.database > 10_000


def test_what_waits_runs_and_has_ended(repository: Repository) -> None:
    roster = KeptRoster("(unstored 1)", sample.document(), sample.dataset(), "roster")
    submit(repository, "f1")
    course = (Moment(0.5, "searching", 1000, 950),)
    repository.jobs.finish(claim(repository), Made((roster,)), course)
    submit(repository, "f2", "compare")
    repository.jobs.fail(claim(repository), "lost", "away", course)
    submit(repository, "f3")
    repository.jobs.add_worker("w", MINUTE)
    claim(repository)
    submit(repository, "f4")
    submit(repository, "f5", "value")
    found = repository.jobs.measures()
    assert found.jobs == {
        ("solve", "done"): 1,
        ("compare", "failed"): 1,
        ("solve", "running"): 1,
        ("solve", "queued"): 1,
        ("value", "queued"): 1,
    }
    assert (found.workers, found.silent) == (1, 0)
    assert 0 < found.oldest_waiting < 60
    compared, solved = found.ended
    assert (compared.kind, compared.state, compared.gap) == ("compare", "failed", None)
    assert (solved.kind, solved.state, solved.gap) == ("solve", "done", 0.05)
    assert solved.seconds is not None
    assert 0 <= solved.seconds < 60


def test_a_job_of_a_lost_worker_is_silent(repository: Repository) -> None:
    submit(repository, "f1")
    claim(repository, OVER)
    assert repository.jobs.measures().silent == 1


def test_a_job_that_was_never_begun_took_no_time(repository: Repository) -> None:
    repository.jobs.cancel(submit(repository, "f1").id)
    found = repository.jobs.measures()
    assert found.oldest_waiting == 0.0, "what has ended does not wait"
    (one,) = found.ended
    assert (one.state, one.seconds, one.gap) == ("cancelled", None, None)


def test_only_the_newest_that_ended_are_looked_at(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_measures, "MOST_ENDED", 2)
    kinds: tuple[JobKind, ...] = ("solve", "compare", "value")
    for kind in kinds:
        repository.jobs.cancel(submit(repository, kind, kind).id)
    assert [one.kind for one in repository.jobs.measures().ended] == ["value", "compare"]


def test_a_job_keeps_by_which_request_it_was_ordered(repository: Repository) -> None:
    first, new = repository.jobs.submit("solve", "ESX", MONDAY, {}, "f1", "click-12345")
    assert (first.request_id, new) == ("click-12345", True)
    same, new = repository.jobs.submit("solve", "ESX", MONDAY, {}, "f1", "click-67890")
    assert (same.request_id, new) == ("click-12345", False)
    assert claim(repository).request_id == "click-12345"
    assert repository.jobs.latest()[0].request_id == "click-12345"
    assert submit(repository, "f2").request_id is None


def test_tables_of_another_version_are_seen(repository: Repository) -> None:
    assert repository.is_of_this_version()
    with repository._writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert not repository.is_of_this_version()
