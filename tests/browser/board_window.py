"""A window on the stage of the board, and what tests do in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.board_stage import column_titles
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, PATIENCE, running

DESK, PHONE = (1440, 1000), (390, 844)
DAYS = [column.id for column in column_titles(28)]
MON, TUE, WED, THU, FRI, SAT, SUN = DAYS[:7]
STAGE = str(Path(__file__).with_name("board_stage.py"))
FOCUSED = """() => {
  let active = document.activeElement;
  while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  const row = active.closest("[data-row]");
  return row ? [row.dataset.row, active.dataset.column] : active.tagName;
}"""

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def stage() -> Iterator[str]:
    with running(STAGE, PYTHONPATH=str(Path(__file__).parents[2])) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def opened(stage: str, browser: Browser) -> Iterator[Opened]:
    """A function that opens the stage in a window of a size and scheme."""
    contexts = []

    def one(
        size: tuple[int, int] = DESK, *, scheme: Any = "light", touch: bool = False, **asked: str
    ) -> Page:
        viewport: Any = {"width": size[0], "height": size[1]}
        contexts.append(
            browser.new_context(viewport=viewport, color_scheme=scheme, has_touch=touch)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(f"{stage}/?" + "&".join(f"{name}={text}" for name, text in asked.items()))
        page.locator(".board .body .line").first.wait_for()
        page.wait_for_timeout(300)
        return page

    yield one
    for context in contexts:
        context.close()


def cell(page: Page, person: int, day: str) -> Locator:
    return page.locator(f'.board .line[data-row="P{person}"] > [data-column="{day}"]')


def chip(page: Page, person: int, day: str) -> Locator:
    return cell(page, person, day).locator(".chip").first


def button(page: Page, name: str) -> Locator:
    return page.locator(".board").get_by_role("button", name=name, exact=True)


def says(page: Page, words: str) -> None:
    """What those hear who listen."""
    expect(page.locator(".board [aria-live]")).to_contain_text(words)


def answers(page: Page, words: str) -> None:
    expect(page.locator(".board").get_by_role("status")).to_contain_text(words)


def focus_on(page: Page, person: int, day: str) -> None:
    """By keyboard alone: into the board, and to a cell."""
    page.locator(".board .scroll [tabindex='0']").focus()
    page.keyboard.press("Control+Home")
    for _ in range(person):
        page.keyboard.press("ArrowDown")
    for _ in range(DAYS.index(day) + 1):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == [f"P{person}", day]


def drag(page: Page, source: Locator, onto: Locator, key: str = "") -> None:
    start, end = source.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 20, steps=3)
    if key:
        page.keyboard.down(key)
    page.mouse.move(end["x"] + 30, end["y"] + 20, steps=5)


def drop(page: Page, key: str = "") -> None:
    page.mouse.up()
    if key:
        page.keyboard.up(key)
