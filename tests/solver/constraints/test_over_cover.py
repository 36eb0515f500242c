"""People above preferred, where the demand names a price for each."""

import pytest

from tests.factories import amount, does, need, person, plain_tables, problem_of


@pytest.mark.parametrize(("people", "pence"), [(0, 0), (2, 0), (3, 700), (4, 1400)])
def test_each_person_above_preferred_costs_the_demands_price(people: int, pence: int) -> None:
    tables = plain_tables()
    names = [f"P{i}" for i in range(people)]
    for name in names:
        person(tables, name)
    row = need(tables, 0, "E", minimum="1", preferred="2", maximum="4", over_pence="700")
    problem = problem_of(tables)
    assert (
        amount(problem, "over_cover", does(problem, *((name, row) for name in names))) == pence * 60
    )


def test_without_a_price_people_up_to_the_maximum_are_free() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E", minimum="0", maximum="1")
    problem = problem_of(tables)
    assert amount(problem, "over_cover", does(problem, ("P1", row))) == 0


def test_each_demand_has_its_own_price() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    priced = need(tables, 0, "E", minimum="0", preferred="1", maximum="2", over_pence="700")
    free = need(tables, 2, "E", minimum="0", maximum="2")
    problem = problem_of(tables)
    work = [(staff_id, row) for staff_id in ("P1", "P2") for row in (priced, free)]
    assert amount(problem, "over_cover", does(problem, *work)) == 700 * 60
