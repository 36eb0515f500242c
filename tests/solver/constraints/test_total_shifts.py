"""How many shifts, of one type or of all."""

from datetime import date, time

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.facts import WorkLimit
from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from solver.rule.work_limits import in_words
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    limit,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)

RULE = "total_shifts"


def mixed_week() -> tuple[Tables, list[str]]:
    """P1, with an early on Monday and Tuesday, a late on Thursday and on Saturday."""
    tables = plain_tables()
    person(tables, "P1")
    return tables, [
        need(tables, 0, "E"),
        need(tables, 1, "E"),
        need(tables, 3, "L"),
        need(tables, 5, "L"),
    ]


def given(problem: Problem, rows: list[str]) -> int:
    return amount(problem, RULE, does(problem, *(("P1", row) for row in rows)))


@pytest.mark.parametrize(
    ("least", "most", "outside"),
    [("", 4, 0), ("", 3, 1), ("", 0, 4), (4, "", 0), (5, "", 1), (4, 4, 0)],
)
def test_all_shifts_count_where_no_type_is_named(
    least: int | str, most: int | str, outside: int
) -> None:
    tables, rows = mixed_week()
    limit(tables, RULE, "P1", minimum=least, maximum=most)
    assert given(problem_of(tables), rows) == outside


@pytest.mark.parametrize(
    ("shift_type", "least", "most", "outside"),
    [("E", "", 2, 0), ("E", "", 1, 1), ("L", 3, "", 1), ("D", 1, "", 1), ("D", "", 0, 0)],
)
def test_only_the_shift_named_counts(
    shift_type: str, least: int | str, most: int | str, outside: int
) -> None:
    tables, rows = mixed_week()
    limit(tables, RULE, "P1", shift_type, minimum=least, maximum=most)
    assert given(problem_of(tables), rows) == outside


def test_a_shift_of_another_name_with_the_same_hours_is_another_shift() -> None:
    tables, rows = mixed_week()
    twin = shift(tables, "07:00", "15:00", 30)
    rows.append(need(tables, 6, twin))
    limit(tables, RULE, "P1", "E", maximum=1)
    assert given(problem_of(tables), [rows[0], rows[-1]]) == 0


def test_a_shift_of_the_type_at_two_sites_counts_each_time() -> None:
    tables, rows = mixed_week()
    # a nurse covers it
    rows += [
        need(tables, 0, "E", role_id="HCA"),
        need(tables, 4, "E", role_id="HCA"),
    ]
    limit(tables, RULE, "P1", "E", maximum=1)
    problem = problem_of(tables)
    assert given(problem, [rows[4], rows[1], rows[5]]) == 2


def test_idle_people_are_short_of_the_minimum() -> None:
    tables, rows = mixed_week()
    person(tables, "P2")
    limit(tables, RULE, minimum=2)
    assert given(problem_of(tables), rows[:1]) == 1 + 2


@pytest.mark.parametrize(("days", "over"), [("", 0), (7, 0), (8, 1), (9, 2)])
def test_known_shifts_count_where_no_type_is_named(days: int | str, over: int) -> None:
    tables, rows = mixed_week()
    worked(tables, "P1", "2027-01-09T09:00", "2027-01-09T14:00", 270)
    worked(tables, "P1", "2027-01-10T21:00", "2027-01-11T05:00", 400)
    limit(tables, RULE, "P1", maximum=2, days=days)
    assert given(problem_of(tables), rows[1:3]) == over


def test_a_known_shift_on_the_last_date_counts_and_one_after_it_does_not() -> None:
    tables, rows = mixed_week()
    worked(tables, "P1", "2027-01-17T09:00", "2027-01-17T14:00", 270, organisation_id="B")
    limit(tables, RULE, "P1", maximum=2)
    start = minute_of(date(2027, 1, 18), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1", "B"),))
    assert given(problem, rows[:1]) == 0
    assert given(problem, rows[:2]) == 1


def test_known_shifts_have_no_type() -> None:
    tables, rows = mixed_week()
    worked(tables, "P1", "2027-01-10T07:00", "2027-01-10T15:00", 450)
    limit(tables, RULE, "P1", "E", minimum=2, maximum=2, days=14)
    assert given(problem_of(tables), rows[:2]) == 0
    assert given(problem_of(tables), rows[:1]) == 1


def test_known_shifts_reach_a_minimum_and_fill_a_maximum() -> None:
    tables, rows = mixed_week()
    for day in (8, 9, 10):
        worked(tables, "P1", f"2027-01-{day:02}T09:00", f"2027-01-{day:02}T14:00", 270)
    limit(tables, RULE, "P1", minimum=4, days=14)
    limit(tables, RULE, "P1", maximum=2, days=14)
    problem = problem_of(tables)
    assert given(problem, []) == 1  # the minimum; being over by known shifts alone is no breach
    assert given(problem, rows[:1]) == 1  # the minimum is kept, one more shift is one too many
    assert given(problem, rows[:2]) == 2


@pytest.mark.parametrize(("days", "outside"), [(2, 1), (4, 0), (7, 0)])
def test_a_window_at_the_end_of_the_period(days: int, outside: int) -> None:
    tables, rows = mixed_week()
    limit(tables, RULE, "P1", "L", minimum=1, days=days)
    # Thursday is the fourth date from the end
    assert given(problem_of(tables), [rows[2]]) == outside


def test_the_sentence() -> None:
    tables, rows = mixed_week()
    limit(tables, RULE, "P1", "E", maximum=1)
    problem = problem_of(tables)
    (breach,) = verify(
        problem, alone(RULE), does(problem, ("P1", rows[0]), ("P1", rows[1]))
    ).breaches
    assert (
        breach.sentence
        == "P1 works 2 shifts of E in the 7 days to 2027-01-17; at most 1 shift of E agreed."
    )


def test_the_whole_limit_in_words() -> None:
    both = WorkLimit(staff_id="P1", measure="total_shifts", shift_type_id="E", minimum=1, maximum=3)
    assert in_words(both, "P1") == "Agreed for P1: at least 1 shift of E and at most 3 shifts of E."
    everybodys = WorkLimit(staff_id=None, measure="total_shifts", maximum=2, days=14)
    assert (
        in_words(everybodys, "P2")
        == "Agreed for everybody, so also for P2: at most 2 shifts over the 14 dates that end with"
        " the period."
    )
