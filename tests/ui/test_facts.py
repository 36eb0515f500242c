"""The page Facts on a small database."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.facts.leave import tell_leave
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER, opened, said

SATURDAY = MONDAY.replace(day=MONDAY.day + 5)


def facts(view: str, **link: str) -> AppTest:
    return opened("facts", {"view": view, **link})


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("A person", "Find somebody by any part of the name"),
        ("Leave", "Choose who and when"),
        ("A service", "Choose a service"),
        ("An organisation", "Choose an organisation"),
        ("Every file", "A person, with what is the person's own"),
        ("Import", "Nothing is written before you confirm"),
        ("Changes", "can be taken back as a whole"),
    ],
)
def test_every_view_says_what_to_do(repository: Repository, view: str, expected: str) -> None:
    assert expected in said(facts(view))


def test_a_person_is_found_by_words_and_shown_with_all_that_is_theirs(
    repository: Repository,
) -> None:
    app = opened("facts", {"view": "A person"}, facts_person="nobody bea")
    assert "Nothing here is called" in said(app)
    app = opened("facts", {"view": "A person"}, facts_person="bea synth")
    assert "Taken as Synthetic BEA" in said(app)
    assert "Synthetic BEA, BEA" in said(app)
    for words in ("Contracts (1)", "Leave (1)", "They leave"):
        assert any(words in str(box.label) for box in app.expander)


def test_leave_is_told_with_what_falls_and_taken_back(repository: Repository) -> None:
    repository.publish(ROSTER)
    lines = repository.roster(ROSTER).document.assignments
    line = next(one for one in lines if one.staff_id == "ANN")
    day = line.start.date()
    app = facts("Leave")
    app.selectbox(key="leave_who").set_value("ANN").run()
    app.date_input(key="leave_days_0").set_value((day, day)).run()
    app.selectbox(key="leave_kind").set_value("sick").run()
    assert "would not stand as it is" in said(app)
    app.button(key="save_leave").click().run()
    assert "Saved, as change 2" in said(app)
    [row] = [row for row in repository.dataset().leave if row.staff_id == "ANN"]
    assert (row.from_date, row.to_date, row.kind) == (day, day, "sick")
    app = facts("Changes")
    assert "sick" in said(app)
    app.button(key="back_all_2").click().run()
    assert "1 row to be changed" in said(app)
    app.button(key="save_all_2").click().run()
    assert "Saved, as change 3" in said(app)
    assert not [row for row in repository.dataset().leave if row.staff_id == "ANN"]


def test_somebody_comes_back(repository: Repository) -> None:
    tell_leave(repository, "CAL", MONDAY, SATURDAY, "annual")
    app = facts("Leave")
    app.selectbox(key="leave_who").set_value("CAL").run()
    app.date_input(key="leave_days_0").set_value((MONDAY, MONDAY)).run()
    assert "kept already" in said(app)
    app.selectbox(key="leave_kind").set_value("back after all").run()
    app.button(key="leave_back").click().run()
    [row] = [row for row in repository.dataset().leave if row.staff_id == "CAL"]
    assert row.from_date == date(2027, 1, 12)


def test_a_team_is_shown_day_by_day(repository: Repository) -> None:
    app = facts("Leave")
    app.date_input(key="leave_from").set_value(MONDAY).run()
    app.selectbox(key="leave_team").set_value("A\x1fRN\x1f").run()
    text = said(app)
    assert "BEA" in text
    assert "How many of this team may be away at once is not said yet" in text
