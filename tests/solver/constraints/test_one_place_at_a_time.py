"""No two shifts at once: touching is allowed, a minute of overlap is not."""

from datetime import date, datetime

import pytest

from scheduler.domain.clock import minute
from scheduler.domain.duty import KnownShift
from tests.factories import (
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


@pytest.mark.parametrize(("start", "overlaps"), [("15:00", 0), ("14:59", 1)])
def test_a_shift_may_begin_when_another_ends(start: str, overlaps: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    early, later = need(tables, 0, "E"), need(tables, 0, shift(tables, start, "20:00"))
    problem = problem_of(tables)
    assert (
        amount(problem, "one_place_at_a_time", does(problem, ("P1", early), ("P1", later)))
        == overlaps
    )


@pytest.mark.parametrize(("start", "overlaps"), [("07:30", 0), ("07:29", 1)])
def test_a_night_ends_on_the_next_day(start: str, overlaps: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    night, later = need(tables, 0, "N"), need(tables, 1, shift(tables, start, "12:00"))
    problem = problem_of(tables)
    assert (
        amount(problem, "one_place_at_a_time", does(problem, ("P1", night), ("P1", later)))
        == overlaps
    )


def test_the_same_hours_at_two_sites_are_one_overlap() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "10")
    here, there = need(tables, 0, "E"), need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    assert (
        amount(problem, "one_place_at_a_time", does(problem, ("P1", here), ("P1", there, second)))
        == 1
    )


def test_one_person_cannot_fill_two_places_of_one_demand_through_two_contracts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["contract"].append(
        {**tables["contract"][0], "id": "C-P1-BANK", "kind": "bank", "hours_per_week": "0"}
    )
    early = need(tables, 0, "E", minimum="2")
    problem = problem_of(tables)
    assert (
        amount(
            problem, "one_place_at_a_time", does(problem, ("P1", early), ("P1", early, "C-P1-BANK"))
        )
        == 1
    )


def test_a_shift_inside_another_and_one_across_both_are_three_overlaps() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [
        need(tables, 0, shift(tables, start, end))
        for start, end in (("07:00", "15:00"), ("08:00", "10:00"), ("09:00", "16:00"))
    ]
    problem = problem_of(tables)
    assert (
        amount(problem, "one_place_at_a_time", does(problem, *(("P1", row) for row in rows))) == 3
    )


@pytest.mark.parametrize(("end", "overlaps"), [("2027-01-11T07:00", 0), ("2027-01-11T07:01", 1)])
def test_a_night_worked_into_the_first_day_is_busy_time(end: str, overlaps: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-10T20:00", end, 600)
    early = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "one_place_at_a_time", does(problem, ("P1", early))) == overlaps


@pytest.mark.parametrize(("hour", "overlaps"), [("07:30", 0), ("07:29", 1)])
def test_a_published_shift_after_the_period_is_busy_time(hour: str, overlaps: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    night = need(tables, 6, "N")
    start = minute(datetime.fromisoformat(f"2027-01-18T{hour}+00:00"))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1", "B"),))
    assert amount(problem, "one_place_at_a_time", does(problem, ("P1", night))) == overlaps


def test_known_shifts_that_overlap_each_other_are_no_breach() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-12T07:00", "2027-01-12T15:00", 450)
    worked(tables, "P1", "2027-01-12T08:00", "2027-01-12T09:00", 60)
    other = need(tables, 4, "E")
    problem = problem_of(tables)
    assert amount(problem, "one_place_at_a_time", does(problem, ("P1", other))) == 0


def test_the_hour_that_comes_twice_is_not_worked_twice() -> None:
    tables = plain_tables()
    person(tables, "P1")
    day = date(2026, 10, 25)
    first, second = (
        need(tables, day, shift(tables, "00:30", "03:00")),
        need(tables, day, shift(tables, "03:00", "06:00")),
    )
    problem = problem_of(tables, date(2026, 10, 19))
    assert problem.duty_by_id[first].paid == 210  # 00:30 BST to 03:00 GMT
    assert amount(problem, "one_place_at_a_time", does(problem, ("P1", first), ("P1", second))) == 0
