"""Nights above a share of what the group's demand requires, by contracted hours, among those who
may work a night.
"""

from datetime import date, timedelta

import pytest

from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    joint,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    shift,
    supply,
    worked,
)


def nights(tables: Tables, count: int, **changes: str) -> list[str]:
    """So many nights required on dates from Monday on."""
    return [need(tables, day, "N", **changes) for day in range(count)]


def above(problem: Problem, **rows: list[str]) -> int:
    """How many nights are above a share when these people (a name ending in _BANK: through that
    contract) work these rows.
    """
    work = [
        (name.split("_")[0], row, f"C-{name.replace('_', '-')}")
        for name, own in rows.items()
        for row in own
    ]
    return amount(problem, "fair_nights", does(problem, *work))


@pytest.mark.parametrize(
    ("required", "worked_nights", "over"),
    [(4, 2, 0), (4, 3, 1), (4, 4, 2), (3, 2, 0), (3, 3, 1), (1, 1, 0), (5, 3, 0), (5, 4, 1)],
    # of two with equal hours each has half, rounded up: 2 of 4, 2 of 3, 1 of 1, 3 of 5
)
def test_half_of_the_nights_rounded_up_is_the_share_of_one_of_two(
    required: int, worked_nights: int, over: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    rows = nights(tables, required)
    assert above(problem_of(tables), P1=rows[:worked_nights]) == over


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [(2, 1, 0), (1, 2, 1), (3, 0, 1), (0, 3, 2)],  # 30 h and 15 h share three nights 2 : 1
)
def test_shares_go_by_contracted_hours(first: int, second: int, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1", hours="30")
    person(tables, "P2", hours="15")
    rows = nights(tables, 3)
    assert above(problem_of(tables), P1=rows[:first], P2=rows[3 - second :]) == over


@pytest.mark.parametrize(("hours", "over"), [("12.5", 1), ("12.51", 1), ("12.49", 0)])
def test_decimal_hours_are_exact_to_the_minute(hours: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=hours)
    person(tables, "P2", hours="25")
    rows = nights(tables, 6)
    # 25 h of 37.5 h is 4 of 6 nights exactly; with 12.49 h beside it, 749 minutes, it is just more
    # and rounded up 5
    assert above(problem_of(tables), P2=rows[:5]) == over


@pytest.mark.parametrize(("hours", "over"), [("12.5", 1), ("12.51", 0)])
def test_hours_are_rounded_to_the_nearest_minute(hours: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=hours)
    person(tables, "P2", hours="25")
    rows = nights(tables, 6)
    # 750 of 2,250 minutes are 2 of 6 nights exactly; 751 are just more and rounded up 3
    assert above(problem_of(tables), P1=rows[:3]) == over


@pytest.mark.parametrize(
    ("dates", "over"),
    [
        ({"to_date": "2027-01-10"}, 1),
        ({"to_date": "2027-01-11"}, 0),
        ({"from_date": "2027-01-17"}, 0),
        ({"from_date": "2027-01-18"}, 1),
        ({"from_date": "2027-01-17", "to_date": "2027-01-17"}, 0),
    ],
)
def test_a_contract_brings_hours_where_it_runs_on_any_date_of_the_period(
    dates: dict[str, str], over: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", hours="15")
    joint(tables, "P1", "B", "15", base_site_id="SA", **dates)
    person(tables, "P2", hours="15")
    rows = nights(tables, 2)
    # 30 h of 45 h are 4/3 of 2 nights, rounded up 2; 15 h of 30 h are 1
    assert above(problem_of(tables), P1=rows) == over


@pytest.mark.parametrize("reason", ["leave", "travel", "covers nothing here", "nothing"])
def test_who_cannot_work_a_night_has_no_share_and_leaves_it_to_the_others(reason: str) -> None:
    tables = plain_tables()
    person(tables, "P1")
    away = {"home_site_id": "SB", "max_travel_minutes": "1"} if reason == "travel" else {}
    person(tables, "P2", **away)
    if reason == "leave":
        on_leave(tables, "P2", MONDAY, MONDAY + timedelta(days=5))
    if reason == "covers nothing here":
        tables["contract"][-1].update(role_id="HCA")
    rows = nights(tables, 4)
    day = need(tables, 6, "E")  # both may do this, so that both are in the problem
    problem = problem_of(tables)
    assert above(problem, P1=[*rows, day]) == (2 if reason == "nothing" else 0)


def test_who_may_work_a_single_night_counts_with_all_contracted_hours() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    on_leave(tables, "P2", MONDAY, MONDAY + timedelta(days=3))
    rows = nights(tables, 5)  # P2 is back for Friday's
    assert above(problem_of(tables), P1=rows[:4], P2=rows[4:]) == 1


def test_bank_only_staff_have_no_share_and_are_not_above_one() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    person(tables, "P3", kind="bank", hours="0")
    person(tables, "P4", hours="0")  # a contract without hours: the same
    rows = nights(tables, 6)
    problem = problem_of(tables)
    assert above(problem, P3=rows[:3], P4=rows[3:]) == 0
    assert above(problem, P1=rows[:3], P3=rows[3:]) == 0  # P1 and P2 have 3 each
    assert above(problem, P1=rows[:4], P3=rows[4:]) == 1


def test_a_bank_shift_of_somebody_with_a_share_counts_but_brings_no_hours() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    tables["contract"].append(
        {**tables["contract"][0], "id": "C-P1-BANK", "kind": "bank", "hours_per_week": "0"}
    )
    rows = nights(tables, 4)
    assert above(problem_of(tables), P1=rows[:2], P1_BANK=rows[2:3]) == 1


def test_contracts_of_one_group_add_up_whoever_employs() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="15")
    joint(tables, "P1", "B", "15", base_site_id="SA")
    person(tables, "P2", hours="15")
    lending(tables, ["P1"], "B", "A")
    rows = nights(tables, 3)
    assert above(problem_of(tables), P1=rows[:1], P1_B=rows[1:2]) == 0  # 30 h of 45 h: 2 of 3
    assert above(problem_of(tables), P1=rows[:2], P1_B=rows[2:3]) == 1


def test_contracts_of_two_groups_are_counted_apart() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="20")
    joint(tables, "P1", "B", "20")
    person(tables, "P2", hours="20")
    person(tables, "P3", "B", hours="20")
    here = nights(tables, 4)
    there = [need(tables, day, "N", site_id="SB") for day in (4, 5)]
    problem = problem_of(tables)
    assert above(problem, P1=here[:2], P1_B=there[:1]) == 0  # 2 of 4 at PA, 1 of 2 at PB
    assert above(problem, P1=here[:2], P1_B=there) == 1
    assert above(problem, P1=here[:3], P1_B=there) == 2


