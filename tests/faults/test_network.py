"""Two hosts, one of which is cut off in mid-run: network namespaces on one machine, joined by a
virtual cable.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import cluster, world

pytestmark = pytest.mark.faults


@dataclass
class Hosts:
    """This host, and another that is reached at the far end of a cable."""

    here: str
    there: str
    name: str
    cable: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with to run on the other host."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        _ip("link", "set", self.cable, "down")

    def join(self) -> None:
        _ip("link", "set", self.cable, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    if os.name != "posix" or os.getuid() != 0 or shutil.which("ip") is None:
        pytest.skip("only root, with iproute2, may make network namespaces")
    number = os.getpid() % 250
    found = Hosts(f"10.213.{number}.1", f"10.213.{number}.2", f"wds{os.getpid()}", f"wdsv{number}")
    try:
        _ip("netns", "add", found.name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespace can be made here: {error.stderr.strip()}")
    try:
        _ip("link", "add", found.cable, "type", "veth", "peer", "name", "eth0", "netns", found.name)
        _ip("addr", "add", f"{found.here}/24", "dev", found.cable)
        found.join()
        for change in (
            ("addr", "add", f"{found.there}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("netns", "exec", found.name, "ip", *change)
        yield found
    finally:
        subprocess.run(["ip", "link", "del", found.cable], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", found.name], check=False, capture_output=True)


def test_a_host_of_the_cluster_cut_off(week: world.Week, hosts: Hosts, tmp_path: Path) -> None:
    """One Dask worker here and one on the other host, whose cable is cut while it works; later it
    is joined again.
    """
    url = week.into(f"sqlite:///{tmp_path / 'network.db'}")
    outcomes: Counter[str] = Counter()
    for number in range(world.ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        dice = world.dice("network", number)
        with cluster.running(2, folder, host=hosts.here, prefixes=[(), hosts.inside]) as dask:
            worker = world.worker(url, tmp_path / "worker.log", SCHEDULER_ENGINE=dask.address)
            with world.ending(worker):
                job_ids = world.submit(url, [week.compare(number, 3)])
                world.pause(dice.uniform(0.5, 4.0))
                hosts.cut()
                if dice.random() < 0.5:  # back before the cluster has given it up, or never
                    world.pause(dice.uniform(1.0, 8.0))
                    hosts.join()
                world.until(lambda ids=job_ids: world.all_ended(url, ids), 300, "ending the job")
                hosts.join()
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say("host cut off", f"{world.ROUNDS} rounds", outcomes)


def test_a_worker_cut_off_from_the_cluster_it_orders_from(
    week: world.Week, hosts: Hosts, tmp_path: Path
) -> None:
    """The job runs on the other host, the cluster here: cut off, the job is lost or waits, and ends
    in either case.
    """
    url = week.into(f"sqlite:///{tmp_path / 'ordering.db'}")
    outcomes: Counter[str] = Counter()
    for number in range(world.ROUNDS):
        folder = tmp_path / f"ordering-{number}"
        folder.mkdir()
        dice = world.dice("ordering", number)
        with cluster.running(2, folder, host=hosts.here) as dask:
            worker = world.worker(
                url, tmp_path / "worker.log", prefix=hosts.inside, SCHEDULER_ENGINE=dask.address
            )
            with world.ending(worker):
                job_ids = world.submit(url, [week.compare(number, 3)])
                world.pause(dice.uniform(1.0, 5.0))
                hosts.cut()
                world.pause(dice.uniform(1.0, 12.0))
                hosts.join()
                world.until(lambda ids=job_ids: world.all_ended(url, ids), 300, "ending the job")
        found, again = world.judge(week, url, job_ids, tmp_path)
        outcomes += found
        world.work_off(url, again, tmp_path / "again.log")
    world.say("cut off from the cluster", f"{world.ROUNDS} rounds", outcomes)
