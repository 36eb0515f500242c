"""What the roster's work costs with on-costs, each assignment rounded half up to a penny."""

from datetime import date
from fractions import Fraction

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.pay import PayTerms
from scheduler.domain.problem import Period, build_problem
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
    worked,
)


def week_of(tables: Tables, minutes: int, contract_id: str = "C-P1") -> None:
    """So many paid minutes on Monday, known beforehand."""
    worked(tables, "P1", "2027-01-11T00:00", "2027-01-11T06:00", minutes, contract_id=contract_id)


@pytest.mark.parametrize(
    ("hours", "before", "shift_type_id", "day", "pence"),
    [
        ("37.5", 0, "E", 2, 0),  # contracted: paid already
        ("37.5", 0, "E", 5, 5630),  # Saturday: 7.5 h x £18 x 30 % x 1.39 = 5629.5p
        ("37.5", 0, "E", 6, 11259),  # Sunday: 60 %
        ("37.5", 0, "N", 2, 8257),  # a weekday night: 11 h x £18 x 30 % x 1.39 = 8256.6p
        ("0", 0, "E", 2, 18765),  # extra: 7.5 h x £18 x 1.39
        ("0", 0, "E", 5, 24395),  # x 1.3 = 24394.5p
        ("37.5", 2250, "E", 2, 23389),  # overtime: 7.5 h x £18 x 1.5 x 1.155 = 23388.75p
        ("37.5", 2250, "E", 6, 23389),  # no enhancement on it
        ("30", 2000, "E", 2, 20820),  # 250 min extra: 10425p; 200 min overtime: 10395p
        ("37.5", 2000, "E", 2, 10395),  # 250 min contracted, 200 min overtime
        (
            "40",
            2250,
            "E",
            2,
            15593,
        ),  # owed above full time: 150 min contracted, 300 min overtime: 15592.5p
    ],
)
def test_hours_are_contracted_then_extra_then_overtime(
    hours: str, before: int, shift_type_id: str, day: int, pence: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", hours=hours)
    if before:
        week_of(tables, before)
    row = need(tables, day, shift_type_id)
    problem = problem_of(tables)
    assert amount(problem, "pay", does(problem, ("P1", row))) == pence * 60


def test_leave_moves_hours_from_contracted_to_extra() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", "2027-01-12", "2027-01-15")
    rows = [need(tables, 0, "E"), need(tables, 5, "E")]
    problem = problem_of(tables)
    # owed 7.5 h: Monday is contracted, Saturday extra at £18 x 1.3 x 1.39
    assert amount(problem, "pay", does(problem, *(("P1", row) for row in rows))) == 24395 * 60


def test_shifts_are_paid_in_order_of_time_and_each_is_rounded_on_its_own() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="7.5")
    rows = [need(tables, 5, "E"), need(tables, 6, "E"), need(tables, 0, "E", id="Z")]
    problem = problem_of(tables)
    # Saturday contracted, Sunday extra
    assert (
        amount(problem, "pay", does(problem, *(("P1", row) for row in rows[:2])))
        == (5630 + 30024) * 60
    )
    # Monday is contracted
    assert (
        amount(problem, "pay", does(problem, *(("P1", row) for row in rows)))
        == (24395 + 30024) * 60
    )
    tables["contract"][0]["hours_per_week"] = "37.5"
    tables["enhancement"][2]["percent"] = "30"
    problem = problem_of(tables)
    # not 11259
    assert (
        amount(problem, "pay", does(problem, *(("P1", row) for row in rows[:2]))) == 2 * 5630 * 60
    )


def test_each_contract_of_a_joint_post_has_its_own_37_and_a_half_hours() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="30")
    second = joint(tables, "P1", "B", "7.5", hourly_pence="2000")
    week_of(tables, 2250)
    work = [
        ("P1", need(tables, 2, "E")),
        ("P1", need(tables, 3, "E", site_id="SB"), second),
        ("P1", need(tables, 4, "E", site_id="SB"), second),
    ]
    problem = problem_of(tables)
    # overtime through the first; contracted, then extra (7.5 h x £20 x 1.39) through the second
    assert amount(problem, "pay", does(problem, *work)) == (23389 + 0 + 20850) * 60


def test_known_shifts_without_a_contract_do_not_move_the_border() -> None:
    tables = plain_tables()
    person(tables, "P1")
    week_of(tables, 2250, contract_id="")
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "pay", does(problem, ("P1", row))) == 0


