"""From a problem to a stored roster and on to the next period: what was published is history, once,
at its own hours.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scheduler.domain.clock import text
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Pin
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Outcome, Request, problem_of, solve
from scheduler.storage.repository import Repository
from tests.factories import MONDAY, Tables, joint, need, person, plain_tables, shift
from tests.solver.edges.solving import LIMITS, clash, filled

NEXT = MONDAY + timedelta(days=7)


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        yield repository


def published(
    repository: Repository, first: date, days: int = 7, collaborative_id: str = "COL"
) -> Outcome:
    outcome = solve(repository, Request(collaborative_id, first, days), LIMITS)
    publish(repository, outcome.roster_id, reason="planned anew")
    return outcome


def with_neighbours(tables: Tables) -> str:
    """A second collaborative with a service at a site of its own, which B hosts; the site's id."""
    tables["collaborative"].append({"id": "OTHER", "name": "Another"})
    tables["place"].append(
        {
            "id": "PX",
            "collaborative_id": "OTHER",
            "name": "Place X",
            "population": "1",
            "need_weight": "1",
        }
    )
    tables["site"].append({**tables["site"][1], "id": "SX", "name": "Site X", "place_id": "PX"})
    tables["service"].append({"id": "VW", "collaborative_id": "OTHER", "name": "Virtual ward"})
    tables["service_host"].append({"service_id": "VW", "place_id": "PX", "organisation_id": "B"})
    return "SX"


