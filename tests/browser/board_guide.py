"""Take the pictures of docs/board.md and of the README again, from the database of the demo:
make pictures

Beside them stands of what they were taken: of each file that decides what these pages show, its
hash. A test compares. Where nothing that can be seen has changed, --still-true writes it anew
without taking them.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scheduler.domain.roster import AssignmentLine
from scheduler.storage.repository import Repository
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, SERVER, running

ROOT = Path(__file__).parents[2]
GUIDE, FRONT = ROOT / "docs" / "pictures", ROOT / "data" / "screenshots"
TAKEN_OF = GUIDE / "board.json"
SHOWN = (
    "scheduler/cli/demo.py",
    "data/examples/mid-and-south-essex/*.csv",
    "ui/app_pages/operations.py",
    "ui/app_pages/my_shifts.py",
    "ui/components/board/*.js",
    "ui/components/board/*.css",
    "ui/components/roster_board/*.py",
    "ui/components/entrance.py",
    "ui/components/headline.py",
    "ui/components/version.py",
    "ui/components/week.py",
)
"""The files of the pages that are pictured, and of the week that they show."""
AGAIN = "make pictures"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SETTLED = 2_500
"""Milliseconds until tables, charts and fonts stand still."""
PATIENCE = 120_000
COLOURS = 256
BELOW_THE_MENU = """part => {
  part.style.scrollMarginTop = "70px";
  part.scrollIntoView({ block: "start" });
}"""
MONDAY = "2027-01-11"
WEEK = f"collaborative=MSECC&week={MONDAY}"


def taken_of() -> dict[str, str]:
    """Path of each file that decides what the pictures show -> its hash."""
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for pattern in SHOWN
        for path in sorted(ROOT.glob(pattern))
    }


def make(database: Path) -> None:
    """Every picture, from a copy of a database that the demo has made."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{shutil.copy(database, place)}"
        draft, line = _somebody(url)
        with (
            running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=place) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _of_the_board(browser, f"{address}/?{WEEK}&roster={draft}", line)
            _of_the_front(browser, address, line)
            browser.close()
    for folder, some in ((GUIDE, "board*.png"), (FRONT, "*.png")):
        for path in folder.glob(some):
            _small(path)
    keep()


def _small(path: Path) -> None:
    """A picture of a page needs few colours; rare ones mean something on it."""
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def keep() -> None:
    """Write of what they are taken."""
    TAKEN_OF.write_text(json.dumps(taken_of(), indent=1) + "\n", encoding="utf-8")


def _somebody(url: str) -> tuple[str, AssignmentLine]:
    """The draft with changes by hand, and a shift in it of the first who is lent."""
    with Repository(url) as repository:
        drafts = [one for one in repository.rosters("MSECC") if one.name is not None]
        lines = repository.roster(drafts[0].id).document.assignments
        lent = (
            one
            for one in lines
            if one.staff_id and one.employer_organisation_id != one.host_organisation_id
        )
        return drafts[0].id, min(lent, key=lambda one: str(one.staff_id))


def _opened(browser: Browser, size: dict[str, int], address: str) -> Page:
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(SETTLED)
    return page


def _of_the_board(browser: Browser, address: str, line: AssignmentLine) -> None:
    page = _opened(browser, DESK, address)
    row = page.locator(f".board .body .line[data-row='{line.staff_id}']")
    chip = row.locator(f"[data-column='{line.start.date()}'] .chip.own").first
    page.locator(".board .body .chip").first.wait_for()
    page.screenshot(path=GUIDE / "board.png")
    found = f"{address}&find={line.staff_id}"
    page.goto(found)
    chip.wait_for()
    page.wait_for_timeout(SETTLED)
    chip.click()
    page.get_by_text("Who could do it instead").wait_for()
    page.wait_for_timeout(2 * SETTLED)
    page.screenshot(path=GUIDE / "board-panel.png")
    page.close()

    page = _opened(browser, DESK, address)
    page.locator(".board .body .chip.own").first.wait_for()
    first = page.locator(".board .body .line [data-column] .chip.own").first
    first.click(modifiers=["Control"])
    page.get_by_role("button", name="Pick up").click()
    page.get_by_text("allowed").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=GUIDE / "board-picked-up.png")
    page.close()

    page = _opened(browser, PHONE, address)
    page.locator(".board .card .chip").first.wait_for()
    page.locator(".board .days").evaluate(BELOW_THE_MENU)
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=GUIDE / "board-phone.png")
    page.close()


def _of_the_front(browser: Browser, address: str, line: AssignmentLine) -> None:
    page = _opened(browser, DESK, f"{address}/?{WEEK}")
    page.locator(".board .body .chip").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=FRONT / "operations.png")
    page.close()

    mine = f"as=staff&as_person={line.staff_id}&week={MONDAY}"
    page = _opened(browser, DESK, f"{address}/my_shifts?{mine}")
    page.get_by_text("Accountable").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=FRONT / "my-shifts.png")
    page.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["--still-true"]:
        keep()
    else:
        make(Path(os.environ["SCHEDULER_DB"].removeprefix("sqlite:///")))
