"""At most so many shifts a calendar month for hosts other than the employer."""

from datetime import date, time

import pytest
from pydantic import ValidationError

from scheduler.domain.clock import minute_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    worked,
)

RULE = "shifts_elsewhere"
TURN = date(2027, 3, 29)
"""The Monday after the clock went forward, in whose week March ends: on the Wednesday."""


def lent(most: int | str, **changes: str) -> Tables:
    """P1 of A, who may work for B at most so often in a month."""
    tables = plain_tables()
    person(tables, "P1", most_shifts_elsewhere=str(most), **changes)
    lending(tables, ["P1"])
    return tables


def given(problem: Problem, rows: list[str], contract_id: str = "C-P1") -> int:
    return amount(problem, RULE, does(problem, *(("P1", row, contract_id) for row in rows)))


@pytest.mark.parametrize(("most", "over"), [("", 0), (4, 0), (3, 0), (2, 1), (0, 3)])
def test_only_shifts_for_another_host_count(most: int | str, over: int) -> None:
    tables = lent(most)
    away = [need(tables, day, "E", site_id="SB") for day in (0, 1, 3)]
    home = [need(tables, day, "E") for day in (2, 4)]
    assert given(problem_of(tables), [*away, *home]) == over


def test_who_said_nothing_and_who_said_much_are_free_beside_who_said_little() -> None:
    tables = lent(1)
    person(tables, "P2")
    lending(tables, ["P2"])
    rows = [need(tables, day, "E", site_id="SB") for day in (0, 1)]
    problem = problem_of(tables)
    assert amount(problem, RULE, does(problem, *(("P2", row) for row in rows))) == 0
    both = does(problem, ("P1", rows[0]), ("P2", rows[1]))
    assert amount(problem, RULE, both) == 0


@pytest.mark.parametrize(
    ("days", "over"),
    [
        ((0, 1), 1),  # Monday 29 and Tuesday 30 March
        ((2, 3), 0),  # a night that begins on the 31st is March's, although it ends in April
        ((1, 2), 1),
        ((3, 4), 1),  # 1 and 2 April
        ((1, 2, 3, 4), 2),  # each month by itself
        ((0, 1, 2, 3), 2),
    ],
)
def test_a_period_that_spans_two_months_has_both(days: tuple[int, ...], over: int) -> None:
    tables = lent(1)
    rows = [
        need(
            tables,
            date(2027, 3, 29 + day) if day < 3 else date(2027, 4, day - 2),
            "N",
            site_id="SB",
        )
        for day in days
    ]
    assert given(problem_of(tables, TURN), rows) == over


def test_the_month_is_that_of_london() -> None:
    # 23:30 in UTC on the last of March is half past midnight on the first of April here
    start = minute_of(date(2027, 4, 1), time(0, 30))
    known = KnownShift(start, start + 360, 360, "P1", "A", "C-P1", "B")
    assert known.date == date(2027, 4, 1)
    assert start % (24 * 60) == 23 * 60 + 30
    tables = lent(1)
    march, april = (
        need(tables, day, "E", site_id="SB") for day in (date(2027, 3, 30), date(2027, 4, 2))
    )
    problem = problem_of(tables, TURN, known=(known,))
    assert given(problem, [march]) == 0
    assert given(problem, [april]) == 1


@pytest.mark.parametrize(
    ("start", "over"),
    [
        ("2027-03-01T00:00", 1),
        ("2027-02-28T23:59", 0),
        # the night of the clock change
        ("2027-03-27T23:00", 1),
        ("2027-03-28T02:30", 1),
    ],
)
def test_what_was_worked_in_the_month_counts(start: str, over: int) -> None:
    tables = lent(1)
    ends = start[:8] + f"{int(start[8:10]) + (start[11:13] == '23'):02}T08:00"
    ends = ends.replace("02-29", "03-01")
    worked(tables, "P1", start, ends, 300, contract_id="C-P1", host="B")
    # for the employer, and with no host named
    worked(tables, "P1", "2027-03-10T07:00", "2027-03-10T15:00", 450, host="A")
    worked(tables, "P1", "2027-03-11T07:00", "2027-03-11T15:00", 450)
    row = need(tables, date(2027, 3, 31), "E", site_id="SB")
    assert given(problem_of(tables, TURN), [row]) == over


