"""The board pack on the Director's page: weeks, answers, two files."""

import io
import os

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.kpis.kpis import kpis
from scheduler.services.kpis.words import value_words
from scheduler.services.pack.pack import pack_of
from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.services.pack.reading import bare, read, texts_of
from tests.ui.conftest import ROSTER, said
from tests.ui.test_director import case
from tests.ui.test_kpi_panel import panel as kpi_panel
from tests.ui.test_kpi_panel import table as kpi_table
from ui.components.director import pack_panel

FILLED = "Required hours filled"


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


def test_page_command_paper_and_workbook_agree_to_the_penny(published: Repository) -> None:
    found = kpis(published, "COL")
    total = next(one for one in found["totals"] if one["organisation_id"] is None)
    assert total["lending"], "somebody is lent"
    money = [f"£{one['recharge_pence'] / 100:,.2f}" for one in total["lending"]]
    fill = value_words(total["measures"]["fill_share"], "%")
    page = kpi_panel()
    lent = [row[3] for row in kpi_table(page, "Hours lent")[1:]]
    shown = next(row[1] for row in kpi_table(page, "All together") if row[0] == FILLED)
    said_by_command = call("kpis", "-c", "COL", db=os.environ["SCHEDULER_DB"]).out
    pack = pack_of(published, "COL")
    paper = texts_of(read(pack.pdf()))[0]
    sheets = openpyxl.load_workbook(io.BytesIO(pack.workbook()))
    cells = [
        cell.value
        for name in ("3 Roster quality", "6 Partner balance and recharge", "1 Safe cover")
        for row in sheets[name].iter_rows()
        for cell in row
    ]
    assert (sorted(lent), shown) == (sorted(money), fill)
    for text in (*money, fill):
        assert text in said_by_command
        assert bare(text) in paper
    for one in total["lending"]:
        assert one["recharge_pence"] / 100 in cells
    assert any(fill in str(cell) for cell in cells)


def test_the_files_are_what_the_service_makes(
    published: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_panel.state, "repository", lambda: published)
    last = MONDAY.replace(day=MONDAY.day + 6)
    pack = pack_of(published, "COL", MONDAY, last)
    made = [pack_panel._file("COL", MONDAY, last, (), ending) for ending in ("pdf", "xlsx")]
    assert made == [pack.pdf(), pack.workbook()]
