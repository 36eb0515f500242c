"""Somebody makes the address of their calendar on a telephone, and a program reads it."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_walk import address, window
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.scheduler.services.data.calendar_readers import read_twice

__all__ = ["address", "window"]
pytestmark = _pytestmark

WIDTH = 390


@pytest.fixture
def telephone(window: Page) -> Page:
    window.set_viewport_size({"width": WIDTH, "height": 844})
    return window


def test_an_address_is_made_on_a_telephone_and_read(address: str, telephone: Page) -> None:
    telephone.goto(f"{address}/my_shifts?as=staff&as_person=BEA&view=Calendar")
    telephone.get_by_role("button", name="Make my calendar’s address").click()
    expect(telephone.get_by_text("Copy it now")).to_be_visible()
    shown = telephone.get_by_test_id("stCode").locator("code")
    made = shown.inner_text().replace("\n", "").strip()
    assert made.startswith(f"{address}/calendar/")
    box = shown.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= WIDTH
    assert telephone.evaluate("document.documentElement.scrollWidth") <= WIDTH
    with urlopen(made) as answer:
        events = read_twice(answer.read())
    assert [event.summary for event in events.values()] == ["Leave"]
    telephone.get_by_text("How to add it to a calendar").click()
    expect(telephone.get_by_text("8 to 24 hours later")).to_be_visible()
    telephone.get_by_role("button", name="End it").click()
    telephone.get_by_role("button", name="End the address").click()
    expect(telephone.get_by_text("The address has ended.")).to_be_visible()
    expect(telephone.get_by_role("button", name="Make my calendar’s address")).to_be_visible()
