"""The Operations page on a small database."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Pin
from scheduler.services.jobs import jobs
from scheduler.services.jobs.order import Order
from scheduler.services.view.roster_tables import week_label
from scheduler.storage.job_queue import KeptRoster, Made
from scheduler.storage.repository import Repository
from scheduler.storage.stored_jobs import Job, Moment
from tests.factories import MONDAY
from tests.ui.conftest import APP, ROSTER, opened, said
from ui.components.roster_board import filters
from ui.components.roster_board import rows as board_rows

MINUTE = timedelta(minutes=1)


def test_an_empty_database_says_how_to_bring_data_and_offers_the_examples(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{user_folder / 'empty.db'}")
    app = opened()
    assert "scheduler import" in said(app)
    labels = {button.label for button in app.button}
    assert labels == {"Load Mid and South Essex", "Load North East Essex"}


def test_an_example_is_loaded_with_a_button(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{user_folder / 'empty.db'}")
    app = opened()
    app.button(key="load_north-east-essex").click().run()
    assert "Loaded North East Essex Alliance" in said(app)
    assert app.selectbox(key="choose_collaborative").value.id == "NEEA"
    assert "No roster of this week yet" in said(app)


def test_a_database_that_cannot_be_opened_is_a_message(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "nonsense")
    app = opened()
    assert "not the address of a database" in app.error[0].value


def test_the_headline_tells_hours_and_the_gap_in_words(repository: Repository) -> None:
    text = said(opened())
    assert "Required" in text
    assert "best possible" in text or "no roster is better" in text
    assert "a person approves every roster" in text


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("Coverage", "marks days on which somebody is missing"),
        ("Vacancies", "are empty, the most urgent first"),
        ("Pins", "No pins in this week"),
        ("Publish", "A person approves every roster"),
        ("Download", "Files for other programs"),
    ],
)
def test_every_view_shows(repository: Repository, view: str, expected: str) -> None:
    assert expected in said(opened(view=view))


def on_the_board(app: AppTest) -> dict[str, Any]:
    """What the browser is told to draw."""
    (drawn,) = app.get("bidi_component")
    told: dict[str, Any] = json.loads(drawn.proto.json)
    return told


def test_the_boards_are_told_people_work_and_cover(repository: Repository) -> None:
    people = on_the_board(opened(view="By person"))
    assert [row[0] for row in people["rows"]] == ["ANN", "BEA", "CAL"]
    assert len(people["columns"]) == 7
    assert people["editable"]
    assert people["draft"]
    work = on_the_board(opened(view="By service and place"))
    assert [row[1] for row in work["rows"]] == ["Urgent community response"] * 4
    for told in (people, work):
        assert [cell["text"] for cell in told["pinned"][0]["cells"]][3] == "1/2"


def test_vacancies_come_with_cause_and_the_most_urgent_first(repository: Repository) -> None:
    table = opened(view="Vacancies").dataframe[0].value
    assert list(table["Priority"].str[0].astype(int)) == sorted(
        table["Priority"].str[0].astype(int), reverse=True
    )
    assert table["Why"].str.len().min() > 10


def test_people_are_found_by_name_and_by_kind(repository: Repository) -> None:
    app = opened()
    app.text_input[0].input("bea").run()
    assert "1 of 3 people" in said(app)
    app.text_input[0].input("nobody at all").run()
    assert "Nobody fits these filters" in said(app)


def test_a_person_who_is_not_deployable_cannot_be_pinned_and_the_barriers_are_told(
    repository: Repository,
) -> None:
    app = opened(view="Pins")
    app.selectbox(key="pin_demand").select("SB-0114-D-RN").run()
    app.selectbox(key="pin_staff").select("BEA").run()
    assert "No passport" in said(app)
    assert "leave" in said(app)
    assert next(button for button in app.button if button.label == "Pin").disabled


def test_a_pin_is_added_and_removed(repository: Repository) -> None:
    app = opened(view="Pins")
    app.selectbox(key="pin_demand").select("SA-0111-E-RN").run()
    app.selectbox(key="pin_staff").select("ANN").run()
    assert "Deployable through contract C-ANN" in said(app)
    next(button for button in app.button if button.label == "Pin").click().run()
    assert repository.facts("pin") == (Pin(staff_id="ANN", demand_id="SA-0111-E-RN"),)
    next(button for button in app.button if button.label == "Remove").click().run()
    assert repository.facts("pin") == ()


def test_publishing_needs_a_persons_word(repository: Repository) -> None:
    app = opened(view="Publish")
    button = app.button(key="publish_version")
    assert button.disabled
    assert re.fullmatch(r"Publish \d+ shifts of [123] people", button.label)
    assert "nothing is published yet" in said(app)
    app.checkbox[0].check().run()
    app.button(key="publish_version").click().run()
    assert repository.roster(ROSTER).header.status == "published"
    assert "Version 1 is published" in said(app)


@pytest.fixture
def four_weeks(repository: Repository) -> str:
    """The small week as a roster of four weeks, of which three are empty."""
    document = replace(repository.roster(ROSTER).document, days=28)
    return repository.save_roster(document, repository.snapshot(ROSTER))


def test_a_longer_roster_is_shown_week_by_week_or_whole(
    repository: Repository, four_weeks: str
) -> None:
    app = opened(view="Vacancies")
    assert app.selectbox(key="choose_roster").value.id == four_weeks
    assert "These figures are of all 28 days, Mon 11 Jan to Sun 7 Feb" in said(app)
    missing = len(app.dataframe[0].value)
    app.selectbox(key="choose_week").select_index(1).run()
    assert app.selectbox(key="choose_roster").value.id == four_weeks
    assert "28 days from Mon 11 Jan" in app.selectbox(key="choose_roster").options[0]
    assert not app.dataframe, "nothing is missing in the second week"
    app.toggle(key="whole").set_value(True).run()
    assert len(app.dataframe[0].value) == missing


@pytest.mark.parametrize(
    ("view", "week", "whole"),
    [
        ("By service and place", "There is no demand on these days", "Only where somebody"),
        ("Coverage", "Nobody is required on these days", "marks days on which somebody is missing"),
    ],
)
def test_every_view_shows_a_week_without_demand_and_the_whole_of_a_longer_roster(
    repository: Repository, four_weeks: str, view: str, week: str, whole: str
) -> None:
    app = opened(view=view)
    app.selectbox(key="choose_week").select_index(2).run()
    assert week in said(app)
    app.toggle(key="whole").set_value(True).run()
    assert whole in said(app) + " ".join(one.label for one in app.toggle)
    assert not app.exception


def test_a_roster_of_some_days_in_mid_week_is_found_in_its_week(repository: Repository) -> None:
    document = replace(repository.roster(ROSTER).document, start=MONDAY + timedelta(days=2), days=1)
    repository.save_roster(document, repository.snapshot(ROSTER))
    assert any(
        "1 day from Wed 13 Jan" in option
        for option in opened().selectbox(key="choose_roster").options
    )


def test_a_longer_roster_into_which_a_week_was_published_says_what_it_counts_for(
    repository: Repository, four_weeks: str
) -> None:
    repository.publish(four_weeks)
    app = opened(view="Publish")
    app.selectbox(key="choose_roster").select_index(1).run()
    assert "Nothing changes for anybody on 11 Jan to 17 Jan" in said(app)
    assert app.button(key="publish_version").label == "Publish this version"
    app.checkbox[0].check().run()
    app.button(key="publish_version").click().run()
    assert "Version 1 is published. Version 2 stays published for 18 Jan to 7 Feb" in said(app)
    app.selectbox(key="choose_roster").select_index(0).run()
    assert "It counts for 18 Jan to 7 Feb" in said(app)


@pytest.fixture
def job(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job that a worker, of which only the database knows, has taken up and told something of."""
    monkeypatch.setattr(jobs, "ensure_worker", lambda _: pytest.fail("a worker lives already"))
    jobs.submit(repository, Order("solve", "COL", MONDAY))
    found = repository.jobs.claim("w", MINUTE)
    assert found is not None
    repository.jobs.beat(
        found,
        MINUTE,
        [Moment(1.0, "first roster", 900_000), Moment(3.5, "searching", 738_000, 594_000)],
    )
    return found


