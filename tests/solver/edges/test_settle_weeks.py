"""Hours owed, extra and overtime settle over several weeks of a longer roster, where the policy
says so.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import PayTerms
from scheduler.domain.problem import Payroll, Problem
from scheduler.domain.roster import Roster
from scheduler.services.rosters import solve
from solver.constraints import catalogue
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_roster,
    random_tables,
    shift,
    worked,
)
from tests.solver.test_contract import only, solve_fixed

Work = list[tuple[str, ...]]


def settled(tables: Tables, days: int = 14, first: date = MONDAY, weeks: int = 2) -> Problem:
    """A problem that settles over so many weeks."""
    return over_weeks(problem_of(tables, first, days), weeks)


def over_weeks(problem: Problem, weeks: int) -> Problem:
    return replace(
        problem, payroll=Payroll(problem.dataset.enhancement, PayTerms(settle_weeks=weeks))
    )


def six_and_four() -> tuple[Tables, Work]:
    """P1, owed 37.5 h a week, works six times 7.5 h in the first week and four times in the second:
    45 h and 30 h.
    """
    tables = plain_tables()
    person(tables, "P1")
    return tables, [("P1", need(tables, day, "E")) for day in (0, 1, 2, 3, 4, 5, 7, 8, 9, 10)]


def counts(problem: Problem, work: Work) -> tuple[int, int, int]:
    """Overtime and unused minutes and the pennies of pay, each by both statements of its rule."""
    roster = does(problem, *work)
    pence = amount(problem, "pay", roster)
    assert pence % 60 == 0
    return (
        amount(problem, "overtime_hours", roster),
        amount(problem, "unused_hours", roster),
        pence // 60,
    )


SATURDAY = 7.5 * 1800
"""Basic pay of the sixth shift, which is the Saturday's [pence]."""


def test_a_long_week_and_a_short_one_make_up_for_each_other() -> None:
    tables, work = six_and_four()
    # weekly: the Saturday is overtime at 1.5 x 1.155, and 7.5 h of the second week are unused
    assert counts(settled(tables, weeks=1), work) == (450, 450, round(SATURDAY * 1.5 * 1.155))
    # together 75 h of 75 h: the Saturday costs its enhancement alone
    assert counts(settled(tables, weeks=2), work) == (0, 0, round(SATURDAY * 0.3 * 1.39))


@pytest.mark.parametrize(
    ("hours", "more", "overtime", "unused"),
    [("37.5", 0, 0, 0), ("37.5", 1, 450, 0), ("40", 1, 150, 0), ("40", 0, 0, 300)],
)
def test_over_the_edge_of_both_weeks_together(
    hours: str, more: int, overtime: int, unused: int
) -> None:
    tables, work = six_and_four()
    tables["contract"][0]["hours_per_week"] = hours
    work += [("P1", need(tables, 12, "E"))] * more
    assert counts(settled(tables), work)[:2] == (overtime, unused)


def test_the_minute_over_the_edge() -> None:
    tables, work = six_and_four()
    work[-1] = ("P1", need(tables, 10, shift(tables, "07:00", "14:31")))
    assert counts(settled(tables), work)[:2] == (1, 0)
    work[-1] = ("P1", need(tables, 10, shift(tables, "07:00", "14:29")))
    assert counts(settled(tables), work)[:2] == (0, 1)


def test_extra_hours_too_go_up_to_full_time_of_both_weeks_in_order_of_time() -> None:
    tables, work = six_and_four()
    tables["contract"][0]["hours_per_week"] = "30"
    work.append(("P1", need(tables, 11, "E")))
    problem = settled(tables)
    parts = [parts.minutes for _, _, parts in EvaluatedRoster(problem, does(problem, *work)).paid]
    # 60 h owed: the first eight shifts; 15 h extra; then overtime
    assert parts == [{"contracted": 450}] * 8 + [{"extra": 450}] * 2 + [{"overtime": 450}]
    assert counts(problem, work)[:2] == (450, 0)


def test_one_shift_on_the_edge_is_split() -> None:
    tables, work = six_and_four()
    tables["contract"][0]["hours_per_week"] = "31"
    problem = settled(tables)
    parts = [parts.minutes for _, _, parts in EvaluatedRoster(problem, does(problem, *work)).paid]
    assert parts[8] == {"contracted": 120, "extra": 330}  # 62 h owed, 60 h before it
    assert counts(problem, work)[2] == round(SATURDAY * 0.3 * 1.39) + round(
        330 / 60 * 1800 * 1.39
    ) + round(7.5 * 1800 * 1.39)


def test_the_last_weeks_are_settled_together_though_they_are_fewer() -> None:
    tables, work = six_and_four()
    work += [("P1", need(tables, day, "E")) for day in (14, 15, 16, 17, 18, 19)]
    problem = settled(tables, days=21)
    assert problem.settlements == (
        (MONDAY, MONDAY + timedelta(days=7)),
        (MONDAY + timedelta(days=14),),
    )
    assert counts(problem, work)[:2] == (450, 0)  # 45 h in the third week alone
    assert counts(settled(tables, days=21, weeks=3), work)[:2] == (450, 0)  # 120 h of 112.5 h
    assert counts(settled(tables, days=21, weeks=5), work[:-1])[:2] == (0, 0)


def test_known_shifts_of_these_weeks_count_and_those_of_the_weeks_before_never() -> None:
    tables, work = six_and_four()
    for day in range(4, 9):
        worked(
            tables, "P1", f"2027-01-0{day}T07:00", f"2027-01-0{day}T15:00", 450, contract_id="C-P1"
        )
    worked(tables, "P1", "2027-01-17T09:00", "2027-01-17T10:00", 60, contract_id="C-P1")
    # the known hour of the first Sunday comes before the second week's shifts: the last of these
    # ends beyond 75 h
    assert counts(settled(tables), work)[:2] == (60, 0)


