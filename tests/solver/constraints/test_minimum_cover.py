"""Empty required places: pence an hour by priority and need, rounded to whole pence before the
hours.
"""

from datetime import date

import pytest
from pydantic import ValidationError

from solver.constraints.minimum_cover import MinimumCover
from solver.evaluate.verify import verify
from tests.factories import alone, amount, does, need, person, plain_tables, problem_of, supply

EARLY = 450  # paid minutes


@pytest.mark.parametrize(("priority", "pounds"), [(1, 80), (2, 140), (3, 300), (4, 800), (5, 2000)])
def test_an_empty_hour_costs_by_priority(priority: int, pounds: int) -> None:
    tables = plain_tables()
    need(tables, 0, "E", priority=str(priority))
    problem = problem_of(tables)
    # sixtieths of a penny: pence an hour x minutes
    assert amount(problem, "minimum_cover", does(problem)) == pounds * 100 * EARLY


@pytest.mark.parametrize(
    ("weight", "pence_per_hour"),
    [
        ("1", 8001),
        ("1.25", 10001),
        ("1.5", 12002),
        ("1.00006", 8001),
        ("1.00007", 8002),
        ("2.3", 18402),
    ],
    # 8001 x 1.25 = 10001.25 · x 1.5 = 12001.5, a half upwards · x 1.00006 = 8001.48 · x 1.00007 =
    # 8001.56 · x 2.3 = 18402.3
)
def test_price_times_need_weight_is_rounded_half_up_to_whole_pence_an_hour(
    weight: str, pence_per_hour: int
) -> None:
    tables = plain_tables()
    tables["place"][0]["need_weight"] = weight
    need(tables, 0, "E", priority="1")
    problem = problem_of(tables)
    assert (
        amount(
            problem, "minimum_cover", does(problem), pounds_per_hour=[80.01, 140, 300, 800, 2000]
        )
        == pence_per_hour * EARLY
    )


@pytest.mark.parametrize(
    ("minimum", "people", "missing"),
    [("2", 0, 2), ("2", 1, 1), ("2", 2, 0), ("1", 2, 0), ("0", 0, 0)],
)
def test_each_missing_person_counts_and_none_beyond_the_minimum_pays_back(
    minimum: str, people: int, missing: int
) -> None:
    tables = plain_tables()
    names = [f"P{i}" for i in range(people)]
    for name in names:
        person(tables, name)
    row = need(tables, 0, "E", minimum=minimum, preferred="3")
    problem = problem_of(tables)
    assert (
        amount(problem, "minimum_cover", does(problem, *((name, row) for name in names)))
        == missing * 30000 * EARLY
    )


def test_supply_fills_a_place() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    row = need(tables, 0, "E", minimum="2")
    problem = problem_of(tables)
    assert amount(problem, "minimum_cover", does(problem, ("AG", row), ("AG", row))) == 0
    assert amount(problem, "minimum_cover", does(problem, ("AG", row))) == 30000 * EARLY


def test_the_price_runs_by_paid_minutes_of_the_night_on_which_the_clock_goes_back() -> None:
    tables = plain_tables()
    need(tables, date(2026, 10, 24), "N")
    problem = problem_of(tables, date(2026, 10, 19))
    assert amount(problem, "minimum_cover", does(problem)) == 30000 * (13 * 60 - 60)


def test_a_demands_own_price_goes_before_the_policys() -> None:
    tables = plain_tables()
    need(tables, 0, "E", site_id="SB", minimum="2", under_pence="1234")
    problem = problem_of(tables)
    assert amount(problem, "minimum_cover", does(problem)) == 2 * 1234 * 60


def test_an_overfilled_demand_does_not_make_up_for_an_empty_one() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    full = need(tables, 0, "E", preferred="2")
    need(tables, 1, "E")
    problem = problem_of(tables)
    assert (
        amount(problem, "minimum_cover", does(problem, ("P1", full), ("P2", full))) == 30000 * EARLY
    )


def test_the_sentence_says_how_many_of_how_many_and_how_long() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E", minimum="3", priority="2")
    problem = problem_of(tables)
    roster = does(problem, ("P1", row))
    [found] = verify(problem, alone("minimum_cover"), roster).priced["minimum_cover"]
    assert found.sentence == f"{row} lacks 2 of 3 required (priority 2): 15 h."


@pytest.mark.parametrize("price", [0, 100_000])
def test_an_hour_may_cost_nothing_and_as_much_as_a_weight_may(price: float) -> None:
    prices = (price, 140, 300, 800, 2000)
    assert MinimumCover(pounds_per_hour=prices).pounds_per_hour == prices


@pytest.mark.parametrize("price", [-0.01, 100_000.01])
def test_an_hour_costs_no_less_and_no_more(price: float) -> None:
    with pytest.raises(ValidationError, match="pounds_per_hour"):
        MinimumCover(pounds_per_hour=(price, 140, 300, 800, 2000))


def test_alike_neither_need_nor_a_price_of_its_own_counts() -> None:
    tables = plain_tables()
    tables["place"][0]["need_weight"] = "2"
    need(tables, 0, "E", priority="1", minimum="2")
    need(tables, 1, "E", priority="5", under_pence="7")
    problem = problem_of(tables)
    same = {"alike": True, "pounds_per_hour": [3, 3, 3, 3, 3]}
    assert amount(problem, "minimum_cover", does(problem), **same) == 3 * 300 * EARLY
