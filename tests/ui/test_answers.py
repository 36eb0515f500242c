"""What the pages answer: why a place is empty and who could fill it, repair, why me, feasibility,
renewals.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.explain import replacements, why_person
from scheduler.services.jobs import execute, jobs
from scheduler.services.jobs.order import Order
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.view import roster_tables
from scheduler.storage.repository import Repository
from tests.ui.conftest import ROSTER, opened, said

CHOSEN: Mapping[str, Any] = {"selection": {"rows": [0], "columns": [], "cells": []}}


@pytest.fixture
def worker(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what is ordered as soon as somebody sees to a worker, in this process."""

    def work(among: Repository) -> None:
        while (job := among.jobs.claim("w", timedelta(minutes=1))) is not None:
            execute.run_job(among.url, job, lambda _: None, lambda: False)

    monkeypatch.setattr(jobs, "ensure_worker", work)


def button(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def test_a_chosen_vacancy_ranks_who_could_fill_it(repository: Repository) -> None:
    """The rows are those of the service, by name and in its order; who may not is named with the
    rule.
    """
    app = opened(view="Vacancies", vacancies=CHOSEN)
    tables = roster_tables.roster_tables(repository, ROSTER)
    empty = roster_tables.vacancies(tables)["demand_id"].iloc[0]
    found = replacements.replacements(repository, ROSTER, empty)
    offered = [one.name for one in found.candidates if one.offered]
    assert list(app.dataframe[1].value["Who"] if offered else []) == offered
    assert offered or "Nobody and nothing can fill it" in said(app)
    for one in found.candidates:
        assert one.offered or f"**{one.name}**" in said(app)


def test_the_list_of_vacancies_says_causes_with_names(repository: Repository) -> None:
    table = opened(view="Vacancies").dataframe[0].value
    named = re.compile(r"\b(ANN|BEA|CAL|SA|SB|UCR|RN|HCA|COL-)")
    for column in ("Work", "Why", "Accountable"):
        assert not [text for text in table[column] if named.search(text)], column
    assert all(len(text) > 20 for text in table["Why"])


def test_a_chosen_vacancy_says_why_it_is_empty(repository: Repository) -> None:
    text = said(opened(view="Vacancies", vacancies=CHOSEN, about_vacancy="Why it is empty"))
    assert "Who is cleared, and where they are" in text
    assert "Who is one barrier away" in text
    assert "No bank or agency supply may be called for it" in text
    assert "BEA" not in text.replace("Synthetic BEA", ""), "people are named, not numbered"


def test_what_would_open_most_places_is_by_barrier_and_by_who_can_lift_it(
    repository: Repository,
) -> None:
    app = opened(view="Vacancies", levers=True)
    table = app.dataframe[-1].value
    assert {"Barrier", "Who can lift it", "Hours at most"} <= set(table.columns)
    assert (table["Hours at most"] >= table["Hours, by people who are free"]).all()


def test_somebody_sick_is_covered_in_a_new_draft_whose_changes_are_listed(
    repository: Repository, worker: None
) -> None:
    app = opened(view="Repair")
    app.selectbox(key="sick_who").select("ANN").run()
    app.selectbox(key="sick_last").select_index(6).run()
    button(app, "repair")
    assert "Repaired: version 2 is a draft" in said(app)
    assert app.selectbox(key="choose_roster").value.id == "COL-2027-01-11-2"
    text = said(app)
    assert "Synthetic ANN" in text
    assert "On leave" in text
    assert "within reach" in text
    assert not [
        line
        for line in repository.roster("COL-2027-01-11-2").document.assignments
        if line.staff_id == "ANN"
    ]


def test_the_answer_of_a_repair_stands_with_its_draft_for_whoever_comes_back(
    repository: Repository, worker: None
) -> None:
    app = opened(view="Repair")
    app.selectbox(key="sick_who").select("ANN").run()
    app.selectbox(key="sick_last").select_index(6).run()
    button(app, "repair")
    later = said(opened(view="Repair", roster="COL-2027-01-11-2", choose_roster="COL-2027-01-11-2"))
    assert "On leave" in later
    assert "within reach" in later
    assert [
        row.cells()["kind"] for row in repository.facts("leave") if row.cells()["staff_id"] == "ANN"
    ] == ["sick"], "later builds know it"


def test_sickness_that_is_not_to_be_kept_is_known_to_the_repair_alone(
    repository: Repository, worker: None
) -> None:
    app = opened(view="Repair")
    app.selectbox(key="sick_who").select("ANN").run()
    app.selectbox(key="sick_last").select_index(6).run()
    app.checkbox(key="record_sick").uncheck().run()
    button(app, "repair")
    assert "Repaired: version 2 is a draft" in said(app)
    assert not [row for row in repository.facts("leave") if row.cells()["staff_id"] == "ANN"]


def test_a_repair_that_came_to_nothing_is_seen_by_whoever_comes_back_until_it_is_put_away(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "ensure_worker", lambda _: None)
    asked = {"roster_id": ROSTER, "since": None, "away": []}
    jobs.submit(repository, Order("repair", "COL", date(2027, 1, 11), repair=asked))
    job = repository.jobs.claim("w", timedelta(minutes=1))
    assert job is not None
    repository.jobs.fail(job, "bad_input", "ANN could not be found.")
    for _ in range(2):
        app = opened(view="Repair")
        assert "came to nothing" in said(app)
        assert "could not be found" in said(app)
    app.button(key="away_repair").click().run()
    assert "came to nothing" not in said(app)


def test_a_roster_that_nothing_disturbs_is_left_alone(repository: Repository, worker: None) -> None:
    text = said(button(opened(view="Repair"), "repair"))
    assert "is disturbed" in text
    assert len(repository.rosters("COL")) == 1


def test_a_repair_that_cannot_be_is_a_sentence(repository: Repository, worker: None) -> None:
    known = repository.dataset()
    repository.store(
        known.with_facts(
            staff=[
                *known.staff,
                known.staff[0].model_copy(update={"id": "NEW", "name": "Synthetic NEW"}),
            ]
        )
    )
    app = opened(view="Repair")
    app.selectbox(key="sick_who").select("NEW").run()
    button(app, "repair")
    assert "NEW has no contract" in app.error[0].value
    assert len(repository.rosters("COL")) == 1


def test_why_and_why_not_are_answered_in_names(repository: Repository) -> None:
    line = next(
        line for line in repository.roster(ROSTER).document.assignments if line.staff_id == "ANN"
    )
    app = opened(view="Why", why_person="ANN", why_shift=line.demand_id)
    text = said(button(app, "ask_operations"))
    assert "Why does Synthetic ANN do " in text
    assert "Left empty, the objective would change by" in text
    app = opened(view="Why", why_person="CAL", why_shift=line.demand_id)
    text = said(button(app, "ask_operations"))
    assert "Why does Synthetic CAL not do " in text
    found = why_person.why_person(repository, ROSTER, "CAL", line.demand_id)
    assert isinstance(found, why_person.WhyNot)
    assert not found.deployable
    assert "no roster could have put them there" in text
    for barrier in found.contracts[0].barriers:
        assert f"**{barrier.kind}**" in text


def test_feasibility_is_there_before_the_first_roster(repository: Repository) -> None:
    app = opened(view="Feasibility")
    assert "Short for certain" in said(app)
    assert "Demand for which too few people are cleared" in said(app)
    table = app.dataframe[0].value
    assert (table["Required"] >= table["Staff at most"]).all()


def test_renewals_rank_what_lapses_by_who_has_to_act(repository: Repository) -> None:
    (passport,) = repository.dataset().passport
    repository.store(
        repository.dataset().with_facts(
            passport=[passport.model_copy(update={"valid_to": date(2027, 1, 12)})]
        ),
        replace=True,
    )
    app = opened("renewals")
    text = said(app)
    assert "Lost to lapses" in text
    assert "What to renew first" in text
    (found,) = app.dataframe[0].value.to_dict("records")
    assert found["What"] == "Synthetic ANN's passport (portability agreement, for CIC B)"
    assert (found["Who has to act"], found["Uncoverable"], found["Last day"]) == (
        "Trust A",
        11.5,
        date(2027, 1, 12),
    )


@pytest.fixture
def published(repository: Repository) -> Repository:
    repository.publish(ROSTER)
    return repository


def test_staff_ask_why_me_and_read_no_colleagues_name(published: Repository) -> None:
    line = next(
        line for line in published.roster(ROSTER).document.assignments if line.staff_id == "ANN"
    )
    app = opened("my_shifts", {"person": "ANN"})
    text = said(button(app, f"ask_me_{line.demand_id}"))
    assert "Why do I do " in text
    assert "Synthetic BEA" not in text


def test_staff_ask_why_not_me(published: Repository) -> None:
    line = next(
        line for line in published.roster(ROSTER).document.assignments if line.staff_id == "CAL"
    )
    app = opened("my_shifts", {"person": "ANN", "view": "Why not me?"})
    app.selectbox(key="why_not_me").select(line.demand_id).run()
    assert "Why do I not do " in said(button(app, "ask_not_me"))


def test_a_repaired_roster_says_how_far_its_proof_reaches(repository: Repository) -> None:
    made = repair(
        repository,
        ROSTER,
        sick=[Sick("ANN", date(2027, 1, 11), date(2027, 1, 17))],
        since=date(2027, 1, 11),
    )
    app = opened()
    app.selectbox(key="choose_roster").select_index(0).run()
    assert app.selectbox(key="choose_roster").value.id == made.roster_id
    assert "This repairs version 1." in said(app)
    assert "Nothing is proven" not in said(app)
