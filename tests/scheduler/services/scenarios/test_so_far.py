"""What is solved already is told as it is, and whoever watches a job reads it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.jobs.execute import run_job
from scheduler.services.jobs.order import Order
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.conftest import NewDatabase
from tests.factories import MONDAY, lending, need, person, plain_tables

ALONE = 'name = "Alone"\nalone = true\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


def filled(repository: Repository) -> Repository:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    need(tables, 8, "E")
    repository.store(Dataset.from_cells(tables))
    return repository


def test_each_case_and_week_is_told_once_it_is_solved(tmp_path: Path) -> None:
    file = tmp_path / "alone.toml"
    file.write_text(ALONE)
    heard: list[list[dict[str, Any]]] = []
    with Repository("sqlite://") as repository:
        filled(repository)
        found = compare(
            repository,
            Request("COL", MONDAY),
            [file],
            Limits(5, workers=1),
            weeks=2,
            on_partial=heard.append,
        )
    assert [len(rows) for rows in heard] == [1, 2, 3, 4]
    last = {(row["name"], row["start"]): row["missing"] for row in heard[-1]}
    assert last == {
        ("As it is", "2027-01-11"): 0,
        ("As it is", "2027-01-18"): 0,
        ("Alone", "2027-01-11"): 450,
        ("Alone", "2027-01-18"): 0,
    }
    assert (
        sum(row["missing"] for row in heard[-1][2:])
        == (found["scenarios"][0]["figures"]["minutes"]["missing"])
    )


def test_a_job_keeps_it_until_another_worker_takes_the_job_up(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database()
    order = Order("compare", "COL", MONDAY, limits=Limits(5.0, 1), scenarios={"a.toml": ALONE})
    with Repository(url) as repository:
        jobs = filled(repository).jobs
        submitted, _ = jobs.submit("compare", "COL", MONDAY, order.to_document(), "print")
        jobs.add_worker("one", timedelta(hours=1))
        claimed = jobs.claim("one", timedelta(hours=1))
        assert claimed is not None
        seen: list[int] = []
        noted: Callable[..., None] = type(jobs).note_so_far

        def note(self: Any, job: Any, rows: Any) -> None:
            noted(self, job, rows)
            seen.append(len(jobs.job(job.id).so_far))

        monkeypatch.setattr(type(jobs), "note_so_far", note)
        run_job(url, claimed, lambda _: None, lambda: False)
        assert seen == [1, 2]
        assert [job.so_far for job in jobs.latest("COL", "compare")] == [()], "lists stay light"
        ended = jobs.job(submitted.id)
        assert (ended.state, len(ended.so_far)) == ("done", 2)
        noted(jobs, claimed, [])
        assert len(jobs.job(submitted.id).so_far) == 2, "not this worker's any more"
