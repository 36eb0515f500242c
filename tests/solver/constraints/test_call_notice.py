"""Bank and agency are called only so many days ahead."""

from datetime import date, timedelta

import pytest

from scheduler.domain.errors import BadInput
from scheduler.domain.evaluated_roster import EvaluatedRoster
from solver.bounds.coverage import CoverBound
from solver.constraints.call_notice import CallNotice
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.construct import quick_roster
from tests.factories import MONDAY, alone, amount, does, need, plain_tables, problem_of, supply


@pytest.mark.parametrize(("days", "early"), [(2, 0), (1, 1), (0, 2), (30, 0)])
def test_the_last_day_that_is_near_enough_and_the_first_that_is_not(days: int, early: int) -> None:
    tables = plain_tables()
    supply(tables, "AG")
    rows = [need(tables, day, "E") for day in range(3)]
    problem = problem_of(tables)
    roster = does(problem, *(("AG", row) for row in rows))
    assert amount(problem, "call_notice", roster, days=days, planned_on=MONDAY) == early


def test_only_the_kinds_named_and_each_worker_called_counts() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    supply(tables, "BK", "bank")
    row = need(tables, 1, "E", minimum="3")
    problem = problem_of(tables)
    roster = does(problem, ("AG", row), ("AG", row), ("BK", row))
    at = {"days": 0, "planned_on": MONDAY}
    assert amount(problem, "call_notice", roster, **at) == 2
    assert amount(problem, "call_notice", roster, kinds=["bank"], **at) == 1
    assert amount(problem, "call_notice", roster, kinds=["agency", "bank"], **at) == 3
    assert amount(problem, "call_notice", roster) == 0


@pytest.mark.parametrize("last_sunday", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_night_counts_on_the_date_on_which_it_begins_also_where_the_clock_changes(
    last_sunday: date,
) -> None:
    tables = plain_tables()
    supply(tables, "AG")
    nights = [need(tables, last_sunday + timedelta(days=day), "N") for day in (-1, 0)]
    monday = last_sunday - timedelta(days=6)
    problem = problem_of(tables, monday)
    roster = does(problem, *(("AG", night) for night in nights))
    planned = last_sunday - timedelta(days=8)
    assert amount(problem, "call_notice", roster, days=7, planned_on=planned) == 1
    assert amount(problem, "call_notice", roster, days=8, planned_on=planned) == 0


def test_a_day_of_planning_alone_says_nothing() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    row = need(tables, 6, "E")
    problem = problem_of(tables)
    assert amount(problem, "call_notice", does(problem, ("AG", row)), planned_on=MONDAY) == 0
    [offer], [duty] = problem.supplies, problem.duties
    for rule in (CallNotice(), CallNotice(planned_on=MONDAY)):
        assert not rule.too_early(offer, duty)
        assert not list(rule.check(EvaluatedRoster(problem, does(problem, ("AG", row)))))


def test_days_need_a_day_of_planning() -> None:
    with pytest.raises(BadInput, match="planned_on"):
        Policy.from_tables({"call_notice": {"days": 3}})


def test_a_policy_with_it_reads_back_as_the_same() -> None:
    policy = Policy.from_tables({"call_notice": {"days": 3, "planned_on": "2026-11-30"}})
    assert Policy.from_tables(policy.to_tables()).rules == policy.rules


def test_the_quick_roster_and_the_bound_know_it_and_the_sentence_says_the_days() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    near, far = need(tables, 0, "E"), need(tables, 2, "E")
    problem = problem_of(tables)
    policy = alone("call_notice", weight="hard", days=1, planned_on=MONDAY)
    quick = quick_roster(problem, policy)
    assert quick is not None
    assert [a.demand_id for a in quick] == [near]
    assert CoverBound(problem, policy).most(problem.duties, with_supply=True) == 450
    [found] = verify(problem, policy, does(problem, ("AG", far))).breaches
    assert found.sentence == (
        "AG is called for SA-0113-E-RN, 2 days after the day of planning; it may be called up to"
        " 1 day before."
    )
