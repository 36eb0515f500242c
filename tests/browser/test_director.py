"""The director's page in a browser: each view at both widths, by keyboard, what axe-core finds of
it, and that a director changes no roster.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from scheduler.domain.dataset import Dataset
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.browser.test_facts import STREAMLITS_OWN
from tests.browser.test_sign_off import browser, somebody
from tests.browser.test_walk import SERVER, pytestmark, running
from tests.factories import MONDAY, lending, need, person, plain_tables, supply

__all__ = ["browser", "pytestmark"]
LIMITS = Limits(seconds=5, workers=2)
REQUEST = Request("COL", MONDAY)
VIEWS = {
    "Compare": "Who would notice",
    "Scenarios": "No scenario is kept yet",
    "Barriers": "Nothing is valued yet",
    "Frontier": "The rosters behind it",
    "Steps": "Step by step",
    "Partners": "How the gain falls, and how it could",
    "Measures over time": "What cannot be said, and why",
    "Board pack": "No week is published",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small week with an answer of each kind."""
    folder = tmp_path_factory.mktemp("director")
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    lending(tables, ["P1"])
    for day in (0, 1, 2):
        need(tables, day, "E", site_id="SB", minimum="2")
    need(tables, 5, "N", site_id="SB")
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="2")
    alone, passports = folder / "alone.toml", folder / "passports.toml"
    alone.write_text('name = "Each organisation alone, without any agreement"\nalone = true\n')
    passports.write_text(
        'name = "Passports"\n[[passport]]\nstaff_ids = ["P2"]\nroute = "portability_agreement"\n'
    )
    url = f"sqlite:///{folder / 'director.db'}"
    with pytest.MonkeyPatch.context() as patch, Repository(url) as repository:
        patch.setenv("SCHEDULER_ENGINE", "inline")
        repository.store(Dataset.from_cells(tables))
        compare(repository, REQUEST, [alone, passports], LIMITS)
        frontier(repository, REQUEST, "agency", "cover", LIMITS)
        waterfall(repository, REQUEST, [passports], LIMITS)
        partners(repository, REQUEST, LIMITS)
    return url


@pytest.fixture(scope="module")
def address(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = str(tmp_path_factory.mktemp("home"))
    with running(SERVER, SCHEDULER_DB=database, XDG_DATA_HOME=home) as found:
        yield found


def director(browser: Browser, address: str, view: str, *, phone: bool = False) -> Page:
    page = somebody(browser, f"{address}/director?as=director&view={view}", phone=phone)
    expect(page.get_by_text(VIEWS[view]).first).to_be_visible()
    return page


def _windows() -> Iterator[Any]:
    """Each view on a desk or on a phone by turns; the other way where all pages are gone through:
    make test-pages.
    """
    for number, view in enumerate(VIEWS):
        for phone in (False, True):
            later = [] if phone == bool(number % 2) else [pytest.mark.pages]
            name = f"{view}-{'phone' if phone else 'desk'}"
            yield pytest.param(view, phone, id=name, marks=later)


@pytest.mark.parametrize(("view", "phone"), _windows())
def test_each_view_reads_and_is_accessible(
    address: str, browser: Browser, view: str, phone: bool
) -> None:
    page = director(browser, address, view, phone=phone)
    page.wait_for_timeout(1_500)  # what fades in has half its colours before
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing sticks out sideways"
    serious = {
        (one["id"], one["nodes"][0]["html"][:200])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN
    }
    assert not serious
    for chart in page.locator("[data-testid=stVegaLiteChart]").all():
        folded = chart.locator("xpath=ancestor::details[not(@open)]/summary")
        for heading in folded.all():
            heading.click()  # nothing is drawn where nobody can see it
        told = chart.locator("[aria-label], [role=img], img[alt]")  # once it is drawn
        expect(told.first, "told by words too").to_be_attached(timeout=15_000)


def test_views_are_reached_and_left_by_keyboard(address: str, browser: Browser) -> None:
    page = director(browser, address, "Compare")
    before = "Compare"
    for name in list(VIEWS)[1:5]:
        page.get_by_role("tab", name=before).press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.get_by_text(VIEWS[name]).first).to_be_visible()
        expect(page).to_have_url(re.compile(f"view={name}"))  # the run has ended
        before = name
    page.reload()
    expect(page.get_by_text("Step by step").first).to_be_visible()


def test_a_director_opens_a_roster_and_cannot_change_it(address: str, browser: Browser) -> None:
    page = director(browser, address, "Frontier")
    page.get_by_text("Open its roster").first.click()
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    expect(page.get_by_role("tab", name="By person")).to_be_visible()
    expect(
        page.get_by_text("It can be looked at, and neither changed nor published")
    ).to_be_visible()
    for name in ("Build", "Repair", "Publish it", "Undo", "Ask for approval"):
        button = page.get_by_role("button", name=name, exact=False)
        assert not [one for one in button.all() if one.is_visible() and one.is_enabled()], name


def test_what_is_asked_is_found_again_while_it_runs_and_after(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    page = director(browser, address, "Frontier")
    page.get_by_text("Draw a frontier").click()
    page.get_by_label("Time limit for each search [seconds]").fill("5")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name=re.compile("Draw it, at most"))
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_text("Drawing the frontier of the week of 11 January 2027")).to_be_visible()
    page.goto(f"{address}/director?as=director&view=Compare")
    expect(page.get_by_text(VIEWS["Compare"]).first).to_be_visible()
    page.goto(f"{address}/director?as=director&view=Frontier")
    expect(page.get_by_text("All 2").or_(page.get_by_text("levels")).first).to_be_visible()
    expect(page.get_by_text("Drawing the frontier")).to_have_count(0, timeout=90_000)
    expect(page.get_by_text("The rosters behind it").first).to_be_visible()
