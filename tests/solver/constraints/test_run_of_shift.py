"""Days in a row with the same shift."""

from typing import Any

import pytest

from solver.evaluate.verify import verify
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
    worked,
)

RULE = "run_of_shift"


def fortnight(**limits: Any) -> tuple[Tables, list[str], list[str]]:
    """P1, a night and an early on each of fourteen dates; limits on nights."""
    tables = plain_tables()
    person(tables, "P1")
    limit(tables, RULE, "P1", "N", **limits)
    return (
        tables,
        [need(tables, day, "N") for day in range(14)],
        [need(tables, day, "E") for day in range(14)],
    )


def given(tables: Tables, *rows: str) -> int:
    problem = problem_of(tables, days=14)
    return amount(problem, RULE, does(problem, *(("P1", row) for row in rows)))


@pytest.mark.parametrize(
    ("days", "beyond"),
    [
        ([2, 3], 0),
        ([2, 3, 4], 1),
        ([2, 3, 4, 5], 2),
        ([2, 3, 5, 6], 0),
        ([0, 1, 2], 1),
        ([11, 12, 13], 1),
    ],
)
def test_each_day_beyond_the_maximum_counts(days: list[int], beyond: int) -> None:
    tables, nights, _ = fortnight(maximum=2)
    assert given(tables, *(nights[day] for day in days)) == beyond


@pytest.mark.parametrize(
    ("days", "lacking"),
    [
        ([5, 6, 7], 0),
        ([5, 6], 1),
        ([5], 2),
        ([5, 7], 4),
        ([0], 0),
        ([0, 1], 0),
        ([1], 2),
        ([13], 0),
        ([12], 2),
        ([12, 13], 0),
    ],
)
def test_each_day_that_a_run_lacks_counts_unless_it_touches_the_periods_edge(
    days: list[int], lacking: int
) -> None:
    tables, nights, _ = fortnight(minimum=3)
    assert given(tables, *(nights[day] for day in days)) == lacking


def test_another_shift_ends_a_run_and_has_no_limit_itself() -> None:
    tables, nights, earlies = fortnight(minimum=2, maximum=2)
    assert (
        given(
            tables, nights[2], nights[3], earlies[5], earlies[6], earlies[7], nights[8], nights[9]
        )
        == 0
    )
    assert given(tables, nights[2], earlies[4], nights[5], nights[6]) == 1


def test_another_shift_on_the_same_date_changes_nothing() -> None:
    tables, nights, earlies = fortnight(minimum=2)
    assert given(tables, nights[4], nights[5], earlies[4], earlies[3]) == 0


def test_a_shift_at_another_site_or_role_is_the_same_shift() -> None:
    tables, nights, _ = fortnight(maximum=2)
    cover = need(tables, 4, "N", role_id="HCA")
    assert given(tables, nights[3], cover, nights[5]) == 1


def test_of_known_shifts_nobody_knows_which_they_were() -> None:
    tables, nights, _ = fortnight(minimum=2, maximum=2)
    for day in (8, 9, 10):
        worked(tables, "P1", f"2027-01-{day:02}T19:30", f"2027-01-{day + 1:02}T07:30", 660)
    assert given(tables, nights[0]) == 0
    assert given(tables, nights[0], nights[1], nights[2]) == 1
    assert given(tables, nights[1]) == 1


def test_dates_without_that_shift_end_a_run() -> None:
    tables, nights, _ = fortnight(minimum=3)
    tables["demand"] = [row for row in tables["demand"] if row["id"] != nights[6]]
    assert given(tables, nights[4], nights[5]) == 1
    assert given(tables, nights[7]) == 2
    assert given(tables, nights[7], nights[8], nights[9]) == 0


def test_limits_on_several_shifts_and_people() -> None:
    tables, nights, earlies = fortnight(maximum=1)
    person(tables, "P2")
    limit(tables, RULE, "", "E", minimum=2)
    problem = problem_of(tables, days=14)
    work = [
        ("P1", nights[2]),
        ("P1", nights[3]),
        ("P1", earlies[5]),
        ("P2", earlies[7]),
        ("P2", nights[9]),
        ("P2", nights[10]),
    ]
    assert amount(problem, RULE, does(problem, *work)) == 1 + 1 + 1


def test_the_sentences() -> None:
    tables, nights, _ = fortnight(minimum=2, maximum=2)
    problem = problem_of(tables, days=14)
    found = verify(
        problem, alone(RULE), does(problem, *(("P1", nights[day]) for day in (2, 5, 6, 7)))
    ).breaches
    assert [(breach.about, breach.sentence) for breach in found] == [
        (
            ("P1", "N", "2027-01-13"),
            "P1 works 1 day in a row of N from 2027-01-13; at least 2 agreed.",
        ),
        (
            ("P1", "N", "2027-01-16"),
            "P1 works 3 days in a row of N from 2027-01-16; at most 2 agreed.",
        ),
    ]
