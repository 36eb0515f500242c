"""Upper bounds on coverable hours: exact where they can be, never below what a roster covers."""

import pytest

from scheduler.domain.problem import Problem
from scheduler.services.rosters.solve import solve_problem
from solver.bounds.coverage import CoverBound, whole_shifts
from solver.constraints import catalogue
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from tests.factories import (
    MONDAY,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    supply,
    true_to_life,
    worked,
)

DEFAULT = Policy.from_tables({})
HARD_AND_COVER = Policy.from_tables(
    {
        rule_id: {"off": True}
        for rule_id, rule in catalogue().items()
        if rule.may_be_off and rule().weight != "hard"
    },
    {"minimum_cover": {"off": False, "pounds_per_hour": [1, 1, 1, 1, 1]}},
)


def most(problem: Problem, policy: Policy = DEFAULT, *, with_supply: bool = False) -> float:
    """Hours of the whole problem."""
    return CoverBound(problem, policy).most(problem.duties, with_supply=with_supply) / 60


@pytest.mark.parametrize("life", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_no_roster_covers_more_than_the_bound(seed: int, life: bool) -> None:
    tables, known = true_to_life(seed) if life else (random_tables(seed), ())
    tables["work_limit"], tables["pin"] = [], []
    for place in tables["place"]:
        place["need_weight"] = "1"
    for row in tables["demand"]:
        row["minimum"] = "2"
    problem = problem_of(tables, known=known)
    outcome = solve_problem(problem, HARD_AND_COVER, Limits(20.0, workers=1), "")
    assert outcome.document is not None
    assert outcome.document.summary["status"] == "optimal"
    filled, bound = (
        outcome.document.summary["hours"]["filled"],
        most(problem, HARD_AND_COVER, with_supply=True),
    )
    assert filled <= bound <= outcome.document.summary["hours"]["required"]


def test_hours_of_the_contract_are_cut_down_to_whole_shifts() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="20")  # and 12 more: 32 h, which is four shifts of 7.5 h
    for day in range(6):
        need(tables, day, "E")
    problem = problem_of(tables)
    assert most(problem) == 30.0
    assert most(problem, Policy.from_tables({"contract_hours": {"hours": 10}})) == 30.0
    assert most(problem, Policy.from_tables({"contract_hours": {"hours": 9}})) == 22.5
    assert (
        most(
            problem,
            Policy.from_tables({"contract_hours": {"off": True}, "average_week": {"off": True}}),
        )
        == 45.0
    )


def test_the_average_and_the_longest_week() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="60")
    person(tables, "P2", hours="60", wtr_opt_out="yes")
    for day in range(7):
        need(tables, day, "D", minimum="2")  # 11.5 h
    assert most(problem_of(tables)) == 46.0 + 57.5


def test_what_is_known_of_the_week_is_taken_off() -> None:
    tables = plain_tables()
    contract = person(tables, "P1", hours="25.5")  # and 12 more: 37.5 h
    for day in range(5):
        need(tables, day, "E")
    assert most(problem_of(tables)) == 37.5
    worked(tables, "P1", f"{MONDAY}T07:00", f"{MONDAY}T15:00", 450, contract_id=contract)
    assert most(problem_of(tables)) == 30.0


def test_nobody_is_at_two_places_nor_without_rest() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for shift_type in "ELDN":
        need(tables, 0, shift_type)
    problem = problem_of(tables)
    assert most(problem) == 11.5
    no_rest = Policy.from_tables({"daily_rest": {"off": True}})
    assert most(problem, no_rest) == 11.5 + 11  # the long day and the night touch


def test_hours_that_an_agreement_lends() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, ["P1", "P2"], limit="20")
    for day in range(4):
        need(tables, day, "E", site_id="SB")
    assert most(problem_of(tables)) == 20.0
    tables["sharing_agreement"][0]["max_hours_per_week"] = ""
    assert most(problem_of(tables)) == 30.0


def test_supply_within_its_shifts_and_caps() -> None:
    tables = plain_tables()
    person(tables, "P1", "B")
    for day in range(4):
        need(tables, day, "E")
    problem = problem_of(tables)
    assert (most(problem), most(problem, with_supply=True)) == (0.0, 0.0)
    supply(tables, "AG", max_shifts_per_week="3")
    problem = problem_of(tables)
    assert (most(problem), most(problem, with_supply=True)) == (0.0, 22.5)
    capped = Policy.from_tables(
        {"temporary_limit": {"caps": [{"supply_ids": ["AG"], "hours": 10}]}}
    )
    assert most(problem, capped, with_supply=True) == 10.0


def test_two_contracts_of_one_person_do_not_fill_one_place_twice() -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["contract"].append(
        {**tables["contract"][0], "id": "C-BANK", "kind": "bank", "hours_per_week": "0"}
    )
    need(tables, 0, "E", minimum="2")
    assert most(problem_of(tables)) == 7.5


def test_leave_lowers_the_average() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="60")
    on_leave(tables, "P1", "2027-01-15", "2027-01-17")
    for day in range(4):
        need(tables, day, "E")
    assert most(problem_of(tables)) == 22.5  # 4/7 of 48 h is 27.4 h


def test_whole_shifts() -> None:
    assert whole_shifts(1000, {450}) == 900
    assert whole_shifts(1000, {450, 690}) == 900
    assert whole_shifts(1140, {450, 690}) == 1140
    assert whole_shifts(449, {450}) == 0
    assert whole_shifts(100, set()) == 0
    for limit in range(60):
        reachable = {7 * i + 11 * j for i in range(9) for j in range(6)}
        assert whole_shifts(limit, {7, 11}) == max(n for n in reachable if n <= limit)