def test_a_night_published_on_the_last_day_keeps_the_next_periods_first_day_free(
    repository: Repository,
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    night = need(tables, 6, "N")
    need(tables, 7, "E", priority="5")
    need(tables, 7, "L", priority="5")  # six hours after 07:30
    evening = need(tables, 7, shift(tables, "18:30", "22:30"), priority="1")
    repository.store(Dataset.from_cells(tables))
    assert filled(published(repository, MONDAY)) == {("P1", night)}
    assert filled(solve(repository, Request("COL", NEXT), LIMITS)) == {("P1", evening)}


@pytest.mark.parametrize(
    ("saturday", "elapsed"),
    [(date(2027, 1, 16), 720), (date(2027, 3, 27), 660), (date(2026, 10, 24), 780)],
)
def test_a_stored_night_comes_back_at_its_minutes_and_wall_clock(
    repository: Repository, saturday: date, elapsed: int
) -> None:
    """The clock changes in the last night of the period, of which the next has to know the
    hours.
    """
    tables = plain_tables()
    person(tables, "P1")
    need(tables, saturday, "N")
    need(tables, saturday + timedelta(days=1), "N")
    repository.store(Dataset.from_cells(tables))
    assert len(filled(published(repository, saturday, 1))) == 1
    problem, _, _ = problem_of(repository, Request("COL", saturday + timedelta(days=1)))
    (known,) = problem.all_known["P1"]
    assert (known.end - known.start, known.paid, known.date) == (elapsed, elapsed - 60, saturday)
    assert (text(known.start)[-5:], text(known.end)[-5:]) == ("19:30", "07:30")
    assert (known.contract_id, known.organisation_id) == ("C-P1", "A")


@pytest.mark.parametrize(
    ("monday", "rested"), [(MONDAY, True), (date(2027, 3, 22), False), (date(2026, 10, 19), True)]
)
def test_rest_after_a_published_shift_is_elapsed_time_over_the_clock_change(
    repository: Repository, monday: date, rested: bool
) -> None:
    """Published until 00:30 on the Sunday of the change; 11:30 is 11, 10 or 12 hours later."""
    tables = plain_tables()
    person(tables, "P1")
    saturday, sunday = monday + timedelta(days=5), monday + timedelta(days=6)
    need(tables, saturday, shift(tables, "14:30", "00:30"))
    row = need(tables, sunday, shift(tables, "11:30", "19:30"))
    repository.store(Dataset.from_cells(tables))
    published(repository, monday, 6)
    outcome = solve(repository, Request("COL", sunday, 1), LIMITS)
    assert filled(outcome) == ({("P1", row)} if rested else set())
    assert outcome.document is not None
    assert [("rest between shifts" in vacancy.cause) for vacancy in outcome.document.vacancies] == [
        True
    ] * (not rested)


def test_six_days_published_are_named_with_a_pin_on_the_seventh(repository: Repository) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for day in range(1, 7):
        need(tables, day, shift(tables, "09:00", "13:00"))
    monday = need(tables, 7, "E")
    repository.store(Dataset.from_cells(tables))
    assert len(filled(published(repository, MONDAY))) == 6
    repository.add_pin(Pin(staff_id="P1", demand_id=monday))
    outcome = solve(repository, Request("COL", NEXT), LIMITS)
    assert clash(outcome) == [("pin", ("P1", monday)), *[("worked_shift", ("P1",))] * 6]


def test_a_joint_post_in_two_collaboratives_is_one_person_with_one_week(
    repository: Repository,
) -> None:
    """B's collaborative has published 2,760 minutes; of 60 h 840 are left for A's, and only one
    long day of 690 fits in.
    """
    tables = plain_tables()
    site_id = with_neighbours(tables)
    person(tables, "P1", hours="20", wtr_opt_out="yes")
    joint(tables, "P1", "B", "40", base_site_id=site_id)
    theirs = [need(tables, day, "D", site_id=site_id, service_id="VW") for day in (0, 1, 3, 4)]
    need(tables, 1, "D", priority="5")  # at the same time as theirs
    ours = [need(tables, 2, "D", priority="5"), need(tables, 6, "D", priority="1")]
    repository.store(Dataset.from_cells(tables))
    assert filled(published(repository, MONDAY, collaborative_id="OTHER")) == {
        ("P1", row) for row in theirs
    }
    outcome = solve(repository, Request("COL", MONDAY), LIMITS)
    assert filled(outcome) == {("P1", ours[0])}
    assert outcome.document is not None
    # A is owed 1,200 less 690 at £5 an hour; B's 40 h count in the other collaborative
    assert outcome.document.summary["objective_by_rule"]["unused_hours"] == 510 * 500 / 60


def test_hours_published_for_two_employers_count_in_the_next_periods_average(
    repository: Repository,
) -> None:
    """P1 has 3,450 minutes published in the first week, 2,310 of 2 x 2,880 are left: three long
    days, not four.
    """
    tables = plain_tables()
    person(tables, "P1", hours="30")
    joint(tables, "P1", "B", "25")
    for day in (0, 1, 2):
        need(tables, day, "D")
    for day in (4, 5):
        need(tables, day, "D", site_id="SB")
    rows = [
        need(tables, day, "D", priority=priority)
        for day, priority in ((8, "5"), (9, "5"), (11, "5"), (12, "1"))
    ]
    repository.store(Dataset.from_cells(tables))
    opted = {"average_week": {"hours": 60}}
    outcome = solve(repository, Request("COL", MONDAY, policy=opted), LIMITS)
    publish(repository, outcome.roster_id)
    assert len(filled(outcome)) == 5
    after = solve(repository, Request("COL", NEXT), LIMITS)
    assert filled(after) == {("P1", row) for row in rows[:3]}


def test_a_week_published_into_four_is_what_the_week_after_it_rests_from(
    repository: Repository,
) -> None:
    """Four weeks with a night on the second Sunday; the second week anew without it; then the third
    week may begin early.
    """
    tables = plain_tables()
    person(tables, "P1")
    night, early = need(tables, 13, "N", priority="5"), need(tables, 14, "E", priority="1")
    repository.store(Dataset.from_cells(tables))
    assert filled(published(repository, MONDAY, 28)) == {("P1", night)}
    leave = {
        "staff_id": "P1",
        "from_date": "2027-01-24",
        "to_date": "2027-01-24",
        "kind": "sickness",
    }
    repository.store(Dataset.from_cells({"leave": [leave]}))
    assert filled(published(repository, NEXT)) == set()
    assert filled(solve(repository, Request("COL", MONDAY + timedelta(days=14)), LIMITS)) == {
        ("P1", early)
    }
