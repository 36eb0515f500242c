"""The page Inbox: what waits, with its price, answered where it stands; what people were told."""

import pytest

from scheduler.services.inbox.notices import notices
from scheduler.services.publish.publish import publish
from scheduler.services.sign_off.answer import refuse
from scheduler.services.sign_off.offer import offer
from scheduler.storage.repository import Repository
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.inbox.conftest import everything_approved
from tests.scheduler.services.sign_off.conftest import HOME, LENT, THERE, week
from tests.ui.conftest import opened, said


@pytest.fixture
def repository(empty_repository: Repository) -> Repository:
    """The pages' own database, with the small scheme of the sign-off services."""
    return empty_repository


@pytest.fixture
def roster_id(repository: Repository) -> str:
    return stored(repository, week(), ("P1", HOME), ("P2", LENT), ("P3", THERE))


def test_an_empty_inbox_says_what_would_stand_there(roster_id: str) -> None:
    app = opened("inbox")
    assert "Nothing waits for you" in said(app)


def test_what_is_offered_waits_with_its_price_and_is_approved_there(
    repository: Repository, roster_id: str
) -> None:
    app = opened(link={"view": "Publish"})
    app.button(key="offer_roster").click().run()
    assert "It waits in the inbox" in said(app)
    assert repository.roster_header(roster_id).offered_at is not None
    app = opened("inbox")
    text = said(app)
    assert "2 things wait, the oldest first" in text
    assert "7.5 required hours stay empty" in text
    assert roster_id not in text
    app.button(key="approve_A_bank").click().run()
    assert not app.exception
    assert {button.key for button in app.button if (button.key or "").startswith("approve")} == {
        "approve_A_approve",
        "approve_B_approve",
    }
    app.button(key="approve_A_approve").click().run()
    app.button(key="approve_B_approve").click().run()
    text = said(app)
    assert "All have approved the roster of Mon 11 to Sun 17 January" in text
    assert "3 shifts of 3 people" in text


def test_it_is_taken_back_from_the_inboxes(repository: Repository, roster_id: str) -> None:
    offer(repository, roster_id)
    app = opened(link={"view": "Publish"})
    assert "2 things wait for you" in "".join(link.label for link in app.get("page_link"))
    app.button(key="recall_roster").click().run()
    assert repository.roster_header(roster_id).offered_at is None


def test_a_dispute_is_answered_in_the_inbox(repository: Repository, roster_id: str) -> None:
    offer(repository, roster_id)
    refuse(repository, roster_id, "B", "approve", "two nights in a row")
    app = opened("inbox")
    assert "two nights in a row" in said(app)
    app.text_input(key="dispute_words_1_1").input("it is one night")
    app.button(key="dispute_1_answer").click().run()
    assert [one.deed for one in repository.sign_offs.dispute(1).events] == ["raised", "answered"]


def test_people_see_what_they_were_told_and_say_that_they_know(
    repository: Repository, roster_id: str
) -> None:
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    app = opened("my_shifts", link={"as": "staff", "as_person": "P1"})
    assert "1 shift published for you" in said(app)
    (notice,) = notices(repository, "P1")
    app.button(key=f"know_{notice.id}").click().run()
    assert "published for you" not in said(app)
    (seen,) = notices(repository, "P1")
    assert seen.seen_at is not None
