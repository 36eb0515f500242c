"""Staff tell on My shifts what managers answer in the inbox."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import RequestRule
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    WellAsked,
    WishAsked,
)
from scheduler.services.publish.publish import publish
from scheduler.services.requests.answering import grant, refuse
from scheduler.services.requests.telling import ask, today_here
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.requests.conftest import BEFORE
from tests.ui.conftest import ROSTER, opened, said


def my_shifts(**state: object) -> AppTest:
    return opened("my_shifts", {"as": "staff", "as_person": "ANN", "view": "Tell"}, **state)


def told(repository: Repository) -> list[Asked]:
    return [one.asked for one in repository.requests.of_person("ANN")]


def test_sickness_is_told_in_two_taps(repository: Repository) -> None:
    app = my_shifts(tell_what="I am sick")
    assert "It counts at once" in said(app)
    app.button(key="tell_send").click().run()
    assert not app.exception
    assert "Noted: it counts now" in said(app)
    today = today_here()
    assert told(repository) == [SickAsked(today, today)]
    assert "tell_send" not in {button.key for button in app.button}, "the form is gone"
    assert f"Sickness, {today:%a} {today.day}" in said(app)
    # the same key, cleared, stays lit in a browser
    assert app.get("button_group")[0].key != "tell_what", "nothing is chosen any more"


def test_leave_is_asked_for_and_taken_back(repository: Repository) -> None:
    app = my_shifts(tell_what="Leave")
    assert "Your manager answers it" in said(app)
    app.date_input(key="tell_leave_first").set_value(MONDAY).run()
    app.selectbox(key="tell_leave_kind").set_value("study").run()
    app.date_input(key="tell_leave_last").set_value(MONDAY + timedelta(days=4)).run()
    app.button(key="tell_send").click().run()
    assert not app.exception
    assert told(repository) == [LeaveAsked(MONDAY, MONDAY + timedelta(days=4), "study")]
    text = said(app)
    assert "Study leave, Mon 11 to Fri 15 January" in text
    assert "Waits for an answer" in text
    app.button(key="take_back_1").click().run()
    assert "Taken back" in said(app)
    assert repository.requests.request(1).state == "taken_back"


def test_a_wish_consent_and_a_pattern(repository: Repository) -> None:
    app = my_shifts(tell_what="A wish")
    app.date_input(key="tell_wish_day").set_value(MONDAY).run()
    app.selectbox(key="tell_wish_shift").set_value("L").run()
    app.radio(key="tell_wish").set_value("I would rather not work").run()
    app.button(key="tell_send").click().run()
    app = my_shifts(tell_what="Where I would work")
    app.toggle(key="tell_consent").set_value(False).run()
    app.number_input(key="tell_minutes").set_value(40).run()
    app.button(key="tell_send").click().run()
    app = my_shifts(tell_what="My pattern")
    app.date_input(key="tell_pattern_from").set_value(MONDAY).run()
    app.segmented_control(key="tell_weeks").set_value(2).run()
    app.selectbox(key="tell_pattern_0_1").set_value("E").run()
    app.selectbox(key="tell_pattern_1_6").set_value("D").run()
    app.button(key="tell_send").click().run()
    assert not app.exception
    assert told(repository) == [
        WishAsked(MONDAY, "L", -5),
        ConsentAsked(False, 40),
        PatternAsked(MONDAY, 2, ((2, "E"), (14, "D"))),
    ]
    [row] = [row for row in repository.dataset().staff if row.id == "ANN"]
    assert (row.accepts_other_hosts, row.max_travel_minutes) == (False, 40)


def test_well_again_is_offered_to_whoever_is_sick(repository: Repository) -> None:
    app = my_shifts(tell_what="I am well again")
    assert not app.exception
    assert "tell_send" not in {button.key for button in app.button}, "they have told no sickness"
    today = today_here()
    ask(repository, "ANN", SickAsked(today, today + timedelta(days=3)))
    app = my_shifts(tell_what="I am well again")
    app.date_input(key="tell_well_from").set_value(today + timedelta(days=2)).run()
    app.button(key="tell_send").click().run()
    assert not app.exception
    assert told(repository)[-1] == WellAsked(today + timedelta(days=2), today + timedelta(days=3))
    [row] = [row for row in repository.dataset().leave if row.staff_id == "ANN"]
    assert (row.kind, row.to_date) == ("sick", today + timedelta(days=1))
    assert "Well again from" in said(app)


def test_so_many_shifts_a_month_for_other_hosts(repository: Repository) -> None:
    app = my_shifts(tell_what="Where I would work")
    assert app.number_input(key="tell_most_shifts").value is None
    app.toggle(key="tell_consent").set_value(True).run()
    app.number_input(key="tell_most_shifts").set_value(2).run()
    app.button(key="tell_send").click().run()
    assert not app.exception
    [row] = [row for row in repository.dataset().staff if row.id == "ANN"]
    assert (row.accepts_other_hosts, row.most_shifts_elsewhere) == (True, 2)
    app = my_shifts(tell_what="Where I would work")
    assert app.number_input(key="tell_most_shifts").value == 2
    app.toggle(key="tell_consent").set_value(False).run()
    app.button(key="tell_send").click().run()
    [row] = [row for row in repository.dataset().staff if row.id == "ANN"]
    assert (row.accepts_other_hosts, row.most_shifts_elsewhere) == (False, None)


def test_what_cannot_be_is_said_and_the_form_stays(repository: Repository) -> None:
    app = my_shifts(tell_what="Where I would work")
    app.button(key="tell_send").click().run()
    assert "agreed already" in said(app)
    assert "tell_send" in {button.key for button in app.button}
    assert told(repository) == []


def test_the_employers_rule_decides_what_the_button_says(repository: Repository) -> None:
    row = RequestRule(organisation_id="A", kind="leave", at_once=True)
    repository.store(Dataset(request_rule=(row,)))
    app = my_shifts(tell_what="Leave")
    assert "It counts at once" in said(app)
    assert app.button(key="tell_send").label == "Tell"


def test_a_manager_grants_with_its_cost_in_sight(repository: Repository) -> None:
    publish(repository, ROSTER)
    ask(repository, "ANN", LeaveAsked(MONDAY, MONDAY + timedelta(days=6)), BEFORE)
    app = opened("inbox")
    text = said(app)
    assert "Synthetic ANN asks: annual leave, Mon 11 to Sun 17 January." in text
    assert "would have nobody" in text
    assert "Refuse: nothing changes." in text
    app.text_input(key="request_words_1").input("Enjoy it")
    app.button(key="grant_1").click().run()
    assert not app.exception
    assert "Granted. Synthetic ANN sees it under My shifts." in said(app)
    assert "asks: annual leave" not in said(app)
    found = repository.requests.request(1)
    assert (found.state, found.words) == ("granted", "Enjoy it")
    app = my_shifts()
    assert "Granted: Enjoy it" in said(app)
    app.button(key="know_request_1").click().run()
    assert repository.requests.request(1).seen_at is not None
    assert "know_request_1" not in {button.key for button in app.button}


def test_a_refusal_needs_words(repository: Repository) -> None:
    ask(repository, "ANN", LeaveAsked(MONDAY, MONDAY), BEFORE)
    app = opened("inbox")
    app.button(key="refuse_1").click().run()
    assert "Say why" in said(app)
    assert repository.requests.request(1).state == "open"
    app.text_input(key="request_words_1").input("Two are away already.")
    app.button(key="refuse_1").click().run()
    assert not app.exception
    assert "Refused. Synthetic ANN sees it" in said(app)
    assert "Refused: Two are away already." in said(my_shifts())


def test_another_manager_was_first(repository: Repository) -> None:
    ask(repository, "ANN", LeaveAsked(MONDAY, MONDAY), BEFORE)
    app = opened("inbox")
    refuse(repository, 1, "Not then.")
    app.button(key="grant_1").click().run()
    assert "It was refused already" in said(app)
    assert repository.requests.request(1).words == "Not then."


def test_who_is_sick_waits_for_cover_with_the_way_there(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, user_folder: Path
) -> None:
    publish(repository, ROSTER)
    ask(repository, "ANN", SickAsked(MONDAY, MONDAY + timedelta(days=6)), BEFORE)
    monkeypatch.setattr("scheduler.services.inbox.request_items.SICK_TOLD", timedelta(days=99))
    app = opened("inbox")
    assert "Synthetic ANN is sick" in said(app)
    assert "Find cover" in [link.label for link in app.get("page_link")]


def test_granted_requests_wait_for_nobody_else(repository: Repository) -> None:
    ask(repository, "ANN", LeaveAsked(MONDAY, MONDAY), BEFORE)
    grant(repository, 1)
    assert "Nothing waits for you" in said(opened("inbox"))
