"""The pages as they are served: what takes long is not done in their process."""

from pathlib import Path

import psutil

from scheduler.domain.dataset import Dataset
from scheduler.engine.lower_priority import ANSWERS
from scheduler.storage.repository import Repository
from tests.bench.streamlit_visit import Visit
from tests.browser.test_walk import SERVER, running
from tests.ui.conftest import small_tables


def test_a_long_answer_is_worked_out_by_a_process_that_goes_behind_the_pages(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'pages.db'}"
    with Repository(url) as repository:
        repository.store(Dataset.from_cells(small_tables()))
    home = str(tmp_path / "home")
    with running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=home) as address:
        [pages] = [one for one in psutil.Process().children() if SERVER in one.cmdline()]
        with Visit(address, 60) as visit:
            _, well = visit.open("renewals", collaborative="COL", week="2027-01-11")
            [beside] = [one for one in pages.children() if "popen_loky" in " ".join(one.cmdline())]
            before = sum(beside.cpu_times()[:2])
            _, well_too = visit.open("renewals", collaborative="COL", week="2027-01-18")
        assert well
        assert well_too
        assert sum(beside.cpu_times()[:2]) > before
        assert beside.nice() == max(pages.nice(), ANSWERS)
    psutil.wait_procs([beside], timeout=60)
    assert not beside.is_running()
