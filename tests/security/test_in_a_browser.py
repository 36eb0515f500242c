"""Signing in and out as people do it, in a real browser; and that what guards the pages breaks
nothing of them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from scheduler.domain.dataset import Dataset
from scheduler.services.accounts import accounts
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.browser.test_walk import compare, served, window
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.factories import MONDAY
from tests.processes import end
from tests.security.conftest import Pages, free_port, give, wait_for
from tests.ui.conftest import APP, small_tables

pytestmark = _pytestmark
__all__ = ["window"]

CHART = "[data-testid=stVegaLiteChart] :is(canvas, svg)"
SIGN_IN = "Sign in with the county provider"
BLOCKED = """document.addEventListener("securitypolicyviolation", event => {
  (window.blocked ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});"""


@pytest.fixture
def repository(pages: Pages) -> Iterator[Repository]:
    """The database of the served pages."""
    with Repository(pages.url) as found:
        yield found


def sign_in(page: Page, subject: str) -> None:
    page.get_by_role("button", name=SIGN_IN).click()
    page.get_by_role("button", name=subject).click()


def test_somebody_with_a_grant_signs_in_works_and_signs_out_for_good(
    pages: Pages, repository: Repository, window: Page
) -> None:
    (grant,) = give(repository, pages.mock_issuer, "ada", "Ada", "operations")
    window.goto(f"{pages.address}/renewals")
    expect(window.get_by_text("Sign in to see these pages.")).to_be_visible()
    expect(window.get_by_role("link", name="Operations")).to_have_count(0)
    sign_in(window, "ada")
    expect(window.get_by_text("Ada Lovelace, operations")).to_be_visible()
    expect(window.get_by_role("heading", name="Renewals")).to_be_visible()
    assert window.url == f"{pages.address}/renewals", "the link that was followed is found again"
    window.get_by_role("link", name="Operations").click()
    expect(window.get_by_role("grid", name="Roster by person and day")).to_be_visible()
    cookies = window.context.cookies(pages.address)
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_text("Ada Lovelace, operations")).to_have_count(0)
    window.goto(pages.address)
    expect(window.get_by_role("button", name=SIGN_IN)).to_be_visible()
    window.context.add_cookies(cookies)  # whoever copied them
    window.goto(pages.address)
    expect(window.get_by_text("Your visit ended")).to_be_visible()
    expect(window.get_by_role("grid")).to_have_count(0)
    sign_in(window, "ada")
    expect(window.get_by_role("grid", name="Roster by person and day")).to_be_visible()
    # a panel that runs by itself asks for the way in where the visit is over
    _end_all_visits(repository)
    window.get_by_role("rowheader").first.click()
    expect(window.get_by_text("Your visit ended")).to_be_visible()
    expect(window.get_by_role("grid")).to_have_count(0)
    sign_in(window, "ada")
    expect(window.get_by_role("grid", name="Roster by person and day")).to_be_visible()
    accounts.withdraw(repository, grant)
    window.get_by_role("tab", name="Coverage").click()
    expect(window.get_by_text("nothing is open to you yet")).to_be_visible()
    expect(window.get_by_role("grid")).to_have_count(0)


def test_whoever_the_provider_does_not_let_in_is_told_what_to_do(
    pages: Pages, window: Page
) -> None:
    window.goto(pages.address)
    window.get_by_role("button", name="Sign in with the dead provider").click()
    expect(window.get_by_text("Signing in did not work")).to_be_visible()
    window.get_by_role("button", name=SIGN_IN).click()
    window.get_by_role("button", name="Deny").click()
    expect(window.get_by_text("Signing in did not work")).to_be_visible()
    expect(window.get_by_role("button", name=SIGN_IN)).to_be_visible()


def _end_all_visits(repository: Repository) -> None:
    with repository._writing() as connection:
        connection.execute(sa.text("UPDATE sign_in SET ended_at = seen_at"))


def test_an_unknown_subject_with_two_hundred_groups_is_told_whom_to_ask(
    pages: Pages, repository: Repository, window: Page
) -> None:
    give(repository, pages.mock_issuer, "grace", "Grace Hopper", "administrator")
    window.goto(f"{pages.address}/my_shifts?person=ANN")
    sign_in(window, "zoe")
    expect(window.get_by_text("nothing is open to you yet")).to_be_visible()
    expect(
        window.get_by_text("Ask Grace Hopper to give Zoe Unknown a role here, then look again.")
    ).to_be_visible()
    expect(window.get_by_text("Synthetic")).to_have_count(0)
    expect(window.get_by_role("link", name="Operations")).to_have_count(0)
    expect(window.get_by_role("link", name="My shifts")).to_have_count(0)
    for path in ("/director", "/renewals", "/"):
        window.goto(f"{pages.address}{path}")
        expect(window.get_by_text("nothing is open to you yet")).to_be_visible()
    account = accounts.find_account(repository, "zoe")
    accounts.give(repository, account.id, "operations")
    window.get_by_role("button", name="Look again").click()
    expect(window.get_by_role("grid", name="Roster by person and day")).to_be_visible()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages with a roster, of which nobody here changes a fact or a roster."""
    folder = tmp_path_factory.mktemp("demo")
    with served(folder, Dataset.from_cells(small_tables())) as address:
        with Repository(f"sqlite:///{folder / 'walk.db'}") as repository:
            solve(repository, Request("COL", MONDAY), Limits(3, workers=1))
        yield address


def test_nothing_that_the_pages_need_is_blocked(demo: str, window: Page) -> None:
    window.add_init_script(BLOCKED)
    seen = {
        "/": window.get_by_role("grid", name="Roster by person and day"),
        "/?view=Vacancies": window.get_by_test_id("stDataFrame").first,
        "/renewals": window.get_by_role("heading", name="Renewals"),
        "/?view=Download": window.get_by_role("button", name="Excel workbook"),
    }
    for path, what in seen.items():
        window.goto(f"{demo}{path}")
        expect(what).to_be_visible()
        window.wait_for_timeout(500)
        assert window.evaluate("window.blocked ?? []") == [], path
    with window.expect_download() as download:
        window.get_by_role("button", name="Excel workbook").click()
    assert Path(download.value.path()).stat().st_size > 1_000
    compare(window, demo)
    expect(window.locator(CHART).first).to_be_visible()
    assert window.evaluate("window.blocked ?? []") == []
    window.evaluate(
        "at => { document.body.appendChild(document.createElement('script')).src = at }",
        "https://evil.example/x.js",
    )
    window.wait_for_function("window.blocked")
    assert "script-src-elem https://evil.example/x.js" in window.evaluate("window.blocked")


def test_a_page_of_another_site_can_neither_frame_nor_drive_the_pages(
    demo: str, window: Page
) -> None:
    host = demo.removeprefix("http://localhost")
    window.route("http://evil.example/", lambda route: route.fulfill(body="<p>evil</p>"))
    window.goto("http://evil.example/")
    opened = window.evaluate(
        """address => new Promise(done => {
          const socket = new WebSocket(address, ["streamlit"]);
          socket.onopen = () => done(true); socket.onerror = () => done(false);
        })""",
        f"ws://localhost{host}/_stcore/stream",
    )
    assert opened is False
    window.evaluate(
        "address => { document.body.appendChild(document.createElement('iframe')).src = address }",
        demo,
    )
    window.wait_for_timeout(1500)
    assert not any("Roster" in (frame.text_content("body") or "") for frame in window.frames[1:])


def test_the_demo_says_what_it_is_and_its_persona_survives_reloads_and_pages(
    demo: str, window: Page
) -> None:
    window.goto(demo)
    expect(window.get_by_text("Demo, on this machine only.")).to_be_visible()
    assert "as=" not in window.url
    window.get_by_role("combobox", name="Persona").click()
    window.get_by_role("option", name="Operations of one organisation").click()
    expect(window.get_by_role("combobox", name="Organisation", exact=True).first).to_be_visible()
    window.wait_for_url("**/?as=one_organisation**")
    window.get_by_role("link", name="Renewals").click()
    window.wait_for_url("**/renewals?as=one_organisation**")
    window.reload()
    persona = window.get_by_role("combobox", name="Persona")
    expect(persona).to_have_value("Operations of one organisation")
    assert "as=one_organisation" in window.url


def test_pages_that_somebody_serves_past_our_server_are_closed_too(
    made: Path, tmp_path: Path, window: Page
) -> None:
    """At an address that other machines reach, and with no provider."""
    database = tmp_path / "copy.db"
    database.write_bytes(made.read_bytes())
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "streamlit", "run", APP, f"--server.port={port}"),
            *("--server.address=0.0.0.0", "--server.headless=true"),
            "--browser.serverAddress=localhost",
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEDULER_DB": f"sqlite:///{database}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health")
        window.goto(f"http://localhost:{port}")
        expect(window.get_by_text("Nobody can sign in here yet")).to_be_visible()
        expect(window.get_by_role("grid")).to_have_count(0)
        expect(window.get_by_role("combobox")).to_have_count(0)
    finally:
        end(server)


def test_a_nurse_comes_to_today_by_way_of_the_provider(
    pages: Pages, repository: Repository, window: Page
) -> None:
    """Without a page of Streamlit on the way."""
    account = accounts.add(repository, pages.mock_issuer, "zoe", "Zoe")
    accounts.is_staff(repository, account.id, "ANN")
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto(f"{pages.address}/today")
    assert window.get_by_role("heading").all_inner_texts() == ["Today"]
    window.get_by_role("link", name=SIGN_IN).click()
    window.get_by_role("button", name="zoe").click()
    expect(window.get_by_text("Shifts of Synthetic ANN")).to_be_visible()
    assert window.url == f"{pages.address}/today"
    assert not [url for url in asked if "/static/" in url or "_stcore" in url]
    _end_all_visits(repository)
    window.reload()
    expect(window.get_by_text("Sign in to see this page.")).to_be_visible()
    expect(window.get_by_text("Synthetic")).to_have_count(0)
    accounts.is_staff(repository, account.id, None)  # as other tests know them
