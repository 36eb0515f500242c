"""How published weeks have gone, as a panel: figures, chart, table, definitions, gaps."""

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.dataset import Dataset
from scheduler.services.kpis.kpis import kpis
from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from tests.ui.conftest import ROSTER, said


def panel() -> AppTest:
    """The panel alone, as a page would show it."""

    def script() -> None:
        from ui.components.kpi_panel import show_kpis

        show_kpis("COL")

    app = AppTest.from_function(script, default_timeout=20)
    app.run()
    assert not app.exception, app.exception
    return app


def table(app: AppTest, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, headings first."""
    for block in app.get("html"):
        body = str(block.proto.body)
        if re.search(f"<caption>{re.escape(caption)}", body):
            rows = re.findall(r"<tr>(.*?)</tr>", body)
            return [
                [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
                for row in rows
            ]
    raise AssertionError(f"no table {caption}")


@pytest.fixture
def published(repository: Repository) -> Repository:
    tables = repository.dataset().to_cells()
    common = {
        "organisation_id": "",
        "at_most": "",
        "source": "Board <b>paper</b>",
        "source_date": "2026-11-01",
        "from_date": "2026-11-01",
        "to_date": "",
    }
    tables["target"] = [
        {**common, "measure": "fill_share", "at_least": "99", "confirmed": "yes"},
        {**common, "measure": "lead_days", "at_least": "1", "confirmed": "no"},
    ]
    repository.store(Dataset.from_cells(tables))
    publish(repository, ROSTER)
    return repository


def test_where_nothing_is_published_it_says_what_to_do(repository: Repository) -> None:
    app = panel()
    assert "Build a roster on *Operations*" in said(app)
    assert "Care hours per patient day" in said(app)
    assert not app.selectbox


def test_five_figures_with_their_targets_come_first(published: Repository) -> None:
    app = panel()
    (figures,) = (str(b.proto.body) for b in app.get("html") if "class='figures'" in b.proto.body)
    assert figures.count("<dt>") == 5
    assert "✗ not met: at least 99 %" in figures
    assert "✓ met: at least 1 day (unconfirmed)" in figures
    assert "1 of 2 targets is met" in said(app)


def test_every_measure_stands_in_a_table_as_the_service_has_it(published: Repository) -> None:
    app, found = panel(), kpis(published, "COL")
    rows = table(app, "All together")
    assert rows[0] == ["Measure", "Value", "Target", "Which is"]
    assert [row[0] for row in rows[1:]] == [one["title"] for one in found["measures"]]
    fill = next(row for row in rows if row[0] == "Required hours filled")
    total = next(one for one in found["totals"] if one["organisation_id"] is None)
    assert fill[1].startswith(f"{total['measures']['fill_share']['value']:.1f}")
    assert fill[2:] == ["at least 99 %", "✗ not met"]


def test_another_organisation_and_another_measure(published: Repository) -> None:
    app = panel()
    app.selectbox(key="choose_figures").select("B").run()
    assert table(app, "CIC B")
    app.selectbox(key="choose_measure").select("notice_days").run()
    assert not app.exception
    by_week = table(app, "Days of notice, median, by week")
    assert by_week[0] == ["Week from", "All together", "CIC B", "Trust A"]
    assert len(by_week) == 2
    app.selectbox(key="choose_measure").select("leave_band_share").run()
    assert "There is nothing to draw" in said(app)
    app.selectbox(key="choose_figures").select("").run()
    assert table(app, "All together")


def test_definitions_sources_and_gaps_are_on_the_page(published: Repository) -> None:
    text = said(panel())
    for measure in kpis(published, "COL")["measures"]:
        assert measure["title"] in text
    assert "not confirmed in the source" in text
    assert "read in the source" in text
    assert "What cannot be said, and why" in text
    assert r"\<b>paper" in text, "what people write is text"
    for one in published.dataset().staff:
        assert one.name not in text


def test_the_chart_is_said_in_words(published: Repository) -> None:
    app = panel()
    charts = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert len(charts) == 1
    alt = str(charts[0].proto)
    assert "Line chart of Required hours filled by week" in alt
    assert "Target: at least 99 %." in alt
