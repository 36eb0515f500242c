"""The Operations page on a small database."""

from pathlib import Path

import pytest

from scheduler.domain.facts import Pin
from scheduler.services import building
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER, opened, said


def test_an_empty_database_says_how_to_bring_data_and_offers_the_examples(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{user_folder / 'empty.db'}")
    app = opened()
    assert "scheduler import" in said(app)
    labels = {button.label for button in app.button}
    assert labels == {"Load Mid and South Essex", "Load North East Essex"}


def test_an_example_is_loaded_with_a_button(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{user_folder / 'empty.db'}")
    app = opened()
    app.button(key="load_north-east-essex").click().run()
    assert "Loaded North East Essex Alliance" in said(app)
    assert app.selectbox(key="choose_collaborative").value.id == "NEEA"
    assert "No roster of this week yet" in said(app)


def test_a_database_that_cannot_be_opened_is_a_message(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        ("By person", "3 of 3 people"),
        ("By service and place", "filled/required"),
        ("Coverage", "marks days on which somebody is missing"),
        ("Vacancies", "are empty, the most urgent first"),
        ("Pins", "No pins in this week"),
        ("Publish", "A person approves every roster"),
        ("Download", "Files for other programs"),
    ],
)
def test_every_view_shows(repository: Repository, view: str, expected: str) -> None:
    assert expected in said(opened(view=view))


def test_vacancies_come_with_cause_and_the_most_urgent_first(repository: Repository) -> None:
    table = opened(view="Vacancies").dataframe[0].value
    assert list(table["Priority"].str[0].astype(int)) == sorted(table["Priority"].str[0].astype(int), reverse=True)
    assert table["Why"].str.len().min() > 10


def test_people_are_found_by_name_and_by_kind(repository: Repository) -> None:
    app = opened()
    app.text_input[0].input("bea").run()
    assert "1 of 3 people" in said(app)
    app.text_input[0].input("nobody at all").run()
    assert "Nobody fits these filters" in said(app)


def test_a_person_who_is_not_deployable_cannot_be_pinned_and_the_barriers_are_told(repository: Repository) -> None:
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
    button = next(button for button in app.button if button.label == "Publish this version")
    assert button.disabled
    app.checkbox[0].check().run()
    next(button for button in app.button if button.label == "Publish this version").click().run()
    assert repository.roster(ROSTER).header.status == "published"
    assert f"{ROSTER} is published" in said(app)


def test_a_running_build_is_found_again_and_can_be_stopped(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    order = building.Order("roster", "COL", MONDAY)
    monkeypatch.setattr(building.subprocess, "Popen", _Silent)
    build_id = building.start_build(repository.url, order)
    (building._folder(build_id) / "progress.jsonl").write_text(
        '{"phase": "searching", "seconds": 3.5, "best_pence": 12300, "bound_pence": 9900, "gap": 0.195}\n'
    )
    app = opened()
    assert [metric.value for metric in app.metric] == ["£123", "£99", "19.5%"]
    assert app.button(key="build").disabled
    app.button(key="stop_build").click().run()
    assert building.build(build_id).stopping
    (building._folder(build_id) / "outcome.json").write_text('{"status": "clash", "message": "ANN is pinned twice."}')
    app.run()
    assert "ANN is pinned twice" in said(app)


class _Silent:
    """A process that never says anything."""

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def poll(self) -> None:
        return None
