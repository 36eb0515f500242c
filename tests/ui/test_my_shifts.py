"""The My shifts page on a small database."""

from datetime import date, timedelta

import pytest

from scheduler.domain.facts import LONDON
from scheduler.storage.repository import Repository
from tests.ui.conftest import ROSTER, opened, said

ANN = {"person": "ANN"}


def test_drafts_are_not_shown_to_staff(repository: Repository) -> None:
    text = said(opened("my_shifts", ANN, my_monday=date(2027, 1, 11)))
    assert "Nothing is published yet" in text
    assert "No published shift in this week" in text


def test_a_published_shift_says_where_for_whom_and_by_which_contract(
    repository: Repository,
) -> None:
    repository.publish(ROSTER)
    text = said(opened("my_shifts", ANN))
    assert "Week of 11 January 2027" in text
    assert "Accountable: **Trust A**" in text
    assert "Paid by Trust A: contracted" in text


def test_what_expires_within_ninety_days_is_listed(repository: Repository) -> None:
    app = opened("my_shifts", ANN | {"view": "Clearance"})
    assert "Infection prevention" in said(app)
    app.selectbox(key="choose_person").select_index(1).run()
    assert "28 February 2027" in said(app)


def test_leave_and_wishes_are_listed(repository: Repository) -> None:
    app = opened("my_shifts", ANN, my_monday=date(2027, 1, 11))
    assert "would like Early" in said(app)
    app.selectbox(key="choose_person").select_index(1).run()
    assert "Leave, annual: Thu 14 Jan to Sun 17 Jan" in said(app)


def test_the_week_can_be_turned(repository: Repository) -> None:
    app = opened("my_shifts", ANN, my_monday=date(2027, 1, 11))
    next(button for button in app.button if button.label == "Later").click().run()
    assert "Week of 18 January 2027" in said(app)


def test_nobodys_shifts_are_shown_until_somebody_says_who_is_asking(repository: Repository) -> None:
    repository.publish(ROSTER)
    app = opened("my_shifts")
    assert app.selectbox(key="choose_person").value is None
    assert "Choose a name above" in said(app)
    assert "Accountable" not in said(app)


def test_an_unknown_staff_number_is_said_and_a_known_one_opens(repository: Repository) -> None:
    app = opened("my_shifts", {"staff": "NOBODY"})
    assert "Nothing here is called “NOBODY”" in said(app)
    assert "Whose shifts are these to be?" in said(app)
    app = opened("my_shifts", {"staff": "bea"})
    assert app.selectbox(key="choose_person").value == "BEA"
    app = opened("my_shifts", {"person": "synthetic bea"})
    assert "Taken as Synthetic BEA" in said(app)


@pytest.mark.parametrize("week", ["9999-12-31", "0001-01-01", "soon"])
def test_a_week_that_cannot_be_shown_is_said(repository: Repository, week: str) -> None:
    repository.publish(ROSTER)
    app = opened("my_shifts", ANN | {"week": week})
    assert "Shown is the week of Monday 11 January 2027" in said(app)
    assert "Week of 11 January 2027" in said(app)


def test_the_week_turned_to_stands_in_the_address(repository: Repository) -> None:
    app = opened("my_shifts", ANN | {"week": "2027-01-11"})
    next(button for button in app.button if button.label == "Later").click().run()
    assert app.query_params["week"] == "2027-01-18"
    assert app.query_params["person"] == "ANN"


def test_a_stretch_of_leave_is_one_card(repository: Repository) -> None:
    app = opened("my_shifts", {"person": "BEA", "week": "2027-01-11"})
    assert [card.value for card in app.subheader if "Jan" in card.value] == [
        "Thu 14 Jan to Sun 17 Jan"
    ]


def test_time_and_what_one_thing_more_would_open_are_said(repository: Repository) -> None:
    repository.publish(ROSTER)
    text = said(opened("my_shifts", ANN | {"view": "Time"}))
    assert "From 11 January 2027 to 17 January 2027." in text
    assert "Trust A, as Nurse: " in text
    assert "Your average week: " in text
    text = said(opened("my_shifts", {"person": "BEA", "view": "Clearance"}))
    assert "What one thing more would open" in text
    assert "Contract as Nurse, Trust A." in text


