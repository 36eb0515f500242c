"""The whole job on the real pages: a week is opened, changed, taken back, filled and published, by
mouse, by touch and by keyboard alone; and what axe-core finds of Operations.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from scheduler.domain.dataset import Dataset
from scheduler.services.edit.history import edits_of
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.browser.board_window import FOCUSED, answers, browser, button, drag, drop
from tests.browser.test_walk import PATIENCE, served
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables

pytestmark = [*_pytestmark, pytest.mark.board]
__all__ = ["browser"]

MON = MONDAY.isoformat()
DESK, PHONE = (1440, 1080), (390, 844)
EARLY = "SA-0111-E-RN"
OPEN_TABS = ("By person", "By service and place", "Coverage", "Vacancies", "Repair", "Why")
OTHER_TABS = ("Pins", "Feasibility", "Publish", "Download")


class Pages(NamedTuple):
    """The pages on a draft of a week. `early`, `day`: who does which shift of Monday; `free`: who
    could.
    """

    address: str
    url: str
    roster: str
    early: str
    day: str
    free: str


def job_tables() -> Tables:
    """Three nurses, of whom two work on Monday; a place at another site that nobody can fill."""
    tables = plain_tables()
    for staff_id in ("ANN", "BEA", "DAN"):
        person(tables, staff_id, "A")
    lending(tables, ["ANN"])
    need(tables, 0, "E")
    need(tables, 0, "D")
    need(tables, 2, "E")
    need(tables, 4, "D", site_id="SB", minimum="2")
    return tables


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with served(tmp_path, Dataset.from_cells(job_tables())) as address:
        url = f"sqlite:///{tmp_path / 'walk.db'}"
        with Repository(url) as repository:
            made = solve(repository, Request("COL", MONDAY), Limits(5, workers=1))
            assert made.roster_id is not None
            lines = repository.roster(made.roster_id).document.assignments
        does = {line.demand_id: str(line.staff_id) for line in lines}
        early, day = does[EARLY], does["SA-0111-D-RN"]
        (free,) = {"ANN", "BEA", "DAN"} - {early, day}
        yield Pages(address, url, made.roster_id, early, day, free)


@pytest.fixture
def windows(browser: Browser) -> Iterator[Any]:
    """A function that opens Operations in a window of its own."""
    contexts = []

    def one(
        pages: Pages, size: tuple[int, int] = DESK, *, scheme: Any = "light", view: str = ""
    ) -> Page:
        viewport: Any = {"width": size[0], "height": size[1]}
        contexts.append(
            browser.new_context(viewport=viewport, color_scheme=scheme, has_touch=size == PHONE)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(f"{pages.address}/?view={view.replace(' ', '+')}" if view else pages.address)
        page.locator(".board .body .line").first.wait_for()
        page.wait_for_timeout(500)
        return page

    yield one
    for context in contexts:
        context.close()


def cell(page: Page, who: str, day: str = MON) -> Locator:
    return page.locator(f'.board .line[data-row="{who}"] > [data-column="{day}"]')


def chips(page: Page, who: str) -> Locator:
    return cell(page, who).locator(".chip")


def beside(page: Page) -> Locator:
    """What was opened."""
    return page.locator(".st-key-cell_panel")


def close(page: Page) -> None:
    page.get_by_role("button", name="Close", exact=True).click()
    expect(beside(page)).to_have_count(0)


# --- by mouse, by touch


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_shift_is_moved_taken_back_and_is_there_after_a_reload(
    pages: Pages, windows: Any, size: tuple[int, int]
) -> None:
    page = windows(pages, size)
    press = Locator.click if size == DESK else Locator.tap
    press(chips(page, pages.early))
    expect(beside(page).get_by_role("button", name="Take off this shift")).to_be_visible()
    expect(chips(page, pages.early)).to_be_in_viewport()
    _not_covered(page, chips(page, pages.early))
    press(button(page, "Pick up"))
    expect(beside(page)).to_have_count(0)
    expect(cell(page, pages.free).locator(".verdict")).to_contain_text("£")
    press(cell(page, pages.free))
    answers(page, "Done: ")
    expect(chips(page, pages.free)).to_have_count(1)
    press(button(page, "Undo"))
    answers(page, "Taken back: ")
    expect(chips(page, pages.early)).to_have_count(1)
    press(button(page, "Redo"))
    answers(page, "Done again: ")
    page.reload()
    expect(chips(page, pages.free)).to_have_count(1)
    expect(page.locator(".board .chip .icon.edited").first).to_be_visible()
    press(button(page, "Undo"))
    answers(page, "Taken back: ")
    expect(chips(page, pages.early)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert _kinds(pages) == ["move", "undo", "redo", "undo"]


def test_a_place_is_emptied_and_filled_again_in_both_ways(pages: Pages, windows: Any) -> None:
    page = windows(pages)
    chips(page, pages.early).click()
    button(page, "Unassign").click()
    answers(page, "1 required place now open")
    expect(cell(page, pages.early).locator(".chip")).to_have_count(0)
    page.get_by_role("tab", name="By service and place").click()
    place = page.locator(".board:visible .chip.short").first
    place.click()
    expect(beside(page)).to_contain_text("Who could fill it")
    expect(beside(page)).to_contain_text("Mon 11 Jan")
    beside(page).get_by_role("button", name="Put them there").first.click()
    answers_here(page, "Done: ")
    expect(beside(page)).to_have_count(0)
    assert page.evaluate(FOCUSED)[1] == MON
    button_here(page, "Undo").click()
    answers_here(page, "Taken back: ")
    place.click()
    button_here(page, "Fill").click()
    expect(beside(page)).to_contain_text("What the program proposes")
    beside(page).get_by_role("button", name="Take it").click()
    answers_here(page, "1 required place filled")
    assert page.evaluate(FOCUSED)[1] == MON
    assert _kinds(pages)[-1] == "fill"


def test_two_shifts_are_swapped_through_the_question(pages: Pages, windows: Any) -> None:
    page = windows(pages)
    drag(page, chips(page, pages.early), cell(page, pages.day))
    expect(cell(page, pages.day).locator(".verdict")).to_contain_text("swap?")
    drop(page)
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("What now?")
    asked.get_by_role("button", name="Swap the two shifts").click()
    answers(page, "Done: ")
    expect(chips(page, pages.day)).to_contain_text("07:00")
    assert _kinds(pages) == ["swap"]
    assert page.evaluate(FOCUSED) == [pages.day, MON]


def test_what_was_opened_gives_the_focus_back(pages: Pages, windows: Any) -> None:
    page = windows(pages)
    here = [pages.early, MON]
    cell(page, pages.early).click(position={"x": 60, "y": 50})
    expect(beside(page)).to_be_visible()
    assert page.evaluate(FOCUSED) == here
    page.keyboard.press("Escape")
    expect(beside(page)).to_have_count(0)
    assert page.evaluate(FOCUSED) == here
    for way in ("Enter", "Escape"):
        page.keyboard.press("Enter")
        shut = page.get_by_role("button", name="Close", exact=True)
        expect(shut).to_be_visible()
        shut.focus()
        page.keyboard.press(way)
        expect(beside(page)).to_have_count(0)
        page.wait_for_timeout(300)
        assert page.evaluate(FOCUSED) == here, way


def test_the_board_begins_in_the_upper_third(pages: Pages, windows: Any) -> None:
    page = windows(pages)
    for view in OPEN_TABS[:2]:
        page.get_by_role("tab", name=view).click()
        page.locator(".board:visible .body .line").first.wait_for()
        page.wait_for_timeout(500)
        box = page.locator(".board:visible").bounding_box()
        assert box is not None
        assert box["y"] <= DESK[1] / 3


# --- by keyboard alone


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_same_by_keyboard_alone(pages: Pages, windows: Any, size: tuple[int, int]) -> None:
    page = windows(pages, size)
    page.locator(".board .scroll [tabindex='0']").focus()
    _go_to(page, pages.early)
    page.keyboard.press("Enter")
    expect(beside(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(beside(page)).to_have_count(0)
    page.keyboard.press("Space")
    expect(cell(page, pages.free).locator(".verdict")).to_contain_text("£")
    _go_to(page, pages.free)
    page.keyboard.press("Space")
    answers(page, "Done: ")
    assert page.evaluate(FOCUSED) == [pages.free, MON]
    page.keyboard.press("Control+z")
    answers(page, "Taken back: ")
    page.keyboard.press("Control+y")
    answers(page, "Done again: ")
    expect(chips(page, pages.free)).to_have_count(1)
    page.reload()
    expect(chips(page, pages.free)).to_have_count(1)
    page.locator(".board .scroll [tabindex='0']").focus()
    _go_to(page, pages.free)
    page.keyboard.press("Delete")
    answers(page, "1 required place now open")
    page.keyboard.press("Control+z")
    answers(page, "Taken back: ")
    _go_to(page, pages.free)
    page.keyboard.press("Space")
    expect(cell(page, pages.day).locator(".verdict")).to_contain_text("swap?")
    _go_to(page, pages.day)
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_contain_text("What now?")
    page.keyboard.press("Enter")
    answers(page, "Done: ")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert _kinds(pages) == ["move", "undo", "redo", "unassign", "undo", "swap"]


def _go_to(page: Page, who: str) -> None:
    """By arrow keys, to somebody's Monday."""
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowRight")
    for _ in range(4):
        if page.evaluate(FOCUSED) == [who, MON]:
            return
        page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == [who, MON]