def test_a_running_build_is_found_again_and_can_be_stopped(
    repository: Repository, job: Job
) -> None:
    app = opened()
    assert [metric.value for metric in app.metric] == ["£123", "£99", "19.5%"]
    assert "You can leave this page" in said(app)
    assert app.button(key="build").disabled
    app.button(key="stop_build").click().run()
    assert repository.jobs.job(job.id).cancel_requested
    assert app.button(key="stop_build").disabled


def test_what_was_kept_of_a_build_that_was_stopped_is_chosen(
    repository: Repository, job: Job
) -> None:
    app = opened()
    repository.jobs.cancel(job.id)
    made = KeptRoster(
        "(1)", repository.roster(ROSTER).document, repository.snapshot(ROSTER), "roster"
    )
    roster_id = repository.jobs.finish(job, Made((made,))).roster_id
    app.run()
    assert "Stopped early. Built: version 2 is checked" in said(app)
    assert app.selectbox(key="choose_roster").value.id == roster_id


def test_facts_that_clash_are_named_when_the_build_has_ended(
    repository: Repository, job: Job
) -> None:
    app = opened()
    repository.jobs.fail(job, "clash", "ANN is pinned twice.")
    app.run()
    assert "ANN is pinned twice" in said(app)
    assert not app.button(key="build").disabled


