"""Places above the minimum left empty, in hours; what the minimum lacks is not counted twice."""

import pytest

from solver.evaluate.verify import verify
from tests.factories import alone, amount, does, need, person, plain_tables, problem_of


@pytest.mark.parametrize(
    ("minimum", "preferred", "people", "empty"),
    [
        ("1", "3", 0, 2),
        ("1", "3", 1, 2),
        ("1", "3", 2, 1),
        ("1", "3", 3, 0),
        ("0", "2", 0, 2),
        ("0", "2", 1, 1),
        ("2", "1", 0, 0),
        ("2", "", 1, 0),
    ],
)
def test_only_places_above_the_minimum_count(
    minimum: str, preferred: str, people: int, empty: int
) -> None:
    tables = plain_tables()
    names = [f"P{i}" for i in range(people)]
    for name in names:
        person(tables, name)
    row = need(tables, 0, "E", minimum=minimum, preferred=preferred)
    problem = problem_of(tables)
    assert (
        amount(problem, "preferred_cover", does(problem, *((name, row) for name in names)))
        == empty * 450
    )


def test_people_above_preferred_do_not_pay_back() -> None:
    tables = plain_tables()
    names = [f"P{i}" for i in range(3)]
    for name in names:
        person(tables, name)
    row = need(tables, 0, "E", minimum="1", preferred="2", maximum="3")
    need(tables, 0, "L", minimum="0", preferred="1")
    problem = problem_of(tables)
    assert (
        amount(problem, "preferred_cover", does(problem, *((name, row) for name in names))) == 450
    )


def test_need_weight_does_not_change_the_amount() -> None:
    tables = plain_tables()
    need(tables, 0, "E", site_id="SB", minimum="0", preferred="1")
    problem = problem_of(tables)
    assert amount(problem, "preferred_cover", does(problem)) == 450


def test_a_demand_without_a_preferred_number_says_nothing_of_others() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E", minimum="1", preferred="2")
    need(tables, 0, "L", minimum="1")
    problem = problem_of(tables)
    assert amount(problem, "preferred_cover", does(problem)) == 450


def test_the_sentence_says_how_many_and_how_long() -> None:
    tables = plain_tables()
    row = need(tables, 0, "E", minimum="1", preferred="3")
    problem = problem_of(tables)
    [found] = verify(problem, alone("preferred_cover"), does(problem)).priced["preferred_cover"]
    assert found.sentence == f"{row} lacks 2 preferred above the minimum: 15 h."