# --- others, and what is published


def test_of_two_who_change_the_same_one_is_told_and_can_do_it_again(
    pages: Pages, windows: Any
) -> None:
    one, other = windows(pages), windows(pages)
    for page in (one, other):
        drag(page, chips(page, pages.early), cell(page, pages.free))
        expect(cell(page, pages.free).locator(".verdict")).to_contain_text("£")
    drop(one)
    answers(one, "Done: ")
    drop(other)
    answers(other, "Not done: somebody has changed this roster meanwhile")
    expect(chips(other, pages.free)).to_have_count(1)
    expect(chips(other, pages.early)).to_have_count(0)
    expect(other.locator(".board .pending")).to_have_count(0)
    drag(other, chips(other, pages.free), cell(other, pages.early))
    expect(cell(other, pages.early).locator(".verdict")).to_be_visible()
    drop(other)
    answers(other, "Done: ")
    expect(chips(other, pages.early)).to_have_count(1)


def test_what_is_published_stays_and_a_draft_is_made_which_is_published(
    pages: Pages, windows: Any
) -> None:
    with Repository(pages.url) as repository:
        repository.publish(pages.roster)
    page = windows(pages)
    expect(page.locator(".board .legend")).to_contain_text("published: without stripes")
    drag(page, chips(page, pages.early), cell(page, pages.free))
    expect(cell(page, pages.free).locator(".verdict")).to_contain_text("£")
    drop(page)
    expect(page.locator(".board .legend")).to_contain_text("draft: striped")
    expect(chips(page, pages.free)).to_have_count(1)
    answers(page, "Done: ")
    with Repository(pages.url) as repository:
        lines = repository.roster(pages.roster).document.assignments
        assert pages.early in {line.staff_id for line in lines if line.demand_id == EARLY}
        made = next(one for one in repository.rosters() if one.id != pages.roster)
    page.get_by_role("tab", name="Publish").click()
    page.get_by_label("Why these published shifts change").fill("They asked for it")
    page.get_by_text("I have looked through this roster and approve it.").click()
    page.get_by_role("button", name="changed shift").click()
    expect(page.get_by_text("is published").first).to_be_visible()
    with Repository(pages.url) as repository:
        assert repository.roster(made.id).header.status == "published"


