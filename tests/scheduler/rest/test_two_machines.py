"""Pages and workers on several machines, one PostgreSQL database: what one does the other knows,
and where one is lost the other goes on. Here they are processes with homes of their own.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psutil
import pytest

from scheduler.domain.dataset import Dataset
from scheduler.engine.surroundings import environment, python
from scheduler.services.accounts import access_tokens, accounts
from scheduler.storage.repository import Repository
from tests import postgresql
from tests.bench.streamlit_visit import Visit
from tests.browser.test_walk import SERVER, running
from tests.processes import end
from tests.ui.conftest import small_tables

PATIENCE = 120
"""Seconds: a busy machine is slow, not wrong."""


@pytest.fixture(scope="module")
def machines(
    postgresql_server: postgresql.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, str]]:
    """The addresses of two, and the secret of a program; a third one works."""
    url = postgresql_server.new_database()
    with Repository(url) as repository:
        repository.store(Dataset.from_cells(small_tables()))
        account = accounts.add(repository, access_tokens.INTEGRATION, "planner", "Planner")
        for role in ("operations", "approver"):
            accounts.give(repository, account.id, role)
        secret = access_tokens.make(repository, account.id, "a test").secret
    homes = [str(tmp_path_factory.mktemp("home")) for _ in range(3)]
    worker = subprocess.Popen(
        python("scheduler.cli.app", "worker"),
        env=environment(SCHEDULER_DB=url, XDG_DATA_HOME=homes[2]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with ExitStack() as served:
            one, other = (
                served.enter_context(running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=home))
                for home in homes[:2]
            )
            yield one, other, secret
    finally:
        end(worker)


def asking(address: str, secret: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"{address}/api/v1",
        headers={"Authorization": f"Bearer {secret}"},
        timeout=PATIENCE,
    )


def test_what_one_orders_a_third_builds_and_the_other_shows_and_goes_on_alone(
    machines: tuple[str, str, str],
) -> None:
    one, other, secret = machines
    with asking(one, secret) as here, asking(other, secret) as there:
        order = {"kind": "solve", "collaborative_id": "COL", "start": "2027-01-11"}
        job = here.post("/jobs", json={**order, "limits": {"seconds": 5}}).json()["job_id"]
        until = time.monotonic() + PATIENCE
        while (found := there.get(f"/jobs/{job}").json())["state"] != "done":
            assert time.monotonic() < until, found
            time.sleep(0.2)
        roster = found["roster_id"]
        seen = {"If-Match": there.get(f"/rosters/{roster}").headers["ETag"]}
        published = here.post(f"/rosters/{roster}/publication", json={}, headers=seen)
        assert published.status_code == 200, published.text
        assert there.get(f"/rosters/{roster}").json()["status"] == "published"

        wish = {"staff_id": "ANN", "date": "2027-01-20", "shift_type_id": "E", "weight": "3"}
        change = {"changes": [{"file": "preference", "after": wish}], "why": "asked for it"}
        assert here.post("/facts/changes", json=change).status_code == 201
        assert wish["date"] in {
            row["date"] for row in there.get("/facts/preference").json()["items"]
        }

        [first] = [
            process
            for process in psutil.Process().children()
            if f"--server.port={one.rpartition(':')[2]}" in process.cmdline()
        ]
        first.kill()
        first.wait()
        assert there.get(f"/rosters/{roster}/vacancies").status_code == 200
        assert there.post("/jobs", json={**order, "start": "2027-01-18"}).status_code in (201, 202)
        with Visit(other, PATIENCE) as visit:
            _, well = visit.open("", collaborative="COL", week="2027-01-11")
        assert well
