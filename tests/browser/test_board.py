"""The board in a real browser, on a stage of its own: by mouse and by touch, what is drawn, what is
printed, and what axe-core finds of it.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.board_window import (
    DAYS,
    DESK,
    FOCUSED,
    MON,
    PHONE,
    SAT,
    TUE,
    WED,
    Opened,
    answers,
    browser,
    button,
    cell,
    chip,
    drag,
    drop,
    opened,
    says,
    stage,
)
from tests.browser.test_walk import pytestmark as _pytestmark

pytestmark = [*_pytestmark, pytest.mark.board]
__all__ = ["browser", "opened", "stage"]


# --- by mouse --------------------------------------------------------------------------------


def test_a_drag_moves_a_shift_and_undo_takes_it_back(opened: Opened) -> None:
    page = opened()
    drag(page, chip(page, 0, MON), cell(page, 4, MON))
    expect(page.locator(".board .ghost")).to_be_visible()
    expect(cell(page, 0, MON)).to_contain_class("origin")
    expect(cell(page, 4, MON).locator(".verdict")).to_have_text("✓same")
    expect(cell(page, 2, MON)).to_have_attribute(
        "aria-description", "Not allowed: on leave on this day."
    )
    drop(page)
    answers(page, "Moved: 07:00–15:00 to Eli Abbott.")
    expect(chip(page, 4, MON)).to_contain_text("07:00–15:00")
    expect(cell(page, 0, MON).locator(".chip")).to_have_count(0)
    expect(page.locator(".board .verdict")).to_have_count(0)
    button(page, "Undo").click()
    answers(page, "Undo: done.")
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")
    button(page, "Redo").click()
    expect(cell(page, 0, MON).locator(".chip")).to_have_count(0)


def test_a_drag_with_control_copies(opened: Opened) -> None:
    page = opened()
    drag(page, chip(page, 0, MON), cell(page, 4, TUE), "Control")
    drop(page, "Control")
    answers(page, "Copied: 07:00–15:00 to Eli Abbott.")
    expect(chip(page, 4, TUE)).to_contain_text("07:00–15:00")
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")


def test_a_drag_that_ends_outside_puts_back(opened: Opened) -> None:
    page = opened()
    drag(page, chip(page, 0, MON), page.get_by_placeholder("name"))
    drop(page)
    says(page, "Put back")
    expect(page.locator(".board .origin")).to_have_count(0)
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")


def test_at_the_edges_a_drag_scrolls(opened: Opened) -> None:
    page = opened()
    box = page.locator(".board .scroll").bounding_box()
    assert box is not None
    drag(page, chip(page, 0, MON), cell(page, 3, MON))
    page.mouse.move(box["x"] + 300, box["y"] + box["height"] - 6)
    expect(cell(page, 40, MON)).to_be_visible()
    page.keyboard.press("Escape")
    drop(page)
    says(page, "Put back")


def test_a_click_picks_up_and_another_places_without_dragging(opened: Opened) -> None:
    page = opened()
    chip(page, 0, MON).click()
    expect(page.get_by_text("open Spot(row='P0'")).to_be_visible()
    expect(page.locator(".board .count")).to_have_text("1 shift selected")
    button(page, "Pick up").click()
    says(page, "Picked up: 07:00–15:00, Ward A, Monday 11 January, of Ann Abbott. 79 places")
    button(page, "Put back").click()
    says(page, "Put back")
    chip(page, 0, MON).click()
    button(page, "Pick up").click()
    button(page, "Copy").click()
    expect(button(page, "Copy")).to_have_attribute("aria-pressed", "true")
    cell(page, 6, MON).click()
    answers(page, "Copied: 07:00–15:00 to Gus Abbott.")


def test_only_the_rows_where_it_may_go_are_shown_until_it_is_placed(opened: Opened) -> None:
    page = opened(few="yes")
    rows = page.locator(".board .scroll")
    everybody = rows.get_attribute("aria-rowcount")
    chip(page, 0, MON).click()
    button(page, "Pick up").click()
    says(page, "places allowed")
    button(page, "Only where it may go").click()
    says(page, "where it may go")
    expect(cell(page, 6, MON)).to_be_visible()
    expect(cell(page, 0, MON)).to_be_visible()
    assert int(rows.get_attribute("aria-rowcount") or 0) < int(everybody or 0)
    button(page, "Only where it may go").click()
    expect(rows).to_have_attribute("aria-rowcount", str(everybody))
    button(page, "Only where it may go").click()
    cell(page, 6, MON).click()
    answers(page, "to Gus Abbott.")
    expect(rows).to_have_attribute("aria-rowcount", str(everybody))
    expect(chip(page, 6, MON)).to_be_visible()


def test_where_it_may_not_go_nothing_happens_but_words(opened: Opened) -> None:
    page = opened()
    chip(page, 0, MON).click()
    button(page, "Pick up").click()
    expect(cell(page, 3, TUE).locator(".verdict")).to_have_text("✕rest 9 h")
    cell(page, 3, TUE).click()
    answers(page, "Not placed. Not allowed: 9 h of rest, 11 h are due.")
    expect(cell(page, 0, MON)).to_contain_class("origin")
    expect(cell(page, 3, TUE).locator(".chip")).to_have_count(1)


def test_a_refused_drop_is_drawn_at_once_and_taken_back(opened: Opened) -> None:
    page = opened(slow="1.5")
    drag(page, chip(page, 0, MON), cell(page, 2, MON))
    drop(page)
    expect(cell(page, 2, MON).locator(".coming")).to_contain_text("saving…")
    expect(cell(page, 0, MON).locator(".going")).to_contain_text("leaving…")
    answers(page, "Not placed: on leave on this day.")
    expect(page.locator(".board .pending")).to_have_count(0)
    expect(chip(page, 0, MON)).to_contain_text("07:00–15:00")
    expect(cell(page, 2, MON).locator(".chip")).to_have_count(1)


def test_a_question_is_asked_and_answered(opened: Opened) -> None:
    page = opened()
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: button(page, "Leave all as it was").click(),
    ):
        drag(page, chip(page, 0, MON), cell(page, 3, MON))
        drop(page)
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("13:00–21:00 stands there already.")
        expect(asked.get_by_role("button").first).to_be_focused()
        close()
        expect(asked).to_have_count(0)
        answers(page, "All is as it was.")
        expect(page.locator(".board .pending")).to_have_count(0)
        assert page.evaluate(FOCUSED) == ["P3", MON]
    drag(page, chip(page, 0, MON), cell(page, 3, MON))
    drop(page)
    page.get_by_role("button", name="Swap the two").click()
    answers(page, "Moved: 07:00–15:00 to Dee Abbott.")
    expect(chip(page, 3, MON)).to_contain_text("07:00–15:00")
    expect(chip(page, 0, MON)).to_contain_text("13:00–21:00")


def test_the_bar_acts_on_what_is_selected_and_shown(opened: Opened) -> None:
    page = opened()
    count = page.locator(".board .count")
    cell(page, 0, MON).click()
    for shift in cell(page, 1, MON).locator(".chip").all():
        shift.click(modifiers=["Control"])
    expect(count).to_have_text("3 shifts selected")
    chip(page, 1, MON).click(modifiers=["Control"])
    expect(count).to_have_text("2 shifts selected")
    says(page, "2 shifts selected")
    cell(page, 3, TUE).click(modifiers=["Shift"])
    expect(cell(page, 2, TUE)).to_have_attribute("aria-selected", "true")
    expect(count).to_have_text("6 shifts selected")
    page.get_by_placeholder("name").fill("Dee")
    page.get_by_placeholder("name").press("Enter")
    expect(page.locator(".board .body .line")).to_have_count(6)
    expect(count).to_have_text("2 shifts selected")
    button(page, "Pin").click()
    answers(page, "pin: 2 shifts, 2 cells.")
    button(page, "Unassign").click()
    answers(page, "Removed: 2.")
    expect(cell(page, 3, MON).locator(".chip")).to_have_count(0)


# --- by touch --------------------------------------------------------------------------------


def box_of(there: Locator) -> Any:
    """Where something stands, once it stands: it is drawn anew after each answer."""
    for _ in range(50):
        box = there.bounding_box()
        if box is not None:
            return box
        there.page.wait_for_timeout(100)
    raise AssertionError("it never stood still")


def test_a_tap_selects_a_long_press_picks_up_and_a_tap_places(opened: Opened) -> None:
    page = opened(PHONE, touch=True)
    expect(page.locator(".board select")).to_have_value("1")  # today
    button(page, "Day before").tap()
    expect(cell(page, 4, MON)).to_have_count(0)
    chip(page, 0, MON).tap()
    expect(page.locator(".board .count")).to_have_text("1 shift selected")
    expect(page.locator(".board .bar")).to_be_in_viewport()
    box = box_of(chip(page, 0, MON))
    devices = page.context.new_cdp_session(page)
    point = {"x": box["x"] + 30, "y": box["y"] + 10}
    devices.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(800)
    devices.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    says(page, "Picked up: 07:00–15:00, Ward A, Monday 11 January")
    expect(cell(page, 4, MON).locator(".verdict")).to_have_text("✓same")
    cell(page, 4, MON).tap()
    answers(page, "Moved: 07:00–15:00 to Eli Abbott.")
    expect(chip(page, 4, MON)).to_contain_text("07:00–15:00")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


# --- what is drawn ---------------------------------------------------------------------------

SCROLLED = """(scroll, left) => {
  scroll.scrollLeft = left;
  const lefts = row => [...row.children].map(one => Math.round(one.getBoundingClientRect().left));
  const top = scroll.querySelector(".heads").getBoundingClientRect().top;
  return [...[".head", ".pinned", ".body .line"].map(name => lefts(scroll.querySelector(name))),
    Math.round(top - scroll.getBoundingClientRect().top), Math.round(scroll.scrollLeft)];
}"""


@pytest.mark.parametrize("width", [700, 1440])
def test_headings_stay_over_their_columns(opened: Opened, width: int) -> None:
    page = opened((width, 900), people="310", days="28")
    scroll = page.locator(".board .scroll")
    scroll.evaluate("scroll => { scroll.scrollTop = 5000 }")
    expect(cell(page, 90, MON)).to_have_count(1)
    for left in (0, 333, 100_000):
        heads, pinned, cells, top, scrolled = scroll.evaluate(SCROLLED, left)
        assert len(heads) == 30
        assert heads == pinned == cells, f"scrolled {scrolled} px sideways"
        assert top == 1
        assert bool(scrolled) == bool(left)
    assert page.locator(".board .body .line").count() < 40, "rows in view alone"


def test_all_rows_are_printed(opened: Opened) -> None:
    page = opened(people="310")
    assert page.locator(".board .body .line").count() < 40
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".board .body .line").count() == 310
    assert page.locator(".board .scroll").evaluate("one => getComputedStyle(one).overflow") == (
        "visible"
    )
    expect(page.locator(".board .bar")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".board .body .line").count() < 40


def test_what_is_printed_stands_above_the_headings(opened: Opened) -> None:
    page = opened(people="40")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    printed = page.locator(".board .printed")
    expect(printed).to_be_visible()
    expect(printed).to_contain_text("Made-up people · printed ")
    heads = page.locator(".board .heads").evaluate(
        "one => [getComputedStyle(one).display, getComputedStyle(one).breakInside]"
    )
    assert heads == ["table-header-group", "avoid"], "which Chromium repeats on each page"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(printed).to_have_count(0)


def test_four_weeks_are_printed_on_a_sheet_each(opened: Opened) -> None:
    page = opened(people="30", days="28")
    for _ in range(2):
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        sheets = page.locator(".board .sheet:visible")
        expect(sheets).to_have_count(4)
        for number, days in enumerate((DAYS[:7], DAYS[7:14], DAYS[14:21], DAYS[21:])):
            sheet = sheets.nth(number)
            expect(sheet.locator(".body .line")).to_have_count(30)
            columns = sheet.locator(".body .line").last.evaluate(
                "line => [...line.children].map((cell) => cell.dataset.column)"
            )
            assert columns == ["#title", *days]
            assert sheet.locator(".head > *").count() == 8
            assert sheet.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing is cut"
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(sheets).to_have_count(1)


def test_weeks_weekends_and_holidays_tell_themselves_apart(opened: Opened) -> None:
    page = opened(days="14")
    plain, weekend, monday = (cell(page, 0, day) for day in (TUE, SAT, DAYS[7]))
    border = "one => getComputedStyle(one).borderLeftWidth"
    ground = "one => getComputedStyle(one).backgroundColor"
    assert monday.evaluate(border) == "2px"
    assert cell(page, 0, MON).evaluate(border) == plain.evaluate(border) == "0px"
    assert weekend.evaluate(ground) != cell(page, 0, WED).evaluate(ground)
    expect(page.locator(".board .head .holiday")).to_contain_text("bank holiday")
    expect(page.locator(".board .head .begins")).to_have_count(1)


@pytest.mark.parametrize("view", ["person", "work"])
def test_a_compact_board_cuts_no_hours(opened: Opened, view: str) -> None:
    page = opened(people="60", compact="yes", view=view)
    many = page.locator(".board .body .many").first
    tops = many.evaluate("one => [...one.querySelectorAll('.chip')].map((chip) => chip.offsetTop)")
    assert (len(set(tops)) == 1) == (view == "person"), "names stand below one another"
    button(page, "Keys").focus()
    chip(page, 0, MON).click()
    button(page, "Pick up").click()
    page.locator(".board .verdict").nth(3).wait_for()
    if view == "person":
        over = page.locator(".board .body").evaluate(
            """body => [...body.querySelectorAll("[role=gridcell]")].filter((cell) => {
              const [chip, verdict] = [cell.querySelector(".chip"), cell.querySelector(".verdict")];
              if (!chip || !verdict) return false;
              const [above, below] = [chip, verdict].map((one) => one.getBoundingClientRect());
              return above.bottom > below.top + 1;
            }).length"""
        )
        assert over == 0, "verdicts lie over entries"


def test_signs_leave_the_hours_their_room(opened: Opened) -> None:
    page = opened((1000, 900), people="60")
    page.locator(".board .signs").first.wait_for()
    cut = page.locator(".board .body").evaluate(
        """body => [...body.querySelectorAll(".line > :not(.many) > .chip")]
          .filter((chip) => chip.querySelector(".signs .icon"))
          .map((chip) => chip.querySelector(".top > span:first-child"))
          .filter((hours) => !hours.textContent.includes("night"))
          .filter((hours) => hours.scrollWidth > hours.clientWidth + 1).length"""
    )
    assert cut == 0


def test_a_reload_shows_the_same_rows(opened: Opened) -> None:
    page = opened(people="310", days="28")
    page.locator(".board .scroll").evaluate("one => { one.scrollTop = 4000; one.scrollLeft = 500 }")
    expect(cell(page, 70, MON)).to_have_count(1)
    page.wait_for_timeout(400)
    page.reload()
    expect(cell(page, 70, MON)).to_have_count(1)
    where = page.locator(".board .scroll").evaluate("one => [one.scrollTop, one.scrollLeft]")
    assert where == [4000, 500]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_may_not_be_changed_is_read_and_opened_alone(
    opened: Opened, size: tuple[int, int]
) -> None:
    page = opened(size, read="only")
    expect(page.locator(".board .bar")).to_be_hidden()
    chip(page, 0, TUE).click()
    expect(page.get_by_text(f"open Spot(row='P0', column='{TUE}'")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    page.wait_for_timeout(500)
    expect(page.get_by_text(f"open Spot(row='P0', column='{TUE}'")).to_be_visible()
    expect(page.locator(".board .verdict")).to_have_count(0)
    page.locator(".board .name .title", has_text="Ann Abbott").click()
    expect(page.get_by_text("open Spot(row='P0', column=None")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_core_finds_nothing_serious(opened: Opened, size: tuple[int, int], scheme: str) -> None:
    page = opened(size, scheme=scheme)
    page.wait_for_timeout(1_000)
    _nothing_serious(page)
    chip(page, 0, TUE).click()
    expect(page.locator(".board .count")).to_be_visible()
    _nothing_serious(page)
    button(page, "Pick up").click()
    expect(page.locator(".board .verdict").nth(3)).to_be_visible()
    _nothing_serious(page)
    cell(page, 4, TUE).click()
    answers(page, "Moved")
    _nothing_serious(page)
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog")).to_be_visible()
    _nothing_serious(page)


def _nothing_serious(page: Page) -> None:
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        and any("board" in str(node["target"]) for node in one["nodes"])
    ]
    assert not serious
