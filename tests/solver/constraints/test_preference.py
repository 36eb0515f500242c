"""Points of wishes not met."""

import pytest

from solver.evaluate.verify import verify
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    worked,
)


def wish(
    tables: Tables,
    weight: str,
    day: str = "2027-01-12",
    shift_type_id: str = "",
    staff_id: str = "P1",
) -> None:
    tables.setdefault("preference", []).append(
        {"staff_id": staff_id, "date": day, "shift_type_id": shift_type_id, "weight": weight}
    )


@pytest.mark.parametrize(
    ("weight", "shift_type_id", "work", "points"),
    [
        ("3", "", "", 3),
        ("3", "", "E", 0),
        ("3", "", "N", 0),
        ("3", "E", "E", 0),
        ("3", "E", "N", 3),
        ("3", "E", "", 3),
        ("-4", "", "", 0),
        ("-4", "", "E", 4),
        ("-4", "N", "E", 0),
        ("-4", "N", "N", 4),
        ("0", "", "E", 0),
        ("10", "", "", 10),
        ("-10", "", "N", 10),
        ("-2.5", "", "E", 2.5),
        ("0.5", "", "E", 0),
        ("0.5", "", "", 0.5),
        ("-0.5", "", "E", 0.5),
        ("-0.5", "", "", 0),
        ("0.01", "", "", 1 / 60),  # 0.6 sixtieths, rounded half up
    ],
)
def test_wants_and_avoids_with_and_without_a_shift_type(
    weight: str, shift_type_id: str, work: str, points: float
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, weight, shift_type_id=shift_type_id)
    rows = {kind: need(tables, 1, kind) for kind in ("E", "N")}
    problem = problem_of(tables)
    assert amount(
        problem, "preference", does(problem, *([("P1", rows[work])] if work else []))
    ) == round(points * 60)


def test_a_shift_belongs_to_the_date_on_which_it_starts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, "-4")
    night = need(tables, 0, "N")
    need(tables, 1, "N")
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem, ("P1", night))) == 0


def test_two_shifts_on_a_day_to_avoid_are_one_wish_not_met() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "B", "10")
    wish(tables, "-4")
    work = [("P1", need(tables, 1, "E")), ("P1", need(tables, 1, "N", site_id="SB"), second)]
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem, *work)) == 240


@pytest.mark.parametrize(("weight", "points"), [("-4", 4), ("4", 0), ("-0.5", 0.5), ("0.5", 0)])
def test_fixed_busy_time_is_work_on_that_day(weight: str, points: float) -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, weight)
    worked(tables, "P1", "2027-01-12T18:00", "2027-01-12T20:00", 120)
    row = need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem)) == points * 60
    assert amount(problem, "preference", does(problem, ("P1", row))) == points * 60


def test_a_wish_for_a_day_without_any_demand_is_not_met() -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, "2", "2027-01-16")
    wish(tables, "-2", "2027-01-16", "E")
    need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem)) == 120


@pytest.mark.parametrize("day", ["2027-01-10", "2027-01-18"])
def test_wishes_outside_the_period_and_of_people_who_are_not_in_the_problem_do_not_count(
    day: str,
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "H1", role_id="HCA")
    wish(tables, "2", day)
    wish(tables, "2", staff_id="H1")
    need(tables, 1, "E")
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem)) == 0


def test_the_first_and_last_day_of_the_period_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, "1", "2027-01-11")
    wish(tables, "2", "2027-01-17")
    rows = [need(tables, 0, "E"), need(tables, 6, "N")]
    problem = problem_of(tables)
    assert amount(problem, "preference", does(problem)) == 180
    assert amount(problem, "preference", does(problem, ("P1", rows[1]))) == 60
    assert amount(problem, "preference", does(problem, *(("P1", row) for row in rows))) == 0


@pytest.mark.parametrize(
    ("weight", "work", "sentence"),
    [
        ("0.5", False, "P1 wanted work on 2027-01-12 (0.5 points)."),
        ("1", False, "P1 wanted work on 2027-01-12 (1 points)."),
        ("-0.5", True, "P1 wanted to avoid work on 2027-01-12 (0.5 points)."),
    ],
)
def test_the_sentence_says_whether_work_was_wanted_or_to_be_avoided(
    weight: str, work: bool, sentence: str
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    wish(tables, weight)
    row = need(tables, 1, "E")
    problem = problem_of(tables)
    [found] = verify(
        problem, alone("preference", weight=1), does(problem, *([("P1", row)] if work else []))
    ).priced["preference"]
    assert found.sentence == sentence
