"""One walk through all three pages in a real browser: build, look, publish, see one's own shifts,
compare.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from scheduler.domain.dataset import Dataset
from scheduler.services.data.generate import generate_folder
from scheduler.storage.files import read_parsed
from scheduler.storage.repository import Repository
from tests.processes import end
from tests.ui.conftest import APP, small_tables

SERVER = str(Path(APP).with_name("server.py"))
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds; a busy machine is slow, not wrong

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
    ),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The pages, served on a small database without a roster."""
    with served(tmp_path, Dataset.from_cells(small_tables())) as found:
        yield found


@pytest.fixture
def larger_address(tmp_path: Path) -> Iterator[str]:
    """The pages on a week that takes longer to build than a test."""
    generate_folder(40, 2, tmp_path / "county")
    with served(tmp_path, read_parsed(tmp_path / "county").dataset) as found:
        yield found


@contextmanager
def served(tmp_path: Path, dataset: Dataset) -> Iterator[str]:
    """The pages on a database of their own; a worker that they start ends when its database is
    gone.
    """
    file = tmp_path / "walk.db"
    url = f"sqlite:///{file}"
    with Repository(url) as repository:
        repository.store(dataset)
    try:
        with running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=str(tmp_path / "home")) as address:
            yield address
    finally:
        file.unlink()


@contextmanager
def running(script: str, **environment: str) -> Iterator[str]:
    """A script of pages, served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            script,
            f"--server.port={port}",
            "--server.address=localhost",
            "--server.headless=true",
            "--server.fileWatcherType=none",
            "--browser.gatherUsageStats=false",
        ],
        env={**os.environ, "SCHEDULER_ANSWER_WORKERS": "1", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}"
    finally:
        end(server)


def _wait_for(health: str) -> None:
    for _ in range(300):
        try:
            urlopen(health, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(health)


@pytest.fixture
def window() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield page
        browser.close()


def test_a_roster_is_built_looked_at_published_seen_and_compared(
    address: str, window: Page
) -> None:
    window.goto(address)
    build_a_roster(window)
    look_at_it(window)
    publish_it(window)
    see_ones_own_shifts(window, address)
    compare(window, address)


def build_a_roster(page: Page) -> None:
    expect(page.get_by_text("No roster of this week yet")).to_be_visible()
    order(page, "5")
    expect(page.get_by_text("stored as a draft")).to_be_visible()


def order(page: Page, seconds: str) -> None:
    """Order a build that may take so long."""
    page.get_by_role("button", name="Build a roster").click()
    limit = page.get_by_label("Time limit [seconds]", exact=True)
    limit.fill(seconds)
    limit.press("Enter")
    page.get_by_role("button", name="Build", exact=True).click()


def look_at_it(page: Page) -> None:
    board = page.get_by_role("grid", name="Roster by person and day")
    expect(board.get_by_role("row")).to_have_count(5)  # the head, cover and three people
    board.locator(".body [role=rowheader]").first.click()
    expect(page.get_by_role("link", name="Open in My shifts")).to_be_visible()
    board.locator(".body [role=rowheader]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(board.locator("[aria-rowindex='4'] [role=rowheader]")).to_be_focused()
    page.get_by_role("tab", name="By service and place").click()
    expect(
        page.get_by_role("grid", name="Roster by work and day").get_by_text("open").first
    ).to_be_visible()


def publish_it(page: Page) -> None:
    page.get_by_role("tab", name="Publish").click()
    page.get_by_text("I have looked through this roster and approve it.").click()
    page.get_by_role("button", name=re.compile(r"^Publish \d+ shifts of")).click()
    expect(page.get_by_text("is published")).to_be_visible()


def see_ones_own_shifts(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/my_shifts?person=ANN")
    expect(page.get_by_role("heading", name="Week of 11 January 2027")).to_be_visible()
    expect(page.get_by_text("Accountable: Trust A").first).to_be_visible()
    page.get_by_role("tab", name="Calendar").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendar file (ics)").click()
    assert "BEGIN:VEVENT" in Path(download.value.path()).read_text(encoding="utf-8")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, (
        "nothing reaches beyond a phone's edge"
    )


def compare(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{address}/director")
    scenario = {
        "name": "alone.toml",
        "mimeType": "application/toml",
        "buffer": b'name = "Each alone"\ndescription = "Nobody lends."\nalone = true\n',
    }
    page.locator("input[type=file]").set_input_files([scenario])
    limit = page.get_by_label("Time limit for each search [seconds]", exact=True)
    limit.fill("5")
    limit.press("Enter")
    page.get_by_role("button", name="Compare, at most").click()
    expect(page.get_by_role("heading", name="What can be said for certain")).to_be_visible()
    expect(page.get_by_text("Each alone").first).to_be_visible()


def test_a_build_goes_on_while_its_page_is_away_and_stops_with_the_best(
    larger_address: str, window: Page
) -> None:
    window.goto(larger_address)
    order(window, "600")
    expect(window.get_by_text("You can leave this page")).to_be_visible()
    window.goto("about:blank")
    window.goto(larger_address)
    expect(window.get_by_text("Building the roster of the week of")).to_be_visible()
    window.get_by_role("button", name="Build a roster").click()
    expect(window.get_by_role("button", name="Build", exact=True)).to_be_disabled()
    window.keyboard.press("Escape")
    expect(window.get_by_test_id("stMetricValue").nth(2)).to_contain_text("%")
    expect(window.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()
    window.reload()
    window.get_by_role("button", name="Stop and keep the best").click()
    expect(window.get_by_text("Stopped early. Built")).to_be_visible()
    expect(window.get_by_role("grid", name="Roster by person and day")).to_be_visible()