def test_what_is_published_later_in_the_month_counts() -> None:
    tables = lent(1)
    row = need(tables, 0, "E", site_id="SB")
    for day, over in ((date(2027, 1, 31), 1), (date(2027, 2, 1), 0)):
        start = minute_of(day, time(7))
        known = KnownShift(start, start + 480, 450, "P1", "A", "C-P1", "B")
        assert given(problem_of(tables, known=(known,)), [row]) == over


def test_history_alone_above_the_limit_is_no_breach_but_leaves_no_further_shift() -> None:
    tables = lent(1)
    for day in (4, 5, 6):
        worked(tables, "P1", f"2027-01-{day:02}T07:00", f"2027-01-{day:02}T15:00", 450, host="B")
    away = [need(tables, day, "E", site_id="SB") for day in (0, 1)]
    home = need(tables, 2, "E")
    problem = problem_of(tables)
    assert given(problem, []) == 0
    assert given(problem, [home]) == 0
    assert given(problem, away[:1]) == 1, "not what was over before"
    assert given(problem, away) == 2


def test_a_joint_post_works_for_each_by_the_contract_of_each() -> None:
    tables = lent(0)
    second = joint(tables, "P1", "B", "11.5")
    lending(tables, ["P1"], "B", "A")
    rows = [need(tables, day, "E", site_id="SB") for day in (0, 1)]
    home = need(tables, 2, "E")
    problem = problem_of(tables)
    assert given(problem, rows, second) == 0
    assert given(problem, rows) == 2, "by the contract with A they are lent to B"
    assert given(problem, [home]) == 0
    assert given(problem, [home], second) == 1, "and by that with B to A"


def test_of_somebody_with_two_posts_a_known_shift_counts_by_its_employer() -> None:
    tables = lent(1)
    joint(tables, "P1", "B", "11.5")
    worked(tables, "P1", "2027-01-04T07:00", "2027-01-04T15:00", 450, "B", host="B")
    row = need(tables, 0, "E", site_id="SB")
    assert given(problem_of(tables), [row]) == 0
    worked(tables, "P1", "2027-01-05T07:00", "2027-01-05T15:00", 450, "A", host="B")
    assert given(problem_of(tables), [row]) == 1


def test_the_sentence() -> None:
    for most, agreed in ((1, "at most 1 shift"), (0, "no shift")):
        tables = lent(most)
        rows = [need(tables, day, "E", site_id="SB") for day in (0, 1)]
        problem = problem_of(tables)
        (breach,) = verify(
            problem, alone(RULE), does(problem, *(("P1", row) for row in rows))
        ).breaches
        assert (
            breach.sentence
            == f"P1 works 2 shifts for other hosts in January 2027; {agreed} a month agreed."
        )
        assert breach.about == ("P1", "2027-01")


def test_it_says_nothing_where_nobody_has_said_anything() -> None:
    tables = lent("")
    need(tables, 0, "E", site_id="SB")
    rule = alone(RULE).rules[RULE]
    assert not rule.applies(problem_of(tables))
    assert rule.applies(problem_of(lent(0) | {"demand": tables["demand"]}))


@pytest.mark.parametrize("cell", ["-1", "2.5", "some"])
def test_a_limit_is_a_whole_number_from_nothing(cell: str) -> None:
    with pytest.raises(ValidationError, match="most_shifts_elsewhere"):
        Dataset.from_cells(lent(cell))


def test_the_search_by_weekly_columns_hears_of_it() -> None:
    tables = lent(1)
    for day in (0, 1, 7, 8):
        need(tables, day, "E", site_id="SB")
    heard_by_weekly_columns(problem_of(tables, MONDAY, 14), RULE)
