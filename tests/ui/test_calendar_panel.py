"""The address of one's own calendar on My shifts: made, shown once, ended."""

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.data import calendar_feed
from scheduler.storage.repository import Repository
from tests.ui.conftest import opened, said

ANN = {"as": "staff", "as_person": "ANN"}


def mine(person: str = "ANN") -> AppTest:
    return opened("my_shifts", {"as": "staff", "as_person": person, "view": "Calendar"})


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def shown(app: AppTest) -> str:
    """The secret of the address that stands there; empty where none does."""
    addresses = [block.value for block in app.code if "/calendar/" in block.value]
    return addresses[0].rpartition("/")[2].removesuffix(".ics") if addresses else ""


def works(repository: Repository, secret: str) -> bool:
    return calendar_feed.feed(repository, secret) is not None


def test_an_address_is_made_shown_once_and_read(repository: Repository) -> None:
    app = mine()
    assert "make an address" in said(app)
    app.button(key="calendar_issue").click().run()
    secret = shown(app)
    assert works(repository, secret)
    assert "it is not shown again" in said(app)
    assert "No calendar has read it yet" not in said(app.run())
    app.button(key="calendar_copied").click().run()
    again = mine()
    for page in (app, again):
        assert shown(page) == ""
        assert "Your calendar has an address, made on" in said(page)
        assert "A calendar last read it on" in said(page)


def test_how_long_calendars_lag_is_said_for_each_kind(repository: Repository) -> None:
    app = mine()
    text = said(app.button(key="calendar_issue").click().run())
    assert "Every calendar lags." in text
    assert "8 to 24 hours" in text
    assert "within a day" in text
    assert "asks to be read every hour" in " ".join(text.split())


def test_a_new_address_ends_the_one_before(repository: Repository) -> None:
    app = mine()
    first = shown(app.button(key="calendar_issue").click().run())
    second = shown(app.button(key="calendar_issue").click().run())
    assert first != second
    assert (works(repository, first), works(repository, second)) == (False, True)


def test_an_address_is_ended(repository: Repository) -> None:
    app = mine()
    secret = shown(app.button(key="calendar_issue").click().run())
    app.button(key="calendar_withdraw").click().run()
    assert "The address has ended" in said(app)
    assert shown(app) == ""
    assert not works(repository, secret)
    assert "Make my calendar’s address" in buttons(app)


def test_one_that_was_ended_elsewhere_is_not_shown_any_more(repository: Repository) -> None:
    app = mine()
    app.button(key="calendar_issue").click().run()
    calendar_feed.withdraw(repository, "ANN")
    assert shown(app.run()) == ""
    app = mine()
    app.button(key="calendar_issue").click().run()
    calendar_feed.withdraw(repository, "ANN")
    app.button(key="calendar_withdraw").click().run()
    assert "no address of a calendar to end" in said(app)


def test_who_looks_at_the_shifts_of_others_is_offered_the_file_alone(
    repository: Repository,
) -> None:
    issued = mine()
    secret = shown(issued.button(key="calendar_issue").click().run())
    app = opened("my_shifts", {"person": "ANN", "view": "Calendar"})
    assert "Make my calendar’s address" not in buttons(app)
    assert not [button for button in app.button if str(button.key).startswith("calendar_")]
    assert [button.proto.label for button in app.get("download_button")] == ["Calendar file (ics)"]
    assert works(repository, secret)


@pytest.mark.parametrize("other", ["BEA", "CAL"])
def test_nobody_is_shown_what_was_made_for_somebody_else(
    repository: Repository, other: str
) -> None:
    calendar_feed.issue(repository, other)
    app = mine()
    assert shown(app.button(key="calendar_issue").click().run())
    app.query_params["as_person"] = app.query_params["person"] = other
    app.session_state["persona"] = ("staff", other)
    app.run()
    assert "Your calendar has an address, made on" in said(app)
    assert shown(app) == ""
