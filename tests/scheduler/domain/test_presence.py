"""Somebody back from leave: what the leave took away is there again, and nothing else."""

from datetime import timedelta

from scheduler.domain.presence import back_from_leave
from tests.factories import MONDAY, need, on_leave, person, plain_tables, problem_of


def test_hours_owed_and_dates_away_are_those_without_the_leave() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    for staff_id in ("P1", "P2"):
        on_leave(tables, staff_id, MONDAY, MONDAY + timedelta(days=1))
        on_leave(tables, staff_id, MONDAY + timedelta(days=3))
    need(tables, 4, "E")
    problem = problem_of(tables)
    assert [person.employments[0].owed for person in problem.people] == [{MONDAY: 2 * 450}] * 2
    back = back_from_leave(problem, "P1", MONDAY, MONDAY + timedelta(days=1))
    [own] = back.people
    assert (own.id, own.leave, own.employments[0].owed) == (
        "P1",
        {MONDAY + timedelta(days=3)},
        {MONDAY: 4 * 450},
    )
    assert [employment.owed[MONDAY] for employment in back.employments] == [4 * 450, 2 * 450]
    assert back.index.leave_dates("P1") == own.leave
    assert back.index.leave_dates("P2") == problem.index.leave_dates("P2")


def test_who_may_fill_nothing_as_things_are() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY, MONDAY + timedelta(days=6))
    need(tables, 4, "E")
    back = back_from_leave(problem_of(tables), "P1", MONDAY, MONDAY + timedelta(days=6))
    assert (back.people, back.index.leave_dates("P1")) == ((), frozenset())
