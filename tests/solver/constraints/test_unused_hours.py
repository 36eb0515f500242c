"""Hours owed and not rostered, for contracts based in the collaborative's places."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.pay import Payroll, PayTerms
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    worked,
)


def elsewhere(tables: Tables) -> str:
    """A site in a place of another collaborative."""
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
    tables["site"].append({**tables["site"][0], "id": "SX", "place_id": "PX"})
    return "SX"


@pytest.mark.parametrize(("shifts", "unused"), [(0, 2250), (1, 1560), (3, 180), (4, 0)])
def test_what_is_owed_less_what_is_rostered_and_never_below_nothing(
    shifts: int, unused: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "D") for day in range(4)]
    problem = problem_of(tables)
    assert (
        amount(problem, "unused_hours", does(problem, *(("P1", row) for row in rows[:shifts])))
        == unused
    )


def test_each_week_and_contract_counts_on_its_own() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="10")
    second = joint(tables, "P1", "B", "5")
    rows = [("P1", need(tables, 0, "D")), ("P1", need(tables, 8, "E", site_id="SB"), second)]
    problem = problem_of(tables, days=14)
    # A: 600 less 690, and 600; B: 300, and 300 less 450
    assert amount(problem, "unused_hours", does(problem, *rows)) == 600 + 300


def test_leave_and_a_late_start_lower_what_is_owed() -> None:
    tables = plain_tables()
    person(tables, "P1", from_date="2027-01-12")
    on_leave(tables, "P1", MONDAY + timedelta(days=3), MONDAY + timedelta(days=5))
    need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 2250 * 2 // 5  # Tuesday and Wednesday


def test_hours_owed_are_rounded_half_up_to_a_minute() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0.125", from_date="2027-01-13")  # 7.5 minutes x 3/5 = 4.5
    need(tables, 3, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 5


def test_bank_contracts_owe_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 0


def test_known_shifts_count_where_they_name_the_contract() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="10")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T11:00", 120, contract_id="C-P1")
    worked(tables, "P1", "2027-01-14T09:00", "2027-01-14T11:00", 120)
    # starts in the week before
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T02:00", 360, contract_id="C-P1")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 600 - 120


def test_a_contract_based_outside_the_collaboratives_places_is_not_counted_here() -> None:
    tables = plain_tables()
    person(tables, "P1", base_site_id=elsewhere(tables))
    person(tables, "P2", home_site_id="SX")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert {p.id for p in problem.people} == {"P1", "P2"}
    assert amount(problem, "unused_hours", does(problem)) == 2250  # where P2 lives does not matter


def test_who_is_deployable_to_nothing_is_not_counted() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", role_id="HCA")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 2250


def test_a_second_contract_that_fits_no_demand_counts_all_the_same() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="20")
    joint(tables, "P1", "B", "10")
    need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem)) == 1800


@pytest.mark.parametrize(("minutes", "unused"), [(450, 0), (451, 1)])
def test_a_single_minute_counts_whether_it_is_left_by_new_work_or_by_known(
    minutes: int, unused: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=str(minutes / 60))
    person(tables, "P2", hours=str(minutes / 60))
    worked(tables, "P2", "2027-01-13T07:00", "2027-01-13T15:00", 450, contract_id="C-P2")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "unused_hours", does(problem, ("P1", row))) == 2 * unused


@pytest.mark.parametrize(
    ("before", "inside", "unused"),
    [
        (0, 0, 1350),  # three fifths of 37.5 h
        (900, 0, 1350),  # what was worked before leaves the rest of the week
        (901, 0, 1349),  # and no more than that is due
        (100, 300, 1050),
        (1380, 300, 570),
    ],
)
def test_of_a_week_that_began_before_the_period_its_share_is_owed_or_what_known_shifts_leave(
    before: int, inside: int, unused: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    if before:
        worked(tables, "P1", "2027-01-11T00:00", "2027-01-11T23:00", before, contract_id="C-P1")
    if inside:
        worked(tables, "P1", "2027-01-14T00:00", "2027-01-14T05:00", inside, contract_id="C-P1")
    need(tables, 4, "E")
    problem = problem_of(tables, MONDAY + timedelta(days=2), 5)
    assert amount(problem, "unused_hours", does(problem)) == unused


@pytest.mark.parametrize(
    ("first", "days", "settle_weeks", "said"),
    [
        (
            MONDAY,
            7,
            1,
            {
                "2027-01-11": (
                    "37.5 h by contract C-P1 in the week of 2027-01-11; 37.5 h are not rostered."
                )
            },
        ),
        (
            MONDAY + timedelta(days=2),
            14,
            1,  # Wednesday to the Tuesday after the next
            {
                "2027-01-11": (
                    "37.5 h by contract C-P1 in the week of 2027-01-11; 22.5 h are not rostered"
                    " from 2027-01-13 to 2027-01-17."
                ),
                "2027-01-18": (
                    "37.5 h by contract C-P1 in the week of 2027-01-18; 37.5 h are not rostered."
                ),
                "2027-01-25": (
                    "37.5 h by contract C-P1 in the week of 2027-01-25; 15 h are not rostered from"
                    " 2027-01-25 to 2027-01-26."
                ),
            },
        ),
        (
            MONDAY + timedelta(days=2),
            9,
            2,  # Wednesday to the next Thursday
            {
                "2027-01-11": (
                    "75 h by contract C-P1 in the 2 weeks from 2027-01-11; 52.5 h are not rostered"
                    " from 2027-01-13 to 2027-01-21."
                )
            },
        ),
    ],
)
def test_each_violation_names_its_first_week_and_the_days_that_are_due(
    first: date, days: int, settle_weeks: int, said: dict[str, str]
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 2, "E")
    problem = problem_of(tables, first, days)
    problem = replace(
        problem, payroll=Payroll(problem.dataset.enhancement, PayTerms(settle_weeks=settle_weeks))
    )
    found = verify(problem, alone("unused_hours", weight=1), does(problem)).priced["unused_hours"]
    assert {violation.about: violation.sentence for violation in found} == {
        ("P1", "C-P1", week): f"P1 is owed {sentence}" for week, sentence in said.items()
    }
