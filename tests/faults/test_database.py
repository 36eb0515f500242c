"""kill -9 of the PostgreSQL server in mid-solve."""

from collections import Counter
from pathlib import Path

import psutil
import pytest

from tests import postgresql
from tests.faults import world

pytestmark = pytest.mark.faults


@pytest.mark.skipif(postgresql.programs() is None, reason=postgresql.MISSING)
def test_the_server_killed_at_random_moments(week: world.Week, tmp_path: Path) -> None:
    """One worker, two jobs; the whole server, its first process alone or one of those that serve a
    connection is killed.
    """
    outcomes: Counter[str] = Counter()
    kills = 0
    with postgresql.running(("listen_addresses=", "max_connections=60")) as server:
        for number in range(world.ROUNDS):
            url = week.into(server.new_database())
            dice = world.dice("database", number)
            job_ids = world.submit(url, (week.solve(10 * number + one) for one in range(2)))
            worker = world.worker(url, tmp_path / "worker.log")
            with world.ending(worker):
                for _ in range(dice.randint(1, 3)):
                    world.pause(dice.uniform(0.2, 4.0))
                    serving = psutil.Process(server.process.pid).children()
                    what = dice.choice(["server", "first process", "connection"])
                    kills += 1
                    if what == "connection" and serving:
                        # the others are ended by the first process, which recovers
                        world.kill(dice.choice(serving).pid)
                        continue
                    server.kill()
                    for one in serving if what == "server" else ():
                        world.kill(one.pid)
                    world.pause(dice.choice([0.0, 0.5, 3.0]))
                    server.start()
                world.until(
                    lambda url=url, ids=job_ids: world.all_ended(url, ids), 180, "ending the jobs"
                )
            found, again = world.judge(week, url, job_ids, tmp_path)
            outcomes += found
            world.work_off(url, again, tmp_path / "again.log")
    world.say("database killed", f"{kills} kills in {world.ROUNDS} rounds", outcomes)