def ending(repository: Repository, until: date) -> None:
    """ANN's competency ends then."""
    dataset = repository.dataset()
    held = next(row for row in dataset.staff_competency if row.staff_id == "ANN")
    row = held.model_copy(update={"valid_to": until})
    repository.store(dataset.with_facts(staff_competency=(row,)), replace=True)


def test_what_ends_within_weeks_is_said_until_a_tap_says_that_they_know(
    repository: Repository,
) -> None:
    soon = date.today() + timedelta(days=10)
    ending(repository, soon)
    app = opened("my_shifts", {"as": "staff", "as_person": "ANN"})
    ends = f"Competency: Infection prevention** ends on {soon.day} {soon:%B %Y}, in 10 days"
    assert ends in said(app)
    assert "can renew it" in said(app)
    assert app.button(key="know_endings").label == "I know"
    app.button(key="know_endings").click().run()
    assert ends not in said(app)
    assert "Noted. It stays listed under *Clearance*." in said(app)
    assert "know_endings" not in [one.key for one in app.button]
    (known,) = repository.endings.of_person("ANN")
    assert known.ending.until == soon
    text = said(opened("my_shifts", {"as": "staff", "as_person": "ANN", "view": "Clearance"}))
    seen = known.seen_at.astimezone(LONDON)
    assert f"You know since {seen.day} {seen:%B %Y}." in text
    # moved, it is news again, and nobody knows of that end
    ending(repository, soon + timedelta(days=1))
    text = said(opened("my_shifts", {"as": "staff", "as_person": "ANN", "view": "Clearance"}))
    assert "Infection prevention** ends on" in text
    assert "You know since" not in text


def test_beside_what_ends_stands_the_way_to_what_needs_it(repository: Repository) -> None:
    ending(repository, date.today() - timedelta(days=1))
    app = opened("my_shifts", {"as": "staff", "as_person": "ANN"})
    assert "Infection prevention** ended on" in said(app)
    assert "My clearance" not in said(app)
    app.button(key="to_clearance").click().run()
    assert "My clearance" in said(app)
    assert app.query_params["view"] == "Clearance"


def test_of_others_a_manager_says_that_they_know(repository: Repository) -> None:
    ending(repository, date.today())
    link = {"as": "operations", "as_organisation": "A", "person": "ANN"}
    app = opened("my_shifts", link)
    assert app.button(key="know_endings").label == "They know"
    app.button(key="know_endings").click().run()
    assert len(repository.endings.of_person("ANN")) == 1
    ending(repository, date.today() + timedelta(days=1))
    link = {"as": "approver", "as_organisation": "A", "person": "ANN"}
    keys = [one.key for one in opened("my_shifts", link).button]
    assert "to_clearance" in keys
    assert "know_endings" not in keys


def test_who_looks_at_their_own_is_shown_the_way_to_the_small_page(repository: Repository) -> None:
    app = opened("my_shifts", {"as": "staff", "as_person": "ANN"})
    assert "[today on one small page](today?as=staff&as_person=ANN)" in said(app)
    assert "one small page" not in said(opened("my_shifts", ANN))


def test_each_of_staff_is_answered_why_they_do_a_shift_and_why_not(repository: Repository) -> None:
    repository.publish(ROSTER)
    as_ann = {"as": "staff", "as_person": "ANN", "week": "2027-01-11"}
    app = opened("my_shifts", as_ann)
    next(button for button in app.button if button.label == "Why me?").click().run()
    assert "Why do I do" in said(app)
    assert "may not look" not in said(app)
    app = opened("my_shifts", as_ann | {"view": "Why not me?"})
    asked = app.selectbox(key="why_not_me")
    asked.select_index(0).run()
    app.button(key="ask_not_me").click().run()
    assert "Why do I not do" in said(app)


def test_on_their_own_page_nobody_is_called_by_an_id(repository: Repository) -> None:
    repository.publish(ROSTER)
    for view in ("Shifts", "Clearance", "Time"):
        app = opened("my_shifts", {"as": "staff", "as_person": "ANN", "view": view})
        assert "(ANN)" not in said(app), view
