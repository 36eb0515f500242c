"""Shares of a burden: whose hours count, and how much smaller they are among more people."""

from datetime import timedelta

import pytest

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.population import Population
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Roster
from solver.rule.fair_share import shares_apart, shares_of_demand
from tests.factories import MONDAY, Tables, need, person, plain_tables, problem_of


def night(_: Contract, duty: Duty) -> bool:
    return duty.night


def shares(problem: Problem) -> dict[str, int]:
    """Staff id -> share of the nights required."""
    found = shares_of_demand(EvaluatedRoster(problem, Roster()), night)
    return {staff_id: share for (staff_id, _), (_, share) in found.items()}


def four_nights(*people: tuple[str, str]) -> Tables:
    tables = plain_tables()
    for staff_id, hours in people:
        person(tables, staff_id, hours=hours)
    for day in range(4):
        need(tables, day, "N")
    return tables


def test_shares_go_by_contracted_hours() -> None:
    assert shares(problem_of(four_nights(("P1", "37.5"), ("P2", "12.5")))) == {"P1": 3, "P2": 1}


@pytest.mark.parametrize("days_before", [-1, 0, 1])
def test_contracts_that_follow_on_count_once_by_the_first_that_reaches_the_period(
    days_before: int,
) -> None:
    """The first of 12.5 hours ends a day before the period, on its first day, or on its second; the
    other has 37.5.
    """
    tables = four_nights(("P1", "12.5"), ("P2", "37.5"))
    first = tables["contract"][0]
    ends = MONDAY + timedelta(days=days_before)
    following = {"id": "C-P1-2", "hours_per_week": "37.5"}
    follows_from = str(ends + timedelta(days=1))
    tables["contract"].append({**first, **following, "from_date": follows_from})
    first["to_date"] = str(ends)
    half = {"P1": 2, "P2": 2}
    assert shares(problem_of(tables)) == (half if days_before < 0 else {"P1": 1, "P2": 3})


def test_shares_among_more_people_are_smaller_by_what_the_others_take() -> None:
    """Of four nights two people have two each; beside a third, two each still, rounded up; beside
    two more one each.
    """
    tables = four_nights(("P1", "37.5"), ("P2", "37.5"))
    own = problem_of(tables)
    apart = []
    for others in (("P3",), ("P3", "P4")):
        more = four_nights(("P1", "37.5"), ("P2", "37.5"), *((one, "37.5") for one in others))
        lifted = problem_of(more)
        away = {**more, "staff_competency": [], "competency": [], "service_competency": []}
        away["competency"] = [{"id": "C", "name": "C", "kind": "clinical"}]
        away["service_competency"] = [{"service_id": "UCR", "role_id": "", "competency_id": "C"}]
        away["staff_competency"] = [
            {"staff_id": one, "competency_id": "C", "valid_from": "2020-01-01", "valid_to": ""}
            for one in ("P1", "P2")
        ]
        base = problem_of(away)
        among_all = build_problem(
            base.dataset, "COL", Period(MONDAY, 7), population=Population.of([base, lifted])
        )
        assert shares(base) == shares(own)
        sheets = (EvaluatedRoster(base, Roster()), EvaluatedRoster(among_all, Roster()))
        apart.append(shares_apart(*sheets, night))
    assert apart == [0, 2]


def test_a_share_that_is_larger_elsewhere_makes_up_for_none() -> None:
    few = problem_of(four_nights(("P1", "37.5"), ("P2", "12.5")))
    more = problem_of(four_nights(("P1", "12.5"), ("P2", "37.5")))
    sheets = (EvaluatedRoster(few, Roster()), EvaluatedRoster(more, Roster()))
    assert shares_apart(*sheets, night) == 2