def test_each_contract_settles_on_its_own_and_leave_lowers_what_both_weeks_owe() -> None:
    tables, work = six_and_four()
    second = joint(tables, "P1", "B", "10")
    on_leave(tables, "P1", MONDAY + timedelta(days=11))
    work.append(("P1", need(tables, 12, "E", site_id="SB"), second))
    # owed 67.5 h, still no overtime up to 75 h; of the other contract 20 h less 2 h, of which 7.5 h
    # are rostered
    assert counts(settled(tables), work)[:2] == (0, 1080 - 450)


def test_the_limit_above_the_contract_stays_weekly() -> None:
    tables, work = six_and_four()
    assert (
        amount(settled(tables), "contract_hours", does(problem_of(tables, days=14), *work), hours=5)
        == 150
    )


def test_a_period_that_begins_in_mid_week_settles_from_its_first_monday_on() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-11T07:00", "2027-01-12T07:00", 1300, contract_id="C-P1")
    work = [("P1", need(tables, day, "E")) for day in (3, 4, 7, 8, 9, 10)]
    problem = settled(tables, days=11, first=MONDAY + timedelta(days=3))
    assert problem.settlements == ((MONDAY, MONDAY + timedelta(days=7)),)
    # 1300 + 6 x 450 = 4000 of 4500; of the first week two fifths lie in the period, of the second
    # all: 3150 less 2700
    assert counts(problem, work)[:2] == (0, 450)


def test_the_policy_says_how_many_and_a_roster_that_is_solved_keeps_to_it() -> None:
    policy = Policy.from_tables({"pay": {"settle_weeks": 2}})
    assert policy.pay.terms().settle_weeks == 2
    tables, work = six_and_four()
    problem = replace(problem_of(tables, days=14), payroll=Payroll((), policy.pay.terms()))
    document = solve.solve_problem(problem, policy, Limits(20, 2, 1), "facts").document
    assert document is not None
    assert document.decision() == does(problem, *work)
    assert document.summary["status"] == "optimal"
    assert {line.pay for line in document.assignments} == {"contracted"}
    assert document.summary["hours_by_pay"]["contracted"] == 75
    assert document.summary["objective_by_rule"]["unused_hours"] == 0
    assert document.summary["policy"]["pay"]["settle_weeks"] == 2


# --- both statements of every rule that it concerns, on random rosters


def random_problem(seed: int) -> Problem:
    first, days, weeks = [
        (MONDAY, 14, 2),
        (date(2027, 3, 22), 21, 2),
        (MONDAY + timedelta(days=2), 12, 3),
    ][seed % 3]
    return over_weeks(problem_of(random_tables(seed, first, days), first, days), weeks)


def rosters(problem: Problem, seed: int) -> list[Roster]:
    rng = random.Random(seed)
    return [random_roster(problem, rng, density) for density in (0.05, 0.15, 0.3, 0.6, 1.0, 1.0)]


@pytest.mark.parametrize(
    ("rule_id", "parameters"),
    [
        ("pay", {}),
        ("overtime_hours", {}),
        ("unused_hours", {}),
        ("overtime_hours", {"weight": "hard"}),
        ("unused_hours", {"weight": "hard"}),
    ],
)
def test_the_model_agrees_with_the_check(rule_id: str, parameters: dict[str, Any]) -> None:
    policy = only(rule_id, **parameters)
    different = 0
    for seed in range(6):
        problem = random_problem(seed)
        encoder = CpSatEncoder(problem, policy)
        for roster in rosters(problem, seed):
            report = verify(problem, policy, roster)
            status, objective = solve_fixed(encoder, roster)
            assert (status.name == "INFEASIBLE") == bool(report.breaches)
            assert report.breaches or objective == report.objective
            weekly = verify(over_weeks(problem, 1), policy, roster)
            different += (weekly.objective, len(weekly.breaches)) != (
                report.objective,
                len(report.breaches),
            )
    assert different


def test_hard_limits_that_narrow_what_can_come_before_leave_no_possible_roster_out() -> None:
    kept = ("pay", "overtime_hours", "unused_hours", "daily_rest", "contract_hours")
    policy = Policy.from_tables(
        {
            rule_id: {"off": True}
            for rule_id, rule in catalogue().items()
            if rule.may_be_off and rule_id not in kept
        }
    )
    agreed = 0
    for seed in range(6):
        problem = random_problem(seed)
        encoder = CpSatEncoder(problem, policy)
        for roster in rosters(problem, seed):
            report = verify(problem, policy, roster)
            status, objective = solve_fixed(encoder, roster)
            assert (status.name == "INFEASIBLE") == bool(report.breaches)
            agreed += not report.breaches
            assert report.breaches or objective == report.objective
    assert agreed


def test_the_search_by_weekly_columns_hears_the_same_cases() -> None:
    problem = random_problem(2)
    collector = StatementCollector(problem, only("pay"))
    encoder = CpSatEncoder(problem, only("pay"))
    for employment in problem.employments:
        for week in problem.period.weeks:
            heard, stated = (
                collector.pay_cases(employment, week),
                encoder.pay_cases(employment, week),
            )
            assert [(case.slot.start, case.before) for case in heard] == [
                (case.slot.start, case.before) for case in stated
            ]
            assert all(case.slot.week == week for case in heard)
