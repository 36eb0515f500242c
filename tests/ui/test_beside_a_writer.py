"""Pages wait for no writer, also where a job waits for a worker that cannot be noted down."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from scheduler.services.jobs import jobs
from scheduler.services.jobs.order import Order
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.ui.conftest import APP, opened, said

PAGES = sorted(
    path.stem for path in Path(APP).parent.glob("app_pages/*.py") if path.stem != "__init__"
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_beside_a_transaction_that_is_held_open(
    repository: Repository, user_folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker can be noted down only when the page has long been shown."""
    shown, asked = Event(), Event()

    def note_down(_: Repository) -> None:
        asked.set()
        shown.wait()

    monkeypatch.setattr(jobs, "ensure_worker", note_down)
    jobs.submit(repository, Order("solve", "COL", MONDAY, limits=Limits(5, workers=1)))
    with closing(
        sqlite3.connect(repository.url.removeprefix("sqlite:///"), isolation_level=None)
    ) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM assignment_line")
        app = opened("" if name == "operations" else name)
        assert asked.is_set()
        shown.set()
        writer.execute("ROLLBACK")
    assert not app.error
    assert len(said(app)) > 200