def test_known_shifts_later_in_the_week_come_after() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="7.5")
    worked(tables, "P1", "2027-01-16T08:00", "2027-01-16T18:00", 600, contract_id="C-P1")
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "pay", does(problem, ("P1", row))) == 0


def test_the_week_begins_again_on_monday() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="7.5")
    rows = [need(tables, 6, "E"), need(tables, 7, "E")]
    problem = problem_of(tables, days=14)
    assert amount(problem, "pay", does(problem, *(("P1", row) for row in rows))) == 11259 * 60


def test_bank_agency_and_supply() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    supply(tables, "AG", "agency", hourly_pence="3001")
    supply(tables, "BK", "bank", hourly_pence="2000")
    weekday, saturday = need(tables, 2, "E"), need(tables, 5, "E")
    problem = problem_of(tables)
    # 7.5 h x £18 x 1.29
    assert amount(problem, "pay", does(problem, ("P1", weekday))) == 17415 * 60
    assert amount(problem, "pay", does(problem, ("P1", saturday))) == 22640 * 60  # x 1.3 = 22639.5
    assert amount(problem, "pay", does(problem, ("BK", weekday))) == 19350 * 60
    assert amount(problem, "pay", does(problem, ("BK", saturday))) == 25155 * 60
    # 7.5 h x £30.01 = 22507.5p
    assert amount(problem, "pay", does(problem, ("AG", weekday))) == 22508 * 60
    # at its price, whenever
    assert amount(problem, "pay", does(problem, ("AG", saturday))) == 22508 * 60


def test_bank_hours_do_not_count_to_full_time() -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["contract"].append(
        {**tables["contract"][0], "id": "BANK", "kind": "bank", "hours_per_week": "0"}
    )
    week_of(tables, 2250, "BANK")
    row = need(tables, 2, "E")
    problem = problem_of(tables)
    assert amount(problem, "pay", does(problem, ("P1", row))) == 0
    # and are never overtime
    assert amount(problem, "pay", does(problem, ("P1", row, "BANK"))) == 17415 * 60


def test_on_costs_and_factors_are_the_policys() -> None:
    tables = plain_tables()
    person(tables, "P1")
    week_of(tables, 2250)
    row = need(tables, 2, "E")
    parameters = {
        "on_cost_percent": {"overtime": 10},
        "overtime_factor": 2,
        "full_time_hours": 37.5,
    }
    terms = Policy.from_tables({"pay": parameters}).pay.terms()
    problem = build_problem(Dataset.from_cells(tables), "COL", Period(MONDAY, 7), terms=terms)
    # 7.5 h x £18 x 2 x 1.1
    assert amount(problem, "pay", does(problem, ("P1", row)), **parameters) == 29700 * 60


def test_dates_of_the_policy_take_the_place_of_the_calendars_public_holidays() -> None:
    tables = plain_tables()
    person(tables, "P1")
    boxing_day, own = need(tables, date(2026, 12, 28), "E"), need(tables, date(2026, 12, 30), "E")
    parameters = {"public_holidays": ["2026-12-30"]}
    period = Period(date(2026, 12, 28), 7)
    problem = build_problem(
        Dataset.from_cells(tables),
        "COL",
        period,
        terms=Policy.from_tables({"pay": parameters}).pay.terms(),
    )
    assert amount(problem, "pay", does(problem, ("P1", boxing_day)), **parameters) == 0
    assert amount(problem, "pay", does(problem, ("P1", own)), **parameters) == 11259 * 60
    problem = build_problem(Dataset.from_cells(tables), "COL", period)
    assert amount(problem, "pay", does(problem, ("P1", boxing_day))) == 11259 * 60
    assert amount(problem, "pay", does(problem, ("P1", own))) == 0


def test_the_terms_are_the_policys_in_minutes() -> None:
    parameters = {"overtime_factor": 1.25, "holiday_overtime_factor": 3, "full_time_hours": 36}
    assert Policy.from_tables({"pay": parameters}).pay.terms() == PayTerms(
        Fraction(5, 4), Fraction(3), 36 * 60, None
    )


def test_each_violation_names_the_person_or_the_supply() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0")
    supply(tables, "AG")
    row = need(tables, 2, "E", minimum="2")
    problem = problem_of(tables)
    found = verify(problem, alone("pay", weight=1), does(problem, ("P1", row), ("AG", row))).priced[
        "pay"
    ]
    assert {violation.about for violation in found} == {("P1", row), ("AG", row)}
