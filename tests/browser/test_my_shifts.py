"""My shifts on telephones, by real touch: a shift is offered and taken by two people at once, who
is slower is told; without a network a tap says so and nothing is doubled.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from scheduler.services.publish.publish import publish
from scheduler.services.trades.trades import offer_shift, trades_of
from scheduler.storage.repository import Repository
from tests.browser.test_sign_off import browser, somebody
from tests.browser.test_walk import SERVER, pytestmark, running
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import HOME
from tests.scheduler.services.trades.conftest import SHIFTS, trading_week
from tests.scheduler.services.trades.test_trades import counting

__all__ = ["browser", "pytestmark"]
NARROW = 320


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """A published week in which shifts can change hands."""
    with _published(tmp_path) as found:
        yield found


@contextmanager
def _published(folder: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{folder / 'mine.db'}") as found:
        roster_id = stored(found, trading_week(), *SHIFTS)
        everything_approved(found, roster_id)
        publish(found, roster_id)
        yield found


@pytest.fixture
def address(repository: Repository, tmp_path: Path) -> Iterator[str]:
    home = str(tmp_path / "home")
    with running(SERVER, SCHEDULER_DB=repository.url, XDG_DATA_HOME=home) as found:
        yield found


@pytest.fixture(scope="module")
def to_look_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, where nobody changes anything."""
    folder = tmp_path_factory.mktemp("looked")
    with (
        _published(folder) as found,
        running(SERVER, SCHEDULER_DB=found.url, XDG_DATA_HOME=str(folder / "home")) as address,
    ):
        yield address


class Wire:
    """Between a browser and a server: what goes along it can be cut, and mended."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._whole = True
        self._ends: list[socket.socket] = []
        Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """Nothing gets through, and what is open is torn."""
        self._whole = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        """What is opened from now on gets through."""
        self._whole = True

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while part := one.recv(65_536):
            other.sendall(part)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def telephone(browser: Browser, address: str, staff_id: str, view: str = "Shifts") -> Page:
    link = f"{address}/my_shifts?as=staff&as_person={staff_id}&view={view}"
    return somebody(browser, link, phone=True)


def test_a_shift_changes_hands_between_telephones(
    address: str, browser: Browser, repository: Repository
) -> None:
    giver = telephone(browser, address, "P1")
    expect(giver.get_by_text("Accountable: Trust A").first).to_be_visible()
    giver.get_by_role("button", name="Give or swap").first.tap()
    giver.get_by_role("button", name="Offer it").tap()
    expect(giver.get_by_text("2 colleagues are asked")).to_be_visible()
    quick, slow = (telephone(browser, address, each) for each in ("P5", "P4"))
    for page in (quick, slow):
        expect(page.get_by_text("offers you a shift")).to_be_visible()
    quick.get_by_role("button", name="Yes, I take it").tap()
    expect(quick.get_by_text("It is yours once it is approved")).to_be_visible()
    slow.get_by_role("button", name="Yes, I take it").tap()
    expect(slow.get_by_text("Somebody was quicker")).to_be_visible()
    board = somebody(browser, f"{address}/inbox")
    board.get_by_role("button", name="Approve").click()
    expect(board.get_by_text("Approved and published: both are told.")).to_be_visible()
    assert ("P5", HOME) in counting(repository)
    giver.reload()
    expect(giver.get_by_text(re.compile("1 shift is no longer yours"))).to_be_visible()


def test_without_a_network_a_tap_says_so_and_nothing_is_doubled(
    address: str, browser: Browser, repository: Repository
) -> None:
    offer_shift(as_staff(repository, "P1"), "P1", HOME)
    port = int(address.rpartition(":")[2])
    with Wire(port) as wire:
        page = telephone(browser, f"http://localhost:{wire.port}", "P5")
        yes = page.get_by_role("button", name="Yes, I take it")
        expect(yes).to_be_visible()
        wire.cut()
        yes.tap(force=True)
        yes.tap(force=True)
        expect(page.get_by_text(re.compile("connect", re.IGNORECASE)).first).to_be_visible()
        assert repository.trades.trade(1).stored == "open"
        wire.mend()
        page.reload()
        page.get_by_role("button", name="Yes, I take it").tap()
        expect(page.get_by_text("It is yours once it is approved")).to_be_visible()
    assert repository.trades.trade(1).taken_by == "P5"
    assert len(trades_of(as_staff(repository, "P5"), "P5")) == 1


@pytest.mark.parametrize("view", ["Shifts", "Swap", "Tell", "Clearance", "Time", "Calendar"])
def test_every_side_fits_the_narrowest_telephone(
    to_look_at: str, browser: Browser, view: str
) -> None:
    page = telephone(browser, to_look_at, "P1", view)
    page.set_viewport_size({"width": NARROW, "height": 640})
    expect(page.get_by_role("tab", name=view, exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_test_id("stAppRunningIcon")).to_have_count(0)
    wider = page.evaluate(
        """limit => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter(one => one.getBoundingClientRect().right > limit + 1
                && !one.closest('[role=tablist], [data-baseweb=tab-list], .stTabs [role=tablist]'))
            .map(one => one.tagName + '.' + one.className).slice(0, 5)""",
        NARROW,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, wider
