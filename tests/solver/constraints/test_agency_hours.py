"""Agency hours."""

from tests.factories import amount, does, need, person, plain_tables, problem_of, supply


def test_hours_of_agency_supply_alone_count() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    supply(tables, "AG")
    supply(tables, "BK", "bank")
    day, night = need(tables, 0, "E", minimum="4"), need(tables, 2, "N")
    problem = problem_of(tables)
    assert amount(problem, "agency_hours", does(problem, ("P1", day), ("BK", day))) == 0
    assert (
        amount(
            problem,
            "agency_hours",
            does(problem, ("AG", day), ("AG", day), ("AG", night), ("BK", day)),
        )
        == 2 * 450 + 660
    )
