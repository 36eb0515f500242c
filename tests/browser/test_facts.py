"""The page Facts in a real browser: cells by mouse and by keyboard, on a desk and on a phone,
and what axe-core finds of it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE
from scheduler.storage.repository import Repository
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, PATIENCE, served
from tests.ui.conftest import small_tables

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
    ),
]

TYPING = 60
"""Milliseconds between two keys: the grid takes a moment for each, as people do."""
SCROLLING = 500
"""Milliseconds until a grid, or a page that runs again, stands still."""
DESK, PHONE = (1440, 1000), (390, 844)
STREAMLITS_OWN = {
    # the drop zone of a file uploader is a button with role presentation around it
    "presentation-role-conflict",
}
"""What axe-core finds of Streamlit's own elements, whatever is put into them."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The pages, and the database that they write to."""
    folder = tmp_path_factory.mktemp("facts")
    with served(folder, Dataset.from_cells(small_tables())) as found:
        yield found, f"sqlite:///{folder}/walk.db"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


def sizes(*things: object) -> list[Any]:
    """Each of these on a desk, and the first of them on a phone; the others on a phone where all
    pages are gone through: make test-pages.
    """
    return [
        *(pytest.param(DESK, thing, id=f"desk-{thing}") for thing in things),
        pytest.param(PHONE, things[0], id=f"phone-{things[0]}"),
        *(
            pytest.param(PHONE, thing, id=f"phone-{thing}", marks=pytest.mark.pages)
            for thing in things[1:]
        ),
    ]


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = request.param
    found = browser.new_page(viewport={"width": width, "height": height})
    found.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield found
    found.close()


