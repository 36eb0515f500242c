"""A week is offered, approved by two organisations, refused by the third, answered, decided and
published, by their people at once, each in a browser of their own; a nurse says on her telephone
that she knows.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scheduler.storage.repository import Repository
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, PATIENCE, SERVER, pytestmark, running
from tests.factories import Tables, need, person
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.sign_off.conftest import HOME, LENT, THERE, post, week

__all__ = ["pytestmark"]
AT_C = "SC-0111-E-RN"


def three_organisations() -> Tables:
    """As in the tests of services, with a third organisation that has its own place."""
    tables = week()
    tables["organisation"].append({"id": "C", "name": "Trust C", "kind": "nhs_trust"})
    tables["membership"].append({**tables["membership"][0], "organisation_id": "C"})
    tables["place"].append({**tables["place"][0], "id": "PC", "name": "Place C"})
    tables["site"].append({**tables["site"][0], "id": "SC", "name": "Site C", "place_id": "PC"})
    tables["service_host"].append({"service_id": "UCR", "place_id": "PC", "organisation_id": "C"})
    tables["approval_post"].append(post("C-COO", "approve", "C"))
    person(tables, "P6", "C")
    need(tables, 0, "E", site_id="SC")
    return tables


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path / 'three.db'}") as found:
        yield found


@pytest.fixture
def roster_id(repository: Repository) -> str:
    work = (("P1", HOME), ("P2", LENT), ("P3", THERE), ("P6", AT_C))
    return stored(repository, three_organisations(), *work)


@pytest.fixture
def address(repository: Repository, roster_id: str, tmp_path: Path) -> Iterator[str]:
    home = str(tmp_path / "home")
    with running(SERVER, SCHEDULER_DB=repository.url, XDG_DATA_HOME=home) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE)
        yield found
        found.close()


def somebody(browser: Browser, link: str, *, phone: bool = False) -> Page:
    """Somebody with a browser of their own."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    page = browser.new_context(viewport=size, has_touch=phone).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(link)
    return page


def test_three_organisations_sign_a_week_off(
    address: str, browser: Browser, repository: Repository, roster_id: str
) -> None:
    def approver(organisation_id: str) -> Page:
        link = f"{address}/inbox?as=approver&as_organisation={organisation_id}"
        return somebody(browser, link)

    a, b, c = (approver(each) for each in "ABC")
    expect(a.get_by_text("Nothing waits for you")).to_be_visible()
    board = somebody(browser, f"{address}/?collaborative=COL&week=2027-01-11&view=Publish")
    board.get_by_role("button", name="Ask for approval").click()
    expect(board.get_by_text("It waits in the inbox of everybody")).to_be_visible()

    for page in (a, b, c):
        page.reload()
    expect(a.get_by_text("they may go to the bank")).to_be_visible()
    a.get_by_role("button", name="Approve").click()
    b.get_by_role("button", name="Approve").click()
    c.get_by_role("button", name="Refuse").click()
    c.get_by_label("Why").fill("Nobody is on at night")
    c.get_by_role("button", name="Refuse for Trust C").click()
    expect(c.get_by_text("Refused. Whoever builds the roster answers that")).to_be_visible()
    expect(b.get_by_text("Nothing waits for you")).to_be_visible()
    expect(a.get_by_text("for publication")).to_be_visible()
    a.get_by_role("button", name="Approve").click()
    expect(a.get_by_text("Nothing waits for you")).to_be_visible()

    # operations answer; the third does not agree; the board of all decides
    board.goto(f"{address}/inbox")
    board.get_by_label("Your answer").fill("There is no night service there")
    board.get_by_role("button", name="Answer").click()
    c.reload()
    c.get_by_label("Why the answer does not do").fill("There should be one")
    c.get_by_role("button", name="Ask Post CHAIR").click()
    expect(c.get_by_text("Nothing waits for you")).to_be_visible()
    board.reload()
    board.get_by_label("Your decision").fill("Not in this contract")
    board.get_by_role("button", name="Approve it all the same").click()

    expect(board.get_by_text("All have approved the roster")).to_be_visible()
    assert repository.roster_header(roster_id).status == "draft"
    expect(board.get_by_text("1 thing waits, the oldest first")).to_be_visible()
    board.get_by_role("link", name="Look at it").first.click()
    board.get_by_text("I have looked through this roster").click()
    board.get_by_role("button", name="Publish 4 shifts of 4 people").click()
    expect(board.get_by_text(re.compile(r"^Published on \d"))).to_be_visible()
    assert repository.roster_header(roster_id).status == "published"

    nurse = somebody(browser, f"{address}/my_shifts?as=staff&as_person=P6", phone=True)
    expect(nurse.get_by_text("1 shift published for you")).to_be_visible()
    nurse.get_by_role("button", name="I know").tap()
    expect(nurse.get_by_text("1 shift published for you")).to_have_count(0)
    (notice,) = repository.notices.of_person("P6")
    assert notice.seen_by == "demo:staff"
