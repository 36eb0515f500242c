"""The frontier against consent: how many people would first have to agree, and whose names stand
nowhere.
"""

from datetime import timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.jobs import jobs
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.frontier import frontier
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, lending, need, person, plain_tables, supply
from tests.ui.conftest import opened, said

TITLE = "Hours by people who would first have to be asked"
ASKS_ONE = "1 person would first have to agree to work for another organisation"


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def week(empty_repository: Repository) -> Repository:
    """Two earlies of B, which has agency alone; P1 of A is cleared but for consent."""
    tables = plain_tables()
    person(tables, "P1", accepts_other_hosts="no")
    lending(tables, ["P1"])
    for day in (0, 1):
        need(tables, day, "E", site_id="SB")
    supply(tables, "AG", "agency", "B")
    empty_repository.store(Dataset.from_cells(tables))
    return empty_repository


def test_it_says_how_many_would_have_to_agree_and_names_nobody(week: Repository) -> None:
    limits = Limits(seconds=10, workers=2)
    found = frontier(week, Request("COL", MONDAY), "agency", "consent", limits)
    assert [(one["level"], one["reduced"], one["people_asked"]) for one in found["rosters"]] == [
        (0, 15, 0),
        (15, 0, 1),
    ]
    text = said(opened("director", link={"view": "Frontier"}))
    assert f"Agency hours against {TITLE[0].lower()}{TITLE[1:]}" in text
    assert f"**0.0 h** of agency hours at 15.0 h of {TITLE[0].lower()}{TITLE[1:]}" in text
    assert text.count(ASKS_ONE) == 1
    assert "At 0 h nobody is asked: that is today." in text
    assert "Synthetic P1" not in text


def test_the_roster_of_a_point_opens_and_says_that_somebody_would_have_to_agree(
    week: Repository,
) -> None:
    limits = Limits(seconds=10, workers=2)
    found = frontier(week, Request("COL", MONDAY), "agency", "consent", limits)
    today, asking = found["rosters"]
    for roster, words in ((today, False), (asking, True)):
        link = {"week": MONDAY.isoformat(), "roster": roster["roster_id"]}
        text = said(opened("operations", link=link))
        assert "can be looked at, and neither changed nor published" in text
        assert (f"In it {ASKS_ONE}." in text) == words
    assert not week.facts("staff")[0].accepts_other_hosts  # type: ignore[attr-defined]  # it is staff
    assert not week.facts("staff")[0].agreed_hosts  # type: ignore[attr-defined]  # it is staff


def test_it_can_be_asked_for_on_the_page(week: Repository) -> None:
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director", link={"view": "Frontier"})
    box = app.selectbox(key="frontier_against")
    assert TITLE in box.options
    box.select("consent").run()
    app.button(key="draw_frontier").click().run()
    [job] = jobs.latest(week, "COL", "frontier", only_open=True)
    assert (jobs.order_of(job).reduce, jobs.order_of(job).against) == ("agency", "consent")