def test_build_submits_a_job_and_sees_to_a_worker(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(jobs, "ensure_worker", lambda repository: asked.append(repository.url))
    app = opened()
    app.button(key="build").click().run()
    found = repository.jobs.latest("COL", "solve")
    assert [
        (job.state, jobs.order_of(job).start, jobs.order_of(job).limits.seconds) for job in found
    ] == [("queued", MONDAY, 60.0)]
    assert set(asked) == {repository.url}
    assert any("waits for a worker" in block.proto.text for block in app.get("progress"))


def test_opening_the_pages_gets_going_what_was_left_waiting(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(jobs, "ensure_worker", lambda repository: asked.append(repository.url))
    opened("my_shifts")
    assert asked == []
    jobs.submit(repository, Order("solve", "COL", MONDAY))
    app = AppTest.from_file(APP, default_timeout=20)
    app.switch_page("app_pages/my_shifts.py").run()
    assert asked == [repository.url]


def test_the_published_roster_is_shown_and_a_newer_draft_is_offered(repository: Repository) -> None:
    repository.publish(ROSTER)
    newer = repository.save_roster(repository.roster(ROSTER).document, repository.snapshot(ROSTER))
    app = opened()
    assert app.selectbox(key="choose_roster").value.id == ROSTER
    assert "A newer draft, version 2, exists" in said(app)
    app.button(key="open_draft").click().run()
    assert app.selectbox(key="choose_roster").value.id == newer
    assert app.query_params["roster"] == newer


@pytest.mark.parametrize(
    ("week", "shown"),
    [
        ("2027-01-20", date(2027, 1, 18)),
        ("2026-06-01", date(2026, 6, 1)),
        ("9999-12-31", date(2027, 4, 5)),
        ("0001-01-01", MONDAY),
        ("soon", MONDAY),
    ],
)
def test_a_link_opens_its_week_or_says_why_another_is_shown(
    repository: Repository, week: str, shown: date
) -> None:
    app = opened(link={"week": week})
    assert app.selectbox(key="choose_week").value == shown
    assert app.query_params["week"] == shown.isoformat()
    assert (f"Shown is: {week_label(shown)}" in said(app)) == (
        week in ("9999-12-31", "0001-01-01", "soon")
    )


def test_a_link_to_a_roster_opens_its_week(repository: Repository) -> None:
    later = repository.save_roster(
        replace(repository.roster(ROSTER).document, start=MONDAY + timedelta(days=14)),
        repository.snapshot(ROSTER),
    )
    app = opened(link={"roster": later})
    assert app.selectbox(key="choose_week").value == MONDAY + timedelta(days=14)
    assert app.selectbox(key="choose_roster").value.id == later


def test_a_roster_of_another_week_is_told_with_the_way_to_it(repository: Repository) -> None:
    later = repository.save_roster(
        replace(repository.roster(ROSTER).document, start=MONDAY + timedelta(days=14)),
        repository.snapshot(ROSTER),
    )
    app = opened(link={"roster": later, "week": MONDAY.isoformat()})
    assert app.selectbox(key="choose_roster").value.id == ROSTER
    assert "week of Monday 25 January 2027 is not of the week shown here" in said(app)
    app.button(key="open_elsewhere").click().run()
    assert app.selectbox(key="choose_roster").value.id == later
    assert "is not of the week shown here" not in said(app)


def test_an_unknown_roster_is_said(repository: Repository) -> None:
    assert "There is no roster “NONE”. Shown is: Version 1" in said(opened(link={"roster": "NONE"}))


def test_week_side_and_filters_stand_in_the_address_and_survive_another_page(
    repository: Repository,
) -> None:
    app = opened(link={"find": "bea", "view": "By person"})
    assert "1 of 3 people" in said(app)
    app.selectbox(key="choose_week").select_index(1).run()
    assert app.query_params["week"] == "2027-01-18"
    app.query_params.clear()  # as the browser does on the way to another page
    app.switch_page("app_pages/renewals.py").run()
    assert app.selectbox(key="choose_week").value == date(2027, 1, 18)
    app.query_params.clear()
    app.switch_page("app_pages/operations.py").run()
    assert app.selectbox(key="choose_week").value == date(2027, 1, 18)


def test_a_roster_that_does_not_stand_is_published_only_with_a_reason(
    repository: Repository,
) -> None:
    """Whoever works in it has fallen sick since: named, not numbered; the reason stays to
    be read.
    """
    line = next(
        line for line in repository.roster(ROSTER).document.assignments if line.staff_id == "ANN"
    )
    day = line.start.date().isoformat()
    repository.store(
        Dataset.from_cells(
            {"leave": [{"staff_id": "ANN", "from_date": day, "to_date": day, "kind": "sickness"}]}
        )
    )
    app = opened(view="Publish")
    assert "1 thing does not hold" in said(app)
    assert "Synthetic ANN" in said(app)
    assert not [button for button in app.button if button.key == "publish_version"]
    app.checkbox[0].check().run()
    app.button(key="publish_anyway").click().run()
    assert "needs a reason in words" in said(app)
    app.text_input(key="publish_anyway_reason").input("Ann comes in")
    app.button(key="publish_anyway").click().run()
    assert repository.roster(ROSTER).header.status == "published"
    assert "The reason given: Ann comes in" in said(app)


def test_what_does_not_stand_opens_repair(repository: Repository) -> None:
    away = {"staff_id": "ANN", "from_date": "2027-01-11", "to_date": "2027-01-17", "kind": "sick"}
    repository.store(Dataset.from_cells({"leave": [away]}))
    app = opened(view="Publish")
    app.button(key="open_repair").click().run()
    assert app.button(key="repair")


def test_extra_hours_are_beyond_the_contract_and_hours_stand_against_the_same_time() -> None:
    grid = pd.DataFrame({"staff_id": ["ANN", "BEA", "CAL"], "hours": [26.5, 15.0, 8.0]})
    shifts = pd.DataFrame(
        {
            "staff_id": ["ANN", "BEA", "CAL"],
            "pay": ["extra", "contracted", "bank"],
            "lent": [False, True, False],
        }
    )
    assert list(grid[filters.of_kind(grid, shifts, "Beyond the contract")]["staff_id"]) == [
        "ANN",
        "CAL",
    ]
    assert list(grid[filters.of_kind(grid, shifts, "Lent")]["staff_id"]) == ["BEA"]
    assert board_rows.against_contract(69, 37.5, 14) == "69 h rostered, contract 75 h in 2 weeks"
    assert board_rows.against_contract(26.5, 15, 7) == "26.5 h rostered, contract 15 h a week"
