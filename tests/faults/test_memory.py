"""A job that takes more memory than its worker gives it."""

from collections import Counter
from pathlib import Path

import pytest

from scheduler.services.jobs import jobs
from scheduler.storage.repository import Repository
from tests.faults import world

pytestmark = pytest.mark.faults


def test_a_job_that_takes_too_much_ends_alone_and_can_be_asked_for_again(
    week: world.Week, tmp_path: Path
) -> None:
    """The worker lives on and does the next job; a worker that gives more does the same one."""
    url = week.into(f"sqlite:///{tmp_path / 'memory.db'}")
    job_ids = world.submit(url, [week.solve(0, seconds=20.0)])
    small = world.worker(url, tmp_path / "small.log", arguments=("--memory", "0.1"))
    with world.ending(small):
        world.until(lambda: world.all_ended(url, job_ids), 90, "ending the job")
        assert small.running.poll() is None, "the worker lives"
    (job,) = world.state(url, job_ids) or []
    assert (job.state, job.failure) == ("failed", "lost")
    assert "memory" in job.message
    outcomes: Counter[str] = Counter({f"{job.state} at attempt {job.attempts}": 1})
    with Repository(url) as repository:
        again = jobs.retry(repository, job.id).job.id
        assert repository.rosters() == [], "nothing was stored"
    world.work_off(url, [again], tmp_path / "again.log")
    found, _ = world.judge(week, url, [again], tmp_path)
    world.say("too much memory", "one job with 0.1 GiB, then with enough", outcomes + found)
