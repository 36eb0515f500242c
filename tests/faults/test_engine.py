"""kill -9 of Dask workers and of the Dask scheduler while a comparison's solves are its tasks."""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults import cluster, world

pytestmark = pytest.mark.faults
SCENARIOS = 3
ENGINE = 3
"""A worker with its job's process and what that needs to start others are no more than so many
processes.
"""


def test_processes_of_the_local_engine_killed(week: world.Week, tmp_path: Path) -> None:
    """The engine that a job makes for itself: what runs its tasks is killed, and its nannies begin
    it again.
    """
    url = week.into(f"sqlite:///{tmp_path / 'local.db'}")
    outcomes: Counter[str] = Counter()
    kills = 0
    for number in range(world.ROUNDS):
        dice = world.dice("local engine", number)
        job_ids = world.submit(url, [week.compare(number, SCENARIOS)])
        worker = world.worker(
            url, tmp_path / "worker.log", SCHEDULER_ENGINE="local", SCHEDULER_ENGINE_WORKERS="2"
        )
        with world.ending(worker):
            world.until(
                lambda worker=worker: len(worker.family()) > ENGINE, 60, "starting an engine"
            )
            for _ in range(dice.randint(1, 4)):
                world.pause(dice.uniform(0.2, 1.5))
                if len(family := worker.family()) > ENGINE:
                    world.kill(dice.choice(family[2:]).pid)
                    kills += 1
            world.until(lambda ids=job_ids: world.all_ended(url, ids), 180, "ending the job")
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say(
        "processes of the local engine killed", f"{kills} kills in {world.ROUNDS} rounds", outcomes
    )


def test_workers_of_a_cluster_killed(week: world.Week, tmp_path: Path) -> None:
    """Two Dask workers; one is killed, and begun again as a supervisor would."""
    url = week.into(f"sqlite:///{tmp_path / 'cluster.db'}")
    outcomes: Counter[str] = Counter()
    kills = 0
    with cluster.running(2, tmp_path) as dask:
        worker = world.worker(url, tmp_path / "worker.log", SCHEDULER_ENGINE=dask.address)
        with world.ending(worker):
            for number in range(world.ROUNDS):
                dice = world.dice("cluster workers", number)
                job_ids = world.submit(url, [week.compare(number, SCENARIOS)])
                for _ in range(dice.randint(1, 4)):
                    world.pause(dice.uniform(0.3, 2.5))
                    if not world.all_ended(url, job_ids):
                        hit = dice.choice(dask.workers)
                        hit.kill()
                        kills += 1
                        hit.start()
                world.until(lambda ids=job_ids: world.all_ended(url, ids), 180, "ending the job")
                found, again = world.judge(week, url, job_ids, tmp_path)
                outcomes += found
                world.until(
                    lambda ids=again: world.all_ended(url, ids),
                    120,
                    "working off what was asked for again",
                )
    world.say("Dask workers killed", f"{kills} kills in {world.ROUNDS} rounds", outcomes)


def test_the_scheduler_of_a_cluster_killed(week: world.Week, tmp_path: Path) -> None:
    """With all that it knew; it comes back at the same address, and its workers come back to it."""
    url = week.into(f"sqlite:///{tmp_path / 'scheduler.db'}")
    outcomes: Counter[str] = Counter()
    for number in range(world.ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        dice = world.dice("cluster scheduler", number)
        with cluster.running(2, folder) as dask:
            worker = world.worker(url, tmp_path / "worker.log", SCHEDULER_ENGINE=dask.address)
            with world.ending(worker):
                job_ids = world.submit(url, [week.compare(number, SCENARIOS)])
                world.pause(dice.uniform(0.3, 5.0))
                dask.scheduler.kill()
                world.pause(dice.choice([0.0, 1.0, 4.0]))
                dask.scheduler.start()
                for dead in dask.workers:  # a Dask worker that has lost its scheduler ends
                    dead.end()
                    dead.start()
                world.until(lambda ids=job_ids: world.all_ended(url, ids), 240, "ending the job")
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say("Dask scheduler killed", f"{world.ROUNDS} rounds", outcomes)