def test_the_total_is_what_the_own_role_and_place_require() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, ["P1", "P2"])
    here = need(tables, 0, "N", preferred="4")  # what is preferred is not required
    others = [
        need(tables, 1, "N", "HCA"),
        need(tables, 2, "N", site_id="SB"),
        need(tables, 3, "N", minimum="0", preferred="1"),
    ]
    problem = problem_of(tables)
    assert above(problem, P1=[here]) == 0  # a half of 1, rounded up
    for (
        row
    ) in others:  # nights of others' demand count for whoever works them, but not in the total
        assert above(problem, P1=[row]) == 0
        assert above(problem, P1=[here, row]) == 1


def test_a_total_of_nothing_leaves_a_share_of_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "N", minimum="0", preferred="1")
    assert above(problem_of(tables), P1=[row]) == 1


def test_required_places_that_stay_empty_or_are_filled_by_supply_are_in_the_total() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    supply(tables, "AG")
    rows = nights(tables, 2, minimum="2")  # 4 places: 2 each
    problem = problem_of(tables)
    work = [("P1", rows[0]), ("P1", rows[1]), ("AG", rows[0])]
    assert amount(problem, "fair_nights", does(problem, *work)) == 0


@pytest.mark.parametrize(("end", "over"), [("01:59", 0), ("02:00", 1)])
def test_a_night_has_three_hours_between_eleven_and_six(end: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    kind = shift(tables, "16:00", end)
    row = need(tables, 0, kind, minimum="0", preferred="1")
    assert above(problem_of(tables), P1=[row]) == over


def test_nights_known_beforehand_do_not_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    for day in (8, 9, 10, 13):
        worked(
            tables,
            "P1",
            f"2027-01-{day:02}T20:00",
            f"2027-01-{day + 1:02}T07:00",
            630,
            contract_id="C-P1",
        )
    rows = nights(tables, 2)
    problem = problem_of(tables)
    assert above(problem, P1=rows[:1]) == 0
    assert above(problem, P1=rows) == 1
    assert above(problem) == 0


def test_the_night_on_the_last_day_counts_also_when_the_clock_goes_back() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    rows = [need(tables, date(2026, 10, 24), "N"), need(tables, date(2026, 10, 25), "N")]
    assert above(problem_of(tables, date(2026, 10, 19)), P1=rows) == 1


def test_the_sentence_says_who_what_and_what_was_due() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    rows = nights(tables, 3)
    problem = problem_of(tables)
    (violation,) = verify(
        problem, alone("fair_nights"), does(problem, *(("P1", row) for row in rows))
    ).priced["fair_nights"]
    assert violation.about == ("P1", "RN", "PA")
    assert (
        violation.sentence
        == "P1 works 3 nights as RN of PA; a fair share of the 3 required there is 2."
    )


def test_each_night_above_costs_four_pounds_by_default() -> None:
    assert Policy.from_tables().rules["fair_nights"].price() == 400 * 60


def test_weekly_columns_hear_it_as_a_limit_of_each_person_alone() -> None:
    problem = problem_of(random_tables(1))
    collector = StatementCollector(problem, alone("fair_nights"))
    assert any(own.at_most for own in collector.own)
    without = StatementCollector(problem, alone("deployable"))
    assert not any(own.at_most for own in without.own)
    assert len(collector.rows) == len(without.rows)
