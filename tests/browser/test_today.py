"""The small page of today on a narrow telephone: as a hand, a large type and a screen reader have
it, with the taps on what changed and on what ends.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scheduler.domain.dataset import Dataset
from scheduler.services.inbox.notices import notices
from scheduler.storage.repository import Repository
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, PATIENCE, SERVER, running
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.factories import rows
from tests.security.today import hostile_week, published_week

pytestmark = _pytestmark

WIDTH = 320
LEAST_TARGET = 44
"""Pixels, of whatever a finger has to hit."""
WHO = "as=staff&as_person=P1"
LARGE = "html { font-size: 200% }"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The pages, and the database that they write to."""
    folder: Path = tmp_path_factory.mktemp("today")
    url = f"sqlite:///{folder}/today.db"
    with Repository(url) as repository:
        published_week(repository)
        tables = hostile_week()
        tables["competency"] = [{"id": "LS", "name": "Life support", "kind": "mandatory"}]
        tables["staff_competency"] = rows(
            "staff_id competency_id valid_from valid_to", f"P1 | LS | 2026-01-01 | {date.today()}"
        )
        repository.store(Dataset.from_cells(tables), replace=True)
    with running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=str(folder / "home")) as address:
        yield address, url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(params=["light", "dark"])
def telephone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 640}, has_touch=True, color_scheme=request.param
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("size", ["as it comes", "large"])
@pytest.mark.parametrize("who", [WHO, "as=staff"])
def test_nothing_is_wider_than_the_telephone_nor_unclear_nor_too_small_to_hit(
    telephone: Page, served: tuple[str, str], size: str, who: str
) -> None:
    asked: list[str] = []
    telephone.on("request", lambda request: asked.append(request.url))
    telephone.goto(f"{served[0]}/today?{who}")
    assert [url for url in asked if not url.startswith("data:")] == [f"{served[0]}/today?{who}"]
    if size == "large":
        telephone.add_style_tag(content=LARGE)
    assert telephone.evaluate("document.documentElement.scrollWidth") == WIDTH
    boxes = [found.bounding_box() for found in telephone.locator("a, button").all()]
    assert boxes
    for box in boxes:
        assert box is not None
        assert box["height"] >= LEAST_TARGET
        assert box["width"] >= LEAST_TARGET
        assert box["x"] + box["width"] <= WIDTH
    assert Axe().run(telephone).response["violations"] == []


def test_a_tap_says_that_they_know_and_the_page_comes_back(
    browser: Browser, served: tuple[str, str]
) -> None:
    address, url = served
    context = browser.new_context(viewport={"width": WIDTH, "height": 640}, has_touch=True)
    telephone = context.new_page()
    telephone.goto(f"{address}/today?{WHO}")
    expect(telephone.get_by_role("heading", name="1 shift published for you")).to_be_visible()
    context.set_offline(True)
    with telephone.expect_event("requestfailed"):
        telephone.get_by_role("button", name="I know", exact=True).tap()
    with Repository(url) as repository:
        assert len(notices(repository, "P1", unseen=True)) == 1
    context.set_offline(False)
    telephone.goto(f"{address}/today?{WHO}")
    telephone.get_by_role("button", name="I know", exact=True).tap()
    telephone.wait_for_url(f"{address}/today?{WHO}#changed")
    expect(telephone.get_by_text("Nothing that you do not know yet.")).to_be_visible()
    telephone.get_by_role("button", name="I know when it ends").tap()
    telephone.wait_for_url(f"{address}/today?{WHO}#ends")
    expect(telephone.get_by_role("heading", name="What ends, as you know")).to_be_in_viewport()
    expect(telephone.get_by_role("button")).to_have_count(0)
    with Repository(url) as repository:
        (notice,) = notices(repository, "P1")
        assert len(repository.endings.of_person("P1")) == 1
    assert notice.seen_at is not None
    context.close()


def test_the_way_to_what_one_holds_leads_there(telephone: Page, served: tuple[str, str]) -> None:
    telephone.goto(f"{served[0]}/today?{WHO}")
    telephone.get_by_role("link", name="My clearance: what you hold").tap()
    expect(telephone.get_by_role("heading", name="My clearance", exact=True)).to_be_visible()
    assert telephone.evaluate("document.documentElement.scrollWidth") == WIDTH


def test_my_shifts_and_the_page_lead_to_each_other(
    telephone: Page, served: tuple[str, str]
) -> None:
    telephone.goto(f"{served[0]}/today?{WHO}")
    telephone.get_by_role("link", name="My shifts: everything").tap()
    expect(telephone.get_by_role("heading", name="My shifts")).to_be_visible()
    way = telephone.get_by_role("link", name="today on one small page")
    with telephone.context.expect_page() as opened:
        way.tap()
    expect(opened.value.get_by_role("heading", name="Next shift")).to_be_visible()
    assert opened.value.url == f"{served[0]}/today?{WHO}"