# --- what axe-core finds


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_core_finds_nothing_serious_of_operations(
    pages: Pages, windows: Any, scheme: str
) -> None:
    page = windows(pages, scheme=scheme)
    found = []
    for view in (*OPEN_TABS, *OTHER_TABS):
        page.get_by_role("tab", name=view).click()
        page.wait_for_timeout(1_500)
        found += [(view, *one) for one in _serious(page)]
    page.get_by_role("tab", name="By person").click()
    chips(page, pages.early).click()
    expect(beside(page)).to_contain_text("Who could do it instead")
    page.wait_for_timeout(1_000)
    found += [("opened", *one) for one in _serious(page)]
    close(page)
    button(page, "Pick up").click()
    expect(cell(page, pages.free).locator(".verdict")).to_be_visible()
    found += [("picked up", *one) for one in _serious(page)]
    cell(page, pages.day).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += [("question", *one) for one in _serious(page)]
    assert not found


OFF = ("Away from", "Away until", "Repair")
"""Names of what is switched off until somebody is chosen; contrast is not asked of such (1.4.3)."""


def _serious(page: Page) -> list[tuple[str, list[str]]]:
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        and not all(node["html"] in [f"<p>{name}</p>" for name in OFF] for node in one["nodes"])
    ]


def _not_covered(page: Page, shown: Locator) -> None:
    """Nothing lies over its middle."""
    box = shown.bounding_box()
    assert box is not None
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    script = "([x, y]) => document.elementFromPoint(x, y).closest('.st-key-cell_panel') === null"
    assert page.evaluate(script, middle)


def _kinds(pages: Pages) -> list[str]:
    """What was done, the first first."""
    with Repository(pages.url) as repository:
        return [str(one.kind) for one in edits_of(repository, pages.roster)][::-1]


def answers_here(page: Page, words: str) -> None:
    """On the board that is shown."""
    expect(page.locator(".board:visible").get_by_role("status")).to_contain_text(words)


def button_here(page: Page, name: str) -> Locator:
    return page.locator(".board:visible").get_by_role("button", name=name, exact=True)
