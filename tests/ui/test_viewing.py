"""A roster as tables."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.services.view import roster_grids, roster_tables
from scheduler.services.view.person_tables import published_shifts
from scheduler.services.view.proof_words import gap_in_words
from scheduler.services.view.roster_grids import CellEntry, short_sites
from scheduler.services.view.roster_tables import short_name
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER


def test_organisations_lose_their_legal_form() -> None:
    assert short_name("North East London NHS Foundation Trust") == "North East London"
    assert short_name("Provide Community Interest Company") == "Provide"
    assert short_name("Thurrock Council") == "Thurrock Council"


def test_sites_that_would_look_alike_keep_their_end() -> None:
    assert short_sites(["Basildon University Hospital"]) == {
        "Basildon University Hospital": "Basildon UH"
    }
    alike = short_sites(["Synthetic North 1, site 9", "Synthetic North 1, site 10"])
    assert len(set(alike.values())) == 2


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "figure", "words"),
    [
        (100, 100, 0.0, "0 %", "no roster is better"),
        (105, 100, 5 / 105, "4.8 %", "At most 5.0 % above the best possible"),
        (100_001, 100_000, 1e-5, "0.01 %", "At most 0.01 % above"),
        (100, 0, 1.0, "not known", "Nothing is proven"),
        (100, 20, 0.8, "80.0 %", "The proof is weak so far"),
    ],
)
def test_the_gap_is_put_in_words(
    objective: int, bound: int, gap: float, figure: str, words: str
) -> None:
    found = gap_in_words({"objective_pence": objective, "bound_pence": bound, "gap": gap})
    assert found.figure == figure
    assert words in found.words


def test_every_week_from_the_first_with_demand_to_twelve_past_the_last_roster_can_be_chosen(
    repository: Repository,
) -> None:
    assert roster_tables.weeks(repository, "COL") == [
        MONDAY + timedelta(days=7 * week) for week in range(13)
    ]
    later = replace(repository.roster(ROSTER).document, start=MONDAY + timedelta(days=21))
    repository.save_roster(later, repository.snapshot(ROSTER))
    found = roster_tables.weeks(repository, "COL")
    assert found == [MONDAY + timedelta(days=7 * week) for week in range(16)], (
        "those between the two rosters too"
    )


def test_the_grids_hold_every_shift_once(repository: Repository) -> None:
    tables = roster_tables.roster_tables(repository, ROSTER)
    days = [roster_tables.day_label(day) for day in tables.days]
    cells = [
        entry
        for cell in roster_grids.person_grid(tables)[days].to_numpy().ravel()
        for entry in cell
    ]
    assert len([entry for entry in cells if entry.kind != "leave"]) == len(tables.shifts)
    assert CellEntry("leave: annual", kind="leave") in cells
    work = [
        entry for cell in roster_grids.work_grid(tables)[days].to_numpy().ravel() for entry in cell
    ]
    there = [entry for entry in work if entry.who]
    assert len(there) == len(tables.shifts)
    assert len(work) - len(there) == (tables.needs["missing"] > 0).sum()


def test_coverage_and_vacancies_agree_with_the_summary(repository: Repository) -> None:
    tables = roster_tables.roster_tables(repository, ROSTER)
    hours: Any = tables.summary["hours"]
    for by in ("place", "service", "site", "host", "role"):
        found = roster_tables.coverage(tables, by)
        assert found["required"].sum() == pytest.approx(hours["required"])
        assert found["covered"].sum() == pytest.approx(hours["filled"])
    assert roster_tables.vacancies(tables)["missing_hours"].sum() == pytest.approx(hours["missing"])


def test_only_published_shifts_are_a_persons_own(repository: Repository) -> None:
    assert published_shifts(repository, "ANN", MONDAY, date(2027, 1, 17)).empty
    repository.publish(ROSTER)
    own = published_shifts(repository, "ANN", MONDAY, date(2027, 1, 17))
    assert len(own) == sum(
        line.staff_id == "ANN" for line in repository.roster(ROSTER).document.assignments
    )
    assert list(own["start"]) == sorted(own["start"])
