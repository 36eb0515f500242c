"""Take the pictures of docs/facts.md again: python -m tests.browser.guide docs/pictures

On the example of mid and south Essex, of which one week is built in some seconds and published, in
a database of its own that is gone afterwards.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scheduler.domain.change_set import RowChange
from scheduler.domain.facts import LeaveBand
from scheduler.services.facts.change import change
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.files import read_dataset
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, served
from tests.scheduler.services.handmade import approve_all

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "mid-and-south-essex"
MONDAY = date(2027, 1, 11)
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
SETTLED = 2_500
"""Milliseconds until tables and fonts stand still."""
TYPING = 60


def make(folder: Path) -> None:
    """Every picture, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        served(Path(place), read_dataset(EXAMPLE)) as address,
        sync_playwright() as playwright,
    ):
        rostered = _published(f"sqlite:///{place}/walk.db")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        desk = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
        _of_a_person(desk, address, rostered, folder)
        _of_leave(desk, address, rostered, folder)
        _of_demand(desk, address, folder)
        _of_files(desk, address, folder)
        _of_changes(desk, address, folder)
        _of_policies(desk, address, folder)
        phone = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
        _leave(phone, address, rostered)
        phone.screenshot(path=folder / "facts-phone.png")
        browser.close()


def _published(url: str) -> str:
    """Somebody with a shift on the Wednesday of a published week."""
    with Repository(url) as repository:
        made = solve(repository, Request("MSECC", MONDAY), Limits(20.0))
        assert made.roster_id is not None
        approve_all(repository, made.roster_id)
        publish(repository, made.roster_id)
        lines = repository.roster(made.roster_id).document.assignments
        line = next(one for one in lines if one.staff_id and one.start.day == 13)
        contract = next(one for one in repository.dataset().contract if one.id == line.contract_id)
        band = LeaveBand(
            organisation_id=contract.organisation_id, role_id=contract.role_id, most_away=3
        )
        change(repository, [RowChange(None, band)], why="agreed with the service leads")
        assert line.staff_id is not None
        return line.staff_id


def _opened(page: Page, address: str, **link: str) -> None:
    asked = "&".join(f"{name}={text.replace(' ', '+')}" for name, text in link.items())
    page.goto(f"{address}/facts?{asked}")
    page.get_by_role("heading", name="Facts", exact=True).wait_for()
    page.wait_for_timeout(SETTLED)


def _of_a_person(page: Page, address: str, person: str, folder: Path) -> None:
    _opened(page, address, view="A person", person=person)
    grid = page.get_by_test_id("stDataFrame").nth(1)
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 120, box["y"] + 52)  # the contract's number
    for _ in ("organisation", "role", "kind", "hours"):
        page.keyboard.press("ArrowRight", delay=TYPING)
    page.keyboard.press("Enter", delay=TYPING)
    page.keyboard.press("Control+a", delay=TYPING)
    page.keyboard.type("18", delay=TYPING)
    page.keyboard.press("Enter", delay=TYPING)
    page.get_by_text("1 row to be changed").wait_for()
    page.wait_for_timeout(2 * SETTLED)
    page.screenshot(path=folder / "facts-person.png")


def _leave(page: Page, address: str, person: str) -> None:
    _opened(page, address, view="Leave")
    page.get_by_label("Who is away", exact=True).click()
    page.keyboard.type(person, delay=TYPING)
    page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLED)
    page.get_by_label("First and last day").locator("[role=spinbutton]").first.click()
    page.keyboard.type("1301202714012027", delay=TYPING)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_timeout(2 * SETTLED)


def _of_leave(page: Page, address: str, person: str, folder: Path) -> None:
    _leave(page, address, person)
    page.screenshot(path=folder / "facts-leave.png")


def _of_demand(page: Page, address: str, folder: Path) -> None:
    _opened(page, address, view="A service")
    page.get_by_label("Service", exact=True).click()
    page.keyboard.type("urgent mid south", delay=TYPING)
    page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLED)
    page.get_by_label("Site", exact=True).click()
    page.keyboard.type("billericay", delay=TYPING)
    page.keyboard.press("Enter")
    page.wait_for_timeout(2 * SETTLED)
    page.screenshot(path=folder / "facts-week.png")


def _of_files(page: Page, address: str, folder: Path) -> None:
    _opened(page, address, view="Import")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "leave.csv"
        rows = (EXAMPLE / "leave.csv").read_text(encoding="utf-8").splitlines()
        longer = rows[1].replace("2027-01-17", "2027-01-19")
        file.write_text("\n".join([rows[0], longer, *rows[3:]]) + "\n", encoding="utf-8")
        page.locator("input[type=file]").first.set_input_files(file)
        page.wait_for_timeout(3 * SETTLED)
    page.screenshot(path=folder / "facts-import.png")


def _of_policies(page: Page, address: str, folder: Path) -> None:
    page.goto(f"{address}/policies?collaborative=MSECC&policy=fair-shares")
    page.get_by_role("heading", name="Policies", exact=True).wait_for()
    page.wait_for_timeout(2 * SETTLED)
    page.screenshot(path=folder / "policies.png")


def _of_changes(page: Page, address: str, folder: Path) -> None:
    _opened(page, address, view="Changes")
    page.locator("details").first.click()
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=folder / "facts-changes.png")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
