"""Periods that are not whole weeks from a Monday: what is owed there, and both statements of every
rule agree.
"""

import random
from datetime import date, timedelta

import pytest
from ortools.sat.python import cp_model

from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    amount,
    does,
    joint,
    model_of,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_roster,
    random_tables,
    worked,
)

SATURDAY = MONDAY + timedelta(days=5)


@pytest.mark.parametrize(
    ("offset", "days", "unused"),
    [
        (0, 1, 450),  # a Monday: a fifth of 37.5 h
        (0, 3, 1350),
        (0, 5, 2250),  # all weekdays: the whole week
        (0, 7, 2250),
        (3, 3, 900),  # Thursday to Saturday: two weekdays
        (5, 2, 0),  # a weekend owes nothing of its own
        (3, 7, 900 + 1350),  # Thursday to Wednesday: 37.5 h over two weeks, not 75
        (3, 14, 900 + 2250 + 1350),
    ],
)
def test_a_week_owes_the_share_of_its_weekdays_that_lie_in_the_period(
    offset: int, days: int, unused: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    first = MONDAY + timedelta(days=offset)
    need(tables, first, "E")
    problem = problem_of(tables, first, days)
    assert amount(problem, "unused_hours", does(problem)) == unused


@pytest.mark.parametrize(
    ("elsewhere", "unused"),
    [(0, 450), (1350, 450), (1800, 450), (1801, 449), (2249, 1), (2250, 0), (2400, 0)],
)
def test_a_day_planned_anew_owes_no_more_than_the_known_shifts_leave_of_its_week(
    elsewhere: int, unused: int
) -> None:
    """37.5 h a week, so many minutes of them on Monday; Wednesday's own share is 7.5 h."""
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-11T00:00", "2027-01-11T20:00", elsewhere, contract_id="C-P1")
    wednesday = MONDAY + timedelta(days=2)
    row = need(tables, wednesday, "E")
    problem = problem_of(tables, wednesday, 1)
    assert amount(problem, "unused_hours", does(problem)) == unused
    assert amount(problem, "unused_hours", does(problem, ("P1", row))) == 0


def test_known_shifts_within_the_period_are_taken_from_its_share_and_others_are_not() -> None:
    tables = plain_tables()
    person(tables, "P1")
    # Monday, before the period
    worked(tables, "P1", "2027-01-11T09:00", "2027-01-11T14:00", 300, contract_id="C-P1")
    # Tuesday, in it
    worked(tables, "P1", "2027-01-12T09:00", "2027-01-12T14:00", 300, contract_id="C-P1")
    tuesday = MONDAY + timedelta(days=1)
    need(tables, tuesday + timedelta(days=1), "E")
    problem = problem_of(tables, tuesday, 2)
    assert amount(problem, "unused_hours", does(problem)) == 900 - 300


def test_leave_lowers_the_share_of_the_days_on_which_it_lies_alone() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY + timedelta(days=1))
    on_leave(tables, "P1", MONDAY + timedelta(days=4))
    need(tables, 0, "E")
    problem = problem_of(tables, MONDAY, 2)
    # Tuesday is away; Friday lies outside
    assert amount(problem, "unused_hours", does(problem)) == 450


def test_each_contract_of_a_joint_post_has_its_own_share() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="20")
    joint(tables, "P1", "B", "17.5")
    rows = [need(tables, 0, "E"), need(tables, 1, "E", site_id="SB")]
    problem = problem_of(tables, MONDAY, 2)
    # A owes 480, B 420 in the two days
    assert amount(problem, "unused_hours", does(problem, ("P1", rows[0]))) == 30 + 420
    assert (
        amount(problem, "unused_hours", does(problem, ("P1", rows[0]), ("P1", rows[1], "C-P1-B")))
        == 30
    )


def test_what_a_contract_owes_for_pay_and_its_limit_stays_the_whole_weeks() -> None:
    """On one Saturday nothing is due, but twelve hours are contracted hours all the same, and far
    from the limit.
    """
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 5, "D")
    problem = problem_of(tables, SATURDAY, 1)
    roster = does(problem, ("P1", row))
    # 11.5 h x £18 x 30 % x 1.39 = 8631.9p: the enhancement alone
    assert amount(problem, "pay", roster) == 8632 * 60
    assert amount(problem, "contract_hours", roster) == 0
    assert amount(problem, "unused_hours", roster) == 0


PERIODS = [
    (MONDAY + timedelta(days=2), 1),
    (SATURDAY, 3),
    (MONDAY + timedelta(days=3), 7),
    (date(2027, 3, 26), 4),
    (date(2026, 10, 24), 2),
]
"""A Wednesday; a weekend with its Monday; Thursday to Wednesday; Easter with the clock going
forward; the two days on which it goes back.
"""


@pytest.mark.parametrize(("first", "days"), PERIODS)
def test_model_and_check_agree_on_every_rule_in_a_part_of_a_week(first: date, days: int) -> None:
    judged = {True: 0, False: 0}
    for seed in range(3):
        problem = problem_of(random_tables(seed, first, days), first, days)
        policy = Policy.from_tables({"pinned": {"weight": 20}})
        rng = random.Random(seed)
        for density in (0.0, 0.1, 0.3, 1.0):
            roster = random_roster(problem, rng, density)
            report = verify(problem, policy, roster)
            status, objective = model_of(problem, policy, roster)
            assert status == (cp_model.INFEASIBLE if report.breaches else cp_model.OPTIMAL), (
                seed,
                roster,
                report.breaches,
            )
            assert report.breaches or objective == report.objective, (seed, roster)
            judged[bool(report.breaches)] += 1
    assert judged[False]