def opened(page: Page, address: str, view: str, **link: str) -> None:
    asked = "&".join(f"{name}={text}" for name, text in {"view": view, **link}.items())
    page.goto(f"{address}/facts?{asked}")
    expect(page.get_by_role("heading", name="Facts", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def settled(page: Page) -> None:
    """Once what was typed before has been taken in, and the page stands still."""
    page.wait_for_timeout(SCROLLING)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def grid(page: Page, place: int = 0) -> Locator:
    found = page.get_by_test_id("stDataFrame").nth(place)
    found.scroll_into_view_if_needed()
    expect(found.locator("canvas").first).to_be_visible()
    return found


def stored(url: str, file: str, **cells: str) -> list[dict[str, str]]:
    with Repository(url) as repository:
        found = [row.cells() for row in repository.facts(file)]
    return [row for row in found if all(row[name] == cell for name, cell in cells.items())]


def _to_the_last_cell(page: Page, where: Locator, text: str) -> None:
    for _ in range(20):
        page.keyboard.press("End", delay=TYPING)
        page.wait_for_timeout(SCROLLING)
        if where.locator("[role=gridcell][aria-selected=true]").last.inner_text() == text:
            return


def test_a_cell_is_changed_by_mouse_and_keyboard_saved_and_taken_back(
    page: Page, address: tuple[str, str]
) -> None:
    url, database = address
    [before] = stored(database, "preference")
    opened(page, url, "Every+file", file="preference")
    where = grid(page)
    # the last column, weight, by its right edge
    box = where.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 52)
    told = page.get_by_text("1 row to be changed")
    for _ in range(5):  # a key that comes while a busy grid still takes the last one is lost
        _to_the_last_cell(page, where, before["weight"])
        page.keyboard.press("Enter", delay=TYPING)
        page.wait_for_timeout(SCROLLING)
        page.keyboard.press("Control+a", delay=TYPING)
        page.keyboard.type("7", delay=TYPING)
        page.keyboard.press("Enter", delay=TYPING)
        try:
            expect(told).to_be_visible(timeout=10_000)
            break
        except AssertionError:
            page.keyboard.press("Escape", delay=TYPING)
    expect(told).to_be_visible()
    expect(page.get_by_text("Weight, −10 to 10 from 5 to 7")).to_be_visible()
    page.get_by_label("Reason, kept with the change").fill("asked for it")
    page.get_by_label("Reason, kept with the change").press("Tab")
    settled(page)
    page.get_by_role("button", name="Save", exact=False).last.press("Enter")
    expect(page.get_by_text("Saved, as change")).to_be_visible()
    assert stored(database, "preference") == [{**before, "weight": "7"}]
    opened(page, url, "Changes")
    page.get_by_text("wishes 1 changed").first.click()
    settled(page)
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("1 row to be changed")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Save", exact=False).last.click()
    expect(page.get_by_text("Saved, as change")).to_be_visible()
    assert stored(database, "preference") == [before]


@pytest.mark.parametrize(
    ("page", "part"),
    [
        pytest.param(DESK, 0, id="desk-0"),
        pytest.param(PHONE, 1, id="phone-1"),
        *(
            pytest.param(size, part, id=f"{name}-{part}", marks=pytest.mark.pages)
            for name, size, done in (("desk", DESK, 0), ("phone", PHONE, 1))
            for part in range(4)
            if part != done
        ),
    ],
    indirect=["page"],
)
def test_every_grid_opens_its_cells_by_mouse_and_by_keyboard(
    page: Page, address: tuple[str, str], part: int
) -> None:
    url, _ = address
    editor = page.locator("#portal > *")
    for file in list(BY_FILE)[part::4]:
        opened(page, url, "Every+file", file=file)
        box = grid(page).bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + 150, box["y"] + 52)
        expect(editor, f"{file} by mouse").not_to_have_count(0)
        page.keyboard.press("Escape")
        expect(editor).to_have_count(0)
        page.keyboard.press("ArrowRight", delay=TYPING)
        page.keyboard.press("Enter", delay=TYPING)
        expect(editor, f"{file} by keyboard").not_to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_rows_of_a_spreadsheet_are_pasted_and_a_fault_stands_at_its_cell(
    page: Page, address: tuple[str, str]
) -> None:
    url, database = address
    opened(page, url, "Every+file", file="competency")
    page.get_by_role("button", name="Spreadsheet").first.click()
    area = page.get_by_label("Rows to be added")
    name = f"CPR{page.viewport_size['width']}"  # type: ignore[index]
    area.fill(f"{name}\tResuscitation\tnonsense")
    area.press("Control+Enter")
    expect(page.get_by_text("1 cell needs another value")).to_be_visible()
    expect(page.get_by_text("one of clinical, mandatory, registration")).to_be_visible()
    area.fill(f"{name}\tResuscitation\tclinical")
    area.press("Control+Enter")
    expect(page.get_by_text("1 row to be changed")).to_be_visible()
    page.keyboard.press("Escape")
    settled(page)
    page.get_by_role("button", name="Save", exact=False).last.click()
    expect(page.get_by_text("Saved, as change")).to_be_visible()
    assert stored(database, "competency", id=name) == [
        {"id": name, "name": "Resuscitation", "kind": "clinical"}
    ]


def test_somebody_is_found_by_words_and_leave_takes_three_clicks(
    page: Page, address: tuple[str, str]
) -> None:
    url, database = address
    opened(page, url, "Leave")
    who = page.get_by_label("Who is away", exact=True)
    who.click()
    page.keyboard.type("cal synth")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Taken as Synthetic CAL")).to_be_visible()
    days = page.get_by_label("First and last day").first
    days.click()
    day = "14" if page.viewport_size["width"] > 1_000 else "21"  # type: ignore[index]
    page.get_by_role("gridcell").get_by_text(day, exact=True).first.click()
    page.get_by_role("gridcell").get_by_text(day, exact=True).first.click()
    settled(page)
    page.get_by_role("button", name="Save", exact=False).last.click()
    expect(page.get_by_text("Saved, as change")).to_be_visible()
    assert stored(database, "leave", staff_id="CAL")


@pytest.mark.parametrize(
    ("page", "view"),
    sizes("Every+file", "A+person", "Leave", "A+service", "An+organisation", "Import", "Changes"),
    indirect=["page"],
)
def test_axe_core_finds_nothing_serious(page: Page, address: tuple[str, str], view: str) -> None:
    url, _ = address
    opened(page, url, view, person="ANN")
    page.wait_for_timeout(1_000)  # what fades in has half its colours before
    found = Axe().run(page).response["violations"]
    serious = {
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN
    }
    assert not serious
