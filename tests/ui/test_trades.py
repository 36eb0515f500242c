"""Shifts change hands by clicking: offered, taken, approved; what cannot be is said in words."""

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.facts import Leave
from scheduler.services.publish.publish import publish
from scheduler.services.trades.trades import accept, offer_shift
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import HOME, THERE
from tests.scheduler.services.trades.conftest import EMPTY, SHIFTS, TUESDAY, trading_week
from tests.scheduler.services.trades.test_trades import counting
from tests.ui.conftest import opened, said


@pytest.fixture
def repository(empty_repository: Repository) -> Repository:
    """The pages' own database, with a published week in which shifts can change hands."""
    roster_id = stored(empty_repository, trading_week(), *SHIFTS)
    everything_approved(empty_repository, roster_id)
    publish(empty_repository, roster_id)
    return empty_repository


def mine(staff_id: str, view: str = "") -> AppTest:
    link = {"as": "staff", "as_person": staff_id} | ({"view": view} if view else {})
    return opened("my_shifts", link)


def no_code_word(app: AppTest) -> bool:
    text = said(app)
    return not any(word in text for word in ("COL", "-RN", "demand", "0111", "pence"))


def test_a_shift_is_offered_taken_and_approved(repository: Repository) -> None:
    app = mine("P1")
    app.button(key=f"give_{HOME}").click().run()
    assert "2 colleagues are asked" in said(app)
    app = mine("P5")
    assert "Synthetic P1 offers you a shift" in said(app)
    assert no_code_word(app)
    app.button(key="accept_1_").click().run()
    assert "It is yours once it is approved" in said(app)
    assert "offers you a shift" not in said(app)
    app = opened("inbox")
    text = said(app)
    assert "A shift is given away" in text
    assert "Synthetic P1 would no longer do Mon 11 Jan" in text
    assert "Synthetic P5 would do it" in text
    app.button(key="approve_trade_1").click().run()
    assert "Approved and published: both are told." in said(app)
    assert ("P5", HOME) in counting(repository)
    assert "has changed hands" in said(mine("P1", "Swap"))
    assert "no longer yours" in said(mine("P1"))
    assert "1 shift published for you" in said(mine("P5"))
    assert "Mon 11 January; it stands under" in said(mine("P5"))


def test_a_swap_says_what_for_what(repository: Repository) -> None:
    app = mine("P1")
    app.button(key=f"swap_{HOME}").click().run()
    app = mine("P4")
    text = said(app)
    assert "asks to swap" in text
    assert "You would do: Mon 11 Jan" in text
    assert "instead of: Tue 12 Jan" in text
    app.button(key=f"accept_1_{TUESDAY}").click().run()
    text = said(opened("inbox"))
    assert "Synthetic P1 would do Tue 12 Jan" in text


def test_who_was_slower_is_told(repository: Repository) -> None:
    offer_shift(as_staff(repository, "P1"), "P1", HOME)
    app = mine("P4")
    accept(as_staff(repository, "P5"), "P5", 1)
    app.button(key="accept_1_").click().run()
    assert "Somebody was quicker" in said(app)


def test_an_open_place_is_found_and_asked_for_and_refused_with_a_reason(
    repository: Repository,
) -> None:
    app = mine("P5", "Swap")
    app.button(key="show_open").click().run()
    app.button(key=f"take_{EMPTY}").click().run()
    assert "It is yours once it is approved" in said(app)
    app = opened("inbox")
    app.button(key="refuse_trade_1").click().run()
    assert "To refuse needs a reason in words" in said(app)
    app.text_input(key="why_trade_1").input("P5 has leave to plan")
    app.button(key="refuse_trade_1").click().run()
    assert "Refused. Both read why." in said(app)
    text = said(mine("P5", "Swap"))
    assert "was refused" in text
    assert "P5 has leave to plan" in text


def test_it_is_taken_back(repository: Repository) -> None:
    offer_shift(as_staff(repository, "P1"), "P1", HOME)
    app = mine("P1", "Swap")
    assert "waits for somebody to take it" in said(app)
    app.button(key="take_back_1").click().run()
    assert "Taken back" in said(app)


def test_what_nobody_may_do_is_said_at_once(repository: Repository) -> None:
    app = mine("P3")
    app.button(key=f"give_{THERE}").click().run()
    assert "Nobody else may do that shift" in said(app)


def test_what_a_rule_forbids_by_now_is_said_by_name(repository: Repository) -> None:
    offer_shift(as_staff(repository, "P1"), "P1", HOME)
    app = mine("P5")
    leave = Leave(staff_id="P5", from_date=MONDAY, to_date=MONDAY, kind="annual")
    repository.store(repository.dataset().with_facts(leave=(leave,)))
    app.button(key="accept_1_").click().run()
    (error,) = app.error
    assert "The rules do not let you take it: Synthetic P5" in error.value
    assert HOME not in error.value
