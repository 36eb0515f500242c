"""60 h in a week from Monday to Sunday, over all employers."""

from datetime import date, timedelta

import pytest

from tests.factories import (
    MONDAY,
    amount,
    does,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)


@pytest.mark.parametrize(("end", "over"), [("09:30", 0), ("09:31", 1)])
def test_sixty_hours_are_allowed(end: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # 57.5 h + 2.5 h
    rows = [need(tables, day, "D") for day in range(5)] + [
        need(tables, 5, shift(tables, "07:00", end))
    ]
    problem = problem_of(tables)
    assert amount(problem, "longest_week", does(problem, *(("P1", row) for row in rows))) == over


def test_a_night_from_sunday_counts_whole_in_the_week_in_which_it_starts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    sunday, next_day = need(tables, 6, "N"), need(tables, 8, "E")
    problem = problem_of(tables, days=14)
    assert (
        amount(problem, "longest_week", does(problem, ("P1", sunday), ("P1", next_day)), hours=11)
        == 0
    )
    assert (
        amount(problem, "longest_week", does(problem, ("P1", sunday), ("P1", next_day)), hours=10)
        == 60
    )


def test_each_week_counts_on_its_own() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "D") for day in (0, 2, 7, 9)]
    problem = problem_of(tables, days=14)
    assert (
        amount(problem, "longest_week", does(problem, *(("P1", row) for row in rows)), hours=20)
        == 2 * 180
    )


def test_a_night_into_the_first_monday_counts_in_the_week_before() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T01:00", 300)
    row = need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "longest_week", does(problem, ("P1", row)), hours=7.5) == 0


def test_fixed_busy_time_and_a_second_employer_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "20")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T12:00", 180, organisation_id="B")
    work = [("P1", need(tables, 0, "E")), ("P1", need(tables, 1, "E", site_id="SB"), second)]
    problem = problem_of(tables)
    assert amount(problem, "longest_week", does(problem, *work), hours=18) == 0
    assert amount(problem, "longest_week", does(problem, *work), hours=17) == 60


def test_what_was_known_is_no_breach_but_nothing_may_be_added() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-13T00:00", "2027-01-16T00:00", 61 * 60)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "longest_week", does(problem)) == 0
    assert amount(problem, "longest_week", does(problem, ("P1", row))) == 450


def test_days_before_a_period_that_begins_in_mid_week_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{MONDAY}T09:00", f"{MONDAY}T19:00", 600)
    row = need(tables, 3, "E")
    problem = problem_of(tables, MONDAY + timedelta(days=2), 5)
    assert amount(problem, "longest_week", does(problem, ("P1", row)), hours=17) == 30


@pytest.mark.parametrize(
    ("saturday", "minutes"), [(date(2026, 10, 24), 720), (date(2027, 3, 27), 600)]
)
def test_the_night_of_a_clock_change_counts_as_long_as_it_is(saturday: date, minutes: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, saturday, "N")
    problem = problem_of(tables, saturday - timedelta(days=5))
    assert amount(problem, "longest_week", does(problem, ("P1", row)), hours=9) == minutes - 540
