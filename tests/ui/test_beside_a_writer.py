"""Pages wait for no writer, also where a job waits for a worker that cannot be noted down."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

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
    repository: Repository, user_folder: Path, name: str
) -> None:
    jobs.submit(repository, Order("solve", "COL", MONDAY, limits=Limits(5, workers=1)))
    with closing(
        sqlite3.connect(repository.url.removeprefix("sqlite:///"), isolation_level=None)
    ) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM assignment_line")
        began = time.monotonic()
        app = opened("" if name == "operations" else name)
        assert time.monotonic() - began < 4.5
        writer.execute("ROLLBACK")
    assert not app.error
    assert len(said(app)) > 200
