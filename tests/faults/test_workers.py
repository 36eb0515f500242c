"""kill -9 of `scheduler worker` in mid-solve."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.faults import world

pytestmark = pytest.mark.faults


def test_workers_killed_at_random_moments(
    week: world.Week, new_database: NewDatabase, database_kind: str, tmp_path: Path
) -> None:
    """Two workers, three jobs, and every few seconds one of the workers' processes is killed: the
    worker or the one in which its job runs.
    """
    url = week.into(new_database())
    outcomes: Counter[str] = Counter()
    for number in range(world.ROUNDS):
        dice = world.dice(f"workers {database_kind}", number)
        job_ids = world.submit(url, (week.solve(10 * number + one) for one in range(3)))
        workers = [world.worker(url, tmp_path / f"worker-{one}.log") for one in range(2)]
        with world.ending(*workers):
            for _ in range(dice.randint(2, 5)):
                world.pause(dice.uniform(0.2, 4.0))
                hit = dice.choice(workers)
                family = hit.family()
                if family[1:] and dice.random() < 0.4:
                    world.kill(family[-1].pid)
                else:
                    hit.kill()
                    hit.start()
            world.until(lambda ids=job_ids: world.all_ended(url, ids), 120, "ending the jobs")
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say(
        f"workers killed, {database_kind}", f"{world.ROUNDS} rounds of 2 to 5 kills", outcomes
    )
