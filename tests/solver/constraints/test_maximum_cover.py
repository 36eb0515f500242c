"""Nobody beyond what is preferred, or beyond the demand's own maximum."""

import pytest

from tests.factories import amount, does, need, person, plain_tables, problem_of, supply


@pytest.mark.parametrize(
    ("minimum", "preferred", "maximum", "people", "beyond"),
    [
        ("1", "", "", 1, 0),
        ("1", "", "", 2, 450),
        ("1", "2", "", 2, 0),
        ("1", "2", "", 3, 450),
        ("2", "1", "", 2, 0),  # preferred below the minimum is the minimum
        ("0", "", "", 1, 450),
        ("1", "2", "3", 3, 0),
        ("1", "2", "3", 4, 450),
        ("1", "2", "1", 2, 0),  # a maximum below preferred takes nothing away
        ("1", "", "", 4, 1350),
    ],
)
def test_people_beyond_the_most_wanted_count_by_their_hours(
    minimum: str, preferred: str, maximum: str, people: int, beyond: int
) -> None:
    tables = plain_tables()
    names = [f"P{i}" for i in range(people)]
    for name in names:
        person(tables, name)
    row = need(tables, 0, "E", minimum=minimum, preferred=preferred, maximum=maximum)
    problem = problem_of(tables)
    assert (
        amount(problem, "maximum_cover", does(problem, *((name, row) for name in names))) == beyond
    )


def test_supply_counts_like_people() -> None:
    tables = plain_tables()
    person(tables, "P1")
    supply(tables, "AG")
    row = need(tables, 0, "E", minimum="2")
    problem = problem_of(tables)
    assert amount(problem, "maximum_cover", does(problem, ("P1", row), ("AG", row))) == 0
    assert (
        amount(problem, "maximum_cover", does(problem, ("P1", row), ("AG", row), ("AG", row)))
        == 450
    )
