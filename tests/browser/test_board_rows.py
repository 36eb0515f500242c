"""The rows of a board in a real browser: what is sent of them, and what of it is lost."""

from playwright.sync_api import Page, expect

from tests.browser.board_window import (
    MON,
    Opened,
    answers,
    browser,
    button,
    cell,
    chip,
    opened,
    stage,
)
from tests.browser.test_walk import pytestmark as _pytestmark

pytestmark = _pytestmark
__all__ = ["browser", "opened", "stage"]

MANY = "400"


def _listening(page: Page) -> list[int]:
    """The sizes of what comes from the page from its next load on."""
    sizes: list[int] = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda it: sizes.append(len(it)))
    )
    page.reload()
    page.locator(".board .body .line").first.wait_for()
    return sizes


def _move(page: Page, whence: int, whither: int) -> None:
    chip(page, whence, MON).focus()
    cell(page, whence, MON).focus()
    page.keyboard.press("Space")
    cell(page, whither, MON).locator(".verdict").wait_for()
    cell(page, whither, MON).click()


def test_a_change_sends_little_and_a_reload_sends_all(opened: Opened) -> None:
    page = opened(people=MANY)
    sizes = _listening(page)
    all_rows = max(sizes)
    _move(page, 0, 4)
    answers(page, "Moved: 07:00–15:00 to Eli Abbott.")
    sizes.clear()
    button(page, "Undo").click()
    answers(page, "Undo: done.")
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")
    assert max(sizes) < all_rows - 50_000
    page.reload()
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")
    expect(page.locator(".board .scroll")).to_have_attribute("aria-rowcount", "402")


def test_rows_that_the_window_has_lost_are_asked_for(opened: Opened) -> None:
    page = opened(people=MANY)
    _move(page, 0, 4)
    answers(page, "Moved: 07:00–15:00 to Eli Abbott.")
    page.evaluate("() => window.rosterBoardRows.clear()")
    page.get_by_placeholder("name").fill("Abbott")
    page.get_by_placeholder("name").press("Enter")
    expect(page.locator(".board .scroll")).to_have_attribute("aria-rowcount", "62")
