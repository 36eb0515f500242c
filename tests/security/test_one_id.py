"""One id from a program's call, through the server and the job, to the worker and its process: read
in their logs, which are JSON lines and name nobody.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from scheduler.services.accounts import access_tokens, accounts
from scheduler.services.jobs import jobs
from scheduler.storage.repository import Repository
from tests.browser.test_walk import CHROMIUM, order, window
from tests.factories import MONDAY
from tests.processes import end
from tests.security.conftest import free_port, wait_for

__all__ = ["window"]

ID = "order-2027-01-11-a"
NAMES = ("ANN", "BEA", "CAL")
"""Staff ids of the small database, which are their names too."""


@dataclass(frozen=True)
class Watched:
    """A server and a worker that log JSON lines, and how to ask the server."""

    address: str
    url: str
    secret: str
    server_log: Path
    worker_log: Path

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "X-Request-Id": ID}


@contextmanager
def process(log: Path, environment: dict[str, str], *command: str) -> Iterator[None]:
    with log.open("wb") as written:
        started = subprocess.Popen(
            [sys.executable, "-P", *command],
            env={**os.environ, **environment},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        end(started)


@pytest.fixture(scope="module")
def watched(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    database = folder / "pages.db"
    database.write_bytes(made.read_bytes())
    url, port = f"sqlite:///{database}", free_port()
    with Repository(url) as repository:
        account = accounts.add(repository, access_tokens.INTEGRATION, "payroll", "Payroll")
        accounts.give(repository, account.id, "operations")
        secret = access_tokens.make(repository, account.id, "a test").secret
    environment = {
        "SCHEDULER_DB": url,
        "SCHEDULER_LOG": "json",
        "XDG_DATA_HOME": str(folder / "home"),
    }
    server, worker = folder / "server.log", folder / "worker.log"
    with (
        process(server, environment, "-m", "ui.server", f"--port={port}"),
        process(
            worker,
            environment,
            "-c",
            "from scheduler.cli.app import main; main()",
            "worker",
            "--name=w",
        ),
    ):
        address = f"http://localhost:{port}"
        wait_for(f"{address}/health")
        with Repository(url) as repository:
            for _ in range(600):
                if jobs.live_workers(repository):
                    break
                time.sleep(0.1)
        yield Watched(address, url, secret, server, worker)


def lines(log: Path) -> list[dict[str, Any]]:
    """All of it: what is no JSON is an error."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def ended(watched: Watched, job_id: str) -> dict[str, Any]:
    for _ in range(600):
        answer = httpx.get(
            f"{watched.address}/api/v1/jobs/{job_id}",
            headers={"Authorization": f"Bearer {watched.secret}"},
        ).json()
        if answer["state"] not in ("queued", "running"):
            return dict(answer)
        time.sleep(0.1)
    raise TimeoutError(job_id)


def test_one_id_from_the_call_to_the_worker_s_lines(watched: Watched) -> None:
    api = f"{watched.address}/api/v1"
    order = {
        "kind": "solve",
        "collaborative_id": "COL",
        "start": MONDAY.isoformat(),
        "limits": {"seconds": 5, "workers": 1},
    }
    answer = httpx.post(f"{api}/jobs", json=order, headers=watched.headers())
    assert answer.status_code == 201, answer.text
    assert answer.headers["X-Request-Id"] == ID
    assert answer.json()["request_id"] == ID
    job_id = answer.json()["job_id"]
    done = ended(watched, job_id)
    assert (done["state"], done["request_id"]) == ("done", ID)
    with Repository(watched.url) as repository:
        assert repository.jobs.job(job_id).request_id == ID

    told = [line for line in lines(watched.server_log) if line.get("request_id") == ID]
    assert [line["message"] for line in told] == ["A job was ordered.", "Answered."]
    assert told[0]["job_id"] == job_id
    assert (told[1]["route"], told[1]["status"]) == ("/api/v1/jobs", 201)

    for _ in range(100):  # the worker says it after the job has ended
        worked = [line for line in lines(watched.worker_log) if line.get("job_id") == job_id]
        if worked and worked[-1].get("state"):
            break
        time.sleep(0.1)
    assert {line["request_id"] for line in worked} == {ID}
    of_worker = [line for line in worked if line["logger"].endswith(".worker")]
    assert [line["worker"] for line in of_worker] == ["w", "w"]
    of_job = [line for line in worked if line["message"] == "Begun."]
    assert [(line["kind"], line["attempt"]) for line in of_job] == [("solve", 1)]
    last = of_worker[-1]
    assert (last["state"], last["kind"], last["gap"]) == ("done", "solve", 0.0)
    assert 0 < last["seconds"] < 60


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_one_id_from_a_click_to_the_worker_s_lines(watched: Watched, window: Page) -> None:
    window.goto(watched.address)
    order(window, "4")
    expect(window.get_by_text("Building the roster of the week of")).to_be_visible()
    with Repository(watched.url) as repository:
        job = jobs.latest(repository)[0]
    ended(watched, job.id)
    assert re.fullmatch(r"[0-9a-f]{32}", job.request_id or "")
    told = [line for line in lines(watched.server_log) if line.get("request_id") == job.request_id]
    assert [line["job_id"] for line in told if line["message"] == "A job was ordered."] == [job.id]
    worked = [line for line in lines(watched.worker_log) if line.get("job_id") == job.id]
    assert {line["request_id"] for line in worked} == {job.request_id}
    assert {line["logger"].rpartition(".")[2] for line in worked} >= {"worker"}
    drawn = [line for line in lines(watched.server_log) if line["message"] == "A page was drawn."]
    assert {line["page"] for line in drawn} == {"operations"}
    runs = [line["request_id"] for line in drawn]
    assert len({*runs, job.request_id}) == len(runs) + 1 > 1, "the click is a run of its own"


def test_the_figures_say_what_became_of_it(watched: Watched) -> None:
    time.sleep(0.1)
    text = httpx.get(f"{watched.address}/metrics").text
    assert 'scheduler_recent_jobs{kind="solve",state="done"}' in text
    assert "scheduler_live_workers 1.0" in text


def test_nobody_is_named_and_no_secret_stands_in_either_log(watched: Watched) -> None:
    """After all that a program and a browser may ask that names somebody."""
    calendar = "9fK2pQ7xX0aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV3"
    for path in (
        "/today?as=staff&as_person=ANN",
        "/my_shifts?as=staff&as_person=BEA",
        "/api/v1/rosters?staff_id=ANN",
        f"/calendar/{calendar}.ics",
        "/api/v1/facts/staff/CAL",
        f"/api/v1/me?access_token={watched.secret}",
        "/nowhere/ANN",
    ):
        httpx.get(watched.address + path, headers=watched.headers())
    httpx.get(f"{watched.address}/health", headers={"X-Request-Id": watched.secret})
    for log in (watched.server_log, watched.worker_log):
        written = log.read_text(encoding="utf-8")
        assert lines(log)
        for name in (*NAMES, watched.secret, calendar, "127.0.0.1", "Payroll"):
            assert name not in written, (log.name, name)
