"""The board in a real browser: days stand under their headings, the keyboard keeps its place, a
chosen row's words come into sight.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from scheduler.domain.dataset import Dataset
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.browser.test_walk import served, window
from tests.factories import MONDAY
from tests.ui.conftest import small_tables

pytestmark = _pytestmark
__all__ = ["window"]

SCROLLED = """(board, left) => {
  board.scrollLeft = left;
  const left_of = cell => Math.round(cell.getBoundingClientRect().left);
  const lefts = row => [...row.children].map(left_of);
  const [head, line] = [".head", ".body .line"].map(name => lefts(board.querySelector(name)));
  return [Math.round(board.scrollLeft), head, line];
}"""
FOCUSED = """() => {
  let active = document.activeElement;
  while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  const row = active.closest("[aria-rowindex]");
  return row ? [row.getAttribute("aria-rowindex"), active.getAttribute("aria-colindex")] : null;
}"""


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages on a roster of two weeks, to look at: nobody changes anything."""
    folder = tmp_path_factory.mktemp("fortnight")
    dataset = Dataset.from_cells(small_tables())
    with served(folder, dataset) as address:
        with Repository(f"sqlite:///{folder / 'walk.db'}") as repository:
            solve(repository, Request("COL", MONDAY, 14), Limits(3, workers=1))
        yield address


@pytest.mark.parametrize("width", [700, 1024, 1440])
def test_every_day_stands_under_its_heading_however_far_the_board_is_scrolled(
    fortnight: str, window: Page, width: int
) -> None:
    window.set_viewport_size({"width": width, "height": 900})
    for view in ("By person", "By service and place"):
        window.goto(f"{fortnight}/?view={view.replace(' ', '+')}")
        window.locator(".board .body .line").first.wait_for()
        if width < 1440:
            _aligned(window, 7, must_scroll=True)
        window.get_by_text("All 14 days", exact=True).click()
        expect(window.locator(".board .head > div")).to_have_count(16)
        _aligned(window, 14, must_scroll=True)


def _aligned(page: Page, days: int, *, must_scroll: bool) -> None:
    board = page.locator(".board .scroll")
    for left in (0, 200, 100_000):
        scrolled, heads, cells = board.evaluate(SCROLLED, left)
        assert len(heads) == days + 2  # titles and sums
        assert heads == cells, f"scrolled {scrolled} px sideways"
        assert not must_scroll or bool(scrolled) == bool(left)
    last = page.locator(".board .head > div").last.bounding_box()
    frame = board.bounding_box()
    assert last is not None
    assert frame is not None
    assert last["x"] + last["width"] <= frame["x"] + frame["width"] + 1, (
        "the last heading can be seen"
    )


def test_the_keyboard_keeps_its_place_and_a_chosen_row_is_told_in_sight(
    fortnight: str, window: Page
) -> None:
    window.goto(fortnight)
    window.locator(".board .body [role=rowheader]").first.focus()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    link = window.get_by_role("link", name="Open in My shifts")
    expect(link).to_be_in_viewport()
    assert window.evaluate(FOCUSED) == ["4", "1"]
    window.keyboard.press("End")
    assert window.evaluate(FOCUSED) == ["4", "9"]
    window.keyboard.press("ArrowDown")
    assert window.evaluate(FOCUSED) == ["5", "9"]
    window.keyboard.press("Home")
    assert window.evaluate(FOCUSED) == ["5", "1"]
