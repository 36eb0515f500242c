"""A disk that is full while jobs run."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import world

pytestmark = pytest.mark.faults
MEBIBYTE = 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.name != "posix" or os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small file system to fill")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_the_disk_full_at_random_moments(
    week: world.Week, small_disk: Path, tmp_path: Path
) -> None:
    """Whatever could be written stands, what could not is as if it had never been, and with room
    again everything goes on.
    """
    url = week.into(f"sqlite:///{small_disk / 'full.db'}")
    outcomes: Counter[str] = Counter()
    ballast = small_disk / "ballast"
    for number in range(world.ROUNDS):
        dice = world.dice("disk", number)
        job_ids = world.submit(url, (week.solve(10 * number + one) for one in range(2)))
        worker = world.worker(url, tmp_path / "worker.log")
        with world.ending(worker):
            for _ in range(dice.randint(1, 3)):
                world.pause(dice.uniform(0.2, 3.0))
                _fill(ballast)
                world.pause(dice.uniform(0.5, 4.0))
                ballast.unlink()
                if (
                    worker.running.poll() is not None
                ):  # without room it could not open the database, and said so
                    worker.start()
            world.until(lambda ids=job_ids: world.all_ended(url, ids), 180, "ending the jobs")
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say("disk full", f"{world.ROUNDS} rounds of 1 to 3 times", outcomes)


def _fill(file: Path) -> None:
    """To the last byte."""
    with file.open("ab", buffering=0) as growing, suppress(OSError):
        size = MEBIBYTE
        while size:
            try:
                growing.write(b"\0" * size)
            except OSError:
                size //= 16
