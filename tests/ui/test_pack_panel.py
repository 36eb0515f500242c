"""The board pack on the Director's page: weeks, answers, two files."""

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.pack.pack import pack_of
from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER, said
from tests.ui.test_director import case
from ui.components.director import pack_panel


def panel() -> AppTest:
    """The panel alone, as a page would show it."""

    def script() -> None:
        from ui.components.director.pack_panel import pack_panel

        pack_panel("COL")

    app = AppTest.from_function(script, default_timeout=20)
    app.run()
    assert not app.exception, app.exception
    return app


@pytest.fixture
def published(repository: Repository) -> Repository:
    publish(repository, ROSTER)
    return repository


def test_where_nothing_is_published_it_says_what_to_do(repository: Repository) -> None:
    app = panel()
    assert "Build a roster on *Operations*" in said(app)
    assert not app.get("download_button")


def test_two_files_of_the_published_weeks(published: Repository) -> None:
    app = panel()
    labels = [str(one.proto.label) for one in app.get("download_button")]
    assert labels == ["Board pack (PDF)", "The same numbers (Excel)"]
    assert app.selectbox(key="pack_first").value == MONDAY
    assert app.selectbox(key="pack_last").value == MONDAY
    assert "No answer is stored" in said(app)
    for person in published.dataset().staff:
        assert person.name not in said(app)


def test_answers_may_go_in_by_what_they_are_called(published: Repository) -> None:
    answer = published.save_comparison(
        {
            "collaborative_id": "COL",
            "period": {"start": MONDAY.isoformat(), "days": 7},
            "reading": "",
            "base": case("As it is"),
            "scenarios": [],
        }
    )
    app = panel()
    (choice,) = app.multiselect
    assert choice.options[0].startswith("Comparison from ")
    assert answer not in choice.options[0]
    choice.set_value([answer]).run()
    assert not app.exception
    assert len(app.get("download_button")) == 2


def test_the_files_are_what_the_service_makes(
    published: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_panel.state, "repository", lambda: published)
    last = MONDAY.replace(day=MONDAY.day + 6)
    pack = pack_of(published, "COL", MONDAY, last)
    made = [pack_panel._file("COL", MONDAY, last, (), ending) for ending in ("pdf", "xlsx")]
    assert made == [pack.pdf(), pack.workbook()]
