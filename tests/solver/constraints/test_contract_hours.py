"""12 h a week above what a substantive contract owes, through that contract."""

from datetime import timedelta

import pytest

from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    alone,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)


@pytest.mark.parametrize(("end", "over"), [("10:30", 0), ("10:31", 1)])
def test_twelve_hours_above_full_time_are_allowed(end: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    # 46 h + 3.5 h = 37.5 h + 12 h
    rows = [need(tables, day, "D") for day in range(4)] + [
        need(tables, 4, shift(tables, "07:00", end))
    ]
    problem = problem_of(tables)
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == over


@pytest.mark.parametrize(("hours", "over"), [("3", 0), ("2.99", 1), ("2.5", 30)])
def test_part_timers_have_their_own_limit(hours: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=hours)
    rows = [need(tables, 0, "E"), need(tables, 2, "E")]
    problem = problem_of(tables)
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == over


def test_each_weekday_of_leave_lowers_what_is_owed_by_a_fifth() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="25")
    on_leave(tables, "P1", MONDAY + timedelta(days=3), MONDAY + timedelta(days=6))
    # 27 h
    rows = [
        need(tables, 0, "D"),
        need(tables, 1, "D"),
        need(tables, 2, shift(tables, "07:00", "11:00")),
    ]
    problem = problem_of(tables)
    # 25 x 3/5 + 12
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == 0
    assert (
        amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows)), hours=11.5)
        == 30
    )


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({"from_date": "2027-01-13"}, 0),
        ({"from_date": "2027-01-14"}, 450),
        ({"to_date": "2027-01-14"}, 0),
    ],
)
def test_a_contract_that_begins_or_ends_in_mid_week_owes_the_weekdays_on_which_it_is_live(
    changes: dict[str, str], over: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", **changes)
    day = 0 if "to_date" in changes else 3
    rows = [need(tables, day + offset, "D") for offset in (0, 1, 2)][
        : 2 if "to_date" in changes else 3
    ]
    problem = problem_of(tables)
    # from Wednesday: 22.5 h + 12 h = 34.5 h = 3 x 11.5 h; from Thursday 7.5 h less; to Thursday 30
    # h + 12 h
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == over


def test_each_contract_of_a_joint_post_has_its_own_limit() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="15")
    second = joint(tables, "P1", "B", "7.5")
    rows = [
        ("P1", need(tables, 0, "D")),
        ("P1", need(tables, 1, "D")),
        ("P1", need(tables, 2, "D", site_id="SB"), second),
    ]
    problem = problem_of(tables)
    # 23 of 23 and 11.5 of 15.5
    assert amount(problem, "contract_hours", does(problem, *rows), hours=8) == 0
    # 23 of 18 and 11.5 of 10.5
    assert amount(problem, "contract_hours", does(problem, *rows), hours=3) == 5 * 60 + 60


def test_bank_contracts_have_no_limit() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    rows = [need(tables, day, "D") for day in range(3)]
    problem = problem_of(tables)
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == 0


def test_known_shifts_count_under_the_contract_that_they_name_alone() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T14:00", 300, contract_id="C-P1")
    worked(tables, "P1", "2027-01-14T09:00", "2027-01-14T14:00", 300)
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "contract_hours", does(problem, ("P1", row))) == 30


def test_somebody_beyond_the_limit_already_gets_no_further_shift_and_is_no_breach_without() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T23:00", 800, contract_id="C-P1")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "contract_hours", does(problem)) == 0
    assert amount(problem, "contract_hours", does(problem, ("P1", row))) == 450


def test_each_week_counts_on_its_own() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0")
    rows = [need(tables, 6, "N"), need(tables, 8, "E")]
    problem = problem_of(tables, days=14)
    assert amount(problem, "contract_hours", does(problem, *(("P1", row) for row in rows))) == 0


def test_the_sentence_says_what_is_allowed_and_what_is_owed() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="2.5")
    rows = [need(tables, 0, "E"), need(tables, 2, "E")]
    problem = problem_of(tables)
    roster = does(problem, *(("P1", row) for row in rows))
    [found] = verify(problem, alone("contract_hours", weight="hard"), roster).breaches
    assert found.sentence == (
        "P1 works 15 h through contract C-P1 in the week of 2027-01-11;"
        " 14.5 h are allowed (2.5 h owed)."
    )
