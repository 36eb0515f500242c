"""The board by keyboard alone: what it says, and where the focus stays."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_window import (
    FOCUSED,
    MON,
    SUN,
    THU,
    TUE,
    Opened,
    answers,
    browser,
    cell,
    focus_on,
    opened,
    says,
    stage,
)
from tests.browser.test_walk import pytestmark as _pytestmark

pytestmark = [*_pytestmark, pytest.mark.board]
__all__ = ["browser", "opened", "stage"]


# --- by keyboard -----------------------------------------------------------------------------


def test_the_keyboard_alone_picks_up_places_and_takes_back(opened: Opened) -> None:
    page = opened()
    focus_on(page, 0, MON)
    page.keyboard.press("Space")
    says(page, "Picked up: 07:00–15:00, Ward A, Monday 11 January, of Ann Abbott. 79 places")
    page.keyboard.press("ArrowDown")
    says(page, "Allowed instead of an early on the same day.")
    page.keyboard.press("ArrowRight")
    says(page, "Allowed, at the same price.")
    page.keyboard.press("Space")
    says(page, "Placed: 07:00–15:00, Ward A, to Tue 12 Jan, Bea Abbott")
    answers(page, "Moved: 07:00–15:00 to Bea Abbott.")
    assert page.evaluate(FOCUSED) == ["P1", TUE]
    page.keyboard.press("Control+z")
    answers(page, "Undo: done.")
    expect(cell(page, 1, TUE).locator(".chip")).to_have_count(0)
    assert page.evaluate(FOCUSED) == ["P1", TUE]
    page.keyboard.press("Control+y")
    answers(page, "Redo: done.")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, TUE).locator(".chip")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, 1, TUE).locator(".chip")).to_have_count(1)


def test_space_goes_through_the_shifts_of_a_cell_and_then_puts_back(opened: Opened) -> None:
    page = opened()
    focus_on(page, 0, THU)
    page.keyboard.press("Space")
    says(page, "Picked up: 13:00–21:00, Ward A, Thursday 14 January")
    page.keyboard.press("Space")
    says(page, "Picked up: 19:00–07:30 night")
    page.keyboard.press("Space")
    says(page, "Put back: 19:00–07:30 night")
    page.keyboard.press("Space")
    says(page, "Picked up: 13:00–21:00")
    page.keyboard.press("Escape")
    says(page, "Put back: 13:00–21:00")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")  # leave
    says(page, "Nothing here that can be picked up.")


def test_copy_cut_paste_remove_and_select_by_keyboard(opened: Opened) -> None:
    page = opened()
    focus_on(page, 0, MON)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+ArrowDown")
    assert page.evaluate(FOCUSED) == ["P0", MON]
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+v")
    answers(page, "Copied: 07:00–15:00 to Eli Abbott.")
    page.keyboard.press("Control+x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+v")
    answers(page, "Moved: 07:00–15:00 to Eli Abbott.")
    expect(cell(page, 4, TUE).locator(".chip:not(.pending)")).to_have_count(1)
    page.keyboard.press("Delete")
    says(page, "Removing 1 shift.")
    answers(page, "Removed: 1.")
    expect(cell(page, 4, TUE).locator(".chip")).to_have_count(0)
    focus_on(page, 0, MON)
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    says(page, "4 shifts selected")
    page.keyboard.press("Delete")
    answers(page, "Removed: 4.")
    page.keyboard.press("Control+a")
    expect(page.locator(".board .count")).to_contain_text("shifts selected")
    page.keyboard.press("Escape")
    expect(page.locator(".board .count")).to_have_count(0)


def test_of_keys_pressed_faster_than_the_page_answers_none_is_lost(opened: Opened) -> None:
    page = opened(slow="0.4")
    focus_on(page, 0, SUN)
    for person in (0, 1):
        page.keyboard.press("Delete")
        expect(cell(page, person, SUN).locator(".going")).to_have_count(1)
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    answers(page, "Nothing to undo.")
    expect(page.get_by_text("5: undo")).to_be_visible()
    for person in (0, 1):
        expect(cell(page, person, SUN).locator(".chip:not(.pending)")).to_have_count(1)


def test_the_keys_are_listed_and_move_the_focus_which_no_run_takes_away(opened: Opened) -> None:
    page = opened()
    focus_on(page, 1, MON)
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog")).to_contain_text("Space")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == ["P1", MON]
    for key in ("Enter", "F2"):
        page.keyboard.press(key)
        expect(page.get_by_text("open Spot(row='P1'")).to_be_visible()
        assert page.evaluate(FOCUSED) == ["P1", MON]
    for key, there in (
        ("End", ["P1", "#sum"]),
        ("Home", ["P1", "#title"]),
        ("Control+End", ["P59", "#sum"]),
        ("Control+Home", ["P0", "#title"]),
        ("PageDown", ["P10", "#title"]),
        ("PageUp", ["P0", "#title"]),
        ("ArrowUp", ["cover", "#title"]),
    ):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == there, key
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("open Spot(row='cover', column='2027-01-11'")).to_be_visible()


def test_the_focus_outlasts_the_wheel_and_a_filter(opened: Opened) -> None:
    page = opened()
    focus_on(page, 3, TUE)
    box = page.locator(".board .scroll").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 400, box["y"] + 300)
    page.mouse.wheel(0, 2_000)
    expect(cell(page, 40, MON)).to_be_visible()
    assert page.evaluate(FOCUSED) == ["P3", TUE]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == ["P4", TUE]
    expect(cell(page, 4, TUE)).to_be_in_viewport()
    find = page.get_by_placeholder("name")
    find.fill("Eli")
    find.press("Enter")
    expect(page.locator(".board .body .line")).to_have_count(6)
    assert page.locator(".board .scroll [tabindex='0']").count() == 1
    expect(cell(page, 4, TUE)).to_have_attribute("tabindex", "0")


def test_a_board_that_is_put_elsewhere_on_the_page_has_the_focus_again(opened: Opened) -> None:
    page = opened(move="yes")
    focus_on(page, 3, TUE)
    page.locator(".board .scroll").evaluate("one => { one.mark = 'the first' }")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1: open")).to_be_visible()
    expect(cell(page, 3, TUE)).to_be_focused()
    assert page.locator(".board .scroll").evaluate("one => one.mark ?? 'another'") == "another"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == ["P4", TUE]
