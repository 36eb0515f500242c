"""Files of other systems in a real browser, on a desk and on a phone, and what axe-core finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_facts import STREAMLITS_OWN, address, browser, opened, page, stored
from tests.browser.test_walk import CHROMIUM

__all__ = ["address", "browser", "page"]  # fixtures of the tests of the page as a whole

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
    ),
]


def test_a_file_is_read_step_by_step(page: Page, address: tuple[str, str]) -> None:
    url, database = address
    width = page.viewport_size["width"]  # type: ignore[index]
    day = "04/01/2027" if width > 1_000 else "05/01/2027"  # both walk in one database
    opened(page, url, "Import", **{"from": "From+another+rostering+system"})
    page.get_by_label("Whose file it is").first.click()
    page.keyboard.type("trust a")
    page.keyboard.press("Enter")
    content = f"Staff No,Duty Date,Start,End,Break,Worked As\nANN,{day},07:00,15:00,30,O/T\n"
    page.locator("input[type=file]").first.set_input_files(
        {"name": "january.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    meaning = page.get_by_role("combobox", name="“O/T” (Worked As)")
    expect(meaning).to_be_visible()
    page.wait_for_timeout(1_000)  # what fades in has half its colours before
    found = Axe().run(page).response["violations"]
    assert not {
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN
    }
    wide = page.get_by_test_id("stMain")
    assert wide.evaluate("main => main.scrollWidth <= main.clientWidth")
    meaning.click()
    page.keyboard.type("overtime")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take these over").click()
    expect(page.get_by_text("1 row added")).to_be_visible()
    reason = page.get_by_label("Reason, kept with the change")
    reason.fill("export of January")
    reason.press("Tab")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Brought in, as change")).to_be_visible()
    assert [row["pay"] for row in stored(database, "worked_shift")][-1] == "overtime"
