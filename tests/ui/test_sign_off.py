"""Sign-off by organisation under Publish: approved, refused, answered, decided by clicking."""

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.errors import NotFound
from scheduler.domain.facts import Pin
from scheduler.services.sign_off import answer, disputes
from scheduler.storage.repository import Repository
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.sign_off.conftest import HOME, LENT, THERE, week
from tests.ui.conftest import opened, said

PUBLISH = {"view": "Publish"}


@pytest.fixture
def repository(empty_repository: Repository) -> Repository:
    """The pages' own database, with the small scheme of the sign-off services."""
    return empty_repository


@pytest.fixture
def roster_id(repository: Repository) -> str:
    return stored(repository, week(), ("P1", HOME), ("P2", LENT), ("P3", THERE))


def refused(reason: str = "two nights in a row") -> AppTest:
    """A has refused its first step."""
    app = opened(link=PUBLISH)
    app.text_input(key="why_refuse_A_bank").input(reason)
    return app.button(key="refuse_A_bank").click().run()


def told(app: AppTest, key: str, words: str, button: str) -> AppTest:
    """Something was said in the dispute. `button`: what comes after its number in the key."""
    app.text_input(key=key).input(words)
    return app.button(key=f"dispute_1_{button}").click().run()


def names_alone(app: AppTest, roster_id: str) -> bool:
    """Whether people read of posts and organisations by name, and no id of a roster."""
    text = said(app) + "".join(box.label for box in app.expander)
    return roster_id not in text and "A-COO:" not in text and " A has" not in text


def test_each_step_says_for_whom_it_waits(roster_id: str) -> None:
    app = opened(link=PUBLISH)
    text = said(app)
    assert "**Sign-off: 0 of 3 steps approved**" in text
    assert "May go to the bank: waits for Post A-BANK" in text
    assert "May be published: waits for Post A-COO; “May go to the bank” comes first" in text
    assert "Not all have approved it" in text
    assert app.button(key="approve_A_approve").disabled
    assert not app.button(key="approve_B_approve").disabled


def test_all_approve_and_then_it_is_published(repository: Repository, roster_id: str) -> None:
    app = opened(link=PUBLISH)
    for key in ("A_bank", "A_approve", "B_approve"):
        app.button(key=f"approve_{key}").click().run()
        assert not app.exception
    text = said(app)
    assert "**Sign-off: 3 of 3 steps approved**" in text
    assert "May be published: approved by Post B-COO, " in text
    assert "Not all have approved it" not in text
    app.checkbox(key=f"approve_{roster_id}").check().run()
    app.button(key="publish_version").click().run()
    assert repository.roster_header(roster_id).status == "published"


def test_an_approval_is_taken_back_with_a_reason(roster_id: str) -> None:
    app = opened(link=PUBLISH)
    app.button(key="approve_A_bank").click().run()
    app.button(key="take_back_A_bank").click().run()
    assert app.error[0].value == "To take an approval back needs a reason in words."
    app.text_input(key="why_take_back_A_bank").input("the wrong week")
    app.button(key="take_back_A_bank").click().run()
    assert "Taken back. It waits for approval again." in said(app)
    assert "**Sign-off: 0 of 3 steps approved**" in said(app)


def test_a_refusal_takes_a_reason_and_opens_a_dispute(roster_id: str) -> None:
    app = refused("")
    assert "To refuse needs a reason in words" in app.error[0].value
    app = refused()
    text = said(app)
    assert "May go to the bank: refused by Post A-BANK, " in text
    assert ": two nights in a row" in text
    (dispute,) = [box.label for box in app.expander if "Dispute" in box.label]
    assert dispute.startswith(
        "Dispute 1, Trust A, “may go to the bank”: waits for an answer, until the end of "
    )
    assert app.button(key="approve_A_bank").label == "Approve after all"
    assert names_alone(app, roster_id)


@pytest.mark.parametrize(
    ("way", "how", "approved"),
    [("uphold", "the refusal stands", 0), ("approve", "it counts as approved", 1)],
)
def test_what_is_not_settled_is_decided(roster_id: str, way: str, how: str, approved: int) -> None:
    app = told(refused(), "dispute_words_1_1", "nobody else is cleared", "answer")
    assert "Answered. Trust A approves now, or asks Post CHAIR." in said(app)
    app = told(app, "dispute_words_1_2", "we do not agree", "insist")
    assert "Post CHAIR decides it now." in said(app)
    field = app.text_input(key="dispute_words_1_3")
    assert (field.label, field.value) == ("Your decision", "")
    app.button(key=f"dispute_1_{way}").click().run()
    assert "To decide a dispute needs words" in app.error[0].value
    app = told(app, "dispute_words_1_3", "this once", way)
    assert f"Decided: {how}." in said(app)
    assert f"**Sign-off: {approved} of 3 steps approved**" in said(app)
    assert any(box.label.endswith(f": decided: {how}") for box in app.expander)
    assert names_alone(app, roster_id)


def test_a_decision_says_which_change_of_facts_it_has_become(
    repository: Repository, roster_id: str
) -> None:
    app = told(refused(), "dispute_words_1_1", "nobody else is cleared", "answer")
    app = told(app, "dispute_words_1_2", "we do not agree", "insist")
    repository.add_pin(Pin(staff_id="P1", demand_id=HOME))
    app.run()
    chosen = app.selectbox(key="dispute_change_1")
    assert chosen.options[0] == "nothing"
    chosen.select_index(1)
    app = told(app, "dispute_words_1_3", "P1 stays there", "uphold")
    (latest, *_) = repository.change_sets()
    assert repository.sign_offs.dispute(1).events[-1].change_set == latest.number
    assert f"as change {latest.number} of facts" in said(app)
    with pytest.raises(NotFound):
        disputes.decide(repository, 1, "x", upheld=True, change_set=latest.number + 9)


def test_an_approval_after_all_settles_it(roster_id: str) -> None:
    app = refused()
    app.button(key="approve_A_bank").click().run()
    assert any(box.label.endswith(": settled") for box in app.expander)
    assert "**Sign-off: 1 of 3 steps approved**" in said(app)


def test_what_goes_wrong_is_said_with_names(repository: Repository, roster_id: str) -> None:
    app = opened(link=PUBLISH)
    answer.approve(repository, roster_id, "B", "approve")  # in another window
    app.button(key="approve_B_approve").click().run()
    assert app.error[0].value == "CIC B has approved exactly this already."
